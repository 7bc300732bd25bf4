//! The mails of the design by their numbers: who gets which, when, and who does not. What each says in every language is tested where it is rendered; mail 5 is told
//! with the step that moves people.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_model::Clock;
use homeward_testkit::{Browser, Page, TestBroker};

const ANN: &str = "ann@north.example";
const DAY: Duration = Duration::from_secs(86_400);

/// Somebody who reads German.
fn german(broker: &TestBroker) -> Browser {
    let mut browser = broker.browser();
    browser.cookies.insert("__Host-language".into(), "de".into());
    browser
}

async fn forgot(browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/forgot").await;
    browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await
}

/// The link in a text, without our own origin.
fn link_in(text: &str) -> String {
    let word = text.split_whitespace().find_map(|word| word.strip_prefix("http://homeward.localhost"));
    word.unwrap_or_else(|| panic!("{text}")).to_owned()
}

/// The subjects that somebody was sent, and the text of the last.
async fn sent(broker: &TestBroker, to: &str) -> (Vec<String>, String) {
    let own: Vec<(String, String, String)> = broker.mails().await.into_iter().filter(|mail| mail.0 == to).collect();
    let last = own.last().map(|mail| mail.2.clone()).unwrap_or_default();
    (own.into_iter().map(|mail| mail.1).collect(), last)
}

/// Mail 2, FOR-2: whoever asks for it has it sent to the mailbox of the name, in the language of the page: a code in subject and text, and a link. A name that
/// nobody has gets none, somebody else neither, and who is suspended neither.
#[tokio::test]
async fn mail_2_whose_name_was_entered_gets_code_and_link() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    forgot(&mut german(&broker), ANN).await;
    for nobody in ["nobody@north.example", "gone@north.example"] {
        forgot(&mut broker.browser(), nobody).await;
    }
    let (subjects, text) = sent(&broker, ANN).await;
    let [subject] = &subjects[..] else { panic!("{subjects:?}") };
    let code = subject.strip_prefix("Passwort zurücksetzen: ").unwrap();
    assert!(code.len() == 7 && code.split(' ').all(|half| half.len() == 3 && half.bytes().all(|byte| byte.is_ascii_digit())), "{code}");
    for says in [format!("für {ANN} zurücksetzen"), format!("Der Code: {code}"), "http://homeward.localhost/reset?token=".into(), "Code und Link gelten je einmal".into(), "Northwind · Konto 40817".into(), "Wir fragen nie per E-Mail".into()] {
        assert!(text.contains(&says), "{says} in {text}");
    }
    assert_eq!(broker.mails().await.len(), 1, "nobody else gets one");
}

/// LR-12: of a name with many accounts everybody who can have a mail gets one, and those who are kept out take nobody's place; one request makes ten and no more. Whoever
/// chose an account gets that one's alone; a choice that is none of theirs chooses nothing.
#[tokio::test]
async fn lr_12_a_name_of_many_accounts_is_reached_in_each() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let user = |name: &str, state: &str| format!("[[account.user]]\nusername = \"{name}@several.example\"\nstate = \"{state}\"\n");
    let account = |place: u32| format!("[[account]]\nnumber = \"{}\"\nname = \"Several\"\nregion = \"us\"\n{}{}", 8_001 + place, user("pat", if place < 6 { "suspended" } else { "active" }), user("lou", "active"));
    let text: String = (0..15).map(account).collect();
    let store = &broker.running().store;
    let plan = homeward_server::apply::plan_text(store, &text, &broker.folder().join("x"), broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
    let numbers = async |name: &str| {
        let texts = broker.mails().await.into_iter().filter(|mail| mail.0 == format!("{name}@several.example")).map(|mail| mail.2);
        let mut found: Vec<String> = texts.map(|text| text.split("account ").nth(1).unwrap_or_else(|| panic!("{text}")).chars().take(4).collect()).collect();
        found.sort();
        found
    };
    let mut anybody = broker.browser();
    let waiting = forgot(&mut anybody, "pat@several.example").await;
    assert_eq!(numbers("pat").await, (8_007..8_016).map(|number| number.to_string()).collect::<Vec<_>>());
    forgot(&mut anybody, "lou@several.example").await;
    assert_eq!(numbers("lou").await.len(), 10);
    // The code of each of them works where it was asked for.
    let (_, _, last) = broker.mails().await.into_iter().rfind(|mail| mail.0 == "pat@several.example").unwrap();
    let code: String = last.split("Code: ").nth(1).unwrap().chars().take(7).collect();
    let set = anybody.post("/forgot/code", &[("stage", &waiting.hidden("stage")), ("code", &code)]).await;
    assert_eq!(set.heading(), "Choose a new password");
    for (place, (chosen, reached)) in [("8012", vec!["8012"]), ("8002", vec![]), ("40817", vec![])].into_iter().enumerate() {
        let before = numbers("pat").await;
        let mut browser = broker.browser();
        browser.from = format!("198.51.100.{place}");
        let start = browser.open("wiki", &format!("&account={chosen}")).await;
        let page = browser.post("/forgot", &[("stage", &start.hidden("stage")), ("username", "pat@several.example")]).await;
        browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", "pat@several.example")]).await;
        let mut more = numbers("pat").await;
        for number in before {
            more.remove(more.iter().position(|one| *one == number).unwrap());
        }
        if reached.is_empty() { assert_eq!(more.len(), 9, "{chosen} is none of theirs") } else { assert_eq!(more, reached) }
        broker.clock.wait(Duration::from_secs(3601));
    }
}

/// Mail 1, B-081: whoever's password was changed is told at once and with a way to take it back, in the language of whoever changed it; others of the account are
/// not. What was not changed is not told.
#[tokio::test]
async fn mail_1_whose_password_was_changed_is_told() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = german(&broker);
    forgot(&mut ann, ANN).await;
    let reset = link_in(&sent(&broker, ANN).await.1);
    ann.get(&reset).await;
    ann.get("/reset").await;
    let page = ann.post("/reset", &[]).await;
    let handle = page.hidden("handle");
    let set = async |browser: &mut Browser, new: &str| browser.post("/reset/password", &[("handle", &handle), ("new", new), ("repeat", new)]).await;
    set(&mut ann, "x").await;
    assert_eq!(sent(&broker, ANN).await.0.len(), 1, "nothing was changed yet");
    assert_eq!(set(&mut ann, "Reiher-99x").await.heading(), "Ihr Passwort wurde geändert");
    let (subjects, text) = sent(&broker, ANN).await;
    assert_eq!((subjects.len(), subjects.last().unwrap().as_str()), (2, "Ihr Passwort wurde geändert"));
    for says in [format!("Das Passwort für {ANN} wurde am "), "von einem unbekannten Browser.".into(), "Wenn Sie das waren, ist nichts zu tun.".into(), "Das war ich nicht:\nhttp://homeward.localhost/forgot\n".into()] {
        assert!(text.contains(&says), "{says} in {text}");
    }
    assert_eq!(link_in(&text), "/forgot");
    assert!(broker.mails().await.iter().all(|(to, ..)| to == ANN), "nobody else is told");
}

/// Mail 4, LP-12: whose password expires is told 14, 7 and 1 days before, once each, and not after that; nobody is told of one that goes on, or whose
/// organisation keeps it.
#[tokio::test]
async fn mail_4_whose_password_expires_is_told_three_times() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    broker.clock.wait(72 * DAY);
    let mut told = Vec::new();
    for _ in 0..18 {
        homeward_signin::usecase::mailroom::remind(&broker.running().context).await.unwrap();
        let (subjects, text) = sent(&broker, ANN).await;
        if subjects.len() > told.len() {
            assert!(text.contains(&format!("The password for {ANN} expires soon.")) && link_in(&text) == "/changepassword", "{text}");
            told = subjects;
        }
        broker.clock.wait(DAY);
    }
    assert_eq!(told, ["Your password expires in 14 days", "Your password expires in 7 days", "Your password expires in 1 day"]);
    let all = broker.mails().await;
    assert!(all.iter().any(|(to, ..)| to == "eve@north.example"), "the others of the account, each their own");
    for nobody in ["old@north.example", "gone@north.example", "new@north.example"] {
        assert!(all.iter().all(|(to, ..)| to != nobody), "{nobody}");
    }
}
