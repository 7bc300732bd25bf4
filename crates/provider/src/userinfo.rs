//! The userinfo endpoint (OpenID Connect Core 5.3).

use crate::{
    access_token,
    claims_request::Opened,
    id_token::{OwnClaims, own, standard},
    ports::{Ports, StoreFault},
    token::current,
};
use openidconnect::{UserInfoClaims, core::CoreGenderClaim};

/// Why nothing is told (RFC 6750 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserinfoError {
    /// No token came.
    Missing,
    /// It came more than once (RFC 6750 2).
    Several,
    /// Unknown, expired or revoked.
    Invalid,
    /// A refresh left `openid` out: the token is not for this endpoint (OpenID Connect Core 5.3.1).
    Scope,
    /// The store did not answer: with what failed, for the log.
    Unavailable(StoreFault),
}

impl From<StoreFault> for UserinfoError {
    fn from(fault: StoreFault) -> Self {
        Self::Unavailable(fault)
    }
}

impl UserinfoError {
    /// HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Several => 400,
            Self::Missing | Self::Invalid => 401,
            Self::Scope => 403,
            Self::Unavailable(_) => 503,
        }
    }
    /// The code of the error (RFC 6750 3.1); `None` where nothing was shown that could be refused.
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Several => Some("invalid_request"),
            Self::Invalid => Some("invalid_token"),
            Self::Scope => Some("insufficient_scope"),
            Self::Missing | Self::Unavailable(_) => None,
        }
    }
    /// The header `WWW-Authenticate`.
    pub const fn challenge(&self) -> &'static str {
        match self {
            Self::Missing | Self::Unavailable(_) => "Bearer",
            Self::Several => "Bearer error=\"invalid_request\", error_description=\"The access token came more than once.\"",
            Self::Invalid => "Bearer error=\"invalid_token\", error_description=\"The access token is unknown, expired or revoked.\"",
            Self::Scope => "Bearer error=\"insufficient_scope\", scope=\"openid\"",
        }
    }
}

/// The claims of a person; the JSON body. `authorization` is the header as it came: no token is read from anywhere else.
///
/// # Errors
/// `UserinfoError`.
pub async fn userinfo(ports: &Ports, authorization: Option<&str>) -> Result<String, UserinfoError> {
    let header = authorization.ok_or(UserinfoError::Missing)?;
    let (scheme, token) = header.split_once(' ').ok_or(UserinfoError::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(UserinfoError::Missing);
    }
    // A JWT access token is for its API and not for us (RFC 9068 4).
    let (grant, scopes) = access_token::alive(ports, access_token::opaque(ports, token.trim()).ok_or(UserinfoError::Invalid)?).await?.ok_or(UserinfoError::Invalid)?;
    // An application that is switched off learns nothing more (OT-15).
    ports.clients.client(&grant.client).await?.ok_or(UserinfoError::Invalid)?;
    if !scopes.contains("openid") {
        return Err(UserinfoError::Scope);
    }
    let subject = current(ports, grant.who.user, grant.who.credential_version).await.map_err(|error| error.fault.map_or(UserinfoError::Invalid, |fault| UserinfoError::Unavailable(*fault)))?;
    let opened = Opened { scopes: &scopes, claims: &grant.claims.userinfo };
    let claims: UserInfoClaims<OwnClaims, CoreGenderClaim> =
        UserInfoClaims::new(standard(&grant.who, &subject, &opened), own(&subject, &opened, None));
    serde_json::to_string(&claims).map_err(|_| UserinfoError::Unavailable(StoreFault("claims that cannot be written".into())))
}

#[cfg(test)]
#[path = "userinfo_tests.rs"]
mod tests;
