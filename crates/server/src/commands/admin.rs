//! `homeward admin`: who may do what in the account portal. The only place where roles are given (ST-15, AD-18).

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use homeward_discovery::{User, UserState};
use homeward_local_credential::CredentialStore;
use homeward_model::{AccountId, Clock, EmailAddress, SystemClock, SystemRandom, UserId, Username};
use homeward_portal::Role;
use homeward_signin::{ports::AuditEvent, usecase::mailroom};
use homeward_store::{Store, register::Register};
use serde_json::json;

use super::{Failure, Output, account::find as find_account, output::table};
use crate::{
    record::{self, Deed},
    settings::Settings,
    wiring,
};

#[derive(Subcommand)]
pub(super) enum AdminCommand {
    /// List everybody with a role
    #[command(after_help = "Examples:\n  homeward admin list\n  homeward admin list --json")]
    List,
    /// Give somebody a role; a username that the account does not know is added and invited by mail
    #[command(after_help = "Examples:\n  homeward admin create ops@example.com --account 10001 --role operator\n  \
                            homeward admin create ann@example.org --account 40817 --role administrator --given-name Ann --family-name Miller")]
    Create(Create),
    /// Take a role from somebody; sessions in the portal end at once. The last way in is never taken
    #[command(after_help = "Example:\n  homeward admin remove ann@example.org --account 40817 --role administrator")]
    Remove(Which),
}

/// A role, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
enum RoleWord {
    /// Runs the installation: every account
    Operator,
    /// Looks after the accounts below its own
    Partner,
    /// The account's Authorized Contact
    Administrator,
    /// The account's security manager
    Security,
    /// Reads, and sends invitations again
    Helpdesk,
    /// Reads
    Auditor,
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

#[derive(Args)]
pub(super) struct Which {
    /// The username
    username: String,
    /// The account's number
    #[arg(long)]
    account: String,
    /// The role
    #[arg(long, value_enum)]
    role: RoleWord,
}

#[derive(Args)]
pub(super) struct Create {
    #[command(flatten)]
    which: Which,
    /// Where the invitation goes; the username when it is an address
    #[arg(long)]
    email: Option<String>,
    /// Given name
    #[arg(long, default_value = "")]
    given_name: String,
    /// Family name
    #[arg(long, default_value = "")]
    family_name: String,
}

pub(super) async fn run(settings: &Settings, what: AdminCommand, out: Output) -> Result<ExitCode, Failure> {
    let store = wiring::open_store(settings).await?;
    match what {
        AdminCommand::List => list(&store, out).await,
        AdminCommand::Create(asked) => create(settings, &store, &asked, out).await,
        AdminCommand::Remove(which) => remove(&store, &which, out).await,
    }
}

async fn list(store: &Store, out: Output) -> Result<ExitCode, Failure> {
    let all = store.portal_roles().await.map_err(|e| e.to_string())?;
    let values: Vec<_> = all
        .iter()
        .map(|(user, account, role)| json!({ "account": account.number, "username": user.username.typed(), "role": role.word(), "state": user.state.word() }))
        .collect();
    let row = |(user, account, role): &(User, homeward_discovery::Account, Role)| {
        [account.number.as_str(), user.username.typed(), role.word(), user.state.word()].map(str::to_owned).to_vec()
    };
    out.print(&values, &table(&["account", "username", "role", "state"], &all.iter().map(row).collect::<Vec<_>>()))
}

/// The account, and the user of that name in it.
async fn look_up(store: &Store, which: &Which) -> Result<(AccountId, Username, Option<User>), Failure> {
    let all = store.register().await.map_err(|e| e.to_string())?;
    let account = find_account(&all, &which.account)?.account.id;
    let username = Username::parse(&which.username).map_err(|e| format!("\"{}\": {e}", which.username))?;
    let known = all.users.into_iter().find(|u| u.account == account && u.username.key() == username.key());
    Ok((account, username, known))
}

fn line(user: &User, detail: String) -> AuditEvent {
    AuditEvent {
        event: "portal.role",
        outcome: "ok".into(),
        user: Some(user.id),
        account: Some(user.account),
        application: None,
        network: "command line".into(),
        case: None,
        at: SystemClock.now(),
        detail,
    }
}

async fn create(settings: &Settings, store: &Store, asked: &Create, out: Output) -> Result<ExitCode, Failure> {
    let (account, username, known) = look_up(store, &asked.which).await?;
    let role = Role::from(asked.which.role);
    let user = match known {
        Some(user) if user.state == UserState::Deprovisioned => return Err("that user is deprovisioned; see: homeward user resume".into()),
        Some(user) => user,
        None => add(store, account, username, asked).await?,
    };
    let given = store.give_portal_role(user.id, role, &line(&user, format!("+{}", role.word()))).await.map_err(|e| e.to_string())?;
    let next = next(settings, store, &user).await?;
    let value = json!({ "username": user.username.typed(), "account": user.account, "role": role.word(), "given": given, "next": next });
    let says = if given { "is now" } else { "is already" };
    out.print(&value, &format!("{} {says} {}. {next}\nThe portal: {}/portal", user.username.typed(), role.word(), settings.server.public_url.trim_end_matches('/')))
}

async fn add(store: &Store, account: AccountId, username: Username, asked: &Create) -> Result<User, Failure> {
    let email = match &asked.email {
        Some(email) => EmailAddress::parse(email).map_err(|e| format!("--email: {e}"))?,
        None => EmailAddress::parse(username.typed()).map_err(|_| "a new administrator is invited by mail, and the username is no address: give --email".to_owned())?,
    };
    let user = User {
        id: UserId::generate(&SystemRandom),
        account,
        username,
        email: Some(email),
        external_id: None,
        given_name: asked.given_name.clone(),
        family_name: asked.family_name.clone(),
        state: UserState::Invited,
        roles: std::collections::BTreeSet::new(),
        groups: std::collections::BTreeSet::new(),
        rule: None,
        break_glass: false,
    };
    let deed = Deed { event: "operator.user", user: Some(user.id), account: Some(account), detail: "invited".into(), ..Deed::default() };
    let changes = Register { users: vec![user.clone()], ..Register::default() };
    record::around(store, deed, async { store.put(&changes, &[], SystemClock.now()).await.map_err(|e| e.to_string()) }).await?;
    Ok(user)
}

/// What is still to be done before that person can enter: the portal asks for a password of ours (B-164).
async fn next(settings: &Settings, store: &Store, user: &User) -> Result<String, Failure> {
    let has_password = !store.of_users(&[user.id]).await.map_err(|e| e.to_string())?.is_empty();
    Ok(match user.state {
        UserState::Invited => {
            let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
            match mailroom::invite(&context, user.id).await.map_err(|e| e.to_string())? {
                true => super::output::invited(1),
                false => "No invitation was sent: no mailbox, or three within the hour. Later: homeward user invite".into(),
            }
        }
        UserState::Active if has_password => "The person signs in with their own password.".into(),
        UserState::Active => "The person has no password here, and the portal asks for one. Put them on the exclusion list (homeward user exclude); then \"Forgot password?\" sends a mail.".into(),
        UserState::Suspended | UserState::Deprovisioned => "The user is suspended, and cannot sign in before: homeward user resume".into(),
    })
}

async fn remove(store: &Store, which: &Which, out: Output) -> Result<ExitCode, Failure> {
    let (_, _, known) = look_up(store, which).await?;
    let role = Role::from(which.role);
    let user = known.ok_or("the account has no user of that name; see: homeward admin list")?;
    let taken = store.take_portal_role(user.id, role, &line(&user, format!("-{}", role.word()))).await.map_err(|e| e.to_string())?;
    taken.map_err(|refused| refused.to_string())?;
    out.print(&json!({ "username": user.username.typed(), "role": role.word() }), &format!("{} is no {} any more", user.username.typed(), role.word()))
}
