//! An answer of a provider that was refused, found by the reference on the person's page: the same six checks as a test sign-in, with both
//! values. It is kept for thirty days, without anybody's name.

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::{ConnectionSettings, Failure, Preset, report::{Report, report}};
use homeward_model::{AccountId, CaseNumber, ConnectionId, Timestamp};

use crate::{authority::Action, entry::Granted, ports::Fault, session::Portal, sign_on::compare};

/// What is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAnswer {
    /// The connection.
    pub connection: ConnectionId,
    /// When it came.
    pub at: Timestamp,
    /// What failed.
    pub failure: Failure,
    /// For which application somebody signed in.
    pub application: Option<String>,
    /// Whether somebody here had asked for it. Any other is a stranger's to send.
    pub asked: bool,
}

/// Answers that were refused.
#[async_trait::async_trait]
pub trait RefusedAnswers: Send + Sync {
    /// The one with this reference, of a connection of this account.
    async fn refused_answer(&self, account: AccountId, reference: &CaseNumber) -> Result<Option<RefusedAnswer>, Fault>;
}

/// The six checks of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its reference.
    pub reference: CaseNumber,
    /// When it came.
    pub at: Timestamp,
    /// The connection.
    pub connection: Connection,
    /// Whose product the provider is.
    pub preset: Preset,
    /// The checks.
    pub report: Report,
    /// For which application somebody signed in.
    pub application: Option<String>,
    /// Whether somebody here had asked for it.
    pub asked: bool,
    /// The thumbprint of the certificate that it named and that nobody has added, for whoever may add it.
    pub unknown: Option<String>,
}

/// The answer with this reference; `None` when none is kept, or none of this account.
///
/// # Errors
/// `Fault`.
pub async fn one(portal: &Portal, granted: &Granted, reference: &str) -> Result<Option<Checked>, Fault> {
    // Whoever has just brought a certificate for it sees it again.
    granted.is_for(Action::ReadActivity).or_else(|_| granted.is_for(Action::PrepareSignOn))?;
    let account = granted.account().id;
    let Some(reference) = CaseNumber::parse(reference) else { return Ok(None) };
    let Some(kept) = portal.refused_answers.refused_answer(account, &reference).await? else { return Ok(None) };
    let Some(stored) = portal.sign_on.one(account, kept.connection).await? else { return Ok(None) };
    let settings: Option<&ConnectionSettings> = stored.settings.as_ref();
    let may_add = granted.guest().is_none() && granted.may(Action::PrepareSignOn) && stored.connection.state != ConnectionState::Retired;
    let unknown = compare::unknown(&kept.failure, settings).filter(|_| may_add && kept.asked).map(str::to_owned);
    Ok(Some(Checked {
        reference,
        at: kept.at,
        preset: settings.map_or(Preset::Generic, |settings| settings.preset),
        report: report(Some(&kept.failure), settings),
        connection: stored.connection,
        application: kept.application,
        asked: kept.asked,
        unknown,
    }))
}
