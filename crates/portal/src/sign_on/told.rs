//! "You now sign in with …": people whom a step has moved to the provider are told by mail, when whoever took it asks for that. Nobody is told
//! twice within a day, however often a connection is turned off and on.

use std::time::Duration;

use async_trait::async_trait;
use homeward_discovery::{Account, ConnectionState, User, UserState};
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};

use crate::{
    entry::Granted,
    lifecycle::goes_there,
    ports::{Fault, UserQuery, Which},
    session::Portal,
};

/// People who are told by one step, at most.
const MOST_TOLD: usize = 5_000;
/// How many are looked at together.
const PAGE: u32 = 200;
/// Nobody is told again before that.
const AGAIN: Duration = Duration::from_secs(24 * 3_600);

/// Who was told lately.
#[async_trait]
pub trait Tellings: Send + Sync {
    /// Notes that these are told now; gives those of them who were not told since `before`.
    async fn claim(&self, account: AccountId, connection: ConnectionId, users: &[UserId], times: (Timestamp, Timestamp)) -> Result<Vec<UserId>, Fault>;
}

/// How an account's people sign in at one moment.
pub(super) type Moment<'a> = (&'a Account, ConnectionState);

/// Whom a step moves to the provider.
fn moves(user: &User, (before, after): (Moment<'_>, Moment<'_>)) -> bool {
    let there = |(account, state): Moment<'_>| goes_there(account, (user.rule, user.break_glass), state);
    user.email.is_some() && !there(before) && there(after)
}

/// Mails those whom a step has moved to the provider; gives how many. The step is on record, and so is how many were told of it.
pub(super) async fn tell(portal: &Portal, granted: &Granted, (connection, provider): (ConnectionId, &str), moments: (Moment<'_>, Moment<'_>)) -> Result<usize, Fault> {
    let (account, now) = (granted.account().id, portal.now());
    let mut query = UserQuery { which: Which::In(UserState::Active), limit: PAGE, ..UserQuery::default() };
    let mut told = 0;
    loop {
        let page = portal.people.list(account, &query).await?;
        let moved: Vec<UserId> = page.iter().filter(|listed| moves(&listed.user, moments)).map(|listed| listed.user.id).take(MOST_TOLD.saturating_sub(told)).collect();
        for user in portal.tellings.claim(account, connection, &moved, (now, now.minus(AGAIN))).await? {
            portal.people_told.moved_to_provider(user, provider).await;
            told += 1;
        }
        match page.last() {
            Some(last) if told < MOST_TOLD => query.after = last.user.username.key().to_owned(),
            _ => break,
        }
    }
    if told > 0 {
        portal.activity.note(&granted.deed(portal, "portal.people_told", None, format!("{told} told"))).await?;
    }
    Ok(told)
}
