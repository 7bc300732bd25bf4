//! What metadata says of itself turns no check off (ADM-5), and the first who tries is whoever turns it on (B5).

use homeward_discovery::UserRule;
use homeward_federation::{Protocol, saml::Signed};
use homeward_model::Clock;
use homeward_simulator::saml::{Signed as Sends, encode};

use super::{ADMIN, Desk, MIA, idp, metadata};
use crate::{federated, portal::{OWN, lead, plain}};

async fn must_be_signed(desk: &Desk) -> Signed {
    match desk.stored().await.settings.unwrap().protocol {
        Protocol::Saml(saml) => saml.signed,
        Protocol::Oidc(_) => panic!("by SAML"),
    }
}

/// ADM-5: metadata without a word on signatures, with one that asks for none, and again the first: what has to be signed stays, and an answer
/// that is not signed stops at the third check each time; the same answer signed is the twin.
#[tokio::test]
async fn adm_5_importing_metadata_turns_no_check_off() {
    let (mut desk, idp) = (Desk::add("other-saml").await, idp());
    let plain_text = metadata(&idp);
    let role = "<md:IDPSSODescriptor ";
    assert!(plain_text.contains(role));
    let lax = plain_text.replace(role, "<md:IDPSSODescriptor WantAssertionsSigned=\"false\" ").replace("WantAuthnRequestsSigned=\"true\"", "WantAuthnRequestsSigned=\"false\"");
    let mut must = Vec::new();
    for (text, place) in [(&plain_text, "https://idp.example/sso"), (&lax, "https://idp.example/sso?again"), (&plain_text, "https://idp.example/sso")] {
        let text = text.replace("https://idp.example/sso", place);
        desk.take(&[("how", "metadata"), ("metadata", &text)]).await;
        must.push(must_be_signed(&desk).await);
        let leaving = desk.step("test", &[]).await;
        let sent = federated::read(&leaving);
        let mut answer = idp.answer(&desk.asked(&sent.id), MIA, desk.broker.clock.now());
        answer.signed = Sends::Nothing;
        let delivered = desk.ada.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&idp.response(&answer))), ("RelayState", &sent.relay)]).await;
        assert_eq!(lead(&delivered), format!("{}#test", desk.at));
        assert!(desk.page().await.body.contains("Stopped at check 3 of 6"), "{place}");
        assert!(desk.test_with(&idp, MIA).await.body.contains("Passed all 6 checks"), "the twin: {place}");
    }
    assert!(must.iter().all(|signed| *signed == must[0]), "{must:?}");
}

/// B5: "only me" is one button: whoever turns it on is in the pilot, and nobody else; it is not offered to who is in it already.
#[tokio::test]
async fn b5_only_me_is_the_first_stage() {
    let (mut desk, _) = Desk::tested().await;
    let page = desk.page().await;
    assert!(page.body.contains("Put only me into the pilot") && plain(&page).contains(&format!("value=\"{ADMIN}\"")), "{}", page.body);
    assert!(lead(&desk.step("pilot", &[("people", ADMIN)]).await).ends_with("said=pilot#pilot"));
    let register = desk.broker.running().store.register().await.unwrap();
    let own = desk.broker.user(ADMIN, OWN).await.account;
    let pilot: Vec<&str> = register.users.iter().filter(|user| user.account == own && user.rule == Some(UserRule::Pilot)).map(|user| user.username.typed()).collect();
    assert_eq!(pilot, [ADMIN]);
    assert!(!desk.page().await.body.contains("Put only me into the pilot"));
}

/// ADM-4, ADM-6: metadata comes as a file without a script, as it does by its text; with both, the file counts. What cannot be used stays in the field.
#[tokio::test]
async fn adm_4_metadata_comes_as_a_file() {
    let (mut desk, idp) = (Desk::add("other-saml").await, idp());
    let page = desk.page().await;
    assert!(page.body.contains("enctype=\"multipart/form-data\"") && page.body.contains("name=\"file\" type=\"file\""), "{}", page.body);
    let (token, at) = (page.hidden("token"), format!("{}/propose", desk.at));
    let form = [("token", token.as_str()), ("how", "metadata"), ("metadata", "what was typed")];
    let sent = desk.ada.upload(&at, &form, ("metadata.xml", b"<html>no metadata</html>")).await;
    assert!(sent.status == 200 && sent.body.contains("&lt;html&gt;no metadata&lt;/html&gt;"), "{}", sent.body);
    let sent = desk.ada.upload(&at, &form, ("", b"")).await;
    assert!(sent.status == 200 && sent.body.contains("what was typed"), "{}", sent.body);
    assert!(!desk.page().await.body.contains("id=\"proposal\""), "nothing waits");
    let stale = desk.ada.upload(&at, &[("token", "nobody\u{2019}s"), ("how", "metadata"), ("metadata", "")], ("metadata.xml", metadata(&idp).as_bytes())).await;
    assert!(lead(&stale).ends_with("?said=again"), "AD-09");
    let sent = desk.ada.upload(&at, &form, ("metadata.xml", format!("\u{feff}{}", metadata(&idp)).as_bytes())).await;
    assert_eq!(lead(&sent), format!("{}#proposal", desk.at), "{}", sent.body);
    assert!(desk.page().await.body.contains("https://idp.example/entity"));
}
