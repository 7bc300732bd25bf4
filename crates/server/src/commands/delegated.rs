//! `homeward connection delegated` and `homeward connection azure`: what applications may do for people at Microsoft 365, who has
//! allowed it, and the links that administrators get.

use std::{collections::BTreeSet, io::Read, process::ExitCode, sync::Arc, time::Duration};

use clap::{Args, Subcommand};
use homeward_federation::{
    delegated::{
        DelegatedSettings, Delegation, GrantKey, PERMISSIONS, Permission, Resource, TokenAnswer, Want,
        ids::{self, Field, Overview, Pasted},
    },
    oidc::{CLOUDS, SealedSecret, secret::Purpose},
};
use homeward_model::{SystemRandom, UserId, Username, random_token};
use homeward_sealing::sha256;
use homeward_signin::{
    delegated::{Consents, StartLink},
    usecase::delegated::link_path,
};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};
use serde_json::json;

use super::{
    Failure, Output,
    account::find as find_account,
    connection::{Which, find, put},
    output::{facts, moment, table},
};
use crate::{
    record::{self, Deed},
    root_key,
    settings::Settings,
    wiring,
};

/// How long an administrator's link can be opened.
const LINK: Duration = Duration::from_secs(24 * 3600);

#[derive(Subcommand)]
pub(super) enum DelegatedCommand {
    /// Set it up: the values of the app registration, and what applications may be allowed
    #[command(after_help = "Example:\n  homeward connection delegated set 50210 \"Microsoft Entra ID\" --tenant 9613561e-06f7-495c-8315-e6a2670c04cc \
                            --application d65b4815-f19a-4f13-bc21-1bba8f75df61 --redirect-uri https://signin.example.com/ClientOAuth --permission Calendars.Read --permission EWS.AccessAsUser.All")]
    Set(Set),
    /// Keep the client secret of a registration that is no public client, read from standard input; it is sealed
    #[command(after_help = "Example:\n  homeward connection delegated secret 50210 \"Microsoft Entra ID\" < secret.txt")]
    Secret(Which),
    /// Show what is set up, the permissions with their mark, and how many people have consented
    #[command(after_help = "Example:\n  homeward connection delegated show 50210 \"Microsoft Entra ID\"")]
    Show(Which),
    /// Make a link by which an administrator consents for the whole organisation; it works once, for a day
    #[command(after_help = "Example:\n  homeward connection delegated link 50210 \"Microsoft Entra ID\"")]
    Link(Which),
    /// List who has consented; names are masked
    #[command(after_help = "Example:\n  homeward connection delegated who 50210 \"Microsoft Entra ID\"")]
    Who(Which),
    /// Try to get a live token for one person; the token itself is not shown
    #[command(after_help = "Example:\n  homeward connection delegated test 50210 \"Microsoft Entra ID\" ann@example.org")]
    Test {
        #[command(flatten)]
        which: Which,
        /// Whose
        username: String,
    },
    /// Forget the consent of one person, or of everybody with --all
    #[command(after_help = "Examples:\n  homeward connection delegated revoke 50210 \"Microsoft Entra ID\" ann@example.org\n  homeward connection delegated revoke 50210 \"Microsoft Entra ID\" --all")]
    Revoke {
        #[command(flatten)]
        which: Which,
        /// Whose
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        username: Option<String>,
        /// Everybody's
        #[arg(long)]
        all: bool,
    },
}

#[derive(Args)]
pub(super) struct Set {
    #[command(flatten)]
    which: Which,
    /// Directory (tenant) ID
    #[arg(long)]
    tenant: String,
    /// Application (client) ID
    #[arg(long)]
    application: String,
    /// The redirect URI as it was registered, to the letter; https only
    #[arg(long)]
    redirect_uri: String,
    /// What may be allowed, by the name in the Entra admin center; repeat it for several
    #[arg(long = "permission", required = true)]
    permissions: Vec<String>,
    /// Microsoft's cloud: global, us_government or china
    #[arg(long, default_value = "global")]
    cloud: String,
}

pub(super) async fn run(settings: &Settings, store: &Store, all: &Register, what: DelegatedCommand, out: Output) -> Result<ExitCode, Failure> {
    match what {
        DelegatedCommand::Set(asked) => set(settings, store, all, &asked, out).await,
        DelegatedCommand::Secret(which) => secret(settings, store, find(all, &which)?.1.clone(), out).await,
        DelegatedCommand::Show(which) => show(settings, store, find(all, &which)?.1, out).await,
        DelegatedCommand::Link(which) => {
            let (_, entry) = find(all, &which)?;
            of(entry)?;
            link(settings, store, (entry.connection.account, StartLink::Administrator(entry.connection.id)), out).await
        }
        DelegatedCommand::Who(which) => who(store, all, find(all, &which)?.1, out).await,
        DelegatedCommand::Test { which, username } => {
            let (_, entry) = find(all, &which)?;
            test(settings, store, entry, user(all, entry, &username)?, out).await
        }
        DelegatedCommand::Revoke { which, username, all: everybody } => {
            let (_, entry) = find(all, &which)?;
            let one = username.filter(|_| !everybody).map(|name| user(all, entry, &name)).transpose()?;
            revoke(store, entry, one, out).await
        }
    }
}

/// `homeward connection azure`.
pub(super) async fn azure(settings: &Settings, store: &Store, all: &Register, number: &str, out: Output) -> Result<ExitCode, Failure> {
    let account = find_account(all, number)?;
    if settings.azure.client_id.is_none() {
        return Err("this installation has no registration at Microsoft: set client_id in [azure] of the configuration; see docs/delegated.md".into());
    }
    link(settings, store, (account.account.id, StartLink::Azure(account.account.id)), out).await
}

fn of(entry: &ConnectionEntry) -> Result<&DelegatedSettings, String> {
    let found = entry.settings.as_ref().and_then(|settings| settings.delegated.as_deref());
    found.ok_or_else(|| format!("connection \"{}\" has no delegated access; see: homeward connection delegated set --help", entry.connection.name))
}

fn user(all: &Register, entry: &ConnectionEntry, typed: &str) -> Result<UserId, String> {
    let name = Username::parse(typed).map_err(|_| format!("\"{typed}\" can be no username"))?;
    let found = all.users.iter().find(|user| user.account == entry.connection.account && user.username.key() == name.key());
    found.map(|user| user.id).ok_or_else(|| format!("the account has no user {typed}"))
}

/// A value of the registration, or what it is instead (B-196).
fn id(field: Field, entered: &str, known: &Overview, option: &str) -> Result<String, String> {
    match ids::recognise(field, entered, known) {
        Pasted::Value(value) => Ok(value),
        other => Err(format!("{option}: {}", other.advice().unwrap_or_default())),
    }
}

async fn set(settings: &Settings, store: &Store, all: &Register, asked: &Set, out: Output) -> Result<ExitCode, Failure> {
    let (_, seen) = find(all, &asked.which)?;
    let mut entry = seen.clone();
    let Some(own) = entry.settings.as_mut() else {
        return Err("this connection has no settings yet: give it a protocol first, by metadata or in its file".to_owned().into());
    };
    // The two values are known to each other, so that one in the other's place is named.
    let none = Overview::default();
    let tenant = id(Field::Tenant, &asked.tenant, &none, "--tenant")?;
    let application = id(Field::Application, &asked.application, &Overview { tenant: Some(tenant.clone()), ..none }, "--application")?;
    let host = CLOUDS.iter().find(|cloud| cloud.word == asked.cloud).map_or(asked.cloud.as_str(), |cloud| cloud.host).to_owned();
    let old = own.delegated.as_ref().and_then(|old| old.secret.clone());
    let new = DelegatedSettings { host, tenant, application, redirect_uri: asked.redirect_uri.clone(), permissions: asked.permissions.clone(), secret: old };
    let rules = settings.egress.rules(settings.server.allow_http_localhost)?;
    new.check(&rules).map_err(|why| why.to_string())?;
    let note = elsewhere(settings, &new).unwrap_or_default();
    own.delegated = Some(Box::new(new));
    put(store, entry, seen.clone(), "delegated access".into()).await?;
    out.print(&json!({ "done": true, "note": note }), format!("Done. {note}").trim_end())
}

/// Answers that do not come to this broker are of no use.
fn elsewhere(settings: &Settings, new: &DelegatedSettings) -> Option<String> {
    let origin = |text: &str| url::Url::parse(text).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let ours = origin(&settings.server.public_url);
    (origin(&new.redirect_uri) != ours).then(|| format!("The redirect URI leads to {}, and people sign in at {ours}: both must be this broker, under one name.", origin(&new.redirect_uri)))
}

async fn secret(settings: &Settings, store: &Store, mut entry: ConnectionEntry, out: Output) -> Result<ExitCode, Failure> {
    of(&entry)?;
    let seen = entry.clone();
    let mut typed = String::new();
    std::io::stdin().take(4_096).read_to_string(&mut typed).map_err(|e| format!("standard input: {e}"))?;
    if typed.trim().is_empty() {
        return Err("nothing was read: give the secret on standard input, for example < secret.txt".to_owned().into());
    }
    let sealer = root_key::open(&settings.secrets, &SystemRandom)?;
    let sealed = SealedSecret::seal(&sealer, entry.connection.id, Purpose::DelegatedSecret, typed.trim().as_bytes()).ok_or_else(|| "the secret could not be sealed".to_owned())?;
    if let Some(delegated) = entry.settings.as_mut().and_then(|settings| settings.delegated.as_mut()) {
        delegated.secret = Some(sealed);
    }
    put(store, entry, seen, "secret of delegated access".into()).await?;
    out.print(&json!({ "done": true }), "Done. The secret is sealed; it is never shown again.")
}

async fn show(settings: &Settings, store: &Store, entry: &ConnectionEntry, out: Output) -> Result<ExitCode, Failure> {
    let (delegated, id) = (of(entry)?, entry.connection.id);
    let consent = store.administrator(id).await.map_err(|e| e.to_string())?;
    let people = homeward_federation::delegated::Grants::holders(store, id).await.map_err(|e| e.to_string())?.len();
    let missing = |consented: &BTreeSet<String>| delegated.all().difference(consented).cloned().collect::<Vec<_>>().join(", ");
    let administrator = match &consent {
        Some(consent) if missing(&consent.permissions).is_empty() => format!("given {} UTC", moment(consent.at)),
        Some(consent) => format!("given {} UTC, not to: {}", moment(consent.at), missing(&consent.permissions)),
        None if delegated.needs_administrator() => "needed, and not seen here yet; see: homeward connection delegated link".to_owned(),
        None => "not seen here, and not needed by the permissions".to_owned(),
    };
    let mut pairs: Vec<(&str, String)> = vec![
        ("Directory (tenant) ID", delegated.tenant.clone()),
        ("Application (client) ID", delegated.application.clone()),
        ("Redirect URI", delegated.redirect_uri.clone()),
        ("sign-in host", delegated.host.clone()),
        ("client", if delegated.secret.is_some() { "with a secret" } else { "public" }.to_owned()),
        ("admin consent", administrator),
        ("people who consented", people.to_string()),
    ];
    pairs.extend(elsewhere(settings, delegated).map(|note| ("note", note)));
    for permission in PERMISSIONS.iter().filter(|permission| delegated.permissions.iter().any(|name| name == permission.name)) {
        let mark = if permission.admin_consent { "  admin consent required: Yes" } else { "" };
        pairs.push(("permission", format!("{:<26} {}{mark}", permission.name, permission.allows)));
    }
    let value = json!({
        "tenant": delegated.tenant, "application": delegated.application, "redirect_uri": delegated.redirect_uri, "host": delegated.host, "public": delegated.secret.is_none(),
        "permissions": delegated.permissions, "administrator_needed": delegated.needs_administrator(), "administrator": consent, "people": people,
    });
    out.print(&value, &facts(&format!("delegated access of connection \"{}\"", entry.connection.name), &pairs))
}

async fn link(settings: &Settings, store: &Store, (account, what): (homeward_model::AccountId, StartLink), out: Output) -> Result<ExitCode, Failure> {
    let secret = random_token(&SystemRandom);
    let address = format!("{}{}", settings.server.public_url.trim_end_matches('/'), link_path(&secret));
    let deed = Deed { event: "operator.link", account: Some(account), detail: "for an administrator at Microsoft".into(), ..Deed::default() };
    let until = store.now().plus(LINK);
    record::around(store, deed, async { store.keep_link(&sha256(secret.as_bytes()), what, until).await.map_err(|e| e.to_string()) }).await?;
    let text = format!("{address}\n  works once, until {} UTC; send it to an administrator of the organisation", moment(until));
    out.print(&json!({ "link": address, "until": until.seconds() }), &text)
}

async fn who(store: &Store, all: &Register, entry: &ConnectionEntry, out: Output) -> Result<ExitCode, Failure> {
    of(entry)?;
    let holders = homeward_federation::delegated::Grants::holders(store, entry.connection.id).await.map_err(|e| e.to_string())?;
    let name = |id: UserId| all.users.iter().find(|user| user.id == id).map_or_else(|| "–".to_owned(), |user| user.username.masked());
    let rows: Vec<Vec<String>> = holders.iter().map(|(user, at)| vec![moment(*at), name(*user)]).collect();
    let values: Vec<_> = rows.iter().map(|row| json!({ "granted": row.first(), "user": row.get(1) })).collect();
    out.print(&json!({ "count": rows.len(), "people": values }), &format!("{}\n{} in all", table(&["granted (UTC)", "user"], &rows), rows.len()))
}

async fn test(settings: &Settings, store: &Store, entry: &ConnectionEntry, user: UserId, out: Output) -> Result<ExitCode, Failure> {
    let delegated = of(entry)?;
    let sealer = Arc::new(root_key::open(&settings.secrets, &SystemRandom)?);
    let delegation = Delegation::new(wiring::egress(settings)?, sealer, Arc::new(store.clone()));
    let key = GrantKey { connection: entry.connection.id, user };
    let deed = Deed { event: "operator.connection", user: Some(user), account: Some(entry.connection.account), detail: "test of delegated access".into(), ..Deed::default() };
    let (mut lines, mut values) = (Vec::new(), Vec::new());
    for resource in Resource::ALL.into_iter().filter(|resource| !delegated.of(*resource).is_empty()) {
        // Any token of the interface will do: it is shown to nobody.
        let most = PERMISSIONS.iter().map(|permission: &Permission| permission.name.to_owned()).collect();
        let want = Want { resource, needed: delegated.of(resource), most, client: None };
        let asked = async { delegation.token(delegated, key, &want, store.clock(), &SystemRandom).await.map_err(|e| e.to_string()) };
        let said = match record::around(store, deed.clone(), asked).await? {
            TokenAnswer::Live { until, permissions, .. } => format!("a live token until {} UTC, for {}", moment(until), permissions.into_iter().collect::<Vec<_>>().join(", ")),
            TokenAnswer::ConsentNeeded(why) => format!("consent is needed: {}", why.word()),
        };
        lines.push(format!("{:<9} {said}", resource.word()));
        values.push(json!({ "resource": resource.word(), "answer": said }));
    }
    out.print(&values, &lines.join("\n"))
}

async fn revoke(store: &Store, entry: &ConnectionEntry, one: Option<UserId>, out: Output) -> Result<ExitCode, Failure> {
    use homeward_federation::delegated::Grants;
    let id = entry.connection.id;
    let people = match one {
        Some(user) => vec![user],
        None => Grants::holders(store, id).await.map_err(|e| e.to_string())?.into_iter().map(|(user, _)| user).collect(),
    };
    let mut count = 0;
    for user in people {
        let deed = Deed { event: "operator.connection", user: Some(user), account: Some(entry.connection.account), detail: "consent forgotten".into(), ..Deed::default() };
        let forget = async { Grants::forget(store, GrantKey { connection: id, user }).await.map_err(|e| e.to_string()) };
        count += u32::from(record::around(store, deed, forget).await?);
    }
    let text = format!("{count} forgotten. At Microsoft the consent itself stays until the person or an administrator removes it there.");
    out.print(&json!({ "forgotten": count }), &text)
}
