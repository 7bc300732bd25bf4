//! The command line.

mod account;
mod account_preset;
mod admin;
mod api_token;
mod apply;
mod application;
mod audit;
mod backup;
mod check;
mod connection;
mod connection_client;
mod connection_key;
mod connection_health;
mod connection_life;
mod connection_refresh;
mod connection_trace;
mod delegated;
mod doctor;
mod explain;
mod key;
mod output;
mod root;
mod run;
mod session;
mod simulate;
mod store;
mod user;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use output::Output;

/// How every command ends.
const CODES: &str = "Ends with\n  0  done\n  1  refused or failed, also because of what an argument names; the sentence on standard error names the fix\n  \
                     2  a command line that is not understood, a configuration that does not hold, or something that check-config or doctor found\n  \
                     3  apply: a difference was shown and not carried out";

/// Unified sign-in broker with home-realm discovery
#[derive(Parser)]
#[command(
    name = "homeward",
    version,
    after_help = format!("Examples:\n  homeward demo\n  homeward --config homeward.toml check-config\n  homeward --config homeward.toml serve\n  \
                          homeward --config homeward.toml apply accounts.toml\n\n{CODES}")
)]
pub struct Cli {
    /// The configuration file
    #[arg(long, short, global = true, default_value = "homeward.toml", value_name = "FILE")]
    config: PathBuf,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the broker until Ctrl-C or SIGTERM
    ///
    /// Requests under way are finished first. With --json the log is JSON, whatever the configuration says.
    #[command(after_help = "Examples:\n  homeward serve\n  homeward --config /etc/homeward/homeward.toml serve --json")]
    Serve,
    /// Run broker, example application, mailbox and simulated identity providers on this machine, with example accounts
    ///
    /// No outside service is needed. What you change stays for the next time; --fresh begins anew.
    #[command(after_help = "Examples:\n  homeward demo\n  homeward demo --fresh\n  homeward demo --port 9000 --data /tmp/homeward-demo")]
    Demo(crate::demo::Arguments),
    /// Run simulated identity providers: Entra ID, Okta, Google Workspace, a generic one, and broken ones
    ///
    /// For trying out and testing a broker. Every password is right. Never let it be reached from outside.
    #[command(after_help = "Examples:\n  homeward simulate-idp\n  homeward simulate-idp --listen 127.0.0.1:9083 --person ann@example.org=Ann=Lee\n  \
                            homeward simulate-idp --client homeward=https://signin.example/callback=s3cret\n  \
                            homeward simulate-idp --brand okta --service-provider https://signin.example/sp=https://signin.example/acs")]
    SimulateIdp(simulate::Simulate),
    /// Say where a username signs in, and which rule says so
    #[command(after_help = "Examples:\n  homeward explain ann@example.org --app wiki\n  homeward explain ann --app wiki --account 40817\n  \
                            homeward explain ann@example.org --app wiki --hint domain=example.com --zone office --disclosure open")]
    Explain(explain::Explain),
    /// Check the configuration file and everything it names, as serve does at its start
    ///
    /// Ends with 2 when something does not hold; serve would refuse it in the same words.
    #[command(after_help = "Examples:\n  homeward --config homeward.toml check-config\n  homeward --config homeward.toml check-config --json")]
    CheckConfig,
    /// Register accounts, users, domains, connections and applications from a file
    ///
    /// Shows the difference first and asks; with --json, or where nobody can be asked, it shows it and ends, with code 3, and --yes carries it
    /// out. A second time there is none. Nothing is ever deleted.
    #[command(after_help = "Examples:\n  homeward apply accounts.toml            shows the difference and asks\n  \
                            homeward apply accounts.toml --dry-run  shows it and ends, with code 3 when there is one\n  \
                            homeward apply accounts.toml --yes      does not ask\n  \
                            homeward apply accounts.toml --json     the difference for programs; asks nobody\n  \
                            homeward apply accounts.toml --prune    also takes out of use what the file does not name")]
    Apply(apply::Apply),
    /// Accounts: list, show, preset, set, suspend, resume
    #[command(subcommand, after_help = "Examples:\n  homeward account list\n  homeward account preset\n  homeward account set 40817 --language fr\n  homeward account suspend 40817")]
    Account(account::AccountCommand),
    /// Users: list, show, add, invite, suspend, resume, exclude, include, unlink, deprovision
    #[command(subcommand, after_help = "Examples:\n  homeward user list --account 40817\n  homeward user exclude ann@example.org --account 40817")]
    User(user::UserCommand),
    /// Identity providers: list, show, metadata, secret, client-key, key, delegated, azure, state, outage, undo, test, trace,
    /// health, refresh, accept, reject
    #[command(subcommand, after_help = "Examples:\n  homeward connection list\n  homeward connection metadata 50210 Okta okta.xml")]
    Connection(connection::ConnectionCommand),
    /// Applications: list, show, secret
    #[command(subcommand, after_help = "Examples:\n  homeward application list\n  homeward application secret wiki")]
    Application(application::ApplicationCommand),
    /// Roles in the account portal: list, create, remove
    #[command(subcommand, after_help = "Examples:\n  homeward admin create ops@example.com --account 10001 --role operator\n  homeward admin list")]
    Admin(admin::AdminCommand),
    /// Tokens for the API: list, create, end
    #[command(subcommand, after_help = "Examples:\n  homeward api-token list\n  homeward api-token create ann@example.org --account 40817 --name export --scope users:read")]
    ApiToken(api_token::ApiTokenCommand),
    /// Sessions of a user: list, end
    #[command(subcommand, after_help = "Examples:\n  homeward session list ann@example.org --account 40817\n  homeward session end ann@example.org --account 40817 --all")]
    Session(session::SessionCommand),
    /// Signing keys and the root key: list, rotate, withdraw, rotate-root, remove-root
    #[command(subcommand, after_help = "Examples:\n  homeward key list\n  homeward key rotate\n  homeward key rotate-root --yes")]
    Key(key::KeyCommand),
    /// The audit: list, verify, export, forget
    #[command(subcommand, after_help = "Examples:\n  homeward audit list --case 7F3K-Q2VD\n  homeward audit verify\n  homeward audit export > audit.jsonl")]
    Audit(audit::AuditCommand),
    /// The store: copy
    #[command(subcommand, after_help = "Example:\n  homeward store copy data/homeward.db")]
    Store(store::StoreCommand),
    /// Look at this installation, as it is and as it answers, and say how to mend what is found
    ///
    /// It changes nothing. Ends with 2 when something is wrong.
    #[command(after_help = "Examples:\n  homeward doctor\n  homeward doctor --json")]
    Doctor,
    /// Copy the database to a file, consistent also while the broker runs, and check the copy
    #[command(after_help = "Examples:\n  homeward backup /backup/homeward-2026-11-22.db\n  homeward backup /backup/homeward.db --json")]
    Backup {
        /// A file that is not there yet
        file: PathBuf,
    },
    /// Put a backup in the place of the database in one step; no broker may have it
    #[command(after_help = "Examples:\n  homeward restore /backup/homeward-2026-11-22.db\n  homeward restore /backup/homeward.db --yes   keeps the present database beside it")]
    Restore {
        /// The backup
        file: PathBuf,
        /// Also when there is a database
        #[arg(long)]
        yes: bool,
    },
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    sentence: String,
}

impl From<String> for Failure {
    fn from(sentence: String) -> Self {
        Self { code: 1, sentence }
    }
}

impl From<&str> for Failure {
    fn from(sentence: &str) -> Self {
        Self { code: 1, sentence: sentence.to_owned() }
    }
}

impl From<crate::settings::SettingsError> for Failure {
    fn from(error: crate::settings::SettingsError) -> Self {
        Self { code: 2, sentence: error.to_string() }
    }
}

/// Reads the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    let fail = |failure: Failure| {
        match json {
            true => eprintln!("{}", serde_json::json!({ "error": failure.sentence })),
            false => eprintln!("homeward: {}", output::plain(&failure.sentence)),
        }
        ExitCode::from(failure.code)
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(format!("the runtime does not start: {error}").into()),
    };
    // One TLS provider for the process; a second call would only say that there is one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    runtime.block_on(run::command(cli)).unwrap_or_else(fail)
}

#[cfg(test)]
#[path = "../commands_tests.rs"]
mod tests;
