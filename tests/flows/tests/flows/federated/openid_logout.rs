//! Signing out by OpenID Connect: what the organisation's provider ends, ends here, and the other way round. The provider is the
//! simulator, spoken to by HTTP.

use std::net::TcpListener;

use homeward_federation::{RemoteField, SignOutThere, oidc::OidcSettings};
use homeward_simulator::{
    Brand,
    oidc::{self, SignAs},
    server::{self, Running},
};
use homeward_testkit::pairs;
use serde_json::{Value, json};

use super::{
    logout::{BYE, SignedIn, ann, redeemed, with_ledger},
    notices::told,
    *,
};

const CLIENT: &str = "homeward";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A broker whose account 70444 signs in at an OpenID Provider.
pub struct Op {
    pub broker: TestBroker,
    provider: Running,
    base: String,
    pub connection: ConnectionId,
}

impl Op {
    pub async fn start(switch: SignOutThere) -> Self {
        let broker = TestBroker::start(Disclosure::Open).await;
        with_ledger(&broker).await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let settings = server::Settings { clock: broker.clock.clone(), ..server::Settings::at(&base) };
        let provider = server::start(listener, settings).unwrap();
        let protocol = Protocol::Oidc(Box::new(OidcSettings::new(&Brand::Generic.issuer(&base), CLIENT)));
        let mut settings = ConnectionSettings::new(Preset::Generic, protocol);
        settings.matching.remote = RemoteField::Named("email".into());
        settings.sign_out_there = switch;
        let connection = broker.change_connection("70444", "Okta", |entry| entry.settings = Some(settings)).await;
        Self { broker, provider, base, connection }
    }
    /// The issuer of its names.
    pub fn issuer(&self) -> String {
        Brand::Generic.issuer(&self.base)
    }
    /// Kim signs in at the provider and comes back; the browser there, too.
    pub async fn kim(&self) -> (SignedIn, Browser) {
        let (browser, page, there) = self.kim_comes_back().await;
        (redeemed(browser, &page).await, there)
    }
    /// The same, whatever comes of it: the page that the answer leads to.
    pub async fn kim_comes_back(&self) -> (Browser, Page, Browser) {
        let mut browser = self.broker.browser();
        let page = browser.open("ledger", "").await;
        let leaving = browser.identify(&page, KIM).await;
        let to = url::Url::parse(&leaving.refresh().unwrap()).unwrap();
        let mut fields: Vec<(String, String)> = to.query_pairs().into_owned().collect();
        fields.extend(pairs(&[("kind", "oidc"), ("username", KIM)]));
        let mut there = Browser::new(self.provider.address);
        let answer = there.send(reqwest::Method::POST, "/generic/signin", &[], Some(&fields)).await;
        let back = url::Url::parse(answer.header("location").unwrap_or_else(|| panic!("{}", answer.body))).unwrap();
        let page = browser.get(&format!("{}?{}", back.path(), back.query().unwrap())).await;
        let page = fetch(&mut browser, &page).await;
        (browser, page, there)
    }
    /// What the provider calls Kim's session.
    fn sid(&self, there: &Browser) -> String {
        self.session(there).unwrap().sid
    }
    fn session(&self, there: &Browser) -> Option<server::Session> {
        self.provider.play().session(Brand::Generic, there.cookies.get("simulated-session").map(String::as_str))
    }
    /// Claims of a good logout token.
    fn claims(&self, sid: &str, jti: &str) -> Value {
        let now = self.broker.clock.now().seconds();
        let sub = oidc::subject(Brand::Generic, &homeward_simulator::Person::unlisted(KIM), CLIENT);
        json!({ "iss": Brand::Generic.issuer(&self.base), "aud": CLIENT, "sub": sub, "sid": sid, "iat": now, "exp": now + 120, "jti": jti, "events": { EVENT: {} } })
    }
    fn signed(&self, claims: &Value) -> String {
        oidc::sign(&self.provider.play().keys.current, "logout+jwt", claims, &SignAs::Right)
    }
    /// Posts a logout token as the provider's own server does: no cookies, no browser's headers.
    async fn post_to(&self, connection: &str, token: &str) -> Page {
        let form = pairs(&[("logout_token", token)]);
        self.broker.browser().send(reqwest::Method::POST, &format!("/oidc/{connection}/backchannel-logout"), &[], Some(&form)).await
    }
    async fn post(&self, token: &str) -> Page {
        self.post_to(&self.connection.to_string(), token).await
    }
    async fn last(&self, event: &str) -> String {
        let lines = self.broker.audit(20).await;
        lines.into_iter().map(|(line, _)| line).find(|line| line.starts_with(event)).unwrap_or_default()
    }
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

/// OL-11, OL-12, OL-13: a logout token of the connection's provider ends that session here, and tells the applications; one that does not hold, or
/// is used a second time, ends nothing and learns nothing.
#[tokio::test]
async fn ol_11_ol_12_a_logout_token_ends_the_session_and_reaches_the_applications() {
    let op = Op::start(SignOutThere::Off).await;
    let ((mut kim, there), (mut other, other_there), mut ann) = (op.kim().await, op.kim().await, ann(&op.broker).await);
    let (sid, other_sid) = (op.sid(&there), op.sid(&other_there));
    let good = op.claims(&sid, "j1");
    let play = op.provider.play();
    let bad = [
        (op.signed(&with(&good, "events", json!({}))), "logout.event"),
        (op.signed(&with(&good, "nonce", json!("n"))), "logout.nonce"),
        (op.signed(&with(&good, "aud", json!("somebody-else"))), "id_token.audience"),
        (op.signed(&with(&good, "iss", json!("https://evil.example"))), "id_token.issuer"),
        (op.signed(&with(&good, "iat", json!(op.broker.clock.now().seconds() - 1_000))), "logout.issued"),
        (oidc::sign(play.keys.strange().unwrap(), "logout+jwt", &good, &SignAs::Right), "signature.key_unknown"),
        (oidc::sign(&play.keys.current, "logout+jwt", &good, &SignAs::None), "jws.algorithm"),
        (oidc::sign(&play.keys.current, "logout+jwt", &good, &SignAs::PublicKeyAsSecret), "jws.algorithm"),
        (oidc::sign(&play.keys.current, "at+jwt", &good, &SignAs::Right), "jws.type"),
        (String::new(), "jws.shape"),
    ];
    for (token, code) in bad {
        let page = op.post(&token).await;
        let said: Value = serde_json::from_str(&page.body).unwrap();
        assert_eq!((page.status, page.header("cache-control"), said["error"].as_str()), (400, Some("no-store"), Some("invalid_request")), "{code}");
        assert!(!page.body.contains(code) && page.header("set-cookie").is_none());
        let last = op.last("logout.refused").await;
        assert!(last == format!("logout.refused {code}") || (code == "jws.shape" && last.starts_with("logout.refused jws.")), "{last} for {code}");
    }
    // OL-13: the same token at the address of another account's connection, and at one that is none.
    let elsewhere = op.broker.change_connection("50210", "Entra", |_| {}).await;
    assert_eq!(op.post_to(&elsewhere.to_string(), &op.signed(&good)).await.status, 400);
    assert_eq!(op.last("logout.refused").await, "logout.refused connection.off");
    assert_eq!(op.post_to("x", &op.signed(&good)).await.status, 404);
    assert!(kim.lives().await && other.lives().await && ann.lives().await);
    assert_eq!(told(&op.broker).await, 0);
    let page = op.post(&op.signed(&good)).await;
    assert_eq!((page.status, page.body.as_str(), page.header("cache-control")), (200, "", Some("no-store")));
    assert!(!kim.lives().await && other.lives().await && ann.lives().await, "the session that was named");
    assert_eq!(told(&op.broker).await, 1);
    assert_eq!((op.post(&op.signed(&good)).await.status, op.last("logout.refused").await.as_str()), (400, "logout.refused replay.used"));
    // By `sid` alone, and by `sub` alone: all of this person's.
    let (mut third, _) = op.kim().await;
    let mut by_sid = op.claims(&other_sid, "j2");
    by_sid.as_object_mut().unwrap().remove("sub");
    assert_eq!(op.post(&op.signed(&by_sid)).await.status, 200);
    assert!(!other.lives().await && third.lives().await);
    let mut by_sub = op.claims("", "j3");
    by_sub.as_object_mut().unwrap().remove("sid");
    assert_eq!(op.post(&op.signed(&with(&by_sub, "sub", json!("another-subject")))).await.status, 200);
    assert!(third.lives().await, "somebody else's name ends nothing of Kim's");
    assert_eq!(op.post(&op.signed(&with(&by_sub, "jti", json!("j4")))).await.status, 200);
    assert!(!third.lives().await && ann.lives().await);
}

/// Signing out goes to the provider with the ID token as a hint, in a form and in no address, and comes back with our state to the
/// application.
#[tokio::test]
async fn signing_out_signs_out_at_the_openid_provider() {
    let op = Op::start(SignOutThere::Always).await;
    let ((mut kim, mut there), mut ann) = (op.kim().await, ann(&op.broker).await);
    assert!(op.session(&there).is_some());
    let page = kim.sign_out().await;
    assert_eq!(page.heading(), "Signing you out at Tailspin, too");
    assert!(!kim.lives().await && ann.lives().await);
    assert!(page.body.contains(&format!("action=\"{}/generic/oidc/logout\"", op.base)) && page.refresh().is_none(), "{}", page.body);
    assert!(page.header("content-security-policy").unwrap().contains(&format!("form-action 'self' {}", op.base)));
    let names = ["client_id", "post_logout_redirect_uri", "state", "id_token_hint"];
    let fields: Vec<(String, String)> = names.map(|name| (name.to_owned(), page.hidden(name))).to_vec();
    assert!(fields.iter().all(|(_, value)| !value.is_empty()), "{fields:?}");
    // The form of another site brings no cookie along; the hint says whose session it is.
    there.cookies.clear();
    let answer = there.send(reqwest::Method::POST, "/generic/oidc/logout", &[], Some(&fields)).await;
    let back = url::Url::parse(answer.header("location").unwrap()).unwrap();
    assert_eq!(back.path(), format!("/oidc/{}/signedout", op.connection));
    let path = format!("{}?{}", back.path(), back.query().unwrap());
    // A state that is none of ours, and ours in another browser, lead nowhere.
    let stray = ann.browser.get(&format!("/oidc/{}/signedout?state=x", op.connection)).await;
    assert_eq!((stray.status, op.last("logout.refused").await.as_str()), (403, "logout.refused request.unsolicited"));
    // At the address of the installation's own registration it is another connection's, and uses nothing up.
    kim.browser.get(&path.replace(&op.connection.to_string(), "azure")).await;
    assert_eq!(op.last("logout.refused").await, "logout.refused request.other_connection");
    let hop = kim.browser.get(&path).await;
    let end = hop.header("location").unwrap().to_owned();
    assert_eq!(ann.browser.get(&end).await.heading(), "This sign-out is over");
    assert!(ann.lives().await);
    let page = kim.browser.get(&end).await;
    assert_eq!((page.heading(), page.refresh().as_deref()), ("You are signed out", Some(BYE)));
    assert!(page.body.contains("has signed you out, too"));
}

/// SL-07 by OpenID Connect: a provider that is away holds nothing up.
#[tokio::test]
async fn sl_07_an_openid_provider_that_is_away_holds_nothing_up() {
    let mut op = Op::start(SignOutThere::Always).await;
    let (mut kim, _) = op.kim().await;
    op.provider.stop(false).await;
    // Its documents are forgotten, too.
    op.broker.restart().await;
    let cookies = std::mem::take(&mut kim.browser.cookies);
    kim.browser = op.broker.browser();
    kim.browser.cookies = cookies;
    let page = kim.sign_out().await;
    assert_eq!((page.heading(), page.refresh(), op.last("signout.provider").await.as_str()), ("You are signed out", None, "signout.provider no_way"));
    assert!(page.body.contains("has not confirmed that you are signed out there") && page.body.contains(BYE), "{}", page.body);
    assert!(!kim.lives().await);
}

/// OL-12: logout tokens that do not hold are counted before they are verified; those that hold use nothing up. After 600 the provider is told to wait.
#[tokio::test]
async fn logout_tokens_that_do_not_hold_are_counted() {
    let op = Op::start(SignOutThere::Off).await;
    let (mut kim, there) = op.kim().await;
    let sid = op.sid(&there);
    for time in 0..600 {
        assert_eq!(op.post("").await.status, 400, "{time}");
        if time % 200 == 0 {
            assert_eq!(op.post(&op.signed(&op.claims("another", &format!("o{time}")))).await.status, 200, "it holds");
        }
    }
    let turn = turns(&op.broker).await;
    let page = op.post(&op.signed(&op.claims(&sid, "j1"))).await;
    let said: Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!((page.status, page.header("cache-control"), said["error"].as_str()), (429, Some("no-store"), Some("temporarily_unavailable")));
    assert_eq!(op.broker.audit(1).await, [("logout.refused limit.sign_out".to_owned(), None)]);
    let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=600).contains(&wait) && kim.lives().await);
    drop(turn);
    assert_eq!(op.post(&op.signed(&op.claims(&sid, "j1"))).await.status, 200);
    assert!(!kim.lives().await);
}
