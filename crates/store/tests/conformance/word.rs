//! What somebody made on a provider's word ends with the link that carried it. What they made by a password stays, and so does everybody else's.

use homeward_discovery::{Connection, ConnectionState, User};
use homeward_federation::{
    ConnectionSettings, Preset, Protocol, Subject,
    delegated::{GrantKey, Grants},
    oidc::OidcSettings,
};
use homeward_model::{ApiTokenId, CaseNumber, ConnectionId, SystemRandom};
use homeward_portal::{
    Role,
    ports::{Deed, Moved},
    setup_link::{SetupLink, ports::SetupLinks},
    tokens::{ApiToken, ports::ApiTokens},
};
use homeward_signin::federated::Bindings;
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    delegated::grant,
    ports::{NOW, later, someone, user},
};

fn name(issuer: &str, value: &str) -> Subject {
    Subject { issuer: issuer.into(), kind: "sub".into(), value: value.into() }
}

/// ST-09, ST-13, OP-03: a token for the API that was made on the old name's word, a setup link and what applications may do at the provider end with the
/// link, when somebody is linked anew and when an operator takes the link away. A new name that is not the connection's ends nothing.
pub async fn st_13_op_03_what_a_provider_vouched_for_ends_with_the_link(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let (ben, cleo) = (user(&account, "ben@b.example"), user(&account, "cleo@b.example"));
    let id = ConnectionId::generate(&SystemRandom);
    let connection = Connection { id, account: account.id, name: "Okta".into(), state: ConnectionState::Enforced, outage: None };
    let settings = ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new("https://new.example", "homeward"))));
    let entries = Register { connections: vec![ConnectionEntry { connection, settings: Some(settings) }], users: vec![ben.clone(), cleo.clone()], ..Register::default() };
    store.put(&entries, &[], NOW).await.unwrap();
    for (place, person) in [(1_u8, &ann), (2, &ben), (3, &cleo)] {
        assert!(store.bind(id, &name("https://old.example", &place.to_string()), person.id, NOW).await.unwrap());
        let deed = Deed { event: "portal.token", by: person.id, link: None, account: account.id, user: None, detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
        for federated in [true, false] {
            let token = ApiToken {
                id: ApiTokenId::generate(&SystemRandom), maker: person.id, account: account.id, name: "build".into(), scopes: Default::default(), federated, made_at: NOW, expires_at: later(1000), ended_at: None, last_used: None,
            };
            assert_eq!(ApiTokens::make(&store, &[place + 10 * u8::from(federated); 32], &token, 100, &deed).await.unwrap(), Moved::Done);
        }
        let link = SetupLink {
            reference: CaseNumber::generate(&SystemRandom), account: account.id, connection: None, maker: person.id, roles: [Role::Administrator].into(), made_at: NOW, until: later(3600), ended_at: None, opened_at: None,
        };
        assert!(SetupLinks::make(&store, &[place; 32], &link, (100, NOW), &deed).await.unwrap());
        let key = GrantKey { connection: id, user: person.id };
        Grants::grant(&store, key, grant(key, 1, "kept")).await.unwrap();
    }
    // Of the token on the provider's word, of the one by a password, of the link, and of what was granted at the provider: whether it counts.
    let counts = async |place: u8, person: &User| {
        let token = async |hash: u8| ApiTokens::find(&store, &[hash; 32]).await.unwrap().is_some_and(|found| found.token.ended_at.is_none());
        let link = SetupLinks::by_token(&store, &[place; 32]).await.unwrap().is_some_and(|found| found.link.ended_at.is_none());
        let granted = Grants::find(&store, GrantKey { connection: id, user: person.id }).await.unwrap().is_some();
        (token(place + 10).await, token(place).await, link, granted)
    };
    let (all, own) = ((true, true, true, true), (false, true, false, false));
    assert!(!store.relink(id, (&name("https://old.example", "1"), &name("https://third.example", "1")), ann.id, later(1)).await.unwrap());
    assert_eq!(counts(1, &ann).await, all, "nobody was linked anew");
    assert!(store.relink(id, (&name("https://old.example", "1"), &name("https://new.example", "1")), ann.id, later(1)).await.unwrap());
    assert_eq!((counts(1, &ann).await, counts(2, &ben).await), (own, all));
    assert_eq!(store.unlink(ben.id, later(2)).await.unwrap(), 1);
    assert_eq!((counts(2, &ben).await, counts(3, &cleo).await), (own, all));
}
