//! Closed disclosure: before a proof nothing may show who exists.

use super::fixture::{Ask, LATER, NOW, claim, connect, federated, is_password, is_sso, local, page, with, with_user, without_user};
use crate::{AccountState, AllowLocal, Candidate, ConnectionState, GroupRule, Home, SsoMode, UserRule, UserState};

const UNIFORM: Home = Home::Password { users: vec![], account: None, sso: None, outage: None };

/// LH-01, LH-14: the page is one for every state of a name, and for every number that is typed. An expired password and a
/// pause after wrong tries are no facts of discovery: a name in these states is a known local one here.
#[test]
fn lh_01_the_states_of_a_name_have_one_page() {
    let known = local("1");
    let in_state = |state| with_user(known.clone(), |u| u.state = state);
    let states: [(&str, Vec<Candidate>); 8] = [
        ("unknown", vec![]),
        ("known", vec![known.clone()]),
        ("suspended", vec![in_state(UserState::Suspended)]),
        ("invited", vec![in_state(UserState::Invited)]),
        ("deprovisioned", vec![in_state(UserState::Deprovisioned)]),
        ("account suspended", vec![with(known.clone(), |c| c.account.state = AccountState::Suspended)]),
        ("several accounts", vec![known.clone(), local("2")]),
        ("account with Single Sign-On, domain not proved", vec![with(federated("1", SsoMode::Redirect), |c| c.domains.clear())]),
    ];
    for (state, candidates) in &states {
        for ask in [Ask::closed(), Ask::closed().password(), Ask::closed().account("77"), Ask::closed().account("Label 1")] {
            assert_eq!(page(ask.home(candidates)), UNIFORM, "{state} {:?}", ask.hints);
        }
    }
    assert!(is_password(&Ask::closed().home_of(&known), &[&known]), "only behind the page");
}

/// LH-01: on a domain with Single Sign-On, the excluded, the unknown and the federated name have one page, and "Enter your
/// password" is on it for everybody.
#[test]
fn lh_01_on_a_federated_domain_every_name_has_one_page() {
    let plain = federated("1", SsoMode::Redirect);
    let names = [
        plain.clone(),
        without_user(plain.clone()),
        with_user(plain.clone(), |u| u.rule = Some(UserRule::Excluded)),
        with_user(plain.clone(), |u| u.break_glass = true),
        with_user(plain.clone(), |u| u.state = UserState::Suspended),
    ];
    let shown = Ask::closed().of(std::slice::from_ref(&plain));
    assert!(is_sso(&shown.home, &plain) && matches!(shown.home, Home::SingleSignOn { password_beside: true, .. }));
    for name in &names {
        assert_eq!(Ask::closed().of(std::slice::from_ref(name)), shown, "the reasons do not differ either");
        assert_eq!(page(Ask::closed().password().home_of(name)), UNIFORM);
    }
    assert!(is_password(&Ask::closed().password().home_of(&names[2]), &[&names[2]]));
    assert!(is_password(&Ask::closed().password().home_of(&names[0]), &[]));
}

/// LH-13, B-042: several accounts are not listed before a proof; every one whose password counts is behind the one page.
#[test]
fn lh_13_accounts_are_not_listed_before_a_proof() {
    let (one, two) = (local("11"), local("22"));
    let both = [one.clone(), two.clone()];
    assert!(is_password(&Ask::closed().home(&both), &[&one, &two]));
    assert!(is_password(&Ask::closed().account("22").home(&both), &[&two]));
    assert!(is_password(&Ask::closed().account("33").home(&both), &[]));
}

/// LH-14, LH-01: a label decides nothing before a proof. Candidates are not loaded by label, so an account that a label finds
/// without a verified domain is there only because the name lives in it.
#[test]
fn lh_14_a_label_does_not_tell_where_a_name_lives() {
    let lives = with(federated("1", SsoMode::Button), |c| c.domains.clear());
    let ask = Ask::closed().account("Label 1");
    assert_eq!(page(ask.home_of(&lives)), page(ask.home(&[])));
    // By number the account is loaded for everybody, and for everybody it is the same.
    let ask = Ask::closed().account("1");
    assert!(is_sso(&ask.home_of(&lives), &lives));
    assert_eq!(ask.home_of(&lives), ask.home_of(&without_user(lives.clone())));
    // Among owners of the domain a label chooses.
    let owner = with(lives.clone(), |c| c.domains = vec![claim(&lives, "b.example", Some(super::fixture::NOW))]);
    let both = [owner.clone(), federated("2", SsoMode::Button)];
    assert!(is_sso(&Ask::closed().account("Label 1").home(&both), &owner));
}

/// A pilot or a group is no reason for another page: Single Sign-On stands beside the password for everybody of the domain.
#[test]
fn single_sign_on_for_some_stands_beside_the_password_for_all() {
    let pilot = with(federated("1", SsoMode::Button), |c| c.connections[0].state = ConnectionState::Pilot);
    let group = with(federated("1", SsoMode::Off), |c| {
        c.account.group_rules = vec![GroupRule { group: "staff".into(), sso_mode: SsoMode::Button, connection: None }];
    });
    for account in [pilot, group] {
        let member = with_user(account.clone(), |u| (u.rule, u.groups) = (Some(UserRule::Pilot), ["staff".to_owned()].into()));
        let unknown = without_user(account.clone());
        for candidate in [&account, &member, &unknown] {
            let home = Ask::closed().home_of(candidate);
            assert!(matches!(home, Home::Password { sso, account: None, .. } if sso == account.account.connection), "{home:?}");
        }
        assert!(is_password(&Ask::closed().home_of(&account), &[&account]));
        assert!(is_password(&Ask::closed().home_of(&member), &[]), "the member's way is the other one");
        let never = Ask::closed().application(|a| a.sso = crate::SsoRule::Never);
        assert_eq!(page(never.home_of(&account)), UNIFORM);
        let unpaid = with(account.clone(), |c| c.account.sso_entitled = false);
        assert_eq!(page(Ask::closed().home_of(&unpaid)), UNIFORM);
        let retired = with(account, |c| c.connections[0].state = ConnectionState::Retired);
        assert_eq!(page(Ask::closed().home_of(&retired)), UNIFORM);
    }
}

/// LH-01: a suspended account shows nothing of itself, and its provider is not used.
#[test]
fn lh_01_a_suspended_account_has_the_uniform_page() {
    let shut = with(federated("1", SsoMode::Redirect), |c| c.account.state = AccountState::Suspended);
    for ask in [Ask::closed(), Ask::closed().account("1"), Ask::closed().password()] {
        assert_eq!(ask.home_of(&shut), UNIFORM);
    }
}

/// B-167, LH-16: in an outage the page is the uniform one, and everybody's password counts, whatever the account allows.
#[test]
fn lh_16_an_outage_gives_everybody_the_password() {
    let mut out = with(federated("1", SsoMode::Redirect), |c| c.account.allow_local = AllowLocal::No);
    assert!(is_password(&Ask::closed().password().home_of(&out), &[]));
    out.connections[0].state = ConnectionState::Outage;
    let offered = Home::Password { users: vec![], account: None, sso: None, outage: Some(out.connections[0].id) };
    assert_eq!(page(Ask::closed().home_of(&out)), offered);
    assert_eq!(page(Ask::closed().home_of(&without_user(out.clone()))), offered, "LH-02: also for a name that nobody has");
    assert!(is_password(&Ask::closed().home_of(&out), &[&out]));
    connect(&mut out, "Other", ConnectionState::Draft);
    assert!(is_password(&Ask::closed().home_of(&out), &[&out]));
}

/// B-167: an outage ends by the clock, and what was before it holds again; nobody has to do anything.
#[test]
fn an_outage_ends_by_itself() {
    for (back, on) in [(ConnectionState::Enforced, true), (ConnectionState::Pilot, false)] {
        let mut out = federated("1", SsoMode::Redirect);
        let until = |until| Some(crate::Outage { until, back });
        (out.connections[0].state, out.connections[0].outage) = (ConnectionState::Outage, until(LATER));
        assert!(matches!(Ask::open().home_of(&out), Home::Password { outage: Some(_), .. }));
        out.connections[0].outage = until(NOW);
        assert_eq!(is_sso(&Ask::open().home_of(&out), &out), on, "{back:?}");
        assert!(!matches!(Ask::open().home_of(&out), Home::Password { outage: Some(_), .. }));
    }
}
