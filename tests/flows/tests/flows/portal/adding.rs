//! Somebody new, by hand (B-103, B-104, B-119), and the mail by which one person sets a password.

use std::time::Duration;

use homeward_discovery::{AllowLocal, ConnectionState, SsoMode, User, UserState};
use homeward_model::Clock;
use homeward_portal::adding::MOST_AN_HOUR;
use homeward_store::{AuditFilter, audit::AuditRecord, register::Register};
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, OWN, PASSWORD, account, enter, lead, path, plain, token, world};

const NEW: &str = "britta.simon@own.example";

async fn add(browser: &mut Browser, username: &str, more: &[(&str, &str)]) -> Page {
    let own = token(browser).await;
    let mut form = vec![("token", own.as_str()), ("new-username", username)];
    form.extend(more);
    browser.post(&format!("/portal/{OWN}/users/add"), &form).await
}

async fn known(broker: &TestBroker, name: &str) -> Option<User> {
    let key = homeward_model::Username::parse(name).unwrap().key().to_owned();
    let account = account(broker, OWN).await.account.id;
    broker.running().store.register().await.unwrap().users.into_iter().find(|user| user.account == account && user.username.key() == key)
}

async fn newest(broker: &TestBroker, event: &str) -> Option<AuditRecord> {
    let filter = AuditFilter { event: Some(event.into()), ..AuditFilter::default() };
    broker.running().store.audit_newest(&filter, 1).await.unwrap().pop()
}

async fn mails_to(broker: &TestBroker, address: &str) -> Vec<(String, String)> {
    broker.mails().await.into_iter().filter(|(to, ..)| to == address).map(|(_, subject, text)| (subject, text)).collect()
}

/// Single Sign-On for everybody of the account, at its provider.
async fn single_sign_on(broker: &TestBroker, allow_local: AllowLocal) {
    let connection = broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = ConnectionState::Enforced).await;
    let mut entry = account(broker, OWN).await;
    (entry.account.sso_mode, entry.account.allow_local, entry.account.connection) = (SsoMode::Button, allow_local, Some(connection));
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
}

/// B-103, B-104, B-119: name, e-mail address and username are separate; the person is invited, sets a password and signs in; who added whom is
/// on record.
#[tokio::test]
async fn b_103_somebody_is_added_invited_and_signs_in() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let page = admin.get(&format!("/portal/{OWN}/users")).await;
    assert!(page.body.contains("Add a person") && page.body.contains("They get a mail by which they set a password"), "{}", page.body);
    let to = lead(&add(&mut admin, &format!(" {NEW} "), &[("new-email", "britta@mail.example"), ("new-given", "Britta"), ("new-family", "Simon")]).await);
    let user = known(&broker, NEW).await.unwrap();
    assert_eq!(to, format!("/portal/{OWN}/users/{}?said=added-invited", user.id));
    assert_eq!((user.state, user.given_name.as_str(), user.family_name.as_str(), user.email.as_ref().map(|email| email.as_str())), (UserState::Invited, "Britta", "Simon", Some("britta@mail.example")));
    assert!(user.roles.is_empty() && user.groups.is_empty() && user.rule.is_none() && !user.break_glass);
    assert!(admin.get(&to).await.body.contains("the invitation is on its way"));
    let by = broker.user("admin@own.example", OWN).await.id;
    let record = newest(&broker, "portal.user_added").await.unwrap();
    assert_eq!((record.outcome.as_str(), record.user, record.detail), ("ok", Some(user.id), format!("b•••••@own.example invited by {by}")));
    assert_eq!(newest(&broker, "portal.invited").await.unwrap().user, Some(user.id));
    let mails = mails_to(&broker, "britta@mail.example").await;
    let link = mails[0].1.split_whitespace().find(|word| word.contains("/invitation?token=")).unwrap().to_owned();
    assert_eq!(mails.len(), 1);
    let mut britta = broker.browser();
    let confirm = britta.get(&path(&link)).await;
    let opened = if confirm.status == 303 { britta.get(&lead(&confirm)).await } else { confirm };
    assert_eq!(opened.status, 200, "{}", opened.body);
    // The twin: whoever may not, adds nobody.
    for name in ["sec@own.example", "help@own.example", "audit@own.example"] {
        let mut other = enter(&broker, name).await;
        assert!(!other.get(&format!("/portal/{OWN}/users")).await.body.contains("Add a person"), "{name}");
        assert_eq!(add(&mut other, "other@own.example", &[]).await.status, 403, "{name}");
    }
    assert_eq!(known(&broker, "other@own.example").await, None);
}

/// B-119: without an e-mail address of its own, mail goes to the username; where there is none at all, nobody can be invited.
#[tokio::test]
async fn b_119_the_username_is_the_mailbox_when_it_is_an_address() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let without = add(&mut admin, "0815", &[]).await;
    assert!(without.status == 200 && without.body.contains("the invitation goes there") && without.body.contains("value=\"0815\"") && without.body.contains("<title>Error: "), "{}", without.body);
    assert_eq!(known(&broker, "0815").await, None);
    assert!(lead(&add(&mut admin, "0815", &[("new-email", "number@mail.example")]).await).ends_with("said=added-invited"), "the twin");
    assert!(lead(&add(&mut admin, NEW, &[]).await).ends_with("said=added-invited"));
    assert_eq!(mails_to(&broker, NEW).await.len(), 1);
}

/// B-103: where newcomers sign in at the provider they are active at once and get no mail, be there a mailbox or none; whoever comes while it is
/// on for the pilot only needs a password.
#[tokio::test]
async fn b_103_at_the_provider_nobody_needs_a_mail() {
    let broker = world().await;
    single_sign_on(&broker, AllowLocal::ExceptionsOnly).await;
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(admin.get(&format!("/portal/{OWN}/users")).await.body.contains("get no mail from here"));
    for name in [NEW, "0815"] {
        assert!(lead(&add(&mut admin, name, &[]).await).ends_with("said=added"), "{name}");
        assert_eq!(known(&broker, name).await.unwrap().state, UserState::Active);
    }
    assert!(broker.mails().await.is_empty());
    broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = ConnectionState::Pilot).await;
    assert!(lead(&add(&mut admin, "pilot@own.example", &[]).await).ends_with("said=added-invited"), "the twin");
    assert_eq!(known(&broker, "pilot@own.example").await.unwrap().state, UserState::Invited);
}

/// LH-09, OP-12, LR-14: a name is one person's inside its account, in every spelling, and is not another account's; names that look like
/// others, and texts that nobody can read, are refused. What was typed stays, and nothing is on record.
#[tokio::test]
async fn lh_09_op_12_what_cannot_be_added_stays_in_its_field() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let (records, users) = (broker.audit_records().await, broker.running().store.register().await.unwrap().users.len());
    let long = "x".repeat(101);
    for (username, more, says) in [
        ("mia@own.example", vec![], "has this username already"),
        ("MIA@OWN.example", vec![], "has this username already"),
        ("held@own.example", vec![], "has this username already"),
        ("m\u{456}a@own.example", vec![], "Letters of several alphabets"),
        ("new@canary-below.example", vec![], "Another account has proved the domain of this username"),
        ("", vec![], "Enter a username"),
        ("a b@own.example", vec![], "Enter a username"),
        (NEW, vec![("new-email", "nobody")], "Enter an email address"),
        (NEW, vec![("new-email", "chief@canary-below.example")], "Another account has proved the domain of this email address"),
        (NEW, vec![("new-email", "a@b.example, c@d.example")], "Enter an email address"),
        (NEW, vec![("new-given", "Ann\u{202e}")], "none that cannot be seen"),
        (NEW, vec![("new-family", long.as_str())], "none that cannot be seen"),
    ] {
        let page = add(&mut admin, username, &more).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: "), "{username}: {}", page.body);
        assert!(page.body.contains(&format!("value=\"{username}\"")) && page.body.contains("role=\"alert\""), "{username}: {}", page.body);
        assert!(!page.body.contains("CANARY"));
    }
    assert_eq!((broker.audit_records().await, broker.running().store.register().await.unwrap().users.len()), (records, users));
    assert!(broker.mails().await.is_empty());
    // The twins: the same name in another account, another spelling of no one's, and a proved domain of one's own.
    assert!(lead(&add(&mut admin, "chief@below.example", &[]).await).ends_with("said=added-invited"));
    assert!(lead(&add(&mut admin, "мiя@own.example".replace('i', "и").as_str(), &[("new-email", "mia@mail.example")]).await).ends_with("said=added-invited"));
    let mut chief = enter(&broker, "chief@below.example").await;
    let own = chief.get(&format!("/portal/{BELOW}/users")).await.hidden("token");
    let added = chief.post(&format!("/portal/{BELOW}/users/add"), &[("token", &own), ("new-username", "new@canary-below.example")]).await;
    assert!(lead(&added).ends_with("said=added"), "theirs by Single Sign-On");
}

/// AD-06, AD-09: nobody adds anybody without a fresh proof, by another site's form, or into an account of others; nothing typed stands in an
/// address. Within an hour only so many are added to one account.
#[tokio::test]
async fn ad_06_adding_asks_for_a_fresh_proof_and_ends_at_so_many() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let forged = admin.post(&format!("/portal/{OWN}/users/add"), &[("token", "x"), ("new-username", NEW)]).await;
    assert_eq!(lead(&forged), format!("/portal/{OWN}/users?said=again"));
    broker.clock.wait(Duration::from_secs(5 * 60 + 1));
    let stale = add(&mut admin, NEW, &[]).await;
    assert!(lead(&stale).starts_with("/oauth2/authorize?") && !lead(&stale).contains("britta"), "{}", stale.body);
    assert_eq!(known(&broker, NEW).await, None);
    let mut chief = enter(&broker, "chief@below.example").await;
    let own = chief.get(&format!("/portal/{BELOW}/users")).await.hidden("token");
    assert_eq!(chief.post(&format!("/portal/{OWN}/users/add"), &[("token", &own), ("new-username", NEW)]).await.status, 404);
    single_sign_on(&broker, AllowLocal::ExceptionsOnly).await;
    let mut admin = enter(&broker, "admin@own.example").await;
    for number in 0..MOST_AN_HOUR {
        assert!(lead(&add(&mut admin, &format!("n{number}"), &[]).await).ends_with("said=added"), "{number}");
    }
    let page = add(&mut admin, NEW, &[]).await;
    assert!(page.status == 200 && page.body.contains(&format!("At most {MOST_AN_HOUR} people are added within an hour.")), "{}", page.body);
    assert_eq!(known(&broker, NEW).await, None);
    broker.clock.wait(Duration::from_secs(3_600));
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(lead(&add(&mut admin, NEW, &[]).await).ends_with("said=added"), "an hour later");
}

/// B-169: whoever keeps a password gets the mail by which it is set anew, or for the first time; three within the hour, each on record, and
/// nobody whose organisation keeps it.
#[tokio::test]
async fn b_169_one_person_gets_a_mail_to_set_a_password() {
    let broker = world().await;
    let mut help = enter(&broker, "help@own.example").await;
    let own = token(&mut help).await;
    let send = async |browser: &mut Browser, own: &str, user: &User| lead(&browser.post(&format!("/portal/{OWN}/users/{}/password-mail", user.id), &[("token", own)]).await);
    let (mia, twin) = (broker.user("mia@own.example", OWN).await, broker.user("twin@many.example", OWN).await);
    assert!(help.get(&format!("/portal/{OWN}/users/{}", mia.id)).await.body.contains("Send password email"));
    for expected in ["mailed", "mailed", "mailed", "not-mailed"] {
        assert!(send(&mut help, &own, &mia).await.ends_with(&format!("said={expected}")));
    }
    let mails = mails_to(&broker, "mia@own.example").await;
    assert!(mails.len() == 3 && mails.iter().all(|(_, text)| text.contains("/reset?token=")), "{mails:?}");
    let by = broker.user("help@own.example", OWN).await.id;
    let record = newest(&broker, "portal.password_mail").await.unwrap();
    assert_eq!((record.user, record.detail), (Some(mia.id), format!("by {by}")));
    assert!(broker.browser().sign_in("wiki", "mia@own.example", PASSWORD).await.contains("code="), "the old one still works");
    // Whoever has none gets the one for the first.
    assert!(send(&mut help, &own, &twin).await.ends_with("said=mailed"));
    assert!(mails_to(&broker, "twin@many.example").await.iter().all(|(_, text)| text.contains("/invitation?token=")));
    // Not active, wider, oneself, or without a mailbox.
    for (name, said) in [("fresh@own.example", "changed"), ("held@own.example", "changed"), ("admin@own.example", "wider"), ("help@own.example", "oneself")] {
        let user = broker.user(name, OWN).await;
        assert!(send(&mut help, &own, &user).await.ends_with(&format!("said={said}")), "{name}");
        assert!(!plain(&help.get(&format!("/portal/{OWN}/users/{}", user.id)).await).contains("Send password email"), "{name}");
        assert!(mails_to(&broker, name).await.is_empty(), "{name}");
    }
    // At the provider no password counts; on the exclusion list it does.
    single_sign_on(&broker, AllowLocal::ExceptionsOnly).await;
    let (gone, kept) = (broker.user("plain@own.example", OWN).await, broker.user("kept@own.example", OWN).await);
    assert!(!help.get(&format!("/portal/{OWN}/users/{}", gone.id)).await.body.contains("Send password email"));
    assert!(send(&mut help, &own, &gone).await.ends_with("said=not-mailed"));
    assert!(mails_to(&broker, "plain@own.example").await.is_empty());
    assert!(send(&mut help, &own, &kept).await.ends_with("said=mailed"), "the twin");
    assert_eq!(mails_to(&broker, "kept@own.example").await.len(), 1);
}
