//! The door of every page: who asks, for which account, to do what. The only place that makes a `Granted`.

use std::collections::BTreeSet;

use homeward_discovery::Account;
use homeward_model::{AccountId, AccountNumber, UserId};

use crate::{
    authority::{Action, Relation, Role, may},
    ports::{Deed, Fault},
    session::{Actor, Portal},
    setup_link::Guest,
};

/// Levels of parents that are followed; more than there are.
const MOST_LEVELS: usize = 8;

/// Who is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    /// Somebody with a role.
    Actor(Box<Actor>),
    /// Somebody who came by a setup link.
    Guest(Box<Guest>),
}

/// Somebody may do this in this account, now. Made by `enter` and `enter_by_link` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    who: Who,
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
    /// Who, when it is somebody with a role.
    ///
    /// # Errors
    /// `Fault` for whoever came by a setup link: no action that they are let do asks who they are.
    pub fn actor(&self) -> Result<&Actor, Fault> {
        match &self.who {
            Who::Actor(actor) => Ok(actor),
            Who::Guest(_) => Err(Fault("nobody with a role is here".into())),
        }
    }
    /// Who, when it is somebody who came by a setup link.
    pub fn guest(&self) -> Option<&Guest> {
        match &self.who {
            Who::Actor(_) => None,
            Who::Guest(guest) => Some(guest),
        }
    }
    /// SHA-256 of the secret of the session.
    pub fn session(&self) -> &[u8; 32] {
        match &self.who {
            Who::Actor(actor) => &actor.hash,
            Who::Guest(guest) => &guest.hash,
        }
    }
    /// Who answers for what is done: the person, or the maker of the link.
    pub fn by(&self) -> UserId {
        match &self.who {
            Who::Actor(actor) => actor.user.id,
            Who::Guest(guest) => guest.link.maker,
        }
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
        match &self.who {
            Who::Actor(actor) => lets(&actor.roles, &self.account, action, self.relation),
            Who::Guest(guest) => guest.may(action),
        }
    }
    /// A deed of this person in this account.
    pub(crate) fn deed(&self, portal: &Portal, event: &'static str, user: Option<UserId>, detail: String) -> Deed {
        let link = self.guest().map(|guest| guest.link.reference.clone());
        Deed { event, by: self.by(), link, account: self.account.id, user, detail, network: self.network.clone(), at: portal.now(), alarm: None }
    }
    /// Whether this was granted for that action. Use cases ask, so that no handler passes one grant for another.
    pub(crate) fn is_for(&self, action: Action) -> Result<(), Fault> {
        if self.action == action { Ok(()) } else { Err(Fault(format!("a grant for {:?} does not serve {action:?}", self.action))) }
    }
}

/// Whether somebody may do something in an account. Where its provider lets administrators in, whoever chooses the provider chooses who
/// administers: that takes the right to give roles (AD-02).
pub(crate) fn lets(roles: &BTreeSet<Role>, account: &Account, action: Action, relation: Relation) -> bool {
    let chooses = matches!(action, Action::ChangeSignOn | Action::SwitchSignOn) && account.admin_sso;
    may(roles, action, relation) && (!chooses || may(roles, Action::ChangeRoles, relation))
}

/// How an account stands to the one that somebody belongs to.
///
/// # Errors
/// `Fault`.
pub async fn relation(portal: &Portal, home: AccountId, account: &Account) -> Result<Relation, Fault> {
    if account.id == home {
        return Ok(Relation::Own);
    }
    let mut parent = account.parent;
    for _ in 0..MOST_LEVELS {
        match parent {
            Some(id) if id == home => return Ok(Relation::Below),
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
    let relation = relation(portal, actor.home.id, &account).await?;
    if !may(&actor.roles, Action::Open, relation) {
        return Ok(Err(Denied::NoAccount));
    }
    if !lets(&actor.roles, &account, action, relation) {
        return Ok(Err(Denied::NotAllowed));
    }
    if relation != Relation::Own && action != Action::Enter && actor.session.entered != Some(account.id) {
        return Ok(Err(Denied::EnterFirst));
    }
    if action.needs_fresh_proof() && !actor.is_fresh(portal.now()) {
        return Ok(Err(Denied::ProveAgain));
    }
    Ok(Ok(Granted { who: Who::Actor(Box::new(actor)), account, relation, action, network }))
}

/// Whether somebody who came by a setup link may do something in the account of that number. There is no proof that they could repeat:
/// whoever made the link gave a fresh one.
///
/// # Errors
/// Why not.
pub fn enter_by_link(guest: Guest, number: &str, action: Action, network: String) -> Result<Granted, Denied> {
    if AccountNumber::parse(number).ok().as_ref() != Some(&guest.account.number) {
        return Err(Denied::NoAccount);
    }
    if !guest.may(action) {
        return Err(Denied::NotAllowed);
    }
    let (account, relation) = (guest.account.clone(), guest.relation);
    Ok(Granted { who: Who::Guest(Box::new(guest)), account, relation, action, network })
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
    portal.sessions.enter(granted.session(), granted.account.id, &deed).await
}

/// Accounts that somebody may enter, by number: all for the operator, those below for a partner.
///
/// # Errors
/// `Fault`.
pub async fn accounts(portal: &Portal, granted: &Granted, text: &str, (after, limit): (&str, u32)) -> Result<Vec<Account>, Fault> {
    granted.is_for(Action::ListAccounts)?;
    let actor = granted.actor()?;
    let everywhere = may(&actor.roles, Action::Enter, Relation::Other);
    portal.accounts.find((!everywhere).then_some(actor.home.id), text.trim(), after, limit).await
}
