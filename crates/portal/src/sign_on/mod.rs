//! Single Sign-On in four steps: what to give to the provider, what came from it, a test of the whole way, and turning it on.
//!
//! Nothing that was typed counts before somebody has seen it beside what is there and taken it over; nothing that was taken over
//! concerns anybody before it was tested and turned on.

pub mod begun_there;
pub mod compare;
pub mod difference;
pub mod enter;
mod give;
pub mod groups;
pub mod mapping;
pub mod mend;
pub mod pilot;
pub mod ports;
pub mod published;
pub mod tested;
pub mod told;
pub mod turn;
pub mod typed;

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::{ConnectionSettings, IdpInitiated, OurAddresses, Protocol, Until};
use homeward_model::{
    ConnectionId, Timestamp,
    line::{self, LineError},
    random_token,
};

pub use give::{Given, blank};
pub use homeward_federation::{
    Check, IdpInitiated as BegunThere, Kind, Preset,
    delegated::ids::{Field as IdField, Pasted},
    oidc::SettingsError,
    product::{Field, Label, Meaning, PRODUCTS, Product, Side, Speaks},
    report::{Finding, Line, Outcome, Report, title},
    saml::{
        RequestSigning,
        certificate::{CertificateProblem, PasteProblem},
        metadata::MetadataProblem,
    },
};

use crate::{
    applications,
    authority::Action,
    entry::Granted,
    home::{CertificateShown, ConnectionShown, shown},
    ports::{Deed, Fault, Moved},
    services::{AT_MICROSOFT, ports::LinkFor},
    session::Portal,
};
use enter::ProposalShown;
use tested::TestShown;
use turn::Switches;

/// A connection as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name and where it stands.
    pub connection: Connection,
    /// What was entered for it; `None`: nothing, not even whose product it is.
    pub settings: Option<ConnectionSettings>,
}

impl Stored {
    /// What was entered; a provider of which nothing is known speaks SAML by the standard's own words.
    pub(crate) fn settings(&self) -> ConnectionSettings {
        self.settings.clone().unwrap_or_else(|| blank(Preset::Generic, Speaks::Saml))
    }
}

/// What was entered. No secret is among it (AD-05).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// The provider's single sign-on service.
    pub sign_in_url: String,
    /// The provider's entity ID, or its issuer.
    pub issuer: String,
    /// Where it publishes its metadata.
    pub metadata_url: String,
    /// Its certificates.
    pub certificates: Vec<CertificateShown>,
    /// Whether an answer counts that was signed with one of them which has expired or is not valid yet.
    pub accepts_ended: bool,
    /// Whether and how our requests are signed; OpenID Connect has none of that kind.
    pub request_signing: Option<RequestSigning>,
    /// Until when signatures with SHA-1 are let through.
    pub sha1_until: Option<Timestamp>,
    /// Until when AES-CBC inside an answer that is not signed is let through.
    pub cbc_until: Option<Timestamp>,
    /// What we are called there.
    pub client_id: String,
    /// Whether a client secret is kept.
    pub has_secret: bool,
    /// How we prove ourselves there, in the word of registrations; empty for SAML.
    pub proof: &'static str,
    /// Google: domains of the organisation.
    pub domains: Vec<String>,
}

/// Everything that the page of one connection shows.
#[derive(Clone, Debug)]
pub struct Detail {
    /// Its name and where it stands now.
    pub connection: Connection,
    /// Whose product it is, by its protocol.
    pub product: &'static Product,
    /// Step 1: what the provider needs of us.
    pub give: Vec<Given>,
    /// Nothing is to be registered there: the installation's own registration at Microsoft serves it.
    pub is_registered: bool,
    /// What a tile there opens, by name (B-095, B-096).
    pub default_application: Option<String>,
    /// Our metadata; OpenID Connect has none.
    pub our_metadata: Option<String>,
    /// Step 2: what was entered.
    pub entered: Entered,
    /// Whether all is there that a sign-in needs.
    pub is_complete: bool,
    /// What was typed and not taken over yet.
    pub proposal: Option<ProposalShown>,
    /// Since when changed metadata waits at its address.
    pub waits: Option<Timestamp>,
    /// Endpoints that an OpenID Provider has published, and that wait for a word (OR-19).
    pub moves: Option<published::Moves>,
    /// Which attribute is what.
    pub mapped: mapping::Mapped,
    /// What comes of sign-ins that begin at the provider; OpenID Connect knows none.
    pub begun_there: Option<IdpInitiated>,
    /// Step 3: the last test.
    pub test: Option<TestShown>,
    /// Whether a test has passed in the last thirty days, with what is entered now (ADM-8).
    pub is_tested: bool,
    /// What names the values that are entered.
    pub values: String,
    /// Step 4.
    pub switches: Switches,
    /// Whether "Start Azure integration" can fill it.
    pub takes_azure: bool,
}

/// The connections of an account, those that are off last: what was turned off can be opened again.
///
/// # Errors
/// `Fault`.
pub async fn connections(portal: &Portal, granted: &Granted) -> Result<Vec<ConnectionShown>, Fault> {
    granted.is_for(Action::ReadSignOn)?;
    let all = portal.accounts.connections(granted.account().id).await?;
    let reached = all.iter().filter(|(connection, _)| reaches(granted, connection.id));
    let (off, live): (Vec<_>, Vec<_>) = reached.partition(|(connection, _)| connection.state == ConnectionState::Retired);
    Ok(live.into_iter().chain(off).map(|(connection, settings)| shown(connection, settings.as_ref(), portal.now())).collect())
}

/// One connection; `None` when this account has none of that id.
///
/// # Errors
/// `Fault`.
pub async fn detail(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Option<Detail>, Fault> {
    // Whoever has just entered something that cannot be used sees the page again.
    granted.is_for(Action::ReadSignOn).or_else(|_| granted.is_for(Action::PrepareSignOn)).or_else(|_| granted.is_for(Action::SwitchSignOn))?;
    let account = granted.account();
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(None) };
    let settings = stored.settings();
    let seen = shown(&stored.connection, Some(&settings), portal.now());
    let is_tested = tested::has_passed(portal, &stored).await?;
    Ok(Some(Detail {
        product: Product::of_connection(&settings),
        give: give::given(&portal.base, &stored.connection, &settings),
        is_registered: give::is_registered(&settings),
        default_application: applications::default_name(portal, account).await?,
        our_metadata: matches!(settings.protocol, Protocol::Saml(_)).then(|| OurAddresses::new(&portal.base, id, Some(&settings.protocol)).metadata_url),
        entered: entered(&settings, seen.certificates, portal.now()),
        is_complete: is_complete(portal, &settings),
        proposal: enter::shown(portal, account.id, id).await?,
        waits: enter::waiting(portal, account.id, &stored).await?.map(|(_, since)| since),
        moves: published::moves(portal, account.id, &stored).await?,
        mapped: mapping::of(&settings),
        begun_there: begun_there::of(&settings),
        test: tested::shown(portal, granted, &stored).await?,
        is_tested,
        values: turn::values(&stored).unwrap_or_default(),
        switches: turn::switches(portal, granted, &stored).await?,
        takes_azure: portal.offers.azure && granted.guest().is_none() && stored.connection.state == ConnectionState::Draft && takes_azure(&settings),
        connection: seen.connection,
    }))
}

/// Whether this account has that connection.
///
/// # Errors
/// `Fault`.
pub async fn is_here(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<bool, Fault> {
    Ok(reached(portal, granted, id).await?.is_some())
}

/// Whether a grant reaches a connection of its account: a setup link opens one.
fn reaches(granted: &Granted, id: ConnectionId) -> bool {
    granted.guest().is_none_or(|guest| guest.reaches(id))
}

/// A connection of the account, as far as the grant reaches it; any other is not there.
async fn reached(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Option<Stored>, Fault> {
    match reaches(granted, id) {
        true => portal.sign_on.one(granted.account().id, id).await,
        false => Ok(None),
    }
}

/// Our side of a connection, value by value.
pub(crate) fn ours(base: &str, stored: &Stored) -> Vec<Given> {
    give::given(base, &stored.connection, &stored.settings())
}

/// What came of a connection that somebody begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Done(ConnectionId),
    /// The account has [`MOST`] already, which every sign-in of its domains goes through (MT-08), or something was added by the link meanwhile.
    TooMany,
    /// Administrators may come by a provider (B-164), and with this one on nobody could come by a password: somebody has to be able to first.
    LastWayIn,
    /// It cannot be called so: the name stands on sign-in pages, and in mails to people outside (LR-14).
    Name(LineError),
}

/// Begins a connection to a product: a draft with nothing of the provider in it, so that our side can be given away first, and as the
/// account's preset has it. The account's first one becomes the one that its people will be led to, and the only one that a setup link opens.
///
/// # Errors
/// `Fault`.
pub async fn add(portal: &Portal, granted: &Granted, (preset, speaks): (Preset, Speaks), name: &str) -> Result<Added, Fault> {
    granted.is_for(Action::AddSignOn)?;
    let account = granted.account();
    let name = match line::leading_nowhere(&name.trim().chars().take(LONGEST_NAME).collect::<String>(), LONGEST_NAME) {
        Ok(name) => name.to_owned(),
        Err(unfit) => return Ok(Added::Name(unfit)),
    };
    let taken = portal.accounts.connections(account.id).await?;
    if taken.len() >= MOST {
        return Ok(Added::TooMany);
    }
    let is_free = |name: &str| !taken.iter().any(|(connection, _)| connection.name == name);
    // A second one of the same product is told apart by a number.
    let name = std::iter::once(name.clone()).chain((2..1_000).map(|number| format!("{name} {number}"))).find(|name| is_free(name)).unwrap_or(name);
    let id = ConnectionId::generate(portal.random.as_ref());
    let connection = Connection { id, account: account.id, name, state: ConnectionState::Draft, outage: None };
    let mut settings = blank(preset, speaks).of_account(account.preset);
    // Nobody outside says that answers nobody asked for are taken, not even by a preset (ADM-13).
    if granted.guest().is_some() && settings.idp_initiated == IdpInitiated::Accept {
        settings.idp_initiated = IdpInitiated::Refuse;
    }
    let deed = changed(portal, granted, format!("+ {}", connection.name));
    Ok(match portal.sign_on.add(&Stored { connection, settings: Some(settings) }, &deed).await? {
        Moved::Done => Added::Done(id),
        Moved::Otherwise => Added::TooMany,
        Moved::LastWayIn => Added::LastWayIn,
    })
}

/// What comes of "Start Azure integration".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Azure {
    /// The way to Microsoft is open: SHA-256 of a link that nobody has seen.
    Begun([u8; 32]),
    /// The account has as many connections as it may have.
    TooMany,
    /// This installation has no registration at Microsoft, or this account no such connection that is still empty.
    Nobody,
}

/// Begins "Start Azure integration" (B-157): the administrator signs in at Microsoft and accepts, and the connection is there without a
/// value to copy. `into`: a connection of this account for which nothing was entered yet.
///
/// # Errors
/// `Fault`.
pub async fn start_azure(portal: &Portal, granted: &Granted, into: Option<ConnectionId>) -> Result<Azure, Fault> {
    granted.is_for(Action::ChangeSignOn)?;
    let account = granted.account().id;
    // A setup link opens what was added by it, or one that is there; this is for the account's own people.
    if !portal.offers.azure || granted.guest().is_some() {
        return Ok(Azure::Nobody);
    }
    match into {
        Some(id) => {
            let stored = portal.sign_on.one(account, id).await?;
            if !stored.is_some_and(|stored| stored.connection.state == ConnectionState::Draft && takes_azure(&stored.settings())) {
                return Ok(Azure::Nobody);
            }
        }
        None if portal.accounts.connections(account).await?.len() >= MOST => return Ok(Azure::TooMany),
        None => {}
    }
    let link = homeward_sealing::sha256(random_token(portal.random.as_ref()).as_bytes());
    let deed = changed(portal, granted, "Start Azure integration".to_owned());
    portal.services.keep_link(account, (&link, LinkFor::Azure), portal.now().plus(AT_MICROSOFT), &deed).await?;
    Ok(Azure::Begun(link))
}

/// Whether a connection is one to Microsoft by OpenID Connect for which nothing was entered yet.
fn takes_azure(settings: &ConnectionSettings) -> bool {
    settings.preset == Preset::Entra && matches!(&settings.protocol, Protocol::Oidc(oidc) if oidc.issuer.is_empty())
}

/// Connections of one account at most.
pub const MOST: usize = 50;

/// Characters of a connection's name at most.
pub const LONGEST_NAME: usize = 60;

/// The record of a change to a connection.
fn changed(portal: &Portal, granted: &Granted, detail: String) -> Deed {
    granted.deed(portal, "portal.connection", None, detail.chars().take(4_000).collect())
}

fn entered(settings: &ConnectionSettings, certificates: Vec<CertificateShown>, now: Timestamp) -> Entered {
    let holds = |until: Option<Until>| until.filter(|until| until.holds(now)).map(|until| until.0);
    match &settings.protocol {
        Protocol::Saml(saml) => Entered {
            sign_in_url: saml.sso_redirect.as_ref().or(saml.sso_post.as_ref()).map(|url| url.as_str().to_owned()).unwrap_or_default(),
            issuer: saml.idp_entity_id.clone(),
            metadata_url: saml.metadata_url.as_ref().map(|url| url.as_str().to_owned()).unwrap_or_default(),
            certificates,
            accepts_ended: !saml.require_valid_certificate,
            request_signing: Some(saml.request_signing),
            sha1_until: holds(saml.relaxations.allow_sha1_until),
            cbc_until: holds(saml.relaxations.allow_cbc_in_unsigned_response_until),
            ..Entered::default()
        },
        Protocol::Oidc(oidc) => Entered {
            issuer: oidc.issuer.clone(),
            client_id: oidc.client_id.clone(),
            has_secret: oidc.authentication != homeward_federation::oidc::ClientAuthentication::None,
            proof: oidc.authentication.word(),
            domains: oidc.hosted_domains.clone(),
            ..Entered::default()
        },
    }
}

/// Whether all is there that a sign-in needs.
fn is_complete(portal: &Portal, settings: &ConnectionSettings) -> bool {
    match &settings.protocol {
        Protocol::Saml(saml) => saml.check(portal.is_development()).is_ok(),
        Protocol::Oidc(oidc) => oidc.check(settings.preset).is_ok(),
    }
}
