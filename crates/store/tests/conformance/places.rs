//! Connections that share an address: which of them an answer that nobody asked for may mean.

use homeward_discovery::{Connection, ConnectionState, Outage};
use homeward_federation::{
    ConnectionSettings, IdpInitiated, Preset, Protocol,
    saml::{EndpointUrl, OwnIdentity, SamlSettings},
};
use homeward_model::{ConnectionId, SystemRandom};
use homeward_signin::federated::Connections;
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, later, someone},
};

const PATH: &str = "/sp/ACS.saml2";
const ISSUER: &str = "https://idp.example/entity";

fn settings(issuer: &str, path: &str, rule: IdpInitiated) -> ConnectionSettings {
    let mut saml = SamlSettings::new(issuer, EndpointUrl::parse("https://idp.example/sso").unwrap(), Vec::new());
    saml.own_identity = Some(OwnIdentity { entity_id: None, acs_path: Some(path.into()), slo_path: Some(format!("{path}/out")), acs_origin: None });
    let mut settings = ConnectionSettings::new(Preset::Generic, Protocol::Saml(Box::new(saml)));
    settings.idp_initiated = rule;
    settings
}

/// B-181: one that is prepared, was turned off, or refuses such answers does not stand in the way of one that takes them. Where nobody takes them, whoever
/// refuses is found, so that its refusal is its account's.
pub async fn b_181_what_is_off_or_refuses_shares_no_address(store: Store, _: &Folder) {
    use ConnectionState::{Domains, Draft, Enforced, Outage as Out, Pilot, Retired, Tested};
    let (account, _) = someone(&store).await;
    let (mut counted, mut refusing) = (Vec::new(), Vec::new());
    for (state, issuer, path, rule, counts) in [
        (Draft, ISSUER, PATH, IdpInitiated::Accept, false),
        (Tested, ISSUER, PATH, IdpInitiated::Accept, false),
        (Retired, ISSUER, PATH, IdpInitiated::Accept, false),
        (Enforced, ISSUER, PATH, IdpInitiated::Refuse, false),
        (Enforced, "https://other.example", PATH, IdpInitiated::Accept, false),
        (Enforced, ISSUER, "/other", IdpInitiated::Accept, false),
        (Enforced, ISSUER, PATH, IdpInitiated::Accept, true),
        (Pilot, ISSUER, PATH, IdpInitiated::Convert, true),
        (Domains, ISSUER, PATH, IdpInitiated::Accept, true),
        (Out, ISSUER, PATH, IdpInitiated::Accept, true),
    ] {
        let id = ConnectionId::generate(&SystemRandom);
        let outage = (state == Out).then(|| Outage { until: later(60), back: Enforced });
        let connection = Connection { id, account: account.id, name: format!("{state:?} {rule:?} {issuer} {path}"), state, outage };
        let entry = ConnectionEntry { connection, settings: Some(settings(issuer, path, rule)) };
        store.put(&Register { connections: vec![entry], ..Register::default() }, &[], NOW).await.unwrap();
        if counts {
            counted.push(id);
        } else if rule == IdpInitiated::Refuse {
            refusing.push(id);
        }
        let mut found = store.at_path(PATH, ISSUER).await.unwrap();
        found.sort_by_key(ConnectionId::as_uuid);
        counted.sort_by_key(ConnectionId::as_uuid);
        assert_eq!(&found, if counted.is_empty() { &refusing } else { &counted }, "{state:?} {rule:?} {issuer} {path}");
    }
    assert_eq!((counted.len(), refusing.len()), (4, 1));
    // Signing out is heard of every one that is in use, whatever it does with answers that nobody asked for, and in an outage.
    let out = format!("{PATH}/out");
    let mut heard = store.sign_outs_at(&out, ISSUER).await.unwrap();
    heard.sort_by_key(ConnectionId::as_uuid);
    let mut all: Vec<ConnectionId> = counted.into_iter().chain(refusing).collect();
    all.sort_by_key(ConnectionId::as_uuid);
    assert_eq!(heard, all);
    assert_eq!(store.sign_outs_at(PATH, ISSUER).await.unwrap(), []);
    for (path, answers, signs_out) in [(PATH, true, false), (out.as_str(), false, true), ("/nobody", false, false)] {
        assert_eq!((store.answers_at(path).await.unwrap(), store.signs_out_at(path).await.unwrap()), (answers, signs_out), "{path}");
    }
}
