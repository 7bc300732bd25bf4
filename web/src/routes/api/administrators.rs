//! Who administers the account, and how administrators sign in.

use homeward_model::UserId;
use homeward_portal::{
    Role,
    administrators::{self, Change},
    ports::Moved,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::Reply,
    shown::{Person, changed, done, english, last_way_in},
    values::Text,
};

/// A role in the portal.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Role")]
pub(super) enum RoleWord {
    /// Runs the installation: every account.
    Operator,
    /// Looks after the accounts below its own.
    Partner,
    /// The account's Authorized Contact.
    Administrator,
    /// The account's security manager.
    Security,
    /// Reads, and sends invitations again.
    Helpdesk,
    /// Reads.
    Auditor,
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> Self {
        match role {
            Role::Operator => Self::Operator,
            Role::Partner => Self::Partner,
            Role::Administrator => Self::Administrator,
            Role::Security => Self::Security,
            Role::Helpdesk => Self::Helpdesk,
            Role::Auditor => Self::Auditor,
        }
    }
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Operator => Self::Operator,
            RoleWord::Partner => Self::Partner,
            RoleWord::Administrator => Self::Administrator,
            RoleWord::Security => Self::Security,
            RoleWord::Helpdesk => Self::Helpdesk,
            RoleWord::Auditor => Self::Auditor,
        }
    }
}

/// Somebody with a role.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Holder {
    /// Who.
    user: Person,
    /// What they are.
    roles: Vec<RoleWord>,
    /// Whether they have a password here, which the portal asks for.
    has_password: bool,
    /// Roles that the token's maker may take from them.
    may_take: Vec<RoleWord>,
}

/// Who administers the account.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct AdministratorList {
    /// Everybody with a role.
    items: Vec<Holder>,
    /// Roles that the token's maker may give.
    may_give: Vec<RoleWord>,
    /// Whether administrators may come in by Single Sign-On, too.
    by_single_sign_on: bool,
}

fn words(roles: impl IntoIterator<Item = Role>) -> Vec<RoleWord> {
    roles.into_iter().map(RoleWord::from).collect()
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let found = administrators::list(call.portal(), &call.granted).await?;
    let items = found.holders.into_iter().map(|(holder, takes)| Holder {
        user: Person::of(&holder.user),
        roles: words(holder.roles),
        has_password: holder.has_password,
        may_take: words(takes),
    });
    Ok(Reply::shows(&AdministratorList { items: items.collect(), may_give: words(found.may_give), by_single_sign_on: call.granted.account().admin_sso }))
}

/// A role for somebody.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "username": "mia@northwind.example", "role": "auditor" }]))]
pub(super) struct NewRole {
    /// Somebody of the account, by username.
    username: Text<254>,
    /// What they become.
    role: RoleWord,
}

fn change(change: Change) -> Result<Reply, Problem> {
    let t = english();
    match change {
        Change::Step(step) => done(step),
        Change::Unknown => Err(Problem::unfit("user.unknown", t.s("portal-give-unknown"))),
        Change::NotActive => Err(Problem::conflict("user.not_active", t.s("portal-give-not-active"))),
        Change::TooMuch => Err(Problem::forbidden("role.too_much", t.s("portal-said-too-much"))),
    }
}

pub(super) async fn give(call: &Call) -> Result<Reply, Problem> {
    let asked: NewRole = call.body()?;
    change(administrators::give(call.portal(), &call.granted, &asked.username.0, asked.role.into()).await?)
}

pub(super) async fn take(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    let role = call.id("role", Role::from_word)?;
    change(administrators::take(call.portal(), &call.granted, user, role).await?)
}

/// How administrators sign in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "single_sign_on": true }]))]
pub(super) struct AdministratorSignIn {
    /// Whether by Single Sign-On, too.
    single_sign_on: bool,
}

pub(super) async fn sign_in(call: &Call) -> Result<Reply, Problem> {
    let asked: AdministratorSignIn = call.body()?;
    match administrators::set_single_sign_on(call.portal(), &call.granted, asked.single_sign_on).await? {
        Moved::Done => Ok(Reply::done()),
        // It is so already: a PUT of the same.
        Moved::Otherwise if call.granted.account().admin_sso == asked.single_sign_on => Ok(Reply::done()),
        Moved::Otherwise => Err(changed()),
        Moved::LastWayIn => Err(last_way_in()),
    }
}
