//! Step 2: values of the provider, entered by metadata, by hand or as an OpenID Provider. What was entered waits as a proposal until
//! somebody has seen it beside what is there and taken it over.

use std::time::Duration;

use homeward_federation::{
    Connection, ConnectionSettings, Protocol,
    delegated::ids::Pasted,
    oidc::{OidcSettings, SettingsError},
    refresh,
    saml::{
        EndpointUrl, SamlSettings, SettingsProblem,
        certificate::PasteProblem,
        metadata::{self, MetadataProblem},
    },
};
use homeward_model::{AccountId, CaseNumber, ConnectionId, Timestamp, random_token};

use super::{
    Stored, changed,
    difference::{self, Row},
    ports::Proposal,
    reached,
    typed::{ByHand, OpenId, openid, saml},
};
use crate::{alarm::Alarm, authority::Action, entry::Granted, ports::Fault, session::Portal};

/// How long a proposal waits.
const WAITS: Duration = Duration::from_secs(24 * 3_600);

/// Why values cannot be used. Nothing of them is kept then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was entered.
    Empty,
    /// The metadata.
    Metadata(MetadataProblem),
    /// The certificates.
    Certificates(PasteProblem),
    /// An address that nobody should be sent to.
    Address,
    /// The address of the metadata did not give any; why, in a word or two.
    Unreachable(String),
    /// The provider's entity ID.
    EntityId,
    /// No certificate is left: every answer would be refused.
    NoCertificate,
    /// What was entered as Application (client) ID is something else (B-196).
    Application(Pasted),
    /// What was entered as Directory (tenant) ID is something else.
    Tenant(Pasted),
    /// Settings of an OpenID Provider.
    OpenId(SettingsError),
    /// The documents of the OpenID Provider cannot be read; why, in a word or two.
    Documents(String),
    /// A secret that is too long.
    Secret,
    /// A way to prove ourselves that goes without the secret that was typed, or that needs one.
    Proof,
    /// A name that is no attribute's.
    Mapping,
    /// The connection has all of this already.
    Same,
    /// The last test shows nothing that could be taken over.
    NoTest,
    /// The thumbprint is not that of the certificate in the last test.
    Thumbprint,
    /// What was pasted is not the certificate that the refused answer named.
    OtherCertificate,
    /// There is no such answer, or it is not about a certificate that nobody has added, any more.
    NoAnswer,
    /// Values wait that were not entered by the same setup link: nobody outside takes their place.
    OthersWait,
}

/// What came of entering values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// They wait to be looked at.
    Waits,
    /// They cannot be used.
    Refused(Problem),
    /// This account has no such connection.
    Nobody,
}

/// A proposal for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalShown {
    /// The word that names it.
    pub handle: String,
    /// Now and new.
    pub rows: Vec<Row>,
    /// When it was entered.
    pub at: Timestamp,
    /// What was entered since then makes it useless.
    pub is_stale: bool,
    /// How many people are linked by a name that is not expected with these values: they link anew.
    pub anew: usize,
    /// The setup link by which it was entered.
    pub link: Option<CaseNumber>,
    /// It lists a key that was taken out of this connection before (SK-20).
    pub brings_back: bool,
}

/// Metadata that was pasted, or came from a file. `wanted`: the entity ID, when it describes several providers.
///
/// # Errors
/// `Fault`.
pub async fn by_metadata(portal: &Portal, granted: &Granted, id: ConnectionId, (text, wanted): (&str, Option<&str>)) -> Result<Proposed, Fault> {
    let Some(stored) = found(portal, granted, id).await? else { return Ok(Proposed::Nobody) };
    if text.trim().is_empty() {
        return Ok(Proposed::Refused(Problem::Empty));
    }
    match read(&stored.settings(), text.as_bytes(), wanted, portal.now()) {
        Ok(saml) => keep_saml(portal, granted, &stored, saml).await,
        Err(problem) => Ok(Proposed::Refused(problem)),
    }
}

/// Metadata from an address; the connection keeps the address, and what changes there later waits for somebody's word.
///
/// # Errors
/// `Fault`.
pub async fn by_address(portal: &Portal, granted: &Granted, id: ConnectionId, from: (&str, Option<&str>)) -> Result<Proposed, Fault> {
    match found(portal, granted, id).await? {
        Some(stored) => at_address(portal, granted, (&stored, stored.settings()), from).await,
        None => Ok(Proposed::Nobody),
    }
}

/// The same, put into these settings: those that are there, or those that wait.
pub(super) async fn at_address(
    portal: &Portal,
    granted: &Granted,
    (stored, into): (&Stored, ConnectionSettings),
    (address, wanted): (&str, Option<&str>),
) -> Result<Proposed, Fault> {
    let address = EndpointUrl::parse(address.trim()).filter(|url| url.may_be_used(portal.is_development()));
    let Some(address) = address else { return Ok(Proposed::Refused(Problem::Address)) };
    let bytes = match portal.providers.metadata(&address).await {
        Ok(bytes) => bytes,
        Err(why) => return Ok(Proposed::Refused(Problem::Unreachable(why))),
    };
    match read(&into, &bytes, wanted, portal.now()) {
        Ok(saml) => {
            let saml = SamlSettings { metadata_url: Some(address), ..saml };
            keep_checked(portal, granted, stored, ConnectionSettings { protocol: Protocol::Saml(Box::new(saml)), ..into }).await
        }
        Err(problem) => Ok(Proposed::Refused(problem)),
    }
}

/// Metadata that changed at the connection's address and waits since then.
///
/// # Errors
/// `Fault`.
pub async fn by_waiting(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Proposed, Fault> {
    let Some(stored) = found(portal, granted, id).await? else { return Ok(Proposed::Nobody) };
    match waiting(portal, granted.account().id, &stored).await? {
        Some((saml, _)) => keep_saml(portal, granted, &stored, saml).await,
        None => Ok(Proposed::Refused(Problem::Same)),
    }
}

/// What waits at the connection's address, and since when; `None` when it says nothing new.
pub(super) async fn waiting(portal: &Portal, account: AccountId, stored: &Stored) -> Result<Option<(SamlSettings, Timestamp)>, Fault> {
    let settings = stored.settings();
    let (Some(saml), Some(staged)) = (saml_of(&settings), portal.sign_on.refreshed(account, stored.connection.id).await?.staged) else { return Ok(None) };
    let read = refresh::preview(saml, &staged, portal.now()).ok();
    Ok(read.filter(|(changes, _)| !changes.is_empty()).map(|(_, taken)| (taken, staged.at)))
}

/// Values of a SAML provider, one by one.
///
/// # Errors
/// `Fault`.
pub async fn by_hand(portal: &Portal, granted: &Granted, id: ConnectionId, typed: &ByHand<'_>) -> Result<Proposed, Fault> {
    let Some(stored) = found(portal, granted, id).await? else { return Ok(Proposed::Nobody) };
    match saml(&stored, typed) {
        Ok(saml) => keep_saml(portal, granted, &stored, saml).await,
        Err(problem) => Ok(Proposed::Refused(problem)),
    }
}

/// Values of an OpenID Provider. Its documents are read before anything is kept: a mistyped issuer shows at once.
///
/// # Errors
/// `Fault`.
pub async fn by_openid(portal: &Portal, granted: &Granted, id: ConnectionId, typed: &OpenId<'_>) -> Result<Proposed, Fault> {
    let Some(stored) = found(portal, granted, id).await? else { return Ok(Proposed::Nobody) };
    let settings = stored.settings();
    let oidc = match openid(portal, (id, &settings), typed)? {
        Ok(oidc) => oidc,
        Err(problem) => return Ok(Proposed::Refused(problem)),
    };
    if let Err(problem) = oidc.check(settings.preset) {
        return Ok(Proposed::Refused(Problem::OpenId(problem)));
    }
    let name = stored.connection.name.clone();
    let with = |oidc: OidcSettings| ConnectionSettings { protocol: Protocol::Oidc(Box::new(oidc)), ..settings.clone() };
    let looked_at = Connection { id, account: granted.account().id, name, settings: with(oidc.clone()) };
    match portal.providers.look(&looked_at).await {
        Err(why) => Ok(Proposed::Refused(Problem::Documents(why))),
        // What was accepted for this issuer before stays; of a new one it is what stands here, to be seen (OR-19).
        Ok(published) => {
            let accepted = oidc.accepted().cloned().unwrap_or(published);
            keep(portal, granted, &stored, with(OidcSettings { endpoints: Some(Box::new(accepted)), ..oidc })).await
        }
    }
}

/// What came of taking values over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// They are the connection's.
    Done,
    /// Others were entered since, by somebody else.
    Others,
    /// People sign in through the connection: nobody outside changes what they depend on (ADM-13).
    IsOn,
    /// This account has no such connection.
    Nobody,
}

/// Takes over what was looked at, and nothing that was entered since (SM-06).
///
/// # Errors
/// `Fault`.
pub async fn accept(portal: &Portal, granted: &Granted, id: ConnectionId, handle: &str) -> Result<Accepted, Fault> {
    granted.is_for(Action::ChangeSignOn)?;
    let account = granted.account().id;
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(Accepted::Nobody) };
    let on = stored.connection.state_at(portal.now()).is_in_use();
    if on && granted.guest().is_some() {
        return Ok(Accepted::IsOn);
    }
    let waiting = portal.sign_on.proposal(account, id, portal.now()).await?.filter(|waiting| waiting.handle == handle && !waiting.is_of_services());
    let Some(waiting) = waiting else { return Ok(Accepted::Others) };
    let rows = difference::rows(waiting.from.as_ref(), &waiting.to, portal.now());
    let deed = changed(portal, granted, difference::words(&rows));
    let deed = if on { deed.telling(Alarm::Values) } else { deed };
    Ok(if portal.sign_on.enter(account, &waiting, &deed).await? { Accepted::Done } else { Accepted::Others })
}

/// Forgets what was looked at and not taken over, and nothing that was entered since. `None`: this account has no such connection.
///
/// # Errors
/// `Fault`.
pub async fn discard(portal: &Portal, granted: &Granted, id: ConnectionId, handle: &str) -> Result<Option<bool>, Fault> {
    match found(portal, granted, id).await? {
        Some(_) => portal.sign_on.discard(granted.account().id, id, handle, link_of(granted)).await.map(Some),
        None => Ok(None),
    }
}

/// What waits, for the page.
pub(super) async fn shown(portal: &Portal, account: AccountId, id: ConnectionId) -> Result<Option<ProposalShown>, Fault> {
    let Some(waiting) = portal.sign_on.proposal(account, id, portal.now()).await?.filter(|waiting| !waiting.is_of_services()) else { return Ok(None) };
    let present = portal.sign_on.one(account, id).await?.and_then(|stored| stored.settings);
    let rows = difference::rows(waiting.from.as_ref(), &waiting.to, portal.now());
    let naming = waiting.to.naming();
    let anew = match waiting.from.as_ref().is_some_and(|from| from.naming() != naming) {
        true => portal.sign_on.linked_otherwise(account, id, &naming).await?,
        false => 0,
    };
    let brings_back = portal.sign_on.refreshed(account, id).await?.brings_back(waiting.from.as_ref(), &waiting.to);
    Ok(Some(ProposalShown { is_stale: present != waiting.from, brings_back, anew, handle: waiting.handle, rows, at: waiting.at, link: waiting.link }))
}

pub(super) async fn found(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Option<Stored>, Fault> {
    granted.is_for(Action::PrepareSignOn)?;
    reached(portal, granted, id).await
}

pub(super) async fn keep_saml(portal: &Portal, granted: &Granted, stored: &Stored, saml: SamlSettings) -> Result<Proposed, Fault> {
    keep_checked(portal, granted, stored, ConnectionSettings { protocol: Protocol::Saml(Box::new(saml)), ..stored.settings() }).await
}

/// Keeps settings that are all that a sign-in by SAML needs.
pub(super) async fn keep_checked(portal: &Portal, granted: &Granted, stored: &Stored, to: ConnectionSettings) -> Result<Proposed, Fault> {
    if let Some(Err(problem)) = saml_of(&to).map(|saml| saml.check(portal.is_development())) {
        return Ok(Proposed::Refused(match problem {
            SettingsProblem::EntityId => Problem::EntityId,
            SettingsProblem::NoCertificate | SettingsProblem::Certificate { .. } => Problem::NoCertificate,
            _ => Problem::Address,
        }));
    }
    keep(portal, granted, stored, to).await
}

pub(crate) async fn keep(portal: &Portal, granted: &Granted, stored: &Stored, to: ConnectionSettings) -> Result<Proposed, Fault> {
    if stored.settings.as_ref() == Some(&to) {
        return Ok(Proposed::Refused(Problem::Same));
    }
    let proposal = Proposal {
        connection: stored.connection.id,
        handle: random_token(portal.random.as_ref()),
        from: stored.settings.clone(),
        to,
        at: portal.now(),
        by: granted.by(),
        link: link_of(granted).cloned(),
    };
    let kept = portal.sign_on.propose(granted.account().id, &proposal, portal.now().plus(WAITS)).await?;
    Ok(if kept { Proposed::Waits } else { Proposed::Refused(Problem::OthersWait) })
}

/// The setup link by which somebody came.
fn link_of(granted: &Granted) -> Option<&CaseNumber> {
    granted.guest().map(|guest| &guest.link.reference)
}

/// The SAML settings of a connection; of one that speaks OpenID Connect there are none.
pub(super) fn saml_of(settings: &ConnectionSettings) -> Option<&SamlSettings> {
    match &settings.protocol {
        Protocol::Saml(saml) => Some(saml),
        Protocol::Oidc(_) => None,
    }
}

/// The settings with what metadata says. It may be another provider's than before: that is seen beside what is there.
fn read(settings: &ConnectionSettings, bytes: &[u8], wanted: Option<&str>, now: Timestamp) -> Result<SamlSettings, Problem> {
    let old = saml_of(settings).ok_or(Problem::Metadata(MetadataProblem::NoProvider))?;
    let pinned = Some(old.idp_entity_id.as_str()).filter(|id| !id.is_empty());
    let found = match metadata::read(bytes, wanted.or(pinned), now) {
        // The one that is known is not in it: whichever is, is shown.
        Err(MetadataProblem::Several(_)) if wanted.is_none() => metadata::read(bytes, None, now),
        other => other,
    };
    let found = found.map_err(Problem::Metadata)?;
    let renamed = SamlSettings { idp_entity_id: found.entity_id.clone(), ..old.clone() };
    metadata::settings_with(&renamed, &found).map_err(|_| Problem::EntityId)
}
