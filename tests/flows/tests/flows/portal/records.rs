//! What the portal leaves in the audit: who came and went, who was refused and why, and mails that went or did not.

use std::time::Duration;

use homeward_discovery::{AllowLocal, SsoMode};
use homeward_model::{Clock, EmailAddress};
use homeward_portal::Role;
use homeward_store::{AuditFilter, register::Register};
use homeward_testkit::{Page, TestBroker};

use super::{OTHER, OWN, PASSWORD, account, enter, give_password, give_role, lead, plain, through_sign_in, token, world};

/// Records of one event, newest first: outcome and whom they are about.
async fn records(broker: &TestBroker, event: &str) -> Vec<homeward_store::audit::AuditRecord> {
    broker.running().store.audit_newest(&AuditFilter { event: Some(event.into()), ..AuditFilter::default() }, 100).await.unwrap()
}

/// The reason code of the refusal whose reference stands on a page, with whom it is about.
pub async fn refusal(broker: &TestBroker, page: &Page) -> (String, Option<homeward_model::UserId>) {
    let case = page.body.split("class=\"ref\">").nth(1).unwrap_or_else(|| panic!("no reference: {}", page.body)).split('<').next().unwrap().to_owned();
    let found = broker.running().store.audit_newest(&AuditFilter { case: Some(case), ..AuditFilter::default() }, 10).await.unwrap();
    let [record] = &found[..] else { panic!("{} records", found.len()) };
    assert_eq!(record.event, "portal.refused");
    (record.outcome.clone(), record.user)
}

/// AU-01, AU-09: signing in, proving oneself again and signing out leave one record each, with who and where; so does another person
/// in the same browser.
#[tokio::test]
async fn au_01_who_comes_and_goes_is_on_record() {
    let broker = world().await;
    let id = broker.user("admin@own.example", OWN).await.id;
    let home = account(&broker, OWN).await.account.id;
    let mut admin = enter(&broker, "admin@own.example").await;
    let came = records(&broker, "portal.signed_in").await;
    assert_eq!(came.iter().map(|r| (r.user, r.account, r.outcome.as_str(), r.network.as_deref())).collect::<Vec<_>>(), [(Some(id), Some(home), "ok", Some("192.0.2.1"))]);
    assert_eq!(came[0].detail, format!("by {id}"));
    broker.clock.wait(Duration::from_secs(301));
    let own = token(&mut admin).await;
    let mia = broker.user("mia@own.example", OWN).await.id;
    let asked = admin.post(&format!("/portal/{OWN}/users/{mia}/suspend"), &[("token", &own)]).await;
    through_sign_in(&mut admin, &asked, "admin@own.example").await;
    assert_eq!((records(&broker, "portal.signed_in").await.len(), records(&broker, "portal.signed_out").await.len()), (2, 0), "the same person goes on");
    admin.post("/portal/signout", &[]).await;
    let left = records(&broker, "portal.signed_out").await;
    assert_eq!(left.iter().map(|r| (r.user, r.account)).collect::<Vec<_>>(), [(Some(id), Some(home))]);
    admin.post("/portal/signout", &[]).await;
    assert_eq!(records(&broker, "portal.signed_out").await.len(), 1, "nobody was there any more");
    assert!(broker.audit_records().await > 0, "the chain is whole");
    let mut helpdesk = enter(&broker, "help@own.example").await;
    let page = helpdesk.get(&format!("/portal/{OWN}/activity?kind=signins")).await;
    assert!(page.body.contains("Signed in to the account portal") && page.body.contains("Signed out of the account portal"));
    let changes = helpdesk.get(&format!("/portal/{OWN}/activity?kind=changes")).await;
    assert!(!changes.body.contains("Signed in to the account portal"), "they are no changes");
}

/// AU-01: each refusal has its reason code and says whom it is about; without a proof it is about nobody. The twin of each comes in.
#[tokio::test]
async fn au_01_refusals_of_the_portal_have_a_code_and_a_person() {
    let broker = world().await;
    let plain_user = broker.user("plain@own.example", OWN).await.id;
    let mut nobody = broker.browser();
    let page = nobody.get("/portal").await;
    let back = through_sign_in(&mut nobody, &page, "plain@own.example").await;
    assert_eq!((back.status, refusal(&broker, &back).await), (403, ("portal.no_role".to_owned(), Some(plain_user))));
    let ends: Vec<_> = records(&broker, "grant.ended").await.into_iter().map(|end| (end.detail, end.user, end.application)).collect();
    assert_eq!(ends, [("nothing in the portal".to_owned(), Some(plain_user), Some(homeward_portal::CLIENT_ID.to_owned()))], "what the sign-in was granted ended with its record (AU-03)");
    let mut stranger = broker.browser();
    let page = stranger.get("/portal").await;
    let state = lead(&page).split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let page = stranger.get(&format!("/portal/callback?state={state}&iss=http%3A%2F%2Fhomeward.localhost&code=none")).await;
    assert_eq!((page.status, refusal(&broker, &page).await), (403, ("portal.not_signed_in".to_owned(), None)));
    // The answer to another request: whoever has a role is not let in by it.
    let mut other = broker.browser();
    other.from = "198.51.100.7".into();
    let asked = lead(&other.get("/portal").await);
    let nonce = asked.split("&nonce=").nth(1).unwrap().split('&').next().unwrap();
    let page = other.get(&asked.replace(nonce, &format!("{nonce}x"))).await;
    let page = other.identify(&page, "admin@own.example").await;
    let page = other.password(&page, PASSWORD).await;
    let callback = lead(&other.get(&page.refresh().unwrap()).await);
    let back = other.get(&callback).await;
    assert_eq!((back.status, refusal(&broker, &back).await), (403, ("portal.not_signed_in".to_owned(), None)));
    assert!(lead(&other.get("/portal").await).starts_with("/oauth2/authorize"), "there is no session");
    let helper = broker.user("help@own.example", OWN).await.id;
    let mut helpdesk = enter(&broker, "help@own.example").await;
    let own = token(&mut helpdesk).await;
    let mia = broker.user("mia@own.example", OWN).await;
    let page = helpdesk.post(&format!("/portal/{OWN}/users/{}/suspend", mia.id), &[("token", &own)]).await;
    assert_eq!((page.status, refusal(&broker, &page).await), (403, ("portal.not_allowed".to_owned(), Some(helper))));
    assert_eq!(broker.user("mia@own.example", OWN).await, mia);
    assert_eq!(helpdesk.get(&format!("/portal/{OTHER}")).await.status, 404);
    let found = records(&broker, "portal.refused").await;
    assert_eq!((found[0].outcome.as_str(), found[0].user, found[0].account), ("portal.no_account", Some(helper), Some(account(&broker, OWN).await.account.id)));
    let page = helpdesk.post(&format!("/portal/{OWN}/users/find"), &[("token", "x")]).await;
    assert!(lead(&page).ends_with("said=again"));
    assert_eq!(records(&broker, "portal.refused").await[0].outcome, "portal.form");
    assert!(lead(&helpdesk.post(&format!("/portal/{OWN}/users/find"), &[("token", &own)]).await).starts_with(&format!("/portal/{OWN}/users")), "the twin");
}

/// DS-11: whoever asks for the same again and again leaves two records a minute, and somebody else two of their own (decision 0010).
#[tokio::test]
async fn ds_11_refusals_of_the_portal_are_counted() {
    let broker = world().await;
    let (mut helpdesk, mut auditor) = (enter(&broker, "help@own.example").await, enter(&broker, "audit@own.example").await);
    let before = broker.audit_records().await;
    for browser in [&mut helpdesk, &mut auditor] {
        for _ in 0..20 {
            assert_eq!(browser.get(&format!("/portal/{OTHER}")).await.status, 404);
        }
    }
    assert_eq!(broker.audit_records().await - before, 2, "one for each of them");
    broker.clock.wait(Duration::from_secs(60));
    homeward_signin::usecase::strangers::close(&broker.running().context).await.unwrap();
    let found = records(&broker, "portal.refused").await;
    assert_eq!(found.iter().filter(|r| r.detail == "19 more within the minute").count(), 2);
    assert_eq!(broker.audit_records().await - before, 4);
}

/// No record tells of an invitation that did not go: without a mailbox, and beyond three in an hour.
#[tokio::test]
async fn an_invitation_is_on_record_when_it_goes_and_only_then() {
    let broker = world().await;
    let mut helpdesk = enter(&broker, "help@own.example").await;
    let own = token(&mut helpdesk).await;
    let id = broker.user("fresh@own.example", OWN).await.id;
    let address = format!("/portal/{OWN}/users/{id}/invite");
    broker.change_user("fresh@own.example", OWN, |user| user.email = None).await;
    assert!(lead(&helpdesk.post(&address, &[("token", &own)]).await).ends_with("said=not-sent"));
    assert_eq!(records(&broker, "portal.invited").await.len(), 0);
    broker.change_user("fresh@own.example", OWN, |user| user.email = EmailAddress::parse("fresh@own.example").ok()).await;
    for _ in 0..3 {
        assert!(lead(&helpdesk.post(&address, &[("token", &own)]).await).ends_with("said=invited"));
    }
    assert!(lead(&helpdesk.post(&address, &[("token", &own)]).await).ends_with("said=not-sent"));
    let by = broker.user("help@own.example", OWN).await.id;
    let found = records(&broker, "portal.invited").await;
    assert_eq!(found.iter().map(|r| (r.user, r.detail.clone())).collect::<Vec<_>>(), vec![(Some(id), format!("by {by}")); 3]);
    assert_eq!(broker.mails().await.iter().filter(|(to, ..)| to == "fresh@own.example").count(), 3, "as many as went");
}

/// AD-19: a session of the portal lasts no longer than the browser's session that it came from.
#[tokio::test]
async fn ad_19_the_portal_does_not_outlive_the_browsers_session() {
    let broker = world().await;
    let mut admin = broker.browser();
    // Signed in for something else first; seven hours later the portal's own eight would lead beyond the twelve of the browser.
    admin.sign_in("wiki", "admin@own.example", PASSWORD).await;
    for _ in 0..14 {
        broker.clock.wait(Duration::from_secs(30 * 60));
        assert_eq!(admin.open("wiki", "").await.status, 303, "in use");
    }
    let page = admin.get("/portal").await;
    let back = admin.get(&lead(&page)).await;
    let back = admin.get(&lead(&back)).await;
    assert_eq!(lead(&back), "/portal", "seven hours old: nobody is asked again");
    for half_hours in 1..10 {
        broker.clock.wait(Duration::from_secs(29 * 60));
        assert_eq!(admin.get(&format!("/portal/{OWN}")).await.status, 200, "{half_hours}");
    }
    broker.clock.wait(Duration::from_secs(29 * 60));
    assert_eq!(admin.get(&format!("/portal/{OWN}")).await.status, 200, "11 hours and 50 minutes");
    broker.clock.wait(Duration::from_secs(10 * 60));
    assert!(lead(&admin.get(&format!("/portal/{OWN}")).await).contains("/oauth2/authorize"), "12 hours");
}

/// The last way in is somebody whom discovery lets in: where no passwords work and administrators come in by the provider, none of theirs counts.
#[tokio::test]
async fn whoever_discovery_refuses_is_no_way_in() {
    let broker = world().await;
    let store = &broker.running().store;
    // In this account no password works, but for break-glass users; not for administrators either, who have their provider.
    let mut entry = account(&broker, OTHER).await;
    (entry.account.allow_local, entry.account.admin_sso) = (AllowLocal::No, true);
    assert_eq!(entry.account.sso_mode, SsoMode::Redirect);
    store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    let second = broker.user("mia@other.example", OTHER).await;
    give_password(&broker, "mia@other.example", OTHER).await;
    give_role(&broker, "mia@other.example", OTHER, Role::Administrator).await;
    broker.change_user("chief@other.example", OTHER, |user| user.break_glass = true).await;
    let chief = broker.user("chief@other.example", OTHER).await;
    let mut op = enter(&broker, "op@own.example").await;
    let own = token(&mut op).await;
    op.post(&format!("/portal/{OTHER}/enter"), &[("token", &own)]).await;
    let suspend = |id: homeward_model::UserId| format!("/portal/{OTHER}/users/{id}/suspend");
    assert!(lead(&op.post(&suspend(chief.id), &[("token", &own)]).await).ends_with("said=last-way-in"), "the other one has a password that does not count");
    assert_eq!(broker.user("chief@other.example", OTHER).await, chief);
    assert!(lead(&op.post(&suspend(second.id), &[("token", &own)]).await).ends_with("said=suspended"), "that one was none");
    broker.change_user("mia@other.example", OTHER, |user| (user.state, user.break_glass) = (homeward_discovery::UserState::Active, true)).await;
    assert!(lead(&op.post(&suspend(chief.id), &[("token", &own)]).await).ends_with("said=suspended"), "the twin: with another one it goes");
    // The command asks the same question, of the store.
    let mia = broker.user("mia@other.example", OTHER).await;
    let gone = homeward_discovery::User { state: homeward_discovery::UserState::Suspended, ..mia.clone() };
    assert!(!store.put_user(&gone, Some(&mia), broker.clock.now()).await.unwrap());
    assert_eq!(broker.user("mia@other.example", OTHER).await, mia);
    broker.change_user("chief@other.example", OTHER, |user| user.state = homeward_discovery::UserState::Active).await;
    assert!(store.put_user(&gone, Some(&mia), broker.clock.now()).await.unwrap());
}

/// One's own access, and that of people with a wider role: no button, and a word why.
#[tokio::test]
async fn buttons_that_would_be_refused_are_not_there() {
    let broker = world().await;
    let mut sec = enter(&broker, "sec@own.example").await;
    for (name, why) in [("sec@own.example", "Your own access cannot be taken here."), ("admin@own.example", "has a wider role in the portal than you have")] {
        let id = broker.user(name, OWN).await.id;
        let page = sec.get(&format!("/portal/{OWN}/users/{id}")).await;
        for button in ["/exclude\"", "/include\"", "/suspend\"", "/end-sessions\""] {
            assert!(!page.body.contains(button), "{name} {button}");
        }
        assert!(plain(&page).contains(why), "{name}: {}", page.body);
    }
    let id = broker.user("help@own.example", OWN).await.id;
    let page = sec.get(&format!("/portal/{OWN}/users/{id}")).await;
    assert!(page.body.contains("/exclude\"") && page.body.contains("/suspend\"") && !page.body.contains("wider role"), "the twin");
    broker.change_user("admin@own.example", OWN, |user| user.rule = Some(homeward_discovery::UserRule::Excluded)).await;
    let page = sec.get(&format!("/portal/{OWN}/exclusions")).await;
    assert!(plain(&page).contains("admin@own.example") && page.body.matches("/exclusions/remove\"").count() == 1, "only for the other one");
}

/// B-164: where administrators may come in by a provider, the account's first connection is added only while somebody needs none: once it is there, it
/// can be turned on.
#[tokio::test]
async fn b_164_the_first_provider_is_not_the_only_way_in() {
    let (broker, south) = (world().await, "60000");
    let store = &broker.running().store;
    let text = format!("[[account]]\nnumber = \"{south}\"\nname = \"South\"\nsso_mode = \"button\"\nadmin_sso = true\n[[account.user]]\nusername = \"dora@south.example\"\n");
    let plan = homeward_server::apply::plan_text(store, &text, std::path::Path::new("x"), broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
    give_password(&broker, "dora@south.example", south).await;
    give_role(&broker, "dora@south.example", south, Role::Administrator).await;
    let mut dora = enter(&broker, "dora@south.example").await;
    let own = dora.get(&format!("/portal/{south}/sign-on/new")).await.hidden("token");
    let (add, id) = (format!("/portal/{south}/sign-on/new/add"), account(&broker, south).await.account.id);
    let connections = async || broker.running().store.register().await.unwrap().connections.into_iter().filter(|entry| entry.connection.account == id).count();
    let to = lead(&dora.post(&add, &[("token", &own), ("product", "other-saml")]).await);
    assert_eq!((to.as_str(), connections().await), (&*format!("/portal/{south}/sign-on/new?said=sole-way"), 0));
    assert!(dora.get(&to).await.body.contains("nobody could do without it"));
    broker.change_user("dora@south.example", south, |user| user.break_glass = true).await;
    let to = lead(&dora.post(&add, &[("token", &own), ("product", "other-saml")]).await);
    assert!(to.contains("said=added"), "the twin: somebody needs no provider: {to}");
    assert_eq!(connections().await, 1);
}
