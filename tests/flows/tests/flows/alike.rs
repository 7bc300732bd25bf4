//! Under closed disclosure whoever knows a name and nothing else learns nothing about it: every answer, from the username page to the code of a mail, is
//! compared whole (status, headers, cookies, body, hashes) with that to a name that nobody has. That name is as long, so that lengths count, too.

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

/// What a name may be, one that is, the name that nobody has beside it, and the mails that its person gets for one request: the only difference.
const STATES: [(&str, &str, &str, &[&str]); 8] = [
    ("known", "ann@north.example", "nob@north.example", &["Reset your password"]),
    ("suspended", "gone@north.example", "nobo@north.example", &[]),
    ("invited", "new@north.example", "nod@north.example", &["Set up your sign-in for Northwind"]),
    ("expired", "old@north.example", "nox@north.example", &["Reset your password"]),
    ("in several accounts", "sam@many.example", "no@north.example", &["Reset your password"; 3]),
    ("a provider's", "dana@contoso.example", "nobo@contoso.example", &["Your organisation keeps your password"]),
    ("excluded", "ops@contoso.example", "nob@contoso.example", &["Reset your password"]),
    ("a provider's, there at once", "kim@tailspin.example", "nob@tailspin.example", &["Your organisation keeps your password"]),
];
/// The shortest text that is drawn anew: a secret of a cookie. Sealed stages are longer.
const DRAWN: usize = 43;

/// Everything of an answer that a reader sees, with one word for what is another one each time: the name, the date, the case number, and what is random or
/// sealed, which keeps its length.
fn told(page: &Page, name: &str) -> String {
    let headers = page.headers.iter().map(|(header, value)| format!("{header}: {}\n", if header == "date" { "DATE" } else { value }));
    let body = match page.body.split_once("class=\"ref\">").and_then(|(before, rest)| Some((before, rest.split_once('<')?))) {
        Some((before, (case, after))) => format!("{before}CASE of {}<{after}", case.len()),
        None => page.body.clone(),
    };
    let text = format!("{}\n{}\n{body}", page.status, headers.collect::<String>()).replace(name, "NAME");
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some(from) = rest.find(is_part) {
        let (before, found) = rest.split_at(from);
        let (word, after) = found.split_at(found.find(|c| !is_part(c)).unwrap_or(found.len()));
        out += before;
        out += &if word.len() < DRAWN { word.to_owned() } else { format!("DRAWN of {}", word.len()) };
        rest = after;
    }
    out + rest
}

/// Somebody who knows a name: what was answered at each step, and how many hashes that took.
struct Stranger<'a> {
    broker: &'a TestBroker,
    browser: Browser,
    name: &'a str,
    hashed: u64,
    seen: Vec<(&'static str, String, u64)>,
}

impl Stranger<'_> {
    fn note(&mut self, step: &'static str, page: &Page) {
        let hashed = self.broker.evaluations();
        self.seen.push((step, told(page, self.name), hashed - self.hashed));
        self.hashed = hashed;
    }
}

/// All that a stranger can ask about a name, from a network of their own.
async fn ask(broker: &TestBroker, name: &str, from: usize) -> Vec<(&'static str, String, u64)> {
    let mut browser = broker.browser();
    browser.from = format!("198.51.100.{from}");
    let mut stranger = Stranger { broker, browser, name, hashed: broker.evaluations(), seen: Vec::new() };
    let page = stranger.browser.open("wiki", "").await;
    stranger.note("open", &page);
    let mut page = stranger.browser.identify(&page, name).await;
    stranger.note("name", &page);
    if page.pressed("Single Sign On").is_some() {
        let there = stranger.browser.press(&page, "Single Sign On", &[]).await;
        stranger.note("provider", &there);
    }
    if page.body.contains("/signin/enter-password") {
        page = stranger.browser.post("/signin/enter-password", &[("stage", &page.hidden("stage"))]).await;
        stranger.note("beside", &page);
    }
    for step in ["try 1", "try 2", "try 3", "try 4", "try 5", "try 6"] {
        let answer = stranger.browser.password(&page, "Falsch-12").await;
        stranger.note(step, &answer);
        if answer.status == 200 {
            page = answer;
        }
    }
    let forgot = stranger.browser.get("/forgot").await;
    stranger.note("forgot", &forgot);
    let sent = stranger.browser.post("/forgot/send", &[("stage", &forgot.hidden("stage")), ("username", name)]).await;
    stranger.note("mail", &sent);
    let is_right = broker.mails().await.iter().any(|(to, subject, _)| to == name && subject.ends_with("000 000"));
    let wrong = if is_right { "100000" } else { "000000" };
    let code = stranger.browser.post("/forgot/code", &[("stage", &sent.hidden("stage")), ("code", wrong)]).await;
    stranger.note("code", &code);
    stranger.seen
}

/// LH-01, LH-02, LG-10, LR-01, USR-7: under closed disclosure the states of a name have one page, one hash, one message, and the same headers and cookies.
#[tokio::test]
async fn lh_01_eight_states_of_a_name_cannot_be_told_apart() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    for (place, (state, name, nobody, _)) in STATES.iter().enumerate() {
        // Paused: five wrong tries from another network would pause only that one; here the same network is used up.
        let (one, other) = (ask(&broker, name, 2 * place).await, ask(&broker, nobody, 2 * place + 1).await);
        assert_eq!(one, other, "{state}");
        let step = |wanted: &str| one.iter().find(|(step, ..)| *step == wanted).map(|(_, told, hashes)| (told.as_str(), *hashes)).unwrap();
        let says = |wanted: &str, status: &str, text: &str| assert!(step(wanted).0.starts_with(status) && step(wanted).0.contains(text), "{state}, {wanted}: {}", step(wanted).0);
        says("name", "200", "content-security-policy: ");
        says("try 1", "200", "That username and password do not match");
        says("try 3", "200", "You have 2 tries left");
        says("try 6", "429", "CASE of ");
        says("mail", "200", "NAME");
        let hashes: Vec<u64> = one.iter().map(|(_, _, hashes)| *hashes).filter(|hashes| *hashes > 0).collect();
        assert_eq!((step("try 1").1, step("try 6").1, hashes), (1, 0, vec![1; 5]), "{state}");
        assert_eq!(one.iter().any(|(step, ..)| *step == "beside"), name.ends_with("@contoso.example") || name.ends_with("@tailspin.example"), "{state}");
    }
    // The mails differ, and only they: to those who have a mailbox here and something to reset.
    let mails = broker.mails().await;
    let to = |name: &str| mails.iter().filter(|(to, ..)| to == name).map(|(_, subject, _)| subject.split(':').next().unwrap().to_owned()).collect::<Vec<_>>();
    for (state, name, nobody, expected) in STATES {
        assert_eq!((to(name), to(nobody)), (expected.iter().map(|subject| (*subject).to_owned()).collect(), vec![]), "{state}");
    }
}

/// LH-01: the twin: under open disclosure, where the pages say more, the same comparison tells every state that changes what a page says.
#[tokio::test]
async fn lh_01_under_open_disclosure_the_states_of_a_name_differ() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut differ = Vec::new();
    for (place, (state, name, nobody, _)) in STATES.iter().enumerate() {
        if ask(&broker, name, 2 * place).await != ask(&broker, nobody, 2 * place + 1).await {
            differ.push(*state);
        }
    }
    assert_eq!(differ, ["known", "suspended", "invited", "expired", "in several accounts", "excluded"], "a provider's people are led there whether anybody has the name or not (USR-8)");
}

/// LH-01: what the comparison of whole answers passes over, and what it sees.
#[test]
fn lh_01_the_comparison_sees_what_a_reader_could_see() {
    let page = |date: &str, drawn: &str, name: &str, case: &str| Page {
        status: 200,
        headers: [("date", date), ("content-length", "90"), ("set-cookie", &format!("__Host-browser={}; HttpOnly", drawn.repeat(43)))].map(|(header, value)| (header.to_owned(), value.to_owned())).to_vec(),
        body: format!("<p>{name}: hello <i class=\"ref\">{case}</i><input value=\"{}\">", drawn.repeat(90)),
    };
    let first = page("Mon", "s", "ann@north.example", "ABCD-EFGH");
    assert_eq!(told(&first, "ann@north.example"), told(&page("Tue", "t", "nob@north.example", "JKLM-NPQR"), "nob@north.example"));
    let changes: [(&str, fn(&mut Page)); 9] = [
        ("another status", |page| page.status = 403),
        ("a header's value", |page| page.headers[1].1 = "91".into()),
        ("a header more", |page| page.headers.push(("retry-after".into(), "9".into()))),
        ("a cookie's name", |page| page.headers[2].1 = page.headers[2].1.replace("browser", "session")),
        ("a cookie's length", |page| page.headers[2].1 = page.headers[2].1.replace('=', "=s")),
        ("a cookie's attributes", |page| page.headers[2].1 += "; Max-Age=9"),
        ("a word", |page| page.body = page.body.replace("hello", "hallo")),
        ("a stage's length", |page| page.body = page.body.replace("value=\"", "value=\"s")),
        ("another's name", |page| page.body = page.body.replace("ann@", "eve@")),
    ];
    for (what, change) in changes {
        let mut other = first.clone();
        change(&mut other);
        assert_ne!(told(&other, "ann@north.example"), told(&first, "ann@north.example"), "{what}");
    }
}
