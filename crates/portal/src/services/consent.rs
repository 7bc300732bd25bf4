//! "Grant admin consent" (B-145): at once, for whoever is here and administers the tenant, too; or by a link for whoever does.

use std::time::Duration;

use homeward_discovery::ConnectionState;
use homeward_model::{ConnectionId, random_token};
use homeward_sealing::sha256;

use super::{AT_MICROSOFT, changed, ports::LinkFor};
use crate::{authority::Action, entry::Granted, ports::Fault, session::Portal};

/// How long a link works that is sent to somebody.
const LINK: Duration = Duration::from_secs(24 * 3_600);

/// A link that is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// Its secret.
    pub secret: String,
    /// Until when it works.
    pub until: homeward_model::Timestamp,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("until", &self.until).finish_non_exhaustive()
    }
}

/// Makes a link for an administrator of the tenant. `None`: this account has no such connection with delegated access.
///
/// # Errors
/// `Fault`.
pub async fn link(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Option<Link>, Fault> {
    keep(portal, granted, id, (LINK, "a link to admin consent")).await
}

/// Opens the way to Microsoft for whoever is here: SHA-256 of a link that nobody has seen. `None` as above.
///
/// # Errors
/// `Fault`.
pub async fn begin(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Option<[u8; 32]>, Fault> {
    Ok(keep(portal, granted, id, (AT_MICROSOFT, "admin consent begun")).await?.map(|link| sha256(link.secret.as_bytes())))
}

async fn keep(portal: &Portal, granted: &Granted, id: ConnectionId, (lives, what): (Duration, &str)) -> Result<Option<Link>, Fault> {
    granted.is_for(Action::ChangeServices)?;
    let account = granted.account().id;
    let found = portal.sign_on.one(account, id).await?.filter(|stored| stored.connection.state != ConnectionState::Retired);
    if found.is_none_or(|stored| stored.settings().delegated.is_none()) {
        return Ok(None);
    }
    let link = Link { secret: random_token(portal.random.as_ref()), until: portal.now().plus(lives) };
    portal.services.keep_link(account, (&sha256(link.secret.as_bytes()), LinkFor::Administrator(id)), link.until, &changed(portal, granted, what.to_owned())).await?;
    Ok(Some(link))
}
