//! "You now sign in with …": people whom a step has moved to the provider are told by mail, when whoever took it asks for that. They may be many, so a
//! worker does it, some at a time; how far it has come is kept. Nobody is told twice within a day, however often a connection is turned off and on.

use std::time::Duration;

use async_trait::async_trait;
use homeward_discovery::{Account, Connection, ConnectionState, User, UserState};
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    entry::Granted,
    lifecycle::{Whose, goes_there, is_of, proved},
    ports::{Deed, Fault, UserQuery, Which},
    session::Portal,
};

/// How many are looked at together: other mail does not wait for more than these.
const PAGE: u32 = 200;
/// Nobody is told again before that.
const AGAIN: Duration = Duration::from_secs(24 * 3_600);

/// A step of which people are still to be told, and how far that has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// The connection. The next step with which people are told takes the place of the one before.
    pub connection: ConnectionId,
    /// When the step was taken.
    pub at: Timestamp,
    /// How people signed in before.
    before: (Account, ConnectionState),
    /// Who took the step, by which token, from where.
    by: (UserId, Option<String>, String),
    /// The key of the last username that was looked at.
    after: String,
    /// How many were told.
    told: u64,
}

impl Telling {
    /// Of a step that is taken now: how people sign in until then is what is granted and stored.
    pub(super) fn of(portal: &Portal, granted: &Granted, connection: &Connection) -> Self {
        let deed = granted.deed(portal, "portal.people_told", None, String::new());
        Self {
            connection: connection.id,
            at: deed.at,
            before: (granted.account().clone(), connection.state_at(deed.at)),
            by: (deed.by, Some(deed.detail).filter(|token| !token.is_empty()), deed.network),
            after: String::new(),
            told: 0,
        }
    }
    /// Whose connection it is.
    pub const fn account(&self) -> AccountId {
        self.before.0.id
    }
    /// What came of it, for the record: it is of whoever took the step.
    fn deed(&self, now: Timestamp) -> Deed {
        let (by, token, network) = &self.by;
        let detail = [Some(format!("{} told", self.told)), token.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Deed { event: "portal.people_told", by: *by, link: None, account: self.account(), user: None, detail, network: network.clone(), at: now, alarm: None }
    }
}

/// Who is still to be told, and who was told lately.
#[async_trait]
pub trait Tellings: Send + Sync {
    /// The one that waits longest.
    async fn first(&self) -> Result<Option<Telling>, Fault>;
    /// Keeps how far it has come, if it is still where it was; `false`: another step took its place.
    async fn go_on(&self, was: &Telling, is: &Telling) -> Result<bool, Fault>;
    /// It is over, if it is still where it was; how many were told is on record, when somebody was.
    async fn end(&self, was: &Telling, deed: Option<&Deed>) -> Result<bool, Fault>;
    /// Notes that these are told now; gives those of them who were not told since `before`.
    async fn claim(&self, account: AccountId, connection: ConnectionId, users: &[UserId], times: (Timestamp, Timestamp)) -> Result<Vec<UserId>, Fault>;
}

/// Whether a step has moved somebody to the provider, who signs in there still.
fn moved((user, on_domain): (&User, bool), before: (&Account, ConnectionState), now: (&Account, ConnectionState)) -> bool {
    let there = |(account, state): (&Account, ConnectionState)| goes_there(account, Whose::of(user, on_domain), state);
    user.email.is_some() && !there(before) && there(now)
}

/// Mails some of those whom a step has moved to the provider. Whether anybody may be left. Where the connection was turned off meanwhile, nobody is told.
///
/// # Errors
/// `Fault`; it goes on from where it was.
pub async fn work(portal: &Portal) -> Result<bool, Fault> {
    let Some(telling) = portal.tellings.first().await? else { return Ok(false) };
    let (account, connection, now) = (telling.account(), telling.connection, portal.now());
    let (Some(present), Some(stored)) = (portal.accounts.account(account).await?, portal.sign_on.one(account, connection).await?) else {
        portal.tellings.end(&telling, None).await?;
        return Ok(true);
    };
    let query = UserQuery { which: Which::In(UserState::Active), limit: PAGE, after: telling.after.clone(), ..UserQuery::default() };
    let page = portal.people.list(account, &query).await?;
    let (before, state) = ((&telling.before.0, telling.before.1), stored.connection.state_at(now));
    let domains = proved(portal.domains.of(account).await?.iter().map(|(claim, _)| claim));
    let people: Vec<UserId> = page.iter().filter(|listed| moved((&listed.user, is_of(&domains, &listed.user.username)), before, (&present, state))).map(|listed| listed.user.id).collect();
    let mut is = telling.clone();
    for user in portal.tellings.claim(account, connection, &people, (now, now.minus(AGAIN))).await? {
        portal.people_told.moved_to_provider(user, &stored.connection.name).await;
        is.told += 1;
    }
    match page.last() {
        Some(last) => {
            is.after = last.user.username.key().to_owned();
            portal.tellings.go_on(&telling, &is).await?
        }
        None => portal.tellings.end(&telling, (is.told > 0).then(|| is.deed(now)).as_ref()).await?,
    };
    Ok(true)
}
