//! ID tokens of ours that come back as a hint (OpenID Connect Core 3.1.2.1, RP-Initiated Logout 1.0 2).
//!
//! A hint may have expired; what counts is that we signed it, and for whom.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::ClientId;
use serde::Deserialize;

use crate::ports::Ports;

/// What an ID token of ours says.
pub(crate) struct Hint {
    /// The one application that it was made for.
    pub client: ClientId,
    /// The person.
    pub sub: String,
    /// The session.
    pub sid: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    /// ID tokens of ours have none; another kind of token is no hint.
    typ: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    sub: String,
    sid: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// The hint; `None` when we did not sign it, or it is another kind of token.
pub(crate) fn read(ports: &Ports, text: &str) -> Option<Hint> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, body) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let signer = ports.keys.by_kid(&header.kid).filter(|s| s.algorithm.name() == header.alg && header.typ.is_none())?;
    if !signer.verifies(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?) {
        return None;
    }
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
    let aud = match &claims.aud {
        Audience::One(aud) => aud,
        Audience::Many(auds) => match auds.as_slice() {
            [only] => only,
            _ => return None,
        },
    };
    (claims.iss == ports.issuer.as_str()).then_some(())?;
    Some(Hint { client: ClientId::parse(aud)?, sub: claims.sub, sid: claims.sid })
}
