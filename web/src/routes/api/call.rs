//! The door of the API: who calls, by which token, for which account, to do what. A handler gets a `Call` only from here. Cookies count
//! for nothing, so that no page of another site can call for somebody (AD-09).

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web::{Bytes, Data},
};
use homeward_model::NetworkPrefix;
use homeward_portal::{Action, Actor, Denied, Granted, Portal, entry, tokens};
use homeward_signin::{Reason, usecase::strangers};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

use super::{endpoint::{Endpoint, Shape}, problem::Problem, table::PREFIX};
use crate::{app::App, asked};

/// Wrong tokens from one network within this time, before they are told to wait. A right one never waits for them.
const WRONG: u32 = 30;
const WRONG_WITHIN: Duration = Duration::from_secs(300);
/// Calls by one token within this time, before it has to wait as long.
const CALLS: u32 = 3_000;
const CALLS_WITHIN: Duration = Duration::from_secs(300);
/// How long a cursor is good.
const CURSOR: Duration = Duration::from_secs(24 * 3_600);
/// Entries of a page when nobody says how many, and at most.
pub(super) const USUAL: u32 = 50;
pub(super) const MOST: u32 = 200;
/// Longest `Idempotency-Key`.
pub(super) const LONGEST_KEY: usize = 255;

/// A call that somebody may make.
pub(crate) struct Call {
    pub app: Data<App>,
    pub network: NetworkPrefix,
    pub granted: Granted,
    pub endpoint: &'static Endpoint,
    body: Bytes,
    /// Parts of the address by name.
    parts: Vec<(String, String)>,
    query: Vec<(String, String)>,
    if_match: Option<String>,
}

/// A header that stands once; `Err`: several times, or in characters that it may not have.
pub(super) fn header_of(request: &HttpRequest, name: impl header::AsHeaderName) -> Result<Option<String>, Problem> {
    let mut all = request.headers().get_all(name);
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(|text| Some(text.trim().to_owned())).map_err(|_| Problem::bad("header.malformed", "A header has characters that it may not have.")),
        (Some(_), Some(_)) => Err(Problem::bad("header.repeated", "A header stands twice.")),
    }
}

/// Nobody we know (RFC 6750 3.1). Whatever was wrong with the token, the answer is the same. What cannot be one guesses nothing, and is
/// not counted.
async fn unknown(app: &App, network: NetworkPrefix, (what, secret): (String, &str)) -> Problem {
    let ctx = &app.signin;
    let wait = match tokens::is_secret(secret) {
        true => ctx.guesses.allow("api token", &network.to_string(), WRONG, WRONG_WITHIN, ctx.now()).await,
        false => Ok(None),
    };
    match wait {
        Ok(None) => {
            let case = strangers::portal_refused(ctx, (Reason::PortalToken, what), (None, None), network).await;
            let problem = Problem::new(StatusCode::UNAUTHORIZED, Reason::PortalToken.code(), "The token is unknown, ended or over, or its maker may do nothing any more.");
            problem.on_record(&case).with(header::WWW_AUTHENTICATE, "Bearer realm=\"Homeward API\", error=\"invalid_token\"")
        }
        Ok(Some(wait)) => {
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_tokens", "Too many wrong tokens came from your network. Wait, and send the right one.");
            problem.with(header::RETRY_AFTER, wait.as_secs().max(1).to_string())
        }
        Err(fault) => {
            tracing::error!(error = %fault, "the store failed");
            Problem::away()
        }
    }
}

/// Every token has its own number of calls: a program that runs wild holds up nobody else, and ends nobody's place in the store.
async fn paced(app: &App, actor: &Actor) -> Result<(), Problem> {
    let (ctx, Some(token)) = (&app.signin, actor.token()) else { return Ok(()) };
    let wait = ctx.guesses.allow("api call", &token.id.to_string(), CALLS, CALLS_WITHIN, ctx.now()).await.map_err(|fault| {
        tracing::error!(error = %fault, "the store failed");
        Problem::away()
    })?;
    let Some(wait) = wait else { return Ok(()) };
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_calls", format!("This token has made {CALLS} calls within five minutes. Wait."));
    Err(problem.with(header::RETRY_AFTER, wait.as_secs().max(1).to_string()))
}

/// Who calls.
async fn caller(app: &App, request: &HttpRequest, network: NetworkPrefix) -> Result<Actor, Problem> {
    let what = || format!("{} {}", request.method(), request.match_pattern().unwrap_or_default());
    let missing = || {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "portal.no_token", "Send a token: Authorization: Bearer hwt_…");
        problem.with(header::WWW_AUTHENTICATE, "Bearer realm=\"Homeward API\"")
    };
    let Ok(line) = header_of(request, header::AUTHORIZATION) else { return Err(unknown(app, network, (what(), "")).await) };
    let line = line.ok_or_else(missing)?;
    let secret = line.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, secret)| secret.trim());
    let secret = secret.ok_or_else(missing)?;
    match tokens::open(&app.portal, secret).await? {
        Some(actor) => Ok(actor),
        None => Err(unknown(app, network, (what(), secret)).await),
    }
}

/// Puts a refusal on record, with whoever made the token.
async fn refuse(app: &App, (reason, who): (Reason, &Actor), endpoint: &Endpoint, network: NetworkPrefix) -> Problem {
    let token = who.token().map(|token| format!(" [token {}]", token.id)).unwrap_or_default();
    let what = format!("{} {PREFIX}{}{token}", endpoint.verb.word(), endpoint.path);
    let case = strangers::portal_refused(&app.signin, (reason, what), (Some(who.user.id), Some(who.home.id)), network).await;
    let status = StatusCode::from_u16(reason.status()).unwrap_or(StatusCode::FORBIDDEN);
    let detail = match reason {
        Reason::PortalScope => "The token was not made for this. Make one that has the scope.",
        _ => "The role of the token's maker does not include this here.",
    };
    Problem::new(status, reason.code(), detail).on_record(&case)
}

impl Call {
    /// Asks everything that is to be asked before a handler sees the call.
    pub(super) async fn open(app: &Data<App>, request: &HttpRequest, endpoint: &'static Endpoint, body: Bytes) -> Result<Self, Problem> {
        let network = asked::network(request, app);
        let actor = caller(app, request, network).await?;
        paced(app, &actor).await?;
        let number = match request.match_info().get("number") {
            Some(number) => number.to_owned(),
            None => actor.home.number.as_str().to_owned(),
        };
        let who = actor.clone();
        let granted = match entry::enter(&app.portal, actor, &number, endpoint.action, network.to_string()).await? {
            Ok(granted) => granted,
            Err(Denied::NoAccount) => {
                refuse(app, (Reason::PortalNoAccount, &who), endpoint, network).await;
                // As for every other address where nothing is.
                return Err(Problem::nothing());
            }
            Err(Denied::OutOfScope(scope)) => return Err(refuse(app, (Reason::PortalScope, &who), endpoint, network).await.lacking(scope.map(tokens::Scope::word))),
            Err(Denied::NotAllowed | Denied::EnterFirst | Denied::ProveAgain) => return Err(refuse(app, (Reason::PortalNotAllowed, &who), endpoint, network).await),
        };
        let query = asked_for(request, endpoint)?;
        if endpoint.takes.is_none() && !body.is_empty() {
            return Err(Problem::bad("body.unexpected", "This takes no body."));
        }
        if endpoint.takes.is_some() {
            is_json(request)?;
        }
        if endpoint.is_secret && request.headers().contains_key("idempotency-key") {
            return Err(Problem::bad("idempotency.not_here", "The answer has a secret, which is shown once and kept nowhere. Send it without an Idempotency-Key."));
        }
        let parts = request.match_info().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let if_match = header_of(request, header::IF_MATCH)?;
        // Before a key is claimed: whoever forgot it sends it under the same key.
        if if_match.is_none() && endpoint.asks_what_was_seen() {
            return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "precondition.required", "Send If-Match with the ETag of what you have seen."));
        }
        Ok(Self { app: app.clone(), network, granted, endpoint, body, parts, query, if_match })
    }
    pub fn portal(&self) -> &Portal {
        &self.app.portal
    }
    /// The same call with another of the caller's grants.
    pub async fn as_reader(&self, action: Action) -> Result<Self, Problem> {
        let Some(granted) = self.granted.also(action) else { return Err(self.out_of_scope(tokens::Scope::of(action)).await) };
        let (app, body, parts, query) = (self.app.clone(), Bytes::new(), self.parts.clone(), Vec::new());
        Ok(Self { app, network: self.network, granted, endpoint: self.endpoint, body, parts, query, if_match: None })
    }
    /// The refusal of a call for which the token needs another scope, too. It goes on record, as at the door.
    pub async fn out_of_scope(&self, scope: Option<tokens::Scope>) -> Problem {
        match self.granted.actor() {
            Ok(actor) => refuse(&self.app, (Reason::PortalScope, actor), self.endpoint, self.network).await.lacking(scope.map(tokens::Scope::word)),
            Err(fault) => fault.into(),
        }
    }
    /// The token.
    pub fn token(&self) -> Option<&tokens::ApiToken> {
        self.granted.token()
    }
    /// What the caller has seen (RFC 9110 13.1.1).
    pub fn if_match(&self) -> Option<&str> {
        self.if_match.as_deref()
    }
    /// The one tag that the caller has seen, without its quotation marks; anything else is a tag of nothing.
    pub fn seen(&self) -> &str {
        self.if_match().and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')).unwrap_or_default()
    }
    /// An id in the address; where it cannot be one, there is nothing.
    pub fn id<T>(&self, name: &str, parse: fn(&str) -> Option<T>) -> Result<T, Problem> {
        parse(self.part(name)).ok_or_else(Problem::nothing)
    }
    /// A part of the address.
    pub fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
    /// A parameter of the query; empty when it is absent.
    pub fn query(&self, name: &str) -> &str {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
    /// The body. It is an object: the library would read the fields of a list by their places, too.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if self.body.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
            return Err(Problem::bad("body.malformed", "The body does not fit the schema (a list stands where an object belongs)."));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            // Where, and what was expected; no value of the body stands in it.
            let place = format!("line {}, column {}", error.line(), error.column());
            let what = match error.classify() {
                serde_json::error::Category::Data => "The body does not fit the schema",
                _ => "The body is no JSON",
            };
            Problem::bad("body.malformed", format!("{what} ({place})."))
        })
    }
    /// The address of something in this account.
    pub fn at(&self, rest: &str) -> String {
        format!("{PREFIX}/accounts/{}{rest}", self.granted.account().number)
    }
    /// What a cursor belongs to.
    fn bound<'a>(&'a self, token: &'a str, filter: &'a str) -> [&'a str; 5] {
        ["api-cursor", self.endpoint.name, token, self.granted.account().number.as_str(), filter]
    }
    /// How many entries, and after which place.
    pub fn paging<T: DeserializeOwned>(&self, asked: &Paging, filter: &impl Serialize) -> Result<(u32, Option<T>), Problem> {
        let limit = asked.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::bad("limit.out_of_range", format!("A page has from 1 to {MOST} entries.")));
        }
        let Some(cursor) = asked.cursor.as_deref() else { return Ok((limit, None)) };
        let (token, filter) = (self.token_name(), serde_json::to_string(filter).unwrap_or_default());
        let place = self.app.pages.open(&self.bound(&token, &filter), cursor, self.portal().now());
        place.map(|place| (limit, Some(place))).map_err(|_| Problem::bad("cursor.malformed", "The cursor is none of this list, or is over. Begin with the first page."))
    }
    /// The cursor of the next page.
    pub fn cursor(&self, filter: &impl Serialize, place: &impl Serialize) -> String {
        let (token, filter) = (self.token_name(), serde_json::to_string(filter).unwrap_or_default());
        self.app.pages.seal(&self.bound(&token, &filter), place, self.portal().now().plus(CURSOR))
    }
    fn token_name(&self) -> String {
        self.token().map(|token| token.id.to_string()).unwrap_or_default()
    }
    /// The page that a query asks for.
    pub fn asked_page(&self) -> Result<Paging, Problem> {
        let limit = match self.query("limit") {
            "" => None,
            text => Some(text.parse().map_err(|_| Problem::bad("limit.out_of_range", format!("A page has from 1 to {MOST} entries.")))?),
        };
        Ok(Paging { limit, cursor: Some(self.query("cursor").to_owned()).filter(|cursor| !cursor.is_empty()) })
    }
}

/// Which page is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paging {
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// The parameters of the query, each known and once.
fn asked_for(request: &HttpRequest, endpoint: &Endpoint) -> Result<Vec<(String, String)>, Problem> {
    let all: Vec<(String, String)> = url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    for (place, (name, value)) in all.iter().enumerate() {
        if !endpoint.query.iter().any(|parameter| parameter.name == name) {
            return Err(Problem::bad("query.unknown", "The query has a parameter that this does not know."));
        }
        let is_long = matches!(endpoint.query.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.shape), Some(Shape::Text(most)) if value.chars().count() > usize::try_from(most).unwrap_or(usize::MAX));
        if value.is_empty() || is_long || all.iter().take(place).any(|(other, _)| other == name) {
            return Err(Problem::bad("query.malformed", "A parameter of the query is empty, too long, or stands twice."));
        }
    }
    Ok(all)
}

/// Whether the body says that it is JSON, and is not packed.
fn is_json(request: &HttpRequest) -> Result<(), Problem> {
    let kind = header_of(request, header::CONTENT_TYPE)?.unwrap_or_default().to_ascii_lowercase();
    let packed = header_of(request, header::CONTENT_ENCODING)?.unwrap_or_default();
    let is_json = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json");
    if is_json && matches!(packed.as_str(), "" | "identity") {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "body.not_json", "Send application/json, not packed."))
}

/// The caller's own name for a request that may come twice.
pub(super) fn key_of(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(key) = header_of(request, "idempotency-key")? else { return Ok(None) };
    if (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(Some(key))
    } else {
        Err(Problem::bad("idempotency.malformed", "An Idempotency-Key has from 1 to 255 visible characters of ASCII."))
    }
}
