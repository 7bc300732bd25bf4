//! An OpenID Provider that answers wrong in one way at a time: the whole sign-in, from the name to the application. The provider is the simulator, which makes
//! and signs its tokens by itself; every refusal stands beside a right answer of the same provider in the same run.

use std::net::TcpListener;

use homeward_federation::{RemoteField, oidc::OidcSettings};
use homeward_simulator::{
    Brand,
    brand::TENANT,
    server::{self, Running},
};
use homeward_testkit::pairs;

use super::*;

/// A broker whose account 70444 signs in at an OpenID Provider and asks it for more claims.
pub(super) struct Op {
    pub broker: TestBroker,
    provider: Running,
    brand: Brand,
}

impl Op {
    async fn start() -> Self {
        Self::of(Brand::Generic).await
    }
    pub async fn of(brand: Brand) -> Self {
        let broker = TestBroker::start(Disclosure::Open).await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let provider = server::start(listener, server::Settings { clock: broker.clock.clone(), ..server::Settings::at(&base) }).unwrap();
        // Entra's rules are for its own addresses, which begin with the tenant.
        let issuer = if brand == Brand::Entra { format!("{base}/{TENANT}/v2.0") } else { brand.issuer(&base) };
        let mut oidc = OidcSettings::new(&issuer, "homeward");
        oidc.userinfo = true;
        let preset = if brand == Brand::Entra { Preset::Entra } else { Preset::Generic };
        let mut settings = ConnectionSettings::new(preset, Protocol::Oidc(Box::new(oidc)));
        settings.matching.remote = RemoteField::Named("email".into());
        broker.change_connection("70444", "Okta", |entry| entry.settings = Some(settings)).await;
        Self { broker, provider, brand }
    }
    /// Kim goes to the provider, which answers like this: the browser, and the address that the answer leads to.
    pub async fn answer(&self, profile: &str) -> (Browser, url::Url) {
        let mut browser = self.broker.browser();
        let back = self.answered(&mut browser, profile).await;
        (browser, back)
    }
    /// The same in a tab of this browser.
    pub async fn answered(&self, browser: &mut Browser, profile: &str) -> url::Url {
        let page = browser.open("wiki", "").await;
        let leaving = browser.identify(&page, KIM).await;
        let to = url::Url::parse(&leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {}", leaving.body))).unwrap();
        let mut fields: Vec<(String, String)> = to.query_pairs().into_owned().collect();
        fields.extend(pairs(&[("kind", "oidc"), ("username", KIM), ("profile", profile)]));
        fields.extend((self.brand == Brand::Entra).then(|| ("own_host".to_owned(), "yes".to_owned())));
        let answer = Browser::new(self.provider.address).send(reqwest::Method::POST, &format!("/{}/signin", self.brand.path()), &[], Some(&fields)).await;
        url::Url::parse(answer.header("location").unwrap_or_else(|| panic!("{profile}: {}", answer.body))).unwrap()
    }
    /// The same, and back: the page that the answer leads to.
    async fn back(&self, profile: &str) -> (Browser, Page) {
        let (mut browser, back) = self.answer(profile).await;
        let page = browser.get(&format!("{}?{}", back.path(), back.query().unwrap())).await;
        (browser, page)
    }
    /// Signs in whom the provider names, as it should.
    pub async fn signs_in(&self, profile: &str) {
        let before = self.signed_in().await;
        let (mut browser, page) = self.back(profile).await;
        let page = fetch(&mut browser, &page).await;
        assert_eq!(who(&mut browser, "wiki", &page).await, kim(), "{profile}");
        assert_eq!(self.signed_in().await, before + 1, "{profile}");
    }
    /// Signs nobody in: no session, no code for the application, nothing on record but this reason, which names nobody.
    async fn signs_nobody_in(&self, profile: &str, code: &str) {
        assert_eq!(self.refusal(profile).await, code, "{profile}");
    }
    /// The reason for which nobody is signed in.
    pub async fn refusal(&self, profile: &str) -> String {
        let before = self.signed_in().await;
        let (mut browser, mut page) = self.back(profile).await;
        if page.status == 303 {
            // The answer is right in itself; whom it is about is looked at by the browser that began.
            page = fetch(&mut browser, &page).await;
        }
        let code = self.newest().await;
        assert_eq!(page.status, 403, "{profile}: {code}: {}", page.body);
        assert!(!browser.cookies.contains_key("__Host-session"), "{profile}");
        let silent = browser.open("wiki", "&prompt=none").await;
        let to = silent.header("location").unwrap_or_else(|| panic!("{profile}: {}", silent.body));
        assert!(to.contains("error=login_required") && !to.contains("code="), "{profile}: {to}");
        assert_eq!(self.signed_in().await, before, "{profile}");
        code
    }
    /// The reason of the newest refusal, which names nobody.
    pub async fn newest(&self) -> String {
        let newest = self.broker.audit(20).await.into_iter().find(|(line, _)| line.starts_with("signin.")).unwrap();
        assert_eq!(newest.1, None, "{}", newest.0);
        newest.0.trim_start_matches("signin.answer_refused ").to_owned()
    }
    /// How many sign-ins through a provider are on record.
    pub async fn signed_in(&self) -> usize {
        self.broker.audit(1_000).await.into_iter().filter(|(line, _)| line == "signin.federated ok").count()
    }
}

/// OR-02, OR-12, OR-13, OR-05, OR-11: an ID token by another issuer, for another client, for another request, over, and from the future.
#[tokio::test]
async fn or_12_or_13_or_05_or_11_a_token_of_somebody_elses_signs_nobody_in() {
    let op = Op::start().await;
    for (profile, code) in [
        ("wrong-issuer", "callback.issuer_differs"),
        ("wrong-token-issuer", "id_token.issuer"),
        ("wrong-audience", "id_token.audience"),
        ("wrong-nonce", "id_token.nonce"),
        ("behind", "id_token.expired"),
        ("ahead", "id_token.issued_later"),
    ] {
        op.signs_nobody_in(profile, code).await;
        op.signs_in("right").await;
    }
    // Half a minute is within the tolerance.
    op.signs_in("little-ahead").await;
}

/// OR-06, OR-09: tokens that nobody signed, or somebody else did.
#[tokio::test]
async fn or_06_a_token_that_the_provider_did_not_sign_signs_nobody_in() {
    let op = Op::start().await;
    for (profile, code) in [
        ("alg-none", "jws.algorithm"),
        ("hmac", "jws.algorithm"),
        ("unsigned", "jws.signature"),
        ("borrowed-key-id", "jws.signature"),
        ("strange-key", "signature.key_unknown"),
    ] {
        op.signs_nobody_in(profile, code).await;
        op.signs_in("right").await;
    }
}

/// OR-15: a token that came beside another access token.
#[tokio::test]
async fn or_15_a_token_beside_another_access_token_signs_nobody_in() {
    let op = Op::start().await;
    op.signs_in("right").await;
    op.signs_nobody_in("wrong-token-hash", "id_token.access_token_hash").await;
    op.signs_in("right").await;
}

/// OR-20: a code that the provider does not take is told as that, and not as a wrong secret. The twin: its own code signs in.
#[tokio::test]
async fn or_20_a_code_that_the_provider_does_not_take_is_no_wrong_secret() {
    let op = Op::start().await;
    op.signs_in("right").await;
    let (mut browser, back) = op.answer("right").await;
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let page = browser.get(&format!("{}?{}", back.path(), back.query().unwrap().replace(&code, "another"))).await;
    let newest = op.broker.audit(20).await.into_iter().find(|(line, _)| line.starts_with("signin."));
    assert_eq!((page.status, newest), (403, Some(("signin.answer_refused token.code_refused".to_owned(), None))), "{}", page.body);
    assert!(!browser.cookies.contains_key("__Host-session"));
    op.signs_in("right").await;
}

/// OR-14, OR-21: claims that are about somebody else, although the ID token is about Kim.
#[tokio::test]
async fn or_14_or_21_userinfo_about_somebody_else_signs_nobody_in() {
    let op = Op::start().await;
    op.signs_in("right").await;
    op.signs_nobody_in("other-subject", "userinfo.subject").await;
    op.signs_in("right").await;
}

/// OR-16, OR-17: a token that names no key is the one key's as long as there is one, and nobody's when there are two; one that names a key nobody has
/// published is nobody's, whoever signed it.
#[tokio::test]
async fn or_16_or_17_a_key_has_to_be_named_as_soon_as_there_are_two() {
    let op = Op::start().await;
    op.signs_in("no-key-id").await;
    op.signs_in("rolled-key").await;
    op.signs_nobody_in("no-key-id", "signature.key_id_missing").await;
    op.signs_nobody_in("other-key-id", "signature.key_unknown").await;
    for profile in ["right", "rolled-key"] {
        op.signs_in(profile).await;
    }
}

/// OR-01, OR-22: the answer to somebody else's request, and the provider's own refusal.
#[tokio::test]
async fn or_01_or_22_an_answer_to_another_request_and_a_refusal_sign_nobody_in() {
    let op = Op::start().await;
    op.signs_nobody_in("denied", "callback.error").await;
    op.signs_in("right").await;
    op.signs_nobody_in("unsolicited", "request.unsolicited").await;
    op.signs_in("right").await;
}

/// SSO-10: what the provider publishes is checked before anybody is sent there. A document of another issuer is refused like an answer that fails its check: by its own
/// reason, with the trace, and with both ways on, and nobody is sent there. One that does not answer is away for a moment. With the right one "Try again" leads there.
#[tokio::test]
async fn a_check_that_fails_on_the_way_out_is_told_by_its_reason() {
    let op = Op::start().await;
    op.signs_in("right").await;
    let enter = async |base: &str| {
        let issuer = Brand::Generic.issuer(base);
        op.broker.change_connection("70444", "Okta", |entry| {
            if let Some(Protocol::Oidc(oidc)) = entry.settings.as_mut().map(|settings| &mut settings.protocol) {
                **oidc = OidcSettings { userinfo: true, ..OidcSettings::new(&issuer, "homeward") };
            }
        })
        .await
    };
    let base_of = |listener: &TcpListener| format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let elsewhere = base_of(&listener);
    let strange = server::start(listener, server::Settings { clock: op.broker.clock.clone(), ..server::Settings::at("https://other.example") }).unwrap();
    let gone = base_of(&TcpListener::bind("127.0.0.1:0").unwrap());
    let right = format!("http://127.0.0.1:{}", op.provider.address.port());
    for (base, status, line) in [(&elsewhere, 403, "signin.not_sent provider.issuer_differs"), (&gone, 503, "signin.refused sso.provider_away")] {
        let connection = enter(base).await;
        let mut browser = op.broker.browser();
        let page = browser.open("wiki", "").await;
        let page = browser.identify(&page, KIM).await;
        assert_eq!((page.status, page.refresh(), op.broker.audit(1).await), (status, None, vec![(line.to_owned(), None)]), "{}", page.body);
        assert_eq!(page.body.contains("is not answering"), status == 503, "{}", page.body);
        assert!(page.body.contains("action=\"/signin/again\""), "{}", page.body);
        let traces = op.broker.running().store.traces(Some(connection), 1).await.unwrap();
        let traced: Vec<_> = traces.iter().map(|trace| (trace.failure().code.as_str(), trace.asked, trace.application.as_deref())).collect();
        assert_eq!(traced, [("provider.issuer_differs", true, Some("wiki"))], "one of them, and none of what is away");
        let returns = op.broker.running().store.returns(connection, op.broker.clock.now()).await.unwrap();
        assert_eq!((returns.good, returns.failed), (1, 0), "no answer has failed");
        enter(&right).await;
        let again = browser.post("/signin/retry", &[("stage", &page.hidden("stage"))]).await;
        assert!(again.refresh().is_some_and(|to| to.starts_with(&right)), "with the name: {}", again.body);
    }
    drop(strange);
    op.signs_in("right").await;
}

/// AU-01, DS-11: an issuer that is entered wrong is told as that, with the field of the provider's console, and as nothing that is away. Whoever tries again and again, as
/// a loop does, leaves ten traces in ten minutes for the connection, and after that one record a minute; no answer has failed by it. With the right one everybody goes on.
#[tokio::test]
async fn au_01_a_wrong_address_is_told_and_a_loop_of_tries_leaves_few_traces_ds_11() {
    let op = Op::start().await;
    let enter = async |wrong: bool| {
        op.broker.change_connection("70444", "Okta", |entry| {
            let Some(Protocol::Oidc(oidc)) = entry.settings.as_mut().map(|settings| &mut settings.protocol) else { panic!("OIDC") };
            let right = oidc.issuer.trim_end_matches("/nowhere").to_owned();
            oidc.issuer = if wrong { format!("{right}/nowhere") } else { right };
        })
        .await
    };
    op.signs_in("right").await;
    let connection = enter(true).await;
    let store = &op.broker.running().store;
    let before = op.broker.audit_records().await;
    let mut pages = Vec::new();
    for _ in 0..25 {
        let mut browser = op.broker.browser();
        let page = browser.open("wiki", "").await;
        pages.push((browser.identify(&page, KIM).await, browser));
    }
    let all_say = pages.iter().all(|(page, _)| page.status == 403 && page.refresh().is_none() && !page.body.contains("is not answering") && page.body.contains("action=\"/signin/retry\""));
    assert!(all_say, "{}", pages[24].0.body);
    let traces = store.traces(Some(connection), 100).await.unwrap();
    assert_eq!(traces.len(), 10);
    assert!(traces.iter().all(|trace| trace.failure().code == "provider.wrong_address" && trace.failure().seen.as_deref() == Some("status 404")), "{traces:?}");
    let lines: Vec<_> = op.broker.audit(11).await.into_iter().map(|(line, _)| line).collect();
    assert_eq!((lines[0].as_str(), lines[1].as_str(), op.broker.audit_records().await), ("signin.refused provider.wrong_address", "signin.not_sent provider.wrong_address", before + 11));
    let returns = store.returns(connection, op.broker.clock.now()).await.unwrap();
    assert_eq!((returns.good, returns.failed), (1, 0), "no answer has failed");
    enter(false).await;
    let (page, browser) = &mut pages[24];
    let again = browser.post("/signin/retry", &[("stage", &page.hidden("stage"))]).await;
    assert!(again.refresh().is_some(), "the twin, by the name that was typed: {}", again.body);
    op.signs_in("right").await;
}
