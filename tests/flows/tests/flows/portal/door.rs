//! The door: signing in through Homeward itself, what ends a session, forms of others, and proofs that are too old.

use std::time::Duration;

use homeward_discovery::AllowLocal;
use homeward_model::Clock;
use homeward_portal::Role;
use homeward_store::register::Register;
use homeward_testkit::pairs;

use super::{OTHER, OWN, PASSWORD, enter, give_role, lead, line, path, plain, through_sign_in, token, world};

/// B-164: the portal is an application of this broker. Without a session every page leads to the sign-in and back to where one was
/// going; the cookie is of its own kind.
#[tokio::test]
async fn the_portal_signs_in_through_the_broker_itself() {
    let broker = world().await;
    let mut ada = broker.browser();
    let page = ada.get("/portal/90001/users?f=active").await;
    let to = lead(&page);
    for part in ["client_id=homeward-portal", "code_challenge_method=S256", "max_age=28800", "scope=openid", "redirect_uri=http%3A%2F%2Fhomeward.localhost%2Fportal%2Fcallback"] {
        assert!(to.contains(part), "{to} without {part}");
    }
    let back = through_sign_in(&mut ada, &page, "admin@own.example").await;
    assert_eq!(lead(&back), "/portal/90001/users?f=active");
    let cookie = back.headers.iter().find(|(name, value)| name == "set-cookie" && value.starts_with("__Host-portal=")).unwrap();
    assert!(cookie.1.contains("HttpOnly") && cookie.1.contains("Secure") && cookie.1.contains("SameSite=Lax") && cookie.1.contains("Path=/"), "{}", cookie.1);
    let users = ada.get("/portal/90001/users?f=active").await;
    assert_eq!((users.status, users.heading()), (200, "Users"));
    assert!(users.body.contains("Ada Adler") && users.body.contains("Mia Finch") && !plain(&users).contains("held@own"));
    assert_eq!(lead(&ada.get("/portal").await), "/portal/90001");
    // The session of the sign-in alone opens nothing, and the portal's alone neither signs in elsewhere.
    let portal = ada.cookies.remove("__Host-portal").unwrap();
    assert!(lead(&ada.get("/portal/90001").await).contains("/oauth2/authorize"));
    ada.cookies.remove("__Host-session");
    ada.cookies.insert("__Host-portal".into(), portal);
    assert_eq!(ada.get("/portal/90001").await.status, 200);
    assert_eq!(ada.get("/account").await.heading(), "Sign in");
}

/// AD-02: who has no role gets no session, whoever they are in their own account; a role that was taken counts no more at once.
#[tokio::test]
async fn ad_02_without_a_role_nothing_opens() {
    let broker = world().await;
    let mut plain = broker.browser();
    broker.change_user("plain@own.example", OWN, |user| user.roles = ["operator".to_owned(), "administrator".to_owned()].into()).await;
    let page = plain.get("/portal").await;
    let back = through_sign_in(&mut plain, &page, "plain@own.example").await;
    assert_eq!((back.status, back.heading()), (403, "The account portal is not open to you"));
    assert!(!plain.cookies.contains_key("__Host-portal"));
    let mut sec = enter(&broker, "sec@own.example").await;
    assert_eq!(sec.get("/portal/90001").await.status, 200);
    let user = broker.user("sec@own.example", OWN).await;
    broker.running().store.take_portal_role(user.id, Role::Security, &line(&broker, &user)).await.unwrap().unwrap();
    assert!(lead(&sec.get("/portal/90001").await).contains("/oauth2/authorize"), "the session is over");
}

/// Sign-in of administrators stays local: an account with Single Sign-On at once asks its administrator for the password (B-164).
#[tokio::test]
async fn b_164_administrators_sign_in_here_and_not_at_the_provider() {
    let broker = world().await;
    let mut chief = enter(&broker, "chief@other.example").await;
    let home = chief.get("/portal/90003").await;
    assert!(home.status == 200 && home.body.contains("CANARY-OTHER-NAME"));
    let mut elsewhere = broker.browser();
    let page = elsewhere.open("wiki", "").await;
    let page = elsewhere.identify(&page, "someone@canary-other.example").await;
    assert_ne!(page.heading(), "Enter your password", "for others the same account leads to its provider");
}

/// B-164: also where no password works at all, an administrator signs in to the portal by their own, and to nothing else; nobody else does.
#[tokio::test]
async fn b_164_administrators_keep_their_password_for_the_portal_alone() {
    let broker = world().await;
    let mut entry = super::account(&broker, OTHER).await;
    entry.account.allow_local = AllowLocal::No;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    let mut chief = enter(&broker, "chief@other.example").await;
    assert_eq!(chief.get("/portal/90003").await.status, 200);
    // The same sign-in, and the same password typed there, open no other application.
    let page = chief.open("wiki", "").await;
    assert!(page.refresh().is_none() && !page.header("location").is_some_and(|to| to.contains("code=")), "{}", page.body);
    let typed = |name: &'static str, portal: bool| {
        let mut browser = broker.browser();
        async move {
            let page = if portal { browser.get("/portal").await } else { browser.open("wiki", "").await };
            let page = if portal { browser.get(&lead(&page)).await } else { page };
            let page = browser.identify(&page, name).await;
            browser.password(&page, PASSWORD).await
        }
    };
    let refused = typed("chief@other.example", false).await;
    assert!(refused.refresh().is_none() && refused.body.contains("do not match"), "{}", refused.body);
    assert!(typed("chief@other.example", true).await.refresh().is_some(), "the twin: into the portal");
    // Somebody of the account who has a password and no role.
    super::give_password(&broker, "mia@other.example", OTHER).await;
    let refused = typed("mia@other.example", true).await;
    assert!(refused.refresh().is_none() && refused.body.contains("do not match"), "{}", refused.body);
    give_role(&broker, "mia@other.example", OTHER, Role::Auditor).await;
    assert!(typed("mia@other.example", true).await.refresh().is_some(), "the twin: with a role");
}

/// What ends the sign-in ends the portal's session at the next request: sign-out, a new password, suspension, rest and age.
#[tokio::test]
async fn a_session_of_the_portal_ends_with_what_it_hangs_on() {
    let broker = world().await;
    let closed = |page: homeward_testkit::Page| page.status == 303 && page.header("location").unwrap().contains("/oauth2/authorize");
    let mut out = enter(&broker, "audit@own.example").await;
    assert_eq!(lead(&out.post("/portal/signout", &[]).await), "/signout");
    assert!(!out.cookies.contains_key("__Host-portal"));
    let mut everywhere = enter(&broker, "audit@own.example").await;
    let own = everywhere.get("/account").await;
    everywhere.clone().post("/account", &[("stage", &own.hidden("stage")), ("end", "everything")]).await;
    assert!(closed(everywhere.get("/portal/90001").await));
    let mut changed = enter(&broker, "audit@own.example").await;
    super::give_password(&broker, "audit@own.example", OWN).await;
    assert!(closed(changed.get("/portal/90001").await));
    let mut held = enter(&broker, "audit@own.example").await;
    broker.change_user("audit@own.example", OWN, |user| user.state = homeward_discovery::UserState::Suspended).await;
    assert!(closed(held.get("/portal/90001").await));
    let mut rested = enter(&broker, "help@own.example").await;
    broker.clock.wait(Duration::from_secs(29 * 60));
    assert_eq!(rested.get("/portal/90001").await.status, 200);
    broker.clock.wait(Duration::from_secs(29 * 60));
    assert_eq!(rested.get("/portal/90001").await.status, 200, "it was used");
    broker.clock.wait(Duration::from_secs(31 * 60));
    assert!(closed(rested.get("/portal/90001").await));
}

/// AD-09, OB-11: a step needs a form of this very session; others do nothing, wherever they come from.
#[tokio::test]
async fn ad_09_only_our_own_forms_do_anything() {
    let broker = world().await;
    let (mut admin, mut sec) = (enter(&broker, "admin@own.example").await, enter(&broker, "sec@own.example").await);
    let (own, foreign) = (token(&mut admin).await, token(&mut sec).await);
    let mia = broker.user("mia@own.example", OWN).await;
    let address = format!("/portal/{OWN}/users/{}/exclude", mia.id);
    for bad in ["", "x", &foreign, &own[1..]] {
        let page = admin.post(&address, &[("token", bad)]).await;
        assert_eq!(lead(&page), format!("/portal/{OWN}/users/{}?said=again", mia.id));
    }
    let cross = admin.send(reqwest::Method::POST, &address, &[("sec-fetch-site", "cross-site")], Some(&pairs(&[("token", &own)]))).await;
    assert_eq!(cross.status, 403);
    let json = admin.send(reqwest::Method::POST, &address, &[("sec-fetch-site", "same-origin"), ("content-type", "application/json")], None).await;
    assert_eq!(json.status, 415);
    let twice = admin.post(&address, &[("token", &own), ("token", &own)]).await;
    assert_eq!(twice.status, 400);
    assert_eq!(broker.user("mia@own.example", OWN).await, mia, "nothing was done");
    assert!(lead(&admin.post(&address, &[("token", &own)]).await).ends_with("said=excluded"), "the twin: our own form does");
    broker.clock.wait(Duration::from_secs(3601));
    let mut late = enter(&broker, "admin@own.example").await;
    assert!(lead(&late.post(&address, &[("token", &own)]).await).ends_with("said=again"), "another session's");
}

/// AD-06: a dangerous step asks for a proof that is at most five minutes old, and comes back to the page; a harmless one does not.
#[tokio::test]
async fn ad_06_dangerous_steps_ask_for_a_fresh_proof() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    broker.clock.wait(Duration::from_secs(301));
    let own = token(&mut admin).await;
    let mia = broker.user("mia@own.example", OWN).await;
    let page = format!("/portal/{OWN}/users/{}", mia.id);
    let asked = admin.post(&format!("{page}/suspend"), &[("token", &own)]).await;
    let to = lead(&asked);
    assert!(to.starts_with("/oauth2/authorize?client_id=homeward-portal&request_uri=urn") && !to.contains("admin"), "{to}");
    assert_eq!(broker.user("mia@own.example", OWN).await, mia, "not yet");
    assert!(lead(&admin.post(&format!("{page}/end-sessions"), &[("token", &own)]).await).ends_with("said=signed-out"), "this one protects");
    let back = through_sign_in(&mut admin, &asked, "admin@own.example").await;
    assert_eq!(lead(&back), page);
    let own = admin.get(&page).await.hidden("token");
    assert!(lead(&admin.post(&format!("{page}/suspend"), &[("token", &own)]).await).ends_with("said=suspended"));
    assert_eq!(broker.user("mia@own.example", OWN).await.state, homeward_discovery::UserState::Suspended);
}

/// AU-06, AD-03: an operator goes into an account by a step that the account's own Activity shows; until then nothing of it opens.
/// A proof of one's own begins a new session, which enters anew, and leads on to where one was; that is on record, too.
#[tokio::test]
async fn au_06_entering_another_account_is_on_record_there() {
    let broker = world().await;
    let mut op = enter(&broker, "op@own.example").await;
    let page = op.get(&format!("/portal/{OTHER}/users")).await;
    assert!(lead(&page).starts_with(&format!("/portal/{OWN}/accounts?q={OTHER}&to=")), "{}", lead(&page));
    let accounts = op.get(&lead(&page)).await;
    assert!(accounts.body.contains("CANARY-OTHER-NAME") && !accounts.body.contains("CANARY-BELOW-NAME"));
    let entered = op.post(&format!("/portal/{OTHER}/enter"), &[("token", &accounts.hidden("token")), ("to", &accounts.hidden("to"))]).await;
    assert_eq!(lead(&entered), format!("/portal/{OTHER}/users"), "where one was going");
    let users = op.get(&format!("/portal/{OTHER}/users")).await;
    assert!(users.status == 200 && plain(&users).contains("mia@other.example") && users.body.contains("Not your own account"));
    broker.clock.wait(Duration::from_secs(301));
    let mia = broker.user("mia@other.example", OTHER).await.id;
    let page = op.get(&format!("/portal/{OTHER}/users/{mia}")).await;
    let asked = op.post(&format!("/portal/{OTHER}/users/{mia}/exclude"), &[("token", &page.hidden("token"))]).await;
    let back = through_sign_in(&mut op, &asked, "op@own.example").await;
    let page = op.get(&lead(&back)).await;
    assert!(lead(&page).starts_with(&format!("/portal/{OWN}/accounts?q={OTHER}&to=")), "outside again: {}", lead(&page));
    let accounts = op.get(&lead(&page)).await;
    let way_on = accounts.hidden("to");
    for bent in ["", "x", &way_on[1..]] {
        let entered = op.post(&format!("/portal/{OTHER}/enter"), &[("token", &accounts.hidden("token")), ("to", bent)]).await;
        assert_eq!(lead(&entered), format!("/portal/{OTHER}"), "a way of somebody else leads nowhere");
    }
    let entered = op.post(&format!("/portal/{OTHER}/enter"), &[("token", &accounts.hidden("token")), ("to", &way_on)]).await;
    assert_eq!(lead(&entered), format!("/portal/{OTHER}/users/{mia}"));
    let page = op.get(&lead(&entered)).await;
    assert!(lead(&op.post(&format!("/portal/{OTHER}/users/{mia}/exclude"), &[("token", &page.hidden("token"))]).await).ends_with("said=excluded"), "the proof is fresh");
    let mut chief = enter(&broker, "chief@other.example").await;
    let activity = chief.get(&format!("/portal/{OTHER}/activity?kind=changes")).await;
    assert!(activity.body.matches("Account entered").count() == 5 && activity.body.contains("by somebody who looks after your account"));
    assert!(!plain(&activity).contains("op@own.example"), "whose name is none of theirs");
}

/// OT-04: the portal's codes are good here only, once, and in the browser that began.
#[tokio::test]
async fn codes_of_the_portal_are_good_in_its_own_browser_only() {
    let broker = world().await;
    let mut ada = broker.browser();
    let page = ada.get("/portal").await;
    let page = ada.get(&lead(&page)).await;
    let page = ada.identify(&page, "admin@own.example").await;
    let page = ada.password(&page, PASSWORD).await;
    let callback = lead(&ada.get(&page.refresh().unwrap()).await);
    let code = callback.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let form = pairs(&[("grant_type", "authorization_code"), ("client_id", "homeward-portal"), ("code", &code), ("redirect_uri", "http://homeward.localhost/portal/callback"), ("code_verifier", "x")]);
    let outside = ada.send(reqwest::Method::POST, "/oauth2/token", &[], Some(&form)).await;
    assert_eq!(outside.status, 401, "nobody authenticates as the portal: {}", outside.body);
    let mut eve = broker.browser();
    eve.get("/signin").await;
    assert_eq!(lead(&eve.get(&callback).await), "/portal");
    assert!(!eve.cookies.contains_key("__Host-portal"), "another browser");
    let good = ada.get(&callback).await;
    assert_eq!(lead(&good), "/portal");
    assert!(ada.cookies.contains_key("__Host-portal"));
    let again = ada.get(&callback).await;
    assert_eq!((again.status, again.heading()), (403, "You were not signed in"), "once");
    assert_eq!(path("http://a.example/b?c"), "/b?c");
}

/// MT-10: a suspended account is closed at the next request, for its own people; the operator still sees it.
#[tokio::test]
async fn mt_10_a_suspended_account_is_closed_at_once() {
    let broker = world().await;
    let mut chief = enter(&broker, "chief@other.example").await;
    assert_eq!(chief.get(&format!("/portal/{OTHER}")).await.status, 200);
    let store = &broker.running().store;
    let mut entry = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == OTHER).unwrap();
    entry.account.state = homeward_discovery::AccountState::Suspended;
    let now = homeward_model::Clock::now(broker.clock.as_ref());
    store.put(&homeward_store::register::Register { accounts: vec![entry], ..Default::default() }, &[], now).await.unwrap();
    assert!(lead(&chief.get(&format!("/portal/{OTHER}")).await).contains("/oauth2/authorize"));
    let mut op = enter(&broker, "op@own.example").await;
    let own = token(&mut op).await;
    op.post(&format!("/portal/{OTHER}/enter"), &[("token", &own)]).await;
    assert_eq!(op.get(&format!("/portal/{OTHER}")).await.status, 200);
}
