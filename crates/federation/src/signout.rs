//! Signing out at a provider, and hearing that somebody signed out there, whichever protocol the connection speaks.
//!
//! SAML single logout (Profiles 4.4); OpenID Connect RP-Initiated Logout 1.0 and Back-Channel Logout 1.0. Our own session has ended
//! before anybody is sent away, and what a provider says ends only what came from this very connection.

use homeward_model::{ConnectionId, Random, Timestamp};
use homeward_sealing::sha256;
use serde::{Deserialize, Serialize};

use crate::{
    Check, Connection, Departure, Door, Failure, OurSide, Protocol, ReplayMark, Subject,
    oidc::{EndSession, LogoutTokenError},
    saml::logout::{self, Incoming, Leaver, LogoutError, LogoutOutcome, LogoutRequest},
};

/// What a provider calls a person and their session, as SHA-256: sessions are found by it when the provider ends them, and nothing
/// can be read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The person.
    pub person: [u8; 32],
    /// The provider's own session, when it named one.
    pub session: Option<[u8; 32]>,
}

/// Whom a provider means. Never everybody: a name without sessions is all of that person's, sessions without a name are those only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalledThere {
    /// This person: the sessions named, or all of them when none is.
    Person {
        /// As in [`Called::person`].
        person: [u8; 32],
        /// As in [`Called::session`].
        sessions: Vec<[u8; 32]>,
    },
    /// Whoever has this session.
    Session([u8; 32]),
}

/// A hash over parts that cannot run into each other.
fn hashed(parts: &[&str]) -> [u8; 32] {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    sha256(&bytes)
}

fn session_of(issuer: &str, session: &str) -> [u8; 32] {
    hashed(&["session", issuer, session])
}

fn person_by_name_id(subject: &Subject) -> [u8; 32] {
    hashed(&["name id", &subject.issuer, &subject.kind, &subject.value])
}

fn person_by_sub(issuer: &str, sub: &str) -> [u8; 32] {
    hashed(&["sub", issuer, sub])
}

impl Called {
    /// By NameID and SessionIndex (SAML Core 3.7.1).
    pub(crate) fn by_name_id(subject: &Subject, session: Option<&str>) -> Self {
        Self { person: person_by_name_id(subject), session: session.map(|session| session_of(&subject.issuer, session)) }
    }
    /// By `sub` and `sid` (Back-Channel Logout 1.0, 2.4); `sub` always, whichever claim binds the person.
    pub(crate) fn by_claims(issuer: &str, sub: &str, sid: Option<&str>) -> Self {
        Self { person: person_by_sub(issuer, sub), session: sid.map(|sid| session_of(issuer, sid)) }
    }
}

/// What signing out there takes. It names the person at the provider: callers keep it sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Farewell {
    /// NameID with its kind.
    pub subject: Subject,
    /// `SessionIndex`, `sid`.
    pub session: Option<String>,
    /// `logout_hint`.
    pub hint: Option<String>,
    /// `id_token_hint`, where it is used.
    pub id_token: Option<String>,
}

impl std::fmt::Debug for Farewell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Farewell(…)")
    }
}

/// What must be remembered of somebody who was sent away to sign out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSignOut {
    /// The connection. What comes back is checked against its keys and no others.
    pub connection: ConnectionId,
    /// `ID` of the LogoutRequest; OpenID Connect has none.
    pub request_id: Option<String>,
}

/// Why nobody can be sent to sign out there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignOutError {
    /// SAML.
    #[error(transparent)]
    Saml(#[from] LogoutError),
    /// The provider publishes no address for signing out, or its documents cannot be had.
    #[error("the provider has no end_session_endpoint, or its documents cannot be had")]
    NoEndSession,
}

/// Longest message of signing out that is read, in characters of its form, and unpacked where it came by an address: it names one person and some of their sessions.
pub(crate) const MOST_READ: usize = 64 * 1024;

/// A provider says that somebody is signed out. Nothing in it is believed.
#[derive(Clone, Debug)]
pub enum UnverifiedNotice {
    /// `SAMLRequest` of a form, with its RelayState.
    Form {
        /// In base64.
        message: String,
        /// To send back.
        relay_state: Option<String>,
    },
    /// The raw query with `SAMLRequest`.
    Query(String),
    /// `logout_token`.
    Token(String),
}

impl UnverifiedNotice {
    /// Nothing of such a one is read. An address, and the form with a logout token, is shorter anyway.
    const fn is_too_long(&self) -> bool {
        matches!(self, Self::Form { message, .. } if message.len() > MOST_READ)
    }
    /// The issuer that a request by SAML names. Nothing but the choice of a connection, whose keys verify it, may follow from that.
    pub fn unverified_issuer(&self) -> Option<String> {
        match self {
            _ if self.is_too_long() => None,
            Self::Form { message, .. } => logout::unverified_issuer(Incoming::Post(message)),
            Self::Query(query) => logout::unverified_issuer(Incoming::Redirect(query)),
            Self::Token(_) => None,
        }
    }
}

/// What comes back after signing out there. Nothing in it is believed.
#[derive(Clone, Debug)]
pub enum UnverifiedReturn {
    /// `SAMLResponse` of a form, in base64.
    Form(String),
    /// The raw query with `SAMLResponse`.
    Query(String),
    /// OpenID Connect: the person comes back with our `state`, and nothing more is said.
    Bare,
}

/// A verified notice. The caller ends the sessions of this connection that are meant, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Whom it means.
    pub called: CalledThere,
    /// What must not be accepted twice.
    pub replay: ReplayMark,
    request: Option<LogoutRequest>,
}

impl Door {
    /// The way to sign out at the provider. `handle` is random and comes back as RelayState or `state`.
    ///
    /// # Errors
    /// `SignOutError`: the provider has no address for it, or we have no key.
    pub async fn begin_sign_out(
        &self,
        connection: &Connection,
        own: &OurSide,
        (farewell, handle): (&Farewell, &str),
        at: (Timestamp, &dyn Random),
    ) -> Result<(Departure, PendingSignOut), SignOutError> {
        match &connection.settings.protocol {
            Protocol::Saml(_) => {
                let who = Leaver { subject: &farewell.subject, session_index: farewell.session.as_deref(), handle };
                let (departure, id) = logout::begin_logout(connection, own.service_provider(), who, at.0, at.1)?;
                Ok((departure, PendingSignOut { connection: connection.id, request_id: Some(id) }))
            }
            Protocol::Oidc(_) => {
                let to = EndSession { return_to: own.signed_out_uri(), state: handle, id_token: farewell.id_token.as_deref(), hint: farewell.hint.as_deref() };
                let departure = self.oidc.end_session(connection, &to, at.0).await.ok_or(SignOutError::NoEndSession)?;
                Ok((departure, PendingSignOut { connection: connection.id, request_id: None }))
            }
        }
    }

    /// How signing out there went. An OpenID Provider sends the person back and says nothing: coming back with our `state` is the answer.
    ///
    /// # Errors
    /// The first check that failed.
    pub async fn finish_sign_out(
        &self,
        connection: &Connection,
        own: &OurSide,
        unverified: UnverifiedReturn,
        pending: &PendingSignOut,
        now: Timestamp,
    ) -> Result<LogoutOutcome, Failure> {
        let other = || Failure::of(Check::MeantForUs, "answer.other_protocol");
        let id = match (&connection.settings.protocol, &unverified, &pending.request_id) {
            (Protocol::Oidc(_), UnverifiedReturn::Bare, None) => return Ok(LogoutOutcome::Success),
            (Protocol::Saml(_), UnverifiedReturn::Form(_) | UnverifiedReturn::Query(_), Some(id)) => id.clone(),
            _ => return Err(other()),
        };
        let (connection, sp) = (connection.clone(), own.service_provider().clone());
        self.aside(move || {
            let incoming = match &unverified {
                UnverifiedReturn::Form(message) => Incoming::Post(message),
                UnverifiedReturn::Query(query) => Incoming::Redirect(query),
                UnverifiedReturn::Bare => return Err(other()),
            };
            logout::read_response(incoming, &connection, &sp, &id, now)
        })
        .await
    }

    /// Verifies what a provider says of somebody's sign-out, with the keys of this connection.
    ///
    /// # Errors
    /// The first check that failed.
    pub async fn hear(&self, connection: &Connection, own: &OurSide, unverified: UnverifiedNotice, now: Timestamp) -> Result<Notice, Failure> {
        match (&connection.settings.protocol, unverified) {
            (_, unverified) if unverified.is_too_long() => Err(Failure::of(Check::Answered, "xml.too_large")),
            (Protocol::Oidc(_), UnverifiedNotice::Token(token)) => self.hear_token(connection, &token, now).await,
            (Protocol::Saml(_), UnverifiedNotice::Form { message, relay_state }) => {
                let (connection, sp) = (connection.clone(), own.service_provider().clone());
                let read = self.aside(move || logout::read_request(Incoming::Post(&message), &connection, &sp, now)).await?;
                Ok(Notice::of(LogoutRequest { relay_state, ..read }))
            }
            (Protocol::Saml(_), UnverifiedNotice::Query(query)) => {
                let (connection, sp) = (connection.clone(), own.service_provider().clone());
                let read = self.aside(move || logout::read_request(Incoming::Redirect(&query), &connection, &sp, now)).await?;
                Ok(Notice::of(read))
            }
            (Protocol::Oidc(_), _) | (Protocol::Saml(_), UnverifiedNotice::Token(_)) => Err(Failure::of(Check::MeantForUs, "answer.other_protocol")),
        }
    }

    async fn hear_token(&self, connection: &Connection, token: &str, now: Timestamp) -> Result<Notice, Failure> {
        let told = self.oidc.logout_token(connection, token, now).await.map_err(|error| match error {
            LogoutTokenError::Refused(failure) => failure,
            LogoutTokenError::Connection => Failure::of(Check::MeantForUs, "settings.refused"),
        })?;
        let session = told.session.as_deref().map(|sid| session_of(&told.issuer, sid));
        let called = match (told.subject.as_deref(), session) {
            (Some(sub), session) => CalledThere::Person { person: person_by_sub(&told.issuer, sub), sessions: session.into_iter().collect() },
            (None, Some(session)) => CalledThere::Session(session),
            (None, None) => return Err(Failure::of(Check::Names, "logout.names_nobody")),
        };
        let replay = ReplayMark { key: format!("{}\u{1f}logout\u{1f}{}", told.issuer, told.token_id), until: told.until };
        Ok(Notice { called, replay, request: None })
    }

    /// The answer to a notice, where the protocol has one: SAML's LogoutResponse.
    ///
    /// # Errors
    /// When the connection has no logout service, or we have no key.
    pub fn answer_notice(&self, connection: &Connection, own: &OurSide, notice: &Notice, at: (Timestamp, &dyn Random)) -> Result<Option<Departure>, SignOutError> {
        let Some(request) = &notice.request else { return Ok(None) };
        Ok(Some(logout::answer_logout(connection, own.service_provider(), request, at.0, at.1)?))
    }
}

impl Notice {
    fn of(request: LogoutRequest) -> Self {
        let sessions = request.session_indexes.iter().map(|index| session_of(&request.subject.issuer, index)).collect();
        Self {
            called: CalledThere::Person { person: person_by_name_id(&request.subject), sessions },
            replay: request.replay.clone(),
            request: Some(request),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SL-02, OL-13: what means one person or session means no other, whatever runs into what.
    #[test]
    fn sl_02_names_of_two_kinds_are_two() {
        let subject = |issuer: &str, kind: &str, value: &str| Subject { issuer: issuer.into(), kind: kind.into(), value: value.into() };
        let one = Called::by_name_id(&subject("https://idp.example", "email", "ann"), Some("_1"));
        assert_eq!(one, Called::by_name_id(&subject("https://idp.example", "email", "ann"), Some("_1")));
        for other in [("https://idp.example", "emai", "lann"), ("https://idp.example", "persistent", "ann"), ("https://idp.exampl", "eemail", "ann")] {
            assert_ne!(one.person, Called::by_name_id(&subject(other.0, other.1, other.2), None).person);
        }
        assert_ne!(one.person, Called::by_claims("https://idp.example", "ann", None).person);
        assert_ne!(one.session, Called::by_claims("https://other.example", "ann", Some("_1")).session);
        assert_ne!(one.session, Some(one.person));
        assert_eq!(format!("{:?}", Farewell { subject: subject("i", "k", "v"), session: None, hint: None, id_token: Some("t".into()) }), "Farewell(…)");
    }
}
