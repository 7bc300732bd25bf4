//! The OpenID Connect side: authorize, token, userinfo, keys and discovery (OpenID Connect Core 3.1, 5.3; Discovery 4).

use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
use serde_json::{Value, json};
use url::Url;

use super::{
    go, page, pages, refuse,
    state::{Client, Grant, Play, Session, keep, secret},
};
use crate::{
    Brand, Profile, SimulatorError,
    brand::TENANT,
    key::Hash,
    oidc::{self, At, Draft, Means, Members, SignAs, Told},
};

type Fields = BTreeMap<String, String>;

/// What is answered, as it travels through the sign-in page.
#[derive(Clone, Debug, Default)]
pub(super) struct Ask {
    client_id: String,
    redirect_uri: String,
    state: Option<String>,
    nonce: Option<String>,
    challenge: Option<String>,
    scope: String,
    form_post: bool,
    /// Entra: the authentication context that `claims` asks for.
    context: Option<String>,
    /// At the addresses of Microsoft's own host, where the path begins with the tenant.
    own_host: bool,
}

impl Ask {
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("kind", "oidc".to_owned()), ("client_id", self.client_id.clone()), ("redirect_uri", self.redirect_uri.clone()), ("scope", self.scope.clone())];
        let optional = [("state", &self.state), ("nonce", &self.nonce), ("code_challenge", &self.challenge), ("context", &self.context)];
        fields.extend(optional.into_iter().filter_map(|(name, value)| value.clone().map(|value| (name, value))));
        fields.extend(self.form_post.then(|| ("response_mode", "form_post".to_owned())));
        fields.extend(self.own_host.then(|| ("own_host", "yes".to_owned())));
        fields
    }
    pub fn from_fields(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let maybe = |name: &str| fields.get(name).cloned().filter(|value| !value.is_empty());
        Self {
            client_id: text("client_id"),
            redirect_uri: text("redirect_uri"),
            state: maybe("state"),
            nonce: maybe("nonce"),
            challenge: maybe("code_challenge"),
            scope: text("scope"),
            form_post: text("response_mode") == "form_post",
            context: maybe("context").or_else(|| maybe("claims").and_then(|claims| context(&claims))),
            own_host: text("own_host") == "yes",
        }
    }
    /// Whether Conditional Access asks for a second factor: Entra's answer to an authentication context.
    pub fn takes_second_factor(&self, brand: Brand) -> bool {
        brand == Brand::Entra && self.context.is_some()
    }
    /// Whether it may be answered at all: the address of return is registered, or anybody's when nobody is.
    fn allowed(&self, play: &Play) -> Result<(), &'static str> {
        let known = play.client(&self.client_id)?;
        if known.is_some_and(|client| !client.redirect_uris.contains(&self.redirect_uri)) {
            return Err("this redirect_uri is not registered for the client");
        }
        let web = self.redirect_uri.starts_with("https://") || self.redirect_uri.starts_with("http://");
        if web { Ok(()) } else { Err("redirect_uri is missing or no web address") }
    }
    /// Back to the client, with these parameters.
    fn back(&self, parameters: &[(&str, &str)]) -> HttpResponse {
        self.back_as(&Profile::Right, parameters)
    }
    /// The same, as an attack changes them.
    fn back_as(&self, profile: &Profile, parameters: &[(&str, &str)]) -> HttpResponse {
        let state = self.state.as_deref().map(|state| ("state", state));
        let mut all: Vec<(String, String)> = parameters.iter().copied().chain(state).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        if let Some(At::Callback(change)) = profile.at() {
            change(&mut all);
        }
        if self.form_post {
            return page(pages::layout("Simulated identity provider", &form(&self.redirect_uri, &all)));
        }
        match Url::parse(&self.redirect_uri) {
            Ok(mut to) => {
                to.query_pairs_mut().extend_pairs(all);
                go(to.as_str())
            }
            Err(_) => refuse("redirect_uri is no address."),
        }
    }
}

/// The value of `acrs` that a client asks for in an ID token (Core 5.5).
fn context(claims: &str) -> Option<String> {
    let claims: Value = serde_json::from_str(claims).ok()?;
    claims.pointer("/id_token/acrs/value").and_then(Value::as_str).map(str::to_owned)
}

fn form(to: &str, fields: &[(String, String)]) -> String {
    let fields: String = fields.iter().map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", pages::escape(value))).collect();
    format!(
        "<h1>Going back to the application</h1><form id=\"answer\" method=\"post\" action=\"{}\">{fields}<button>Continue</button></form>\
         <script>document.getElementById('answer').submit()</script>",
        pages::escape(to)
    )
}

/// The issuer of Entra ID at its own host.
pub(super) fn own_issuer(base: &str) -> String {
    format!("{base}/{TENANT}/v2.0")
}

pub(super) async fn authorize(play: web::Data<Play>, brand: web::Path<String>, query: web::Query<Fields>, request: HttpRequest) -> HttpResponse {
    begin(&play, &brand, &query, &request)
}

pub(super) async fn authorize_by_post(play: web::Data<Play>, brand: web::Path<String>, form: web::Form<Fields>, request: HttpRequest) -> HttpResponse {
    begin(&play, &brand, &form, &request)
}

pub(super) fn begin(play: &Play, brand: &str, fields: &Fields, request: &HttpRequest) -> HttpResponse {
    let Some(brand) = Brand::parse(brand) else { return refuse("There is no provider of this name: use entra, okta, google or generic.") };
    let ask = Ask::from_fields(fields);
    if let Err(why) = ask.allowed(play) {
        return refuse(&format!("The request is refused: {why}."));
    }
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if field("response_type") != "code" {
        return ask.back(&[("error", "unsupported_response_type")]);
    }
    if !ask.scope.split(' ').any(|scope| scope == "openid") {
        return ask.back(&[("error", "invalid_scope")]);
    }
    if ask.challenge.is_some() && field("code_challenge_method") != "S256" {
        return ask.back(&[("error", "invalid_request"), ("error_description", "code_challenge_method must be S256")]);
    }
    let prompt = field("prompt");
    let anew = prompt.split(' ').any(|p| matches!(p, "login" | "select_account"));
    let cookie = request.cookie(pages::COOKIE);
    let most = field("max_age").parse().ok().map(Duration::from_secs);
    let fresh = |session: &Session| most.is_none_or(|most| play.settings.clock.now().since(session.since) < most);
    match play.session(brand, cookie.as_ref().map(|c| c.value())).filter(|s| !anew && fresh(s) && (s.second_factor || !ask.takes_second_factor(brand))) {
        Some(session) => answer(play, &session, &ask, &Profile::Right),
        None if prompt == "none" => ask.back(&[("error", "login_required")]),
        None => page(pages::sign_in_page(play, brand, field("login_hint"), &ask.fields(), "")),
    }
}

/// Back to the client with a code.
pub(super) fn answer(play: &Play, session: &Session, ask: &Ask, profile: &Profile) -> HttpResponse {
    if let Err(why) = ask.allowed(play) {
        return refuse(&format!("The request is refused: {why}."));
    }
    let issuer = if ask.own_host { own_issuer(&play.settings.base) } else { session.brand.issuer(&play.settings.base) };
    if *profile == Profile::Denied {
        return ask.back(&[("error", "access_denied"), ("iss", &issuer)]);
    }
    let grant = Grant {
        client_id: ask.client_id.clone(),
        issuer: issuer.clone(),
        redirect_uri: ask.redirect_uri.clone(),
        nonce: ask.nonce.clone(),
        challenge: ask.challenge.clone(),
        scope: ask.scope.clone(),
        context: ask.context.clone(),
        session: session.clone(),
        profile: profile.clone(),
        until: play.settings.clock.now().plus(Duration::from_secs(60)),
    };
    let code = secret();
    keep(&mut play.memory().codes, code.clone(), grant);
    play.told(&session.sid, None, Some(&ask.client_id));
    let stated = if *profile == Profile::WrongIssuer { "https://somebody-else.example" } else { &issuer };
    match profile {
        // As if the client had not asked: no state of its own comes back.
        Profile::Unsolicited => Ask { state: Some(secret()), ..ask.clone() }.back(&[("code", &code), ("iss", stated)]),
        _ => ask.back_as(profile, &[("code", &code), ("iss", stated)]),
    }
}

fn token_error(code: &str, sentence: &str) -> HttpResponse {
    let mut response = if code == "invalid_client" { HttpResponse::Unauthorized() } else { HttpResponse::BadRequest() };
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(json!({ "error": code, "error_description": sentence }))
}

/// Who the client says it is: by header or by form.
fn client_of(request: &HttpRequest, form: &Fields) -> (String, Option<String>) {
    let basic = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Basic "));
    let decoded = basic.and_then(|text| STANDARD.decode(text).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some((id, password)) = decoded.as_deref().and_then(|text| text.split_once(':')) {
        // RFC 6749 2.3.1: both are form-encoded first.
        let plain = |text: &str| url::form_urlencoded::parse(format!("x={text}").as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default();
        return (plain(id), Some(plain(password)));
    }
    (form.get("client_id").cloned().unwrap_or_default(), form.get("client_secret").cloned())
}

pub(super) async fn token(play: web::Data<Play>, brand: web::Path<String>, form: web::Form<Fields>, request: HttpRequest) -> HttpResponse {
    let Some(brand) = Brand::parse(&brand) else { return token_error("invalid_request", "no such provider") };
    redeem(&play, brand, &form, &request)
}

/// The token endpoint of a brand.
pub(super) fn redeem(play: &Play, brand: Brand, form: &Fields, request: &HttpRequest) -> HttpResponse {
    let (client_id, given) = client_of(request, form);
    match play.client(&client_id) {
        Ok(Some(Client { secret: Some(secret), .. })) if Some(&secret) != given.as_ref() => return token_error("invalid_client", "the secret is wrong"),
        Ok(_) => {}
        Err(why) => return token_error("invalid_client", why),
    }
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let grant = match field("grant_type") {
        "authorization_code" => play.memory().codes.remove(field("code")).filter(|g| g.redirect_uri == field("redirect_uri") && proved(g, field("code_verifier"))),
        // Each works once; whoever brings one a second time has lost the family.
        "refresh_token" => {
            play.refreshes.fetch_add(1, Ordering::Relaxed);
            play.memory().tokens.remove(field("refresh_token"))
        }
        _ => return token_error("unsupported_grant_type", "use authorization_code or refresh_token"),
    };
    let now = play.settings.clock.now();
    let Some(grant) = grant.filter(|g| g.client_id == client_id && g.session.brand == brand && now < g.until) else {
        return token_error("invalid_grant", "the code or token is unknown, used, too old, or of another client, redirect_uri or verifier");
    };
    if grant.profile == Profile::WrongSecret {
        return token_error("invalid_client", "the secret is wrong");
    }
    tokens(play, grant, field("scope"))
}

/// PKCE (RFC 7636 section 4.6).
fn proved(grant: &Grant, verifier: &str) -> bool {
    grant.challenge.as_ref().is_none_or(|challenge| *challenge == URL_SAFE_NO_PAD.encode(Hash::Sha256.of(verifier.as_bytes())))
}

/// Scopes of the same interface: what stands before the last slash.
fn interface(scope: &str) -> &str {
    scope.rsplit_once('/').map_or("", |(interface, _)| interface)
}

/// What the access token allows: of the granted scopes those that are asked for, or all of their interface where Entra's habit is
/// played.
fn carried(play: &Play, grant: &Grant, asked: &str) -> String {
    let asked: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    if asked.is_empty() {
        return grant.scope.clone();
    }
    let wide = play.widens.load(Ordering::Relaxed);
    let fits = |scope: &&str| asked.contains(scope) || (wide && asked.iter().any(|other| interface(other) == interface(scope)));
    grant.scope.split(' ').filter(fits).collect::<Vec<_>>().join(" ")
}

fn tokens(play: &Play, grant: Grant, asked: &str) -> HttpResponse {
    let scope = carried(play, &grant, asked);
    let (access, refresh) = (secret(), secret());
    let Ok(id_token) = id_token(play, &grant, &access) else { return token_error("server_error", "no key could be made") };
    let until = play.settings.clock.now().plus(Duration::from_secs(3_600));
    let at = grant.profile.at();
    let mut told = json!({ "token_type": "Bearer", "expires_in": 3_600, "access_token": access, "scope": scope, "id_token": id_token });
    let mut memory = play.memory();
    if grant.scope.split(' ').any(|scope| scope == "offline_access") {
        keep(&mut memory.tokens, refresh.clone(), Grant { until: until.plus(Duration::from_secs(86_400)), ..grant.clone() });
        if let Value::Object(told) = &mut told {
            told.insert("refresh_token".into(), json!(refresh));
        }
    }
    keep(&mut memory.tokens, access, Grant { until, ..grant });
    let mut told = Members::of(&told);
    if let Some(At::Tokens(change)) = at {
        change(&mut told);
    }
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).content_type("application/json").body(told.text())
}

/// Where a brand's name stands in the addresses of the attacker's own keys.
const ATTACKER: &str = "attacker";

/// What Entra sends only where the registration asks for it.
const OPTIONAL: [&str; 2] = ["email", "xms_edov"];

/// The ID token that the profile makes, beside this access token.
fn id_token(play: &Play, grant: &Grant, access: &str) -> Result<String, SimulatorError> {
    let (session, profile) = (&grant.session, &grant.profile);
    let told = Told { client_id: &grant.client_id, nonce: grant.nonce.as_deref(), sid: &session.sid, signed_in: session.since, now: play.now(profile) };
    let mut claims = oidc::claims(session.brand, &grant.issuer, &session.person, &told);
    let proved = match session.brand {
        // Entra's tokens of version 2.0 have no `amr`.
        Brand::Entra => grant.context.as_ref().map(|context| ("acrs", json!([context]))),
        _ => Some(("amr", json!(["pwd", "mfa"]))),
    };
    if let (true, Some((name, value)), Value::Object(claims)) = (session.second_factor, proved, &mut claims) {
        claims.insert(name.into(), value);
    }
    let wrong = match profile {
        Profile::WrongIssuer | Profile::WrongTokenIssuer => Some(("iss", "https://somebody-else.example")),
        Profile::WrongAudience => Some(("aud", "somebody-else")),
        Profile::WrongNonce => Some(("nonce", "another-nonce")),
        _ => None,
    };
    if let (Some((name, value)), Value::Object(claims)) = (wrong, &mut claims) {
        claims.insert(name.into(), json!(value));
    }
    // Entra names no hash where the token endpoint gives both.
    let hashed = if *profile == Profile::WrongTokenHash { Some("of another access token") } else { Some(access).filter(|_| session.brand != Brand::Entra) };
    if let (Some(hashed), Value::Object(claims)) = (hashed, &mut claims) {
        claims.insert("at_hash".into(), json!(half_hash(hashed)));
    }
    if let (Profile::Behind, Value::Object(claims)) = (profile, &mut claims) {
        // So far behind that the token is over on arrival.
        claims.insert("exp".into(), json!(play.now(profile).seconds() + 60));
    }
    if let (Profile::WithoutOptionalClaims, Value::Object(claims)) = (profile, &mut claims) {
        claims.retain(|name, _| !OPTIONAL.contains(&name.as_str()));
    }
    let key = play.key_for(profile)?;
    if let Some(At::Token(change)) = profile.at() {
        let client = play.client(&grant.client_id).ok().flatten();
        let client_secret = client.as_ref().and_then(|client| client.secret.as_deref()).unwrap_or(&grant.client_id);
        let address = format!("{}/{ATTACKER}/oidc/keys", play.settings.base);
        let mut draft = Draft::right(&claims, Means { provider: key, stranger: play.keys.strange()?, client_secret, address: &address });
        change(&mut draft);
        return Ok(draft.signed());
    }
    let header = |id: Option<String>| {
        let mut header = json!({ "alg": oidc::algorithm_name(key), "typ": "JWT" });
        if let (Some(id), Value::Object(header)) = (id, &mut header) {
            header.insert("kid".into(), json!(id));
        }
        SignAs::Header(header)
    };
    let how = match profile {
        Profile::Unsigned => SignAs::Cut,
        Profile::AlgNone => SignAs::None,
        Profile::Hmac => SignAs::PublicKeyAsSecret,
        Profile::NoKeyId => header(None),
        Profile::OtherKeyId => header(Some("of-no-key".into())),
        Profile::BorrowedKeyId => header(Some(oidc::key_id(&play.keys.current))),
        _ => SignAs::Right,
    };
    Ok(oidc::sign(key, "JWT", &claims, &how))
}

/// `at_hash`: the first half of the hash that the key's algorithm has (Core 3.1.3.6); the simulator's keys are for RS256.
fn half_hash(text: &str) -> String {
    let hash = Hash::Sha256.of(text.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.get(..hash.len() / 2).unwrap_or_default())
}

pub(super) async fn userinfo(play: web::Data<Play>, brand: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let token = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
    let grant = play.memory().tokens.get(token).cloned();
    let now = play.settings.clock.now();
    let Some(grant) = grant.filter(|g| now < g.until && g.session.brand.path() == brand.as_str()) else {
        return HttpResponse::Unauthorized().insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")).finish();
    };
    let session = &grant.session;
    let told = Told { client_id: &grant.client_id, nonce: None, sid: &session.sid, signed_in: session.since, now };
    let mut claims = oidc::claims(session.brand, &grant.issuer, &session.person, &told);
    if let Value::Object(claims) = &mut claims {
        claims.retain(|name, _| !matches!(name.as_str(), "iss" | "aud" | "iat" | "exp" | "nbf" | "auth_time" | "sid"));
        if grant.profile == Profile::OtherSubject {
            claims.insert("sub".into(), json!("somebody-else"));
        }
    }
    let mut claims = Members::of(&claims);
    if let Some(At::Userinfo(change)) = grant.profile.at() {
        change(&mut claims);
    }
    HttpResponse::Ok().content_type("application/json").body(claims.text())
}

/// The published keys; at the attacker's address, the key that nobody knows.
pub(super) async fn keys(play: web::Data<Play>, brand: web::Path<String>) -> HttpResponse {
    if brand.as_str() == ATTACKER {
        let strange = play.keys.strange().map(|key| oidc::jwks(&[key]));
        return strange.map_or_else(|_| HttpResponse::InternalServerError().finish(), |keys| HttpResponse::Ok().json(keys));
    }
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=3600")).json(oidc::jwks(&play.published()))
}

pub(super) async fn discovery_short(play: web::Data<Play>, brand: web::Path<String>) -> HttpResponse {
    document(&play, &brand, "")
}

pub(super) async fn discovery(play: web::Data<Play>, path: web::Path<(String, String)>) -> HttpResponse {
    document(&play, &path.0, &path.1)
}

fn document(play: &Play, brand: &str, rest: &str) -> HttpResponse {
    let Some(brand) = Brand::parse(brand) else { return HttpResponse::NotFound().finish() };
    let base = &play.settings.base;
    let asked = [base.as_str(), brand.path(), rest].join("/");
    let issuer = brand.issuer(base);
    if asked.trim_end_matches('/') == issuer {
        return HttpResponse::Ok().json(oidc::discovery(brand, base, &issuer));
    }
    // As the product does for applications of many tenants: the issuer is a pattern.
    if brand == Brand::Entra && matches!(rest, "common/v2.0" | "organizations/v2.0") {
        return HttpResponse::Ok().json(oidc::discovery(brand, base, &format!("{base}/entra/{{tenantid}}/v2.0")));
    }
    HttpResponse::NotFound().finish()
}
