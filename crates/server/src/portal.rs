//! The portal's wiring: its ports, and the application under which it signs people in.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use homeward_discovery::{AccountSelection, Application, ApplicationKind, SsoRule};
use homeward_federation::{
    Connection,
    oidc::{SealedSecret, secret::Purpose},
    saml::EndpointUrl,
};
use homeward_model::{ClientId, ConnectionId, UserId};
use homeward_portal::{CLIENT_ID, Fault, Portal, ports::Invitations, sign_on::ports::Providers};
use homeward_provider::{Client, RedirectUri};
use homeward_signin::{Context, usecase::mailroom};
use homeward_store::{Store, register::ApplicationEntry};

/// Sends invitations by the sign-in's own mailroom.
struct Mailroom(Arc<Context>);

#[async_trait]
impl Invitations for Mailroom {
    async fn invite(&self, user: UserId) -> Result<bool, Fault> {
        mailroom::invite(&self.0, user).await.map_err(|fault| Fault(fault.0))
    }
}

/// Looks at providers by the sign-in's own door.
struct Outside(Arc<Context>);

#[async_trait]
impl Providers for Outside {
    async fn metadata(&self, address: &EndpointUrl) -> Result<Vec<u8>, String> {
        self.0.federation.door.metadata_at(address).await
    }
    async fn look(&self, connection: &Connection) -> Result<(), String> {
        self.0.federation.door.look_at(connection, self.0.now()).await
    }
    fn seal(&self, connection: ConnectionId, secret: &str) -> Option<SealedSecret> {
        SealedSecret::seal(&self.0.federation.sealer, connection, Purpose::ClientSecret, secret.as_bytes())
    }
}

/// The portal over a store and a sign-in.
pub(crate) fn portal(store: &Store, context: &Arc<Context>) -> Portal {
    let shared = Arc::new(store.clone());
    Portal {
        accounts: shared.clone(),
        people: shared.clone(),
        roles: shared.clone(),
        sessions: shared.clone(),
        activity: shared.clone(),
        sign_on: shared,
        invitations: Arc::new(Mailroom(context.clone())),
        providers: Arc::new(Outside(context.clone())),
        base: context.settings.issuer.clone(),
        sign_in_times: (context.settings.session_idle, context.settings.session_absolute),
        clock: context.clock.clone(),
        random: context.random.clone(),
    }
}

/// The portal as an application of this installation. Administrators sign in here and not at their provider, so that no provider
/// that fails or is taken over decides who administers (B-164). It has no secret: nobody outside redeems its codes.
pub(crate) fn application(public_url: &str) -> Option<ApplicationEntry> {
    let client_id = ClientId::parse(CLIENT_ID)?;
    let base = public_url.trim_end_matches('/');
    let mut client = Client::new(client_id.clone(), "Account Portal");
    client.redirect_uris = vec![RedirectUri::parse(&format!("{base}/portal/callback")).ok()?];
    client.start_url = Some(format!("{base}/portal"));
    client.scopes = BTreeSet::from(["openid".to_owned()]);
    client.refresh = false;
    let application = Application {
        client_id,
        name: "Account Portal".into(),
        kind: ApplicationKind::Web,
        regions: BTreeSet::new(),
        sso: SsoRule::Never,
        sso_mode: None,
        account_selection: AccountSelection::Identifier,
    };
    Some(ApplicationEntry { enabled: true, application, client })
}
