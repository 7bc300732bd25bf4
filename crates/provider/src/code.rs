//! Issuing authorization codes (RFC 6749 4.1.2): 256 random bits, one minute, stored as a hash.

use std::time::Duration;

use homeward_model::random_token;
use homeward_sealing::sha256;

use crate::{
    ports::{NewCode, Ports, SignedIn, StoreFault},
    request::AuthorizationRequest,
};

/// How long a code lasts (OT-03).
pub(crate) const LIFETIME: Duration = Duration::from_secs(60);

/// Issues a code for a request and the person who is signed in.
///
/// # Errors
/// `StoreFault` when it cannot be kept.
pub async fn issue_code(ports: &Ports, request: &AuthorizationRequest, who: &SignedIn) -> Result<String, StoreFault> {
    let code = random_token(ports.random.as_ref());
    let stored = NewCode {
        client: request.client_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
        scopes: request.scopes.clone(),
        who: who.clone(),
        app_version: request.app_version.clone(),
        claims: request.claims.clone(),
        trace: homeward_trace::current(),
    };
    let until = ports.clock.now().plus(LIFETIME);
    let until = who.stopgap.map_or(until, |stopgap| until.min(stopgap.until));
    ports.codes.put(&sha256(code.as_bytes()), &stored, until).await?;
    Ok(code)
}
