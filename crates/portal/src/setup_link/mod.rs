//! Setup links: somebody outside the account, often whoever looks after the organisation's provider or its DNS, prepares one connection
//! and proves domains, without a user here and without a role (ADM-13).
//!
//! A link is shown once and stored as a hash. Whoever has it may less than whoever made it, at each request: it ends by its time, by hand,
//! and with the maker's role. It turns nothing on, so that nobody is affected before an administrator does.

mod made;
pub mod ports;

use std::{collections::BTreeSet, time::Duration};

use homeward_discovery::{Account, AccountState, User, UserState};
use homeward_model::{AccountId, AccountNumber, CaseNumber, ConnectionId, Timestamp, UserId, random_token};

use crate::{
    authority::{Action, BY_LINK, Relation, Role, may},
    entry::{lets, relation},
    ports::{Deed, Fault},
    session::{ABSOLUTE, IDLE, Portal, TOUCH_EVERY, called},
};
pub use made::{Ended, LinkShown, Links, Made, Standing, Wanted, end, lacking, list, make};
use ports::{FoundLink, Stay};

/// How long a link may work, in hours: from an hour to fourteen days.
pub const HOURS: std::ops::RangeInclusive<u32> = 1..=14 * 24;
/// Links that an account makes in a day, at most: each may be a mail to somebody outside.
pub const MOST_A_DAY: u32 = 20;
/// Sessions that begin by one link in a day, at most: each leaves a record.
const MOST_STAYS: u32 = 50;
const DAY: Duration = Duration::from_secs(86_400);

/// A link as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupLink {
    /// What it is called in lists and in Activity. It opens nothing.
    pub reference: CaseNumber,
    /// For which account.
    pub account: AccountId,
    /// The connection that it opens; `None`: the one that is added by it.
    pub connection: Option<ConnectionId>,
    /// Who made it.
    pub maker: UserId,
    /// What they were when they made it. The link never allows more.
    pub roles: BTreeSet<Role>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it works.
    pub until: Timestamp,
    /// When it was ended by hand.
    pub ended_at: Option<Timestamp>,
    /// When it was last opened.
    pub opened_at: Option<Timestamp>,
}

/// Somebody who came by a link that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// SHA-256 of the session's secret.
    pub hash: [u8; 32],
    /// The link.
    pub link: SetupLink,
    /// The account that it opens.
    pub account: Account,
    /// Who made it, and answers for it.
    pub maker: User,
    /// What the maker is and was: never empty.
    roles: BTreeSet<Role>,
    /// How the account stands to the maker's own.
    pub(crate) relation: Relation,
}

impl Guest {
    /// What the maker is called.
    pub fn maker_name(&self) -> String {
        called(&self.maker)
    }
    /// Whether the link opens this, and the maker may do it.
    pub fn may(&self, action: Action) -> bool {
        let is_bound = self.link.connection.is_some();
        BY_LINK.contains(&action) && (action != Action::AddSignOn || !is_bound) && lets(&self.roles, &self.account, action, self.relation)
    }
    /// Whether the link opens this connection.
    pub(crate) fn reaches(&self, connection: ConnectionId) -> bool {
        self.link.connection == Some(connection)
    }
}

/// A link as its page shows it before it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its reference: what was seen is what is begun.
    pub reference: CaseNumber,
    /// Who asks.
    pub maker: String,
    /// The account's name and number.
    pub account: (String, AccountNumber),
    /// The provider, when it is known.
    pub provider: Option<String>,
    /// Until when the link works.
    pub until: Timestamp,
}

/// What a token would open; `None`: nothing (any more). Looking uses nothing up.
///
/// # Errors
/// `Fault`.
pub async fn look(portal: &Portal, token: &str) -> Result<Option<Offered>, Fault> {
    let Some(found) = portal.setup_links.by_token(&homeward_sealing::sha256(token.as_bytes())).await? else { return Ok(None) };
    Ok(standing(portal, &found).await?.map(|_| Offered {
        reference: found.link.reference,
        maker: called(&found.maker),
        account: (found.account.name, found.account.number),
        provider: found.provider,
        until: found.link.until,
    }))
}

/// A session that began by a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Its secret.
    pub secret: String,
    /// The account.
    pub number: AccountNumber,
}

/// Begins a session by a link; `None`: the link does not work (any more), or was opened too often today.
///
/// # Errors
/// `Fault`.
pub async fn begin(portal: &Portal, token: &str, network: &str) -> Result<Option<Begun>, Fault> {
    let Some(found) = portal.setup_links.by_token(&homeward_sealing::sha256(token.as_bytes())).await? else { return Ok(None) };
    if standing(portal, &found).await?.is_none() {
        return Ok(None);
    }
    let now = portal.now();
    let secret = random_token(portal.random.as_ref());
    let hash = homeward_sealing::sha256(secret.as_bytes());
    let deed = of_stay("portal.setup_opened", &found.link, network, now);
    let begun = portal.setup_links.begin(&hash, &found.link.reference, (MOST_STAYS, now.minus(DAY)), &deed).await?;
    Ok(begun.then_some(Begun { secret, number: found.account.number }))
}

/// Who a secret stands for now, if for anybody: link, maker and account are looked up at every request.
///
/// # Errors
/// `Fault`.
pub async fn present(portal: &Portal, secret: &str) -> Result<Option<Guest>, Fault> {
    let hash = homeward_sealing::sha256(secret.as_bytes());
    let now = portal.now();
    let lasts = |stay: &Stay| now.since(stay.last_used) < IDLE && now.since(stay.since) < ABSOLUTE;
    let Some((found, stay)) = portal.setup_links.session(&hash).await?.filter(|(_, stay)| lasts(stay)) else { return Ok(None) };
    let Some((roles, relation)) = standing(portal, &found).await? else { return Ok(None) };
    if now.since(stay.last_used) >= TOUCH_EVERY {
        portal.setup_links.touch(&hash, now).await?;
    }
    Ok(Some(Guest { hash, link: found.link, account: found.account, maker: found.maker, roles, relation }))
}

/// Ends a session; the link can be opened again.
///
/// # Errors
/// `Fault`.
pub async fn leave(portal: &Portal, guest: &Guest, network: &str) -> Result<(), Fault> {
    portal.setup_links.leave(&guest.hash, &of_stay("portal.setup_left", &guest.link, network, portal.now())).await
}

/// What somebody did about a session of a link.
fn of_stay(event: &'static str, link: &SetupLink, network: &str, at: Timestamp) -> Deed {
    let (by, account, link) = (link.maker, link.account, Some(link.reference.clone()));
    Deed { event, by, link, account, user: None, detail: String::new(), network: network.to_owned(), at, alarm: None }
}

/// With which roles a link works now, and how its account stands to the maker's own; `None`: it does not. The maker must be able to make
/// such a link today.
async fn standing(portal: &Portal, found: &FoundLink) -> Result<Option<(BTreeSet<Role>, Relation)>, Fault> {
    let link = &found.link;
    let is_active = found.maker.state == UserState::Active && found.home.state == AccountState::Active && found.account.state == AccountState::Active;
    if link.ended_at.is_some() || portal.now() >= link.until || !is_active {
        return Ok(None);
    }
    let roles: BTreeSet<Role> = portal.roles.of(link.maker).await?.intersection(&link.roles).copied().collect();
    let relation = relation(portal, found.home.id, &found.account).await?;
    Ok(may(&roles, Action::MakeSetupLink, relation).then_some((roles, relation)))
}
