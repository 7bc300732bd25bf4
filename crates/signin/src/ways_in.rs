//! What the OpenID Provider asks of the rules of sign-in before a grant of ours goes on.

use std::{iter::once, sync::Arc};

use async_trait::async_trait;
use homeward_discovery::{Candidates, Condition, DeviceKind, Home, Known, Person, Question, WayIn, decide, way_in};
use homeward_model::{AccountNumber, ClientId, Clock, Timestamp, Username};
use homeward_provider::{SignedIn, StoreFault, Subject, WaysIn};

use crate::{ports::Directory, stage::Method};

/// Asks the rules of today about somebody whom a proof once let in.
pub struct GrantRules {
    /// Accounts, users, applications.
    pub directory: Arc<dyn Directory>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl WaysIn for GrantRules {
    /// An application refreshes from anywhere, its own server included: network and device of the person are not known. So the proof
    /// counts where it would count from some place; an account whose Single Sign-On is for one network alone keeps the grants of the others.
    async fn still_opens(&self, client: &ClientId, who: &SignedIn, subject: &Subject) -> Result<bool, StoreFault> {
        let fault = |fault: homeward_local_credential::StoreFault| StoreFault(fault.to_string());
        let Some(application) = self.directory.application(client).await.map_err(fault)? else { return Ok(false) };
        let (Ok(username), Ok(number)) = (Username::parse(&subject.username), AccountNumber::parse(&subject.account_number)) else { return Ok(false) };
        let known = Known { username: &username, account: &number, connection: None, application: &application, place: (None, DeviceKind::Unknown) };
        let candidates = self.directory.candidates(&username, &known.hints()).await.map_err(fault)?;
        let conditions = candidates.accounts.iter().flat_map(|candidate| &candidate.account.conditions);
        let zones = conditions.filter_map(|condition| if let Condition::Zone(zone) = condition { Some(zone.as_str()) } else { None });
        let mut places = once(None).chain(zones.map(Some)).flat_map(|zone| DeviceKind::ALL.iter().map(move |device| (zone, *device)));
        let now = self.clock.now();
        Ok(places.any(|place| counts(who, &Known { place, ..known }, &candidates, now)))
    }
}

/// Whether the proof would let that person in from this place now.
fn counts(who: &SignedIn, known: &Known<'_>, candidates: &Candidates, now: Timestamp) -> bool {
    if let Some(by) = who.connection {
        return way_in(known, by, Person::Stored, candidates, now) != WayIn::No;
    }
    // What a provider's word gave before its connection was written down may be any provider's: that person signs in once more.
    if who.federated {
        return false;
    }
    // A code by mail is let in by an outage alone, a password wherever it may be chosen.
    let by_mail = who.amr.iter().any(|method| method == Method::Mail.word());
    let hints = known.hints();
    let question = Question { wants_password: !by_mail, ..known.question(&hints) };
    match decide(&question, candidates, now).home {
        Home::Password { users, outage, .. } => users.contains(&who.user) && (!by_mail || outage.is_some()),
        Home::SingleSignOn { .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => false,
    }
}
