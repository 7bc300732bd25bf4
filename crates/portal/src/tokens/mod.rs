//! Tokens for the API: made by a person with a role, shown once, with scopes and an end. What one may do is at every request what its
//! scopes say and its maker may do now, and no more.

pub mod ports;
mod scope;

use std::{collections::BTreeSet, time::Duration};

use homeward_discovery::{AccountState, UserState};
use homeward_model::{AccountId, ApiTokenId, Random, Timestamp, UserId, random_token};

use crate::{
    alarm::Alarm,
    authority::{Action, Role, is_wider},
    entry::Granted,
    ports::{Fault, Moved},
    session::{Actor, Means, Portal, roles_in},
};
use ports::FoundToken;

pub use scope::Scope;

/// What every secret begins with, so that whoever looks for secrets in files finds it.
pub const PREFIX: &str = "hwt_";
/// Days a token lasts when nobody says otherwise.
pub const USUAL_DAYS: u32 = 90;
/// Days one lasts at most.
pub const MOST_DAYS: u32 = 365;
/// Tokens of one account that count, at most.
pub const MOST: u32 = 100;
/// Characters of a name at most.
pub const LONGEST_NAME: usize = 60;
const DAY: u64 = 86_400;
/// Characters of a secret: the prefix and 256 bits in base64url.
const LENGTH: usize = PREFIX.len() + 43;

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// What names it in lists and records.
    pub id: ApiTokenId,
    /// Who made it; it may never do more than they may.
    pub maker: UserId,
    /// Their account.
    pub account: AccountId,
    /// What it is for, in the maker's words.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// Whether its maker came in by the account's identity provider, whose word counts for nothing beyond the account (AD-02).
    pub federated: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When somebody ended it.
    pub ended_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
}

impl ApiToken {
    /// Its scopes as words.
    pub fn words(&self) -> Vec<&'static str> {
        self.scopes.iter().map(|scope| scope.word()).collect()
    }
}

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is for.
    pub name: String,
    /// Days until it ends.
    pub days: String,
    /// Scopes as words.
    pub scopes: Vec<String>,
}

/// Why a token is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It has no name, or one that is too long.
    #[error("a token has a name of 1 to {LONGEST_NAME} characters")]
    Name,
    /// The days are no number from 1 to `MOST_DAYS`.
    #[error("a token lasts from 1 to {MOST_DAYS} days")]
    Days,
    /// No scope, or one that there is not, or that its maker could not use.
    #[error("a token has at least one scope, and only scopes that its maker's role has a use for")]
    Scopes,
    /// The account has as many as it may have.
    #[error("the account has {MOST} tokens; end one first")]
    TooMany,
}

/// Draws a secret: what its holder sends, and the SHA-256 that is kept.
pub fn draw(random: &dyn Random) -> (String, [u8; 32]) {
    let secret = format!("{PREFIX}{}", random_token(random));
    let hash = homeward_sealing::sha256(secret.as_bytes());
    (secret, hash)
}

/// Who makes a token.
#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    /// Who.
    pub user: UserId,
    /// Their account.
    pub account: AccountId,
    /// What they are.
    pub roles: &'a BTreeSet<Role>,
    /// Whether they came in by the account's identity provider.
    pub federated: bool,
}

/// Whether a text could be a secret of ours.
pub fn is_secret(text: &str) -> bool {
    text.len() == LENGTH && text.strip_prefix(PREFIX).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
}

/// A token as it was asked for.
///
/// # Errors
/// What does not fit.
pub fn asked(wanted: &Wanted, maker: Maker<'_>, random: &dyn Random, now: Timestamp) -> Result<ApiToken, Unfit> {
    let name: String = wanted.name.trim().chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Unfit::Name);
    }
    let days = wanted.days.trim().parse::<u32>().ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or(Unfit::Days)?;
    let scopes: Option<BTreeSet<Scope>> = wanted.scopes.iter().map(|word| Scope::from_word(word).filter(|scope| scope.serves(maker.roles))).collect();
    let scopes = scopes.filter(|scopes| !scopes.is_empty()).ok_or(Unfit::Scopes)?;
    Ok(ApiToken {
        id: ApiTokenId::generate(random),
        maker: maker.user,
        account: maker.account,
        name,
        scopes,
        federated: maker.federated,
        made_at: now,
        expires_at: now.plus(Duration::from_secs(u64::from(days) * DAY)),
        ended_at: None,
        last_used: None,
    })
}

/// Makes a token in one's own account; gives it with its secret, which nobody can see again.
///
/// # Errors
/// `Fault`.
pub async fn make(portal: &Portal, granted: &Granted, wanted: &Wanted) -> Result<Result<(ApiToken, String), Unfit>, Fault> {
    granted.is_for(Action::MakeTokens)?;
    let actor = granted.actor()?;
    // Only a person makes one: a token has no scope for it, and no proof that could be fresh.
    let Means::Session { federated, .. } = actor.means else { return Err(Fault("a token asked for a token".into())) };
    let maker = Maker { user: actor.user.id, account: actor.home.id, roles: &actor.roles, federated };
    let token = match asked(wanted, maker, portal.random.as_ref(), portal.now()) {
        Ok(token) => token,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let (secret, hash) = draw(portal.random.as_ref());
    // Its name is its maker's own words, and stays out of the record.
    let deed = granted.deed(portal, "portal.token", Some(token.maker), made(&token)).telling(Alarm::Token);
    Ok(match portal.tokens.make(&hash, &token, MOST, &deed).await? {
        Moved::Done => Ok((token, secret)),
        Moved::Otherwise | Moved::LastWayIn => Err(Unfit::TooMany),
    })
}

/// The detail of the record of a new token.
pub fn made(token: &ApiToken) -> String {
    format!("+ {}: {}", token.id, token.words().join(" "))
}

/// The detail of the record of one that was ended.
pub fn ended(id: ApiTokenId) -> String {
    format!("− {id}")
}

/// A token in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenShown {
    /// The token.
    pub token: ApiToken,
    /// The username of its maker.
    pub maker: String,
    /// Whether the one who asks may end it.
    pub may_end: bool,
}

/// The tokens of the account that count, the newest first.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted) -> Result<Vec<TokenShown>, Fault> {
    // Whoever has just made or ended one sees the list.
    granted.is_for(Action::ReadTokens).or_else(|_| granted.is_for(Action::MakeTokens))?;
    let (account, actor) = (granted.account().id, granted.actor()?);
    let wider: BTreeSet<UserId> = portal.roles.holders(account).await?.iter().filter(|holder| is_wider(&holder.roles, &actor.roles)).map(|holder| holder.user.id).collect();
    let all = portal.tokens.of(account, portal.now()).await?;
    let shown = all.into_iter().map(|(token, user)| {
        let may_end = granted.may(Action::EndTokens) && (token.maker == actor.user.id || !wider.contains(&token.maker));
        TokenShown { token, maker: user.username.typed().to_owned(), may_end }
    });
    Ok(shown.collect())
}

/// What came of ending one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is over, from the next request on.
    Done,
    /// The account has no such token.
    Nothing,
    /// Somebody with a wider role made it: nobody takes from above (AD-02).
    Wider,
}

/// Ends a token of the account.
///
/// # Errors
/// `Fault`.
pub async fn end(portal: &Portal, granted: &Granted, id: ApiTokenId) -> Result<Ended, Fault> {
    granted.is_for(Action::EndTokens)?;
    let account = granted.account().id;
    let Some((token, _)) = portal.tokens.of(account, portal.now()).await?.into_iter().find(|(token, _)| token.id == id) else { return Ok(Ended::Nothing) };
    let actor = granted.actor()?;
    if token.maker != actor.user.id && is_wider(&portal.roles.of(token.maker).await?, &actor.roles) {
        return Ok(Ended::Wider);
    }
    let deed = granted.deed(portal, "portal.token", Some(token.maker), ended(id));
    Ok(match portal.tokens.end(account, id, &deed).await? {
        Moved::Done => Ended::Done,
        Moved::Otherwise | Moved::LastWayIn => Ended::Nothing,
    })
}

/// Who a secret stands for now, if for anybody: token, maker, account and roles are looked up at every request.
///
/// # Errors
/// `Fault`.
pub async fn open(portal: &Portal, secret: &str) -> Result<Option<Actor>, Fault> {
    if !is_secret(secret) {
        return Ok(None);
    }
    let hash = homeward_sealing::sha256(secret.as_bytes());
    let Some(found) = portal.tokens.find(&hash).await?.filter(|found| counts(found, portal.now())) else { return Ok(None) };
    let roles = roles_in(portal, found.user.id, found.token.federated).await?;
    if roles.is_empty() {
        return Ok(None);
    }
    Ok(Some(Actor { means: Means::Token(found.token), user: found.user, home: found.account, roles }))
}

fn counts(found: &FoundToken, now: Timestamp) -> bool {
    found.token.ended_at.is_none()
        && now < found.token.expires_at
        && found.user.state == UserState::Active
        && found.account.state == AccountState::Active
        && found.user.account == found.token.account
        // Only as long as the account lets its administrators in that way (B-164).
        && (!found.token.federated || found.account.admin_sso)
}
