//! Whose word counts for whom (ST-05): tables of the settings, and what holds for any accounts.

use homeward_model::ConnectionId;
use proptest::prelude::*;

use super::{
    fixture::{Ask, NOW, claim, connect, domain, federated, with, with_user},
    properties::any_account,
};
use crate::{Candidate, Candidates, ConnectionState, GroupRule, Home, Known, Outage, Person, SsoMode, UserRule, WayIn, way_in};

fn asked(candidate: &Candidate, by: ConnectionId, person: Person, ask: &Ask) -> WayIn {
    let known = Known {
        username: &ask.username,
        account: &candidate.account.number,
        connection: None,
        application: &ask.application,
        place: (ask.zone, ask.device),
    };
    way_in(&known, by, person, &Candidates { accounts: vec![candidate.clone()] }, NOW)
}

fn stored(candidate: &Candidate, by: ConnectionId) -> WayIn {
    asked(candidate, by, Person::Stored, &Ask::open())
}

/// An account with a connection of its own and a second one, both on for everybody.
fn two() -> (Candidate, ConnectionId, ConnectionId) {
    let mut made = federated("1", SsoMode::Button);
    let second = connect(&mut made, "Second", ConnectionState::Enforced);
    let first = made.account.connection.unwrap();
    (made, first, second)
}

fn contractors(c: &mut Candidate, to: Option<ConnectionId>) {
    c.account.group_rules = vec![GroupRule { group: "contractors".into(), sso_mode: SsoMode::Button, connection: to }];
}

/// ST-05: of two connections that are on, one is the user's: the account's, or the one that the domain names.
#[test]
fn st_05_a_connection_that_is_on_is_not_the_way_in_of_everybody() {
    let (plain, first, second) = two();
    assert_eq!((stored(&plain, first), stored(&plain, second)), (WayIn::Open, WayIn::No), "the account's own");
    let claimed = with(plain.clone(), |c| c.domains[0].connection = Some(second));
    assert_eq!((stored(&claimed, first), stored(&claimed, second)), (WayIn::No, WayIn::Open), "the domain's");
    let unproved = with(claimed.clone(), |c| c.domains[0].verified_at = None);
    assert_eq!((stored(&unproved, first), stored(&unproved, second)), (WayIn::Open, WayIn::No), "a claim without a proof names nobody");
    let others = with(plain.clone(), |c| c.domains[0] = crate::DomainClaim { connection: Some(second), ..claim(c, "other.example", Some(NOW)) });
    assert_eq!((stored(&others, first), stored(&others, second)), (WayIn::Open, WayIn::No), "another domain's says nothing of this one");
    let desk = Ask::open().name("front-desk");
    let said = |by| asked(&claimed, by, Person::Stored, &desk);
    assert_eq!((said(first), said(second)), (WayIn::Open, WayIn::No), "a name without a domain is the account's own connection's");
    let foreign = federated("2", SsoMode::Button);
    assert_eq!(stored(&plain, foreign.account.connection.unwrap()), WayIn::No, "another account's is none");
}

/// A group's connection counts beside the one to which everybody is sent before a proof, and for the group alone. Of somebody who is not
/// stored yet the groups are the provider's own word.
#[test]
fn a_groups_connection_is_the_way_in_of_its_stored_members() {
    let (plain, first, second) = two();
    let ruled = with(plain, |c| contractors(c, Some(second)));
    let member = with_user(ruled.clone(), |u| u.groups = ["contractors".to_owned()].into());
    assert_eq!((stored(&ruled, first), stored(&ruled, second)), (WayIn::Open, WayIn::No));
    assert_eq!((stored(&member, first), stored(&member, second)), (WayIn::Open, WayIn::Open));
    let new = |by| asked(&member, by, Person::New, &Ask::open());
    assert_eq!((new(first), new(second)), (WayIn::Open, WayIn::No), "OP-03: a provider does not say that it may speak for somebody");
    let unnamed = with(member.clone(), |c| contractors(c, None));
    assert_eq!((stored(&unnamed, first), stored(&unnamed, second)), (WayIn::Open, WayIn::No));
    // Two groups: the first rule alone.
    let both = with(member, |c| c.account.group_rules.insert(0, GroupRule { group: "staff".into(), sso_mode: SsoMode::Button, connection: None }));
    let both = with_user(both, |u| {
        u.groups.insert("staff".into());
    });
    assert_eq!((stored(&both, first), stored(&both, second)), (WayIn::Open, WayIn::No));
}

/// The life of a connection: a pilot is for its people where the account leads there; an outage keeps what is there; off is off.
#[test]
fn a_way_in_is_open_only_while_the_connection_is_on() {
    use ConnectionState::{Domains, Draft, Enforced, Outage as Out, Pilot, Retired, Tested};
    for (state, expected) in [(Draft, WayIn::No), (Tested, WayIn::No), (Pilot, WayIn::No), (Domains, WayIn::Open), (Enforced, WayIn::Open), (Out, WayIn::Outage), (Retired, WayIn::No)] {
        let (made, first, second) = two();
        let made = with(made, |c| c.connections[0].state = state);
        let made = with(made, |c| c.connections[0].outage = (state == Out).then_some(Outage { until: super::fixture::LATER, back: Enforced }));
        assert_eq!((stored(&made, first), stored(&made, second)), (expected, WayIn::No), "{state:?}");
        let pilot = with_user(made, |u| u.rule = Some(UserRule::Pilot));
        let expected = if state == Pilot { WayIn::Open } else { expected };
        assert_eq!((stored(&pilot, first), stored(&pilot, second)), (expected, WayIn::No), "{state:?}");
    }
    let (other, first, second) = two();
    let other = with_user(with(other, |c| c.connections[1].state = Pilot), |u| u.rule = Some(UserRule::Pilot));
    assert_eq!((stored(&other, first), stored(&other, second)), (WayIn::Open, WayIn::No), "a pilot to which nothing leads");
    let excluded = with_user(other, |u| u.rule = Some(UserRule::Excluded));
    assert_eq!(stored(&excluded, first), WayIn::No);
}

fn any_pair() -> impl Strategy<Value = (Candidate, bool)> {
    (any_account(), any::<bool>()).prop_map(|(mut made, grouped)| {
        made.domains.retain(|claim| claim.domain == domain("b.example"));
        if !grouped {
            made.account.group_rules.clear();
        }
        (made, grouped)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Where the rules lead without a wish, users looked at or not, the answer is taken; and from nowhere else.
    #[test]
    fn st_05_what_is_accepted_is_where_the_rules_lead((made, _) in any_pair()) {
        let number = made.account.number.as_str();
        let home = |ask: Ask| match ask.account(number).home_of(&made) {
            Home::SingleSignOn { connection, .. } | Home::Password { outage: Some(connection), .. } => Some(connection),
            Home::Password { .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => None,
        };
        let (seen, unseen) = (home(Ask::open()), home(Ask::closed()));
        for connection in &made.connections {
            let way = stored(&made, connection.id);
            if seen == Some(connection.id) {
                prop_assert_ne!(way, WayIn::No);
            }
            let named = [
                made.user.as_ref().and_then(|user| made.account.group_rule(user)).and_then(|rule| rule.connection),
                made.domains.iter().find(|claim| claim.verified_at.is_some_and(|at| at <= NOW)).and_then(|claim| claim.connection),
                made.account.connection,
            ];
            if way != WayIn::No {
                prop_assert!(named.contains(&Some(connection.id)), "the account names it for this user");
            }
            // Whoever signs in by a provider at all is taken back from where everybody of the domain is sent.
            let by_it = home(Ask::open().connection(connection.id)) == Some(connection.id);
            if unseen == Some(connection.id) && by_it && connection.state == ConnectionState::Enforced {
                prop_assert_eq!(way, WayIn::Open);
            }
        }
    }

    /// Nothing that somebody says of themselves makes a way in, and somebody new has none that a stored user without groups has not.
    #[test]
    fn somebody_new_has_no_more_ways_in_than_a_user_without_groups((made, _) in any_pair()) {
        let bare = Candidate { user: made.user.clone().map(|user| crate::User { groups: Default::default(), ..user }), ..made.clone() };
        for connection in &made.connections {
            let new = asked(&made, connection.id, Person::New, &Ask::open());
            if new != WayIn::No {
                prop_assert!(stored(&bare, connection.id) != WayIn::No || !made.account.group_rules.is_empty());
                let claimed = made.domains.iter().find(|claim| claim.verified_at.is_some_and(|at| at <= NOW)).and_then(|claim| claim.connection);
                prop_assert_eq!(claimed.or(made.account.connection), Some(connection.id));
            }
        }
    }
}
