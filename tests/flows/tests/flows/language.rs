use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

use crate::people::{ANN, EVE, both, change, choose};

/// "Language" in the foot of a page, then German.
async fn in_german(browser: &mut Browser, page: &Page) -> Page {
    assert!(page.body.contains("action=\"/language\""), "the foot has a form, because something is under way: {}", page.heading());
    let carried = |page: &Page| [("stage", page.hidden("stage")), ("handle", page.hidden("handle"))];
    let form = carried(page);
    let choice = browser.post("/language", &form.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    let mut form = carried(&choice).to_vec();
    form.push(("language", "de".to_owned()));
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut german = browser.post("/language/set", &form).await;
    if let Some(to) = german.header("location").map(str::to_owned) {
        german = browser.get(&to).await;
    }
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

/// ALL-21, LR-07: the page behind the link of a mail stays what it is in another language, and the link is not used up by that: of a reset, of an
/// invitation, and of a change of address that is taken back.
#[tokio::test]
async fn another_language_keeps_the_page_behind_a_link() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let link = async |to: &str| {
        let text = broker.mails().await.into_iter().rev().find(|(found, ..)| found == to).unwrap().2;
        text.split_whitespace().find(|word| word.contains("token=")).unwrap().strip_prefix("http://homeward.localhost").unwrap().to_owned()
    };
    for (name, place, title, next) in [
        ("eve@north.example", "/reset", "Passwort für e•••••@north.example zurücksetzen?", "Wählen Sie ein neues Passwort"),
        ("new@north.example", "/invitation", "Willkommen, n•••••@north.example", "Wählen Sie Ihr Passwort"),
    ] {
        let mut browser = broker.browser();
        let page = browser.get("/forgot").await;
        browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await;
        let link = link(name).await;
        browser.get(&link).await;
        let page = browser.get(place).await;
        let page = in_german(&mut browser, &page).await;
        assert_eq!(page.heading(), title);
        assert!(page.body.contains(&format!("action=\"{place}\"")), "{}", page.body);
        assert_eq!(browser.post(place, &[]).await.heading(), next, "it works still");
        // Used by now: that page keeps itself, too.
        browser.get(&link).await;
        let over = browser.get(place).await;
        assert_eq!(in_german(&mut browser, &over).await.heading(), "Dieser Link gilt nicht mehr");
    }
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let page = ann.get("/account/email").await;
    let page = ann.post("/account/email", &[("stage", &page.hidden("stage")), ("email", "ann@new.example")]).await;
    let text = broker.mails().await.into_iter().rev().find(|(to, ..)| to == "ann@new.example").unwrap().2;
    let code: String = text.split("Code: ").nth(1).unwrap().chars().take(7).collect();
    ann.post("/account/email/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    let link = link("ann@north.example").await;
    let mut mailbox = broker.browser();
    mailbox.get(&link).await;
    let page = mailbox.get("/account/email/undo").await;
    assert_eq!(page.heading(), "Take the change back?");
    assert_eq!(in_german(&mut mailbox, &page).await.heading(), "Änderung zurücknehmen?");
    mailbox.post("/account/email/undo", &[]).await;
    assert_eq!(broker.user("ann@north.example", "40817").await.email.unwrap().as_str(), "ann@north.example", "it works still");
}

/// The keys of those whom a chooser offers.
fn offered(page: &Page) -> Vec<&str> {
    page.body.split("name=\"entry\" value=\"").skip(1).filter_map(|part| part.split('"').next()).collect()
}

/// ALL-21, OL-02: the question of an application whether to sign out stays that application's in another language, with the way back to it; also
/// where two people are asked who of them. Another browser gets no question by it.
#[tokio::test]
async fn another_language_keeps_the_question_of_a_sign_out() {
    const OUT: &str = "/oauth2/logout?client_id=wiki&post_logout_redirect_uri=https%3A%2F%2Fwiki.example%2Fbye&state=x";
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", ANN.0, ANN.1).await;
    let page = ann.get(OUT).await;
    assert_eq!(page.heading(), "Sign out?");
    let mut other = broker.browser();
    other.get("/signin").await;
    let foreign = other.post("/language/set", &[("stage", &page.hidden("stage")), ("language", "de")]).await;
    assert_eq!((foreign.status, foreign.header("location")), (303, Some("/signin")));
    let page = in_german(&mut ann, &page).await;
    assert_eq!(page.heading(), "Abmelden?");
    assert!(page.body.contains("<strong>Wiki</strong>"), "who asks is said still: {}", page.body);
    assert_eq!(ann.open("wiki", "").await.status, 303, "a language signs nobody out");
    let out = ann.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert!(out.body.contains("<html lang=\"de\""), "{}", out.heading());
    assert_eq!(out.refresh().as_deref(), Some("https://wiki.example/bye?state=x"));
    assert_eq!(ann.open("wiki", "").await.status, 200, "signed out");

    let mut shared = both(&broker).await;
    let page = shared.get(OUT).await;
    let page = in_german(&mut shared, &page).await;
    let eve = broker.user(EVE.0, "40817").await.id.to_string();
    assert!(page.heading() == "Abmelden?" && page.body.contains(&format!("name=\"who\" value=\"{eve}\"")), "{}", page.body);
    let out = shared.post("/signout", &[("stage", &page.hidden("stage")), ("who", &eve)]).await;
    assert_eq!(out.refresh().as_deref(), Some("https://wiki.example/bye?state=x"));
    assert!(shared.get("/account").await.body.contains(ANN.0), "the other one stays");
}

/// RP-Initiated Logout 1.0, 2: the application says in which language its person reads, on every page of the sign-out; what means nothing changes nothing.
#[tokio::test]
async fn an_application_says_the_language_of_a_sign_out() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", ANN.0, ANN.1).await;
    for garbage in ["", "&ui_locales=", "&ui_locales=se", "&ui_locales=%3Cscript%3E"] {
        let page = ann.get(&format!("/oauth2/logout?client_id=wiki{garbage}")).await;
        assert_eq!((page.status, page.heading()), (200, "Sign out?"), "{garbage}");
    }
    let page = ann.get("/oauth2/logout?client_id=wiki&ui_locales=se%20fr-CA%20de").await;
    assert_eq!(page.heading(), "Se déconnecter ?");
    let out = ann.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!(out.heading(), "Vous êtes déconnecté");
    assert_eq!(ann.open("wiki", "").await.status, 200, "signed out");
}

/// ALL-21: "Forgot password?" stays that page in another language, with the name that stands there, and what it was for.
#[tokio::test]
async fn another_language_keeps_a_forgotten_password() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut bare = broker.browser();
    let page = bare.get("/forgot").await;
    let page = in_german(&mut bare, &page).await;
    assert_eq!(page.heading(), "Passwort zurücksetzen");
    assert!(page.body.contains("action=\"/forgot/send\"") && !page.body.contains("@north.example"), "{}", page.body);
    let sent = bare.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
    assert_eq!(sent.heading(), "Sehen Sie in Ihre E-Mails");

    let mut eve = broker.browser();
    let page = eve.open("wiki", "").await;
    let page = eve.identify(&page, EVE.0).await;
    let page = eve.post("/forgot", &[("stage", &page.hidden("stage")), ("username", EVE.0)]).await;
    assert_eq!(page.heading(), "Reset your password");
    let page = in_german(&mut eve, &page).await;
    assert_eq!(page.heading(), "Passwort zurücksetzen");
    assert!(page.body.contains(&format!("value=\"{}\"", EVE.0)) && page.body.contains("<strong>Wiki</strong>"), "{}", page.body);
    let page = eve.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", EVE.0)]).await;
    assert_eq!(page.heading(), "Sehen Sie in Ihre E-Mails");
    let text = broker.mails().await.into_iter().rev().find(|(to, ..)| to == EVE.0).unwrap().2;
    let code: String = text.split("Code: ").nth(1).unwrap().chars().take(7).collect();
    let page = eve.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    let done = eve.post("/reset/password", &[("handle", &page.hidden("handle")), ("new", "Kuckuck-7"), ("repeat", "Kuckuck-7")]).await;
    assert_eq!(done.heading(), "Ihr Passwort wurde geändert");
    let page = eve.post("/signin/again", &[("stage", &done.hidden("stage")), ("username", EVE.0)]).await;
    assert_eq!(page.heading(), "Bei Wiki anmelden");
    let page = eve.identify(&page, EVE.0).await;
    let page = eve.password(&page, "Kuckuck-7").await;
    assert!(eve.leave(&page).await.starts_with("https://wiki.example/cb?code="));
}

/// ALL-21, CHO-1, CHO-2: "Who is signing in?" of an application and of our own pages offers the same people in another language, and whoever is
/// chosen goes on to what it was for.
#[tokio::test]
async fn another_language_keeps_the_choice_of_a_person() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let shared = both(&broker).await;
    let chooser = async |path: &str, before: &str, after: &str| {
        let mut browser = shared.clone();
        let page = browser.get(path).await;
        assert_eq!(page.heading(), before, "{path}");
        let german = in_german(&mut browser, &page).await;
        assert_eq!(german.heading(), after, "{path}");
        assert_eq!(offered(&german), offered(&page), "{path}");
        assert!(german.body.contains(ANN.0) && german.body.contains(EVE.0), "{path}");
        (browser, german)
    };

    let mut browser = shared.clone();
    let page = browser.open("wiki", "&prompt=select_account").await;
    assert_eq!(page.heading(), "Who is signing in?");
    let german = in_german(&mut browser, &page).await;
    assert_eq!((german.heading(), offered(&german)), ("Wer meldet sich an?", offered(&page)));
    let key = offered(&german).into_iter().find(|key| german.body.split(key).nth(1).is_some_and(|rest| rest.split("</button>").next().unwrap().contains(ANN.0))).unwrap();
    let page = browser.post("/signin/chooser", &[("stage", &german.hidden("stage")), ("entry", key)]).await;
    let address = browser.leave(&page).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())));

    let (mut browser, page) = chooser("/account", "Whose account do you want to see?", "Wessen Konto möchten Sie sehen?").await;
    let address = choose(&mut browser, &page, ANN.0).await;
    let own = browser.get(&address).await;
    assert!(own.heading() == "Ihr Konto" && own.body.contains(ANN.0) && !own.body.contains(EVE.0), "{}", own.body);

    let (mut browser, page) = chooser("/account/email", "Whose email address do you want to change?", "Wessen E-Mail-Adresse möchten Sie ändern?").await;
    let address = choose(&mut browser, &page, ANN.0).await;
    assert!(address.starts_with("/account/email?stage="), "{address}");

    let back = "client_id=wiki&return_to=https%3A%2F%2Fwiki.example%2Fsettings";
    let path = format!("/changepassword?{back}&login_hint=nobody%40north.example");
    let (mut browser, page) = chooser(&path, "Whose password do you want to change?", "Wessen Passwort möchten Sie ändern?").await;
    let address = choose(&mut browser, &page, EVE.0).await;
    assert!(address.starts_with(&format!("/changepassword?{back}&stage=")), "{address}");
    let page = browser.get(&address).await;
    let done = change(&mut browser, &page, EVE.1).await;
    assert_eq!(done.heading(), "Ihr Passwort wurde geändert");
    assert!(done.body.contains("href=\"https://wiki.example/settings\""));
}

/// ALL-21: a page that its address alone shows is where another language leads back to. A form that names anything else leads to the sign-in.
#[tokio::test]
async fn another_language_keeps_a_page_without_a_stage() {
    let broker = TestBroker::start(Disclosure::Open).await;
    for (path, before, after) in [("/help", "Help", "Hilfe"), ("/privacy", "Privacy", "Datenschutz")] {
        let mut nobody = broker.browser();
        let page = nobody.get(path).await;
        assert_eq!(page.heading(), before);
        let choice = page.body.split("href=\"/language").nth(1).unwrap().split('"').next().unwrap();
        let choice = nobody.get(&format!("/language{choice}")).await;
        assert!(choice.body.contains(&format!("href=\"/language?from={}\"", &path[1..])), "the page of languages keeps it, too");
        let set = nobody.post("/language/set", &[("from", &choice.hidden("from")), ("language", "de")]).await;
        assert_eq!((set.status, set.header("location")), (303, Some(path)));
        assert_eq!(nobody.get(path).await.heading(), after);
    }
    let mut nobody = broker.browser();
    for from in ["", "//evil.example", "https://evil.example/", "/help", "account"] {
        let page = nobody.get(&format!("/language?from={from}")).await;
        assert!(page.status == 200 && page.hidden("from").is_empty() && !page.body.contains("evil"), "{from}: {}", page.body);
        let set = nobody.post("/language/set", &[("from", from), ("language", "en")]).await;
        assert_eq!((set.status, set.header("location")), (303, Some("/signin")), "{from}");
    }
}

/// ALL-21: the pages of one's own name and e-mail address stay, and stay the same person's where two are signed in.
#[tokio::test]
async fn another_language_keeps_ones_own_page() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let shared = both(&broker).await;
    let open = async |path: &str| {
        let mut browser = shared.clone();
        let chooser = browser.get("/account").await;
        let address = choose(&mut browser, &chooser, ANN.0).await;
        let own = browser.get(&address).await;
        let stage = own.body.split(&format!("href=\"{path}?stage=")).nth(1).unwrap().split('"').next().unwrap();
        let page = browser.get(&format!("{path}?stage={stage}")).await;
        let german = in_german(&mut browser, &page).await;
        assert!(german.body.contains(ANN.0) && !german.body.contains(EVE.0), "{path}: {}", german.body);
        (browser, german)
    };
    let (mut browser, page) = open("/account/name").await;
    assert_eq!(page.heading(), "Ihr Name");
    let saved = browser.post("/account/name", &[("stage", &page.hidden("stage")), ("given", "Anna"), ("family", "Müller")]).await;
    assert!(saved.body.contains("Ihr Name ist gespeichert."), "{}", saved.body);
    let (ann, eve) = (broker.user(ANN.0, "40817").await, broker.user(EVE.0, "40817").await);
    assert_eq!((ann.given_name.as_str(), ann.family_name.as_str()), ("Anna", "Müller"));
    assert_ne!(eve.given_name, "Anna");

    let (mut browser, page) = open("/account/email").await;
    assert_eq!(page.heading(), "Ihre E-Mail-Adresse");
    let page = browser.post("/account/email", &[("stage", &page.hidden("stage")), ("email", "ann@new.example")]).await;
    let page = in_german(&mut browser, &page).await;
    assert!(page.heading() == "Ihre E-Mail-Adresse" && page.body.contains("action=\"/account/email/code\""), "the code is waited for still: {}", page.body);
    let text = broker.mails().await.into_iter().rev().find(|(to, ..)| to == "ann@new.example").unwrap().2;
    let code: String = text.split("Code: ").nth(1).unwrap().chars().take(7).collect();
    let done = browser.post("/account/email/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    assert!(done.body.contains("Ihre neue E-Mail-Adresse gilt ab jetzt."), "{}", done.body);
    assert_eq!(broker.user(ANN.0, "40817").await.email.unwrap().as_str(), "ann@new.example");
}

/// Mails that nobody asked for on a page speak the language of the pages of their reader's last sign-in; to who has not signed in yet, the account's;
/// where it has none, English. `apply` takes the languages that there are.
#[tokio::test]
async fn mails_that_nobody_asked_for_speak_the_language_of_their_reader() {
    use homeward_signin::usecase::{mailroom, profile};
    let broker = TestBroker::start(Disclosure::Open).await;
    let (ctx, store) = (&broker.running().context, &broker.running().store);
    let newest = async |name: &str| broker.mails().await.into_iter().rev().find(|(to, ..)| to == name).map(|(_, subject, _)| subject).unwrap();
    let new = broker.user("new@north.example", "40817").await;
    assert!(mailroom::invite(ctx, new.id).await.unwrap());
    assert_eq!(newest("new@north.example").await, "Set up your sign-in for Northwind");
    let account = |language: &str| format!("[[account]]\nnumber = \"40817\"\nname = \"Northwind\"\nlabel = \"North\"\nregion = \"us\"\nlanguage = \"{language}\"\n");
    let plan = async |language: &str| homeward_server::apply::plan_text(store, &account(language), &broker.folder().join("x"), ctx.now(), &homeward_model::SystemRandom).await;
    for none in ["xx", "qps-ploc", "FR", ""] {
        let refused = plan(none).await.err().unwrap_or_default();
        assert!(refused.contains("is none of en, de, fr, es"), "{none}: {refused}");
    }
    plan("fr").await.unwrap().carry_out(store, ctx.now()).await.unwrap();
    // A file that says nothing of it takes nothing away.
    let silent = account("fr").replace("language = \"fr\"\n", "");
    let silent = homeward_server::apply::plan_text(store, &silent, &broker.folder().join("x"), ctx.now(), &homeward_model::SystemRandom).await.unwrap();
    silent.carry_out(store, ctx.now()).await.unwrap();
    broker.clock.wait(std::time::Duration::from_secs(2 * 3600));
    assert!(mailroom::invite(ctx, new.id).await.unwrap());
    assert_eq!(newest("new@north.example").await, "Votre connexion pour Northwind");
    // Ann has read the pages of her sign-in in German; Eve has not signed in yet.
    let mut ann = broker.browser();
    let page = ann.open("wiki", "&ui_locales=de").await;
    let page = ann.identify(&page, "ann@north.example").await;
    assert_eq!(page.heading(), "Passwort eingeben");
    ann.password(&page, "Kranich7!").await;
    broker.clock.wait(std::time::Duration::from_secs(73 * 86_400 - 2 * 3600));
    mailroom::remind(ctx).await.unwrap();
    assert_eq!(newest("ann@north.example").await, "Ihr Passwort läuft in 14 Tagen ab");
    assert_eq!(newest("eve@north.example").await, "Votre mot de passe expire dans 14 jours");
    // Another browser, in Spanish: the last one counts.
    let mut phone = broker.browser();
    let page = phone.open("wiki", "&ui_locales=es").await;
    let page = phone.identify(&page, "ann@north.example").await;
    phone.password(&page, "Kranich7!").await;
    let (id, before) = (broker.user("ann@north.example", "40817").await.id, homeward_model::Username::parse("old.name@north.example").unwrap());
    assert!(profile::tell_username(ctx, id, &before).await.unwrap());
    assert_eq!(newest("ann@north.example").await, "Su nombre de usuario ha cambiado");
}
