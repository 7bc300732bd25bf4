//! Every setting of account, user, group, connection and application, one table each.

use homeward_model::Username;

use super::fixture::{Ask, NOW, claim, connect, federated, is_password, is_sso, local, with, with_user, without_user};
use crate::{
    AllowLocal, Candidate, Condition, ConnectionState, DeviceKind, GroupRule, Home, Refusal, SsoMode, SsoRule, UserRule, UserState,
};

fn refused(refusal: Refusal) -> Home {
    Home::Refused { refusal }
}

fn allow(allow: AllowLocal) -> Candidate {
    with(federated("1", SsoMode::Button), |c| c.account.allow_local = allow)
}

/// B-043, B-052, B-053, B-161: off is the password, button is the button, redirect goes there.
#[test]
fn the_mode_of_the_account_decides_the_second_step() {
    let off = federated("1", SsoMode::Off);
    assert!(is_password(&Ask::open().home_of(&off), &[&off]));
    for (mode, at_once) in [(SsoMode::Button, false), (SsoMode::Redirect, true)] {
        let on = federated("1", mode);
        let home = Ask::open().home_of(&on);
        assert!(is_sso(&home, &on));
        assert!(matches!(home, Home::SingleSignOn { redirect, password_beside: false, .. } if redirect == at_once), "{mode:?}");
    }
}

/// B-053, B-112, B-166, B-189, LH-15: whether a password works beside Single Sign-On is policy. Asking for the password page,
/// or posting to it, changes nothing: closed, the page is there for everybody and the federated user's password is nobody's.
#[test]
fn lh_15_passwords_beside_single_sign_on_are_policy() {
    for (setting, works) in [(AllowLocal::Yes, true), (AllowLocal::ExceptionsOnly, false), (AllowLocal::No, false)] {
        let ann = allow(setting);
        let own: &[&Candidate] = if works { &[&ann] } else { &[] };
        let shown = Ask::open().home_of(&ann);
        assert!(matches!(shown, Home::SingleSignOn { password_beside, .. } if password_beside == works), "{setting:?}");
        let asked = Ask::open().password().home_of(&ann);
        assert!(if works { is_password(&asked, own) } else { is_sso(&asked, &ann) }, "{setting:?}: {asked:?}");
        assert!(is_password(&Ask::closed().password().home_of(&ann), own), "{setting:?}");
    }
    let redirected = with(allow(AllowLocal::Yes), |c| c.account.sso_mode = SsoMode::Redirect);
    assert!(matches!(Ask::open().home_of(&redirected), Home::SingleSignOn { redirect: true, password_beside: false, .. }));
    assert!(is_password(&Ask::open().password().home_of(&redirected), &[&redirected]));
}

/// LH-15: no hint brings a password back: neither a connection that is off, nor the domain of one.
#[test]
fn lh_15_naming_a_connection_that_is_off_does_not_bring_the_password_back() {
    use ConnectionState::{Draft, Outage, Pilot, Retired, Tested};
    for state in [Draft, Tested, Pilot, Outage, Retired] {
        let mut ann = federated("1", SsoMode::Button);
        let idle = connect(&mut ann, "Other", state);
        assert!(is_sso(&Ask::open().connection(idle).home_of(&ann), &ann), "{state:?}");
        assert!(is_password(&Ask::closed().connection(idle).password().home_of(&ann), &[]), "{state:?}");
        ann.domains[0].connection = Some(idle);
        let desk = Ask::open().name("front-desk").domain("b.example");
        assert!(is_sso(&desk.home_of(&ann), &ann), "{state:?}");
        assert!(is_password(&Ask { disclosure: crate::Disclosure::Closed, ..desk.password() }.home_of(&ann), &[]), "{state:?}");
    }
    let mut ann = federated("1", SsoMode::Button);
    let running = connect(&mut ann, "Other", ConnectionState::Enforced);
    assert!(matches!(Ask::open().connection(running).home_of(&ann), Home::SingleSignOn { connection, .. } if connection == running));
}

/// B-159, B-160, B-167, LH-16: the exclusion list is about one user, whatever the domain; break-glass is above all.
#[test]
fn lh_16_excluded_and_break_glass_users_keep_their_password() {
    let excluded = |setting| with_user(allow(setting), |u| u.rule = Some(UserRule::Excluded));
    let glass = |setting| with_user(allow(setting), |u| u.break_glass = true);
    for (setting, excluded_works) in [(AllowLocal::Yes, true), (AllowLocal::ExceptionsOnly, true), (AllowLocal::No, false)] {
        for (ann, works) in [(excluded(setting), excluded_works), (glass(setting), true), (allow(setting), setting == AllowLocal::Yes)] {
            let closed = Ask::closed().password().home_of(&ann);
            let own: &[&Candidate] = if works { &[&ann] } else { &[] };
            assert!(is_password(&closed, own), "{setting:?} {ann:?}");
            assert_eq!(is_password(&Ask::open().password().home_of(&ann), &[&ann]), works, "{setting:?} {ann:?}");
        }
        let open = Ask::open().home_of(&excluded(setting));
        assert_eq!(matches!(open, Home::Password { .. }), excluded_works, "{setting:?}");
    }
    let never = Ask::open().application(|a| a.sso = SsoRule::Never);
    let key = glass(AllowLocal::No);
    assert!(is_password(&never.home_of(&key), &[&key]));
}

/// B-012, B-164, B-165: what an application allows. Where the account lets no password work at all, nobody gets in that way.
#[test]
fn the_application_allows_or_takes_away() {
    let ask = |rule| Ask::open().application(|a| a.sso = rule);
    for rule in [SsoRule::Allowed, SsoRule::RequiresSecondFactor] {
        let ann = federated("1", SsoMode::Redirect);
        assert!(is_sso(&ask(rule).home_of(&ann), &ann), "{rule:?}");
    }
    for setting in [AllowLocal::Yes, AllowLocal::ExceptionsOnly] {
        let ann = allow(setting);
        assert!(is_password(&ask(SsoRule::Never).home_of(&ann), &[&ann]), "{setting:?}");
    }
    assert_eq!(ask(SsoRule::Never).home_of(&allow(AllowLocal::No)), refused(Refusal::NoConnection));
    let off = with(allow(AllowLocal::No), |c| c.account.sso_mode = SsoMode::Off);
    assert!(is_password(&ask(SsoRule::Never).home_of(&off), &[&off]), "an account without Single Sign-On has passwords");
}

/// B-164: where no password works, administrators keep theirs for their own pages until the account lets them in by its provider; nobody else
/// does, it is for no other application, and nothing shows before a proof: under open disclosure neither.
#[test]
fn b_164_administrators_keep_a_password_for_their_pages() {
    let pages = |ask: Ask| ask.application(|a| a.sso = SsoRule::ForAdministrators);
    let plain = allow(AllowLocal::No);
    let admin = with(plain.clone(), |c| c.administers = true);
    assert!(is_password(&pages(Ask::open()).home_of(&admin), &[&admin]));
    let page = |ann: &Candidate| match pages(Ask::open()).home_of(ann) {
        Home::Password { account, sso, outage, .. } => (account == Some(ann.account.id), sso, outage),
        home => panic!("{home:?}"),
    };
    assert!(is_password(&pages(Ask::open()).home_of(&plain), &[]) && page(&plain) == page(&admin), "the page does not say who has a role");
    let glass = with_user(plain.clone(), |u| u.break_glass = true);
    assert!(is_password(&pages(Ask::open()).home_of(&glass), &[&glass]), "LH-16");
    let closed = |ann: &Candidate| pages(Ask::closed()).home_of(ann);
    assert!(is_password(&closed(&admin), &[&admin]) && is_password(&closed(&plain), &[]), "one page, and one password that counts");
    for other in [SsoRule::Never, SsoRule::Allowed] {
        let home = Ask::open().application(|a| a.sso = other).home_of(&admin);
        assert!(if other == SsoRule::Never { home == refused(Refusal::NoConnection) } else { is_sso(&home, &admin) }, "{other:?}");
        assert!(is_password(&Ask::closed().password().application(|a| a.sso = other).home_of(&admin), &[]), "{other:?}");
    }
    let by_provider = with(admin.clone(), |c| c.account.admin_sso = true);
    assert!(is_sso(&pages(Ask::open()).home_of(&by_provider), &by_provider), "until the account says otherwise");
    let held = with_user(admin, |u| u.state = crate::UserState::Suspended);
    assert!(is_password(&closed(&held), &[]));
}

/// B-052, B-161: the application's own mode stands for the account's, and never turns off into on.
#[test]
fn the_applications_mode_never_turns_single_sign_on_on() {
    for own in SsoMode::ALL.iter().copied() {
        for application in [None, Some(SsoMode::Off), Some(SsoMode::Button), Some(SsoMode::Redirect)] {
            let ann = federated("1", own);
            let home = Ask::open().application(|a| a.sso_mode = application).home_of(&ann);
            match application.unwrap_or(own) {
                mode if own != SsoMode::Off && mode != SsoMode::Off => {
                    let at_once = mode == SsoMode::Redirect;
                    assert!(matches!(home, Home::SingleSignOn { redirect, .. } if redirect == at_once), "{own:?} {application:?}");
                }
                _ => assert!(is_password(&home, &[&ann]), "{own:?} {application:?}"),
            }
        }
    }
}

/// B-011: an application that is not there for the account's region. Closed, it is told after the proof.
#[test]
fn regions_bar_an_application() {
    let ask = Ask::open().application(|a| a.regions = ["us".to_owned(), "ca".to_owned()].into());
    let here = local("1");
    assert!(is_password(&ask.home_of(&here), &[&here]));
    let far = with(local("1"), |c| c.account.region = "eu".into());
    assert_eq!(ask.home_of(&far), refused(Refusal::ApplicationNotInRegion));
    assert_eq!(ask.home_of(&without_user(with(federated("1", SsoMode::Button), |c| c.account.region = "eu".into()))), refused(Refusal::ApplicationNotInRegion));
    assert!(is_password(&Ask { disclosure: crate::Disclosure::Closed, ..ask }.home_of(&far), &[&far]));
    assert!(is_password(&Ask::open().home_of(&far), &[&far]), "no regions: everywhere");
}

/// B-167: the life of a connection. Pilot is for the pilot, domains for that and the names of verified ones (Ann’s is one), enforced for all, an outage gives the password back, the rest is not used.
#[test]
fn a_connection_counts_only_while_it_is_on() {
    use ConnectionState::{Domains, Draft, Enforced, Outage, Pilot, Retired, Tested};
    let staff = |c: &mut Candidate| {
        c.account.group_rules = vec![GroupRule { group: "staff".into(), sso_mode: SsoMode::Button, connection: None }];
        c.user.as_mut().unwrap().groups.insert("staff".into());
    };
    let rows = [(Draft, false, false), (Tested, false, false), (Pilot, false, true), (Domains, true, true), (Enforced, true, true), (Outage, false, false), (Retired, false, false)];
    for (state, on, on_for_pilot) in rows {
        let plain = with(federated("1", SsoMode::Button), |c| c.connections[0].state = state);
        let pilot = with_user(plain.clone(), |u| u.rule = Some(UserRule::Pilot));
        let member = with(plain.clone(), staff);
        let piloted = with(plain.clone(), |c| {
            c.account.pilot_groups.insert("sales".into());
            c.user.as_mut().unwrap().groups.insert("sales".into());
        });
        let other = with(plain.clone(), |c| c.account.pilot_groups = ["sales".to_owned()].into());
        for (ann, on) in [(plain, on), (pilot, on_for_pilot), (member, on_for_pilot), (piloted, on_for_pilot), (other, on)] {
            let home = Ask::open().home_of(&ann);
            assert!(if on { is_sso(&home, &ann) } else { is_password(&home, &[&ann]) }, "{state:?} {home:?}");
            let strict = with(ann, |c| c.account.allow_local = AllowLocal::No);
            let home = Ask::open().home_of(&strict);
            match state {
                _ if on => assert!(is_sso(&home, &strict), "{state:?}"),
                Outage => assert!(is_password(&home, &[&strict]), "an outage gives the password back whatever is set"),
                _ => assert_eq!(home, refused(Refusal::NoConnection), "{state:?}"),
            }
        }
    }
}

/// B5: on for the account's verified domains it is on for every name of them, known or not, and for the pilot; a hint makes no name one of theirs.
#[test]
fn on_for_verified_domains_it_leads_their_names_and_the_pilot() {
    // Ann's domain is proved.
    let made = || with(federated("1", SsoMode::Button), |c| c.connections[0].state = ConnectionState::Domains);
    let plain = |c: Candidate| with_user(c, |u| u.username = Username::parse("ann").unwrap());
    let rows = [
        (made(), Ask::open(), true),
        (with(made(), |c| c.domains.clear()), Ask::open(), false),
        (with(made(), |c| c.domains = vec![claim(c, "b.example", None)]), Ask::open(), false),
        (with(made(), |c| c.domains = vec![claim(c, "elsewhere.example", Some(NOW))]), Ask::open(), false),
        (with_user(with(made(), |c| c.domains.clear()), |u| u.rule = Some(UserRule::Pilot)), Ask::open(), true),
        (with_user(made(), |u| u.rule = Some(UserRule::Excluded)), Ask::open(), false),
        (plain(made()), Ask::open().name("ann").domain("b.example"), false),
    ];
    for (number, (ann, ask, on)) in rows.into_iter().enumerate() {
        let home = ask.home_of(&ann);
        assert!(if on { is_sso(&home, &ann) } else { is_password(&home, &[&ann]) }, "{number} {home:?}");
    }
    let nobody = without_user(made());
    for ask in [Ask::open(), Ask::closed()] {
        assert!(is_sso(&ask.home_of(&nobody), &nobody), "USR-8: whether or not the user exists");
    }
}

/// B-168, B-169, B-170, B-172, B-166: switching Single Sign-On off and on again is a decision each time, and no stored password
/// is looked at or lost: there is no fact about one. Who is invited has none that counts.
#[test]
fn switching_off_and_on_again_leaves_everything_as_it_was() {
    let on = federated("1", SsoMode::Button);
    let before = Ask::open().of(std::slice::from_ref(&on));
    let off = with(on.clone(), |c| c.account.sso_mode = SsoMode::Off);
    assert!(is_password(&Ask::open().home_of(&off), &[&off]));
    let again = with(off.clone(), |c| c.account.sso_mode = SsoMode::Button);
    assert_eq!(Ask::open().of(&[again]), before);
    let invited = with_user(off, |u| u.state = UserState::Invited);
    assert!(is_password(&Ask::open().home_of(&invited), &[]));
}

/// B-177: without the entitlement, and without a connection, there is no Single Sign-On.
#[test]
fn single_sign_on_needs_entitlement_and_connection() {
    for setting in AllowLocal::ALL.iter().copied() {
        let unpaid = with(allow(setting), |c| c.account.sso_entitled = false);
        let bare = with(allow(setting), |c| c.connections.clear());
        for (ann, refusal) in [(unpaid, Refusal::NotEntitled), (bare, Refusal::NoConnection)] {
            let home = Ask::open().home_of(&ann);
            match setting {
                AllowLocal::No => assert_eq!(home, refused(refusal)),
                AllowLocal::Yes | AllowLocal::ExceptionsOnly => assert!(is_password(&home, &[&ann]), "{setting:?}"),
            }
        }
    }
}

#[test]
fn a_group_rule_stands_for_the_accounts_mode_in_its_order() {
    let mut ann = federated("1", SsoMode::Off);
    let contractors = connect(&mut ann, "Okta", ConnectionState::Enforced);
    let rule = |group: &str, sso_mode, connection| GroupRule { group: group.into(), sso_mode, connection };
    ann.account.group_rules = vec![
        rule("contractors", SsoMode::Button, Some(contractors)),
        rule("staff", SsoMode::Redirect, None),
        rule("kiosk", SsoMode::Off, None),
    ];
    assert!(is_password(&Ask::open().home_of(&ann), &[&ann]), "in no group");
    let member = |groups: &[&str]| with_user(ann.clone(), |u| u.groups = groups.iter().map(|g| (*g).to_owned()).collect());
    assert!(matches!(Ask::open().home_of(&member(&["staff"])), Home::SingleSignOn { redirect: true, connection, .. } if Some(connection) == ann.account.connection));
    let ones_own = connect(&mut ann, "The domain's", ConnectionState::Enforced);
    ann.domains[0].connection = Some(ones_own);
    let member = |groups: &[&str]| with_user(ann.clone(), |u| u.groups = groups.iter().map(|g| (*g).to_owned()).collect());
    assert!(matches!(Ask::open().home_of(&member(&["staff"])), Home::SingleSignOn { connection, .. } if connection == ones_own));
    assert!(matches!(Ask::open().home_of(&member(&["contractors", "staff"])), Home::SingleSignOn { redirect: false, connection, .. } if connection == contractors));
    let on = with(member(&["kiosk"]), |c| c.account.sso_mode = SsoMode::Redirect);
    assert!(is_password(&Ask::open().home_of(&on), &[&on]), "the group's own rule says off");
    assert!(is_password(&Ask::open().home_of(&member(&["Staff"])), &[&member(&["Staff"])]), "names of groups are exact");
}

#[test]
fn zones_and_devices_are_conditions_and_those_of_one_kind_alternatives() {
    let zoned = with(federated("1", SsoMode::Button), |c| {
        c.account.conditions = vec![Condition::Zone("office".into()), Condition::Zone("plant".into()), Condition::Device(DeviceKind::Computer)];
    });
    let rows = [
        (Some("office"), DeviceKind::Computer, true),
        (Some("plant"), DeviceKind::Computer, true),
        (Some("home"), DeviceKind::Computer, false),
        (None, DeviceKind::Computer, false),
        (Some("office"), DeviceKind::Mobile, false),
        (Some("office"), DeviceKind::Unknown, false),
    ];
    for (zone, device, holds) in rows {
        let ask = Ask { zone, device, ..Ask::open() };
        let home = ask.home_of(&zoned);
        assert!(if holds { is_sso(&home, &zoned) } else { is_password(&home, &[&zoned]) }, "{zone:?} {device:?}");
        let strict = with(zoned.clone(), |c| c.account.allow_local = AllowLocal::No);
        assert_eq!(ask.home_of(&strict) == refused(Refusal::NoConnection), !holds, "passwords are off outside the zone, too");
    }
}

/// PWD-5, LH-15: a user who is not active, or whose account is not, has no password that counts.
#[test]
fn only_active_users_of_active_accounts_have_a_password_that_counts() {
    for state in UserState::ALL.iter().copied() {
        let ann = with_user(local("1"), |u| u.state = state);
        let own: &[&Candidate] = if state == UserState::Active { &[&ann] } else { &[] };
        for ask in [Ask::open(), Ask::closed(), Ask::closed().password()] {
            assert!(is_password(&ask.home_of(&ann), own), "{state:?}");
        }
    }
    let shut = with(local("1"), |c| c.account.state = crate::AccountState::Suspended);
    assert_eq!(Ask::open().home_of(&shut), refused(Refusal::AccountSuspended));
    assert!(is_password(&Ask::closed().home_of(&shut), &[]));
}
