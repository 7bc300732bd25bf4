//! The OpenID Provider towards applications: protocol rules, tokens, keys. Values in, values out; storage behind ports.

pub mod authorize;
pub mod backchannel;
pub mod exchange;
pub mod logout;
pub mod ports;
pub mod pushed;

mod access_token;
mod assertion;
mod claims_request;
pub mod here;
mod client;
mod client_authentication;
mod client_keys;
mod code;
mod hint;
mod id_token;
mod introspection;
mod issuer;
mod keys;
mod metadata;
mod params;
mod redirect_uri;
mod refresh;
mod request;
mod revocation;
pub mod rotation;
mod session_rule;
mod token;
mod token_error;
mod token_text;
mod userinfo;

pub use backchannel::{LogoutDelivery, LogoutNotices, Notice};
pub use claims_request::ClaimsRequest;
pub use client::{Algorithm, Client, ClientAuthentication, ClientKind, ResponseMode, SecretHash};
pub use client_authentication::Caller;
pub use client_keys::{ClientKeys, ClientKeysError};
pub use code::issue_code;
pub use introspection::introspect;
pub use issuer::Issuer;
pub use keys::{Keys, KeysError, place as key_place};
pub use metadata::metadata;
pub use ports::{
    ClientGuesses, Clients, Codes, GrantEnded, GrantRow, Grants, KeyStore, NewCode, NewGrant, Ports, PushedRequests, Redeemed, SignedIn, Stopgap, StoreFault, StoredKey,
    MOST_TOLD, Subject, Subjects, Telling, Tellings, UsedAssertions, WaysIn,
};
pub use redirect_uri::{RedirectUri, RedirectUriError};
pub use request::{AuthorizationRequest, FormPost, PageReason, Prompt, Refusal, Reply};
pub use revocation::revoke;
pub use session_rule::{AppVersion, SessionRule, SessionRules};
pub use token::token;
pub use token_error::{AGAIN, Concerned, TokenError};
pub use userinfo::{UserinfoError, userinfo};

#[cfg(test)]
mod calls;
#[cfg(test)]
mod memory;
