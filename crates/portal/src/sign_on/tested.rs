//! Step 3: a test of the whole way, as the six checks. It signs nobody in and changes nothing; a test that passed is what turning on asks for.
//! Values that wait can be tested before anybody takes them over (ADM-11); taken over after a test that passed, they are tested.

use std::{collections::BTreeSet, time::Duration};

use homeward_federation::report::{Report, report};
pub use homeward_federation::whole::{Document, DocumentKind, Ink, Line, Piece, Run, Whole};
use homeward_model::{CaseNumber, ConnectionId, Timestamp, Username};

use super::{
    Stored, changed, is_complete,
    mend::{self, Mend},
    ports::Tested,
    reached,
};
use crate::{authority::Action, entry::Granted, lifecycle::TESTED_DAYS, ports::Fault, session::Portal};

/// The last test, for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestShown {
    /// The six checks.
    pub report: Report,
    /// What mends the check that failed.
    pub mends: Vec<Mend>,
    /// When.
    pub at: Timestamp,
    /// It was a test of the values that still wait to be taken over.
    pub is_of_waiting: bool,
    /// Who began it, when it is somebody of this account.
    pub by: Option<String>,
    /// It was begun by this setup link.
    pub link: Option<CaseNumber>,
    /// The user that it means, in part.
    pub person: Option<String>,
    /// What arrived, in part.
    pub arrived: Vec<(String, Vec<String>)>,
    /// The name that nobody of the account has, for whoever may add somebody.
    pub unknown: Option<String>,
    /// Whether the whole answer can be read.
    pub has_whole: bool,
}

/// The whole answer to the last test, for its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeShown {
    /// The connection.
    pub connection: homeward_discovery::Connection,
    /// When the answer came, and what it was; `None` when none is kept that this reader may see.
    pub answer: Option<(Timestamp, Whole)>,
}

/// The whole answer to the last test of a connection: for whoever sees the test, as long as that is kept. `None`: this account has no such
/// connection.
///
/// # Errors
/// `Fault`.
pub async fn whole(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Option<WholeShown>, Fault> {
    granted.is_for(Action::ReadSignOn)?;
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(None) };
    let last = portal.sign_on.last_test(granted.account().id, id).await?.filter(|last| is_theirs(granted, last));
    Ok(Some(WholeShown { connection: stored.connection, answer: last.and_then(|last| Some((last.at, last.whole?))) }))
}

/// Whether a test can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// It can.
    Now,
    /// Values of the provider are missing.
    Incomplete,
    /// The values that were looked at wait no more, or others were taken over since.
    Others,
    /// This account has no such connection.
    Nobody,
}

/// Somebody begins a test, of what was taken over or of the values that wait by this name; Activity shows who.
///
/// # Errors
/// `Fault`.
pub async fn begin(portal: &Portal, granted: &Granted, id: ConnectionId, waiting: Option<&str>) -> Result<Begin, Fault> {
    granted.is_for(Action::PrepareSignOn)?;
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(Begin::Nobody) };
    let (tested, what) = match waiting {
        None => (stored.settings, "test sign-in"),
        Some(handle) => {
            let waits = portal.sign_on.proposal(granted.account().id, id, portal.now()).await?.filter(|waits| waits.handle == handle && !waits.is_of_services());
            let Some(waits) = waits.filter(|waits| waits.from == stored.settings) else { return Ok(Begin::Others) };
            (Some(waits.to), "test sign-in with values that wait")
        }
    };
    if !tested.is_some_and(|settings| is_complete(portal, &settings)) {
        return Ok(Begin::Incomplete);
    }
    portal.activity.note(&changed(portal, granted, what.into())).await?;
    Ok(Begin::Now)
}

/// Whether a test has passed lately, with what is entered now.
pub(super) async fn has_passed(portal: &Portal, stored: &Stored) -> Result<bool, Fault> {
    let since = portal.now().minus(Duration::from_secs(TESTED_DAYS * 86_400));
    portal.sign_on.has_passed(stored.connection.account, stored.connection.id, since).await
}

/// Whom a provider named in a test that was begun by others is nobody's business outside.
pub(super) fn is_theirs(granted: &Granted, last: &Tested) -> bool {
    granted.guest().is_none_or(|guest| last.link.as_ref() == Some(&guest.link.reference))
}

/// The connection as the last test had it, and whether with the values that wait. `None`: neither what was taken over nor what waits was
/// tested, so that nothing which the test showed says anything about them.
pub(super) async fn as_tested(portal: &Portal, stored: &Stored, last: &Tested) -> Result<Option<(Stored, bool)>, Fault> {
    if last.settings.is_none() || last.settings == stored.settings().digest() {
        return Ok(Some((stored.clone(), false)));
    }
    let (account, id) = (stored.connection.account, stored.connection.id);
    let waits = portal.sign_on.proposal(account, id, portal.now()).await?.filter(|waits| !waits.is_of_services() && waits.to.digest() == last.settings);
    Ok(waits.map(|waits| (Stored { settings: Some(waits.to), ..stored.clone() }, true)))
}

pub(super) async fn shown(portal: &Portal, granted: &Granted, stored: &Stored) -> Result<Option<TestShown>, Fault> {
    let account = granted.account().id;
    let Some(last) = portal.sign_on.last_test(account, stored.connection.id).await? else { return Ok(None) };
    // A setup link shows nobody.
    let by = match last.by.filter(|_| granted.may(Action::ReadUsers) && last.link.is_none()) {
        Some(user) => portal.people.names(account, &BTreeSet::from([user])).await?.into_iter().next().map(|(_, name)| name),
        None => None,
    };
    let is_theirs = is_theirs(granted, &last);
    let of = as_tested(portal, stored, &last).await?;
    let (tested, is_of_waiting) = of.as_ref().map_or((None, false), |(tested, waits)| (Some(tested), *waits));
    let report = report(last.failure.as_ref(), Some(&tested.unwrap_or(stored).settings()));
    let mends = match &report.failed {
        Some(found) if is_theirs => mend::of(portal, granted, (stored, tested), (&last, found)).await?,
        _ => Vec::new(),
    };
    Ok(Some(TestShown {
        report,
        mends,
        is_of_waiting,
        at: last.at,
        by,
        link: last.link,
        person: last.person.filter(|_| is_theirs),
        arrived: if is_theirs { last.arrived } else { Vec::new() },
        has_whole: is_theirs && last.whole.is_some(),
        unknown: last.unknown.filter(|name| granted.may(Action::AddUsers) && Username::parse(name).is_ok()),
    }))
}
