//! Emergency access and its printed codes: given by an administrator, shown once, each good once in place of the password and for that user
//! alone; on record and told.

use homeward_model::SystemRandom;
use homeward_local_credential::EmergencyCode;
use homeward_portal::Role;
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
