//! Carries the requests that `oauth2` builds over our own client, and reads the answers strictly before `oauth2` does.

use homeward_egress::{Client, EgressError};
use oauth2::{HttpRequest, HttpResponse};

use super::json;

/// Why a request of the library has no answer that it may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BridgeError {
    /// Nothing came.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// A success that is not JSON, or has a name twice: the library would take one of the two (OR-20).
    #[error("the answer is no JSON, or a name stands twice in it")]
    NotJson,
    /// 401 without a word: who we say that we are is not accepted (RFC 6749 5.2).
    #[error("the answer is 401 and names no error")]
    Unauthorized,
    /// The answer cannot be handed over.
    #[error("the answer cannot be read")]
    Http,
}

/// Sends one request.
pub(crate) async fn carry(client: Client, request: HttpRequest) -> Result<HttpResponse, BridgeError> {
    let (head, body) = request.into_parts();
    let answer = client.send(head.method, &head.uri.to_string(), head.headers, body).await?;
    if answer.status == 200 && json::read_object(&answer.body).is_err() {
        return Err(BridgeError::NotJson);
    }
    if answer.status == 401 && !json::read_object(&answer.body).is_ok_and(|said| said.contains_key("error")) {
        return Err(BridgeError::Unauthorized);
    }
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(answer.body).map_err(|_| BridgeError::Http)
}
