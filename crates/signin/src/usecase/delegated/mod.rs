//! Delegated access: the person allows it (`ask`), comes back (`back`), applications exchange tokens (`exchange`); and what an
//! administrator begins by a one-time link (`start`, `azure`): consent for a tenant, and "Start Azure integration" (B-157).

mod ask;
mod azure;
mod back;
mod exchange;
mod start;

use homeward_discovery::Account;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountNumber, ConnectionId};

use crate::{
    delegated::FromPortal,
    stage::{ConsentErrand, LinkStage},
    step::{AccountShown, Asking, Step},
};

pub use homeward_federation::delegated::{PERMISSIONS, Permission};
pub use crate::delegated::{AtPortal, InPortal, StillMay};

pub use ask::{open, path_of, submit};
pub use back::{AZURE_RETURN, returned};
pub use exchange::{Exchanged, exchange};
pub use start::{again, begin, begin_in_portal, link_path, show};

/// What the browser gets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once a request and moved once")]
pub enum Shown {
    /// A page that other errands have, too: sign-in, refusal.
    Step(Step),
    /// "Wiki would like to act for you."
    Ask(Box<AskPage>),
    /// Away to Microsoft, after a POST.
    Away(String),
    /// Away to Microsoft, after a GET.
    Redirect(String),
    /// The person has allowed it.
    Granted {
        /// The application.
        asking: Asking,
        /// Its registered address to go back to.
        back: Option<String>,
    },
    /// What an administrator is about to do.
    Start(StartPage),
    /// An administrator has done it.
    Done(DonePage),
    /// An administrator has done it, and goes on in the account portal.
    DoneInPortal {
        /// Number of the account.
        account: AccountNumber,
        /// The connection.
        connection: ConnectionId,
        /// What was done to it.
        done: InPortal,
    },
}

/// The page on which a person allows an application to act for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskPage {
    /// What the page's form carries.
    pub errand: ConsentErrand,
    /// The application.
    pub asking: Asking,
    /// The person.
    pub username: String,
    /// The account.
    pub account: AccountShown,
    /// What will be allowed, in the order of the list.
    pub permissions: Vec<&'static Permission>,
}

/// The page of a one-time link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartPage {
    /// What the page's form carries.
    pub stage: LinkStage,
    /// The account that it is for.
    pub account: AccountShown,
    /// What will be allowed for the whole organisation; `None`: a connection is made.
    pub permissions: Option<Vec<&'static Permission>>,
}

/// What an administrator has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonePage {
    /// The account.
    pub account: AccountShown,
    /// The connection that was made; `None`: consent was given for one that was there.
    pub made: Option<String>,
}

/// Whether whoever began it in the portal may still finish it; a link that stands for itself asks nobody.
async fn still_may(at: &dyn AtPortal, portal: Option<FromPortal>, account: &Account, what: InPortal) -> Result<bool, StoreFault> {
    match portal {
        Some(portal) => at.still_may(portal.by, &account.number, what).await,
        None => Ok(true),
    }
}

/// The permissions of these names, in the order of the list.
fn permissions<'a>(names: impl IntoIterator<Item = &'a String> + Clone) -> Vec<&'static Permission> {
    let wanted = |permission: &&Permission| names.clone().into_iter().any(|name| name == permission.name);
    PERMISSIONS.iter().filter(wanted).collect()
}
