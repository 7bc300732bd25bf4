//! Codes of mails are guesses: limits by name and for the whole installation, apart from those of passwords, and never at the link beside them.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

const ANN: &str = "ann@north.example";

/// A browser without cookies, somewhere.
fn at(broker: &TestBroker, network: &str) -> Browser {
    let mut browser = broker.browser();
    browser.from = network.into();
    browser
}

async fn ask(browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/forgot").await;
    let page = browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await;
    assert_eq!(page.heading(), "Check your email", "{name}");
    page
}

async fn kind(browser: &mut Browser, page: &Page, code: &str) -> Page {
    browser.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", code)]).await
}

/// Types so many codes that are none, five from each network.
async fn wrong(browser: &mut Browser, page: &Page, (many, networks): (usize, &str)) -> Vec<Page> {
    let mut seen = Vec::new();
    for turn in 0..many {
        browser.from = format!("{networks}.{}", turn / 5);
        seen.push(kind(browser, page, "no code").await);
    }
    seen
}

/// Link and code of the newest mail to somebody.
async fn mail(broker: &TestBroker, to: &str) -> (String, String) {
    let mails = broker.mails().await;
    let (_, _, text) = mails.iter().rev().find(|(mailed, _, text)| mailed == to && text.contains("Code: ")).unwrap_or_else(|| panic!("no mail to {to}"));
    let link = text.split_whitespace().find_map(|word| word.strip_prefix("http://homeward.localhost")).unwrap().to_owned();
    (link, text.split("Code: ").nth(1).unwrap().chars().take(7).collect())
}

/// Without the case number, which is each page's own, and the name.
fn told(page: &Page, name: &str) -> (u16, Option<String>, String) {
    let body = page.steady().replace(name, "NAME");
    let body = body.split("class=\"ref\">").enumerate().map(|(place, part)| if place == 0 { part } else { part.split_once('<').unwrap().1 }).collect();
    (page.status, page.header("retry-after").map(str::to_owned), body)
}

async fn opens(browser: &mut Browser, link: &str) -> String {
    browser.get(link).await;
    browser.post("/reset", &[]).await.heading().to_owned()
}

/// LG-07, LG-10, LR-12: from however many networks, one name takes twenty codes and then a pause that grows, be it somebody's or nobody's. The pause is on record.
/// It takes nobody's link, nobody's own browser and nobody's password.
#[tokio::test]
async fn lg_07_codes_of_mails_to_one_name_are_counted_wherever_they_come_from() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut own = at(&broker, "203.0.113.1");
    own.sign_in("wiki", ANN, "Kranich7!").await;
    own.cookies.remove("__Host-session");
    let mut seen = Vec::new();
    for (name, networks) in [(ANN, "198.51.100"), ("nobody@north.example", "192.0.2")] {
        let mut mallory = at(&broker, &format!("{networks}.99"));
        let page = ask(&mut mallory, name).await;
        broker.mails().await;
        let mut pages = wrong(&mut mallory, &page, (20, networks)).await;
        assert!(pages.iter().all(|page| page.status == 200), "{name}");
        mallory.from = format!("{networks}.100");
        pages.push(kind(&mut mallory, &page, "no code").await);
        assert_eq!((pages[20].status, pages[20].header("retry-after")), (429, Some("900")), "{name}");
        assert!(pages[20].body.contains("You can try again in 15 minutes.") && pages[20].body.contains("reset.paused") && pages[20].body.contains("Where the email has a link"), "{}", pages[20].body);
        assert_eq!(broker.audit(1).await[0], ("signin.paused reset.paused".into(), None));
        seen.push(pages.iter().map(|page| told(page, name)).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1], "a name that nobody has is no other");
    // Ann somewhere new: the right code waits, and the link does not.
    let mut new = at(&broker, "203.0.113.2");
    let page = ask(&mut new, ANN).await;
    let (link, code) = mail(&broker, ANN).await;
    assert_eq!(kind(&mut new, &page, &code).await.status, 429);
    assert_eq!(opens(&mut new, &link).await, "Choose a new password");
    // Where she has signed in before, it works.
    let page = ask(&mut own, ANN).await;
    let (_, code) = mail(&broker, ANN).await;
    assert_eq!(kind(&mut own, &page, &code).await.heading(), "Choose a new password");
    assert!(at(&broker, "203.0.113.3").sign_in("wiki", ANN, "Kranich7!").await.contains("code="), "her password is another matter");
    // The next pause is twice as long.
    broker.clock.wait(Duration::from_secs(901));
    let mut mallory = at(&broker, "203.0.113.99");
    let page = ask(&mut mallory, ANN).await;
    assert!(wrong(&mut mallory, &page, (20, "198.51.100")).await.iter().all(|page| page.status == 200));
    assert_eq!(kind(&mut mallory, &page, "no code").await.header("retry-after"), Some("1800"));
}

/// LG-07: passwords that were tried under a name leave its codes as they are; a right code before the pause counts, and clears what strangers have used up.
#[tokio::test]
async fn lg_07_a_right_code_in_time_clears_what_was_counted() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    for _ in 0..6 {
        let mut mallory = at(&broker, "203.0.113.2");
        let page = mallory.open("wiki", "").await;
        let page = mallory.identify(&page, ANN).await;
        mallory.password(&page, "Falsch-12").await;
    }
    let mut mallory = at(&broker, "203.0.113.99");
    let waiting = ask(&mut mallory, ANN).await;
    assert!(wrong(&mut mallory, &waiting, (19, "198.51.100")).await.iter().all(|page| page.status == 200));
    let mut ann = at(&broker, "203.0.113.2");
    let page = ask(&mut ann, ANN).await;
    let (_, code) = mail(&broker, ANN).await;
    assert_eq!(kind(&mut ann, &page, &code).await.heading(), "Choose a new password");
    let statuses = async |many| wrong(&mut mallory.clone(), &waiting, (many, "198.51.101")).await.iter().map(|page| page.status).collect::<Vec<_>>();
    assert_eq!(statuses(20).await, [200; 20]);
    assert_eq!(statuses(1).await, [429]);
}

/// LG-08: who has the same name in an account of their own clears nothing by a right code of it.
#[tokio::test]
async fn lg_08_a_right_code_of_another_account_clears_nothing() {
    const SAM: &str = "sam@many.example";
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut mallory = at(&broker, "203.0.113.99");
    let waiting = ask(&mut mallory, SAM).await;
    assert!(wrong(&mut mallory, &waiting, (19, "198.51.100")).await.iter().all(|page| page.status == 200));
    let mut sam = at(&broker, "203.0.113.2");
    let page = ask(&mut sam, SAM).await;
    let (_, code) = mail(&broker, SAM).await;
    assert_eq!(kind(&mut sam, &page, &code).await.heading(), "Choose a new password");
    assert_eq!(wrong(&mut mallory, &waiting, (1, "198.51.101")).await[0].status, 429);
}

/// LG-07, LG-03: many names from many networks: three hundred codes an hour in the whole installation, then a pause. The link works meanwhile, and so does the code
/// in a browser that knows its person.
#[tokio::test]
async fn lg_07_codes_of_mails_to_many_names_are_counted_together() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut own = at(&broker, "203.0.113.1");
    own.sign_in("wiki", ANN, "Kranich7!").await;
    own.cookies.remove("__Host-session");
    for place in 0..20 {
        let mut mallory = at(&broker, &format!("203.0.113.{}", 100 + place));
        let page = ask(&mut mallory, &format!("user{place}@north.example")).await;
        let seen = wrong(&mut mallory, &page, (15, &format!("198.51.{place}"))).await;
        assert!(seen.iter().all(|page| page.status == 200), "{place}");
    }
    let mut new = at(&broker, "203.0.113.2");
    let page = ask(&mut new, ANN).await;
    let (link, code) = mail(&broker, ANN).await;
    let paused = kind(&mut new, &page, &code).await;
    assert_eq!((paused.status, paused.header("retry-after")), (429, Some("60")));
    assert!(paused.body.contains("reset.paused"));
    assert_eq!(opens(&mut new, &link).await, "Choose a new password");
    let page = ask(&mut own, ANN).await;
    let (_, code) = mail(&broker, ANN).await;
    assert_eq!(kind(&mut own, &page, &code).await.heading(), "Choose a new password");
    broker.clock.wait(Duration::from_secs(61));
    let mut eve = at(&broker, "203.0.113.3");
    let page = ask(&mut eve, "eve@north.example").await;
    let (_, code) = mail(&broker, "eve@north.example").await;
    assert_eq!(kind(&mut eve, &page, &code).await.heading(), "Choose a new password", "every pause ends");
}
