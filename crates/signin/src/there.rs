//! What a session keeps of the provider it came from, and sign-outs that are under way at a provider.
//!
//! Names of people at a provider stand in the store as SHA-256 only; what signing out there takes is sealed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_federation::{Called, CalledThere, Farewell, PendingSignOut, ReplayMark, VerifiedAssertion};
use homeward_local_credential::StoreFault;
use homeward_model::{ClientId, ConnectionId, SessionId, Timestamp};
use homeward_sealing::{Again, Sealer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ports::AuditEvent, stage::NotBack};

/// What a session keeps of the provider it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct There {
    /// The connection.
    pub connection: ConnectionId,
    /// What the provider calls the person and its session.
    pub called: Called,
    /// What signing out there takes, sealed for this connection.
    pub farewell: SealedFarewell,
}

/// A farewell, sealed, in base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedFarewell(String);

impl std::fmt::Debug for SealedFarewell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedFarewell(…)")
    }
}

/// Where it rests (KS-01): one of another connection does not open.
fn place(connection: ConnectionId) -> String {
    format!("session_there/{connection}")
}

impl There {
    /// What is kept of an assertion. `None` only when the cryptographic library fails.
    pub(crate) fn of(assertion: &VerifiedAssertion, sealer: &Sealer) -> Option<Self> {
        let plain = serde_json::to_vec(assertion.farewell()).ok()?;
        let sealed = sealer.seal(&place(assertion.connection()), &plain)?;
        Some(Self { connection: assertion.connection(), called: assertion.called().clone(), farewell: SealedFarewell(STANDARD.encode(sealed)) })
    }
    /// What signing out there takes; `None` when it was sealed for another connection or under a root key that is gone.
    pub(crate) fn farewell(&self, sealer: &Sealer) -> Option<Farewell> {
        let plain = sealer.open(&place(self.connection), &STANDARD.decode(&self.farewell.0).ok()?)?;
        serde_json::from_slice(&plain).ok()
    }
}

/// Seals every farewell of a document again under the present root key, wherever it stands. Gives how many an older root key had sealed, by
/// the number of that key.
pub fn seal_again(sealer: &Sealer, document: &mut Value) -> BTreeMap<u8, u64> {
    let mut found = BTreeMap::new();
    each_farewell(document, &mut |connection, text| {
        let Ok(sealed) = STANDARD.decode(text.as_str()) else { return };
        if let (Again::Sealed(fresh), Some(number)) = (sealer.again(&place(connection), &sealed), sealed.first()) {
            *text = STANDARD.encode(fresh);
            *found.entry(*number).or_default() += 1;
        }
    });
    found
}

/// How many farewells of a document do not open.
pub fn closed(sealer: &Sealer, document: &mut Value) -> u64 {
    let mut found = 0;
    each_farewell(document, &mut |connection, text| {
        let opened = STANDARD.decode(text.as_str()).ok().and_then(|sealed| sealer.open(&place(connection), &sealed));
        found += u64::from(opened.is_none());
    });
    found
}

/// Every farewell with the connection that stands beside it.
fn each_farewell(document: &mut Value, change: &mut impl FnMut(ConnectionId, &mut String)) {
    match document {
        Value::Array(all) => all.iter_mut().for_each(|part| each_farewell(part, change)),
        Value::Object(all) => {
            let connection = all.get("connection").and_then(Value::as_str).and_then(ConnectionId::parse);
            if let (Some(connection), Some(Value::String(text))) = (connection, all.get_mut("farewell")) {
                change(connection, text);
            }
            all.values_mut().for_each(|part| each_farewell(part, change));
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A provider at which the person may still be signed in, as a page names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The account whose provider it is.
    pub account: String,
    /// What people call the provider.
    pub provider: String,
}

/// One provider of a sign-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Its name.
    pub place: Place,
    /// What the session kept of it.
    pub there: There,
}

/// Why a provider's session may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// Nobody signs out there from here.
    Elsewhere,
    /// Signing out there is offered.
    Offered,
    /// The provider did not confirm it: no answer, a wrong one, or no.
    NotConfirmed,
}

/// A sign-out that goes on at providers, after every session of the browser has ended here. A server record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOutSent {
    /// The application that asked.
    pub client: Option<ClientId>,
    /// A registered address to go to at the end.
    pub redirect: Option<String>,
    /// The application wants the person back where nobody goes: they are told at the end.
    #[serde(default)]
    pub not_back: Option<NotBack>,
    /// The browser it belongs to (`__Host-browser`).
    pub browser: String,
    /// The provider at which the person is.
    pub here: Option<(Stop, PendingSignOut)>,
    /// Those that come after it.
    pub rest: Vec<Stop>,
    /// Those whose session may be open.
    pub open: Vec<(Stop, Open)>,
    /// Those that have confirmed it.
    pub closed: Vec<Place>,
}

/// How a provider answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// Signed out there.
    Out,
    /// It says that it could not.
    Refused,
}

/// A provider's word that somebody is signed out there, verified.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The connection. Nothing of another one ends.
    pub connection: ConnectionId,
    /// Whom it means.
    pub called: &'a CalledThere,
    /// What must not be accepted twice.
    pub mark: &'a ReplayMark,
    /// The audit's line of the notice.
    pub received: &'a AuditEvent,
    /// The audit's line of each session that ends; whose it was is filled in.
    pub ended: &'a AuditEvent,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndedThere {
    /// These sessions ended, with their grants and codes; the lines that were written to the audit.
    Sessions(Vec<AuditEvent>),
    /// The mark was seen before; nothing was done.
    Used,
}

/// What sessions keep of their providers, and sign-outs under way. Handles are stored as SHA-256 only.
#[async_trait]
pub trait SignOuts: Send + Sync {
    /// What was kept with a session.
    async fn there(&self, session: SessionId) -> Result<Option<There>, StoreFault>;
    /// Ends what a provider says has ended, notes the mark, and writes notices to applications and the audit's lines: one step. Sessions
    /// that rest end as well, as long as anything was granted under them.
    async fn end_there(&self, told: &Told<'_>) -> Result<EndedThere, StoreFault>;
    /// Keeps a sign-out until then.
    async fn keep_sign_out(&self, handle_hash: &[u8; 32], sent: &SignOutSent, until: Timestamp) -> Result<(), StoreFault>;
    /// Reads one that is not over, and counts the reading: an answer is about to be verified. `None` when there is none, or it was
    /// answered, or tried too often.
    async fn try_sign_out(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<SignOutSent>, StoreFault>;
    /// Notes how the provider answered; the first answer counts.
    async fn note_sign_out(&self, handle_hash: &[u8; 32], went: Went) -> Result<(), StoreFault>;
    /// Hands it to the browser it belongs to, once, with the provider's answer if there was one.
    async fn take_sign_out(&self, handle_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<(SignOutSent, Option<Went>)>, StoreFault>;
}
