//! `homeward check-config`: the file, and everything outside it that it names.

use std::{path::Path, process::ExitCode};

use homeward_local_credential::Leaked;
use serde::Serialize;

use super::{Failure, Output};
use crate::{
    mailer, root_key,
    settings::{Place, Settings, environment},
    tls,
};

/// One thing that was looked at.
#[derive(Serialize)]
pub(super) struct Finding {
    what: &'static str,
    good: bool,
    says: String,
}

impl Finding {
    pub fn of(what: &'static str, found: Result<String, String>) -> Self {
        Self { what, good: found.is_ok(), says: found.unwrap_or_else(|wrong| wrong) }
    }
}

pub(super) fn run(settings: &Settings, path: &Path, out: Output) -> Result<ExitCode, Failure> {
    let mut findings = vec![
        Finding::of("file", Ok(format!("{}: every key is known and every value holds", path.display()))),
        Finding::of("root key", root_key(settings)),
        Finding::of("database", database(settings)),
        Finding::of("mail", mailer::password(&settings.mail).map(|_| format!("{}:{} from {}", settings.mail.host, settings.mail.port, settings.mail.from))),
        Finding::of("TLS", tls(settings)),
        Finding::of("leaked passwords", leaked(settings)),
        Finding::of("sign-in", Ok(format!("{}, disclosure {}", settings.server.public_url, settings.signin.disclosure.word()))),
    ];
    if settings.redis.is_set() {
        findings.push(Finding::of("redis", redis(settings)));
    }
    print(&findings, out)
}

/// Secrets and certificates; whether it answers, the start and doctor ask.
fn redis(settings: &Settings) -> Result<String, String> {
    let address = settings.redis.address()?.ok_or("[redis] is not set")?;
    Ok(format!("{address}: is asked at the start, and by homeward doctor"))
}

/// Prints findings; ends with 2 when one is bad.
pub(super) fn print(findings: &[Finding], out: Output) -> Result<ExitCode, Failure> {
    let line = |f: &Finding| format!("  {} {:<16}  {}", if f.good { "✓" } else { "✕" }, f.what, f.says);
    out.print(&findings, &findings.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(if findings.iter().all(|f| f.good) { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn tls(settings: &Settings) -> Result<String, String> {
    match &settings.server.tls {
        Some(files) => tls::Served::read(files).map(|_| format!("by the broker, with {}", files.certificate.display())),
        None => Ok("by the proxy in front".into()),
    }
}

fn root_key(settings: &Settings) -> Result<String, String> {
    if let Some(name) = &settings.secrets.root_key_env {
        return environment(name).map(|_| format!("in the environment variable {name}"));
    }
    match &settings.secrets.root_key_file {
        Some(path) if path.exists() => root_key::check(path).map(|_| format!("{}", path.display())),
        Some(path) if matches!(settings.store.place(), Ok(Place::File(database)) if database.exists()) => {
            Err(format!("{} is not there, and there is a database: put its copy back, or correct the path", path.display()))
        }
        Some(path) => Ok(format!("{}: is made at the first start", path.display())),
        None => Err("[secrets] set one of root_key_file and root_key_env".into()),
    }
}

/// Looks and touches nothing: the first start makes folder and file.
fn database(settings: &Settings) -> Result<String, String> {
    let path = match settings.store.place()? {
        Place::File(path) => path,
        Place::Server(address) => return Ok(format!("{address}: is asked at the start, and by homeward doctor")),
    };
    match std::fs::metadata(path) {
        Ok(found) if found.permissions().readonly() => Err(format!("{}: cannot be written; check who owns it", path.display())),
        Ok(found) if found.is_file() => Ok(format!("{}, {} KiB", path.display(), found.len() / 1024)),
        Ok(_) => Err(format!("{}: is no file", path.display())),
        Err(_) => Ok(format!("{}: is made at the first start", path.display())),
    }
}

pub(super) fn leaked(settings: &Settings) -> Result<String, String> {
    match &settings.passwords.leaked_file {
        Some(file) => Leaked::with_file(file).map(|_| format!("the built-in list and {}", file.display())).map_err(|e| format!("{}: {e}", file.display())),
        None => Ok("the built-in list".into()),
    }
}
