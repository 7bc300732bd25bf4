//! A provider under test, and the relying party that tests it.

use aws_lc_rs::{digest, signature as sig};
use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
use homeward_discovery::Disclosure;
use homeward_model::{Clock, SystemRandom};
use homeward_testkit::{Browser, Page, TestBroker, pairs};
use reqwest::Method;
use serde_json::Value;
use url::Url;

pub const ISSUER: &str = "http://homeward.localhost";
pub const CALLBACK: &str = "https://rp.example/cb";
pub const GOODBYE: &str = "https://rp.example/bye";
const SECRET: &str = "relying-party-secret-of-32-characters";

/// The clients of the plan: without PKCE and nonce, as its modules send none, and with RS256, which is meant where a client registers no algorithm
/// (OpenID Connect Registration 2). `post` authenticates in the body.
const CLIENTS: &str = r#"
[[application]]
client_id = "rp"
name = "Relying party"
redirect_uris = ["https://rp.example/cb"]
post_logout_redirect_uris = ["https://rp.example/bye"]
secret_file = "rp.secret"
require_pkce = false
require_nonce = false
id_token_alg = "RS256"
backchannel_logout_uri = "https://rp.example/backchannel"

[[application]]
client_id = "post"
name = "By body"
authentication = "client_secret_post"
redirect_uris = ["https://rp.example/cb"]
secret_file = "rp.secret"
require_pkce = false
require_nonce = false
id_token_alg = "RS256"
"#;

pub struct Op {
    pub broker: TestBroker,
    pub browser: Browser,
    /// Every request is pushed first, and the browser carries its reference.
    pushing: bool,
}

/// An answer at the redirect URI, checked for `iss` and `state`.
#[derive(Debug)]
pub struct Callback(Url);

impl Callback {
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
    }
    pub fn error(&self) -> Option<String> {
        self.get("error")
    }
    pub fn code(&self) -> String {
        self.get("code").unwrap_or_else(|| panic!("no code: {}", self.0))
    }
}

/// The parameters that every module begins with; `more` are added, or take the place of those of the same name.
pub fn request(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let first = [("client_id", "rp"), ("redirect_uri", CALLBACK), ("response_type", "code"), ("scope", "openid"), ("state", "st/+ 1"), ("nonce", "nonce-1")];
    let first = first.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let all: Vec<(&str, &str)> = first.chain(more.iter().copied()).collect();
    pairs(&all)
}

pub fn without(mut params: Vec<(String, String)>, name: &str) -> Vec<(String, String)> {
    params.retain(|(other, _)| other != name);
    params
}

pub fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("{name} in {answer}"))
}

impl Op {
    pub async fn start() -> Self {
        let broker = TestBroker::start(Disclosure::Open).await;
        std::fs::write(broker.folder().join("rp.secret"), SECRET).unwrap();
        let store = &broker.running().store;
        let plan = homeward_server::apply::plan_text(store, CLIENTS, &broker.folder().join("x"), broker.clock.now(), &SystemRandom).await.unwrap();
        plan.carry_out(store, broker.clock.now()).await.unwrap();
        let browser = broker.browser();
        Self { broker, browser, pushing: false }
    }

    /// A relying party that pushes its requests.
    pub async fn start_pushing() -> Self {
        Self { pushing: true, ..Self::start().await }
    }

    /// Opens the authorization endpoint.
    pub async fn open(&mut self, params: &[(String, String)]) -> Page {
        let pushed = if self.pushing { Some(self.pushed(params).await) } else { None };
        let params = pushed.as_deref().unwrap_or(params);
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        self.browser.get(&format!("/oauth2/authorize?{query}")).await
    }

    /// Pushes a request; what the browser carries then.
    async fn pushed(&mut self, params: &[(String, String)]) -> Vec<(String, String)> {
        let (status, answer) = self.push(params).await;
        assert_eq!((status, &answer["expires_in"]), (201, &60.into()), "{answer}");
        let client = params.iter().find(|(name, _)| name == "client_id").unwrap().1.clone();
        pairs(&[("client_id", &client), ("request_uri", text(&answer, "request_uri"))])
    }

    /// Pushes a request, authenticated as its client does.
    pub async fn push(&mut self, params: &[(String, String)]) -> (u16, Value) {
        let by_body = params.iter().any(|(name, value)| name == "client_id" && value == "post");
        let basic = format!("Basic {}", STANDARD.encode(format!("rp:{SECRET}")));
        let page = match by_body {
            true => self.browser.send(Method::POST, "/oauth2/par", &[], Some(&[params, &pairs(&[("client_secret", SECRET)])].concat())).await,
            false => self.browser.send(Method::POST, "/oauth2/par", &[("authorization", &basic)], Some(params)).await,
        };
        (page.status, serde_json::from_str(&page.body).unwrap())
    }

    /// The callback that a page redirects to, at once.
    pub fn callback(&self, page: &Page) -> Callback {
        let to = page.header("location").unwrap_or_else(|| panic!("{} {}", page.status, page.heading()));
        self.read(to)
    }

    fn read(&self, to: &str) -> Callback {
        assert!(to.starts_with(CALLBACK), "{to}");
        let callback = Callback(Url::parse(to).unwrap());
        assert_eq!(callback.get("iss").as_deref(), Some(ISSUER), "RFC 9207");
        assert_eq!(callback.get("state").as_deref(), Some("st/+ 1"));
        assert!(Url::parse(to).unwrap().fragment().is_none());
        callback
    }

    /// Signs in on the pages that are shown.
    pub async fn sign_in(&mut self, page: Page) -> Callback {
        assert_eq!((page.status, page.heading()), (200, "Sign in to Relying party"), "{:?}", page.header("location"));
        let page = self.browser.identify(&page, "ann@north.example").await;
        self.password(page).await
    }

    pub async fn password(&mut self, page: Page) -> Callback {
        let page = self.browser.password(&page, "Kranich7!").await;
        let to = self.browser.leave(&page).await;
        self.read(&to)
    }

    /// A whole authorization with a person who is not signed in yet.
    pub async fn authorize(&mut self, params: &[(String, String)]) -> Callback {
        let page = self.open(params).await;
        self.sign_in(page).await
    }

    pub async fn token(&mut self, form: &[(&str, &str)]) -> (u16, Value) {
        let basic = format!("Basic {}", STANDARD.encode(format!("rp:{SECRET}")));
        let page = self.browser.send(Method::POST, "/oauth2/token", &[("authorization", &basic)], Some(&pairs(form))).await;
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("content-type"), Some("application/json"));
        (page.status, serde_json::from_str(&page.body).unwrap())
    }

    pub async fn token_by_post(&mut self, form: &[(&str, &str)]) -> (u16, Value) {
        let form = [pairs(form), pairs(&[("client_id", "post"), ("client_secret", SECRET)])].concat();
        let page = self.browser.send(Method::POST, "/oauth2/token", &[], Some(&form)).await;
        (page.status, serde_json::from_str(&page.body).unwrap())
    }

    /// Redeems a code.
    pub async fn redeem(&mut self, callback: &Callback) -> Value {
        let (status, tokens) = self.token(&[("grant_type", "authorization_code"), ("code", &callback.code()), ("redirect_uri", CALLBACK)]).await;
        assert_eq!(status, 200, "{tokens}");
        assert_eq!(text(&tokens, "token_type").to_ascii_lowercase(), "bearer");
        tokens
    }

    /// Header and claims of a token of ours, its signature verified with the published keys.
    pub async fn verified(&mut self, jwt: &str) -> (Value, Value) {
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
        let (signed, signature) = jwt.rsplit_once('.').unwrap();
        let (header, body) = signed.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&decode(header)).unwrap();
        let jwks: Value = serde_json::from_str(&self.browser.get("/oauth2/jwks").await.body).unwrap();
        let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
        assert_eq!((&header["alg"], &key["alg"]), (&"RS256".into(), &"RS256".into()));
        let (n, e) = (decode(text(key, "n")), decode(text(key, "e")));
        sig::RsaPublicKeyComponents { n, e }.verify(&sig::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature)).expect("the signature");
        (header, serde_json::from_slice(&decode(body)).unwrap())
    }

    /// The claims of an ID token, verified and checked as every module does.
    pub async fn id_token(&mut self, tokens: &Value, nonce: Option<&str>) -> Value {
        let (_, claims) = self.verified(text(tokens, "id_token")).await;
        let access = text(tokens, "access_token");
        assert!(access.len() >= 22, "128 bits at least");
        let hash = digest::digest(&digest::SHA256, access.as_bytes());
        assert_eq!(text(&claims, "at_hash"), URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
        assert!(claims["auth_time"].is_i64(), "the modules that compare it have something to compare");
        let now = self.broker.clock.now().seconds();
        assert_eq!((&claims["iss"], &claims["aud"]), (&ISSUER.into(), &"rp".into()));
        assert!(claims["exp"].as_i64().unwrap() > now && claims["iat"].as_i64().unwrap() <= now);
        assert_eq!(claims.get("nonce").and_then(Value::as_str), nonce);
        for name in ["email", "name", "given_name", "groups", "preferred_username"] {
            assert!(claims.get(name).is_none(), "{name} was not asked for in the ID token");
        }
        claims
    }

    pub async fn userinfo(&mut self, access_token: &str) -> (u16, Value) {
        let page = self.browser.send(Method::GET, "/oauth2/userinfo", &[("authorization", &format!("Bearer {access_token}"))], None).await;
        (page.status, serde_json::from_str(&page.body).unwrap())
    }

    /// Authorizes with these parameters and gives ID token claims and userinfo.
    pub async fn whole(&mut self, params: &[(String, String)]) -> (Value, Value) {
        let callback = self.authorize(params).await;
        self.finish(&callback).await
    }

    pub async fn finish(&mut self, callback: &Callback) -> (Value, Value) {
        let tokens = self.redeem(callback).await;
        let claims = self.id_token(&tokens, Some("nonce-1")).await;
        let (status, told) = self.userinfo(text(&tokens, "access_token")).await;
        assert_eq!((status, &told["sub"]), (200, &claims["sub"]));
        (claims, told)
    }
}
