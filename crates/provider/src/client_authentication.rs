//! Who the client is, at every endpoint that a client calls itself (RFC 6749 2.3, OpenID Connect Core 9).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::ClientId;

use crate::{
    assertion::{self, AssertionError},
    client::{Client, ClientAuthentication, SecretHash},
    params::Params,
    ports::Ports,
    token_error::TokenError,
};

/// Who calls: the header `Authorization` as it came, and the network of the call, for the limits on guessing (LG-07).
#[derive(Clone, Copy, Debug, Default)]
pub struct Caller<'a> {
    /// `Authorization`; empty when there were several.
    pub authorization: Option<&'a str>,
    /// The network's prefix in words.
    pub network: &'a str,
}

/// What a request says about its client.
struct Claimed<'a> {
    id: ClientId,
    proof: Proof<'a>,
}

enum Proof<'a> {
    None,
    Basic(String),
    Post(&'a str),
    Assertion(&'a str),
}

impl Proof<'_> {
    const fn by(&self) -> ClientAuthentication {
        match self {
            Self::None => ClientAuthentication::None,
            Self::Basic(_) => ClientAuthentication::ClientSecretBasic,
            Self::Post(_) => ClientAuthentication::ClientSecretPost,
            Self::Assertion(_) => ClientAuthentication::PrivateKeyJwt,
        }
    }
}

fn claimed<'a>(caller: &Caller<'_>, params: &Params<'a>) -> Option<Claimed<'a>> {
    let in_body = params.get("client_id");
    let (secret, kind, text) = (params.get("client_secret"), params.get("client_assertion_type"), params.get("client_assertion"));
    // Two ways at once are none (RFC 6749 2.3).
    let claimed = match (caller.authorization, secret, kind, text) {
        (Some(header), None, None, None) => basic(header)?,
        (None, None, Some(assertion::TYPE), Some(text)) => Claimed { id: assertion::unverified_client(text)?, proof: Proof::Assertion(text) },
        (None, Some(secret), None, None) => Claimed { id: ClientId::parse(in_body?)?, proof: Proof::Post(secret) },
        (None, None, None, None) => Claimed { id: ClientId::parse(in_body?)?, proof: Proof::None },
        _ => return None,
    };
    in_body.is_none_or(|id| id == claimed.id.as_str()).then_some(claimed)
}

fn basic(header: &str) -> Option<Claimed<'static>> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Claimed { id: ClientId::parse(&form_decoded(id)?)?, proof: Proof::Basic(form_decoded(secret)?) })
}

/// `application/x-www-form-urlencoded`, as RFC 6749 2.3.1 asks for before Basic; `None` for a broken escape.
fn form_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
                (digit(bytes.next())? << 4) | digit(bytes.next())?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// The client that calls, by the way it is registered and by no other.
///
/// Wrong proofs are counted by client and network: whoever guesses has to wait, and nobody else does.
pub(crate) async fn authenticated(ports: &Ports, caller: &Caller<'_>, params: &Params<'_>) -> Result<Arc<Client>, TokenError> {
    let claimed = claimed(caller, params).ok_or_else(TokenError::client)?;
    if !matches!(claimed.proof, Proof::None)
        && let Some(wait) = ports.guesses.paused(&claimed.id, caller.network).await?
    {
        return Err(TokenError::paused(wait));
    }
    let client = ports.clients.client(&claimed.id).await?;
    match proven(ports, client, &claimed).await {
        Ok(client) => Ok(client),
        Err(error) => {
            if error.status == 401 && !matches!(claimed.proof, Proof::None) {
                ports.guesses.failed(&claimed.id, caller.network).await?;
            }
            Err(error)
        }
    }
}

async fn proven(ports: &Ports, client: Option<Arc<Client>>, claimed: &Claimed<'_>) -> Result<Arc<Client>, TokenError> {
    // An unknown client costs the same comparison.
    let none = [SecretHash::of("no client has this secret")];
    let secrets = client.as_ref().map_or(&none[..], |c| &c.secrets);
    let fits = |typed: &str| secrets.iter().fold(false, |fits, hash| hash.fits(typed) | fits);
    let right = match &claimed.proof {
        Proof::None => true,
        Proof::Basic(secret) => fits(secret),
        Proof::Post(secret) => fits(secret),
        Proof::Assertion(_) => false,
    };
    let registered = client.filter(|client| client.authentication == claimed.proof.by()).ok_or_else(TokenError::client)?;
    if let Proof::Assertion(text) = claimed.proof {
        return match assertion::verify(ports, &registered, text).await {
            Ok(()) => Ok(registered),
            Err(AssertionError::Store(fault)) => Err(fault.into()),
            Err(error) => Err(TokenError::new(401, "invalid_client", error.sentence())),
        };
    }
    if right { Ok(registered) } else { Err(TokenError::client()) }
}

#[cfg(test)]
#[path = "client_authentication_tests.rs"]
mod tests;
