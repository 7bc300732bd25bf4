//! The way into the portal: the portal as an application, and who could come in whatever a provider does (B-164).

use std::collections::BTreeSet;

use homeward_discovery::{
    Account, AccountSelection, Application, ApplicationKind, Candidate, Candidates, Connection, ConnectionState, DeviceKind, Home, Known, SsoRule, User, home_of,
};
use homeward_model::{ClientId, Timestamp};

use crate::CLIENT_ID;

/// The portal as discovery sees it. Administrators sign in here and not at their provider, so that no provider that fails or is taken
/// over decides who administers, until the account allows otherwise.
pub fn application() -> Option<Application> {
    Some(Application {
        client_id: ClientId::parse(CLIENT_ID)?,
        name: "Account Portal".into(),
        kind: ApplicationKind::Web,
        regions: BTreeSet::new(),
        sso: SsoRule::ForAdministrators,
        sso_mode: None,
        account_selection: AccountSelection::Identifier,
        private: false,
    })
}

/// Whether the rules would let this user, who has a role, in with a password, were every one of these connections of the account on. Discovery is asked,
/// so that nobody counts whom it would refuse; that there is a password is for the caller to know.
pub fn needs_no_provider(user: &User, account: &Account, connections: &[Connection], now: Timestamp) -> bool {
    let Some(application) = application() else { return false };
    let on = |connection: &Connection| Connection { state: ConnectionState::Enforced, outage: None, ..connection.clone() };
    // Where and from what somebody comes changes from one moment to the next.
    let account = Account { conditions: Vec::new(), connection: account.connection.or(connections.first().map(|c| c.id)), ..account.clone() };
    let known = Known { username: &user.username, account: &account.number, connection: None, application: &application, place: (None, DeviceKind::Unknown) };
    let candidate = Candidate { account: account.clone(), user: Some(user.clone()), administers: true, connections: connections.iter().map(on).collect(), domains: Vec::new() };
    let home = home_of(&known, &Candidates { accounts: vec![candidate] }, now).home;
    match home {
        Home::Password { users, .. } => users.contains(&user.id),
        Home::SingleSignOn { password_beside, .. } => password_beside,
        Home::ChooseAccount { .. } | Home::Refused { .. } => false,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use homeward_discovery::{AccountState, AllowLocal, SsoMode, UserRule, UserState};
    use homeward_model::{AccountId, AccountNumber, ConnectionId, SystemRandom, UserId, Username};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    pub(crate) fn account() -> (Account, Vec<Connection>) {
        let id = AccountId::generate(&SystemRandom);
        let connection = Connection { id: ConnectionId::generate(&SystemRandom), account: id, name: "Entra".into(), state: ConnectionState::Draft, outage: None };
        let account = Account {
            id, number: AccountNumber::parse("40817").unwrap(), label: None, name: "North".into(), region: String::new(), parent: None, state: AccountState::Active,
            sso_entitled: true, sso_mode: SsoMode::Button, allow_local: AllowLocal::ExceptionsOnly, connection: Some(connection.id), group_rules: Vec::new(), pilot_groups: std::collections::BTreeSet::new(),
            conditions: Vec::new(), admin_sso: false, colour: None, logo: None, contact: None, language: None, preset: None,
        };
        (account, vec![connection])
    }

    fn ann(account: &Account) -> User {
        User {
            id: UserId::generate(&SystemRandom), account: account.id, username: Username::parse("ann@north.example").unwrap(), email: None, external_id: None,
            given_name: String::new(), family_name: String::new(), state: UserState::Active, roles: BTreeSet::new(), groups: BTreeSet::new(), rule: None, break_glass: false,
        }
    }

    /// B-164: administrators keep their password as long as the account does not say otherwise; then those count whom no provider is
    /// needed for: the exclusion list and break-glass users.
    #[test]
    fn b_164_whoever_discovery_would_refuse_is_no_way_in() {
        let (local, connections) = account();
        let user = ann(&local);
        let asked = |account: &Account, user: &User| needs_no_provider(user, account, &connections, NOW);
        assert!(asked(&local, &user));
        let closed = Account { allow_local: AllowLocal::No, ..local.clone() };
        assert!(asked(&closed, &user), "whoever has a role keeps the password for the portal");
        let provider_only = Account { admin_sso: true, ..closed.clone() };
        assert!(!asked(&provider_only, &user), "no password works in this account");
        assert!(asked(&provider_only, &User { break_glass: true, ..user.clone() }));
        assert!(!asked(&provider_only, &User { rule: Some(UserRule::Excluded), ..user.clone() }));
        assert!(asked(&Account { sso_mode: SsoMode::Off, ..closed }, &user));
        let allows = Account { admin_sso: true, ..local.clone() };
        assert!(!asked(&allows, &user), "a draft may be on tomorrow");
        assert!(asked(&allows, &User { rule: Some(UserRule::Excluded), ..user.clone() }));
        assert!(asked(&allows, &User { break_glass: true, ..user.clone() }));
        assert!(asked(&Account { allow_local: AllowLocal::Yes, ..allows.clone() }, &user));
        assert!(asked(&Account { sso_entitled: false, ..allows.clone() }, &user));
        assert!(!asked(&Account { state: AccountState::Suspended, ..local.clone() }, &user));
        assert!(!asked(&local, &User { state: UserState::Suspended, ..user }));
    }
}
