//! Accounts, people and questions for the tests.

use std::collections::BTreeSet;

use homeward_model::{
    AccountHint, AccountId, AccountNumber, ClientId, ConnectionId, DomainName, PartnerLabel, SystemRandom, Timestamp, UserId, Username,
};

use crate::{
    Account, AccountSelection, AccountState, AllowLocal, Application, ApplicationKind, Candidate, Candidates, Connection, ConnectionState,
    Decision, DeviceKind, Disclosure, DomainClaim, Hints, Home, Question, SsoMode, SsoRule, User, UserState, decide,
};

pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_000);
pub(super) const LATER: Timestamp = Timestamp::from_seconds(1_001);

pub(super) fn account(number: &str) -> Account {
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
        group_rules: vec![], pilot_groups: std::collections::BTreeSet::new(),
        conditions: vec![],
        admin_sso: false, colour: None, logo: None, contact: None, language: None, preset: None,
    }
}

pub(super) fn ann() -> Username {
    Username::parse("ann@b.example").unwrap()
}

pub(super) fn domain(name: &str) -> DomainName {
    DomainName::parse(name).unwrap()
}

/// An account with Ann in it and nothing else.
pub(super) fn local(number: &str) -> Candidate {
    let account = account(number);
    let user = User {
        id: UserId::generate(&SystemRandom),
        account: account.id,
        username: ann(),
        email: None,
        external_id: None,
        given_name: "Ann".into(),
        family_name: "Miller".into(),
        state: UserState::Active,
        roles: BTreeSet::new(),
        groups: BTreeSet::new(),
        rule: None,
        break_glass: false,
    };
    Candidate { account, user: Some(user), administers: false, connections: vec![], domains: vec![] }
}

/// An account with Single Sign-On, Ann in it, and her domain verified.
pub(super) fn federated(number: &str, mode: SsoMode) -> Candidate {
    let mut candidate = local(number);
    candidate.account.sso_mode = mode;
    candidate.account.connection = Some(connect(&mut candidate, "Entra", ConnectionState::Enforced));
    candidate.domains.push(claim(&candidate, "b.example", Some(NOW)));
    candidate
}

pub(super) fn connect(candidate: &mut Candidate, name: &str, state: ConnectionState) -> ConnectionId {
    let id = ConnectionId::generate(&SystemRandom);
    candidate.connections.push(Connection { id, account: candidate.account.id, name: name.into(), state, outage: None });
    id
}

pub(super) fn claim(candidate: &Candidate, name: &str, verified_at: Option<Timestamp>) -> DomainClaim {
    DomainClaim { domain: domain(name), account: candidate.account.id, verified_at, connection: None }
}

/// The same with something changed.
pub(super) fn with(mut candidate: Candidate, change: impl FnOnce(&mut Candidate)) -> Candidate {
    change(&mut candidate);
    candidate
}

/// The same with something changed about Ann.
pub(super) fn with_user(candidate: Candidate, change: impl FnOnce(&mut User)) -> Candidate {
    with(candidate, |c| change(c.user.as_mut().unwrap()))
}

pub(super) fn without_user(candidate: Candidate) -> Candidate {
    with(candidate, |c| c.user = None)
}

pub(super) fn user_of(candidate: &Candidate) -> UserId {
    candidate.user.as_ref().unwrap().id
}

/// A question that owns what it is about.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub username: Username,
    pub application: Application,
    pub hints: Hints,
    pub zone: Option<&'static str>,
    pub device: DeviceKind,
    pub disclosure: Disclosure,
    pub wants_password: bool,
}

impl Ask {
    pub fn open() -> Self {
        let application = Application {
            client_id: ClientId::parse("teamwork").unwrap(),
            name: "Teamwork".into(),
            kind: ApplicationKind::Web,
            regions: BTreeSet::new(),
            sso: SsoRule::Allowed,
            sso_mode: None,
            account_selection: AccountSelection::Identifier,
            private: false,
        };
        let (username, hints, disclosure) = (ann(), Hints::default(), Disclosure::Open);
        Self { username, application, hints, zone: None, device: DeviceKind::Computer, disclosure, wants_password: false }
    }
    pub fn closed() -> Self {
        Self { disclosure: Disclosure::Closed, ..Self::open() }
    }
    /// For another name.
    pub fn name(mut self, typed: &str) -> Self {
        self.username = Username::parse(typed).unwrap();
        self
    }
    /// With an account number or label.
    pub fn account(mut self, typed: &str) -> Self {
        self.hints.account = AccountHint::parse(typed);
        self
    }
    pub fn connection(mut self, id: ConnectionId) -> Self {
        self.hints.connection = Some(id);
        self
    }
    pub fn domain(mut self, name: &str) -> Self {
        self.hints.domain = Some(domain(name));
        self
    }
    /// "Enter your password" was chosen.
    pub fn password(mut self) -> Self {
        self.wants_password = true;
        self
    }
    /// The application is another.
    pub fn application(mut self, change: impl FnOnce(&mut Application)) -> Self {
        change(&mut self.application);
        self
    }
    pub fn of(&self, accounts: &[Candidate]) -> Decision {
        let (username, application, hints) = (&self.username, &self.application, &self.hints);
        let (zone, device, disclosure, wants_password) = (self.zone, self.device, self.disclosure, self.wants_password);
        let question = Question { username, application, hints, zone, device, disclosure, wants_password };
        decide(&question, &Candidates { accounts: accounts.to_vec() }, NOW)
    }
    pub fn home(&self, accounts: &[Candidate]) -> Home {
        self.of(accounts).home
    }
    pub fn home_of(&self, account: &Candidate) -> Home {
        self.home(std::slice::from_ref(account))
    }
}

/// The password page, with exactly these users' passwords.
pub(super) fn is_password(home: &Home, of: &[&Candidate]) -> bool {
    let expected: Vec<UserId> = of.iter().map(|c| user_of(c)).collect();
    matches!(home, Home::Password { users, .. } if *users == expected)
}

/// Single Sign-On by the account's own connection.
pub(super) fn is_sso(home: &Home, of: &Candidate) -> bool {
    matches!(home, Home::SingleSignOn { account, connection, .. } if *account == of.account.id && Some(*connection) == of.account.connection)
}

/// What a page can show of a decision: everything but the users.
pub(super) fn page(home: Home) -> Home {
    match home {
        Home::Password { account, sso, outage, .. } => Home::Password { users: vec![], account, sso, outage },
        other => other,
    }
}
