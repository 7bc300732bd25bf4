//! A registered application, as the protocol sees it.

use std::{collections::BTreeSet, time::Duration};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use homeward_model::ClientId;
use homeward_sealing::sha256;
use serde::{Deserialize, Serialize};

use crate::{client_keys::ClientKeys, redirect_uri::RedirectUri, session_rule::SessionRules};

/// What kind of client it is (RFC 6749 2.1, RFC 8252).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// Runs on a server.
    Web,
    /// Native, on a computer or telephone.
    Native,
    /// In a browser.
    Extension,
}

/// How it authenticates at the token endpoint; exactly this way and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// Public client.
    None,
    /// `client_secret_basic` (RFC 6749 2.3.1, form-encoded before Basic).
    ClientSecretBasic,
    /// `client_secret_post`.
    ClientSecretPost,
    /// `private_key_jwt`: an assertion signed by a key of its own (RFC 7523, OpenID Connect Core 9).
    PrivateKeyJwt,
}

/// How an authorization answer reaches the application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI (OAuth 2.0 Multiple Response Types 2.1).
    #[default]
    Query,
    /// As a form that the browser posts (OAuth 2.0 Form Post Response Mode 1.0).
    FormPost,
}

/// The algorithm of its ID tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PKCS1-v1_5, 2048 bits.
    #[serde(rename = "RS256")]
    Rs256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// Every algorithm, the default first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Rs256, Self::EdDsa];
    /// The JOSE name (RFC 7518 3.1).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// SHA-256 of a client's secret. Secrets are ours, with 256 random bits, so a plain hash is enough.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a secret.
    pub fn of(secret: &str) -> Self {
        Self(sha256(secret.as_bytes()))
    }
    /// Whether this is the hash of the secret, in constant time.
    pub fn fits(&self, secret: &str) -> bool {
        verify_slices_are_equal(&self.0, &sha256(secret.as_bytes())).is_ok()
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A registered application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its `client_id`.
    pub client_id: ClientId,
    /// Its name, for people.
    pub name: String,
    /// What it is.
    pub kind: ClientKind,
    /// Where codes may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a person may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where a person may go after `/changepassword`.
    pub return_to: Vec<String>,
    /// Where the application starts, for the page "Where to?".
    pub start_url: Option<String>,
    /// How it authenticates.
    pub authentication: ClientAuthentication,
    /// Its secrets: one, or two while it changes them (OT-36).
    pub secrets: Vec<SecretHash>,
    /// Whether PKCE is required (default). Switched off by name for one client only.
    pub require_pkce: bool,
    /// Whether a nonce is required (default). Switched off by name for one client only.
    pub require_nonce: bool,
    /// The algorithm of its ID tokens.
    pub id_token_alg: Algorithm,
    /// The scopes it may ask for; `openid` always.
    pub scopes: BTreeSet<String>,
    /// Whether it may have refresh tokens.
    pub refresh: bool,
    /// How long a refresh token may rest.
    pub refresh_idle: Duration,
    /// How long a grant may last.
    pub refresh_absolute: Duration,
    /// How long an access token lasts.
    pub access_lifetime: Duration,
    /// How long somebody stays signed in to it.
    #[serde(default)]
    pub sessions: SessionRules,
    /// How answers may reach it (OA-08): by query, unless the operator says more.
    #[serde(default = "by_query")]
    pub response_modes: BTreeSet<ResponseMode>,
    /// Its public keys, for `private_key_jwt`.
    #[serde(default)]
    pub keys: ClientKeys,
    /// Whether its authorization requests must be pushed first (RFC 9126 6).
    #[serde(default)]
    pub require_par: bool,
    /// The API that its access tokens are for: they are JWTs then (RFC 9068). `None`: opaque ones.
    #[serde(default)]
    pub resource: Option<String>,
    /// Applications whose access tokens it may ask about (RFC 7662), besides its own.
    #[serde(default)]
    pub introspects: BTreeSet<ClientId>,
    /// Where it is told that a session has ended (OpenID Connect Back-Channel Logout 1.0).
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it is told which session (`sid`, default); otherwise only whose, and it ends everything of that person.
    #[serde(default = "yes")]
    pub backchannel_logout_session_required: bool,
    /// Origins from which pages of it call us (CORS).
    #[serde(default)]
    pub origins: BTreeSet<String>,
    /// Permissions at the organisation's own services for which it may exchange a person's token (RFC 8693); none: it may not.
    #[serde(default)]
    pub delegated: BTreeSet<String>,
}

const fn yes() -> bool {
    true
}

fn by_query() -> BTreeSet<ResponseMode> {
    [ResponseMode::Query].into()
}

impl Client {
    /// Whether codes may go to this address. For a web application it is one of the web, to the letter; any port of one's own machine, and
    /// schemes that a program calls its own, are for programs that are installed (RFC 8252 7).
    pub fn may_return_to(&self, requested: &str) -> bool {
        self.redirect_uris.iter().any(|registered| match self.kind {
            ClientKind::Web => !registered.is_private_use() && registered.as_str() == requested,
            ClientKind::Native | ClientKind::Extension => registered.matches(requested),
        })
    }
    /// Strict defaults for a new client.
    pub fn new(client_id: ClientId, name: &str) -> Self {
        Self {
            client_id,
            name: name.to_owned(),
            kind: ClientKind::Web,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            return_to: Vec::new(),
            start_url: None,
            authentication: ClientAuthentication::ClientSecretBasic,
            secrets: Vec::new(),
            require_pkce: true,
            require_nonce: true,
            id_token_alg: Algorithm::Es256,
            scopes: ["openid", "profile", "email", "groups", "offline_access"].map(String::from).into(),
            refresh: true,
            refresh_idle: Duration::from_secs(15 * 86_400),
            refresh_absolute: Duration::from_secs(180 * 86_400),
            access_lifetime: Duration::from_secs(300),
            sessions: SessionRules::WEB,
            response_modes: by_query(),
            keys: ClientKeys::default(),
            require_par: false,
            resource: None,
            introspects: BTreeSet::new(),
            backchannel_logout_uri: None,
            backchannel_logout_session_required: true,
            origins: BTreeSet::new(),
            delegated: BTreeSet::new(),
        }
    }
}
