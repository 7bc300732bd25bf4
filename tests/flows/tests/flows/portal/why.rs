//! "Why can't they sign in?" about somebody who is led to a provider: what is known here of checks 5 and 6, without the provider.

use homeward_discovery::{AllowLocal, ConnectionState, Disclosure, DomainClaim, GroupRule, SsoMode, UserRule, UserState};
use homeward_federation::{Jit, LocalField, Protocol, Subject};
use homeward_model::{Clock, DomainName, EmailAddress, Timestamp};
use homeward_simulator::{KeyKind, SigningKey, Validity, saml::Idp};
use homeward_store::register::{AccountEntry, ConnectionEntry, Register};
use homeward_testkit::{Browser, TestBroker, register_of_domains};

use super::{BELOW, PASSWORD, account, enter, give_password, world};
use crate::federated;

const MIA: &str = "mia@below.example";
const NOTHING: &str = "Nothing that we can see stands in the way";

/// What the page says about somebody of the account whose people are led to a provider.
async fn why(broker: &TestBroker, chief: &mut Browser, username: &str) -> String {
    why_not(broker, chief, username, "wiki").await
}

async fn why_not(broker: &TestBroker, chief: &mut Browser, username: &str, app: &str) -> String {
    let id = broker.user(username, BELOW).await.id;
    let page = chief.get(&format!("/portal/{BELOW}/users/{id}/why?app={app}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body
}

async fn change(broker: &TestBroker, how: impl FnOnce(&mut ConnectionEntry)) {
    broker.change_connection(BELOW, "CANARY-BELOW-PROVIDER", how).await;
}

/// The provider with its settings, and a domain that the account has not proved.
async fn provider(broker: &TestBroker) {
    change(broker, |entry| entry.settings = Some(federated::settings(&federated::idp()))).await;
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

/// ST-12: whoever is linked there already is let in as long as the account has the domain of their name.
#[tokio::test]
async fn st_12_why_looks_at_the_domain_of_whoever_is_linked() {
    let broker = world().await;
    provider(&broker).await;
    let connection = broker.change_connection(BELOW, "CANARY-BELOW-PROVIDER", |_| {}).await;
    let subject = Subject { issuer: "https://idp.example/entity".into(), kind: "persistent".into(), value: "1".into() };
    let mia = broker.user(MIA, BELOW).await.id;
    assert!(broker.running().context.federation.bindings.bind(connection, &subject, mia, broker.clock.now()).await.unwrap());
    let mut chief = enter(&broker, "chief@below.example").await;
    assert!(why(&broker, &mut chief, MIA).await.contains("a domain that the account has not proved"));
    prove(&broker, "below.example").await;
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
    assert!(why(&broker, &mut chief, MIA).await.contains(PILOT));
}

const PILOT: &str = "on for some people only, and this user is not among them";
const NO_PASSWORD: &str = "A password is asked for, and this user has none";
const REFUSED: &str = "let nobody in this way";
const FACTOR: &str = "asks for a second factor, and a password brings none";

/// What the sign-in does with Mia: the provider, refused at once, or the password, and what comes of it where she has one.
async fn led(broker: &TestBroker, app: &str) -> &'static str {
    let mut mia = broker.browser();
    let page = mia.open(app, "").await;
    let page = mia.identify(&page, MIA).await;
    match (page.status, page.heading()) {
        (200, "Sign in with your organisation") => return "provider",
        (200, "Enter your password") => {}
        (403, _) => return "refused",
        (status, heading) => panic!("{app}: {status} {heading}"),
    }
    let mia_herself = broker.user(MIA, BELOW).await.id;
    if broker.running().context.credentials.of_users(&[mia_herself]).await.unwrap().is_empty() {
        return "password";
    }
    let answer = mia.password(&page, PASSWORD).await;
    match (answer.refresh().is_some(), answer.status) {
        (true, _) => "in",
        (false, 403) => "barred",
        (false, status) => panic!("{app}: {status} {}", answer.heading()),
    }
}

async fn change_account(broker: &TestBroker, how: impl FnOnce(&mut AccountEntry)) {
    let mut entry = account(broker, BELOW).await;
    how(&mut entry);
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
}

/// The pilot is named where it alone keeps somebody out, and not where another rule does, which goes before it. Each answer stands beside what the
/// sign-in really does.
#[tokio::test]
async fn why_says_what_the_sign_in_does_with_who_is_not_in_the_pilot() {
    let mut broker = world().await;
    broker.settings.signin.disclosure = Disclosure::Open;
    broker.restart().await;
    provider(&broker).await;
    prove(&broker, "below.example").await;
    change(&broker, |entry| entry.connection.state = ConnectionState::Pilot).await;
    let mut chief = enter(&broker, "chief@below.example").await;
    let mut both = async |app: &str, does: &str, says: &str, when: &str| {
        assert_eq!(led(&broker, app).await, does, "{when}");
        let page = why_not(&broker, &mut chief, MIA, app).await;
        let said: Vec<&str> = [NOTHING, PILOT, NO_PASSWORD, REFUSED, FACTOR].into_iter().filter(|one| page.contains(one)).collect();
        assert_eq!(said, [says], "{when}");
    };
    let rule = async |rule| broker.change_user(MIA, BELOW, |user| user.rule = rule).await;
    both("wiki", "password", PILOT, "outside the pilot").await;
    both("kiosk", "password", NO_PASSWORD, "an application that never asks for Single Sign-On").await;
    both("strong", "password", PILOT, "outside the pilot, and a password would not be enough").await;
    rule(Some(UserRule::Pilot)).await;
    both("wiki", "provider", NOTHING, "in the pilot").await;
    both("strong", "provider", NOTHING, "in the pilot").await;
    rule(Some(UserRule::Excluded)).await;
    both("wiki", "password", NO_PASSWORD, "on the exclusion list").await;
    both("strong", "password", FACTOR, "on the exclusion list, and a password is not enough").await;
    rule(None).await;
    broker.change_user(MIA, BELOW, |user| user.break_glass = true).await;
    both("wiki", "password", NO_PASSWORD, "a user with emergency access").await;
    broker.change_user(MIA, BELOW, |user| user.break_glass = false).await;
    let off = GroupRule { group: "CANARY-BELOW-GROUP".into(), sso_mode: SsoMode::Off, connection: None };
    change_account(&broker, |entry| entry.account.group_rules = vec![off]).await;
    both("wiki", "password", NO_PASSWORD, "the group's own rule").await;
    change_account(&broker, |entry| (entry.account.group_rules, entry.account.sso_entitled) = (vec![], false)).await;
    both("wiki", "password", NO_PASSWORD, "not in the contract").await;
    change_account(&broker, |entry| (entry.account.sso_entitled, entry.account.allow_local) = (true, AllowLocal::No)).await;
    both("wiki", "refused", PILOT, "outside the pilot, and passwords are off").await;
    change(&broker, |entry| entry.connection.state = ConnectionState::Draft).await;
    both("wiki", "refused", REFUSED, "no connection is on").await;
    change(&broker, |entry| entry.connection.state = ConnectionState::Pilot).await;
    change_account(&broker, |entry| entry.account.allow_local = AllowLocal::ExceptionsOnly).await;
    give_password(&broker, MIA, BELOW).await;
    both("wiki", "in", NOTHING, "a password beside the pilot").await;
    both("strong", "barred", PILOT, "a password, and it is not enough").await;
    rule(Some(UserRule::Excluded)).await;
    both("wiki", "in", NOTHING, "a password of somebody on the exclusion list").await;
    both("strong", "barred", FACTOR, "a password of somebody on the exclusion list, and it is not enough").await;
}
