//! Where a connection stands, an outage that ends by itself, and the way back from the last step.

use std::{fmt, time::Duration};

use homeward_discovery::{Account, AllowLocal, Connection, ConnectionState, Outage, SsoMode};
use homeward_model::{ConnectionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lifecycle::{Move, MoveRefused, step};

/// The longest outage, in hours. Whoever needs more says so again.
pub const MOST_HOURS: u32 = 72;
/// How long a step can be taken back.
pub const UNDO: Duration = Duration::from_secs(24 * 3_600);

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its state.
    pub state: ConnectionState,
    /// The end of an outage; goes with that state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<Outage>,
}

impl Standing {
    /// As it is at this moment: an outage that is over is none.
    pub fn of(connection: &Connection, now: Timestamp) -> Self {
        match connection.state_at(now) {
            ConnectionState::Outage => Self { state: ConnectionState::Outage, outage: connection.outage },
            state => Self { state, outage: None },
        }
    }
    /// The connection, standing here.
    pub fn put_into(self, connection: &Connection) -> Connection {
        Connection { state: self.state, outage: self.outage, ..connection.clone() }
    }
}

/// A step that was taken, as it is kept so that it can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Whose.
    pub connection: ConnectionId,
    /// When.
    pub at: Timestamp,
    /// Where the connection stood.
    pub before: Standing,
    /// Where it stands since.
    pub after: Standing,
    /// What came with it, by a file.
    #[serde(default, skip_serializing_if = "Beside::is_nothing")]
    pub beside: Beside,
    /// How the account offers it, where the same step has changed that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferTaken>,
    /// Which connection the account's people are led to, where the same step has changed that. A step that was kept before this was leaves it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub led: Option<LedTaken>,
}

impl Taken {
    /// The step the other way, to where the connection stands then.
    #[must_use]
    pub fn back(&self, to: Standing) -> Self {
        let offer = self.offer.map(|offer| OfferTaken { before: offer.after, after: offer.before });
        let led = self.led.map(|led| LedTaken { before: led.after, after: led.before });
        Self { before: self.after, after: to, offer, led, ..*self }
    }
    /// The step as far as it can be taken back from an account as it is: what somebody has changed since of the account is left out, and stays.
    #[must_use]
    pub fn that_stands(&self, account: &Account) -> Self {
        let offer = self.offer.filter(|offer| Offered::of(account) == offer.after);
        Self { offer, led: self.led.filter(|led| account.connection == led.after), ..*self }
    }
    /// Whether the account is as it was before the step, in what the step changes of it.
    pub fn finds(&self, account: &Account) -> bool {
        self.offer.is_none_or(|offer| Offered::of(account) == offer.before) && self.led.is_none_or(|led| account.connection == led.before)
    }
    /// The account as the step leaves it.
    #[must_use]
    pub fn put_into(&self, account: &Account) -> Account {
        let Offered { mode, local } = self.offer.map_or_else(|| Offered::of(account), |offer| offer.after);
        Account { sso_mode: mode, allow_local: local, connection: self.led.map_or(account.connection, |led| led.after), ..account.clone() }
    }
    /// What becomes of how the account offers it when the step is taken back; `None`: the step has not changed it.
    pub fn offer_back(&self, account: &Account) -> Option<OfferBack> {
        let offer = self.offer?;
        Some(if Offered::of(account) == offer.after { OfferBack::To(offer.before) } else { OfferBack::Stays })
    }
}

/// How an account offers Single Sign-On, as far as a step can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// A button, or at once.
    pub mode: SsoMode,
    /// Whether passwords work beside it.
    pub local: AllowLocal,
}

impl Offered {
    /// As the account has it.
    pub fn of(account: &Account) -> Self {
        Self { mode: account.sso_mode, local: account.allow_local }
    }
}

/// "button, passwords yes"
impl fmt::Display for Offered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, passwords {}", self.mode.word(), self.local.word())
    }
}

/// How the account offered it before a step that has changed that, and since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferTaken {
    /// Before.
    pub before: Offered,
    /// Since.
    pub after: Offered,
}

/// Which connection the account's people were led to before a step that has changed that, and since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedTaken {
    /// Before.
    pub before: Option<ConnectionId>,
    /// Since.
    pub after: Option<ConnectionId>,
}

/// What becomes of how the account offers it when the step that changed it is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferBack {
    /// It is offered as before the step.
    To(Offered),
    /// Somebody has changed it since: it stays.
    Stays,
}

/// "offered again: button, passwords yes"
impl fmt::Display for OfferBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::To(offered) => write!(f, "offered again: {offered}"),
            Self::Stays => f.write_str("how it is offered was changed since, and stays"),
        }
    }
}

/// What else of where an account's people sign in was changed together with a step of a connection. The step taken back alone would bring nobody back
/// whom this has moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// Settings of the account.
    pub account: bool,
    /// How many domains.
    pub domains: usize,
    /// Of how many people the state, the rule, the emergency access, or a group that a rule or the pilot names.
    pub people: usize,
}

impl Beside {
    /// Whether the step came alone.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// "settings of the account, 2 domains, what is said of 3 people"
impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.account.then(|| "settings of the account".to_owned());
        let domains = (self.domains > 0).then(|| format!("{} domain{}", self.domains, if self.domains == 1 { "" } else { "s" }));
        let people = (self.people > 0).then(|| format!("what is said of {} {}", self.people, if self.people == 1 { "person" } else { "people" }));
        f.write_str(&[account, domains, people].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// Where a step other than an outage leads.
///
/// # Errors
/// Why it cannot be taken.
pub fn moved(connection: &Connection, has_settings: bool, wish: Move, now: Timestamp) -> Result<Standing, MoveRefused> {
    match wish {
        // It has an end, which `outage` asks for.
        Move::Outage => Err(MoveRefused::Hours),
        wish => step(connection.state_at(now), has_settings, wish).map(|state| Standing { state, outage: None }),
    }
}

/// Local sign-in for so many hours from now (B-167). In an outage that is under way it sets a new end; what comes afterwards stays.
///
/// # Errors
/// Why not.
pub fn outage(connection: &Connection, hours: u32, now: Timestamp) -> Result<Standing, MoveRefused> {
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(MoveRefused::Hours);
    }
    let present = Standing::of(connection, now);
    let back = match present {
        Standing { state: ConnectionState::Outage, outage } => outage.map_or(ConnectionState::Enforced, |outage| outage.back),
        Standing { state, .. } => {
            step(state, true, Move::Outage)?;
            state
        }
    };
    let until = now.plus(Duration::from_secs(u64::from(hours) * 3_600));
    Ok(Standing { state: ConnectionState::Outage, outage: Some(Outage { until, back }) })
}

/// Why the last step is not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UndoRefused {
    /// There is none, or it was taken back already.
    #[error("there is no step that could be taken back")]
    Nothing,
    /// It is too long ago.
    #[error("the last step was taken more than 24 hours ago; use: homeward connection state")]
    TooLate,
    /// Something else has moved the connection since, be it the end of an outage.
    #[error("the connection stands elsewhere by now; use: homeward connection state")]
    Elsewhere,
    /// It came by a file, with more that says where people sign in.
    #[error("the file that brought the last step has changed more of where people sign in ({0}), which would stay: change it back in the file and apply that, or move the connection alone: homeward connection state")]
    NotAlone(Beside),
}

/// Where the connection stands when the last step is taken back.
///
/// # Errors
/// Why it is not.
pub fn undo(last: Option<&Taken>, connection: &Connection, now: Timestamp) -> Result<Standing, UndoRefused> {
    let taken = last.filter(|taken| taken.connection == connection.id).ok_or(UndoRefused::Nothing)?;
    if now.since(taken.at) >= UNDO {
        return Err(UndoRefused::TooLate);
    }
    if Standing::of(connection, now) != taken.after {
        return Err(UndoRefused::Elsewhere);
    }
    if !taken.beside.is_nothing() {
        return Err(UndoRefused::NotAlone(taken.beside));
    }
    // What was an outage then may be over by now.
    Ok(Standing::of(&taken.before.put_into(connection), now))
}

#[cfg(test)]
mod tests {
    use homeward_model::{AccountId, SystemRandom};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn later(hours: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(hours * 3_600))
    }

    fn connection(state: ConnectionState) -> Connection {
        Connection { id: ConnectionId::generate(&SystemRandom), account: AccountId::generate(&SystemRandom), name: "Entra".into(), state, outage: None }
    }

    /// B-167, B-172: an outage has an end, is prolonged from any moment of it, and leads back to where it came from.
    #[test]
    fn an_outage_has_an_end_and_leads_back() {
        for back in [ConnectionState::Enforced, ConnectionState::Pilot] {
            let before = connection(back);
            let out = outage(&before, 4, NOW).unwrap().put_into(&before);
            assert_eq!((out.state_at(later(3)), out.state_at(later(4))), (ConnectionState::Outage, back));
            let longer = outage(&out, 8, later(3)).unwrap().put_into(&out);
            assert_eq!((longer.state_at(later(10)), longer.state_at(later(11))), (ConnectionState::Outage, back));
            assert_eq!(Standing::of(&longer, later(11)), Standing { state: back, outage: None });
        }
        for (state, hours, why) in [(ConnectionState::Enforced, 0, MoveRefused::Hours), (ConnectionState::Enforced, 73, MoveRefused::Hours)] {
            assert_eq!(outage(&connection(state), hours, NOW), Err(why));
        }
        for state in [ConnectionState::Draft, ConnectionState::Tested, ConnectionState::Retired] {
            assert!(matches!(outage(&connection(state), 4, NOW), Err(MoveRefused::NotFrom { .. })), "{state:?}");
        }
        assert_eq!(moved(&connection(ConnectionState::Enforced), true, Move::Outage, NOW), Err(MoveRefused::Hours), "none without an end");
    }

    /// A step that was kept before it said whom it leads is read, and leaves that as it is; one that says it is read as it was written.
    #[test]
    fn a_step_of_before_leaves_where_people_are_led() {
        let one = connection(ConnectionState::Pilot);
        let (before, after) = (Standing { state: ConnectionState::Draft, outage: None }, Standing::of(&one, NOW));
        let led = Some(LedTaken { before: None, after: Some(one.id) });
        let taken = Taken { connection: one.id, at: NOW, before, after, beside: Beside::default(), offer: None, led };
        let mut kept = serde_json::to_value(taken).unwrap();
        assert_eq!(serde_json::from_value::<Taken>(kept.clone()).unwrap(), taken);
        kept.as_object_mut().unwrap().remove("led").unwrap();
        let old: Taken = serde_json::from_value(kept).unwrap();
        assert_eq!(old, Taken { led: None, ..taken });
        assert_eq!((taken.back(before).led, old.back(before).led), (Some(LedTaken { before: Some(one.id), after: None }), None));
    }

    /// Every step can be taken back for a day, and only while nothing else has happened.
    #[test]
    fn the_last_step_is_taken_back_within_a_day() {
        let before = connection(ConnectionState::Enforced);
        let after = outage(&before, 30, NOW).unwrap();
        let taken = Taken { connection: before.id, at: NOW, before: Standing::of(&before, NOW), after, beside: Beside::default(), offer: None, led: None };
        let out = after.put_into(&before);
        assert_eq!(undo(Some(&taken), &out, later(23)), Ok(Standing { state: ConnectionState::Enforced, outage: None }));
        assert_eq!(undo(Some(&taken), &out, later(24)), Err(UndoRefused::TooLate));
        assert_eq!(undo(None, &out, NOW), Err(UndoRefused::Nothing));
        assert_eq!(undo(Some(&taken), &connection(ConnectionState::Enforced), NOW), Err(UndoRefused::Nothing), "another connection's");
        assert_eq!(undo(Some(&taken), &before, NOW), Err(UndoRefused::Elsewhere));
        let beside = Beside { account: true, domains: 1, people: 2 };
        let with_more = undo(Some(&Taken { beside, ..taken }), &out, later(1)).unwrap_err();
        assert_eq!(with_more, UndoRefused::NotAlone(beside));
        assert!(with_more.to_string().contains("(settings of the account, 1 domain, what is said of 2 people)"), "{with_more}");
        let short = Taken { after: outage(&before, 1, NOW).unwrap(), ..taken };
        assert_eq!(undo(Some(&short), &short.after.put_into(&before), later(2)), Err(UndoRefused::Elsewhere), "it has ended by itself");
        let ended = Taken { at: later(1), before: short.after, after: Standing { state: ConnectionState::Retired, outage: None }, ..taken };
        let retired = ended.after.put_into(&before);
        assert_eq!(undo(Some(&ended), &retired, later(3)), Ok(Standing { state: ConnectionState::Enforced, outage: None }), "the outage is over by now");
    }
}
