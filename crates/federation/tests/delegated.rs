//! Delegated access against a token endpoint that rotates refresh tokens and burns those that come twice (B-126…B-147).

use std::{collections::BTreeSet, sync::{Arc, LazyLock, Mutex, atomic::{AtomicI64, Ordering}}};

use homeward_egress::{Client, Rules};
use homeward_federation::{
    delegated::{Consented, DelegatedSettings, Delegation, DelegationError, GrantKey, Grants, MemoryGrants, PendingConsent, Resource, TokenAnswer, Want, WhyConsent},
    oidc::CallbackParams,
};
use homeward_model::{AccountId, Clock, ConnectionId, SystemRandom, Timestamp, UserId};
use homeward_sealing::{RootKey, Sealer};
use homeward_simulator::{Brand, KeyKind, Person, SigningKey, Validity, brand::TENANT, oidc};
use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::TcpListener};

const APPLICATION: &str = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::new("Simulated", KeyKind::Rsa, Validity::default()).unwrap());

/// Every refresh token works once; a second use takes the whole family back.
struct Rotation {
    base: String,
    current: u32,
    burnt: bool,
    refreshes: u32,
    bodies: Vec<String>,
    down: bool,
    /// Tokens carry all of this whatever was asked for, as Entra's do.
    carries: Option<&'static str>,
    /// What the ID token says instead.
    nonce: Option<&'static str>,
    signs: bool,
    now: i64,
    sent: Option<PendingConsent>,
}

async fn endpoint() -> (String, Arc<Mutex<Rotation>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let state = Arc::new(Mutex::new(Rotation {
        base: format!("http://{host}"), current: 0, burnt: false, refreshes: 0, bodies: vec![], down: false, carries: None, nonce: None, signs: true, now: 0, sent: None,
    }));
    let shared = Arc::clone(&state);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let mut bytes = vec![0; 65_536];
                let mut length = 0;
                loop {
                    length += socket.read(&mut bytes[length..]).await.unwrap_or(0);
                    let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let announced: usize = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(|n| n.parse().unwrap())).unwrap_or(0);
                    if body.len() >= announced {
                        let path = head.split(' ').nth(1).unwrap_or_default();
                        let (status, answer) = answer(&mut shared.lock().unwrap(), path, body);
                        let text = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len());
                        let _ = socket.write_all(text.as_bytes()).await;
                        return;
                    }
                }
            });
        }
    });
    (host, state)
}

fn answer(state: &mut Rotation, path: &str, body: &str) -> (u16, String) {
    let issuer = format!("{}/{TENANT}/v2.0", state.base);
    if path.ends_with("openid-configuration") {
        let mut document = oidc::discovery(Brand::Entra, &state.base, &issuer);
        document["jwks_uri"] = format!("{}/keys", state.base).into();
        return (200, document.to_string());
    }
    if path == "/keys" {
        return (200, oidc::jwks(&[&KEY]).to_string());
    }
    state.bodies.push(body.to_owned());
    let fields: std::collections::HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    if state.down {
        return (503, String::new());
    }
    let mut id_token = String::new();
    if fields["grant_type"] == "refresh_token" {
        state.refreshes += 1;
        if state.burnt || fields["refresh_token"] != format!("refresh-{}", state.current) {
            state.burnt = true;
            return (400, r#"{"error":"invalid_grant"}"#.to_owned());
        }
    } else if let Some(sent) = &state.sent {
        let now = at(state.now);
        let nonce = state.nonce.unwrap_or(&sent.nonce);
        let told = oidc::Told { client_id: APPLICATION, nonce: Some(nonce), sid: "s", signed_in: now, now };
        let claims = oidc::claims(Brand::Entra, &issuer, &Person::new("ann@example.org", "Ann", "Lee"), &told);
        let how = if state.signs { oidc::SignAs::Right } else { oidc::SignAs::None };
        id_token = format!(r#","id_token":"{}""#, oidc::sign(&KEY, "JWT", &claims, &how));
    }
    state.current += 1;
    let scope = state.carries.unwrap_or(&fields["scope"]);
    (200, format!(r#"{{"access_token":"access-{0}","token_type":"Bearer","expires_in":3600,"scope":"{scope}","refresh_token":"refresh-{0}"{id_token}}}"#, state.current))
}

struct World {
    delegation: Delegation,
    grants: Arc<MemoryGrants>,
    settings: DelegatedSettings,
    key: GrantKey,
    state: Arc<Mutex<Rotation>>,
    sealer: Arc<Sealer>,
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

/// A clock that stands.
struct Fixed(Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A clock that goes on by two seconds whenever somebody looks at it.
struct Running(AtomicI64);

impl Clock for Running {
    fn now(&self) -> Timestamp {
        at(self.0.fetch_add(2, Ordering::SeqCst))
    }
}

impl World {
    async fn new() -> Self {
        let (host, state) = endpoint().await;
        let sealer = Arc::new(Sealer::new(RootKey::generate(1, &SystemRandom), vec![]));
        let grants = Arc::new(MemoryGrants::default());
        let settings = DelegatedSettings {
            host,
            tenant: TENANT.to_owned(),
            application: APPLICATION.to_owned(),
            redirect_uri: "https://homeward.example/ClientOAuth".to_owned(),
            permissions: vec!["Calendars.Read".to_owned(), "Contacts.Read".to_owned(), "EWS.AccessAsUser.All".to_owned()],
            secret: None,
        };
        let key = GrantKey { connection: ConnectionId::generate(&SystemRandom), user: UserId::generate(&SystemRandom) };
        let delegation = Delegation::new(Client::new(Rules::development()).unwrap(), Arc::clone(&sealer), grants.clone());
        Self { delegation, grants, settings, key, state, sealer }
    }
    async fn token(&self, resource: Resource, seconds: i64) -> Result<TokenAnswer, DelegationError> {
        self.delegation.token(&self.settings, self.key, &want(resource), &Fixed(at(seconds)), &SystemRandom).await
    }
    fn consent(&self) -> (String, PendingConsent) {
        let (url, pending) = self.delegation.ask(&self.settings, (self.key, AccountId::generate(&SystemRandom)), at(0), &SystemRandom).unwrap();
        self.state.lock().unwrap().sent = Some(pending.clone());
        (url, pending)
    }
    async fn granted() -> Self {
        let world = Self::new().await;
        let (_, pending) = world.consent();
        world.back(&pending, &format!("code=c&state={}", pending.state), 10).await.unwrap();
        world
    }
    async fn answered(&self, pending: &PendingConsent, query: &str, seconds: i64) -> Result<Consented, DelegationError> {
        self.state.lock().unwrap().now = seconds;
        self.delegation.consented(&self.settings, &CallbackParams::parse(query).unwrap(), pending, at(seconds)).await
    }
    async fn back(&self, pending: &PendingConsent, query: &str, seconds: i64) -> Result<(), DelegationError> {
        let consented = self.answered(pending, query, seconds).await?;
        let oid = Person::new("ann@example.org", "Ann", "Lee").stable_id("entra");
        assert_eq!((consented.who().subject().kind.as_str(), consented.who().subject().value.as_str()), ("tid+oid", format!("{TENANT}/{oid}").as_str()));
        assert!(consented.who().email_proved() && consented.who().value("email") == Some("ann@example.org"));
        self.delegation.keep(consented, "planner", &SystemRandom).await
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// One permission of the resource, and no other.
fn want(resource: Resource) -> Want {
    let name = if resource == Resource::Graph { "Calendars.Read" } else { "EWS.AccessAsUser.All" };
    Want { resource, needed: set(&[name]), most: set(&["Calendars.Read", "Contacts.Read", "EWS.AccessAsUser.All"]), client: Some("planner".into()) }
}

fn live(answer: TokenAnswer) -> String {
    match answer {
        TokenAnswer::Live { token, .. } => token.to_string(),
        other => panic!("{other:?}"),
    }
}

/// B-126, B-127, B-133: a public client with PKCE, an exact redirect URI and the chosen scopes; then a token without another request.
#[tokio::test]
async fn consent_leads_to_a_token_that_is_kept() {
    let world = World::new().await;
    assert_eq!(world.token(Resource::Graph, 0).await, Ok(TokenAnswer::ConsentNeeded(WhyConsent::NeverGiven)));
    let (url, pending) = world.consent();
    for part in [format!("/{TENANT}/oauth2/v2.0/authorize?response_type=code"), "redirect_uri=https%3A%2F%2Fhomeward.example%2FClientOAuth".to_owned(), "code_challenge_method=S256".to_owned(), "offline_access".to_owned(), "Calendars.Read".to_owned(), "EWS.AccessAsUser.All".to_owned(), format!("state={}", pending.state), format!("nonce={}", pending.nonce), "openid".to_owned()] {
        assert!(url.contains(&part), "{part} in {url}");
    }
    world.back(&pending, &format!("code=c&state={}", pending.state), 10).await.unwrap();
    let body = world.state.lock().unwrap().bodies[0].clone();
    assert!(body.contains(&format!("code_verifier={}", pending.verifier)) && body.contains("client_id=4478d65c") && !body.contains("client_secret"), "{body}");
    assert_eq!(live(world.token(Resource::Graph, 20).await.unwrap()), "access-1");
    assert_eq!(world.state.lock().unwrap().refreshes, 0);
    // The other resource needs a token of its own, and rotates the refresh token.
    assert_eq!(live(world.token(Resource::Exchange, 20).await.unwrap()), "access-2");
    assert_eq!(live(world.token(Resource::Graph, 20).await.unwrap()), "access-1");
    assert_eq!(live(world.token(Resource::Graph, 3_600).await.unwrap()), "access-3");
    let rest = format!("{:?} {}", world.grants.find(world.key).await.unwrap(), serde_json::to_string(&world.grants.find(world.key).await.unwrap()).unwrap());
    assert!(!rest.contains("refresh-") && !rest.contains("access-"), "{rest}");
}

/// Twenty callers on three nodes see one refresh; no refresh token is sent twice.
#[tokio::test]
async fn concurrent_refreshes_burn_no_token() {
    let world = World::granted().await;
    let nodes: Vec<Delegation> = (0..3).map(|_| Delegation::new(Client::new(Rules::development()).unwrap(), Arc::clone(&world.sealer), world.grants.clone())).collect();
    for round in 1..=3_i64 {
        let asks = (0..20).map(|place| {
            let (node, settings, key) = (nodes[place % 3].clone(), world.settings.clone(), world.key);
            tokio::spawn(async move { live(node.token(&settings, key, &want(Resource::Graph), &Fixed(at(round * 4_000)), &SystemRandom).await.unwrap()) })
        });
        let mut seen = std::collections::BTreeSet::new();
        for ask in asks.collect::<Vec<_>>() {
            seen.insert(ask.await.unwrap());
        }
        let state = world.state.lock().unwrap();
        assert_eq!((seen.len(), state.refreshes, state.burnt), (1, u32::try_from(round).unwrap(), false));
    }
}

/// A grant that was taken back leads to consent; a provider that is down leads to neither, and the grant stays.
#[tokio::test]
async fn taken_back_is_told_from_down() {
    let world = World::granted().await;
    world.state.lock().unwrap().down = true;
    assert!(matches!(world.token(Resource::Graph, 4_000).await, Err(DelegationError::Provider(_))));
    world.state.lock().unwrap().down = false;
    assert_eq!(live(world.token(Resource::Graph, 4_000).await.unwrap()), "access-2");
    world.state.lock().unwrap().burnt = true;
    assert_eq!(world.token(Resource::Graph, 9_000).await, Ok(TokenAnswer::ConsentNeeded(WhyConsent::TakenBack)));
    let (_, mut pending) = world.consent();
    world.state.lock().unwrap().burnt = false;
    pending.sent_at = at(9_000);
    world.back(&pending, &format!("code=c&state={}", pending.state), 9_010).await.unwrap();
    assert_eq!(live(world.token(Resource::Graph, 9_020).await.unwrap()), "access-3");
}

/// A node that dies while it refreshes holds nobody up for longer than its lease.
#[tokio::test]
async fn a_lease_ends_by_itself() {
    let world = World::granted().await;
    assert!(world.grants.lease(world.key, "one", at(4_000), at(4_010)).await.unwrap());
    assert!(!world.grants.lease(world.key, "two", at(4_009), at(4_019)).await.unwrap());
    world.grants.release(world.key, "two").await.unwrap();
    assert!(!world.grants.lease(world.key, "two", at(4_009), at(4_019)).await.unwrap(), "a lease is given back by its holder only");
    assert_eq!(live(world.token(Resource::Graph, 4_010).await.unwrap()), "access-2");
}

/// Who waits for another node's lease reads the clock anew: it ends for them while they wait, and theirs begins when they get it.
#[tokio::test]
async fn a_lease_is_judged_by_the_time_it_is_asked_for() {
    let world = World::granted().await;
    assert!(world.grants.lease(world.key, "a node that died", at(4_000), at(4_010)).await.unwrap());
    let clock = Running(AtomicI64::new(4_000));
    let answer = world.delegation.token(&world.settings, world.key, &want(Resource::Graph), &clock, &SystemRandom).await;
    assert_eq!(answer.map(live), Ok("access-2".to_owned()));
    let looked = clock.0.load(Ordering::SeqCst);
    assert!(looked > 4_010, "not before the other's end: {looked}");
    let state = world.state.lock().unwrap();
    assert_eq!((state.refreshes, state.burnt), (1, false));
}

/// What was made from a grant that is forgotten by now is not stored over its successor, and takes nothing of it away.
#[tokio::test]
async fn a_forgotten_grant_writes_nothing_over_the_next() {
    let world = World::granted().await;
    let before = world.grants.find(world.key).await.unwrap().unwrap();
    assert!(world.grants.forget(world.key).await.unwrap());
    let (_, pending) = world.consent();
    world.back(&pending, &format!("code=c&state={}", pending.state), 20).await.unwrap();
    let after = world.grants.find(world.key).await.unwrap().unwrap();
    assert_ne!(before.version, after.version, "each begins somewhere else");
    assert!(!world.grants.replace(world.key, before.version, before.clone()).await.unwrap());
    world.grants.remove(world.key, before.version).await.unwrap();
    assert_eq!(world.grants.find(world.key).await.unwrap(), Some(after.clone()));
    let next = homeward_federation::delegated::Grant { version: after.version + 1, ..after.clone() };
    assert!(world.grants.replace(world.key, after.version, next).await.unwrap(), "its own next one is stored");
}

/// Answers to other requests, late ones and refusals store nothing; the twin does.
#[tokio::test]
async fn answers_that_are_none_store_nothing() {
    let world = World::new().await;
    let (_, pending) = world.consent();
    let state = &pending.state;
    let cases = [
        ("code=c&state=other".to_owned(), 10), (format!("code=c&state={state}"), 601), (format!("error=access_denied&state={state}"), 10), (format!("state={state}"), 10), (format!("code=c&access_token=x&state={state}"), 10),
        (format!("error=x&error_description=AADSTS65001&state={state}"), 10), (format!("error=x&error_description=AADSTS700016&state={state}"), 10),
    ];
    for (query, seconds) in cases {
        assert!(matches!(world.back(&pending, &query, seconds).await, Err(DelegationError::Consent(_))), "{query}");
    }
    assert!(world.grants.find(world.key).await.unwrap().is_none() && world.state.lock().unwrap().bodies.is_empty());
    world.back(&pending, &format!("code=c&state={state}"), 10).await.unwrap();
    assert_eq!(live(world.token(Resource::Graph, 20).await.unwrap()), "access-1");
    // A row copied to another person does not open.
    let other = GrantKey { user: UserId::generate(&SystemRandom), ..world.key };
    let copied = world.grants.find(world.key).await.unwrap().unwrap();
    world.grants.grant(other, copied).await.unwrap();
    let answer = world.delegation.token(&world.settings, other, &want(Resource::Graph), &Fixed(at(20)), &SystemRandom).await;
    assert_eq!(answer, Err(DelegationError::Secret));
}

/// OR-05, OR-06, OT-17: the ID token beside a grant says who gave it, or there is no grant; the twin is in every other test.
#[tokio::test]
async fn or_05_or_06_a_grant_needs_its_own_id_token() {
    let world = World::new().await;
    let cases: [fn(&mut Rotation); 3] = [|r| r.nonce = Some("another"), |r| r.signs = false, |r| r.sent = None];
    for (place, change) in cases.into_iter().enumerate() {
        let (_, pending) = world.consent();
        change(&mut world.state.lock().unwrap());
        let refused = world.answered(&pending, &format!("code=c&state={}", pending.state), 10).await;
        assert!(matches!(refused, Err(DelegationError::Identity(_) | DelegationError::Provider(_))), "{place}");
        let mut state = world.state.lock().unwrap();
        (state.nonce, state.signs) = (None, true);
    }
    assert!(world.grants.find(world.key).await.unwrap().is_none());
    let (_, pending) = world.consent();
    world.back(&pending, &format!("code=c&state={}", pending.state), 10).await.unwrap();
    assert_eq!(world.grants.holders(world.key.connection).await.unwrap(), [(world.key.user, at(10))]);
    assert!(world.grants.forget(world.key).await.unwrap() && !world.grants.forget(world.key).await.unwrap());
}

/// A grant is for the applications that the person was asked about, one after another, and for no other.
#[tokio::test]
async fn a_grant_is_for_the_applications_it_was_given_to() {
    let world = World::granted().await;
    let ask = |client: Option<&str>| {
        let want = Want { client: client.map(str::to_owned), ..want(Resource::Graph) };
        let (own, settings, key) = (world.delegation.clone(), world.settings.clone(), world.key);
        async move { own.token(&settings, key, &want, &Fixed(at(20)), &SystemRandom).await }
    };
    assert_eq!(live(ask(Some("planner")).await.unwrap()), "access-1");
    assert_eq!(ask(Some("mailer")).await, Ok(TokenAnswer::ConsentNeeded(WhyConsent::NeverGiven)));
    assert_eq!(live(ask(None).await.unwrap()), "access-1", "the operator's own test");
    let (_, pending) = world.consent();
    let consented = world.answered(&pending, &format!("code=c&state={}", pending.state), 30).await.unwrap();
    world.delegation.keep(consented, "mailer", &SystemRandom).await.unwrap();
    for client in ["planner", "mailer"] {
        assert!(matches!(ask(Some(client)).await, Ok(TokenAnswer::Live { .. })), "{client}");
    }
    assert_eq!(ask(Some("")).await, Ok(TokenAnswer::ConsentNeeded(WhyConsent::NeverGiven)));
}

/// Nobody gets a token that allows more than they may use, whatever the provider puts into it (OT-17's rule towards the other side).
#[tokio::test]
async fn ot_17_a_token_that_allows_too_much_is_given_to_nobody() {
    let world = World::granted().await;
    let narrow = Want { most: set(&["Calendars.Read"]), ..want(Resource::Graph) };
    let ask = |want: Want, seconds| { let (own, settings, key) = (world.delegation.clone(), world.settings.clone(), world.key); async move { own.token(&settings, key, &want, &Fixed(at(seconds)), &SystemRandom).await } };
    // The first token has both permissions of the interface; a narrower one is fetched for who may have less.
    assert_eq!(live(ask(want(Resource::Graph), 20).await.unwrap()), "access-1");
    assert_eq!(live(ask(narrow.clone(), 20).await.unwrap()), "access-2");
    world.state.lock().unwrap().carries = Some("https://graph.microsoft.com/Calendars.Read https://graph.microsoft.com/Mail.Send openid User.Read");
    assert_eq!(ask(narrow.clone(), 9_000).await, Err(DelegationError::TooMuch(set(&["Mail.Send"]))));
    world.state.lock().unwrap().carries = Some("Calendars.Read profile User.Read");
    assert_eq!(live(ask(narrow.clone(), 9_000).await.unwrap()), "access-4", "what the refused one rotated is not lost");
    world.state.lock().unwrap().carries = Some("openid");
    assert_eq!(ask(narrow, 19_000).await, Ok(TokenAnswer::ConsentNeeded(WhyConsent::MoreIsNeeded)));
    let other = Want { needed: set(&["Mail.Send"]), ..want(Resource::Graph) };
    assert_eq!(ask(other, 20).await, Err(DelegationError::NoPermission));
    assert_eq!(ask(Want { needed: set(&[]), ..want(Resource::Graph) }, 20).await, Err(DelegationError::NoPermission));
}
