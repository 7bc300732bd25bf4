//! What holds for any accounts, users and questions.

use homeward_model::{AccountHint, AccountNumber, ConnectionId, PartnerLabel, Timestamp, UserId};
use proptest::{prelude::*, sample::select};

use super::fixture::{Ask, LATER, NOW, claim, connect, domain, federated, page, user_of, without_user};
use crate::{
    AccountSelection, AccountState, AllowLocal, Candidate, Condition, ConnectionState, DeviceKind, Disclosure, GroupRule, Home, SsoMode, SsoRule,
    UserRule, UserState,
};

const RULES: [&str; 7] = ["break_glass", "application", "user", "group", "account", "domain", "default"];

fn any_mode() -> impl Strategy<Value = SsoMode> {
    select(SsoMode::ALL)
}

prop_compose! {
    fn any_policy()(
        mode in any_mode(), allow in select(AllowLocal::ALL), states in [select(ConnectionState::ALL), select(ConnectionState::ALL)],
        entitled in prop::bool::weighted(0.9), active in prop::bool::weighted(0.9), group in prop::option::of((any_mode(), any::<bool>())),
        zone in prop::bool::weighted(0.2), eu in prop::bool::weighted(0.2),
    ) -> Candidate {
        let mut made = federated("1", mode);
        made.connections[0].state = states[0];
        let second = connect(&mut made, "Second", states[1]);
        made.account.allow_local = allow;
        made.account.sso_entitled = entitled;
        made.account.state = if active { AccountState::Active } else { AccountState::Suspended };
        made.account.conditions = if zone { vec![Condition::Zone("office".into())] } else { vec![] };
        made.account.region = if eu { "eu" } else { "us" }.into();
        let rule = |(sso_mode, own): (SsoMode, bool)| GroupRule { group: "staff".into(), sso_mode, connection: own.then_some(second) };
        made.account.group_rules = group.map(rule).into_iter().collect();
        made
    }
}

prop_compose! {
    /// An account as it may be stored; Ann is in it or not.
    pub(super) fn any_account()(
        mut made in any_policy(), number in 1u32..5, verified in select(&[None, Some(NOW), Some(LATER)][..]), own in any::<bool>(),
        which in select(&["b.example", "sub.b.example", "other.example"][..]), lives in any::<bool>(), state in select(UserState::ALL),
        rule in select(&[None, Some(UserRule::Excluded), Some(UserRule::Pilot)][..]), glass in prop::bool::weighted(0.1), staff in any::<bool>(),
    ) -> Candidate {
        made.account.number = AccountNumber::parse(&number.to_string()).unwrap();
        made.account.label = PartnerLabel::parse(if number < 3 { "North" } else { "South" }).ok();
        made.domains = vec![claim(&made, which, verified)];
        made.domains[0].connection = own.then(|| made.connections[1].id);
        let user = made.user.as_mut().unwrap();
        (user.state, user.rule, user.break_glass) = (state, rule, glass);
        if staff { user.groups.insert("staff".into()); }
        if lives { made } else { without_user(made) }
    }
}

/// Accounts with different numbers.
fn any_accounts() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(any_account(), 0..5).prop_map(|mut made| {
        made.sort_by(|a, b| a.account.number.cmp(&b.account.number));
        made.dedup_by(|a, b| a.account.number == b.account.number);
        made
    })
}

prop_compose! {
    fn any_ask()(
        open in any::<bool>(), wants_password in any::<bool>(), sso in select(SsoRule::ALL), sso_mode in prop::option::of(any_mode()),
        selection in select(AccountSelection::ALL), us_only in prop::bool::weighted(0.2), name in select(&["quirin@b.example", "front-desk"][..]),
        hint in prop::option::of(select(&["1", "2", "3", "9", "north", "south"][..])), hinted in prop::option::of(select(&["b.example", "other.example"][..])),
        zone in select(&[None, Some("office")][..]),
    ) -> Ask {
        let mut ask = if open { Ask::open() } else { Ask::closed() }.name(name);
        (ask.wants_password, ask.zone) = (wants_password, zone);
        (ask.application.sso, ask.application.sso_mode, ask.application.account_selection) = (sso, sso_mode, selection);
        if us_only { ask.application.regions.insert("us".into()); }
        ask.hints.account = hint.and_then(AccountHint::parse);
        ask.hints.domain = hinted.map(domain);
        ask
    }
}

fn closed(ask: &Ask) -> Ask {
    Ask { disclosure: Disclosure::Closed, ..ask.clone() }
}

/// The candidates that a store finds for the question: where the name lives, who claims the domain or the hinted one, and
/// whom the number names. A label finds none.
fn load(ask: &Ask, stored: &[Candidate]) -> Vec<Candidate> {
    let claims = |c: &Candidate| c.domains.iter().any(|d| Some(&d.domain) == ask.username.domain() || Some(&d.domain) == ask.hints.domain.as_ref());
    let named = |c: &Candidate| matches!(&ask.hints.account, Some(AccountHint::Number(number)) if *number == c.account.number);
    stored.iter().filter(|c| c.user.is_some() || claims(c) || named(c)).cloned().collect()
}

/// An account that does not know the name, has no name that a hint could mean, and claims the domain.
fn claiming(made: Candidate, verified_at: Option<Timestamp>) -> Candidate {
    let mut made = without_user(made);
    made.account.number = AccountNumber::parse("8").unwrap();
    made.account.label = None;
    made.domains = vec![claim(&made, "b.example", verified_at)];
    made
}

fn users(home: Home) -> Vec<UserId> {
    match home {
        Home::Password { users, .. } => users,
        other => panic!("{other:?}"),
    }
}

/// A connection to wish for: one of those that are stored, by place.
fn wish(stored: &[Candidate], place: usize) -> Option<ConnectionId> {
    let all: Vec<_> = stored.iter().flat_map(|c| &c.connections).map(|c| c.id).collect();
    all.get(place).copied()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// LH-01: closed, everything that can be seen is the same when other people, or nobody at all, have the name.
    #[test]
    fn lh_01_closed_decisions_do_not_depend_on_users(stored in any_accounts(), ask in any_ask(), others in any_accounts(), place in 0usize..12) {
        let mut ask = closed(&ask);
        ask.hints.connection = wish(&stored, place);
        let nobody: Vec<_> = stored.iter().cloned().map(without_user).collect();
        let mut different = stored.clone();
        for (account, other) in different.iter_mut().zip(others) { account.user = other.user; }
        let seen = |stored: &[Candidate]| { let decision = ask.of(&load(&ask, stored)); (page(decision.home), decision.rules) };
        prop_assert_eq!(seen(&stored), seen(&nobody));
        prop_assert_eq!(seen(&stored), seen(&different));
        let way_is_left = matches!(seen(&stored).0, Home::Password { .. } | Home::SingleSignOn { password_beside: true, .. });
        prop_assert!(way_is_left, "neither a list of accounts nor a refusal before a proof");
    }

    /// LH-15: a password that may be tried is that of an active user of an active account that fits the hint, by policy.
    #[test]
    fn lh_15_a_password_counts_only_where_policy_says_so(stored in any_accounts(), ask in any_ask()) {
        let candidates = load(&ask, &stored);
        let Home::Password { users, .. } = ask.home(&candidates) else { return Ok(()) };
        for id in users {
            let found = candidates.iter().find(|c| c.user.as_ref().is_some_and(|u| u.id == id)).unwrap();
            let (account, user) = (&found.account, found.user.as_ref().unwrap());
            prop_assert_eq!((user.state, account.state), (UserState::Active, AccountState::Active));
            match &ask.hints.account {
                Some(AccountHint::Number(number)) => prop_assert_eq!(number, &account.number),
                Some(AccountHint::Label(label)) => prop_assert_eq!(label.key(), account.label.as_ref().unwrap().key()),
                None => {}
            }
            let out = found.connections.iter().any(|c| c.state == ConnectionState::Outage);
            let off = account.sso_mode == SsoMode::Off || account.group_rules.iter().any(|r| r.sso_mode == SsoMode::Off);
            prop_assert!(account.allow_local != AllowLocal::No || user.break_glass || off || out);
        }
    }

    /// LH-15: a wished connection or domain adds no password to those that count.
    #[test]
    fn lh_15_no_wish_makes_a_password_count(stored in any_accounts(), ask in any_ask(), place in 0usize..12) {
        let mut plain = closed(&ask).password();
        let mut wishful = plain.clone();
        wishful.hints.connection = wish(&stored, place);
        plain.hints.domain = None;
        let before = users(plain.home(&load(&plain, &stored)));
        prop_assert!(users(wishful.home(&load(&wishful, &stored))).iter().all(|user| before.contains(user)));
    }

    /// LH-17: whoever goes to an identity provider goes to one that is on, of an account that the name or a number leads to.
    #[test]
    fn lh_17_every_provider_belongs_to_an_account_of_the_name(stored in any_accounts(), mut ask in any_ask(), place in 0usize..12) {
        ask.hints.connection = wish(&stored, place);
        let Home::SingleSignOn { account, connection, .. } = ask.home(&stored) else { return Ok(()) };
        let found = stored.iter().find(|c| c.account.id == account).unwrap();
        let used = found.connections.iter().find(|c| c.id == connection).unwrap();
        prop_assert!(used.state.is_on());
        prop_assert_eq!((used.account, found.account.state), (account, AccountState::Active));
        let routes = ask.username.domain().or(ask.hints.domain.as_ref());
        let proved = found.domains.iter().any(|d| Some(&d.domain) == routes && d.verified_at == Some(NOW));
        let numbered = matches!(&ask.hints.account, Some(AccountHint::Number(number)) if *number == found.account.number);
        prop_assert!(proved || (ask.disclosure == Disclosure::Open && found.user.is_some()) || (ask.disclosure == Disclosure::Closed && numbered));
    }

    /// The same question has the same answer; all seven rules are in it in their order, one of them applied, and no username.
    #[test]
    fn a_decision_is_repeatable_and_says_why(stored in any_accounts(), ask in any_ask()) {
        let candidates = load(&ask, &stored);
        let decision = ask.of(&candidates);
        prop_assert_eq!(&decision, &ask.of(&candidates));
        let names: Vec<_> = decision.rules.iter().map(|r| r.rule).collect();
        prop_assert_eq!(names, RULES);
        prop_assert_eq!(decision.rules.iter().filter(|r| r.applied).count(), 1);
        prop_assert!(decision.rules.iter().all(|r| !r.because.is_empty() && !r.because.contains(ask.username.key())));
    }

    /// LH-07: a claim without a proof changes nothing.
    #[test]
    fn lh_07_an_unverified_claim_changes_nothing(stored in any_accounts(), ask in any_ask(), newcomer in any_account()) {
        let before = ask.home(&load(&ask, &stored));
        let mut more = stored.clone();
        for candidate in &mut more {
            for (place, name) in ["b.example", "other.example"].into_iter().enumerate() {
                let unproved = claim(candidate, name, [None, Some(LATER)][place]);
                candidate.domains.insert(0, unproved);
            }
        }
        more.push(claiming(newcomer, None));
        prop_assert_eq!(before, ask.home(&load(&ask, &more)));
    }

    /// LH-07: another account's proof of the domain moves nobody who has an account, unless that account is named; and closed,
    /// where users cannot decide, it takes no password away.
    #[test]
    fn lh_07_a_new_claim_moves_nobody_who_has_an_account(stored in any_accounts(), mut ask in any_ask(), newcomer in any_account()) {
        ask.hints.account = None;
        let more: Vec<_> = stored.iter().cloned().chain([claiming(newcomer, Some(NOW))]).collect();
        let has = stored.iter().any(|c| c.user.as_ref().is_some_and(|u| u.state != UserState::Deprovisioned));
        if !has { return Ok(()) }
        let open = Ask { disclosure: Disclosure::Open, ..ask.clone() };
        prop_assert_eq!(open.home(&load(&open, &stored)), open.home(&load(&open, &more)));
        let closed = closed(&ask).password();
        prop_assert_eq!(closed.home(&load(&closed, &stored)), closed.home(&load(&closed, &more)));
    }

    /// USR-8: closed or open, a name on the verified domain of one account has one way, whoever has it.
    #[test]
    fn a_federated_domain_leads_to_its_provider(mode in any_mode(), lives in any::<bool>(), open in any::<bool>()) {
        let known = federated("1", mode);
        let id = user_of(&known);
        let candidate = if lives { known.clone() } else { without_user(known.clone()) };
        let home = if open { Ask::open() } else { Ask::closed() }.home_of(&candidate);
        match mode {
            SsoMode::Off => prop_assert_eq!(users(home), if lives { vec![id] } else { vec![] }),
            SsoMode::Button | SsoMode::Redirect => prop_assert!(super::fixture::is_sso(&home, &known)),
        }
    }
}

#[test]
fn the_device_kinds_are_all_answered() {
    for device in DeviceKind::ALL.iter().copied() {
        let ask = Ask { device, ..Ask::open() };
        assert!(matches!(ask.home(&[]), Home::Password { .. }), "{device:?}");
    }
}
