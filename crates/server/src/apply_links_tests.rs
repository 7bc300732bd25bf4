//! A file that changes by which names people are known says how many link anew.

use homeward_federation::Subject;
use homeward_signin::federated::Bindings;

use super::*;

/// ST-06, ST-09: another format or another issuer at a connection with links is said with their number; a change that leaves the links as they are is not,
/// and neither is one where nobody is linked.
#[tokio::test]
async fn a_file_says_how_many_link_anew() {
    let world = World::new().await;
    let file = |issuer: &str, more: &str| {
        FILE.replace(
            "name = \"Entra\"",
            &format!("name = \"Entra\"\n[account.connection.settings]\npreset = \"entra\"\n[account.connection.settings.protocol.saml]\nidp_entity_id = \"{issuer}\"\nsso_redirect = \"https://idp.example/sso\"\n{more}"),
        )
    };
    let (persistent, email) = ("name_id_format = \"persistent\"\n", "name_id_format = \"email_address\"\n");
    world.apply(&file("https://idp.example", "")).await;
    let notes = async |text: String| world.plan(&text, false).await.unwrap().notes;
    assert!(notes(file("https://idp.example", persistent)).await.is_empty(), "nobody is linked");
    let connection = world.store.register().await.unwrap().connections.remove(0).connection.id;
    let urn = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    for (name, kind, user) in [("a", urn.to_owned(), "ann@north.example"), ("b", format!("{urn}\u{1f}q\u{1f}"), "ben@north.example")] {
        let subject = Subject { issuer: "https://idp.example".into(), kind, value: name.into() };
        assert!(world.store.bind(connection, &subject, world.user(user).await.id, NOW).await.unwrap());
    }
    assert!(notes(file("https://idp.example", persistent)).await.is_empty(), "they are linked by that format");
    assert!(notes(file("https://idp.example", "signed = \"both\"\n")).await.is_empty());
    for text in [file("https://idp.example", email), file("https://other.example", "")] {
        let notes = notes(text).await;
        assert!(matches!(notes.as_slice(), [note] if note.starts_with("connection \"Entra\": 2 linked people link anew at the next sign-in")), "{notes:?}");
    }
}
