//! Delegated access and the on-ramp of Azure: whole, against a simulator that plays Entra at its own host.

mod azure;
mod consent;
mod exchange;
mod operators;
mod portal_password;
mod registration;

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_discovery::Disclosure;
use homeward_federation::{ConnectionSettings, LocalField, Matching, Preset, Protocol, RemoteField, delegated::DelegatedSettings, oidc::OidcSettings};
use homeward_model::{Clock, ConnectionId, SystemRandom, UserId};
use homeward_provider::exchange::{ACCESS_TOKEN, GRANT_TYPE};
use homeward_server::apply;
use homeward_simulator::{
    Person,
    brand::TENANT,
    server::{self, Running, Settings},
};
use homeward_testkit::{Browser, Page, TestBroker, pairs};
use reqwest::Method;
use serde_json::Value;

pub const KIM: &str = "kim@tailspin.example";
pub const APPLICATION: &str = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";
pub const SECRET: &str = "0123456789012345678901234567890123456789";

/// Two confidential applications: one that may act for people, and one that may not.
pub const APPLICATIONS: &str = r#"
[[application]]
client_id = "planner"
name = "Planner"
redirect_uris = ["https://planner.example/cb"]
return_to = ["https://planner.example/settings"]
secret_file = "SECRET"
delegated = ["Calendars.Read", "EWS.AccessAsUser.All"]

[[application]]
client_id = "reader"
name = "Reader"
redirect_uris = ["https://reader.example/cb"]
secret_file = "SECRET"
"#;

/// A broker whose account 70444 signs in at the simulated Entra ID and has delegated access there.
pub struct World {
    pub broker: TestBroker,
    pub entra: Running,
    pub connection: ConnectionId,
    pub kim: UserId,
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub fn simulator(clock: Arc<dyn Clock>) -> Running {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut helper = Person::new("helper@tailspin.example", "Hal", "Per");
    helper.groups = vec!["role:88d8e3e3-8f55-4a1e-953a-9b9898b8876b".into()];
    let mut admin = Person::new("admin@tailspin.example", "Ada", "Min");
    admin.groups = vec!["role:62e90394-69f5-4237-9190-012177145e10".into()];
    server::start(listener, Settings { people: vec![helper, admin], clock, ..Settings::at(&base) }).unwrap()
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }
    pub async fn with(change: impl FnOnce(&mut ConnectionSettings)) -> Self {
        let mut broker = TestBroker::start(Disclosure::Open).await;
        broker.settings.delegated.token_exchange = true;
        broker.restart().await;
        std::fs::write(broker.folder().join("SECRET"), SECRET).unwrap();
        let text = APPLICATIONS.replace("SECRET", &broker.folder().join("SECRET").display().to_string());
        let store = &broker.running().store;
        let plan = apply::plan_text(store, &text, &broker.folder().join("x"), broker.clock.now(), &SystemRandom).await.unwrap();
        plan.carry_out(store, broker.clock.now()).await.unwrap();
        let entra = simulator(broker.clock.clone());
        let mut settings = settings(&entra);
        change(&mut settings);
        let connection = broker.change_connection("70444", "Okta", |entry| entry.settings = Some(settings)).await;
        let kim = broker.user(KIM, "70444").await.id;
        Self { broker, entra, connection, kim }
    }
    /// A browser that is used at the provider.
    pub fn at_microsoft(&self) -> Browser {
        Browser::new(self.entra.address)
    }
    /// Signs Kim in to an application and gives its access and refresh tokens.
    pub async fn signed_in(&self, client: &str) -> (Browser, Value) {
        let mut browser = self.broker.browser();
        let page = browser.open(client, "").await;
        let leaving = browser.identify(&page, KIM).await;
        let to = leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {} {}", leaving.heading(), leaving.body));
        let back = answered(&mut self.at_microsoft(), &to, KIM).await;
        let tokens = self.finish(&mut browser, client, &back).await;
        (browser, tokens)
    }
    /// From the provider's answer to an application's tokens.
    pub async fn finish(&self, browser: &mut Browser, client: &str, back: &str) -> Value {
        let delivered = browser.get(&path(back)).await;
        assert_eq!(delivered.status, 303, "{}", delivered.body);
        let page = browser.get(delivered.header("location").unwrap()).await;
        let address = browser.leave(&page).await;
        let code = url::Url::parse(&address).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let redirect = format!("https://{client}.example/cb");
        let (status, tokens) = self
            .token(client, &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &redirect), ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")])
            .await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }
    /// A call of the token endpoint by a confidential client.
    pub async fn token(&self, client: &str, form: &[(&str, &str)]) -> (u16, Value) {
        token_at(self.broker.browser(), client, form).await
    }
    pub async fn exchange(&self, client: &str, token: &str, more: &[(&str, &str)]) -> (u16, Value) {
        let form = [&[("grant_type", GRANT_TYPE), ("subject_token", token), ("subject_token_type", ACCESS_TOKEN)], more].concat();
        self.token(client, &form).await
    }
    /// The page of "consent needed", as the application's answer names it.
    pub async fn consent_page(&self, browser: &mut Browser, answer: &Value) -> Page {
        let uri = answer["consent_uri"].as_str().unwrap_or_else(|| panic!("{answer}"));
        assert!(uri.starts_with("http://homeward.localhost/delegated/") && !uri.contains("kim"), "{uri}");
        browser.get(&path(uri)).await
    }
    /// The person allows it: the address at Microsoft.
    pub async fn allow(&self, browser: &mut Browser, page: &Page) -> String {
        let leaving = browser.post("/delegated/consent", &[("stage", &page.hidden("stage"))]).await;
        leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {} {}", leaving.heading(), leaving.body))
    }
    /// Kim is signed in to Planner and has allowed it everything.
    pub async fn granted(&self) -> (Browser, Value) {
        let (mut browser, tokens) = self.signed_in("planner").await;
        let (_, answer) = self.exchange("planner", tokens["access_token"].as_str().unwrap(), &[("resource", "https://graph.microsoft.com")]).await;
        let page = self.consent_page(&mut browser, &answer).await;
        let to = self.allow(&mut browser, &page).await;
        let back = answered(&mut self.at_microsoft(), &to, KIM).await;
        let done = browser.get(&path(&back)).await;
        assert_eq!((done.status, done.heading()), (200, "Planner may act for you"), "{}", done.body);
        (browser, tokens)
    }
    /// The newest refusal in the audit.
    pub async fn refusal(&self) -> String {
        let lines = self.broker.audit(10).await;
        lines.into_iter().map(|(line, _)| line).find_map(|line| line.strip_prefix("signin.refused ").map(str::to_owned)).unwrap_or_default()
    }
    /// Whether the newest record is this one, about this person.
    pub async fn is_newest(&self, line: &str, user: Option<UserId>) -> bool {
        self.broker.audit(1).await == [(line.to_owned(), user)]
    }
    pub async fn has(&self, line: &str, user: Option<UserId>) -> bool {
        self.broker.audit(50).await.iter().any(|found| found.0 == line && found.1 == user)
    }
    pub async fn holders(&self) -> Vec<UserId> {
        let delegation = &self.broker.running().context.federation.delegation;
        delegation.grants().holders(self.connection).await.unwrap().into_iter().map(|(user, _)| user).collect()
    }
}

pub async fn token_at(mut browser: Browser, client: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let basic = format!("Basic {}", STANDARD.encode(format!("{client}:{SECRET}")));
    let page = browser.send(Method::POST, "/oauth2/token", &[("authorization", &basic)], Some(&pairs(form))).await;
    (page.status, serde_json::from_str(&page.body).unwrap())
}

fn settings(entra: &Running) -> ConnectionSettings {
    let base = &entra.play().settings.base;
    let oidc = OidcSettings::new(&format!("{base}/{TENANT}/v2.0"), APPLICATION);
    ConnectionSettings {
        matching: Matching { local: LocalField::Username, remote: RemoteField::Named("email".into()) },
        delegated: Some(Box::new(DelegatedSettings {
            host: base.trim_start_matches("http://").to_owned(),
            tenant: TENANT.to_owned(),
            application: APPLICATION.to_owned(),
            redirect_uri: "https://homeward.localhost/ClientOAuth".to_owned(),
            permissions: ["Calendars.Read", "Contacts.Read", "EWS.AccessAsUser.All"].map(str::to_owned).to_vec(),
            secret: None,
        })),
        ..ConnectionSettings::new(Preset::Entra, Protocol::Oidc(Box::new(oidc)))
    }
}

/// Path and query of an address.
pub fn path(address: &str) -> String {
    let url = url::Url::parse(address).unwrap_or_else(|_| panic!("{address}"));
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// The hidden fields of the page.
fn hidden(page: &Page) -> Vec<(String, String)> {
    let plain = |text: &str| text.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let fields = page.body.split("<input type=\"hidden\" name=\"").skip(1);
    let read = |field: &str| {
        let (name, rest) = field.split_once('"')?;
        let value = rest.strip_prefix(" value=\"")?.split('"').next()?;
        Some((name.to_owned(), plain(value)))
    };
    fields.filter_map(read).collect()
}

/// Opens an address of the provider, signs in there when it asks, and gives the address that leads back.
pub async fn answered(microsoft: &mut Browser, to: &str, person: &str) -> String {
    answered_as(microsoft, to, person, "right").await
}

pub async fn answered_as(microsoft: &mut Browser, to: &str, person: &str, profile: &str) -> String {
    let mut page = microsoft.get(&path(to)).await;
    if page.status == 200 {
        let mut form = hidden(&page);
        form.extend(pairs(&[("username", person), ("profile", profile)]));
        page = microsoft.send(Method::POST, "/entra/signin", &[], Some(&form)).await;
    }
    page.header("location").unwrap_or_else(|| panic!("{} {}", page.status, page.body)).to_owned()
}

/// Opens the page on which an administrator accepts, and decides.
pub async fn decided(microsoft: &mut Browser, to: &str, person: &str, decision: &str) -> String {
    let page = microsoft.get(&path(to)).await;
    assert_eq!(page.heading(), "Accept for your organisation?", "{to} {}", page.body);
    let mut form = hidden(&page);
    form.extend(pairs(&[("username", person), ("decision", decision)]));
    let action = page.body.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = microsoft.send(Method::POST, &action, &[], Some(&form)).await;
    page.header("location").unwrap().to_owned()
}

/// The same address with another value of a parameter, or without it.
pub fn changed(address: &str, name: &str, value: Option<&str>) -> String {
    let mut url = url::Url::parse(address).unwrap();
    let mut all: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(found, _)| found != name).collect();
    all.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    url.query_pairs_mut().clear().extend_pairs(all);
    url.into()
}
