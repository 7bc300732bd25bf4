//! Groups in a pilot (B5): a whole department tries Single Sign-On at once. Each says before it is added how many people are in it and whom of
//! them it moves; whoever is on the exclusion list or has emergency access stays where they are.

use std::collections::BTreeMap;

use homeward_discovery::{Account, ConnectionState, SsoMode};
use homeward_model::ConnectionId;

use super::{reached, told::Telling};
use crate::{
    alarm::Alarm,
    authority::Action,
    entry::Granted,
    lifecycle::{Alike, effect_of},
    ports::{Fault, Moved},
    session::Portal,
};

/// Groups in the pilot of one account at most.
pub const MOST_GROUPS: usize = 50;
/// Groups that are shown at most, by name; any that somebody is in can be named.
const MOST_SHOWN: usize = 200;

/// A group of the account's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Whether it is in the pilot.
    pub is_in: bool,
    /// Active users in it.
    pub people: usize,
    /// Of those, who sign in at the provider in a pilot because of this group alone: whom adding or removing it moves.
    pub moves: usize,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouped {
    /// It was done.
    Done,
    /// Nobody who is active is in a group of that name.
    Unknown,
    /// As many groups are in the pilot as may be.
    TooMany,
    /// It is so already: somebody else was faster.
    Changed,
    /// Nobody would be left who could take it back.
    LastWayIn,
    /// This account has no such connection.
    Nobody,
}

/// The groups of active users and those in the pilot, by name. `account`: as it will be once Single Sign-On is on.
pub(super) fn shown(account: &Account, alike: &[Alike], state: ConnectionState) -> Vec<Group> {
    // Whoever is led there by their domain is moved by no group.
    let stage = if state == ConnectionState::Domains { state } else { ConnectionState::Pilot };
    let mut people: BTreeMap<&str, usize> = account.pilot_groups.iter().map(|name| (name.as_str(), 0)).collect();
    for some in alike {
        for name in &some.groups {
            *people.entry(name).or_default() += some.count;
        }
    }
    // Those of the pilot are shown however many there are.
    let (is_in, others): (Vec<_>, Vec<_>) = people.into_iter().partition(|(name, _)| account.pilot_groups.contains(*name));
    let room = MOST_SHOWN.saturating_sub(is_in.len());
    is_in.into_iter().chain(others.into_iter().take(room)).map(|(name, people)| one(account, (alike, stage), (name, people))).collect()
}

fn one(account: &Account, (alike, stage): (&[Alike], ConnectionState), (name, people): (&str, usize)) -> Group {
    let there = |with: bool| {
        let mut account = account.clone();
        if with { account.pilot_groups.insert(name.to_owned()) } else { account.pilot_groups.remove(name) };
        // Nobody outside the group is moved by it.
        alike.iter().filter(|some| some.groups.contains(name)).map(|some| effect_of(&account, std::slice::from_ref(some), stage).at_provider).sum::<usize>()
    };
    Group { name: name.to_owned(), is_in: account.pilot_groups.contains(name), people, moves: there(true).saturating_sub(there(false)) }
}

/// As the account will be once Single Sign-On is turned on here.
pub(super) fn once_on(account: &Account) -> Account {
    Account { sso_mode: if account.sso_mode == SsoMode::Off { SsoMode::Button } else { account.sso_mode }, ..account.clone() }
}

/// Puts a group into the pilot or takes it out. Where the pilot is on, its people are moved at once; those of them are told by mail when `tell` says so.
///
/// # Errors
/// `Fault`.
pub async fn set(portal: &Portal, granted: &Granted, id: ConnectionId, (name, into, tell): (&str, bool, bool)) -> Result<Grouped, Fault> {
    granted.is_for(Action::SwitchSignOn)?;
    let account = granted.account();
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(Grouped::Nobody) };
    if into {
        if account.pilot_groups.len() >= MOST_GROUPS && !account.pilot_groups.contains(name) {
            return Ok(Grouped::TooMany);
        }
        if !portal.sign_on.alike(account.id).await?.iter().any(|some| some.groups.contains(name)) {
            return Ok(Grouped::Unknown);
        }
    }
    let (from, to) = if into { ("none", "pilot") } else { ("pilot", "none") };
    let deed = granted.deed(portal, "portal.pilot", None, format!("{name}: {from} → {to}")).telling(Alarm::SignOn);
    let moves_now = into && tell && matches!(stored.connection.state_at(portal.now()), ConnectionState::Pilot | ConnectionState::Domains);
    let telling = moves_now.then(|| Telling::of(portal, granted, &stored.connection));
    Ok(match portal.sign_on.set_pilot_group(account.id, (name, into), telling.as_ref(), &deed).await? {
        Moved::Done => Grouped::Done,
        Moved::Otherwise => Grouped::Changed,
        Moved::LastWayIn => Grouped::LastWayIn,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use homeward_discovery::{GroupRule, UserRule};

    use super::*;
    use crate::way_in::tests::account;

    fn alike(groups: &[&str], rule: Option<UserRule>, break_glass: bool, count: usize) -> Alike {
        Alike { rule, break_glass, has_password: true, on_domain: false, groups: groups.iter().map(|name| (*name).to_owned()).collect(), count }
    }

    /// B5: a group's numbers are those whom it moves: not who keeps a password anyway, nor who is in the pilot by something else.
    #[test]
    fn a_group_counts_whom_it_alone_moves() {
        let (mut account, _) = account();
        let all = [
            alike(&["sales"], None, false, 10),
            alike(&["sales", "staff"], None, false, 5),
            alike(&["sales"], Some(UserRule::Excluded), false, 2),
            alike(&["sales"], None, true, 1),
            alike(&["sales"], Some(UserRule::Pilot), false, 3),
            alike(&[], None, false, 100),
        ];
        let group = |name: &str, is_in, people, moves| Group { name: name.into(), is_in, people, moves };
        assert_eq!(shown(&account, &all, ConnectionState::Pilot), [group("sales", false, 21, 15), group("staff", false, 5, 5)]);
        account.pilot_groups = BTreeSet::from(["gone".to_owned(), "staff".to_owned()]);
        assert_eq!(shown(&account, &all, ConnectionState::Pilot), [group("gone", true, 0, 0), group("staff", true, 5, 5), group("sales", false, 21, 10)]);
        assert_eq!(effect_of(&account, &all, ConnectionState::Pilot).at_provider, 8);
        // Where their domain leads them there already, the group moves nobody of it.
        let led = all.clone().map(|some| Alike { on_domain: true, ..some });
        assert_eq!(shown(&account, &led, ConnectionState::Domains), [group("gone", true, 0, 0), group("staff", true, 5, 0), group("sales", false, 21, 0)]);
        assert_eq!(shown(&account, &all, ConnectionState::Domains), shown(&account, &all, ConnectionState::Pilot), "of no domain: by the pilot alone");
        account.group_rules = vec![GroupRule { group: "sales".into(), sso_mode: SsoMode::Off, connection: None }];
        assert_eq!(shown(&account, &all, ConnectionState::Pilot)[2], group("sales", false, 21, 0), "a rule keeps the group away from Single Sign-On");
    }
}
