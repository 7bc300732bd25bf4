//! Tokens for the API: one's own, those of the account, and ending one. None is made by another.

use homeward_model::ApiTokenId;
use homeward_portal::tokens::{self, ApiToken, Ended};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    problem::Problem,
    reply::{Id, Page, Reply, Time},
    shown::{Person, english},
};

/// A token, without its secret.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Token", deny_unknown_fields)]
pub(super) struct TokenShown {
    /// What names it in Activity.
    id: Id,
    /// What it is for.
    name: String,
    /// What it may be used for, as far as its maker may do it.
    scopes: Vec<&'static str>,
    /// Who made it.
    maker: Person,
    /// When it was made.
    made_at: Time,
    /// When it ends.
    expires_at: Time,
    /// When it was last used, to the minute.
    last_used: Option<Time>,
}

impl TokenShown {
    fn of(token: &ApiToken, maker: &str) -> Self {
        Self {
            id: Id::of(token.id),
            name: token.name.clone(),
            scopes: token.words(),
            maker: Person { id: Id::of(token.maker), username: maker.to_owned() },
            made_at: Time(token.made_at),
            expires_at: Time(token.expires_at),
            last_used: token.last_used.map(Time),
        }
    }
}

/// The token of this call.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct OwnToken {
    /// The token.
    token: TokenShown,
    /// The account that it belongs to, by number.
    account: String,
}

pub(super) async fn own(call: &Call) -> Result<Reply, Problem> {
    let token = call.token().ok_or_else(Problem::nothing)?;
    let actor = call.granted.actor()?;
    // When it was last used changes with this very call.
    let token = ApiToken { last_used: None, ..token.clone() };
    Ok(Reply::shows(&OwnToken { token: TokenShown::of(&token, actor.user.username.typed()), account: actor.home.number.as_str().to_owned() }))
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let all = tokens::list(call.portal(), &call.granted).await?;
    Ok(Reply::shows(&Page { items: all.iter().map(|shown| TokenShown::of(&shown.token, &shown.maker)).collect(), next_cursor: None }))
}

pub(super) async fn end(call: &Call) -> Result<Reply, Problem> {
    let id = call.id("token", ApiTokenId::parse)?;
    match tokens::end(call.portal(), &call.granted, id).await? {
        Ended::Done => Ok(Reply::done()),
        Ended::Nothing => Err(Problem::nothing()),
        Ended::Wider => Err(Problem::forbidden("wider_role", english().s("portal-said-wider"))),
    }
}
