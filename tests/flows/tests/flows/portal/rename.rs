//! Another username, given by an administrator (B-038).

use std::time::Duration;

use homeward_federation::Subject;
use homeward_model::{Clock, ConnectionId, SystemRandom, UserId};
use homeward_signin::federated::LookUp;
use homeward_store::{AuditFilter, register::Register};
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, OWN, PASSWORD, enter, lead, plain, token, world};

async fn rename(browser: &mut Browser, user: UserId, to: &str) -> Page {
    let own = token(browser).await;
    browser.post(&format!("/portal/{OWN}/users/{user}/rename"), &[("token", &own), ("username", to)]).await
}

async fn known(broker: &TestBroker, name: &str) -> Option<UserId> {
    let key = homeward_model::Username::parse(name).unwrap().key().to_owned();
    let account = super::account(broker, OWN).await.account.id;
    broker.running().store.register().await.unwrap().users.into_iter().find(|user| user.account == account && user.username.key() == key).map(|user| user.id)
}

/// B-038: the person is who they were: password, open sessions and id stay; they sign in by the new name only, are told by mail, and it is on
/// record with who did it.
#[tokio::test]
async fn b_038_an_administrator_changes_a_username() {
    let broker = world().await;
    let mut mia = broker.browser();
    mia.sign_in("wiki", "mia@own.example", PASSWORD).await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let before = broker.user("mia@own.example", OWN).await;
    assert!(admin.get(&format!("/portal/{OWN}/users/{}", before.id)).await.body.contains("Change the username"));
    assert_eq!(lead(&rename(&mut admin, before.id, " Maria@own.example ").await), format!("/portal/{OWN}/users/{}?said=renamed", before.id));
    let now = broker.user("maria@own.example", OWN).await;
    assert_eq!((now.id, now.email, now.username.typed(), known(&broker, "mia@own.example").await), (before.id, before.email, "Maria@own.example", None));
    assert_eq!(mia.open("wiki", "").await.status, 303, "what was open goes on");
    assert!(broker.browser().sign_in("wiki", "maria@own.example", PASSWORD).await.contains("code="));
    let mut old = broker.browser();
    let page = old.open("wiki", "").await;
    let page = old.identify(&page, "mia@own.example").await;
    assert_eq!(old.password(&page, PASSWORD).await.status, 200, "the name of before is nobody's");
    assert!(!old.cookies.contains_key("__Host-session"));
    let mails = broker.mails().await;
    let (_, _, text) = mails.iter().find(|(to, subject, _)| to == "mia@own.example" && subject == "Your username was changed").unwrap();
    assert!(text.contains("It was mia@own.example, and it is Maria@own.example from now on."), "{text}");
    let record = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.username".into()), ..Default::default() }, 1).await.unwrap().remove(0);
    let by = broker.user("admin@own.example", OWN).await.id;
    assert_eq!((record.outcome.as_str(), record.user, record.detail), ("ok", Some(now.id), format!("m•••••@own.example → m•••••@own.example by {by}")));
}

/// LH-09, B-039: a username is one person's inside its account, in every spelling; in another account it may be another's. What cannot be one
/// stays in the field.
#[tokio::test]
async fn lh_09_a_username_is_one_persons_in_its_account() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let mia = broker.user("mia@own.example", OWN).await.id;
    let records = broker.audit_records().await;
    for (typed, says) in [("plain@own.example", "has this username already"), ("PLAIN@OWN.example", "has this username already"), ("", "Enter a username"), ("a b@own.example", "Enter a username"), ("a@b@own.example", "Enter a username")] {
        let page = rename(&mut admin, mia, typed).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: ") && page.body.contains(&format!("value=\"{typed}\"")), "{typed}: {}", page.body);
    }
    assert!(lead(&rename(&mut admin, mia, "mia@own.example").await).ends_with("said=changed"), "it is so already");
    assert_eq!((known(&broker, "mia@own.example").await, broker.audit_records().await), (Some(mia), records));
    assert!(broker.mails().await.iter().all(|(_, subject, _)| !subject.contains("username")));
    // The twins: another spelling of one's own, and a name of another account.
    for typed in ["Mia@OWN.example", "chief@below.example"] {
        assert!(lead(&rename(&mut admin, mia, typed).await).ends_with("said=renamed"), "{typed}");
        assert_eq!(known(&broker, typed).await, Some(mia));
    }
}

/// LH-09, B-038: nobody gets a username that looks like somebody else's by a letter of another alphabet, however the name before is written; one of
/// a single alphabet can be given.
#[tokio::test]
async fn lh_09_a_changed_username_has_letters_of_one_alphabet_only() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let mia = broker.user("mia@own.example", OWN).await.id;
    let records = broker.audit_records().await;
    for typed in ["m\u{456}a@own.example", "pl\u{430}in@own.example", "mi\u{3b1}@own.example"] {
        let page = rename(&mut admin, mia, typed).await;
        let says = page.body.contains("Letters of several alphabets stand in this username.") && page.body.contains("<title>Error: ");
        assert!(page.status == 200 && says && page.body.contains(&format!("value=\"{typed}\"")), "{typed}: {}", page.body);
    }
    assert_eq!((known(&broker, "mia@own.example").await, broker.audit_records().await), (Some(mia), records));
    for typed in ["миа@own.example", "müller@own.example"] {
        assert!(lead(&rename(&mut admin, mia, typed).await).ends_with("said=renamed"), "{typed}");
        assert_eq!(known(&broker, typed).await, Some(mia));
    }
}

/// OP-12, SCIM-03: nobody gives a username of a domain that another account has proved; that account's administrator can.
#[tokio::test]
async fn op_12_a_username_of_anothers_domain_is_not_given() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let mia = broker.user("mia@own.example", OWN).await.id;
    for typed in ["mia@canary-below.example", "mia@Canary-Other.example"] {
        let page = rename(&mut admin, mia, typed).await;
        assert!(page.status == 200 && page.body.contains("Another account has proved the domain of this username"), "{typed}: {}", page.body);
    }
    assert_eq!(known(&broker, "mia@own.example").await, Some(mia));
    let mut chief = enter(&broker, "chief@below.example").await;
    let theirs = broker.user("mia@below.example", BELOW).await.id;
    let own = chief.get(&format!("/portal/{BELOW}/users")).await.hidden("token");
    let led = chief.post(&format!("/portal/{BELOW}/users/{theirs}/rename"), &[("token", &own), ("username", "mia@canary-below.example")]).await;
    assert!(lead(&led).ends_with("said=renamed"), "the twin");
    assert_eq!(broker.user("mia@canary-below.example", BELOW).await.id, theirs);
}

/// AD-02, AD-06: nobody renames themselves or somebody with a wider role, and nobody without a fresh proof.
#[tokio::test]
async fn ad_02_nobody_renames_upwards_ad_06() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    for (name, said) in [("op@own.example", "wider"), ("partner@own.example", "wider"), ("admin@own.example", "oneself")] {
        let id = broker.user(name, OWN).await.id;
        assert!(lead(&rename(&mut admin, id, "other@own.example").await).ends_with(&format!("said={said}")), "{name}");
        assert_eq!(known(&broker, name).await, Some(id));
        assert!(!admin.get(&format!("/portal/{OWN}/users/{id}")).await.body.contains("Change the username"), "{name}");
    }
    let mut sec = enter(&broker, "sec@own.example").await;
    let help = broker.user("help@own.example", OWN).await.id;
    assert_eq!(rename(&mut sec, help, "other@own.example").await.status, 403, "it takes the right to give roles");
    broker.clock.wait(Duration::from_secs(5 * 60 + 1));
    let page = rename(&mut admin, help, "other@own.example").await;
    assert!(lead(&page).starts_with("/oauth2/authorize?") && !plain(&page).contains("other@"), "{}", page.body);
    assert_eq!(known(&broker, "help@own.example").await, Some(help));
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(lead(&rename(&mut admin, help, "other@own.example").await).ends_with("said=renamed"), "the twin");
    assert_eq!(known(&broker, "other@own.example").await, Some(help));
}

/// OE-07, ST-09: what a provider calls somebody leads to that person whatever they are called here, and to nobody who gets the name next.
#[tokio::test]
async fn oe_07_a_rename_moves_no_binding() {
    let broker = world().await;
    let (store, bindings) = (&broker.running().store, &broker.running().context.federation.bindings);
    let account = super::account(&broker, OWN).await.account.id;
    let connection: ConnectionId = store.register().await.unwrap().connections.into_iter().find(|entry| entry.connection.account == account).unwrap().connection.id;
    let mia = broker.user("mia@own.example", OWN).await;
    let subject = |value: &str| Subject { issuer: "https://idp.example".into(), kind: "sub".into(), value: value.into() };
    assert!(bindings.bind(connection, &subject("1"), mia.id, broker.clock.now()).await.unwrap());
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(lead(&rename(&mut admin, mia.id, "maria@own.example").await).ends_with("said=renamed"));
    let next = homeward_discovery::User { id: UserId::generate(&SystemRandom), ..mia.clone() };
    store.put(&Register { users: vec![next.clone()], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    assert_eq!(bindings.bound(connection, &subject("1")).await.unwrap(), Some(mia.id), "the same person");
    let named = bindings.by_field(account, LookUp::Username(&next.username)).await.unwrap();
    assert_eq!(named.iter().map(|user| user.id).collect::<Vec<_>>(), [next.id], "the name is the next one's");
    assert!(!bindings.bind(connection, &subject("1"), next.id, broker.clock.now()).await.unwrap(), "and what the provider called the first is not");
    assert!(bindings.has_other(connection, &subject("2"), mia.id).await.unwrap(), "nobody else comes in as the first");
    assert!(bindings.bind(connection, &subject("2"), next.id, broker.clock.now()).await.unwrap(), "the twin: the next one by their own");
}

/// LG-02: a browser knows people and not names: whoever is called otherwise from now on stays known in theirs, and whoever gets the name next is a
/// stranger there.
#[tokio::test]
async fn lg_02_a_browser_does_not_know_whoever_gets_the_name_next() {
    let broker = world().await;
    let (store, known) = (&broker.running().store, &broker.running().context.known);
    let browser = homeward_sealing::sha256(b"browser");
    let mia = broker.user("mia@own.example", OWN).await;
    let version = broker.running().context.credentials.of_users(&[mia.id]).await.unwrap().first().map_or(0, |credential| credential.version);
    known.remember((&browser, "en"), &[(mia.id, version)], broker.clock.now()).await.unwrap();
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(lead(&rename(&mut admin, mia.id, "maria@own.example").await).ends_with("said=renamed"));
    let next = homeward_discovery::User { id: UserId::generate(&SystemRandom), ..mia.clone() };
    store.put(&Register { users: vec![next.clone()], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    assert_eq!(known.knows(&browser, &[next.id, mia.id]).await.unwrap(), [mia.id]);
}
