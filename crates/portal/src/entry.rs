//! The door of every page: who asks, for which account, to do what. The only place that makes a `Granted`.

use homeward_discovery::Account;
use homeward_model::AccountNumber;

use crate::{
    authority::{Action, Relation, may},
    ports::{Deed, Fault},
    session::{Actor, Portal},
};

/// Levels of parents that are followed; more than there are.
const MOST_LEVELS: usize = 8;

/// Somebody may do this in this account, now. Made by `enter` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    actor: Actor,
    account: Account,
    relation: Relation,
    action: Action,
    network: String,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// There is no such account, or none that the person may know of: the same answer for both (AD-03).
    NoAccount,
    /// The role does not include it.
    NotAllowed,
    /// The account is another's and must be entered first.
    EnterFirst,
    /// The person must prove themselves once more.
    ProveAgain,
}

impl Granted {
    /// Who.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// Where.
    pub fn account(&self) -> &Account {
        &self.account
    }
    /// How the account stands to the person's own.
    pub fn relation(&self) -> Relation {
        self.relation
    }
    /// Whether the same person may do something else here, for what a page offers.
    pub fn may(&self, action: Action) -> bool {
        lets(&self.actor, &self.account, action, self.relation)
    }
    /// A deed of this person in this account.
    pub(crate) fn deed(&self, portal: &Portal, event: &'static str, user: Option<homeward_model::UserId>, detail: String) -> Deed {
        Deed { event, by: self.actor.user.id, account: self.account.id, user, detail, network: self.network.clone(), at: portal.now() }
    }
    /// Whether this was granted for that action. Use cases ask, so that no handler passes one grant for another.
    pub(crate) fn is_for(&self, action: Action) -> Result<(), Fault> {
        if self.action == action { Ok(()) } else { Err(Fault(format!("a grant for {:?} does not serve {action:?}", self.action))) }
    }
}

/// Whether somebody may do something in an account. Where its provider lets administrators in, whoever chooses the provider chooses who
/// administers: that takes the right to give roles (AD-02).
fn lets(actor: &Actor, account: &Account, action: Action, relation: Relation) -> bool {
    let chooses = matches!(action, Action::ChangeSignOn | Action::SwitchSignOn) && account.admin_sso;
    may(&actor.roles, action, relation) && (!chooses || may(&actor.roles, Action::ChangeRoles, relation))
}

/// How an account stands to the person's own.
///
/// # Errors
/// `Fault`.
pub async fn relation(portal: &Portal, actor: &Actor, account: &Account) -> Result<Relation, Fault> {
    if account.id == actor.home.id {
        return Ok(Relation::Own);
    }
    let mut parent = account.parent;
    for _ in 0..MOST_LEVELS {
        match parent {
            Some(id) if id == actor.home.id => return Ok(Relation::Below),
            Some(id) => parent = portal.accounts.account(id).await?.and_then(|account| account.parent),
            None => break,
        }
    }
    Ok(Relation::Other)
}

/// Whether somebody may do something in the account of that number.
///
/// # Errors
/// `Fault`.
pub async fn enter(portal: &Portal, actor: Actor, number: &str, action: Action, network: String) -> Result<Result<Granted, Denied>, Fault> {
    let Ok(number) = AccountNumber::parse(number) else { return Ok(Err(Denied::NoAccount)) };
    let Some(account) = portal.accounts.numbered(&number).await? else { return Ok(Err(Denied::NoAccount)) };
    let relation = relation(portal, &actor, &account).await?;
    if !may(&actor.roles, Action::Open, relation) {
        return Ok(Err(Denied::NoAccount));
    }
    if !lets(&actor, &account, action, relation) {
        return Ok(Err(Denied::NotAllowed));
    }
    if relation != Relation::Own && action != Action::Enter && actor.session.entered != Some(account.id) {
        return Ok(Err(Denied::EnterFirst));
    }
    if action.needs_fresh_proof() && !actor.is_fresh(portal.now()) {
        return Ok(Err(Denied::ProveAgain));
    }
    Ok(Ok(Granted { actor, account, relation, action, network }))
}

/// Goes into the account of a grant: its own Activity says by whom (AU-06).
///
/// # Errors
/// `Fault`.
pub async fn go_in(portal: &Portal, granted: &Granted) -> Result<(), Fault> {
    granted.is_for(Action::Enter)?;
    if granted.relation == Relation::Own {
        return Ok(());
    }
    let deed = granted.deed(portal, "portal.entered", None, String::new());
    portal.sessions.enter(&granted.actor.hash, granted.account.id, &deed).await
}

/// Accounts that somebody may enter, by number: all for the operator, those below for a partner.
///
/// # Errors
/// `Fault`.
pub async fn accounts(portal: &Portal, granted: &Granted, text: &str, (after, limit): (&str, u32)) -> Result<Vec<Account>, Fault> {
    granted.is_for(Action::ListAccounts)?;
    let everywhere = may(&granted.actor.roles, Action::Enter, Relation::Other);
    portal.accounts.find((!everywhere).then_some(granted.actor.home.id), text.trim(), after, limit).await
}
