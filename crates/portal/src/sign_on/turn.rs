//! Step 4: turning it on, first for some and then for everybody, with its effect in numbers before it happens, and the way back.

use homeward_discovery::{Account, AllowLocal, Connection, ConnectionState, SsoMode};
use homeward_model::{ConnectionId, Timestamp, UserId};

use super::{
    Stored, changed,
    groups::{self, Group},
    is_complete,
    pilot::MOST,
    ports::{Offer, Turning},
    reached, tested,
    told::Telling,
};
use crate::{
    alarm::Alarm,
    authority::Action,
    entry::Granted,
    lifecycle::{Effect, Move, MoveRefused, effect_of, needs_test},
    ports::{Deed, Fault, Invitations, Moved},
    session::Portal,
    standing::{self, Beside, LedTaken, OfferBack, OfferTaken, Offered, Standing, Taken, UndoRefused},
};

/// Invitations that one step sends at most.
const MOST_INVITED: u32 = 5_000;

/// What step 4 shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switches {
    /// How the account offers it.
    pub mode: SsoMode,
    /// Whether passwords work beside it.
    pub local: AllowLocal,
    /// Whether the contract includes it.
    pub is_entitled: bool,
    /// Whom it concerns now.
    pub present: Effect,
    /// Whom the pilot would concern.
    pub pilot: Effect,
    /// Whom it would concern when it is on for the domains that the account has proved.
    pub domains: Effect,
    /// Whom it would concern when it is on for everybody.
    pub everybody: Effect,
    /// Whom it would concern when it is off.
    pub off: Effect,
    /// Users whose username is of no domain that the account has proved (ADM-9).
    pub unmatched: usize,
    /// Who is in the pilot: id and username.
    pub people: Vec<(UserId, String)>,
    /// Groups: those of the pilot, and then those that could be.
    pub groups: Vec<Group>,
    /// The last step, while it can be taken back.
    pub undo: Option<LastStep>,
    /// The account's people are led to this other connection.
    pub other: Option<String>,
}

/// The last step, as it is shown to whoever may take it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastStep {
    /// What names it: the step that was seen is the one that is taken back.
    pub seen: String,
    /// Until when it can be taken back.
    pub until: Timestamp,
    /// To where that leads.
    pub back: ConnectionState,
    /// What becomes of how it is offered, where the step has changed that.
    pub offer: Option<OfferBack>,
}

/// Why nothing was switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The contract does not include Single Sign-On.
    NotEntitled,
    /// Values of the provider are missing.
    Incomplete,
    /// No test sign-in has passed in the last thirty days with what is entered now (ADM-8).
    NotTested,
    /// Another connection of the account is on.
    OtherIsOn,
    /// The state does not lead there.
    Move(MoveRefused),
    /// The last step cannot be taken back.
    Undo(UndoRefused),
    /// Somebody else has changed something meanwhile.
    Elsewhere,
    /// Nobody would be left who could turn it back.
    LastWayIn,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// It was done.
    Done,
    /// It was done; so many of those who have no password got no mail.
    Uninvited(usize),
    /// The step was taken back, and how it is offered stays: somebody has changed that since.
    OfferStays,
    /// It was not.
    Refused(Refused),
    /// This account has no such connection.
    Nobody,
}

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// How it is offered; `None`: as it is.
    pub mode: Option<SsoMode>,
    /// Whether passwords work beside it; `None`: as it is.
    pub local: Option<AllowLocal>,
    /// The step of the connection; `None`: it stays where it is.
    pub step: Option<Move>,
    /// Whether those who come back to a password and have none get a mail.
    pub invite: bool,
    /// Whether those whom the step moves to the provider get a mail.
    pub tell: bool,
}

/// What the page has shown, which is what is changed (SM-06, ADM-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    /// What names the values that are entered.
    pub values: &'a str,
    /// What names the way it is offered; `None`: it is compared elsewhere.
    pub offer: Option<&'a str>,
}

/// What names the way an account offers Single Sign-On.
pub fn offer_seen(mode: SsoMode, local: AllowLocal) -> String {
    format!("{} {}", mode.word(), local.word())
}

/// Step 4, for the page.
pub(super) async fn switches(portal: &Portal, granted: &Granted, stored: &Stored) -> Result<Switches, Fault> {
    let (account, id, now) = (granted.account(), stored.connection.id, portal.now());
    let alike = portal.sign_on.alike(account.id).await?;
    // As it will be once it is turned on here.
    let on = groups::once_on(account);
    let last = portal.sign_on.last_step(account.id, id).await?;
    let undo = standing::undo(last.as_ref(), &stored.connection, now).ok().zip(last);
    let undo = undo.map(|(to, last)| LastStep { seen: named(&last), until: last.at.plus(standing::UNDO), back: to.state, offer: last.offer_back(account) });
    // A setup link shows nobody.
    let people = if granted.may(Action::ReadUsers) { portal.sign_on.pilot(account.id, MOST).await? } else { Vec::new() };
    let state = stored.connection.state_at(now);
    let count = |account: &Account, state: ConnectionState| effect_of(account, &alike, state);
    Ok(Switches {
        mode: account.sso_mode,
        local: account.allow_local,
        is_entitled: account.sso_entitled,
        present: count(account, state),
        pilot: count(&on, ConnectionState::Pilot),
        domains: count(&on, ConnectionState::Domains),
        everybody: count(&on, ConnectionState::Enforced),
        off: count(account, ConnectionState::Retired),
        unmatched: portal.sign_on.unmatched(account.id).await?,
        groups: if granted.may(Action::ReadUsers) { groups::shown(&on, &alike, state) } else { Vec::new() },
        people: people.into_iter().map(|user| (user.id, user.username.typed().to_owned())).collect(),
        undo,
        other: other_on(portal, account, id).await?,
    })
}

/// The name of another connection that people are led to.
async fn other_on(portal: &Portal, account: &Account, id: ConnectionId) -> Result<Option<String>, Fault> {
    let Some(other) = account.connection.filter(|other| *other != id) else { return Ok(None) };
    let found = portal.sign_on.one(account.id, other).await?;
    Ok(found.filter(|stored| stored.connection.state_at(portal.now()).is_in_use()).map(|stored| stored.connection.name))
}

/// What names the values that are entered: those that were seen are those that are turned on.
pub(super) fn values(stored: &Stored) -> Option<String> {
    let digest = stored.settings.as_ref()?.digest()?;
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Switches the connection, how the account offers it, or both in one step. What is turned on are the values that were `seen`: somebody
/// outside may enter others until then.
///
/// # Errors
/// `Fault`.
pub async fn turn(portal: &Portal, granted: &Granted, id: ConnectionId, (wish, seen): (&Wish, Seen<'_>)) -> Result<Turned, Fault> {
    granted.is_for(Action::SwitchSignOn)?;
    let account = granted.account();
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(Turned::Nobody) };
    let turns_on = matches!(wish.step, Some(Move::Pilot | Move::Domains | Move::Enforce | Move::Tested));
    if let Some(step) = wish.step.filter(|_| turns_on)
        && let Some(why) = in_the_way(portal, account, (&stored, step)).await?
    {
        return Ok(Turned::Refused(why));
    }
    let other_offer = (wish.mode.is_some() || wish.local.is_some()) && seen.offer.is_some_and(|seen| seen != offer_seen(account.sso_mode, account.allow_local));
    if other_offer || (turns_on && values(&stored).as_deref() != Some(seen.values)) {
        return Ok(Turned::Refused(Refused::Elsewhere));
    }
    let to = match wish.step.map(|step| target(&stored, step, portal.now())).transpose() {
        Ok(to) => to,
        Err(why) => return Ok(Turned::Refused(Refused::Move(why))),
    };
    let before = Offer { mode: account.sso_mode, local: account.allow_local, connection: account.connection };
    let mode = wish.mode.unwrap_or(if turns_on && before.mode == SsoMode::Off { SsoMode::Button } else { before.mode });
    let after = Offer { mode, local: wish.local.unwrap_or(before.local), connection: if turns_on { Some(id) } else { before.connection } };
    let (stood, stands) = (Offered { mode: before.mode, local: before.local }, Offered { mode: after.mode, local: after.local });
    let offer = (stands != stood).then_some(OfferTaken { before: stood, after: stands });
    let led = (after.connection != before.connection).then_some(LedTaken { before: before.connection, after: after.connection });
    let taken = to.map(|after| Taken { offer, led, ..taken(&stored.connection, after, portal.now()) });
    if taken.is_none() && after == before {
        return Ok(Turned::Refused(Refused::Move(MoveRefused::Already)));
    }
    let detail = [taken.as_ref().map(moved), offer.map(|_| format!("offered: {stood} → {stands}"))].into_iter().flatten().collect::<Vec<_>>().join("; ");
    let telling = (wish.tell && to.is_some()).then(|| Telling::of(portal, granted, &stored.connection));
    let turning = Turning { taken, undone: None, offer: (after != before).then_some((before, after)), values: stored.settings.filter(|_| turns_on), telling };
    let invites = wish.invite && granted.may(Action::Invite) && to.is_some_and(|to| to.state == ConnectionState::Retired);
    // Whom it concerns is read before the step: once that is done, nothing may fail any more.
    let back = if invites { Some(those_who_come_back(portal, account).await?) } else { None };
    let done = put(portal, granted, &turning, detail).await?;
    let (Turned::Done, Some((count, people))) = (done, back) else { return Ok(done) };
    let sent = invite(portal.invitations.as_ref(), people, |user| granted.deed(portal, "portal.invited", Some(user), String::new())).await;
    Ok(match count.saturating_sub(sent) {
        0 => Turned::Done,
        left => Turned::Uninvited(left),
    })
}

/// Those who come back to a password and have none: how many, and those of them that are invited at once.
async fn those_who_come_back(portal: &Portal, account: &Account) -> Result<(usize, Vec<UserId>), Fault> {
    let count = effect_of(account, &portal.sign_on.alike(account.id).await?, ConnectionState::Retired).without_password;
    Ok((count, portal.sign_on.without_password(account.id, MOST_INVITED).await?))
}

/// Mails them how they set a password; gives how many got one. Whom the mail fails for is invited again by hand, like whoever has no address.
async fn invite(invitations: &dyn Invitations, people: Vec<UserId>, deed: impl Fn(UserId) -> Deed) -> usize {
    let mut sent = 0;
    for user in people {
        sent += usize::from(invitations.invite(user, &deed(user)).await.unwrap_or(false));
    }
    sent
}

/// The provider is away: passwords for so many hours; it ends by itself (B-167).
///
/// # Errors
/// `Fault`.
pub async fn outage(portal: &Portal, granted: &Granted, id: ConnectionId, hours: u32) -> Result<Turned, Fault> {
    granted.is_for(Action::SwitchSignOn)?;
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(Turned::Nobody) };
    match standing::outage(&stored.connection, hours, portal.now()) {
        Err(why) => Ok(Turned::Refused(Refused::Move(why))),
        Ok(to) => {
            let taken = taken(&stored.connection, to, portal.now());
            let detail = format!("{} for {hours} h", moved(&taken));
            put(portal, granted, &Turning { taken: Some(taken), undone: None, offer: None, values: None, telling: None }, detail).await
        }
    }
}

/// Takes the last step back, within a day, if it is the one that was seen.
///
/// # Errors
/// `Fault`.
pub async fn undo(portal: &Portal, granted: &Granted, id: ConnectionId, seen: &str) -> Result<Turned, Fault> {
    granted.is_for(Action::SwitchSignOn)?;
    let account = granted.account().id;
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(Turned::Nobody) };
    let last = portal.sign_on.last_step(account, id).await?;
    match (standing::undo(last.as_ref(), &stored.connection, portal.now()), last) {
        (Err(why), _) => Ok(Turned::Refused(Refused::Undo(why))),
        (Ok(_), None) => Ok(Turned::Refused(Refused::Undo(UndoRefused::Nothing))),
        (Ok(_), Some(last)) if named(&last) != seen => Ok(Turned::Refused(Refused::Elsewhere)),
        (Ok(to), _) if to.state.is_in_use() && other_on(portal, granted.account(), id).await?.is_some() => Ok(Turned::Refused(Refused::OtherIsOn)),
        (Ok(to), Some(last)) => {
            let offer = last.offer_back(granted.account());
            let detail = format!("taken back: {} → {}", last.after.state.word(), to.state.word());
            let detail = offer.map_or(detail.clone(), |offer| format!("{detail}; {offer}"));
            // What is on record here is what is done, or nothing is.
            let last = last.that_stands(granted.account());
            let done = put(portal, granted, &Turning { taken: None, undone: Some((last, to)), offer: None, values: None, telling: None }, detail).await?;
            Ok(if done == Turned::Done && offer == Some(OfferBack::Stays) { Turned::OfferStays } else { done })
        }
    }
}

/// What keeps a connection from being turned on, whatever its state.
async fn in_the_way(portal: &Portal, account: &Account, (stored, step): (&Stored, Move)) -> Result<Option<Refused>, Fault> {
    // An outage is no way around the test between a pilot and everybody.
    let from = stored.connection.state_without_outage();
    let needs_test = from == ConnectionState::Draft || needs_test(from, step.target());
    Ok(if !account.sso_entitled {
        Some(Refused::NotEntitled)
    } else if !stored.settings.as_ref().is_some_and(|settings| is_complete(portal, settings)) {
        Some(Refused::Incomplete)
    } else if needs_test && !tested::has_passed(portal, stored).await? {
        Some(Refused::NotTested)
    } else if other_on(portal, account, stored.connection.id).await?.is_some() {
        Some(Refused::OtherIsOn)
    } else {
        None
    })
}

/// Where a step leads. A draft whose test has passed goes through `tested` on its way.
fn target(stored: &Stored, step: Move, now: Timestamp) -> Result<Standing, MoveRefused> {
    let has_settings = stored.settings.is_some();
    let passes = matches!(step, Move::Pilot | Move::Domains | Move::Enforce) && stored.connection.state_at(now) == ConnectionState::Draft;
    let from = match passes {
        true => standing::moved(&stored.connection, has_settings, Move::Tested, now)?.put_into(&stored.connection),
        false => stored.connection.clone(),
    };
    standing::moved(&from, has_settings, step, now)
}

fn taken(connection: &Connection, after: Standing, now: Timestamp) -> Taken {
    Taken { connection: connection.id, at: now, before: Standing::of(connection, now), after, beside: Beside::default(), offer: None, led: None }
}

/// What names a step.
fn named(taken: &Taken) -> String {
    format!("{}-{}", taken.at.seconds(), taken.after.state.word())
}

fn moved(taken: &Taken) -> String {
    format!("{} → {}", taken.before.state.word(), taken.after.state.word())
}

async fn put(portal: &Portal, granted: &Granted, turning: &Turning, detail: String) -> Result<Turned, Fault> {
    let deed = changed(portal, granted, detail).telling(Alarm::SignOn);
    Ok(match portal.sign_on.turn(granted.account().id, turning, &deed).await? {
        Moved::Done => Turned::Done,
        Moved::Otherwise => Turned::Refused(Refused::Elsewhere),
        Moved::LastWayIn => Turned::Refused(Refused::LastWayIn),
    })
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, task::{Context, Poll, Waker}};

    use async_trait::async_trait;
    use homeward_federation::{Preset, product::Speaks};
    use homeward_model::{AccountId, SystemRandom};

    use super::*;
    use crate::sign_on::blank;

    /// A mailroom that fails for one, and finds no mailbox of another.
    struct Failing([UserId; 3]);

    #[async_trait]
    impl Invitations for Failing {
        async fn invite(&self, user: UserId, deed: &Deed) -> Result<bool, Fault> {
            assert_eq!(deed.user, Some(user));
            let [_, nowhere, fails] = self.0;
            if user == fails { Err(Fault("the store is away".into())) } else { Ok(user != nowhere) }
        }
        async fn password(&self, _: UserId, _: &Deed) -> Result<bool, Fault> {
            Ok(false)
        }
    }

    /// A mail that fails is one that did not go: the others are written all the same, and the step stands.
    #[test]
    fn a_mail_that_fails_stops_no_other() {
        let [fine, nowhere, fails] = std::array::from_fn(|_| UserId::generate(&SystemRandom));
        let account = AccountId::generate(&SystemRandom);
        let deed = |user| Deed { event: "portal.invited", by: fine, link: None, account, user: Some(user), detail: String::new(), network: String::new(), at: Timestamp::from_seconds(0), alarm: None };
        let mailroom = Failing([fine, nowhere, fails]);
        let sent = pin!(invite(&mailroom, vec![fails, nowhere, fine], deed)).poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(sent, Poll::Ready(1));
    }

    /// Draft to pilot and to everybody is one step with one way back; a retired one does not come back on by itself.
    #[test]
    fn a_draft_goes_through_tested_on_its_way() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let stored = |state| Stored {
            connection: Connection { id: ConnectionId::generate(&SystemRandom), account: AccountId::generate(&SystemRandom), name: "Okta".into(), state, outage: None },
            settings: Some(blank(Preset::Okta, Speaks::Saml)),
        };
        for (from, step, to) in [
            (ConnectionState::Draft, Move::Pilot, ConnectionState::Pilot),
            (ConnectionState::Draft, Move::Domains, ConnectionState::Domains),
            (ConnectionState::Draft, Move::Enforce, ConnectionState::Enforced),
            (ConnectionState::Pilot, Move::Domains, ConnectionState::Domains),
            (ConnectionState::Pilot, Move::Enforce, ConnectionState::Enforced),
            (ConnectionState::Enforced, Move::Pilot, ConnectionState::Pilot),
            (ConnectionState::Enforced, Move::Retire, ConnectionState::Retired),
        ] {
            assert_eq!(target(&stored(from), step, now).map(|standing| standing.state), Ok(to), "{from:?} {step:?}");
        }
        assert!(target(&stored(ConnectionState::Retired), Move::Enforce, now).is_err());
        assert!(target(&stored(ConnectionState::Draft), Move::Outage, now).is_err());
        let nothing = Stored { settings: None, ..stored(ConnectionState::Draft) };
        assert_eq!(target(&nothing, Move::Enforce, now), Err(MoveRefused::NoSettings));
    }
}
