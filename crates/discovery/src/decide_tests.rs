use std::collections::BTreeSet;

use homeward_model::{AccountHint, AccountId, AccountNumber, ClientId, ConnectionId, PartnerLabel, SystemRandom, Timestamp, UserId, Username};
use proptest::prelude::*;

use crate::{
    Account, AccountSelection, AccountState, AllowLocal, Application, ApplicationKind, Candidate, Candidates, Condition, Connection, ConnectionState,
    Decision, DeviceKind, Disclosure, DomainClaim, GroupRule, Hints, Home, Question, Refusal, SsoMode, SsoRule, User, UserRule, UserState, decide,
};

const NOW: Timestamp = Timestamp::from_seconds(1_000);

fn account(number: &str) -> Account {
    Account {
        id: AccountId::generate(&SystemRandom),
        number: AccountNumber::parse(number).unwrap(),
        label: PartnerLabel::parse(&format!("Label {number}")).ok(),
        name: format!("Account {number}"),
        region: "us".into(),
        parent: None,
        state: AccountState::Active,
        sso_entitled: true,
        sso_mode: SsoMode::Off,
        allow_local: AllowLocal::ExceptionsOnly,
        connection: None,
        group_rules: vec![],
        conditions: vec![],
    }
}

fn ann() -> Username {
    Username::parse("ann@b.example").unwrap()
}

fn with_user(account: Account) -> Candidate {
    let user = User {
        id: UserId::generate(&SystemRandom),
        account: account.id,
        username: ann(),
        email: None,
        given_name: "Ann".into(),
        family_name: "Miller".into(),
        state: UserState::Active,
        roles: BTreeSet::new(),
        groups: BTreeSet::new(),
        rule: None,
        break_glass: false,
    };
    Candidate { account, user: Some(user), connections: vec![], domains: vec![] }
}

/// An account with Single Sign-On on, a user, and the user's domain verified.
fn federated(number: &str, mode: SsoMode) -> Candidate {
    let mut candidate = with_user(Account { sso_mode: mode, ..account(number) });
    let connection = Connection { id: ConnectionId::generate(&SystemRandom), account: candidate.account.id, name: "Entra".into(), state: ConnectionState::Enforced };
    candidate.account.connection = Some(connection.id);
    candidate.connections.push(connection);
    candidate.domains.push(DomainClaim { domain: ann().domain().unwrap().clone(), account: candidate.account.id, verified_at: Some(NOW), connection: None });
    candidate
}

fn application() -> Application {
    Application {
        client_id: ClientId::parse("teamwork").unwrap(),
        name: "Teamwork".into(),
        kind: ApplicationKind::Web,
        regions: BTreeSet::new(),
        sso: SsoRule::Allowed,
        sso_mode: None,
        account_selection: AccountSelection::Identifier,
    }
}

struct Ask {
    application: Application,
    hints: Hints,
    zone: Option<&'static str>,
    device: DeviceKind,
    disclosure: Disclosure,
    wants_password: bool,
}

impl Ask {
    fn open() -> Self {
        Self { application: application(), hints: Hints::default(), zone: None, device: DeviceKind::Computer, disclosure: Disclosure::Open, wants_password: false }
    }
    fn closed() -> Self {
        Self { disclosure: Disclosure::Closed, ..Self::open() }
    }
    fn number(mut self, number: &str) -> Self {
        self.hints.account = AccountHint::parse(number);
        self
    }
    fn password(mut self) -> Self {
        self.wants_password = true;
        self
    }
    fn of(&self, accounts: &[Candidate]) -> Decision {
        let username = ann();
        let question = Question {
            username: &username,
            application: &self.application,
            hints: &self.hints,
            zone: self.zone,
            device: self.device,
            disclosure: self.disclosure,
            wants_password: self.wants_password,
        };
        decide(&question, &Candidates { accounts: accounts.to_vec() }, NOW)
    }
    fn home(&self, accounts: &[Candidate]) -> Home {
        self.of(accounts).home
    }
}

fn user_of(candidate: &Candidate) -> UserId {
    candidate.user.as_ref().unwrap().id
}

fn is_password_of(home: &Home, users: &[UserId]) -> bool {
    matches!(home, Home::Password { users: found, .. } if found == users)
}

fn is_sso(home: &Home, candidate: &Candidate) -> bool {
    matches!(home, Home::SingleSignOn { account, connection, .. } if *account == candidate.account.id && Some(*connection) == candidate.account.connection)
}

/// B-043, B-052, B-053, B-161: off is the password, button is the button, redirect goes there.
#[test]
fn the_mode_of_the_account_decides_the_second_step() {
    let local = with_user(account("1"));
    assert!(is_password_of(&Ask::open().home(std::slice::from_ref(&local)), &[user_of(&local)]));
    let button = federated("1", SsoMode::Button);
    assert!(matches!(Ask::open().home(std::slice::from_ref(&button)), Home::SingleSignOn { redirect: false, password_beside: false, .. }));
    let redirect = federated("1", SsoMode::Redirect);
    assert!(matches!(Ask::open().home(&[redirect]), Home::SingleSignOn { redirect: true, password_beside: false, .. }));
}

/// B-112, B-166, B-189, LH-15: whether the password works beside it is policy; asking for it changes nothing by itself.
#[test]
fn lh_15_passwords_beside_single_sign_on_are_policy() {
    for (allow, beside) in [(AllowLocal::Yes, true), (AllowLocal::ExceptionsOnly, false), (AllowLocal::No, false)] {
        let mut candidate = federated("1", SsoMode::Button);
        candidate.account.allow_local = allow;
        let shown = Ask::open().home(std::slice::from_ref(&candidate));
        assert!(matches!(shown, Home::SingleSignOn { password_beside, .. } if password_beside == beside), "{allow:?}");
        let asked = Ask::open().password().home(std::slice::from_ref(&candidate));
        if beside {
            assert!(is_password_of(&asked, &[user_of(&candidate)]));
        } else {
            assert!(is_sso(&asked, &candidate), "{allow:?}");
        }
        let closed = Ask::closed().password().home(std::slice::from_ref(&candidate));
        let expected: Vec<UserId> = if beside { vec![user_of(&candidate)] } else { vec![] };
        assert!(is_password_of(&closed, &expected), "{allow:?}: the page is there, the password is nobody's");
    }
}

/// B-159, B-167, LH-16: the exclusion list and break-glass users.
#[test]
fn lh_16_excluded_and_break_glass_users_keep_their_password() {
    let mut excluded = federated("1", SsoMode::Redirect);
    excluded.user.as_mut().unwrap().rule = Some(UserRule::Excluded);
    assert!(is_password_of(&Ask::open().home(std::slice::from_ref(&excluded)), &[user_of(&excluded)]));
    assert!(is_password_of(&Ask::closed().password().home(std::slice::from_ref(&excluded)), &[user_of(&excluded)]));
    excluded.account.allow_local = AllowLocal::No;
    assert!(is_sso(&Ask::open().home(std::slice::from_ref(&excluded)), &excluded), "no passwords at all");
    let user = excluded.user.as_mut().unwrap();
    (user.break_glass, user.rule) = (true, None);
    assert!(is_password_of(&Ask::open().home(std::slice::from_ref(&excluded)), &[user_of(&excluded)]));
}

/// B-012, B-164: an application without Single Sign-On asks for the password; its own mode never turns it on.
#[test]
fn the_application_may_take_away_and_never_add() {
    let candidate = federated("1", SsoMode::Redirect);
    let mut ask = Ask::open();
    ask.application.sso = SsoRule::Never;
    assert!(is_password_of(&ask.home(std::slice::from_ref(&candidate)), &[user_of(&candidate)]));
    let mut ask = Ask::open();
    ask.application.sso_mode = Some(SsoMode::Button);
    assert!(matches!(ask.home(std::slice::from_ref(&candidate)), Home::SingleSignOn { redirect: false, .. }));
    ask.application.sso_mode = Some(SsoMode::Off);
    assert!(is_password_of(&ask.home(std::slice::from_ref(&candidate)), &[user_of(&candidate)]));
    ask.application.sso_mode = Some(SsoMode::Redirect);
    let off = federated("1", SsoMode::Off);
    assert!(is_password_of(&ask.home(std::slice::from_ref(&off)), &[user_of(&off)]));
}

/// B-011: an application that is not there for the account's region.
#[test]
fn regions_bar_an_application() {
    let mut ask = Ask::open();
    ask.application.regions = ["us".to_owned(), "ca".to_owned()].into();
    let mut candidate = with_user(account("1"));
    assert!(is_password_of(&ask.home(std::slice::from_ref(&candidate)), &[user_of(&candidate)]));
    candidate.account.region = "eu".into();
    assert_eq!(ask.home(&[candidate]), Home::Refused { refusal: Refusal::ApplicationNotInRegion });
}

/// B-177, and the life cycle of a connection: only one that is on counts; an outage gives the password back.
#[test]
fn a_connection_counts_only_while_it_is_on() {
    use ConnectionState::{Draft, Enforced, Outage, Pilot, Retired, Tested};
    for (state, on) in [(Draft, false), (Tested, false), (Pilot, false), (Enforced, true), (Outage, false), (Retired, false)] {
        let mut candidate = federated("1", SsoMode::Button);
        candidate.connections[0].state = state;
        let home = Ask::open().home(std::slice::from_ref(&candidate));
        assert_eq!(is_sso(&home, &candidate), on, "{state:?}");
        assert_eq!(is_password_of(&home, &[user_of(&candidate)]), !on, "{state:?}");
    }
    let mut pilot = federated("1", SsoMode::Button);
    pilot.connections[0].state = Pilot;
    pilot.user.as_mut().unwrap().rule = Some(UserRule::Pilot);
    assert!(is_sso(&Ask::open().home(std::slice::from_ref(&pilot)), &pilot));
    let mut candidate = federated("1", SsoMode::Button);
    candidate.account.sso_entitled = false;
    assert!(is_password_of(&Ask::open().home(std::slice::from_ref(&candidate)), &[user_of(&candidate)]));
    candidate.account.allow_local = AllowLocal::No;
    assert_eq!(Ask::open().home(std::slice::from_ref(&candidate)), Home::Refused { refusal: Refusal::NotEntitled });
    candidate.account.sso_entitled = true;
    candidate.connections.clear();
    assert_eq!(Ask::open().home(&[candidate]), Home::Refused { refusal: Refusal::NoConnection });
}

#[test]
fn groups_zones_and_devices_are_conditions() {
    let mut candidate = federated("1", SsoMode::Off);
    candidate.account.group_rules = vec![GroupRule { group: "staff".into(), sso_mode: SsoMode::Redirect, connection: None }];
    assert!(is_password_of(&Ask::open().home(std::slice::from_ref(&candidate)), &[user_of(&candidate)]));
    candidate.user.as_mut().unwrap().groups.insert("staff".into());
    assert!(is_sso(&Ask::open().home(std::slice::from_ref(&candidate)), &candidate));
    let mut zoned = federated("1", SsoMode::Button);
    zoned.account.conditions = vec![Condition::Zone("office".into()), Condition::Device(DeviceKind::Computer)];
    let ask = |zone, device| Ask { zone, device, ..Ask::open() }.home(std::slice::from_ref(&zoned));
    assert!(is_sso(&ask(Some("office"), DeviceKind::Computer), &zoned));
    assert!(!is_sso(&ask(None, DeviceKind::Computer), &zoned));
    assert!(!is_sso(&ask(Some("office"), DeviceKind::Mobile), &zoned));
}

/// B-039…B-042, LH-13: several accounts; by number or label; at the password where the application says so; never listed when closed.
#[test]
fn lh_13_several_accounts_are_chosen_and_not_listed_before_a_proof() {
    let (one, two) = (with_user(account("11")), with_user(account("22")));
    let both = [one.clone(), two.clone()];
    assert!(matches!(Ask::open().home(&both), Home::ChooseAccount { accounts, named_unknown: false } if accounts.len() == 2));
    assert!(is_password_of(&Ask::open().number("22").home(&both), &[user_of(&two)]));
    assert!(is_password_of(&Ask::open().number("label 11").home(&both), &[user_of(&one)]));
    assert!(matches!(Ask::open().number("33").home(&both), Home::ChooseAccount { named_unknown: true, .. }));
    let mut ask = Ask::open();
    ask.application.account_selection = AccountSelection::Password;
    assert!(is_password_of(&ask.home(&both), &[user_of(&one), user_of(&two)]));
    assert!(is_password_of(&Ask::closed().home(&both), &[user_of(&one), user_of(&two)]));
    assert!(is_password_of(&Ask::closed().number("22").home(&both), &[user_of(&two)]));
}

/// LH-01, LH-14: closed, the page is the same for every state of a name and for every number that is typed.
#[test]
fn lh_01_eight_states_have_one_page_when_closed() {
    let page = |home: Home| match home {
        Home::Password { account, sso, .. } => (account, sso),
        other => panic!("{other:?}"),
    };
    let local = with_user(account("1"));
    let state = |state| {
        let mut candidate = local.clone();
        candidate.user.as_mut().unwrap().state = state;
        candidate
    };
    let mut suspended_account = local.clone();
    suspended_account.account.state = AccountState::Suspended;
    let states = [
        vec![],
        vec![local.clone()],
        vec![state(UserState::Suspended)],
        vec![state(UserState::Invited)],
        vec![state(UserState::Deprovisioned)],
        vec![suspended_account],
        vec![local.clone(), with_user(account("2"))],
    ];
    for candidates in &states {
        assert_eq!(page(Ask::closed().home(candidates)), (None, None));
        assert_eq!(page(Ask::closed().number("77").home(candidates)), (None, None), "LH-14");
        assert_eq!(page(Ask::closed().number("1").home(candidates)), (None, None), "LH-14");
    }
    // On a domain with Single Sign-On: excluded, unknown and federated names have one page, too.
    let mut excluded = federated("1", SsoMode::Redirect);
    excluded.user.as_mut().unwrap().rule = Some(UserRule::Excluded);
    let unknown = Candidate { user: None, ..excluded.clone() };
    let mut plain = excluded.clone();
    plain.user.as_mut().unwrap().rule = None;
    let shown = Ask::closed().home(&[excluded]);
    assert!(is_sso(&shown, &plain));
    assert!(matches!(shown, Home::SingleSignOn { password_beside: true, .. }));
    assert_eq!(shown, Ask::closed().home(&[unknown]));
    assert_eq!(shown, Ask::closed().home(&[plain]));
}

/// USR-8: a name on a verified domain goes to Single Sign-On whether or not the user exists.
#[test]
fn a_verified_domain_routes_unknown_names_and_an_unverified_one_does_not() {
    let known = federated("1", SsoMode::Button);
    let mut unknown = Candidate { user: None, ..known.clone() };
    for ask in [Ask::open(), Ask::closed()] {
        assert!(is_sso(&ask.home(std::slice::from_ref(&unknown)), &known));
    }
    unknown.domains[0].verified_at = None;
    for ask in [Ask::open(), Ask::closed()] {
        assert!(is_password_of(&ask.home(std::slice::from_ref(&unknown)), &[]));
    }
}

/// LH-07: several accounts proved one domain: closed asks for the number, open lets choose; nobody is moved.
#[test]
fn lh_07_two_owners_of_a_domain_move_nobody() {
    let (one, two) = (federated("1", SsoMode::Redirect), federated("2", SsoMode::Redirect));
    let strangers = [Candidate { user: None, ..one.clone() }, Candidate { user: None, ..two.clone() }];
    assert!(is_password_of(&Ask::closed().home(&strangers), &[]));
    assert!(is_sso(&Ask::closed().number("2").home(&strangers), &two));
    assert!(matches!(Ask::open().home(&strangers), Home::ChooseAccount { .. }));
    // A member of one account stays there when another claims the domain.
    let member = [one.clone(), Candidate { user: None, ..two }];
    assert!(is_sso(&Ask::open().home(&member), &one));
}

/// LH-17: a connection hint counts only inside an account that the name leads to.
#[test]
fn lh_17_a_hint_cannot_lead_to_a_strangers_provider() {
    let mine = federated("1", SsoMode::Button);
    let foreign = federated("2", SsoMode::Button);
    let mut ask = Ask::open();
    ask.hints.connection = foreign.account.connection;
    assert!(is_sso(&ask.home(std::slice::from_ref(&mine)), &mine));
    let mut smuggled = mine.clone();
    smuggled.connections.push(foreign.connections[0].clone());
    assert!(is_sso(&ask.home(&[smuggled]), &mine), "another account's connection is none of this one's");
}

#[test]
fn a_decision_explains_itself() {
    let candidate = federated("1", SsoMode::Button);
    let text = Ask::open().of(std::slice::from_ref(&candidate)).to_text(&Candidates { accounts: vec![candidate] });
    for part in ["– break_glass", "– application", "– user", "– group", "✓ account", "→ Single Sign-On with \"Entra\" of Account 1 (account 1), by the button."] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains("ann"), "no username");
}

prop_compose! {
    fn any_candidate()(
        number in 1u32..4, lives in any::<bool>(), state in 0usize..4, rule in 0usize..3, glass in any::<bool>(), mode in 0usize..3,
        allow in 0usize..3, connection in 0usize..6, verified in any::<bool>(), entitled in any::<bool>(), active in any::<bool>(),
    ) -> Candidate {
        let mut candidate = federated(&number.to_string(), SsoMode::ALL[mode]);
        candidate.account.allow_local = AllowLocal::ALL[allow];
        candidate.account.sso_entitled = entitled;
        candidate.account.state = if active { AccountState::Active } else { AccountState::Suspended };
        candidate.connections[0].state = ConnectionState::ALL[connection];
        candidate.domains[0].verified_at = verified.then_some(NOW);
        let user = candidate.user.as_mut().unwrap();
        user.state = UserState::ALL[state];
        user.rule = [None, Some(UserRule::Excluded), Some(UserRule::Pilot)][rule];
        user.break_glass = glass;
        if !lives { candidate.user = None; }
        candidate
    }
}

/// What a page can show of a decision: everything but the users.
fn visible(home: Home) -> Home {
    match home {
        Home::Password { account, sso, .. } => Home::Password { users: vec![], account, sso },
        other => other,
    }
}

proptest! {
    #[test]
    fn closed_pages_do_not_depend_on_users(mut candidates in prop::collection::vec(any_candidate(), 0..4), password in any::<bool>(), number in prop::option::of(1u32..5)) {
        let mut ask = Ask::closed();
        ask.wants_password = password;
        ask.hints.account = number.and_then(|n| AccountHint::parse(&n.to_string()));
        let with = visible(ask.home(&candidates));
        for candidate in &mut candidates { candidate.user = None; }
        prop_assert_eq!(with, visible(ask.home(&candidates)));
    }
    #[test]
    fn only_active_users_of_the_named_account_may_try(candidates in prop::collection::vec(any_candidate(), 0..4), open in any::<bool>(), password in any::<bool>(), number in prop::option::of(1u32..5)) {
        let mut ask = if open { Ask::open() } else { Ask::closed() };
        ask.wants_password = password;
        ask.hints.account = number.and_then(|n| AccountHint::parse(&n.to_string()));
        if let Home::Password { users, .. } = ask.home(&candidates) {
            for id in users {
                let candidate = candidates.iter().find(|c| c.user.as_ref().is_some_and(|u| u.id == id)).unwrap();
                let user = candidate.user.as_ref().unwrap();
                prop_assert_eq!(user.state, UserState::Active);
                prop_assert_eq!(candidate.account.state, AccountState::Active);
                prop_assert!(number.is_none_or(|n| candidate.account.number.as_str() == n.to_string()));
                let policy = candidate.account.allow_local;
                prop_assert!(policy != AllowLocal::No || user.break_glass || candidate.account.sso_mode == SsoMode::Off || candidate.connections[0].state == ConnectionState::Outage);
            }
        }
    }
    #[test]
    fn an_unverified_claim_changes_nothing(candidates in prop::collection::vec(any_candidate(), 0..4), open in any::<bool>()) {
        let ask = if open { Ask::open() } else { Ask::closed() };
        let before = ask.home(&candidates);
        let mut more = candidates;
        for candidate in &mut more {
            let claim = DomainClaim { verified_at: None, ..candidate.domains[0].clone() };
            candidate.domains.push(claim);
        }
        prop_assert_eq!(before, ask.home(&more));
    }
}
