//! "Why can't they sign in?" about somebody who is led to a provider: what is known here of checks 5 and 6, without the provider.

use homeward_discovery::{ConnectionState, DomainClaim, UserState};
use homeward_federation::{Jit, LocalField, Protocol};
use homeward_model::{Clock, DomainName, EmailAddress, Timestamp};
use homeward_simulator::{KeyKind, SigningKey, Validity, saml::Idp};
use homeward_store::register::ConnectionEntry;
use homeward_testkit::{Browser, TestBroker, register_of_domains};

use super::{BELOW, enter, world};
use crate::federated;

const MIA: &str = "mia@below.example";
const NOTHING: &str = "Nothing that we can see stands in the way";

/// What the page says about somebody of the account whose people are led to a provider.
async fn why(broker: &TestBroker, chief: &mut Browser, username: &str) -> String {
    let id = broker.user(username, BELOW).await.id;
    let page = chief.get(&format!("/portal/{BELOW}/users/{id}/why?app=wiki")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body
}

async fn change(broker: &TestBroker, how: impl FnOnce(&mut ConnectionEntry)) {
    broker.change_connection(BELOW, "CANARY-BELOW-PROVIDER", how).await;
}

/// The provider with its settings, and a domain that the account has not proved.
async fn provider(broker: &TestBroker) {
    let idp = Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap();
    change(broker, |entry| entry.settings = Some(federated::settings(&idp))).await;
}

async fn prove(broker: &TestBroker, domain: &str) {
    let account = broker.user(MIA, BELOW).await.account;
    let claim = DomainClaim { domain: DomainName::parse(domain).unwrap(), account, verified_at: Some(broker.clock.now()), connection: None };
    broker.running().store.put(&register_of_domains(vec![claim]), &[], broker.clock.now()).await.unwrap();
}

/// Check 5: the provider's word about a name of a domain that the account has not proved counts for nothing, and a field that is not there, or
/// that two people have, names nobody.
#[tokio::test]
async fn why_looks_at_whom_an_answer_would_name() {
    let broker = world().await;
    provider(&broker).await;
    let mut chief = enter(&broker, "chief@below.example").await;
    assert!(why(&broker, &mut chief, MIA).await.contains("a domain that the account has not proved"));
    prove(&broker, "below.example").await;
    assert!(why(&broker, &mut chief, MIA).await.contains(NOTHING));
    let by = |field: LocalField| move |entry: &mut ConnectionEntry| entry.settings.as_mut().unwrap().matching.local = field;
    change(&broker, by(LocalField::ExternalId)).await;
    assert!(why(&broker, &mut chief, MIA).await.contains("by an external ID, and this user has none here"));
    broker.change_user(MIA, BELOW, |user| user.external_id = Some("1001".into())).await;
    assert!(why(&broker, &mut chief, MIA).await.contains(NOTHING));
    change(&broker, by(LocalField::Email)).await;
    broker.change_user(MIA, BELOW, |user| user.email = None).await;
    assert!(why(&broker, &mut chief, MIA).await.contains("by their email address, and this user has none here"));
    broker.change_user(MIA, BELOW, |user| user.email = EmailAddress::parse("desk@below.example").ok()).await;
    assert!(why(&broker, &mut chief, MIA).await.contains(NOTHING));
    broker.change_user("twin@many.example", BELOW, |user| user.email = EmailAddress::parse("Desk@below.example").ok()).await;
    assert!(why(&broker, &mut chief, MIA).await.contains("the same email address or external ID"));
    broker.change_user("twin@many.example", BELOW, |user| user.email = None).await;
    assert!(why(&broker, &mut chief, MIA).await.contains(NOTHING));
}

/// Check 6 and the connection itself: who is invited where the provider's word lets them in, certificates that have ended, and the pilot.
#[tokio::test]
async fn why_looks_at_the_connection() {
    let broker = world().await;
    provider(&broker).await;
    prove(&broker, "below.example").await;
    let mut chief = enter(&broker, "chief@below.example").await;
    let fresh = "fresh@below.example";
    assert_eq!(broker.user(fresh, BELOW).await.state, UserState::Invited);
    assert!(why(&broker, &mut chief, fresh).await.contains("The invitation was not accepted yet"));
    change(&broker, |entry| entry.settings.as_mut().unwrap().jit = Jit::LinkOnly).await;
    assert!(why(&broker, &mut chief, fresh).await.contains(NOTHING), "the provider's word activates them");
    let strict = |is: bool| move |entry: &mut ConnectionEntry| if let Protocol::Saml(saml) = &mut entry.settings.as_mut().unwrap().protocol { saml.require_valid_certificate = is };
    change(&broker, strict(true)).await;
    assert!(why(&broker, &mut chief, MIA).await.contains(NOTHING), "the certificate is valid now");
    let ended = Idp::with_key("https://idp.example/entity", SigningKey::new("Ended", KeyKind::Rsa, Validity { from: Timestamp::from_seconds(1_577_836_800), until: Timestamp::from_seconds(1_577_923_200) }).unwrap());
    change(&broker, |entry| entry.settings = Some(federated::settings(&ended))).await;
    change(&broker, strict(true)).await;
    assert!(why(&broker, &mut chief, MIA).await.contains("Every certificate of the provider has ended"));
    change(&broker, strict(false)).await;
    assert!(why(&broker, &mut chief, MIA).await.contains(NOTHING), "one that has ended is accepted here");
    change(&broker, |entry| entry.connection.state = ConnectionState::Pilot).await;
    assert!(why(&broker, &mut chief, MIA).await.contains("on for the pilot only"));
}
