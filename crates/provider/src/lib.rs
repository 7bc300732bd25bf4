//! The OpenID Provider towards applications: protocol rules, tokens, keys. Values in, values out; storage behind ports.

pub mod authorize;
pub mod logout;
pub mod ports;

mod client;
mod code;
mod id_token;
mod issuer;
mod keys;
mod metadata;
mod params;
mod redirect_uri;
mod refresh;
mod request;
mod session_rule;
mod token;
mod token_text;
mod userinfo;

pub use client::{Algorithm, Client, ClientAuthentication, ClientKind, SecretHash};
pub use code::issue_code;
pub use issuer::Issuer;
pub use keys::{Keys, KeysError};
pub use metadata::metadata;
pub use ports::{
    Clients, Codes, GrantRow, Grants, KeyStore, NewCode, NewGrant, Ports, Redeemed, SignedIn, StoreFault, StoredKey, Subject, Subjects,
};
pub use redirect_uri::{RedirectUri, RedirectUriError};
pub use request::{AuthorizationRequest, PageReason, Prompt, Refusal};
pub use session_rule::{AppVersion, SessionRule, SessionRules};
pub use token::{TokenError, token};
pub use userinfo::{UserinfoError, userinfo};

#[cfg(test)]
mod calls;
#[cfg(test)]
mod memory;
