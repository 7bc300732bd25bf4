//! Whom people ask about signing in: said by whoever is responsible for the account, after a fresh sign-in, and read only where the account may be named.

use std::time::Duration;

use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page};
use reqwest::Method;
use serde_json::json;

use super::{OTHER, OWN, account, enter, lead, token, world};
use crate::api::{Caller, json_of, problem};

const ADMIN: &str = "admin@own.example";
const DESK: &str = "IT desk <b>, +1 555 0100";

async fn save(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let own = token(browser).await;
    let mut form = vec![("token", own.as_str())];
    form.extend(fields);
    browser.post(&format!("/portal/{OWN}/sign-in-page/contact"), &form).await
}

/// BRA-3: nobody reads it before the account is known; then it stands at the foot of the account's pages, as text. What cannot be shown is
/// refused and stays in the field, and what somebody else has said meanwhile is not written over.
#[tokio::test]
async fn bra_3_whom_people_ask_is_read_once_the_account_is_known() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    for (typed, says) in [("https://evil.example", "Leave web addresses out"), ("Ask evil.example/login", "Leave web addresses out"), ("a\u{202e}b", "characters that can be seen"), (&"x".repeat(121), "at most 120 characters")] {
        let page = save(&mut ada, &[("contact", typed)]).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: ") && page.body.contains(&format!("value=\"{typed}\"")), "{typed}: {}", page.body);
    }
    assert_eq!(account(&broker, OWN).await.account.contact, None);
    assert!(lead(&save(&mut ada, &[("seen", "none"), ("contact", DESK)]).await).ends_with("said=contact-saved"), "the twin");
    let late = save(&mut ada, &[("seen", "none"), ("contact", "Somebody else")]).await;
    assert!(late.status == 200 && late.body.contains("value=\"Somebody else\"") && late.body.contains("somebody else has changed it"), "{}", late.body);
    assert!(lead(&save(&mut ada, &[("seen", &format!("={DESK}")), ("contact", DESK)]).await).ends_with("said=changed"));
    let mut mia = broker.browser();
    let page = mia.open("wiki", "").await;
    let known = mia.identify(&page, "mia@own.example").await;
    for before in [&page, &known] {
        assert!(!before.body.contains("IT desk"), "nobody is proved yet: {}", before.body);
    }
    mia.sign_in("wiki", "mia@own.example", super::PASSWORD).await;
    let page = mia.get("/account").await;
    assert!(page.body.contains("Questions about signing in? IT desk &lt;b&gt;, +1 555 0100"), "{}", page.body);
    let seen = enter(&broker, "audit@own.example").await.get(&format!("/portal/{OWN}/sign-in-page")).await;
    assert!(seen.body.contains("IT desk &lt;b&gt;") && !seen.body.contains("Save whom people ask"), "an auditor reads it");
    assert!(lead(&save(&mut ada, &[("contact", " ")]).await).ends_with("said=contact-saved"));
    assert!(!mia.get("/account").await.body.contains("Questions about signing in?"));
    let by = broker.user(ADMIN, OWN).await.id;
    let lines = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.appearance".into()), ..AuditFilter::default() }, 10).await.unwrap();
    assert_eq!(lines.into_iter().map(|line| line.detail).collect::<Vec<_>>(), [format!("contact: “{DESK}” → none by {by}"), format!("contact: none → “{DESK}” by {by}")]);
    let told = broker.mails().await.into_iter().find(|(to, subject, _)| to == ADMIN && subject == "Whom people ask about signing in was changed").unwrap();
    assert!(told.2.contains(DESK), "{}", told.2);
}

/// Mail 3: whoever forgets a password that the organisation keeps reads whom to ask.
#[tokio::test]
async fn b_062_the_mail_about_a_password_that_is_kept_elsewhere_says_whom_to_ask() {
    let broker = world().await;
    let mut chief = enter(&broker, "chief@other.example").await;
    let page = chief.get(&format!("/portal/{OTHER}/sign-in-page")).await;
    assert!(lead(&chief.post(&format!("/portal/{OTHER}/sign-in-page/contact"), &[("token", &page.hidden("token")), ("contact", "Zoe, room 4")]).await).ends_with("said=contact-saved"));
    let mut mia = broker.browser();
    let page = mia.get("/forgot").await;
    mia.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", "mia@other.example")]).await;
    let mails = broker.mails().await;
    let (.., text) = mails.iter().find(|(to, subject, _)| to == "mia@other.example" && subject.contains("keeps your password")).unwrap_or_else(|| panic!("{mails:?}"));
    assert!(text.contains("Questions about signing in? Zoe, room 4"), "{text}");
}

/// AD-06: people trust it where they type a password, so it takes a fresh sign-in; by a program its scope.
#[tokio::test]
async fn ad_06_whom_people_ask_takes_a_fresh_sign_in() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    broker.clock.wait(Duration::from_secs(301));
    assert!(lead(&save(&mut ada, &[("contact", DESK)]).await).starts_with("/oauth2/authorize?"));
    assert_eq!(account(&broker, OWN).await.account.contact, None);
    let mut help = enter(&broker, "help@own.example").await;
    assert_eq!(save(&mut help, &[("contact", DESK)]).await.status, 403);
    let admin = Caller::whole(&broker, ADMIN, OWN).await;
    let put = async |body: serde_json::Value| admin.send(Method::PUT, &format!("/accounts/{OWN}/sign-in-page/contact"), &[("if-match", "*")], Some(&body)).await;
    assert_eq!(problem(&put(json!({ "contact": "www.evil.example" })).await), "contact.unfit");
    assert_eq!(put(json!({ "contact": DESK })).await.status, 204);
    let shown = admin.get(&format!("/accounts/{OWN}/sign-in-page")).await;
    assert_eq!(json_of(&shown)["contact"], DESK);
    assert_eq!(put(json!({})).await.status, 204);
    assert_eq!(account(&broker, OWN).await.account.contact, None);
}
