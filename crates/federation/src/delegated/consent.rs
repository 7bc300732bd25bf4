//! Asking a person for consent, and what comes back: code flow with PKCE, for all chosen permissions at once, and an ID token that
//! says who it was.

use std::collections::BTreeSet;

use homeward_model::{AccountId, Random, Timestamp, random_token};
use oauth2::{AuthUrl, AuthorizationCode, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{
    DelegatedSettings, DelegatedSettingsError, Delegation, DelegationError, Grant, GrantKey, Resource,
    tokens::{Tokens, token_url},
};
use crate::{
    Check, Connection, Failure, Pending, PendingProtocol, VerifiedAssertion,
    oidc::{self, CallbackParams, bridge, secret::Purpose, token_request::{CodeClient, NothingMore, refusal}},
};

/// What is remembered of a request for consent, on the server and bound to the browser, until the answer is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingConsent {
    /// The handle: `state`.
    pub state: String,
    /// PKCE.
    pub verifier: String,
    /// `nonce` of the ID token.
    pub nonce: String,
    /// For whom.
    pub key: GrantKey,
    /// The account of both.
    pub account: AccountId,
    /// What was asked for.
    pub permissions: BTreeSet<String>,
    /// When the person was sent.
    pub sent_at: Timestamp,
}

/// Why consent was not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentFailure {
    /// The answer belongs to no request of this person.
    #[error("this answer belongs to no request; start again")]
    State,
    /// The request is older than ten minutes.
    #[error("this took too long; start again")]
    Expired,
    /// The person or the tenant said no.
    #[error("consent was not given: {0}")]
    Declined(String),
    /// An administrator must consent first (`AADSTS65001`, `AADSTS90094`).
    #[error("an administrator of your organisation must consent first")]
    AdministratorNeeded,
    /// The tenant knows no application of this id (`AADSTS700016`): most often the Object ID was entered (B-196).
    #[error("the tenant knows no application of this Application (client) ID; the Object ID is another value")]
    UnknownApplication,
    /// The redirect URI is not the one that was registered (`AADSTS50011`, B-133).
    #[error("the redirect URI is not registered there, to the letter")]
    RedirectUri,
}

/// How long a request for consent can be answered, in seconds.
pub(super) const LONGEST: i64 = 600;

/// A grant that was given and is not stored yet: the caller decides whether the person who gave it is the one who is signed in.
pub struct Consented {
    key: GrantKey,
    grant: Grant,
    who: VerifiedAssertion,
}

impl Consented {
    /// Who gave it, by an ID token that was verified for this registration.
    pub fn who(&self) -> &VerifiedAssertion {
        &self.who
    }
    /// For whom it was asked.
    pub fn key(&self) -> GrantKey {
        self.key
    }
}

impl std::fmt::Debug for Consented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Consented").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Delegation {
    /// Where the person consents, and what is kept until they are back.
    ///
    /// # Errors
    /// The settings cannot be used.
    pub fn ask(&self, settings: &DelegatedSettings, (key, account): (GrantKey, AccountId), now: Timestamp, random: &dyn Random) -> Result<(String, PendingConsent), DelegatedSettingsError> {
        settings.check(self.egress.rules())?;
        let permissions = settings.all();
        let pending = PendingConsent { state: random_token(random), verifier: random_token(random), nonce: random_token(random), key, account, permissions, sent_at: now };
        let state = pending.state.clone();
        let client = CodeClient::<NothingMore>::new(ClientId::new(settings.application.clone()))
            .set_auth_uri(AuthUrl::new(settings.authorize_endpoint()).map_err(|_| DelegatedSettingsError::Cloud)?)
            .set_redirect_uri(RedirectUrl::new(settings.redirect_uri.clone()).map_err(|_| DelegatedSettingsError::RedirectUri)?);
        let scopes = ["openid", "email", "offline_access"].map(str::to_owned).into_iter().chain(settings.scopes(&pending.permissions));
        let (url, _) = client
            .authorize_url(move || CsrfToken::new(state))
            .add_scopes(scopes.map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(pending.verifier.clone())))
            .add_extra_param("nonce", pending.nonce.clone())
            .url();
        Ok((url.into(), pending))
    }
    /// Redeems the code of a consent, and verifies who gave it. Nothing is stored yet.
    ///
    /// # Errors
    /// [`DelegationError`]. A grant that was there before stays then.
    pub async fn consented(&self, settings: &DelegatedSettings, callback: &CallbackParams, pending: &PendingConsent, now: Timestamp) -> Result<Consented, DelegationError> {
        settings.check(self.egress.rules())?;
        let code = code(callback, pending, now)?;
        let (key, first) = (pending.key, first_resource(settings));
        let redirect = RedirectUrl::new(settings.redirect_uri.clone()).map_err(|_| DelegatedSettingsError::RedirectUri)?;
        let client = self.client(settings, key.connection)?.set_redirect_uri(redirect).set_token_uri(token_url(settings)?);
        let asked: BTreeSet<String> = settings.of(first).intersection(&pending.permissions).cloned().collect();
        let scopes = [settings.scopes(&asked), ["openid", "email", "offline_access"].map(str::to_owned).to_vec()].concat();
        // Entra reads the scope here, too: tokens of one resource come at a time.
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()))
            .add_extra_param("scope", scopes.join(" "));
        let send = |request| bridge::carry(self.egress.clone(), request);
        let tokens: Tokens = request.request_async(&send).await.map_err(|error| DelegationError::Provider(refusal(&error)))?;
        let who = self.identity(settings, pending, &tokens, code, now).await?;
        let refresh = tokens.refresh_token().ok_or_else(|| DelegationError::Provider(Failure::of(Check::Answered, "token.no_refresh_token")))?;
        let kept = self.kept(key, first, &tokens, &asked, now)?;
        // What the first token lacks of its own interface was not granted.
        let others = pending.permissions.iter().filter(|name| !asked.contains(*name)).cloned();
        let permissions = others.chain(asked.intersection(&kept.permissions).cloned()).collect();
        let refresh = self.seal(key, Purpose::RefreshToken(key.user), refresh.secret())?;
        let grant = Grant { version: 0, refresh, tokens: vec![kept], holder: who.subject().clone(), permissions, clients: BTreeSet::new(), granted_at: now };
        Ok(Consented { key, grant, who })
    }
    /// Stores a grant whose giver is the right one, for this application and those that the same person has allowed before.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn keep(&self, consented: Consented, client: &str, random: &dyn Random) -> Result<(), DelegationError> {
        let Consented { key, mut grant, .. } = consented;
        grant.version = first_version(random);
        if let Some(earlier) = self.grants.find(key).await?.filter(|earlier| earlier.holder == grant.holder) {
            grant.clients = earlier.clients;
        }
        grant.clients.insert(client.to_owned());
        Ok(self.grants.grant(key, grant).await?)
    }
    async fn identity(&self, settings: &DelegatedSettings, pending: &PendingConsent, tokens: &Tokens, code: &str, now: Timestamp) -> Result<VerifiedAssertion, DelegationError> {
        let connection = Connection { id: pending.key.connection, account: pending.account, name: String::new(), settings: settings.identity() };
        let sent = Pending {
            connection: connection.id,
            sent_at: pending.sent_at,
            fresh: false,
            max_age: None,
            second_factor: false,
            protocol: PendingProtocol::Oidc { nonce: pending.nonce.clone(), verifier: pending.verifier.clone() },
        };
        let id_token = tokens.extra_fields().id_token.clone().ok_or_else(|| DelegationError::Provider(Failure::of(Check::Answered, "token.no_id_token")))?;
        let beside = oidc::token_request::Tokens { id_token: Zeroizing::new(id_token), access_token: Zeroizing::new(tokens.access_token().secret().clone()) };
        self.party.prove(&connection, &sent, &beside, code, now).await.map_err(DelegationError::Identity)
    }
}

/// Where a grant's versions begin: at random, so that what was made from a grant that is forgotten by now is not stored over its successor.
fn first_version(random: &dyn Random) -> u64 {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    // Room above for every change there will ever be, also where numbers have a sign.
    u64::from_be_bytes(bytes) >> 2
}

/// The resource whose token comes with the code.
fn first_resource(settings: &DelegatedSettings) -> Resource {
    if settings.of(Resource::Graph).is_empty() { Resource::Exchange } else { Resource::Graph }
}

/// The code in the answer, when it is the one to this request.
fn code<'a>(callback: &'a CallbackParams, pending: &PendingConsent, now: Timestamp) -> Result<&'a str, ConsentFailure> {
    if !bool::from(callback.state().as_bytes().ct_eq(pending.state.as_bytes())) || callback.front_channel_token {
        return Err(ConsentFailure::State);
    }
    if now.seconds() > pending.sent_at.seconds().saturating_add(LONGEST) {
        return Err(ConsentFailure::Expired);
    }
    match (callback.error(), &callback.code) {
        (None, Some(code)) => Ok(code),
        (Some(error), _) => Err(declined(error, callback.description.as_deref().unwrap_or_default())),
        (None, None) => Err(ConsentFailure::State),
    }
}

/// What Entra means, by the numbers of its errors; its sentences are in any language.
fn declined(error: &str, description: &str) -> ConsentFailure {
    let says = |numbers: &[&str]| numbers.iter().any(|number| description.contains(number));
    if says(&["AADSTS65001", "AADSTS90094", "AADSTS900941"]) {
        return ConsentFailure::AdministratorNeeded;
    }
    if says(&["AADSTS700016"]) {
        return ConsentFailure::UnknownApplication;
    }
    if says(&["AADSTS50011"]) {
        return ConsentFailure::RedirectUri;
    }
    ConsentFailure::Declined(error.chars().filter(|c| !c.is_control()).take(100).collect())
}
