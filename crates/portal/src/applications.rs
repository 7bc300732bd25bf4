//! Applications of an account: which ones its people may use, how people sign in to each, and the one that a tile at the identity provider and a
//! test from its console open (B-095, B-096, B-115). Who registers applications runs the installation; the account chooses among them.

use async_trait::async_trait;
use homeward_discovery::{Account, Application, SsoMode, SsoRule};
use homeward_model::{AccountId, ClientId};

use crate::{
    authority::Action,
    entry::Granted,
    ports::{Deed, Fault, Moved},
    session::Portal,
};

/// What people of an account may use, from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Available {
    /// The application.
    pub application: Application,
    /// Whether it has an address to begin at. Without one no tile can open it.
    pub starts: bool,
}

/// The account's applications.
#[async_trait]
pub trait Applications: Send + Sync {
    /// Those that people of this region may use, by name.
    async fn available(&self, region: &str) -> Result<Vec<Available>, Fault>;
    /// The default one, as it is set; it may be available no more.
    async fn default_of(&self, account: AccountId) -> Result<Option<ClientId>, Fault>;
    /// Sets the default one, when it is still the first of the two.
    async fn set_default(&self, account: AccountId, change: (Option<&ClientId>, Option<&ClientId>), deed: &Deed) -> Result<Moved, Fault>;
}

/// How people of the account sign in to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignsIn {
    /// As the account offers it.
    AsAccount,
    /// By a button, where the account offers Single Sign-On.
    Button,
    /// At the provider at once, where the account offers Single Sign-On.
    Redirect,
    /// At the provider, with a second factor.
    SecondFactor,
    /// By the account's password, whatever the account offers.
    Password,
    /// By the account's password, until the account lets administrators in by Single Sign-On (B-164).
    UntilAdministrators,
}

/// What an application and its account say together.
pub fn signs_in(application: &Application, account: &Account) -> SignsIn {
    match (application.sso, application.sso_mode) {
        (SsoRule::ForAdministrators, _) if application.is_local_only(account) => SignsIn::UntilAdministrators,
        (SsoRule::Never, _) | (_, Some(SsoMode::Off)) => SignsIn::Password,
        (SsoRule::RequiresSecondFactor, _) => SignsIn::SecondFactor,
        (SsoRule::Allowed | SsoRule::ForAdministrators, Some(SsoMode::Button)) => SignsIn::Button,
        (SsoRule::Allowed | SsoRule::ForAdministrators, Some(SsoMode::Redirect)) => SignsIn::Redirect,
        (SsoRule::Allowed | SsoRule::ForAdministrators, None) => SignsIn::AsAccount,
    }
}

/// An application, for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationShown {
    /// The application.
    pub application: Application,
    /// Whether a tile can open it.
    pub starts: bool,
    /// How people sign in to it.
    pub signs_in: SignsIn,
    /// Whether a tile opens it.
    pub is_default: bool,
}

/// The applications of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationList {
    /// By name.
    pub applications: Vec<ApplicationShown>,
    /// The default one, as it is set; it may be available no more.
    pub default: Option<ClientId>,
}

/// What came of choosing the default one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// It is the default one now.
    Done,
    /// It is so already, or somebody else has changed it meanwhile.
    Changed,
    /// People of this account have no such application.
    Unknown,
    /// It has no address that a tile could open.
    NoStart,
}

/// The applications of the account.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted) -> Result<ApplicationList, Fault> {
    granted.is_for(Action::ReadApplications)?;
    let account = granted.account();
    let default = portal.applications.default_of(account.id).await?;
    let shown = |available: Available| ApplicationShown {
        signs_in: signs_in(&available.application, account),
        is_default: default.as_ref() == Some(&available.application.client_id),
        starts: available.starts,
        application: available.application,
    };
    let applications = portal.applications.available(&account.region).await?.into_iter().map(shown).collect();
    Ok(ApplicationList { applications, default })
}

/// The name of the default application, as far as a tile can open it.
pub(crate) async fn default_name(portal: &Portal, account: &Account) -> Result<Option<String>, Fault> {
    let Some(default) = portal.applications.default_of(account.id).await? else { return Ok(None) };
    let all = portal.applications.available(&account.region).await?;
    Ok(all.into_iter().find(|known| known.starts && known.application.client_id == default).map(|known| known.application.name))
}

/// Chooses the default application, or none, when it is still the one that was `seen`.
///
/// # Errors
/// `Fault`.
pub async fn choose(portal: &Portal, granted: &Granted, (seen, wanted): (Option<&ClientId>, Option<&ClientId>)) -> Result<Chosen, Fault> {
    granted.is_for(Action::ChangeApplications)?;
    let account = granted.account();
    if let Some(wanted) = wanted {
        let all = portal.applications.available(&account.region).await?;
        match all.iter().find(|known| known.application.client_id == *wanted) {
            None => return Ok(Chosen::Unknown),
            Some(known) if !known.starts => return Ok(Chosen::NoStart),
            Some(_) => {}
        }
    }
    if seen == wanted {
        return Ok(Chosen::Changed);
    }
    let word = |client: Option<&ClientId>| client.map_or_else(|| "none".to_owned(), |client| client.as_str().to_owned());
    let deed = granted.deed(portal, "portal.applications", None, format!("default: {} → {}", word(seen), word(wanted)));
    Ok(match portal.applications.set_default(account.id, (seen, wanted), &deed).await? {
        Moved::Done => Chosen::Done,
        Moved::Otherwise | Moved::LastWayIn => Chosen::Changed,
    })
}
