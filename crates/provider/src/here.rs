//! Codes for an application that lives in this process. It authenticates by being here: outside, nobody can redeem its codes,
//! because it has no secret that would fit. What it learns is who signed in; tokens it gets none.

use homeward_model::{GrantId, random_token};
use homeward_sealing::sha256;

use crate::{
    client::Client,
    params::Params,
    ports::{GrantEnded, NewGrant, Ports, Redeemed, SignedIn, StoreFault},
    pushed::{LIFETIME, PREFIX},
    token::checked,
    token_error::{Concerned, TokenError},
};

/// Who signed in, and what it was granted: the grant ends with the session, the password, and by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Who, and how.
    pub who: SignedIn,
    /// The grant that the code became.
    pub grant: GrantId,
    /// The nonce of the request, to be compared by whoever made it (OpenID Connect Core 3.1.3.7).
    pub nonce: Option<String>,
}

/// Redeems a code with the checks of the token endpoint: client, redirect URI, PKCE, single use (RFC 6749 4.1.3, RFC 7636 4.6).
///
/// # Errors
/// `TokenError` as at the token endpoint.
pub async fn redeem(ports: &Ports, client: &Client, code: &str, (redirect_uri, verifier): (&str, &str), network: &str) -> Result<Arrival, TokenError> {
    let form = [("redirect_uri", redirect_uri), ("code_verifier", verifier)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let params = Params::of(&form).map_err(|_| TokenError::request("A parameter is too long."))?;
    let now = ports.clock.now();
    let grant = NewGrant::drawn(ports, client, network, now);
    let stored = match ports.codes.redeem(&sha256(code.as_bytes()), &grant, now).await? {
        Redeemed::First(stored) => *stored,
        Redeemed::Again { ended, .. } => {
            if let Some(ended) = &ended {
                (ports.count_ended)(ended);
            }
            return Err(TokenError::grant("The code is unknown, used or over."));
        }
        Redeemed::Unknown => return Err(TokenError::grant("The code is unknown, used or over.")),
    };
    stored.has_a_hop();
    match checked(ports, client, &params, &stored).await {
        Ok(_) => Ok(Arrival { who: stored.who, grant: grant.id, nonce: stored.nonce }),
        Err(error) => {
            ports.grants.revoke(grant.id, error.description, now).await?;
            Err(error)
        }
    }
}

/// Ends what a code became, where its application has nothing for whoever came: with the audit's record of that in one step (AU-03).
///
/// # Errors
/// `StoreFault` when it cannot be ended, or not recorded.
pub async fn turn_away(ports: &Ports, client: &Client, arrival: &Arrival, why: &'static str, network: &str) -> Result<(), StoreFault> {
    let concerned = Concerned { user: arrival.who.user, account: arrival.who.account, client: client.client_id.clone() };
    ports.end(&GrantEnded { id: arrival.grant, concerned, why, network: network.to_owned(), at: ports.clock.now() }).await
}

/// Keeps a request as if it had been pushed (RFC 9126), so that the browser's address holds a reference and no name; gives the
/// reference.
///
/// # Errors
/// `StoreFault` when it cannot be kept.
pub async fn keep_request(ports: &Ports, client: &Client, params: &[(String, String)]) -> Result<String, StoreFault> {
    let reference = random_token(ports.random.as_ref());
    ports.pushed.keep(&sha256(reference.as_bytes()), &client.client_id, params, ports.clock.now().plus(LIFETIME)).await?;
    Ok(format!("{PREFIX}{reference}"))
}
