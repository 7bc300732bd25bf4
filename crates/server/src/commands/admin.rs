//! `homeward admin`: who may do what in the account portal. The first role of an installation and of an account is given here (ST-15, AD-18).

use std::process::ExitCode;

use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use homeward_discovery::{User, UserState};
use homeward_local_credential::CredentialStore;
use homeward_model::{AccountId, Username};
use homeward_portal::Role;
use homeward_signin::usecase::mailroom;
use homeward_store::{Store, register::Register};
use serde_json::json;

use super::{Failure, Output, account::find as find_account, output::table, user::Person};
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

/// Reads a role; the help lists them with what they are.
fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(|role| PossibleValue::new(role.word()).help(role.title())))
        .try_map(|word| Role::from_word(&word).ok_or("no such role"))
}

#[derive(Args)]
pub(super) struct Which {
    /// The username
    username: String,
    /// The account's number
    #[arg(long)]
    account: String,
    /// The role
    #[arg(long, value_parser = role())]
    role: Role,
}

#[derive(Args)]
pub(super) struct Create {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    person: Person,
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

async fn create(settings: &Settings, store: &Store, asked: &Create, out: Output) -> Result<ExitCode, Failure> {
    let (account, username, known) = look_up(store, &asked.which).await?;
    let role = asked.which.role;
    let user = match known {
        Some(user) if user.state == UserState::Deprovisioned => return Err("that user is deprovisioned; see: homeward user resume".into()),
        Some(user) => user,
        None => add(store, account, username, asked).await?,
    };
    let given = store.give_portal_role(user.id, role, &Deed::role(&user, format!("+{}", role.word())).line("ok", store.now())).await.map_err(|e| e.to_string())?;
    let next = next(settings, store, &user).await?;
    let value = json!({ "username": user.username.typed(), "account": user.account, "role": role.word(), "given": given, "next": next });
    let says = if given { "is now" } else { "is already" };
    out.print(&value, &format!("{} {says} {}. {next}\nThe portal: {}/portal", user.username.typed(), role.word(), settings.server.public_url.trim_end_matches('/')))
}

async fn add(store: &Store, account: AccountId, username: Username, asked: &Create) -> Result<User, Failure> {
    let user = asked.person.invited(account, username)?;
    if user.email.is_none() {
        return Err("a new administrator is invited by mail, and the username is no address: give --email".into());
    }
    let deed = Deed { event: "operator.user", user: Some(user.id), account: Some(account), detail: "invited".into(), ..Deed::default() };
    let changes = Register { users: vec![user.clone()], ..Register::default() };
    record::around(store, deed, async { store.put_as_seen(&changes, &Register::default(), &[], store.now()).await.map_err(|e| e.to_string()) }).await?;
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
    let role = which.role;
    let user = known.ok_or("the account has no user of that name; see: homeward admin list")?;
    let taken = store.take_portal_role(user.id, role, &Deed::role(&user, format!("-{}", role.word())).line("ok", store.now())).await.map_err(|e| e.to_string())?;
    taken.map_err(|refused| refused.to_string())?;
    out.print(&json!({ "username": user.username.typed(), "role": role.word() }), &format!("{} is no {} any more", user.username.typed(), role.word()))
}
