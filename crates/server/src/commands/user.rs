//! `homeward user`.

use std::{collections::BTreeSet, process::ExitCode};

use clap::{Args, Subcommand};
use homeward_discovery::{AllowLocal, User, UserRule, UserState};
use homeward_local_credential::{CredentialStore, Expiry, StoredCredential};
use homeward_model::{AccountId, ConnectionId, EmailAddress, SystemRandom, Timestamp, UserId, Username};
use homeward_signin::usecase::mailroom;
use homeward_store::{
    Store, StoreError,
    register::{AccountEntry, Register},
};
use serde::Serialize;

use super::{
    Failure, Output,
    account::find as find_account,
    output::{facts, invited, table},
};
use crate::{
    record::{self, Deed},
    settings::Settings,
    wiring,
};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// List the users of an account
    #[command(after_help = "Examples:\n  homeward user list --account 40817\n  homeward user list --account 40817 --json")]
    List {
        /// The account's number
        #[arg(long)]
        account: String,
    },
    /// Show one user, with the state of the password
    #[command(after_help = "Example:\n  homeward user show ann@example.org --account 40817")]
    Show(Which),
    /// Add one user, invited unless --active
    #[command(after_help = "Examples:\n  homeward user add ann@example.org --account 40817 --given-name Ann --family-name Miller --invite\n  \
                            homeward user add ann --account 40817 --email ann@example.org --active --group reception")]
    Add(Add),
    /// Send the mail in which the first password is set: to an invited user, or to an active one who has none and may have one
    #[command(after_help = "Example:\n  homeward user invite ann@example.org --account 40817")]
    Invite(Which),
    /// The user cannot sign in; sessions and tokens end at once
    #[command(after_help = "Example:\n  homeward user suspend ann@example.org --account 40817")]
    Suspend(Which),
    /// A suspended or deprovisioned user, the same person as before, may sign in again
    #[command(after_help = "Example:\n  homeward user resume ann@example.org --account 40817")]
    Resume(Which),
    /// Put the user on the exclusion list: password instead of Single Sign-On
    #[command(after_help = "Example:\n  homeward user exclude ann@example.org --account 40817")]
    Exclude(Which),
    /// Take the user off the exclusion list
    #[command(after_help = "Example:\n  homeward user include ann@example.org --account 40817")]
    Include(Which),
    /// Forget who the user is at the organisation's provider; sessions and tokens end at once, and the next sign-in there links anew
    ///
    /// For somebody who was entered anew at the provider, or moved to another one. Make sure first that it is the same person.
    #[command(after_help = "Example:\n  homeward user unlink ann@example.org --account 40817")]
    Unlink(Which),
    /// The user is gone; the record stays, so that the id is never used again
    #[command(after_help = "Example:\n  homeward user deprovision ann@example.org --account 40817")]
    Deprovision(Which),
}

#[derive(Args)]
pub(super) struct Which {
    /// The username
    username: String,
    /// The account's number
    #[arg(long)]
    account: String,
}

#[derive(Args)]
pub(super) struct Add {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    person: Person,
    /// A group; may be given several times
    #[arg(long)]
    group: Vec<String>,
    /// A role; may be given several times
    #[arg(long)]
    role: Vec<String>,
    /// Active at once: for Single Sign-On, which needs no password here
    #[arg(long, conflicts_with = "invite")]
    active: bool,
    /// Send the invitation, too
    #[arg(long)]
    invite: bool,
}

/// Somebody new.
#[derive(Args)]
pub(super) struct Person {
    /// Where mail goes; the username when it is an address
    #[arg(long)]
    email: Option<String>,
    /// Given name
    #[arg(long, default_value = "")]
    given_name: String,
    /// Family name
    #[arg(long, default_value = "")]
    family_name: String,
}

impl Person {
    /// The same as an invited user of an account.
    pub fn invited(&self, account: AccountId, username: Username) -> Result<User, String> {
        let email = match &self.email {
            Some(email) => Some(EmailAddress::parse(email).map_err(|e| format!("--email: {e}"))?),
            None => EmailAddress::parse(username.typed()).ok(),
        };
        Ok(User {
            id: UserId::generate(&SystemRandom),
            account,
            username,
            email,
            external_id: None,
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            state: UserState::Invited,
            roles: BTreeSet::new(),
            groups: BTreeSet::new(),
            rule: None,
            break_glass: false,
        })
    }
}

/// How often a user is looked at again when somebody else was faster.
const TRIES: u32 = 5;

/// How a user changes, or the sentence why not.
type Next = fn(&User, &AccountEntry) -> Result<User, String>;

pub(super) async fn run(settings: &Settings, what: UserCommand, out: Output) -> Result<ExitCode, Failure> {
    let store = wiring::open_store(settings).await?;
    let all = store.register().await.map_err(|e| e.to_string())?;
    let (which, next): (&Which, Next) = match &what {
        UserCommand::List { account } => return list(&all, account, out),
        UserCommand::Show(which) => return show(&store, &all, which, out).await,
        UserCommand::Add(asked) => return add(settings, &store, (&all, asked), out).await,
        UserCommand::Invite(which) => {
            let found = find(&all, which)?.1;
            invite(settings, found).await?;
            return out.print(&found, &invited(1));
        }
        UserCommand::Unlink(which) => return unlink(&store, find(&all, which)?.1, out).await,
        UserCommand::Suspend(which) => (which, suspended),
        UserCommand::Resume(which) => (which, resumed),
        UserCommand::Exclude(which) => (which, excluded),
        UserCommand::Include(which) => (which, |user, _| Ok(User { rule: None, ..user.clone() })),
        UserCommand::Deprovision(which) => (which, |user, _| Ok(User { state: UserState::Deprovisioned, ..user.clone() })),
    };
    change(&store, all, (which, next), out).await
}

/// Changes a user. Where somebody else has changed the same one meanwhile, what is there now is read, and changed in the same way.
async fn change(store: &Store, mut all: Register, (which, next): (&Which, Next), out: Output) -> Result<ExitCode, Failure> {
    let mut tries = 1;
    loop {
        let (account, found) = find(&all, which)?;
        let user = next(found, account)?;
        let says = describe(&user);
        if user == *found {
            return out.print(&user, &format!("{says} already"));
        }
        match put(store, &user, Some(found)).await {
            Ok(()) => return out.print(&user, &format!("{says} now")),
            Err(Unwritten::Meanwhile(_)) if tries < TRIES => tries += 1,
            Err(unwritten) => return Err(unwritten.sentence().into()),
        }
        all = store.register().await.map_err(|e| e.to_string())?;
    }
}

/// "ann@example.org of account 40817 is active, excluded".
fn describe(user: &User) -> String {
    let rule = user.rule.map(|rule| format!(", {}", rule.word())).unwrap_or_default();
    format!("{} is {}{rule}", user.username.typed(), user.state.word())
}

fn suspended(user: &User, _: &AccountEntry) -> Result<User, String> {
    match user.state {
        UserState::Active | UserState::Suspended => Ok(User { state: UserState::Suspended, ..user.clone() }),
        UserState::Invited => Err("the user has not accepted the invitation yet; to withdraw it: homeward user deprovision".into()),
        UserState::Deprovisioned => Err("the user is deprovisioned already".into()),
    }
}

fn resumed(user: &User, _: &AccountEntry) -> Result<User, String> {
    match user.state {
        UserState::Invited => Err("the user has not accepted the invitation yet; to send it again: homeward user invite".into()),
        UserState::Active | UserState::Suspended | UserState::Deprovisioned => Ok(User { state: UserState::Active, ..user.clone() }),
    }
}

fn excluded(user: &User, account: &AccountEntry) -> Result<User, String> {
    if account.account.allow_local == AllowLocal::No {
        return Err(format!("account {} allows no passwords; set allow_local = \"exceptions_only\" in its file and apply it first", account.account.number));
    }
    Ok(User { rule: Some(UserRule::Excluded), ..user.clone() })
}

/// Why a user was not written.
enum Unwritten {
    /// Somebody else has changed the same one meanwhile.
    Meanwhile(String),
    /// Anything else.
    Refused(String),
}

impl Unwritten {
    fn sentence(self) -> String {
        match self {
            Self::Meanwhile(sentence) | Self::Refused(sentence) => sentence,
        }
    }
}

impl From<String> for Unwritten {
    fn from(sentence: String) -> Self {
        Self::Refused(sentence)
    }
}

/// Writes a user, as long as the one that is there is still as `seen`; `None` for somebody new.
async fn put(store: &Store, user: &User, seen: Option<&User>) -> Result<(), Unwritten> {
    let detail = format!("{} {}", user.state.word(), user.rule.map_or("", UserRule::word)).trim_end().to_owned();
    let deed = Deed { event: "operator.user", user: Some(user.id), account: Some(user.account), detail, ..Deed::default() };
    record::around_any(store, deed, async {
        match store.put_user(user, seen, store.now()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Unwritten::Refused(LAST.to_owned())),
            Err(error @ StoreError::Changed(_)) => Err(Unwritten::Meanwhile(error.to_string())),
            Err(error) => Err(Unwritten::Refused(error.to_string())),
        }
    })
    .await
}

async fn unlink(store: &Store, user: &User, out: Output) -> Result<ExitCode, Failure> {
    let name = user.username.typed();
    if store.links_of(user.id).await.map_err(|e| e.to_string())?.is_empty() {
        return Err(format!("{name} is linked to nobody at a provider; the next sign-in there links").into());
    }
    let deed = Deed { event: "operator.user", user: Some(user.id), account: Some(user.account), detail: "unlinked".into(), ..Deed::default() };
    let links = record::around(store, deed, async { store.unlink(user.id, store.now()).await.map_err(|e| e.to_string()) }).await?;
    out.print(&serde_json::json!({ "unlinked": links }), &format!("{name} is linked to nobody at a provider now; sessions and tokens have ended, and the next sign-in there links anew"))
}

/// Why somebody stays as they are.
const LAST: &str = "nothing was changed: nobody else could let people in afterwards. An installation keeps an operator, an account an administrator and a break-glass user, each with a password; make another one first (homeward admin create)";

fn find<'a>(all: &'a Register, which: &Which) -> Result<(&'a AccountEntry, &'a User), String> {
    let account = find_account(all, &which.account)?;
    let username = Username::parse(&which.username).map_err(|e| e.to_string())?;
    let found = all.users.iter().find(|u| u.account == account.account.id && u.username.key() == username.key());
    let number = &account.account.number;
    found.map(|user| (account, user)).ok_or_else(|| format!("account {number} has no user of that name; see: homeward user list --account {number}"))
}

fn list(all: &Register, account: &str, out: Output) -> Result<ExitCode, Failure> {
    let id = find_account(all, account)?.account.id;
    let users: Vec<&User> = all.users.iter().filter(|u| u.account == id).collect();
    let row = |u: &&User| {
        let rule = if u.break_glass { "break-glass" } else { u.rule.map_or("", UserRule::word) };
        vec![u.username.typed().to_owned(), u.state.word().to_owned(), rule.to_owned(), format!("{} {}", u.given_name, u.family_name).trim().to_owned()]
    };
    let rows: Vec<Vec<String>> = users.iter().map(row).collect();
    out.print(&users, &table(&["username", "state", "rule", "name"], &rows))
}

/// A user as one is shown: what is set, and what follows from the rest.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    user: &'a User,
    account_number: &'a str,
    account_name: &'a str,
    password: PasswordState,
    linked: Vec<Linked<'a>>,
}

/// A connection at which somebody is known.
#[derive(Serialize)]
struct Linked<'a> {
    id: ConnectionId,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
enum PasswordState {
    None,
    Set,
    MustChange,
    ExpiresSoon { days: u32 },
    Expired { days_since_change: u32 },
}

impl PasswordState {
    fn of(credential: Option<&StoredCredential>, account: &AccountEntry, now: Timestamp) -> Self {
        match credential {
            None => Self::None,
            Some(known) if known.must_change => Self::MustChange,
            Some(known) => match account.policy.expiry(known.changed_at, now) {
                Expiry::Never | Expiry::Fine => Self::Set,
                Expiry::Soon { days } => Self::ExpiresSoon { days },
                Expiry::Expired { days_since_change } => Self::Expired { days_since_change },
                Expiry::MustChange => Self::MustChange,
            },
        }
    }
    fn to_text(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Set => "set".to_owned(),
            Self::MustChange => "must be changed".to_owned(),
            Self::ExpiresSoon { days } => format!("expires in {days} day(s)"),
            Self::Expired { days_since_change } => format!("expired; last changed {days_since_change} days ago"),
        }
    }
}

impl Shown<'_> {
    fn to_text(&self) -> String {
        let user = self.user;
        let words = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
        let pairs = [
            ("account", format!("{} ({})", self.account_number, self.account_name)),
            ("state", user.state.word().to_owned()),
            ("name", format!("{} {}", user.given_name, user.family_name).trim().to_owned()),
            ("email", user.email.as_ref().map(|e| e.as_str().to_owned()).unwrap_or_default()),
            ("external id", user.external_id.clone().unwrap_or_default()),
            ("groups", words(&user.groups)),
            ("roles", words(&user.roles)),
            ("rule", user.rule.map_or("", UserRule::word).to_owned()),
            ("break-glass", if user.break_glass { "yes" } else { "no" }.to_owned()),
            ("password", self.password.to_text()),
            ("linked", self.linked.iter().map(|linked| linked.name).collect::<Vec<_>>().join(", ")),
            ("id", user.id.to_string()),
        ];
        facts(&format!("user {}", user.username.typed()), &pairs)
    }
}

async fn show(store: &Store, all: &Register, which: &Which, out: Output) -> Result<ExitCode, Failure> {
    let (account, user) = find(all, which)?;
    let credential = store.of_users(&[user.id]).await.map_err(|e| e.to_string())?.into_iter().next();
    let linked = store.links_of(user.id).await.map_err(|e| e.to_string())?;
    let linked = all.connections.iter().map(|entry| &entry.connection).filter(|connection| linked.contains(&connection.id));
    let shown = Shown {
        user,
        account_number: account.account.number.as_str(),
        account_name: &account.account.name,
        password: PasswordState::of(credential.as_ref(), account, store.now()),
        linked: linked.map(|connection| Linked { id: connection.id, name: &connection.name }).collect(),
    };
    out.print(&shown, &shown.to_text())
}

async fn add(settings: &Settings, store: &Store, (all, asked): (&Register, &Add), out: Output) -> Result<ExitCode, Failure> {
    let account = find_account(all, &asked.which.account)?;
    let username = Username::parse(&asked.which.username).map_err(|e| e.to_string())?;
    if let Ok((_, known)) = find(all, &asked.which) {
        return Err(format!("account {} has that user already, in the state {}", account.account.number, known.state.word()).into());
    }
    let user = User {
        state: if asked.active { UserState::Active } else { UserState::Invited },
        roles: asked.role.iter().cloned().collect(),
        groups: asked.group.iter().cloned().collect(),
        ..asked.person.invited(account.account.id, username)?
    };
    if asked.invite && user.email.is_none() {
        return Err("--invite needs --email, because the username is no e-mail address".into());
    }
    put(store, &user, None).await.map_err(Unwritten::sentence)?;
    if asked.invite {
        invite(settings, &user).await?;
        return out.print(&user, &format!("{}. {}", describe(&user), invited(1)));
    }
    let next = if asked.active { "" } else { ". To send the invitation: homeward user invite" };
    out.print(&user, &format!("{}{next}", describe(&user)))
}

async fn invite(settings: &Settings, user: &User) -> Result<(), String> {
    let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
    let deed = Deed { event: "operator.user", user: Some(user.id), account: Some(user.account), detail: "invitation sent".into(), ..Deed::default() };
    match mailroom::invite_on_record(&context, user.id, &deed.line("ok", context.now())).await.map_err(|e| e.to_string())? {
        true => Ok(()),
        false => Err("no invitation: the user is suspended, has a password already, signs in at the provider only, has no mailbox, or was sent three within the hour".into()),
    }
}
