//! ID tokens (OpenID Connect Core 2) and the claims of a person by scope or one by one (Core 5.4, 5.5), through openidconnect's types.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use homeward_model::Timestamp;
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, Audience, AuthenticationContextClass, AuthenticationMethodReference, EndUserEmail, EndUserFamilyName, EndUserGivenName,
    EndUserName, EndUserUsername, IdTokenClaims, IssuerUrl, LocalizedClaim, Nonce, PrivateSigningKey, StandardClaims, SubjectIdentifier,
    core::CoreGenderClaim,
};
use serde::{Deserialize, Serialize};

use crate::{
    claims_request::Opened,
    client::Client,
    ports::{Ports, SignedIn, Subject},
};

/// How long an ID token lasts.
const LIFETIME: i64 = 300;

/// Claims of ours: the account's number, the session, and by scope groups and roles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnClaims {
    pub account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<BTreeSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<BTreeSet<String>>,
}

impl AdditionalClaims for OwnClaims {}

type OurClaims = IdTokenClaims<OwnClaims, CoreGenderClaim>;

/// The standard claims that are opened.
pub(crate) fn standard(who: &SignedIn, subject: &Subject, opened: &Opened<'_>) -> StandardClaims<CoreGenderClaim> {
    let email = subject.email.as_ref();
    let full = format!("{} {}", subject.given_name, subject.family_name).trim().to_owned();
    let some = |claim: &str, text: &str| (opened.tells(claim) && !text.is_empty()).then(|| text.to_owned());
    StandardClaims::new(SubjectIdentifier::new(who.user.to_string()))
        .set_email(email.filter(|_| opened.tells("email")).map(|(email, _)| EndUserEmail::new(email.clone())))
        .set_email_verified(email.filter(|_| opened.tells("email_verified")).map(|(_, verified)| *verified))
        .set_preferred_username(some("preferred_username", &subject.username).map(EndUserUsername::new))
        .set_name(some("name", &full).map(|n| LocalizedClaim::from(EndUserName::new(n))))
        .set_given_name(some("given_name", &subject.given_name).map(|n| LocalizedClaim::from(EndUserGivenName::new(n))))
        .set_family_name(some("family_name", &subject.family_name).map(|n| LocalizedClaim::from(EndUserFamilyName::new(n))))
}

/// Our own claims that are opened.
pub(crate) fn own(subject: &Subject, opened: &Opened<'_>, sid: Option<String>) -> OwnClaims {
    OwnClaims {
        account: subject.account_number.clone(),
        account_name: opened.tells("account_name").then(|| subject.account_name.clone()),
        sid,
        groups: opened.tells("groups").then(|| subject.groups.clone()),
        roles: opened.tells("roles").then(|| subject.roles.clone()),
    }
}

/// What a token is made for.
pub(crate) struct Minting<'a> {
    pub client: &'a Client,
    pub who: &'a SignedIn,
    pub subject: &'a Subject,
    pub nonce: Option<&'a str>,
    pub access_token: &'a str,
    /// Claims that the application wants in this very token.
    pub claims: &'a BTreeSet<String>,
}

/// A signed ID token in compact form; `None` when the library refuses. Claims about the person are at userinfo unless asked for here;
/// the ID token carries who, how, when, the account and the session (OT-25).
pub(crate) fn mint(ports: &Ports, minting: &Minting<'_>) -> Option<String> {
    let now = ports.clock.now();
    let signer = ports.keys.signer(minting.client.id_token_alg)?;
    let opened = Opened { scopes: &BTreeSet::new(), claims: minting.claims };
    let client_id = minting.client.client_id.as_str();
    let access_token = AccessToken::new(minting.access_token.to_owned());
    let at_hash = AccessTokenHash::from_token(&access_token, &signer.jws(), &signer.as_verification_key()).ok()?;
    let claims = OurClaims::new(
        IssuerUrl::new(ports.issuer.as_str().to_owned()).ok()?,
        vec![Audience::new(client_id.to_owned())],
        date(Timestamp::from_seconds(now.seconds().saturating_add(LIFETIME)))?,
        date(now)?,
        standard(minting.who, minting.subject, &opened),
        own(minting.subject, &opened, Some(minting.who.session.to_string())),
    )
    .set_access_token_hash(Some(at_hash))
    .set_nonce(minting.nonce.map(|n| Nonce::new(n.to_owned())))
    .set_auth_time(date(minting.who.auth_time))
    .set_auth_context_ref(minting.who.acr().map(|acr| AuthenticationContextClass::new(acr.to_owned())))
    .set_auth_method_refs(Some(minting.who.amr.iter().map(|m| AuthenticationMethodReference::new(m.clone())).collect()));
    let mut claims = serde_json::to_value(claims).ok()?;
    // The library writes the audience as a list; one audience is text, which every application reads (OT-25).
    claims.as_object_mut()?.insert("aud".into(), client_id.into());
    signer.jwt(None, &claims)
}

fn date(at: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.seconds(), 0)
}
