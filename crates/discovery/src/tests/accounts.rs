//! Which account is asked about: several accounts of one name, verified domains, and hints.

use super::fixture::{Ask, LATER, NOW, claim, connect, federated, is_password, is_sso, local, with, with_user, without_user};
use crate::{AccountSelection, AccountState, Candidate, ConnectionState, Home, SsoMode, UserState};

fn is_choice(home: &Home, of: &[&Candidate], unknown: bool) -> bool {
    let expected: Vec<_> = of.iter().map(|c| c.account.id).collect();
    matches!(home, Home::ChooseAccount { accounts, named_unknown } if *accounts == expected && *named_unknown == unknown)
}

/// B-039, B-040, B-041, LH-13, MUL-5: the person says which account, by number or partner label; a number that is none of
/// hers is told as that, with one account as with several, and never leads into another one.
#[test]
fn lh_13_several_accounts_are_told_apart_by_number_or_label() {
    let (one, two) = (local("11"), local("22"));
    let both = [one.clone(), two.clone()];
    assert!(is_choice(&Ask::open().home(&both), &[&one, &two], false));
    for (named, whose) in [("22", &two), ("2-2", &two), ("label 11", &one), (" LABEL  11", &one)] {
        assert!(is_password(&Ask::open().account(named).home(&both), &[whose]), "{named}");
    }
    let stranger = without_user(local("33"));
    for unknown in ["33", "44", "Label 44"] {
        let known = [one.clone(), two.clone(), stranger.clone()];
        assert!(is_choice(&Ask::open().account(unknown).home(&known), &[&one, &two], true), "{unknown}");
        assert!(is_choice(&Ask::open().account(unknown).home(&[one.clone(), stranger.clone()]), &[&one], true), "{unknown}");
    }
}

/// B-041: partner labels are not unique; two that fit are asked about.
#[test]
fn one_label_of_two_accounts_is_asked_about() {
    let one = local("11");
    let two = with(local("22"), |c| c.account.label.clone_from(&one.account.label));
    let both = [one.clone(), two.clone()];
    assert!(is_choice(&Ask::open().account("Label 11").home(&both), &[&one, &two], false));
    assert!(is_password(&Ask::open().account("11").home(&both), &[&one]));
}

/// B-042: at the password where the application says so, unless one of the accounts takes no password: its users would
/// stand before a page on which nothing can be right.
#[test]
fn an_application_may_have_the_account_chosen_at_the_password() {
    let ask = Ask::open().application(|a| a.account_selection = AccountSelection::Password);
    let (one, two, sso) = (local("11"), local("22"), federated("33", SsoMode::Button));
    assert!(is_password(&ask.home(&[one.clone(), two.clone()]), &[&one, &two]));
    assert!(is_choice(&ask.home(&[one.clone(), two.clone(), sso.clone()]), &[&one, &two, &sso], false));
    assert!(is_sso(&ask.account("33").home(&[one, two, sso.clone()]), &sso));
}

/// An account in which the person cannot sign in does not stand in the way of the one in which she can.
#[test]
fn an_invitation_from_elsewhere_does_not_ask_a_question() {
    let mine = local("11");
    let invited = with_user(local("22"), |u| u.state = UserState::Invited);
    let shut = with(local("33"), |c| c.account.state = AccountState::Suspended);
    let all = [mine.clone(), invited.clone(), shut.clone()];
    assert!(is_password(&Ask::open().home(&all), &[&mine]));
    assert!(is_password(&Ask::open().account("22").home(&all), &[]), "unless it is named");
    assert!(is_choice(&Ask::open().home(&[invited.clone(), shut.clone()]), &[&invited, &shut], false));
}

/// USR-8, B-171: a name on a verified domain goes to Single Sign-On whether or not the user exists; an unverified claim, and
/// one that is verified only later, counts for nothing.
#[test]
fn a_verified_domain_routes_unknown_names_and_an_unverified_one_does_not() {
    for ask in [Ask::open(), Ask::closed()] {
        for (verified_at, routes) in [(Some(NOW), true), (None, false), (Some(LATER), false)] {
            let unknown = without_user(with(federated("1", SsoMode::Button), |c| c.domains[0].verified_at = verified_at));
            let home = ask.home_of(&unknown);
            assert!(if routes { is_sso(&home, &unknown) } else { is_password(&home, &[]) }, "{verified_at:?}");
        }
    }
    let gone = with_user(federated("1", SsoMode::Button), |u| u.state = UserState::Deprovisioned);
    assert!(is_sso(&Ask::open().home_of(&gone), &gone));
}

/// A domain may have its own connection; it is used for whoever has that domain, known or not.
#[test]
fn a_domain_may_have_its_own_connection() {
    let mut known = federated("1", SsoMode::Button);
    let second = connect(&mut known, "Okta", ConnectionState::Enforced);
    known.domains.insert(0, crate::DomainClaim { connection: Some(second), ..claim(&known, "second.example", Some(NOW)) });
    for candidate in [known.clone(), without_user(known.clone())] {
        assert!(is_sso(&Ask::open().home_of(&candidate), &known), "the claim on another domain is none on this one");
        let other = Ask::open().name("ann@second.example").home_of(&candidate);
        assert!(matches!(other, Home::SingleSignOn { connection, .. } if connection == second));
    }
}

/// LH-07: several accounts proved one domain: closed asks for the number, open lets choose; a member is moved by nobody.
#[test]
fn lh_07_two_owners_of_a_domain_move_nobody() {
    let (one, two) = (federated("1", SsoMode::Redirect), federated("2", SsoMode::Redirect));
    let strangers = [without_user(one.clone()), without_user(two.clone())];
    assert!(is_password(&Ask::closed().home(&strangers), &[]));
    assert!(is_sso(&Ask::closed().account("2").home(&strangers), &two));
    assert!(is_choice(&Ask::open().home(&strangers), &[&one, &two], false));
    assert!(is_sso(&Ask::open().account("2").home(&strangers), &two));
    assert!(is_sso(&Ask::open().home(&[one.clone(), without_user(two.clone())]), &one));
    let gone = with_user(local("3"), |u| u.state = UserState::Deprovisioned);
    assert!(is_sso(&Ask::open().home(&[without_user(two.clone()), gone]), &two), "who is gone is no member");
}

/// LH-05, LH-06, LH-07: the exact domain, in whatever spelling, and no parent, child or look-alike of it.
#[test]
fn lh_07_neither_parent_nor_child_nor_look_alike_inherits_a_domain() {
    let owner = |name: &str| {
        let owner = without_user(federated("1", SsoMode::Button));
        with(owner.clone(), |c| c.domains = vec![claim(&owner, name, Some(NOW))])
    };
    for (claimed, typed, routes) in [
        ("b.example", "ann@b.example", true),
        ("b.example", "ann@B.Example.", true),
        ("b.example", "ann＠b。example", true),
        ("bücher.example", "ann@xn--bcher-kva.example", true),
        ("b.example", "ann@sub.b.example", false),
        ("sub.b.example", "ann@b.example", false),
        ("b.example", "ann@b.example.evil.example", false),
        ("apple.example", "ann@\u{430}pple.example", false),
        ("b.example", "front-desk", false),
    ] {
        for ask in [Ask::open(), Ask::closed()] {
            let (owner, ask) = (owner(claimed), ask.name(typed));
            assert_eq!(is_sso(&ask.home_of(&owner), &owner), routes, "{claimed} {typed}");
        }
    }
}

/// LH-17: a hint leads to no identity provider that the name itself has nothing to do with.
#[test]
fn lh_17_a_hint_cannot_lead_to_a_strangers_provider() {
    let mine = federated("1", SsoMode::Button);
    let evil = without_user(with(federated("2", SsoMode::Redirect), |c| c.domains[0].domain = super::fixture::domain("evil.example")));
    let foreign = evil.account.connection.unwrap();
    let smuggled = with(mine.clone(), |c| c.connections.push(evil.connections[0].clone()));
    for ask in [Ask::open(), Ask::closed()] {
        let both = [mine.clone(), evil.clone()];
        assert!(is_sso(&ask.clone().connection(foreign).home(&both), &mine), "another account's connection");
        assert!(is_sso(&ask.clone().connection(foreign).home_of(&smuggled), &mine), "not even among its own");
        let claims = with(evil.clone(), |c| c.domains = mine.domains.clone());
        assert!(is_sso(&ask.home(&[mine.clone(), claims]), &mine), "another account's proof");
        assert!(is_sso(&ask.clone().domain("evil.example").home(&both), &mine), "the name has a domain of its own");
        let unclaimed = [local("3"), evil.clone()];
        assert!(is_password(&ask.clone().domain("evil.example").home(&unclaimed), &[&unclaimed[0]]));
        assert!(is_password(&ask.clone().domain("evil.example").connection(foreign).home_of(&evil), &[]), "for names that nobody has, too");
    }
    // By number alone, nobody is taken to a provider without a click; open, a name that the account does not know not at all.
    assert!(is_password(&Ask::open().account("2").home_of(&evil), &[]));
    assert!(matches!(Ask::closed().account("2").home_of(&evil), Home::SingleSignOn { redirect: false, password_beside: true, .. }));
}

/// B-020: a username without a domain follows the application's `domain_hint`.
#[test]
fn a_name_without_a_domain_follows_the_hinted_one() {
    let owner = without_user(federated("1", SsoMode::Button));
    for ask in [Ask::open().name("front-desk"), Ask::closed().name("front-desk")] {
        assert!(is_sso(&ask.clone().domain("b.example").home_of(&owner), &owner));
        assert!(is_password(&ask.home_of(&owner), &[]));
    }
}

/// A connection's id chooses among the accounts that are in question anyway.
#[test]
fn a_connection_hint_chooses_among_ones_own_accounts() {
    let (one, two) = (federated("1", SsoMode::Button), federated("2", SsoMode::Button));
    let ask = |ask: Ask| ask.connection(two.account.connection.unwrap());
    let both = [one.clone(), two.clone()];
    assert!(is_sso(&ask(Ask::open()).home(&both), &two));
    assert!(is_sso(&ask(Ask::closed()).home(&both), &two));
    assert!(is_sso(&ask(Ask::open()).account("1").home(&both), &one), "a number is the stronger wish");
    let strangers = both.clone().map(without_user);
    assert!(is_sso(&ask(Ask::open()).home(&strangers), &two));
    let smuggled = with(one.clone(), |c| c.connections.push(two.connections[0].clone()));
    assert!(is_sso(&ask(Ask::open()).home(&[smuggled, two.clone()]), &two));
}
