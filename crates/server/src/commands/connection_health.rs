//! `homeward connection health`: what is known of every provider, in sentences.

use std::process::ExitCode;

use clap::Args;
use homeward_federation::health::{Finding, Health, Level};
use homeward_model::Timestamp;
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};
use serde_json::json;

use super::{
    Failure, Output,
    connection::{Which, find},
    output::moment,
};
use crate::{care, settings::Settings, wiring};

#[derive(Args)]
pub(super) struct Asked {
    /// The account's number; without it, every connection
    #[arg(requires = "name")]
    account: Option<String>,
    /// The connection's name
    name: Option<String>,
    /// Ask the providers now, instead of saying what the broker saw at its last look
    #[arg(long)]
    look: bool,
}

pub(super) async fn run(settings: &Settings, (store, all): (&Store, &Register), asked: &Asked, out: Output) -> Result<ExitCode, Failure> {
    let entries: Vec<&ConnectionEntry> = match (&asked.account, &asked.name) {
        (Some(account), Some(name)) => vec![find(all, &Which { account: account.clone(), name: name.clone() })?.1],
        _ => all.connections.iter().filter(|entry| entry.settings.is_some()).collect(),
    };
    if asked.look {
        let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
        for entry in &entries {
            care::one(&context, store, entry, true).await?;
        }
    }
    let (now, mut lines, mut values) = (store.now(), Vec::new(), Vec::new());
    for entry in &entries {
        let found = care::judged(store, entry, now).await?;
        let number = all.accounts.iter().find(|a| a.account.id == entry.connection.account).map(|a| a.account.number.to_string()).unwrap_or_default();
        lines.push(format!("{} {number} \"{}\" ({})", mark(found.level), entry.connection.name, entry.connection.state_at(now).word()));
        lines.extend(sentences(&found, now).into_iter().map(|sentence| format!("    {sentence}")));
        values.push(json!({ "account": number, "name": entry.connection.name, "health": found }));
    }
    if entries.is_empty() {
        lines.push("Nothing was entered for any connection yet; see: homeward connection metadata --help".to_owned());
    }
    out.print(&values, &lines.join("\n"))
}

const fn mark(level: Level) -> char {
    match level {
        Level::Good => '✓',
        Level::Warn => '!',
        Level::Bad => '✕',
    }
}

/// A sentence each, the worst first; the last two say what is good.
pub(super) fn sentences(health: &Health, now: Timestamp) -> Vec<String> {
    let mut lines: Vec<String> = health.findings.iter().map(sentence).collect();
    let returns = health.returns;
    if returns.good > 0 || returns.failed > 0 {
        lines.push(format!("in the last hour {} sign-ins came back good, {} were refused", returns.good, returns.failed));
    }
    let none_yet = health.findings.iter().any(|finding| matches!(finding, Finding::CertificateNotYet { another: false, .. }));
    if let Some(until) = health.certificates_until.filter(|until| *until >= now && !none_yet) {
        lines.push(format!("its certificates are good until {} UTC ({} days)", moment(until), until.since(now).as_secs() / 86_400));
    }
    lines
}

fn sentence(finding: &Finding) -> String {
    let since = |good_at: &Option<Timestamp>| good_at.map_or_else(|| "it never did yet".to_owned(), |at| format!("it did at {} UTC", moment(at)));
    match finding {
        Finding::NotLooked => "nobody has looked at it yet; the broker does every ten minutes, --look does now".into(),
        Finding::Stale { since } => format!("nobody has looked at it since {} UTC; is the broker running?", moment(*since)),
        Finding::Metadata { why, good_at } => format!("its metadata cannot be read ({why}); {}", since(good_at)),
        Finding::Keys { why, good_at } => format!("its keys cannot be read ({why}); {}", since(good_at)),
        Finding::Address { why, good_at, .. } => {
            format!("its document cannot be read at the address that was entered ({why}); {}. Compare the issuer, or the address of the metadata, with the provider's console", since(good_at))
        }
        Finding::SignIn { why, good_at } => format!("its sign-in page does not answer ({why}); {}. To let people in: homeward connection outage", since(good_at)),
        Finding::CertificateOver { thumbprint, at, another } => {
            let then = if *another { "take it away with the provider's next metadata" } else { "there is no other: add the provider's new one" };
            format!("the certificate {} ended at {} UTC; {then}", short(thumbprint), moment(*at))
        }
        Finding::CertificateNotYet { thumbprint, at, another } => {
            let then = if *another { "another one is valid now" } else { "there is no other: ask the provider for the one that it signs with now, and look at the clock of this machine" };
            format!("the certificate {} is valid from {} UTC on; {then}", short(thumbprint), moment(*at))
        }
        Finding::CertificateEnds { thumbprint, at, days } => {
            format!("the certificate {} ends in {days} days, at {} UTC; add the provider's new one beside it before that", short(thumbprint), moment(*at))
        }
        Finding::Returns { failed, all } => format!("{failed} of the last {all} answers were refused; see: homeward connection trace list"),
        Finding::Waiting { since } => format!("new metadata or new endpoints wait since {} UTC; see: homeward connection accept", moment(*since)),
    }
}

/// The first eight bytes of a thumbprint.
fn short(thumbprint: &str) -> &str {
    thumbprint.get(..23).unwrap_or(thumbprint)
}

/// One line for `homeward doctor`: what is bad is an error.
pub(super) async fn of_doctor(store: &Store) -> Result<String, String> {
    let now = store.now();
    let all = care::all(store, now).await?;
    let told = |level: Level| -> Vec<String> {
        let found = all.iter().filter(|(_, _, health)| health.level == level);
        found.flat_map(|(_, name, health)| health.findings.iter().map(move |finding| format!("\"{name}\": {}", sentence(finding)))).collect()
    };
    let (bad, warned) = (told(Level::Bad), told(Level::Warn));
    match (bad.is_empty(), warned.is_empty()) {
        (false, _) => Err(bad.join("; ")),
        (true, false) => Ok(format!("{} in use; {}", all.len(), warned.join("; "))),
        (true, true) => Ok(format!("{} in use, nothing to see to", all.len())),
    }
}

#[cfg(test)]
mod tests {
    use homeward_federation::health::Returns;

    use super::*;

    #[test]
    fn a_finding_reads_as_a_sentence_that_says_what_to_do() {
        let at = Timestamp::from_seconds(1_800_000_000);
        let health = Health {
            level: Level::Bad,
            findings: vec![
                Finding::Address { why: "status 404".into(), good_at: None, stops: true },
                Finding::SignIn { why: "unreachable".into(), good_at: Some(at) },
                Finding::CertificateEnds { thumbprint: "AB:".repeat(32), at, days: 12 },
                Finding::CertificateNotYet { thumbprint: "CD:".repeat(32), at, another: false },
                Finding::Returns { failed: 14, all: 20 },
                Finding::Waiting { since: at },
            ],
            certificates_until: Some(at),
            returns: Returns { good: 6, failed: 14 },
        };
        let text = sentences(&health, at).join("\n");
        for part in ["cannot be read at the address that was entered (status 404); it never did yet. Compare the issuer", "does not answer (unreachable); it did at 2027-01-15 08:00:00 UTC. To let people in: homeward connection outage", "ends in 12 days", "is valid from 2027-01-15 08:00:00 UTC on; there is no other", "14 of the last 20", "homeward connection accept", "6 sign-ins came back good, 14 were refused"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
