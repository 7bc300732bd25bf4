use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

/// "Language" in the foot of a page, then German.
async fn in_german(browser: &mut Browser, page: &Page) -> Page {
    assert!(page.body.contains("action=\"/language\""), "the foot has a form, because something is under way: {}", page.heading());
    let carried = |page: &Page| [("stage", page.hidden("stage")), ("handle", page.hidden("handle"))];
    let form = carried(page);
    let choice = browser.post("/language", &form.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    let mut form = carried(&choice).to_vec();
    form.push(("language", "de".to_owned()));
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let german = browser.post("/language/set", &form).await;
    assert!(german.body.contains("<html lang=\"de\""), "{}", german.heading());
    german
}

/// ALL-21: another language keeps the page and the errand: before a proof, while a mail is waited for, and after a proof.
#[tokio::test]
async fn another_language_keeps_the_errand() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let proven = async |client: &str, name: &str, password: &str| {
        let mut browser = broker.browser();
        let page = browser.open(client, "").await;
        let page = browser.identify(&page, name).await;
        let page = browser.password(&page, password).await;
        (browser, page)
    };
    let mut ann = broker.browser();
    let page = ann.open("wiki", "").await;
    let page = ann.identify(&page, "ann@north.example").await;
    let page = in_german(&mut ann, &page).await;
    assert_eq!(page.heading(), "Passwort eingeben");
    let page = ann.password(&page, "Kranich7!").await;
    assert!(ann.leave(&page).await.contains("code="));

    let (mut soon, page) = proven("wiki", "soon@north.example", "Specht+55").await;
    let page = in_german(&mut soon, &page).await;
    assert_eq!(page.heading(), "Ihr Passwort läuft in 6 Tagen ab");
    let page = soon.post("/signin/expiring", &[("handle", &page.hidden("handle")), ("now", "no")]).await;
    assert!(soon.leave(&page).await.starts_with("https://wiki.example/cb?code="));

    let (mut old, page) = proven("wiki", "old@north.example", "Storch#66").await;
    let page = in_german(&mut old, &page).await;
    assert_eq!(page.heading(), "Ihr Passwort ist abgelaufen");
    let page = old.post("/signin/expired", &[("handle", &page.hidden("handle")), ("new", "Kuckuck-7"), ("repeat", "Kuckuck-7")]).await;
    assert!(old.leave(&page).await.starts_with("https://wiki.example/cb?code="));

    let (mut sam, page) = proven("late", "sam@many.example", "Falke%33x").await;
    let page = in_german(&mut sam, &page).await;
    assert_eq!(page.heading(), "Mehrere Konten gefunden");
    assert!(page.body.contains("Northwind") && !page.body.contains("Fabrikam"), "only those whose password it is");
    let page = sam.post("/signin/proven", &[("handle", &page.hidden("handle")), ("account", "40817")]).await;
    assert!(sam.leave(&page).await.starts_with("https://late.example/cb?code="));
}

/// ALL-21: the mail that is waited for, and the page for the new password.
#[tokio::test]
async fn another_language_keeps_a_reset() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut eve = broker.browser();
    let page = eve.get("/forgot").await;
    let page = eve.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", "eve@north.example")]).await;
    let page = in_german(&mut eve, &page).await;
    assert_eq!(page.heading(), "Sehen Sie in Ihre E-Mails");
    let mails = broker.mails().await;
    let code: String = mails[0].2.split("Code: ").nth(1).unwrap().chars().take(7).collect();
    let page = eve.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    let page = in_german(&mut eve, &page).await;
    let handle = page.hidden("handle");
    // Another browser learns nothing by the handle.
    let mut other = broker.browser();
    other.get("/signin").await;
    assert_eq!(other.post("/language/set", &[("handle", &handle), ("language", "en")]).await.heading(), "Sign in");
    let done = eve.post("/reset/password", &[("handle", &handle), ("new", "Kuckuck-7"), ("repeat", "Kuckuck-7")]).await;
    assert_eq!(done.heading(), "Ihr Passwort wurde geändert");
}
