//! `homeward connection state`, `outage`, `undo`: the life of a connection. Each says first whom it concerns.

use std::{collections::HashSet, process::ExitCode};

use clap::Subcommand;
use homeward_discovery::{Account, Connection, ConnectionState, User};
use homeward_model::{Timestamp, UserId};
use homeward_portal::{
    lifecycle::{self, Move, MoveRefused, TESTED_DAYS},
    standing::{self, Beside, OfferBack, Standing, Taken},
};
use homeward_signin::usecase::mailroom;
use homeward_store::{
    Store,
    register::{AccountEntry, ConnectionEntry, Register},
};
use serde_json::json;

use super::{
    Failure, Output,
    connection::{Which, find},
    output::moment,
};
use crate::{
    concerned::{self, Concerned},
    record::{self, Deed},
    settings::Settings,
    wiring,
};

#[derive(Subcommand)]
pub(super) enum LifeCommand {
    /// Move a connection on: tested, pilot, domains, enforced, retired, draft; shows whom it concerns and does it with --yes
    ///
    /// Whoever comes back to a password and has none gets a mail in which one is set, unless --no-invitations.
    #[command(after_help = "Examples:\n  homeward connection state 50210 Okta enforced\n  homeward connection state 50210 Okta retired --yes\n  \
                            homeward connection state 50210 Okta retired --yes --no-invitations")]
    State {
        #[command(flatten)]
        which: Which,
        /// The new state
        #[arg(value_parser = state)]
        state: ConnectionState,
        /// Do it
        #[arg(long)]
        yes: bool,
        /// Send nobody a mail; later: homeward user invite
        #[arg(long)]
        no_invitations: bool,
        /// Nobody has seen a test sign-in pass with these settings; the audit says so
        #[arg(long)]
        without_test: bool,
    },
    /// The provider is away: local sign-in for some hours, by password or by a code that is mailed; it ends by itself
    #[command(after_help = "Examples:\n  homeward connection outage 50210 Okta --hours 4\n  homeward connection outage 50210 Okta --hours 4 --yes\n  \
                            homeward connection state 50210 Okta enforced --yes   ends it before its time")]
    Outage {
        #[command(flatten)]
        which: Which,
        /// For how long from now, in hours, at most 72
        #[arg(long)]
        hours: u32,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
    /// Take the last step back, within 24 hours
    #[command(after_help = "Examples:\n  homeward connection undo 50210 Okta\n  homeward connection undo 50210 Okta --yes")]
    Undo {
        #[command(flatten)]
        which: Which,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

fn state(word: &str) -> Result<ConnectionState, String> {
    match ConnectionState::from_word(word) {
        Some(ConnectionState::Outage) => Err("an outage has an end; use: homeward connection outage ACCOUNT NAME --hours 4".to_owned()),
        Some(state) => Ok(state),
        None => Err("use draft, tested, pilot, domains, enforced or retired".to_owned()),
    }
}

/// "outage until 2026-11-26 03:00 UTC, then enforced"
pub(super) fn stands(connection: &Connection, now: Timestamp) -> String {
    words(Standing::of(connection, now))
}

fn words(standing: Standing) -> String {
    let state = standing.state.word();
    standing.outage.map_or_else(|| state.to_owned(), |outage| format!("{state} until {} UTC, then {}", moment(outage.until), outage.back.word()))
}

/// One connection with what a step concerns.
struct Subject<'a> {
    store: &'a Store,
    all: &'a Register,
    account: &'a AccountEntry,
    entry: &'a ConnectionEntry,
    with_password: HashSet<UserId>,
    now: Timestamp,
}

pub(super) async fn run(settings: &Settings, (store, all): (&Store, &Register), what: LifeCommand, out: Output) -> Result<ExitCode, Failure> {
    let which = match &what {
        LifeCommand::State { which, .. } | LifeCommand::Outage { which, .. } | LifeCommand::Undo { which, .. } => which,
    };
    let (account, entry) = find(all, which)?;
    let with_password = store.with_credential().await.map_err(|e| e.to_string())?.into_iter().collect();
    let subject = Subject { store, all, account, entry, with_password, now: store.now() };
    match what {
        LifeCommand::State { state, yes, no_invitations, without_test, .. } => {
            let (to, tested) = subject.moved(state, without_test).await.map_err(|e| subject.named(&e))?;
            let invited = if no_invitations { Vec::new() } else { subject.invited(to) };
            let done = subject.step((to, tested), &invited, yes).await?;
            if done {
                send(settings, &invited).await?;
            }
            subject.print((to, None, None), &invited, done, out)
        }
        LifeCommand::Outage { hours, yes, .. } => {
            let to = standing::outage(&entry.connection, hours, subject.now).map_err(|e| subject.named(&e))?;
            let done = subject.step((to, true), &[], yes).await?;
            subject.print((to, None, None), &[], done, out)
        }
        LifeCommand::Undo { yes, .. } => subject.undo(yes, out).await,
    }
}

/// Mails in which a first password is set.
async fn send(settings: &Settings, invited: &[&User]) -> Result<(), String> {
    if invited.is_empty() {
        return Ok(());
    }
    let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
    for user in invited {
        mailroom::invite(&context, user.id).await.map_err(|e| e.to_string())?;
    }
    Ok(())
}

impl Subject<'_> {
    fn named(&self, why: &dyn std::fmt::Display) -> String {
        format!("connection \"{}\": {why}", self.entry.connection.name)
    }

    /// Where the step leads; on only with a test sign-in that has passed with these very settings, or by its own word.
    async fn moved(&self, state: ConnectionState, without_test: bool) -> Result<(Standing, bool), MoveRefused> {
        let to = standing::moved(&self.entry.connection, self.entry.settings.is_some(), Move::to(state), self.now)?;
        let needed = lifecycle::needs_test(self.entry.connection.state_without_outage(), to.state);
        let tested = !needed || self.is_tested().await;
        if tested || without_test { Ok((to, tested)) } else { Err(MoveRefused::NotTested) }
    }

    async fn is_tested(&self) -> bool {
        let Some(settings) = &self.entry.settings else { return false };
        let since = self.now.minus(std::time::Duration::from_secs(TESTED_DAYS * 86_400));
        self.store.test_passed_since(self.entry.connection.id, settings, since).await.unwrap_or(false)
    }

    /// Whom it concerns; `None` in an account in which nobody signs in anyway. `account`: as the step leaves it, where it changes that.
    fn concerned(&self, to: Standing, account: Option<&Account>) -> Option<Concerned> {
        let account = account.map(|account| AccountEntry { account: account.clone(), ..self.account.clone() });
        concerned::of_step(self.all, &self.with_password, (self.entry, to, account), self.now)
    }

    /// Who gets a mail: whoever comes back to a password for good, and has none.
    fn invited(&self, to: Standing) -> Vec<&User> {
        let people: HashSet<UserId> = match to.state {
            ConnectionState::Retired | ConnectionState::Draft => self.concerned(to, None).into_iter().flat_map(|one| one.people).collect(),
            ConnectionState::Tested | ConnectionState::Pilot | ConnectionState::Domains | ConnectionState::Enforced | ConnectionState::Outage => HashSet::new(),
        };
        self.all.users.iter().filter(|user| people.contains(&user.id)).collect()
    }

    /// Takes the step with `yes`; whether it was taken.
    async fn step(&self, (to, tested): (Standing, bool), invited: &[&User], yes: bool) -> Result<bool, String> {
        if !yes {
            return Ok(false);
        }
        let before = Standing::of(&self.entry.connection, self.now);
        let taken = Taken { connection: self.entry.connection.id, at: self.now, before, after: to, beside: Beside::default(), offer: None, led: None };
        let untested = if tested { "" } else { "; without a test" };
        let detail = match invited.len() {
            0 => format!("{} → {}{untested}", words(before), words(to)),
            count => format!("{} → {}; {count} invited{untested}", words(before), words(to)),
        };
        self.recorded(detail, async { self.store.take_step(&taken, self.now).await.map_err(|e| e.to_string()) }).await?;
        Ok(true)
    }

    async fn undo(&self, yes: bool, out: Output) -> Result<ExitCode, Failure> {
        let last = self.store.last_step(self.entry.connection.id).await.map_err(|e| e.to_string())?;
        let to = standing::undo(last.as_ref(), &self.entry.connection, self.now).map_err(|e| self.named(&e))?;
        let offer = last.as_ref().and_then(|last| last.offer_back(&self.account.account));
        // What is said and on record is what is done, or nothing is.
        let last = last.map(|last| last.that_stands(&self.account.account));
        let account = last.as_ref().map(|last| last.back(to).put_into(&self.account.account));
        if yes && let Some(last) = &last {
            let detail = format!("taken back: {} → {}", words(last.after), words(to));
            let detail = offer.map_or(detail.clone(), |offer| format!("{detail}; {offer}"));
            self.recorded(detail, async { self.store.undo_step(last, to, self.now).await.map_err(|e| e.to_string()) }).await?;
        }
        self.print((to, offer, account.as_ref()), &[], yes, out)
    }

    async fn recorded(&self, detail: String, work: impl Future<Output = Result<bool, String>>) -> Result<(), String> {
        let deed = Deed { event: "operator.connection", account: Some(self.account.account.id), detail, ..Deed::default() };
        let work = async {
            match work.await? {
                true => Ok(()),
                false => Err(self.named(&"somebody else has moved it just now, or its settings are others than they were; look again")),
            }
        };
        record::around(self.store, deed, work).await
    }

    /// `account`: as the step leaves it, where it changes that.
    fn print(&self, (to, offer, account): (Standing, Option<OfferBack>, Option<&Account>), invited: &[&User], done: bool, out: Output) -> Result<ExitCode, Failure> {
        let from = Standing::of(&self.entry.connection, self.now);
        let effect = self.concerned(to, account).map_or_else(|| lifecycle::effect(account.unwrap_or(&self.account.account), &self.all.users, &self.with_password, to.state, &self.all.domains), |one| one.effect);
        let mut lines = vec![format!("connection \"{}\" of account {}: {} → {}", self.entry.connection.name, self.account.account.number, words(from), words(to))];
        let names: Vec<&str> = invited.iter().map(|user| user.username.typed()).collect();
        lines.extend(offer.map(|offer| format!("  {offer}")));
        lines.extend(concerned::whom(&effect, to.state, &names));
        lines.push(match done {
            false => "Nothing is changed yet; add --yes to do it.".to_owned(),
            true => format!("Done. To take it back within 24 hours: homeward connection undo {} \"{}\" --yes", self.account.account.number, self.entry.connection.name),
        });
        out.print(&json!({ "from": from, "to": to, "effect": effect, "invited": names, "done": done }), &lines.join("\n"))
    }
}
