//! Tokens: how they are made and ended in the portal, and what ends them by itself.

use std::time::Duration;

use homeward_discovery::{AccountState, ConnectionState, User, UserState};
use homeward_local_credential::{CredentialUpdate, StoredCredential};
use homeward_model::{ApiTokenId, Clock, SystemRandom, Timestamp};
use homeward_portal::{
    Role,
    tokens::{ApiToken, Scope},
};
use homeward_signin::ports::AuditEvent;
use homeward_store::{AuditFilter, audit::AuditRecord, register::Register};
use homeward_testkit::TestBroker;

use super::{Caller, json_of, problem};
use crate::portal::{BELOW, OWN, account, enter, keep_token, lead, line, plain, through_sign_in, token, token_of, world};

async fn records(broker: &TestBroker, event: &str) -> Vec<AuditRecord> {
    broker.running().store.audit_newest(&AuditFilter { event: Some(event.into()), ..AuditFilter::default() }, 100).await.unwrap()
}

fn secret_in(body: &str) -> String {
    let from = body.find("value=\"hwt_").unwrap() + 7;
    body[from..].split('"').next().unwrap().to_owned()
}

/// AD-06: a token is made by a person with a fresh proof, shown once, lists without its secret, works, and is over once somebody ends it;
/// each of these is on record, by whom.
#[tokio::test]
async fn ad_06_a_token_is_made_used_and_ended() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let ada = broker.user("admin@own.example", OWN).await.id;
    let page = admin.get(&format!("/portal/{OWN}/api-tokens")).await;
    assert!(page.body.contains("This account has no token.") && page.body.contains("scope-users-write") && !page.body.contains("scope-accounts-enter"), "an administrator has no use for it");
    assert_eq!(page.body.matches("Dangerous: nobody is asked for a proof").count(), Scope::ALL.iter().filter(|s| s.is_dangerous()).count() - 1);
    let form = page.hidden("token");
    let asked = [("token", form.as_str()), ("name", "user export"), ("days", "30"), ("scope-users-read", "yes"), ("scope-users-write", "yes")];
    broker.clock.wait(Duration::from_secs(301));
    let stale = admin.post(&format!("/portal/{OWN}/api-tokens/make"), &asked).await;
    assert!(lead(&stale).contains("/oauth2/authorize"), "a proof of five minutes ago is none");
    through_sign_in(&mut admin, &stale, "admin@own.example").await;
    let form = token(&mut admin).await;
    for (name, days, scope) in [("", "30", "scope-users-read"), ("x", "0", "scope-users-read"), ("x", "366", "scope-users-read"), ("x", "30", "scope-accounts-enter"), ("x", "30", "none")] {
        let page = admin.post(&format!("/portal/{OWN}/api-tokens/make"), &[("token", form.as_str()), ("name", name), ("days", days), (scope, "yes")]).await;
        assert!(page.status == 200 && !page.body.contains("hwt_") && page.body.contains("class=\"err\""), "{name} {days} {scope}");
    }
    let asked = [("token", form.as_str()), ("name", "user export"), ("days", "30"), ("scope-users-read", "yes"), ("scope-users-write", "yes")];
    let made = admin.post(&format!("/portal/{OWN}/api-tokens/make"), &asked).await;
    let caller = Caller { browser: broker.browser(), secret: secret_in(&made.body) };
    assert!(!admin.get(&format!("/portal/{OWN}/api-tokens")).await.body.contains("hwt_"), "it is shown once");
    let own = caller.send(reqwest::Method::GET, "/token", &[], None).await;
    assert_eq!(problem(&own), "portal.scope", "it needs a scope like everything else");
    assert_eq!(caller.get(&format!("/accounts/{OWN}/users")).await.status, 200);
    assert_eq!(caller.get(&format!("/accounts/{OWN}/users")).await.status, 200);
    let used = records(&broker, "portal.token_used").await;
    let id = used[0].detail.split("[token ").nth(1).unwrap().split(']').next().unwrap().to_owned();
    assert_eq!((used.len(), used[0].detail.as_str()), (1, format!("[token {id}] by {ada}").as_str()), "the first use of the day");
    broker.clock.wait(Duration::from_secs(86_400));
    assert_eq!(caller.get(&format!("/accounts/{OWN}/users")).await.status, 200);
    assert_eq!(records(&broker, "portal.token_used").await.len(), 2, "and of the next");
    let mut sec = enter(&broker, "sec@own.example").await;
    let page = sec.get(&format!("/portal/{OWN}/api-tokens")).await;
    assert!(plain(&page).contains("by admin@own.example") && !page.body.contains("/api-tokens/end"), "nobody takes from above");
    let form = token(&mut sec).await;
    let refused = sec.post(&format!("/portal/{OWN}/api-tokens/end"), &[("token", &form), ("id", &id)]).await;
    assert!(lead(&refused).ends_with("said=wider"));
    let mut admin = enter(&broker, "admin@own.example").await;
    let form = token(&mut admin).await;
    let ended = admin.post(&format!("/portal/{OWN}/api-tokens/end"), &[("token", &form), ("id", &id)]).await;
    assert!(lead(&ended).ends_with("said=token-ended"));
    let gone = caller.get(&format!("/accounts/{OWN}/users")).await;
    assert_eq!((gone.status, problem(&gone).as_str()), (401, "portal.token"));
    let deeds: Vec<String> = records(&broker, "portal.token").await.into_iter().map(|record| record.detail).collect();
    assert_eq!(deeds, [format!("− {id} by {ada}"), format!("+ {id}: users:read users:write by {ada}")]);
    let activity = admin.get(&format!("/portal/{OWN}/activity")).await;
    assert!(activity.body.contains("API token made or ended") && activity.body.contains("API token used, first time that day"));
}

/// AD-02: what a token may do is never more than its maker may do now: suspended, without the role, or in a suspended account it is
/// nothing any more, and so it is once it is over.
#[tokio::test]
async fn ad_02_a_token_lives_no_longer_than_what_its_maker_may() {
    let broker = world().await;
    let path = format!("/accounts/{OWN}/users");
    let dead = |page: homeward_testkit::Page| (page.status, problem(&page)) == (401, "portal.token".to_owned());
    let sec = Caller::whole(&broker, "sec@own.example", OWN).await;
    assert_eq!(sec.get(&path).await.status, 200);
    broker.change_user("sec@own.example", OWN, |user| user.state = UserState::Suspended).await;
    assert!(dead(sec.get(&path).await));
    broker.change_user("sec@own.example", OWN, |user| user.state = UserState::Active).await;
    assert_eq!(sec.get(&path).await.status, 200, "the twin: as long as the maker counts");
    let user = broker.user("sec@own.example", OWN).await;
    broker.running().store.give_portal_role(user.id, Role::Auditor, &line(&broker, &user)).await.unwrap();
    broker.running().store.take_portal_role(user.id, Role::Security, &line(&broker, &user)).await.unwrap().unwrap();
    let mia = broker.user("mia@own.example", OWN).await.id;
    assert_eq!(sec.get(&path).await.status, 200);
    let refused = sec.post(&format!("{path}/{mia}/suspend"), None).await;
    assert_eq!((refused.status, problem(&refused).as_str()), (403, "portal.not_allowed"), "the role became narrower, and so the token");
    broker.running().store.take_portal_role(user.id, Role::Auditor, &line(&broker, &user)).await.unwrap().unwrap();
    assert!(dead(sec.get(&path).await), "no role at all");
    broker.running().store.give_portal_role(user.id, Role::Auditor, &line(&broker, &user)).await.unwrap();
    assert!(dead(sec.get(&path).await), "a role that is given again brings no forgotten token back");
    let new = Caller::whole(&broker, "sec@own.example", OWN).await;
    assert_eq!(new.get(&path).await.status, 200, "the twin: one that was made since");
    let plain_user = Caller::whole(&broker, "plain@own.example", OWN).await;
    assert!(dead(plain_user.get(&path).await), "who has no role has no token that counts");
    let chief = Caller::whole(&broker, "chief@below.example", BELOW).await;
    assert_eq!(chief.get(&format!("/accounts/{BELOW}")).await.status, 200);
    let mut entry = account(&broker, BELOW).await;
    entry.account.state = AccountState::Suspended;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    assert!(dead(chief.get(&format!("/accounts/{BELOW}")).await), "a suspended account is closed");
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    broker.clock.wait(Duration::from_secs(90 * 86_400 - 1));
    assert_eq!(admin.get(&path).await.status, 200);
    broker.clock.wait(Duration::from_secs(1));
    assert!(dead(admin.get(&path).await), "it is over");
    broker.running().store.sweep(broker.clock.now().plus(Duration::from_secs(31 * 86_400))).await.unwrap();
    assert!(broker.running().store.api_tokens(None, homeward_model::Timestamp::from_seconds(0)).await.unwrap().is_empty(), "and forgotten a month later");
}

/// AD-02: a token gives no role that its maker does not hold, makes no token, and touches nobody above its maker; by a token of a
/// session that a provider vouched for, nobody is operator.
#[tokio::test]
async fn ad_02_a_token_reaches_no_further_than_its_maker() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let give = |role: &str| serde_json::json!({ "username": "plain@own.example", "role": role });
    for role in ["operator", "partner"] {
        let page = admin.post(&format!("/accounts/{OWN}/administrators"), Some(&give(role))).await;
        assert_eq!((page.status, problem(&page).as_str()), (403, "role.too_much"), "{role}");
    }
    assert_eq!(admin.post(&format!("/accounts/{OWN}/administrators"), Some(&give("helpdesk"))).await.status, 204, "the twin");
    let op = broker.user("op@own.example", OWN).await.id;
    let own = broker.user("admin@own.example", OWN).await.id;
    for (user, code) in [(op, "wider_role"), (own, "oneself")] {
        let page = admin.post(&format!("/accounts/{OWN}/users/{user}/suspend"), None).await;
        assert_eq!((page.status, problem(&page).as_str()), (403, code));
    }
    let made = admin.post(&format!("/accounts/{OWN}/tokens"), Some(&serde_json::json!({ "name": "x" }))).await;
    assert_eq!((made.status, made.header("allow")), (405, Some("GET")), "no token makes a token");
    // A provider's word makes nobody an operator, by whichever means, and counts only where administrators may come in that way.
    let federated = async |name: &str| {
        let user = broker.user(name, OWN).await;
        let token = ApiToken { federated: true, ..token_of(&broker, &user, Scope::ALL, ApiTokenId::generate(&SystemRandom)) };
        Caller { browser: broker.browser(), secret: keep_token(&broker, &user, &token).await }
    };
    let (op, admin) = (federated("op@own.example").await, federated("admin@own.example").await);
    let path = format!("/accounts/{OWN}");
    assert_eq!((op.get(&path).await.status, admin.get(&path).await.status), (401, 401));
    let mut entry = account(&broker, OWN).await;
    entry.account.admin_sso = true;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    assert_eq!((op.get(&path).await.status, admin.get(&path).await.status), (401, 200));
}

/// ST-13, LR-11: what ends a provider's word ends the tokens that were made on it, and whoever signs somebody out everywhere ends all of
/// theirs; those of others go on.
#[tokio::test]
async fn st_13_tokens_end_with_what_vouched_for_them() {
    let broker = world().await;
    let mut entry = account(&broker, OWN).await;
    entry.account.admin_sso = true;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = ConnectionState::Enforced).await;
    let sec = broker.user("sec@own.example", OWN).await;
    let made = ApiToken { federated: true, ..token_of(&broker, &sec, Scope::ALL, ApiTokenId::generate(&SystemRandom)) };
    let vouched = Caller { browser: broker.browser(), secret: keep_token(&broker, &sec, &made).await };
    let own = Caller::whole(&broker, "sec@own.example", OWN).await;
    let help = Caller::whole(&broker, "help@own.example", OWN).await;
    let path = format!("/accounts/{OWN}");
    let statuses = async || (vouched.get(&path).await.status, own.get(&path).await.status, help.get(&path).await.status);
    assert_eq!(statuses().await, (200, 200, 200));
    broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = ConnectionState::Retired).await;
    assert_eq!(statuses().await, (401, 200, 200));
    broker.change_connection(OWN, "Own Provider", |entry| entry.connection.state = ConnectionState::Enforced).await;
    assert_eq!(statuses().await, (401, 200, 200), "it does not come back with the connection");
    let mut admin = enter(&broker, "admin@own.example").await;
    let form = token(&mut admin).await;
    let out = admin.post(&format!("/portal/{OWN}/users/{}/end-sessions", sec.id), &[("token", &form)]).await;
    assert_eq!(out.status, 303, "{}", out.body);
    assert_eq!(statuses().await, (401, 401, 200));
}

/// The record of another password.
fn changed(user: &User, at: Timestamp) -> AuditEvent {
    AuditEvent { event: "password.changed", outcome: "ok".into(), user: Some(user.id), account: Some(user.account), application: None, network: "192.0.2.1".into(), case: None, at, detail: String::new() }
}

/// LR-11, AD-06: whoever takes an account back by mail takes back what was made in its name, tokens too; whoever changes a password that they
/// know keeps them. A provider's tokens do not come back when administrators may come in by it once more.
#[tokio::test]
async fn lr_11_an_account_that_is_taken_back_takes_its_tokens_back() {
    let broker = world().await;
    let own = Caller::whole(&broker, "sec@own.example", OWN).await;
    let help = Caller::whole(&broker, "help@own.example", OWN).await;
    let admin = broker.user("admin@own.example", OWN).await;
    let path = format!("/accounts/{OWN}");
    let context = &broker.running().context;
    let change = async |name: &str, mailbox: bool| {
        let user = broker.user(name, OWN).await;
        let now = broker.clock.now();
        let credential = context.credentials.of_users(&[user.id]).await.unwrap().remove(0);
        let proved_by = mailbox.then(|| user.email.clone().unwrap());
        let update = CredentialUpdate {
            user: user.id, replaces: Some(credential.version), credential: StoredCredential { version: credential.version + 1, changed_at: now, ..credential }, keep_history: 3, proved_by, activates: false,
        };
        assert!(context.profiles.set_password(&update, None, &changed(&user, now), None).await.unwrap(), "{name}");
    };
    change("sec@own.example", false).await;
    assert_eq!((own.get(&path).await.status, help.get(&path).await.status), (200, 200), "the twin: a password that was known");
    change("sec@own.example", true).await;
    assert_eq!((own.get(&path).await.status, help.get(&path).await.status), (401, 200));

    let mut entry = account(&broker, OWN).await;
    entry.account.admin_sso = true;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    let made = ApiToken { federated: true, ..token_of(&broker, &admin, Scope::ALL, ApiTokenId::generate(&SystemRandom)) };
    let vouched = Caller { browser: broker.browser(), secret: keep_token(&broker, &admin, &made).await };
    assert_eq!(vouched.get(&path).await.status, 200);
    let mut browser = enter(&broker, "admin@own.example").await;
    for on in ["off", "on"] {
        let form = token(&mut browser).await;
        let page = browser.post(&format!("/portal/{OWN}/administrators/sign-in"), &[("token", &form), ("single-sign-on", on)]).await;
        assert_eq!(page.status, 303, "{}", page.body);
    }
    assert!(account(&broker, OWN).await.account.admin_sso, "on again");
    assert_eq!(vouched.get(&path).await.status, 401);
}

/// AD-02: which accounts there are is told to no token that may not enter them.
#[tokio::test]
async fn ad_02_a_token_that_enters_no_account_knows_of_none() {
    let broker = world().await;
    let reads = Caller::of(&broker, "op@own.example", OWN, &[Scope::AccountsRead]).await;
    assert_eq!(super::names(&reads.read("/accounts").await, "number"), Vec::<String>::new());
    let enters = Caller::of(&broker, "op@own.example", OWN, &[Scope::AccountsRead, Scope::AccountsEnter]).await;
    assert!(super::names(&enters.read("/accounts").await, "number").contains(&BELOW.to_owned()), "the twin");
}

/// AU-06: a token for accounts below is on record there the first time each day, as whoever looks at the account from above.
#[tokio::test]
async fn au_06_a_token_that_enters_another_account_is_on_record_there() {
    let broker = world().await;
    let partner = Caller::of(&broker, "partner@own.example", OWN, &[Scope::AccountsRead, Scope::AccountsEnter, Scope::UsersRead]).await;
    let list = partner.read("/accounts").await;
    assert_eq!(super::names(&list, "number"), [BELOW]);
    for _ in 0..2 {
        assert_eq!(partner.get(&format!("/accounts/{BELOW}/users")).await.status, 200);
    }
    let entered = records(&broker, "portal.entered").await;
    let below = account(&broker, BELOW).await.account.id;
    assert_eq!((entered.len(), entered[0].account), (1, Some(below)));
    let mut chief = enter(&broker, "chief@below.example").await;
    let activity = chief.get(&format!("/portal/{BELOW}/activity?kind=changes")).await;
    assert!(activity.body.contains("Account entered") && activity.body.contains("by somebody who looks after your account") && !plain(&activity).contains("partner@own.example"));
}

/// LG-07: wrong tokens from one network are told to wait after a while; the right one works all the time.
#[tokio::test]
async fn lg_07_wrong_tokens_are_told_to_wait_and_the_right_one_is_not() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let wrong = Caller { browser: broker.browser(), secret: format!("hwt_{}", "B".repeat(43)) };
    let path = format!("/accounts/{OWN}");
    for _ in 0..30 {
        assert_eq!(wrong.get(&path).await.status, 401);
    }
    let page = wrong.get(&path).await;
    assert_eq!((page.status, problem(&page).as_str()), (429, "too_many_tokens"));
    assert!(page.header("retry-after").is_some_and(|seconds| (1..=300).contains(&seconds.parse::<u32>().unwrap())));
    assert_eq!(admin.get(&path).await.status, 200, "from the same network");
    let refused = records(&broker, "portal.refused").await;
    assert!(refused.len() <= 2 && refused.iter().all(|record| record.outcome == "portal.token" && record.user.is_none()), "a stranger leaves little");
    broker.clock.wait(Duration::from_secs(301));
    assert_eq!(wrong.get(&path).await.status, 401);
    // No token stands in the log's place, and one bit more or less is another token.
    for bent in [format!("{}x", admin.secret), admin.secret[..46].to_owned(), admin.secret.to_lowercase(), admin.secret.replacen("hwt_", "hwx_", 1), format!("{} ", admin.secret).repeat(2)] {
        let caller = Caller { browser: broker.browser(), secret: bent.clone() };
        assert_eq!(caller.get(&path).await.status, 401, "{bent}");
    }
    assert_eq!(json_of(&admin.get("/token").await)["account"], OWN);
}

/// AD-02, ST-13: a token that was made on a provider's word gives and takes no emergency access, which needs no provider.
#[tokio::test]
async fn ad_02_a_providers_token_gives_no_emergency_access() {
    let broker = world().await;
    let mut entry = account(&broker, OWN).await;
    entry.account.admin_sso = true;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    let admin = broker.user("admin@own.example", OWN).await;
    let made = ApiToken { federated: true, ..token_of(&broker, &admin, Scope::ALL, ApiTokenId::generate(&SystemRandom)) };
    let vouched = Caller { browser: broker.browser(), secret: keep_token(&broker, &admin, &made).await };
    let own = Caller::whole(&broker, "admin@own.example", OWN).await;
    let path = format!("/accounts/{OWN}/users/{}/emergency", broker.user("mia@own.example", OWN).await.id);
    let refused = vouched.send(reqwest::Method::PUT, &path, &[], None).await;
    assert_eq!((refused.status, problem(&refused).as_str()), (403, "federated"));
    assert!(!broker.user("mia@own.example", OWN).await.break_glass);
    assert_eq!(own.send(reqwest::Method::PUT, &path, &[], None).await.status, 204, "the twin");
    assert!(broker.user("mia@own.example", OWN).await.break_glass);
}
