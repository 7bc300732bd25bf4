//! The command line.

mod explain;
mod manage;
mod run;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Ends: 0 done, 1 refused or failed with a sentence on standard error, 2 wrong arguments.
#[derive(Parser)]
#[command(
    name = "homeward",
    version,
    about = "Unified sign-in broker with home-realm discovery",
    after_help = "Examples:\n  homeward demo\n  homeward --config homeward.toml serve\n  homeward --config homeward.toml apply accounts.toml"
)]
pub struct Cli {
    /// The configuration file
    #[arg(long, short, global = true, default_value = "homeward.toml")]
    config: PathBuf,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the broker
    #[command(after_help = "Example:\n  homeward --config /etc/homeward/homeward.toml serve")]
    Serve,
    /// Run broker, example application and mailbox on this machine, with example accounts
    #[command(after_help = "Examples:\n  homeward demo\n  homeward demo --port 9000 --data /tmp/homeward-demo")]
    Demo {
        /// First of three ports: broker, application, mailbox
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Folder for the demo's data
        #[arg(long, default_value = "deploy/data/demo")]
        data: PathBuf,
    },
    /// Say where a username signs in, and why
    #[command(after_help = "Examples:\n  homeward explain ann@example.org --app wiki\n  homeward explain ann --app wiki --account 40817 --hint domain=example.org --password")]
    Explain(explain::Explain),
    /// Check the configuration file
    #[command(after_help = "Example:\n  homeward --config homeward.toml check-config")]
    CheckConfig,
    /// Register accounts, users, domains, connections and applications from a file; shows the difference first
    #[command(after_help = "Examples:\n  homeward apply accounts.toml            shows the difference and asks\n  homeward apply accounts.toml --dry-run  shows it and ends; code 1 when there is one\n  homeward apply accounts.toml --yes      does not ask")]
    Apply {
        /// The file
        file: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Only show the difference
        #[arg(long)]
        dry_run: bool,
    },
    /// Accounts: list, show, suspend, resume
    #[command(subcommand, after_help = "Examples:\n  homeward account list\n  homeward account suspend 40817")]
    Account(manage::AccountCommand),
    /// Users: list, show, invite, suspend, resume, exclude, include, deprovision
    #[command(subcommand, after_help = "Examples:\n  homeward user list --account 40817\n  homeward user exclude ann@example.org --account 40817")]
    User(manage::UserCommand),
    /// Applications: list, show, secret
    #[command(subcommand, after_help = "Examples:\n  homeward application list\n  homeward application secret wiki")]
    Application(manage::ApplicationCommand),
}

/// Reads the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the runtime does not start: {error}")),
    };
    // One TLS provider for the process; a second call would only say that there is one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match runtime.block_on(run::command(cli)) {
        Ok(code) => code,
        Err(sentence) => fail(&sentence),
    }
}

fn fail(sentence: &str) -> ExitCode {
    eprintln!("homeward: {sentence}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn every_command_has_help_with_an_example() {
        let cli = super::Cli::command();
        cli.clone().debug_assert();
        assert!(cli.get_subcommands().count() >= 8);
        for command in cli.get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("homeward ") && command.get_about().is_some(), "{}", command.get_name());
        }
    }
}
