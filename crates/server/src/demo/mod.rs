//! `homeward demo`: the broker, an application that signs in with it, a mailbox and simulated identity providers, each under a
//! name of its own, because the ports of one host share cookies. No outside service is needed.

mod application;
mod mailbox;
mod mime;
mod people;
mod providers;
mod smtp;

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use homeward_model::{Clock, SystemClock, SystemRandom};

use crate::{
    apply, log, progress,
    settings::{Log, LogFormat, LogLevel, Settings},
    signals,
    wiring::{self, Overrides, Running},
};

/// The example accounts, as `homeward apply` takes them.
const REGISTER: &str = include_str!("../../../../deploy/demo.toml");
/// What the demo keeps in its folder.
const DATABASE: &str = "homeward.db";
/// Its configuration there, so that every command of this program can be tried beside it. Nothing in it is secret.
const CONFIGURATION: &str = "demo.toml";

#[derive(Args)]
pub(crate) struct Arguments {
    /// First of four ports: broker, application, mailbox, identity providers
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65_532))]
    port: u16,
    /// Folder for the demo's data
    #[arg(long, default_value = "deploy/data/demo", value_name = "FOLDER")]
    data: PathBuf,
    /// Begin anew: forget what earlier runs changed
    #[arg(long)]
    fresh: bool,
}

/// Where the four parts are.
struct Places {
    issuer: String,
    application: String,
    mails: String,
    providers: String,
}

impl Places {
    fn of(port: u16) -> Self {
        let at = |name: &str, port: u16| format!("http://{name}.localhost:{port}");
        let next = |step: u16| port.saturating_add(step);
        Self { issuer: at("homeward", port), application: at("app", next(1)), mails: at("mail", next(2)), providers: at("idp", next(3)) }
    }
}

fn configuration(port: u16, smtp: u16) -> String {
    let issuer = Places::of(port).issuer;
    format!(
        "# Written anew by each start of \"homeward demo\".\n[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{issuer}\"\nallow_http_localhost = true\n\
         [store]\npath = \"{DATABASE}\"\n[secrets]\nroot_key_file = \"root.key\"\n\
         [mail]\nhost = \"127.0.0.1\"\nport = {smtp}\ntls = \"none\"\nfrom = \"signin@homeward.example\"\n\
         [signin]\ndisclosure = \"open\"\n"
    )
}

/// What is typed to try a command beside the demo: this program as it was called, and the configuration.
fn command(data: &Path) -> String {
    let program = std::env::args_os().next().map_or_else(|| "homeward".to_owned(), |name| name.to_string_lossy().into_owned());
    format!("{} --config {}", as_typed(&program), as_typed(&data.join(CONFIGURATION).display().to_string()))
}

/// A word as a shell reads it whole.
fn as_typed(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%=,~".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) && !word.starts_with('~') { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Runs until Ctrl-C.
pub(crate) async fn run(arguments: &Arguments, json: bool) -> Result<(), String> {
    log::start(Log { format: LogFormat::Text, level: LogLevel::Warn });
    let (port, data) = (arguments.port, arguments.data.as_path());
    eprintln!("Homeward demo: preparing {} …", data.display());
    if arguments.fresh {
        forget(data)?;
    }
    let places = Places::of(port);
    let inbox = smtp::start().await?;
    let text = configuration(port, inbox.port);
    let file = data.join(CONFIGURATION);
    let settings = Settings::parse(&file, &text).map_err(|e| e.to_string())?;
    let broker = wiring::start(&settings, Overrides::default()).await.map_err(|e| format!("{e}, for example: homeward demo --port 9000"))?;
    let listen = |step: u16| SocketAddr::from(([127, 0, 0, 1], port.saturating_add(step)));
    let providers = providers::start(listen(3), &places)?;
    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    fill(&broker, port, &providers).await?;
    let party = application::Application::new(&places.issuer, &places.application, broker.address)?;
    let application = application::start(listen(1), party)?;
    let mails = mailbox::serve(listen(2), Arc::clone(&inbox.mails))?;
    // Whoever reads only the first lines has closed the pipe; the demo goes on.
    let _ = writeln!(std::io::stdout(), "{}", if json { people::json(&places, &command(data)) } else { people::screen(&places, &command(data)) });
    signals::interrupted().await;
    eprintln!("\nStopping; once more to stop at once.");
    tokio::select! {
        ((), (), (), ()) = async { tokio::join!(application.stop(true), mails.stop(true), providers.stop(true), broker.stop()) } => Ok(()),
        () = signals::interrupted() => Err("stopped at once".into()),
    }
}

/// Registers the example accounts and gives them their passwords; what is there already stays.
async fn fill(broker: &Running, port: u16, simulated: &homeward_simulator::server::Running) -> Result<(), String> {
    let places = Places::of(port);
    let register = REGISTER.replace(":8080", &format!(":{port}")).replace(":8081", &format!(":{}", port.saturating_add(1)));
    let register = providers::with_settings(&register, &places, &simulated.certificate_pem());
    let now = SystemClock.now();
    let plan = apply::plan_text(&broker.store, &register, Path::new("deploy/demo.toml"), now, &SystemRandom).await?;
    plan.carry_out(&broker.store, now).await?;
    progress::shown("introducing the identity providers", providers::introduce(simulated, broker, &places)).await?;
    progress::shown("hashing the example passwords", people::give_passwords(&broker.context, &broker.store)).await?;
    people::give_roles(&broker.context, &broker.store).await?;
    plan.invite(&broker.context).await?;
    Ok(())
}

/// Removes the database and nothing else; the root key may stay.
fn forget(data: &Path) -> Result<(), String> {
    for end in ["", "-wal", "-shm"] {
        let path = data.join(format!("{DATABASE}{end}"));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(format!("{}: {error}", path.display())),
            Err(_) | Ok(()) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the screen says can be copied into a shell, whatever the folders are called.
    #[test]
    fn a_command_is_shown_as_it_is_typed() {
        assert_eq!(as_typed("target/release/homeward"), "target/release/homeward");
        assert_eq!(as_typed("/home/ana/my data/demo.toml"), "'/home/ana/my data/demo.toml'");
        assert_eq!(as_typed("it's"), r"'it'\''s'");
        assert_eq!((as_typed("$HOME/a"), as_typed("~/a"), as_typed("")), ("'$HOME/a'".into(), "'~/a'".into(), "''".into()));
    }

    #[test]
    fn the_demo_has_settings_that_hold_and_names_of_its_own() {
        let settings = Settings::parse(Path::new("/tmp/demo/demo.toml"), &configuration(9000, 2525)).unwrap();
        assert_eq!(settings.server.public_url, "http://homeward.localhost:9000");
        assert_eq!(settings.store.path.as_deref(), Some(Path::new("/tmp/demo/homeward.db")));
        let places = Places::of(9000);
        assert_eq!(places.providers, "http://idp.localhost:9003");
        assert_eq!((places.application.as_str(), places.mails.as_str()), ("http://app.localhost:9001", "http://mail.localhost:9002"));
    }
}
