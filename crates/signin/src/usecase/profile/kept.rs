//! What of a person their organisation's provider says.

use homeward_discovery::ConnectionState;
use homeward_federation::{Jit, LocalField};
use homeward_local_credential::StoreFault;
use homeward_model::Timestamp;

use crate::{
    context::Context,
    ports::FoundSession,
    profile::OwnConnection,
};

/// The name of the provider for each of them; `None`: the person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    pub given: Option<String>,
    pub family: Option<String>,
    pub email: Option<String>,
}

pub(super) async fn kept(ctx: &Context, found: &FoundSession) -> Result<Kept, StoreFault> {
    let connections = ctx.profiles.connections_of(found.account.id, found.user.id).await?;
    Ok(of(&connections, ctx.now()))
}

fn of(connections: &[OwnConnection], now: Timestamp) -> Kept {
    let mut kept = Kept::default();
    for OwnConnection { route, settings, is_bound } in connections {
        if matches!(route.state_at(now), ConnectionState::Draft | ConnectionState::Tested | ConnectionState::Retired) {
            continue;
        }
        let name = || Some(route.name.clone());
        // Whoever is looked for by address is whoever has it: no person may choose that for themselves, come through it or not.
        let by_address = settings.matching.local == LocalField::Email;
        if kept.email.is_none() && (by_address || (*is_bound && (settings.mapping.email.is_some() || settings.jit == Jit::Create))) {
            kept.email = name();
        }
        if kept.given.is_none() && *is_bound && settings.mapping.given_name.is_some() {
            kept.given = name();
        }
        if kept.family.is_none() && *is_bound && settings.mapping.family_name.is_some() {
            kept.family = name();
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use homeward_discovery::Connection;
    use homeward_federation::{ConnectionSettings, Preset, Protocol, oidc::OidcSettings};
    use homeward_model::{AccountId, ConnectionId, SystemRandom};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn connection(state: ConnectionState, is_bound: bool, change: impl FnOnce(&mut ConnectionSettings)) -> OwnConnection {
        let mut settings = ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "c"))));
        (settings.mapping.email, settings.mapping.given_name, settings.mapping.family_name) = (None, None, None);
        (settings.jit, settings.matching.local) = (Jit::Off, LocalField::Username);
        change(&mut settings);
        let (id, account) = (ConnectionId::generate(&SystemRandom), AccountId::generate(&SystemRandom));
        OwnConnection { route: Connection { id, account, name: "Provider".into(), state, outage: None }, settings, is_bound }
    }

    /// ST-18: what a provider says is its own for whoever has come through it; an address by which people are looked for, for everybody.
    #[test]
    fn st_18_what_a_provider_says_is_not_the_persons_to_change() {
        let on = ConnectionState::Enforced;
        let email = |connection: OwnConnection| of(&[connection], NOW).email.is_some();
        assert_eq!(of(&[connection(on, true, |_| {})], NOW), Kept::default(), "the twin: a provider that says nothing of it");
        assert!(email(connection(on, true, |s| s.mapping.email = Some("mail".into()))));
        assert!(!email(connection(on, false, |s| s.mapping.email = Some("mail".into()))), "somebody who does not come through it");
        assert!(email(connection(on, true, |s| s.jit = Jit::Create)));
        assert!(email(connection(on, false, |s| s.matching.local = LocalField::Email)));
        for over in [ConnectionState::Draft, ConnectionState::Tested, ConnectionState::Retired] {
            assert!(!email(connection(over, true, |s| s.matching.local = LocalField::Email)), "{over:?}");
        }
        assert!(email(connection(ConnectionState::Outage, true, |s| s.mapping.email = Some("mail".into()))), "it comes back");
        let names = of(&[connection(on, true, |s| s.mapping.given_name = Some("first".into()))], NOW);
        assert_eq!((names.given.as_deref(), names.family), (Some("Provider"), None));
    }
}
