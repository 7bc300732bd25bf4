//! The portal's wiring: its ports, and the application under which it signs people in.

use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use homeward_egress::Txt;
use homeward_federation::{
    Connection, ConnectionSettings,
    health::Health,
    oidc::{Endpoints, SealedSecret, secret::Purpose},
    saml::EndpointUrl,
};
use homeward_mail::{Message, SetUp};
use homeward_model::{ConnectionId, EmailAddress, UserId, Username};
use homeward_portal::{
    Fault, Offers, Portal,
    ports::{Deed, Invitations, Looked, PeopleTold, TxtRecords},
    setup_link::ports::{SetupLetter, SetupMail},
    sign_on::ports::Providers,
    steps_mail::{MOST_A_DAY, MOST_TO_ONE, Steps, StepsLetter, StepsMail},
    way_in,
};
use homeward_provider::{Client, RedirectUri};
use homeward_signin::{Context, usecase::{mailroom, profile}};
use homeward_store::{Store, record_of, register::ApplicationEntry};

use crate::care;

/// Sends mails by the sign-in's own mailroom.
struct Mailroom(Arc<Context>);

#[async_trait]
impl Invitations for Mailroom {
    async fn invite(&self, user: UserId, deed: &Deed) -> Result<bool, Fault> {
        let sent = mailroom::invite_on_record(&self.0, user, &record_of(deed)).await;
        sent.inspect_err(|error| tracing::error!(%error, %user, "somebody was not invited")).map_err(|fault| Fault(fault.0))
    }
    async fn password(&self, user: UserId, deed: &Deed) -> Result<bool, Fault> {
        mailroom::password_on_record(&self.0, user, &record_of(deed)).await.map_err(|fault| Fault(fault.0))
    }
}

#[async_trait]
impl SetupMail for Mailroom {
    async fn send(&self, to: &EmailAddress, letter: &SetupLetter) -> Result<(), Fault> {
        let asked = SetUp { name: letter.name.clone(), provider: letter.provider.clone(), domains: letter.domains.clone(), link: letter.link.clone(), until: letter.until };
        mailroom::set_up(&self.0, to, &letter.account, (asked, &letter.language)).await.map_err(|fault| Fault(fault.0))
    }
}

#[async_trait]
impl StepsMail for Mailroom {
    async fn send(&self, to: &EmailAddress, letter: &StepsLetter, deed: &Deed) -> Result<bool, Fault> {
        let steps = match letter.steps.clone() {
            Steps::Connection { provider, is_on, give, choose, back, has_secret } => homeward_mail::Steps::Provider { provider, is_on, give, choose, back, has_secret },
            Steps::Domain { domain, name, value, until } => homeward_mail::Steps::Domain { domain, name, value, until },
        };
        let message = Message::Steps { name: letter.name.clone(), steps };
        mailroom::steps(&self.0, to, &letter.account, (message, &letter.language), ((MOST_A_DAY, MOST_TO_ONE), &record_of(deed))).await.map_err(|fault| Fault(fault.0))
    }
}

#[async_trait]
impl PeopleTold for Mailroom {
    async fn username_changed(&self, user: UserId, before: &Username) {
        if let Err(error) = profile::tell_username(&self.0, user, before).await {
            tracing::error!(%error, %user, "somebody was not told of their new username");
        }
    }
    async fn moved_to_provider(&self, user: UserId, provider: &str) {
        if let Err(error) = mailroom::tell_moved(&self.0, user, provider).await {
            tracing::error!(%error, %user, "somebody was not told that they sign in at the provider now");
        }
    }
}

/// Asks the domain name system.
struct NameServer(Option<Txt>);

#[async_trait]
impl TxtRecords for NameServer {
    async fn txt(&self, name: &str) -> Looked {
        let Some(txt) = &self.0 else { return Looked::NoAnswer };
        match txt.look_up(name).await {
            Ok(records) => Looked::Records(records),
            Err(error) => {
                tracing::info!(%error, "proof of a domain");
                Looked::NoAnswer
            }
        }
    }
}

/// Looks at providers by the sign-in's own door.
struct Outside(Arc<Context>, Store);

#[async_trait]
impl Providers for Outside {
    async fn metadata(&self, address: &EndpointUrl) -> Result<Vec<u8>, String> {
        self.0.federation.door.metadata_at(address).await
    }
    async fn look(&self, connection: &Connection) -> Result<Endpoints, String> {
        self.0.federation.door.look_at(connection, self.0.now()).await
    }
    async fn health(&self, connection: ConnectionId, settings: &ConnectionSettings) -> Result<Health, Fault> {
        care::known_of(&self.1, connection, settings, self.0.now()).await.map_err(Fault)
    }
    fn seal(&self, connection: ConnectionId, secret: &str) -> Option<SealedSecret> {
        SealedSecret::seal(&self.0.federation.sealer, connection, Purpose::ClientSecret, secret.as_bytes())
    }
}

/// The portal over a store and a sign-in.
pub(crate) fn portal(store: &Store, context: &Arc<Context>, name_server: Option<SocketAddr>) -> Portal {
    // Without name servers no domain is proved; everything else works.
    let txt = Txt::new(name_server).inspect_err(|error| tracing::warn!(%error, "domains cannot be proved")).ok();
    let shared = Arc::new(store.clone());
    Portal {
        accounts: shared.clone(),
        people: shared.clone(),
        emergency: shared.clone(),
        newcomers: shared.clone(),
        applications: shared.clone(),
        roles: shared.clone(),
        sessions: shared.clone(),
        activity: shared.clone(),
        refused_answers: shared.clone(),
        sign_on: shared.clone(),
        tellings: shared.clone(),
        setup_links: shared.clone(),
        services: shared.clone(),
        logos: shared.clone(),
        delegation: context.federation.delegation.clone(),
        offers: Offers { azure: context.settings.azure.is_some(), token_exchange: context.settings.token_exchange },
        tokens: shared.clone(),
        answers: shared.clone(),
        domains: shared,
        records: Arc::new(NameServer(txt)),
        invitations: Arc::new(Mailroom(context.clone())),
        setup_mail: Arc::new(Mailroom(context.clone())),
        people_told: Arc::new(Mailroom(context.clone())),
        steps_mail: Arc::new(Mailroom(context.clone())),
        providers: Arc::new(Outside(context.clone(), store.clone())),
        base: context.settings.issuer.clone(),
        sign_in_times: (context.settings.session_idle, context.settings.session_absolute),
        clock: context.clock.clone(),
        random: context.random.clone(),
    }
}

/// The portal as an application of this installation. It has no secret: nobody outside redeems its codes.
pub(crate) fn application(public_url: &str) -> Option<ApplicationEntry> {
    let application = way_in::application()?;
    let base = public_url.trim_end_matches('/');
    let mut client = Client::new(application.client_id.clone(), &application.name);
    client.redirect_uris = vec![RedirectUri::parse(&format!("{base}/portal/callback")).ok()?];
    client.start_url = Some(format!("{base}/portal"));
    client.scopes = BTreeSet::from(["openid".to_owned()]);
    client.refresh = false;
    Some(ApplicationEntry { enabled: true, application, client })
}
