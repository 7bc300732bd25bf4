//! One request of the API from its head to its answer: route, door, what was seen, what was asked before, and the handler.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Data},
};
use homeward_model::ApiTokenId;
use homeward_portal::tokens::ports::{Claim, Kept};
use homeward_sealing::sha256;

use super::{
    call::{Call, header_of, key_of},
    endpoint::{Endpoint, Seen},
    problem::Problem,
    reply::{self, Reply},
    table::{ENDPOINTS, PREFIX},
};
use crate::app::App;

/// There is nothing at this address.
pub(super) async fn nothing() -> HttpResponse {
    Problem::nothing().response()
}

/// Answers a request of the API.
pub(super) async fn serve(app: Data<App>, request: HttpRequest, body: Bytes) -> HttpResponse {
    match answer(&app, &request, body).await {
        Ok(response) => response,
        Err(problem) => problem.response(),
    }
}

/// The endpoint of a request; a wrong method is told which ones there are (RFC 9110 15.5.6).
fn endpoint_of(request: &HttpRequest) -> Result<&'static Endpoint, Problem> {
    let pattern = request.match_pattern().unwrap_or_default();
    let path = pattern.strip_prefix(PREFIX).unwrap_or_default();
    let here = || ENDPOINTS.iter().filter(|endpoint| endpoint.path == path);
    here().find(|endpoint| endpoint.verb.is(request.method())).ok_or_else(|| {
        let verbs: Vec<&str> = here().map(|endpoint| endpoint.verb.word()).collect();
        method_not_allowed(&verbs.join(", "))
    })
}

/// The method is not known here.
pub(super) fn method_not_allowed(verbs: &str) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address does not know the method.").with(header::ALLOW, verbs)
}

async fn answer(app: &Data<App>, request: &HttpRequest, body: Bytes) -> Result<HttpResponse, Problem> {
    let endpoint = endpoint_of(request)?;
    let asked = mark(app, request, &body);
    let call = Call::open(app, request, endpoint, body).await?;
    let key = key_of(request)?;
    let known = header_of(request, header::IF_NONE_MATCH)?.filter(|_| endpoint.is_reading());
    let claimed = key.filter(|_| endpoint.keyed).zip(call.token()).map(|(key, token)| (token.id, sha256(key.as_bytes())));
    let Some(of) = claimed else { return Ok(run(&call).await?.response(known.as_deref())) };
    // A task of its own: whoever asked may hang up, and what was begun is finished and kept all the same.
    match actix_web::rt::spawn(async move { once(&call, of, &asked).await }).await {
        Ok(done) => Ok(done?.response(None)),
        // The process ends, or a handler broke: the key is free again by itself (`GIVEN_UP`).
        Err(error) => {
            tracing::error!(%error, "a step of the API was not finished");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The step was not finished. Ask again in two minutes."))
        }
    }
}

/// What a key was used for: method, address, what was seen before, and body. A body may hold a secret, so its hash is keyed.
fn mark(app: &App, request: &HttpRequest, body: &Bytes) -> [u8; 32] {
    let address = request.uri().path_and_query().map_or("", |address| address.as_str());
    let seen = request.headers().get(header::IF_MATCH).map_or(&b""[..], |value| value.as_bytes());
    app.requests.sign(&[request.method().as_str().as_bytes(), address.as_bytes(), seen, body])
}

/// Does it, unless the same was done before under the same key: then the same answer is given again.
async fn once(call: &Call, of: (ApiTokenId, [u8; 32]), request: &[u8; 32]) -> Result<Done, Problem> {
    let answers = &call.portal().answers;
    match answers.claim(of, request, call.portal().now()).await? {
        Claim::Again(kept) => return Ok(Done::Before(kept)),
        Claim::Other => return Err(Problem::unfit("idempotency.other_request", "This Idempotency-Key was used for another request. Choose a new one.")),
        Claim::Running => return Err(Problem::conflict("idempotency.running", "The same request is under way. Ask again in a moment.")),
        Claim::Full(wait) => {
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "idempotency.too_many_keys", "This token has used too many Idempotency-Keys within a day. Wait, or send the request without one.");
            return Err(problem.with(header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
        }
        Claim::Go => {}
    }
    let done = run(call).await;
    match &done {
        // It is done: whoever asked is told so, even if that could not be kept.
        Ok(reply) => {
            if let Err(error) = answers.keep(of, &reply.kept()).await {
                tracing::error!(%error, "the answer of an API step was not kept");
            }
        }
        // Whoever sends it again is answered anew.
        Err(problem) if problem.status().is_server_error() => answers.give_up(of).await?,
        Err(problem) => answers.keep(of, &reply::kept_problem(problem)).await?,
    }
    done.map(Done::Now)
}

/// What became of a request with a key.
enum Done {
    Now(Reply),
    Before(Kept),
}

impl Done {
    fn response(self, known: Option<&str>) -> HttpResponse {
        match self {
            Self::Now(reply) => reply.response(known),
            Self::Before(kept) => reply::again(kept),
        }
    }
}

/// Compares what was seen, and calls the handler. A call that has to say what was seen has said it (`Call::open`).
async fn run(call: &Call) -> Result<Reply, Problem> {
    if let (Seen::May(action, shows) | Seen::Must(action, shows), Some(seen)) = (call.endpoint.seen, call.if_match()) {
        let present = shows(&call.as_reader(action).await?).await?;
        if !present.etag().is_some_and(|tag| reply::names(seen, tag)) {
            return Err(Problem::other());
        }
    }
    (call.endpoint.handler)(call).await
}
