//! 1.G: who is meant, and by whom. What belongs to users and accounts is proved where they are; here is what an answer says.

use homeward_federation::{Subject, saml};
use homeward_simulator::saml::{Attribute, Idp, NameId, encode};

use crate::world::{ALICE, IDP, NOW, accepts, alice, is_refused, outcome, pending, refuses, refuses_at, with_settings, world, xml};

const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

fn subject(name: NameId) -> (Subject, bool) {
    let mut answer = alice();
    answer.assertion.as_mut().unwrap().name_id = Some(name);
    let verified = outcome(&xml(&answer)).unwrap();
    (verified.subject().clone(), verified.binds())
}

/// ST-02, ST-03: the key is the connection's, whatever issuer the message names.
#[test]
fn st_02_st_03_another_provider_is_another_provider() {
    accepts(&xml(&alice()));
    let other = Idp::with_key("https://idp.b.example/metadata", homeward_simulator::SigningKey::new("b", homeward_simulator::KeyKind::Rsa, Default::default()).unwrap());
    // B's own, genuine, sent to A.
    refuses(&other.response(&other.answer(&crate::world::asked(), ALICE, NOW)), "sig.untrusted_key");
    // B says it is A.
    refuses(&other.response(&world().idp().answer(&crate::world::asked(), ALICE, NOW)), "sig.untrusted_key");
    // A's key, B's name.
    refuses(&world().idp().response(&other.answer(&crate::world::asked(), ALICE, NOW)), "issuer.unexpected");
}

/// ST-04, SK-21: two accounts with the same provider: the answer is for one of them.
#[test]
fn st_04_sk_21_one_provider_for_two_accounts() {
    let good = xml(&alice());
    accepts(&good);
    let b = crate::world::connection(saml::SamlSettings::new(IDP, saml::EndpointUrl::parse("https://idp.a.example/sso").unwrap(), vec![world().idp().certificate_pem()]));
    let b = homeward_federation::Connection { id: homeward_model::ConnectionId::generate(&crate::world::Counted(9.into())), ..b };
    let mut sp = world().sp.clone();
    sp.entity_id = "https://signin.example.com/saml/b".to_owned();
    sp.acs_url = "https://signin.example.com/saml/b/acs".to_owned();
    let waiting = homeward_federation::Pending { connection: b.id, ..pending() };
    is_refused(saml::verify(&encode(&good), &b, &sp, Some(&waiting), NOW), "destination.unexpected");
}

/// ST-05, ST-06: value, format and qualifiers make a subject together.
#[test]
fn st_05_st_06_equal_values_of_two_kinds_are_two_subjects() {
    let plain = NameId::new("1001", PERSISTENT);
    let with = |qualifier: Option<&str>, sp: Option<&str>| NameId { name_qualifier: qualifier.map(str::to_owned), sp_name_qualifier: sp.map(str::to_owned), ..plain.clone() };
    let kinds = [plain.clone(), NameId::email("1001"), NameId { format: None, ..plain.clone() }, with(Some("urn:other"), None), with(None, Some("urn:other")), with(Some("urn:other"), Some("urn:x"))];
    let subjects: std::collections::BTreeSet<Subject> = kinds.into_iter().map(|name| subject(name).0).collect();
    assert_eq!(subjects.len(), 6);
    assert!(subjects.iter().all(|s| s.value == "1001" && s.issuer == IDP));
    // Qualifiers that say what is so anyway change nothing (Core 8.3.7).
    assert_eq!(subject(with(Some(IDP), Some(crate::world::SP))), subject(plain));
}

#[test]
fn st_07_a_transient_name_binds_nobody() {
    let (transient, binds) = subject(NameId::new("_x", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"));
    assert_eq!((transient.value.as_str(), binds), ("_x", false));
    assert!(subject(NameId::new("_x", PERSISTENT)).1);
}

#[test]
fn st_08_sc_23_names_are_compared_as_they_are() {
    let values = ["alice", "Alice", "alice ", " alice", "alic\u{e9}", "alice\u{301}", "alice\n"];
    let subjects: std::collections::BTreeSet<String> = values.iter().map(|v| subject(NameId::new(v, PERSISTENT)).0.value).collect();
    assert_eq!(subjects.len(), values.len());
}

/// SC-18, ST-16: attributes are what the provider says; none of them becomes another value of ours.
#[test]
fn sc_18_st_16_attributes_are_only_attributes() {
    let mut answer = alice();
    let reserved = ["sub", "iss", "account_number", "amr", "account"].map(|name| Attribute::new(name, "evil"));
    answer.assertion.as_mut().unwrap().attributes = reserved.into();
    answer.assertion.as_mut().unwrap().attributes.push(Attribute { name: "mail".to_owned(), format: None, values: vec!["a@a.example".to_owned(), "b@a.example".to_owned()] });
    let verified = outcome(&xml(&answer)).unwrap();
    assert_eq!((verified.name(), verified.subject().issuer.as_str(), verified.amr().len()), (ALICE, IDP, 0));
    assert_eq!((verified.value("mail"), verified.values("mail").len(), verified.value("sub")), (None, 2, Some("evil")));
}

#[test]
fn a_name_is_there_and_not_empty() {
    accepts(&xml(&alice()));
    for name in [None, Some(NameId::email("")), Some(NameId::email("  "))] {
        let mut answer = alice();
        answer.assertion.as_mut().unwrap().name_id = name;
        refuses_at(&xml(&answer), &with_settings(|_| ()), "name.missing");
    }
}
