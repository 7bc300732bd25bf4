//! `homeward apply`: shows the difference first, then makes it so; a second time there is none.
//!
//! Nothing is deleted, ever. With `prune`, what the file does not name is taken out of use: a user deprovisioned, an account
//! suspended, an application switched off, a connection retired, a domain no longer verified.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use homeward_discovery::{AccountState, ConnectionState, UserState};
use homeward_local_credential::{ResetStore, Scheme};
use homeward_model::{AccountId, Random, Timestamp, UserId};
use homeward_signin::{Context, usecase::mailroom};
use homeward_store::{Store, register::Register};

use crate::{
    apply_links, apply_told,
    concerned::{self, Concerned},
    difference::{Change, Kind},
    meant::{self, Against},
    present::Present,
    progress,
    record::Deed,
    register_file::RegisterFile,
    toml_text,
};

/// Changes that a person is shown.
const SHOWN: usize = 500;

/// The text of a file for `apply`.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name; files with secrets count from its folder.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
    /// Whether what it does not name is taken out of use.
    pub prune: bool,
}

/// What would change.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every entry that differs, in the order of accounts, connections, domains, users, applications, passwords, invitations.
    pub changes: Vec<Change>,
    /// What the operator should know besides.
    pub notes: Vec<String>,
    /// How many entries stay as they are.
    pub unchanged: usize,
    /// The accounts whose people will sign in elsewhere than now, in numbers.
    pub concerned: Vec<Concerned>,
    entries: Register,
    /// Those of them that are there already, as they were read.
    seen: Register,
    credentials: Vec<(UserId, Scheme, Timestamp, bool)>,
    /// The accounts of those.
    given: Vec<AccountId>,
    invitations: Vec<UserId>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
    /// Carries it out, in one transaction, as long as everything that it writes over is still as it was read; invitations are left to `invite`.
    ///
    /// # Errors
    /// A sentence; nothing is changed then.
    pub async fn carry_out(&self, store: &Store, now: Timestamp) -> Result<(), String> {
        let what = format!("writing {} changes", self.changes.len());
        progress::shown(&what, store.put_as_seen(&self.entries, &self.seen, &self.credentials, now)).await.map_err(|e| e.to_string())
    }
    /// What the Activity of each account that is touched says of it.
    pub(crate) fn told(&self) -> Vec<Deed> {
        let invited: Vec<_> = self.concerned.iter().map(|one| (one.id, one.people.len())).collect();
        apply_told::lines(&self.entries, &self.seen, (&self.given, &invited))
    }
    /// Whether somebody is to be invited.
    pub fn invites(&self) -> bool {
        !self.invitations.is_empty() || self.concerned.iter().any(|one| !one.people.is_empty())
    }
    /// Whoever comes back to a password and has none gets no mail; invitations that the file asks for stay.
    pub fn invite_nobody_back(&mut self) {
        self.concerned.iter_mut().for_each(Concerned::invite_nobody);
    }
    /// Writes the invitations into the outbox, after `carry_out`; gives how many.
    ///
    /// # Errors
    /// A sentence; the next `apply` invites those whom the file names. Who came back to a password is invited one by one then.
    pub async fn invite(&self, ctx: &Context) -> Result<u32, String> {
        let mut sent = 0;
        for user in self.concerned.iter().flat_map(|one| &one.people) {
            let done = mailroom::invite(ctx, *user).await;
            sent += u32::from(done.map_err(|e| format!("the file is carried out, and {sent} are invited; for the others: homeward user invite ({e})"))?);
        }
        for user in &self.invitations {
            sent += u32::from(mailroom::invite(ctx, *user).await.map_err(|e| e.to_string())?);
        }
        Ok(sent)
    }
    /// The difference for people; of very many changes the first ones.
    pub fn to_text(&self) -> String {
        let more = self.changes.len().saturating_sub(SHOWN);
        let rest = (more > 0).then(|| format!("  … and {more} more; --json lists them all"));
        let notes = self.notes.iter().take(SHOWN).map(|note| format!("  ! {note}"));
        let summary = format!("{} to change, {} as they are", self.changes.len(), self.unchanged);
        let concerned = self.concerned.iter().take(SHOWN).map(Concerned::to_text);
        self.changes.iter().take(SHOWN).map(Change::to_text).chain(rest).chain(concerned).chain(notes).chain([summary]).collect::<Vec<_>>().join("\n")
    }

    fn compare<T: PartialEq + Clone + serde::Serialize>(&mut self, pair: (Option<&T>, &T), kind: Kind, name: &dyn Fn() -> String, list: fn(&mut Register) -> &mut Vec<T>) {
        match Change::between(pair.0, pair.1, kind, name) {
            None => self.unchanged += 1,
            Some(change) => {
                self.changes.push(change);
                list(&mut self.seen).extend(pair.0.cloned());
                list(&mut self.entries).push(pair.1.clone());
            }
        }
    }
}

/// Reads a text and compares it with what is registered; nothing is pruned.
///
/// # Errors
/// A sentence that names file, entry and fix.
pub async fn plan_text(store: &Store, text: &str, path: &Path, now: Timestamp, random: &dyn Random) -> Result<Plan, String> {
    plan(store, Source { path, text, prune: false }, now, random).await
}

/// Reads a text and compares it with what is registered.
///
/// # Errors
/// A sentence that names file, entry and fix.
pub async fn plan(store: &Store, source: Source<'_>, now: Timestamp, random: &dyn Random) -> Result<Plan, String> {
    let file = read(source)?;
    let register = progress::shown("reading what is registered", store.register()).await.map_err(|e| e.to_string())?;
    let present = Present::of(&register);
    let mut meant = meant::meant(&file, Against { present: &present, now, random }).map_err(|why| format!("{}: {why}", source.path.display()))?;
    let mut plan = Plan { notes: std::mem::take(&mut meant.notes), ..Plan::default() };
    compare_all(&mut plan, &meant.register, &present);
    plan.notes.extend(apply_links::notes(store, &plan.entries, &plan.seen).await?);
    if source.prune {
        prune(&mut plan, &meant.register, &present);
    }
    let names: HashMap<UserId, &str> = meant.register.users.iter().map(|u| (u.id, u.username.typed())).collect();
    let accounts: HashMap<UserId, AccountId> = meant.register.users.iter().map(|u| (u.id, u.account)).collect();
    let name = |id: UserId| names.get(&id).copied().unwrap_or_default();
    let mut with: HashSet<UserId> = store.with_credential().await.map_err(|e| e.to_string())?.into_iter().collect();
    for credential in meant.credentials.into_iter().filter(|(user, ..)| !with.contains(user)) {
        plan.changes.push(Change { kind: Kind::Added, entry: format!("password hash of user {}", name(credential.0)), fields: Vec::new() });
        plan.given.extend(accounts.get(&credential.0));
        plan.credentials.push(credential);
    }
    for user in meant.invite {
        // One invitation at a time: whoever has one that can still be opened, or had one in the last days, gets no other.
        if store.made_since(user, Timestamp::from_seconds(0)).await.map_err(|e| e.to_string())?.is_empty() {
            plan.changes.push(Change { kind: Kind::Added, entry: format!("invitation for user {}", name(user)), fields: Vec::new() });
            plan.invitations.push(user);
        }
    }
    with.extend(plan.credentials.iter().map(|(user, ..)| *user));
    plan.concerned = concerned::concerned(&plan.entries, &present, &with, now);
    for one in plan.concerned.iter_mut().filter(|one| !one.moved.is_empty()) {
        let written = plan.entries.accounts.iter().find(|entry| entry.account.id == one.id);
        one.beside = written.or(present.account_of(one.id)).map(|entry| plan.entries.beside(&plan.seen, &entry.account)).unwrap_or_default();
    }
    Ok(plan)
}

fn read(source: Source<'_>) -> Result<RegisterFile, String> {
    let mut file: RegisterFile = toml_text::parse(source.path, source.text)?;
    let folder = source.path.parent().unwrap_or_else(|| Path::new("."));
    for secret in file.application.iter_mut().filter_map(|a| a.secret_file.as_mut()) {
        *secret = folder.join(&*secret);
    }
    for keys in file.application.iter_mut().filter_map(|a| a.jwks_file.as_mut()) {
        *keys = folder.join(&*keys);
    }
    Ok(file)
}

fn compare_all(plan: &mut Plan, wanted: &Register, present: &Present<'_>) {
    let numbers: HashMap<AccountId, &str> = wanted.accounts.iter().map(|e| (e.account.id, e.account.number.as_str())).collect();
    let of = |id: AccountId| numbers.get(&id).copied().unwrap_or_default();
    for entry in &wanted.accounts {
        let name = || format!("account {} ({})", entry.account.number, entry.account.name);
        plan.compare((present.account_of(entry.account.id), entry), Kind::Changed, &name, |r| &mut r.accounts);
    }
    for entry in &wanted.connections {
        let name = || format!("connection \"{}\" of account {}", entry.connection.name, of(entry.connection.account));
        plan.compare((present.connection(entry.connection.account, &entry.connection.name), entry), Kind::Changed, &name, |r| &mut r.connections);
    }
    for entry in &wanted.domains {
        let name = || format!("domain {} of account {}", entry.domain, of(entry.account));
        plan.compare((present.domain(entry.account, entry.domain.as_str()), entry), Kind::Changed, &name, |r| &mut r.domains);
    }
    for entry in &wanted.users {
        let name = || format!("user {} of account {}", entry.username.typed(), of(entry.account));
        plan.compare((present.user_of(entry.id), entry), Kind::Changed, &name, |r| &mut r.users);
    }
    for entry in &wanted.applications {
        let name = || format!("application {} ({})", entry.client.client_id, entry.client.name);
        plan.compare((present.application(&entry.client.client_id), entry), Kind::Changed, &name, |r| &mut r.applications);
    }
}

/// What is registered and not in the file goes out of use; what is out of use already is left in peace.
fn prune(plan: &mut Plan, wanted: &Register, present: &Present<'_>) {
    let accounts: HashSet<AccountId> = wanted.accounts.iter().map(|e| e.account.id).collect();
    let users: HashSet<UserId> = wanted.users.iter().map(|u| u.id).collect();
    let connections: HashSet<_> = wanted.connections.iter().map(|c| c.connection.id).collect();
    let domains: HashSet<_> = wanted.domains.iter().map(|d| (d.account, d.domain.as_str())).collect();
    let applications: HashSet<_> = wanted.applications.iter().map(|e| &e.client.client_id).collect();
    let number = |id| present.account_of(id).map(|e| e.account.number.to_string()).unwrap_or_default();
    for old in present.register.accounts.iter().filter(|e| !accounts.contains(&e.account.id) && e.account.state == AccountState::Active) {
        let mut new = old.clone();
        new.account.state = AccountState::Suspended;
        plan.compare((Some(old), &new), Kind::Retired, &|| format!("account {} ({})", old.account.number, old.account.name), |r| &mut r.accounts);
    }
    // The users, domains and connections of an account that is not in the file are out of use with it.
    for old in present.register.connections.iter().filter(|c| accounts.contains(&c.connection.account) && !connections.contains(&c.connection.id) && c.connection.state != ConnectionState::Retired) {
        let mut new = old.clone();
        (new.connection.state, new.connection.outage) = (ConnectionState::Retired, None);
        plan.compare((Some(old), &new), Kind::Retired, &|| format!("connection \"{}\" of account {}", old.connection.name, number(old.connection.account)), |r| &mut r.connections);
    }
    for old in present.register.domains.iter().filter(|d| accounts.contains(&d.account) && !domains.contains(&(d.account, d.domain.as_str())) && d.verified_at.is_some()) {
        let new = homeward_discovery::DomainClaim { verified_at: None, ..old.clone() };
        plan.compare((Some(old), &new), Kind::Retired, &|| format!("domain {} of account {}", old.domain, number(old.account)), |r| &mut r.domains);
    }
    for old in present.register.users.iter().filter(|u| accounts.contains(&u.account) && !users.contains(&u.id) && u.state != UserState::Deprovisioned) {
        let new = homeward_discovery::User { state: UserState::Deprovisioned, ..old.clone() };
        plan.compare((Some(old), &new), Kind::Retired, &|| format!("user {} of account {}", old.username.typed(), number(old.account)), |r| &mut r.users);
    }
    for old in present.register.applications.iter().filter(|e| !applications.contains(&e.client.client_id) && e.enabled) {
        let mut new = old.clone();
        new.enabled = false;
        plan.compare((Some(old), &new), Kind::Retired, &|| format!("application {} ({})", old.client.client_id, old.client.name), |r| &mut r.applications);
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
