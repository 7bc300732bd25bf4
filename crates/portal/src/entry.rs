//! The door of every page: who asks, for which account, to do what. The only place that makes a `Granted`.

use std::collections::BTreeSet;

use homeward_discovery::Account;
use homeward_model::{AccountId, AccountNumber, Timestamp, UserId};

use crate::{
    authority::{Action, Relation, Role, may},
    ports::{Deed, Fault},
    session::{Actor, FRESH, Means, Portal},
    setup_link::Guest,
    tokens::{ApiToken, Scope},
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

/// Somebody may do this in this account, now. Made by `admit`, which `enter` asks, and by `enter_by_link` only.
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
    /// The token does not have this scope; `None`: no token does that.
    OutOfScope(Option<Scope>),
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
    /// SHA-256 of the secret of the session; whoever calls by a token has none.
    pub fn session(&self) -> Option<&[u8; 32]> {
        match &self.who {
            Who::Actor(actor) => actor.session(),
            Who::Guest(guest) => Some(&guest.hash),
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
    /// Whether the same person may do something else here, for what a page offers; by a token, as far as its scopes go.
    pub fn may(&self, action: Action) -> bool {
        match &self.who {
            Who::Actor(actor) => lets(&actor.roles, &self.account, action, self.relation) && actor.means.includes(action),
            Who::Guest(guest) => guest.may(action),
        }
    }
    /// The same person's grant for something else here that needs no proof of its own; `None` where they may not.
    pub fn also(&self, action: Action) -> Option<Self> {
        (!action.needs_fresh_proof() && self.may(action)).then(|| Self { action, ..self.clone() })
    }
    /// The token by which somebody calls.
    pub fn token(&self) -> Option<&ApiToken> {
        match &self.who {
            Who::Actor(actor) => actor.token(),
            Who::Guest(_) => None,
        }
    }
    /// A deed of this person in this account.
    pub(crate) fn deed(&self, portal: &Portal, event: &'static str, user: Option<UserId>, detail: String) -> Deed {
        let link = self.guest().map(|guest| guest.link.reference.clone());
        let detail = match self.token() {
            None => detail,
            Some(token) => format!("{detail} [token {}]", token.id).trim_start().to_owned(),
        };
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
    let granted = match admit(actor, (account, relation), action, (network, portal.now())) {
        Ok(granted) => granted,
        Err(denied) => return Ok(Err(denied)),
    };
    note_token(portal, &granted).await?;
    Ok(Ok(granted))
}

/// Whether somebody may do something in an account that stands to their own in this way. It looks nothing up: [`enter`] has, and puts on record
/// what is to be.
///
/// # Errors
/// Why not.
pub fn admit(actor: Actor, (account, relation): (Account, Relation), action: Action, (network, now): (String, Timestamp)) -> Result<Granted, Denied> {
    // A token knows of no other account unless it was made for them.
    let reaches = relation == Relation::Own || actor.means.includes(Action::Enter);
    if !may(&actor.roles, Action::Open, relation) || !reaches {
        return Err(Denied::NoAccount);
    }
    if !lets(&actor.roles, &account, action, relation) {
        return Err(Denied::NotAllowed);
    }
    match held_back(&actor, (&account, relation), action, now) {
        Some(denied) => Err(denied),
        None => Ok(Granted { who: Who::Actor(Box::new(actor)), account, relation, action, network }),
    }
}

/// Whether somebody who began something in an account by a fresh proof may still finish it: session, role and account are asked about as they
/// are now. The proof is as old as it may be by then.
///
/// # Errors
/// `Fault`.
pub async fn still_may(portal: &Portal, actor: Actor, account: &AccountNumber, action: Action) -> Result<bool, Fault> {
    let entered = enter(portal, actor, account.as_str(), action, String::new()).await?;
    Ok(matches!(entered, Ok(_) | Err(Denied::ProveAgain)))
}

/// What a session or a token still lacks.
fn held_back(actor: &Actor, (account, relation): (&Account, Relation), action: Action, now: Timestamp) -> Option<Denied> {
    match &actor.means {
        Means::Token(_) => (!actor.means.includes(action)).then(|| Denied::OutOfScope(Scope::of(action))),
        Means::Session { session, .. } => {
            let is_inside = relation == Relation::Own || action == Action::Enter || session.entered == Some(account.id);
            let is_fresh = now.since(session.proved_at) <= FRESH;
            match (is_inside, action.needs_fresh_proof() && !is_fresh) {
                (false, _) => Some(Denied::EnterFirst),
                (true, true) => Some(Denied::ProveAgain),
                (true, false) => None,
            }
        }
    }
}

/// The first use of a token in an account each day is on record there; for an account of others that is how somebody came in (AU-06).
async fn note_token(portal: &Portal, granted: &Granted) -> Result<(), Fault> {
    let Some(token) = granted.token() else { return Ok(()) };
    let event = if granted.relation == Relation::Own { "portal.token_used" } else { "portal.entered" };
    portal.tokens.used(token.id, granted.account.id, &granted.deed(portal, event, None, String::new())).await
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
    let Some(session) = granted.session().filter(|_| granted.relation != Relation::Own) else { return Ok(()) };
    let deed = granted.deed(portal, "portal.entered", None, String::new());
    portal.sessions.enter(session, granted.account.id, &deed).await
}

/// Accounts that somebody may enter, by number: all for the operator, those below for a partner.
///
/// # Errors
/// `Fault`.
pub async fn accounts(portal: &Portal, granted: &Granted, text: &str, (after, limit): (&str, u32)) -> Result<Vec<Account>, Fault> {
    granted.is_for(Action::ListAccounts)?;
    let actor = granted.actor()?;
    // A token that enters no other account knows of none.
    if !actor.means.includes(Action::Enter) {
        return Ok(Vec::new());
    }
    let everywhere = may(&actor.roles, Action::Enter, Relation::Other);
    portal.accounts.find((!everywhere).then_some(actor.home.id), text.trim(), after, limit).await
}
