//! Emergency access and its printed codes: given by an administrator, shown once, each good once in place of the password and for that user
//! alone; on record and told.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_local_credential::EmergencyCode;
use homeward_model::SystemRandom;
use homeward_portal::Role;
use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{OWN, PASSWORD, enter, give_role, lead, plain, token, world};

const ADMIN: &str = "admin@own.example";
const PLAIN: &str = "plain@own.example";
const MIA: &str = "mia@own.example";

async fn step(browser: &mut Browser, broker: &TestBroker, name: &str, step: &str) -> Page {
    let (own, user) = (token(browser).await, broker.user(name, OWN).await.id);
    browser.post(&format!("/portal/{OWN}/users/{user}/{step}"), &[("token", &own)]).await
}

fn said(page: &Page) -> String {
    lead(page).rsplit_once("?said=").unwrap().1.to_owned()
}

/// The codes of a sheet.
fn codes(page: &Page) -> Vec<String> {
    let list = page.body.split_once("<ol class=\"codes\">").unwrap().1.split_once("</ol>").unwrap().0;
    list.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// Emergency access for somebody, and eight codes.
async fn sheet(broker: &TestBroker, ada: &mut Browser, name: &str) -> Vec<String> {
    assert_eq!(said(&step(ada, broker, name, "emergency").await), "emergency-given");
    let page = step(ada, broker, name, "codes").await;
    assert_eq!((page.status, page.heading()), (200, "Emergency codes"), "{}", page.body);
    codes(&page)
}

/// Types something into the password field of an ordinary application's sign-in.
async fn try_with(browser: &mut Browser, name: &str, typed: &str) -> Page {
    let start = browser.open("wiki", "").await;
    let page = browser.identify(&start, name).await;
    browser.password(&page, typed).await
}

fn is_in(page: &Page) -> bool {
    page.refresh().is_some()
}

/// LH-16, B-164, AU-03: a code signs in once, however it is typed, and stands on record; the administrators read of every use, with how many
/// are left.
#[tokio::test]
async fn lh_16_a_printed_code_signs_in_once_and_is_told() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    let all = sheet(&broker, &mut ada, PLAIN).await;
    assert_eq!(all.len(), 8);
    assert!(all.iter().all(|code| code.len() == 23) && all.iter().collect::<std::collections::BTreeSet<_>>().len() == 8, "{all:?}");
    let user = broker.user(PLAIN, OWN).await.id;
    let page = ada.get(&format!("/portal/{OWN}/users/{user}")).await;
    assert!(page.body.contains("8 printed codes are left") && !all.iter().any(|code| page.body.contains(code)), "shown once");
    assert!(is_in(&try_with(&mut broker.browser(), PLAIN, &all[0]).await));
    let mut second = broker.browser();
    let again = try_with(&mut second, PLAIN, &all[0]).await;
    assert!(again.status == 200 && again.body.contains("do not match"), "once: {}", again.body);
    assert!(is_in(&second.password(&again, &all[1].replace('-', " ").to_lowercase()).await), "the next one, from paper");
    assert!(is_in(&try_with(&mut broker.browser(), PLAIN, PASSWORD).await), "the password goes on");
    let page = ada.get(&format!("/portal/{OWN}/users/{user}")).await;
    assert!(page.body.contains("6 printed codes are left"), "{}", page.body);
    let activity = ada.get(&format!("/portal/{OWN}/activity?user={user}")).await;
    assert!(plain(&activity).contains("Emergency code used") && plain(&activity).contains("Emergency codes printed"), "{}", activity.body);
    let mails: Vec<_> = broker.mails().await.into_iter().filter(|(to, subject, _)| to == ADMIN && subject == "Emergency access was used").collect();
    assert!(mails.len() == 3 && mails[0].2.contains("7 are left") && mails[1].2.contains("6 are left"), "{mails:?}");
    assert!(mails[2].2.contains("change the password") && !mails[2].2.contains("printed code"), "that was the password: {mails:?}");
    let told: Vec<_> = broker.mails().await.into_iter().filter(|(to, subject, _)| to == ADMIN && subject == "Emergency access was changed").collect();
    assert!(!told.is_empty() && !told.iter().any(|(.., text)| all.iter().any(|code| text.contains(code))), "{told:?}");
    // Whoever it belongs to is told of the sheet and of every use, in words of their own.
    let own: Vec<_> = broker.mails().await.into_iter().filter(|(to, ..)| to == PLAIN).collect();
    assert!(own.iter().any(|(_, subject, text)| subject == "Emergency access was changed" && text.contains("It concerns plain@own.example")), "{own:?}");
    let used: Vec<_> = own.iter().filter(|(_, subject, _)| subject == "Emergency access was used").collect();
    assert!(used.len() == 3 && used.iter().all(|(.., text)| text.contains("If it was not you") && text.contains("http://homeward.localhost/account")), "{own:?}");
    let records = broker.running().store.audit_newest(&Default::default(), 100).await.unwrap();
    assert!(!records.iter().any(|record| all.iter().any(|code| record.detail.contains(code.as_str()))));
}

/// LH-16: a code is one user's: nobody else's username takes it, it ends with the next sheet, with emergency access, and with suspension.
#[tokio::test]
async fn a_code_is_one_users_and_ends_with_the_sheet() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    let first = sheet(&broker, &mut ada, PLAIN).await;
    let other = sheet(&broker, &mut ada, MIA).await;
    assert!(!is_in(&try_with(&mut broker.browser(), MIA, &first[0]).await), "somebody else's");
    assert!(!is_in(&try_with(&mut broker.browser(), "nobody@own.example", &first[0]).await), "nobody's");
    assert!(is_in(&try_with(&mut broker.browser(), MIA, &other[0]).await), "the twin");
    let second = codes(&step(&mut ada, &broker, PLAIN, "codes").await);
    assert!(!is_in(&try_with(&mut broker.browser(), PLAIN, &first[0]).await), "of the sheet before");
    assert!(is_in(&try_with(&mut broker.browser(), PLAIN, &second[0]).await), "of the sheet that counts");
    assert_eq!(said(&step(&mut ada, &broker, PLAIN, "suspend").await), "suspended");
    assert!(!is_in(&try_with(&mut broker.browser(), PLAIN, &second[1]).await), "suspended");
    assert_eq!(said(&step(&mut ada, &broker, PLAIN, "resume").await), "resumed");
    assert!(is_in(&try_with(&mut broker.browser(), PLAIN, &second[1]).await), "not spent by that");
    assert_eq!(said(&step(&mut ada, &broker, PLAIN, "no-emergency").await), "emergency-taken");
    assert!(!is_in(&try_with(&mut broker.browser(), PLAIN, &second[2]).await), "no emergency access");
    assert_eq!(said(&step(&mut ada, &broker, PLAIN, "emergency").await), "emergency-given");
    assert!(!is_in(&try_with(&mut broker.browser(), PLAIN, &second[3]).await), "given again, it brings no old code back");
    assert_eq!(said(&step(&mut ada, &broker, MIA, "no-emergency").await), "emergency-taken");
    assert_eq!(said(&step(&mut ada, &broker, PLAIN, "no-emergency").await), "last-way-in", "the last one who has a password");
}

/// LG-02, LH-02: a wrong code counts as a wrong password does, and is answered like one, whoever has emergency access.
#[tokio::test]
async fn lg_02_a_wrong_code_counts_as_a_wrong_password() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    sheet(&broker, &mut ada, PLAIN).await;
    for name in [PLAIN, MIA, "nobody@own.example"] {
        let mut browser = broker.browser();
        browser.from = format!("198.51.100.{}", name.len());
        let start = browser.open("wiki", "").await;
        let mut page = browser.identify(&start, name).await;
        for number in 0..6 {
            let wrong = EmergencyCode::generate(&SystemRandom).printed();
            let answer = browser.password(&page, &wrong).await;
            assert_eq!(answer.status, if number == 5 { 429 } else { 200 }, "{name} {number}");
            page = if number == 5 { page } else { answer };
        }
    }
}

/// AD-02: nobody prints codes for somebody with a wider role, nor for somebody without emergency access; one's own one may.
#[tokio::test]
async fn ad_02_nobody_prints_codes_upwards() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    assert_eq!(said(&step(&mut ada, &broker, "op@own.example", "emergency").await), "wider");
    assert_eq!(said(&step(&mut ada, &broker, MIA, "codes").await), "changed", "she has no emergency access");
    let own = sheet(&broker, &mut ada, ADMIN).await;
    give_role(&broker, PLAIN, OWN, Role::Operator).await;
    let mut op = enter(&broker, PLAIN).await;
    assert_eq!(said(&step(&mut op, &broker, PLAIN, "emergency").await), "emergency-given");
    assert_eq!(said(&step(&mut ada, &broker, PLAIN, "codes").await), "wider");
    // The portal itself opens by a code, too: that is what it is for.
    let mut browser = broker.browser();
    let page = browser.get("/portal").await;
    let page = browser.get(&lead(&page)).await;
    let page = browser.identify(&page, ADMIN).await;
    let page = browser.password(&page, &own[0]).await;
    let back = browser.get(&page.refresh().unwrap()).await;
    assert_eq!(lead(&browser.get(&lead(&back)).await), "/portal");
    assert_eq!(browser.get(&format!("/portal/{OWN}")).await.status, 200);
}

/// AD-02, LH-16: codes end with the role by which their maker printed them, and with the maker's suspension; another role that is taken, and
/// codes that somebody else made, change nothing. It stands on record, and administrators and the person are told.
#[tokio::test]
async fn ad_02_codes_end_with_what_let_their_maker_print_them() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    let by_ada = sheet(&broker, &mut ada, "sec@own.example").await;
    for role in [Role::Administrator, Role::Auditor] {
        give_role(&broker, MIA, OWN, role).await;
    }
    let by_mia = sheet(&broker, &mut enter(&broker, MIA).await, PLAIN).await;
    let mia = broker.user(MIA, OWN).await.id.to_string();
    let take = async |ada: &mut Browser, role: &str| {
        let own = token(ada).await;
        said(&ada.post(&format!("/portal/{OWN}/administrators/take"), &[("token", &own), ("user", &mia), ("role", role)]).await)
    };
    assert_eq!(take(&mut ada, "auditor").await, "role-taken");
    assert!(is_in(&try_with(&mut broker.browser(), PLAIN, &by_mia[0]).await), "the twin: an auditor prints none");
    let before = broker.mails().await.len();
    assert_eq!(take(&mut ada, "administrator").await, "role-taken");
    assert!(!is_in(&try_with(&mut broker.browser(), PLAIN, &by_mia[1]).await));
    broker.clock.wait(Duration::from_secs(601));
    let told: Vec<_> = broker.mails().await.split_off(before).into_iter().filter(|(_, subject, _)| subject == "Emergency access was changed").collect();
    let words = "7 → 0, with the access of whoever made them";
    for name in [ADMIN, PLAIN] {
        assert!(told.iter().any(|(to, _, text)| to == name && text.contains(words) && text.contains("It concerns plain@own.example")), "{name}: {told:?}");
    }
    let plain_id = broker.user(PLAIN, OWN).await.id;
    let activity = ada.get(&format!("/portal/{OWN}/activity?user={plain_id}")).await;
    assert!(plain(&activity).contains("Emergency codes ended") && plain(&activity).contains(words), "{}", activity.body);
    // Suspension of the maker. The proof from before is too old for it.
    ada = enter(&broker, ADMIN).await;
    give_role(&broker, MIA, OWN, Role::Administrator).await;
    let by_mia = codes(&step(&mut enter(&broker, MIA).await, &broker, PLAIN, "codes").await);
    assert!(is_in(&try_with(&mut broker.browser(), PLAIN, &by_mia[0]).await), "the twin");
    assert_eq!(said(&step(&mut ada, &broker, MIA, "suspend").await), "suspended");
    assert!(!is_in(&try_with(&mut broker.browser(), PLAIN, &by_mia[1]).await));
    assert_eq!(said(&step(&mut ada, &broker, MIA, "resume").await), "resumed");
    assert!(!is_in(&try_with(&mut broker.browser(), PLAIN, &by_mia[1]).await), "nor do they come back");
    assert!(is_in(&try_with(&mut broker.browser(), "sec@own.example", &by_ada[0]).await), "somebody else's sheet");
}

/// LG-02, LG-08: no limit of a name or of the passwords of a network stands between the paper and its person; a code clears no guesses at a
/// password; and texts like codes have a limit of their own for each network.
#[tokio::test]
async fn lg_08_a_code_is_kept_out_by_no_guesses_and_clears_none() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    let all = sheet(&broker, &mut ada, PLAIN).await;
    let from = |network: &str| {
        let mut browser = broker.browser();
        browser.from = network.to_owned();
        browser
    };
    let mut stranger = from("198.51.100.30");
    let start = stranger.open("wiki", "").await;
    let page = stranger.identify(&start, PLAIN).await;
    for number in 0..6 {
        assert_eq!(stranger.password(&page, "nothing").await.status, if number == 5 { 429 } else { 200 });
    }
    assert!(is_in(&try_with(&mut from("198.51.100.30"), PLAIN, &all[0]).await), "from the paper");
    assert_eq!(try_with(&mut from("198.51.100.30"), PLAIN, PASSWORD).await.status, 429, "the guesses stand");
    for _ in 0..100 {
        stranger.password(&page, &EmergencyCode::generate(&SystemRandom).printed()).await;
    }
    assert_eq!(try_with(&mut from("198.51.100.30"), PLAIN, &all[1]).await.status, 429);
    assert!(broker.audit(5).await.iter().any(|(line, _)| line == "signin.paused limit.emergency_code"));
    assert!(is_in(&try_with(&mut from("203.0.113.9"), PLAIN, &all[1]).await), "the twin: from elsewhere, and not spent");
}

/// LH-16, OB-12: a code that is typed into a page from before a sign-out is not spent: the page is over, and the code is good for the next one.
#[tokio::test]
async fn lh_16_a_code_is_not_spent_on_a_page_that_is_over() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    let all = sheet(&broker, &mut ada, PLAIN).await;
    let mut browser = broker.browser();
    let start = browser.open("wiki", "").await;
    let old = browser.identify(&start, PLAIN).await;
    let done = browser.password(&old, &all[0]).await;
    browser.leave(&done).await;
    let page = browser.get("/signout").await;
    browser.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    let used = async || broker.running().store.audit_newest(&AuditFilter { event: Some("signin.emergency_code".into()), ..AuditFilter::default() }, 9).await.unwrap();
    for _ in 0..2 {
        let page = browser.password(&old, &all[1]).await;
        assert!(page.status == 200 && !is_in(&page), "{}", page.body);
        assert_eq!(used().await.len(), 1);
    }
    let user = broker.user(PLAIN, OWN).await;
    assert!(ada.get(&format!("/portal/{OWN}/users/{}", user.id)).await.body.contains("7 printed codes are left"));
    assert!(is_in(&try_with(&mut browser, PLAIN, &all[1]).await), "the twin");
    let records: Vec<_> = used().await.into_iter().map(|record| (record.user, record.detail)).collect();
    assert_eq!(records, [(Some(user.id), "6 left".to_owned()), (Some(user.id), "7 left".to_owned())]);
}

/// LH-16: a code is not spent on an application that it does not open; once it is spent, everybody concerned knows. What an application learns of
/// it is no one-time password of a device.
#[tokio::test]
async fn lh_16_a_code_is_spent_only_on_what_it_opens() {
    let broker = world().await;
    let mut ada = enter(&broker, ADMIN).await;
    let all = sheet(&broker, &mut ada, PLAIN).await;
    let mut browser = broker.browser();
    let page = browser.open("strong", "").await;
    let page = browser.identify(&page, PLAIN).await;
    let refused = browser.password(&page, &all[0]).await;
    assert_eq!((refused.status, broker.audit(1).await[0].0.as_str()), (403, "signin.refused discovery.second_factor"));
    let used = async || broker.mails().await.into_iter().filter(|(to, subject, _)| to == ADMIN && subject == "Emergency access was used").count();
    assert_eq!(used().await, 0);
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, PLAIN).await;
    let mut twice = browser.clone();
    let done = browser.password(&page, &all[0]).await;
    assert!(is_in(&twice.password(&page, &all[0]).await), "a form that is sent twice");
    assert_eq!(used().await, 1);
    let claims = async |browser: &mut Browser, page: &Page| {
        let address = browser.leave(page).await;
        let (_, tokens) = browser.redeem("wiki", &address).await;
        let middle = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        serde_json::from_slice::<serde_json::Value>(&URL_SAFE_NO_PAD.decode(middle).unwrap()).unwrap()
    };
    let by_code = claims(&mut browser, &done).await;
    assert_eq!((&by_code["amr"], by_code.get("acr")), (&serde_json::json!(["emergency"]), None));
    let mut other = broker.browser();
    let done = try_with(&mut other, PLAIN, PASSWORD).await;
    let by_password = claims(&mut other, &done).await;
    assert!(by_password["amr"] == serde_json::json!(["pwd"]) && by_password.get("acr").is_some(), "the twin: {by_password}");
}
