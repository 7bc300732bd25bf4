//! `homeward connection trace` and `test`: why a sign-in failed, as the six checks, and a test of the whole way.

use std::process::ExitCode;

use clap::Subcommand;
use homeward_federation::report::{Outcome, Report, report, title};
use homeward_language::{Language, Text};
use homeward_signin::{
    federated::{Trace, Traces},
    usecase::federated::test,
};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};
use serde_json::json;

use super::{
    Failure, Output,
    connection::{Which, find},
    output::{moment, table},
};
use crate::{
    record::{self, Deed},
    settings::Settings,
    wiring,
};

#[derive(Subcommand)]
pub(super) enum TraceCommand {
    /// Say why a sign-in failed, by the reference on its page: the six checks, both values, what to do; or list the last failures
    ///
    /// Traces are kept for 30 days, without secrets and without anybody's name.
    #[command(after_help = "Examples:\n  homeward connection trace 7F3K-Q2VD\n  homeward connection trace list\n  homeward connection trace list --limit 200 --json")]
    Trace {
        /// The reference on the person's page, or: list
        reference: String,
        /// For list: at most so many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
    /// Print a link to one test sign-in: it goes to the provider and back, signs nobody in and changes nothing
    ///
    /// The link works once and for 15 minutes, in any browser, before the connection is on and after. A test that passed is what
    /// `connection state … tested` asks for.
    #[command(after_help = "Examples:\n  homeward connection test 50210 Okta\n  homeward connection test 50210 Okta --json")]
    Test(Which),
}

pub(super) async fn run(settings: &Settings, (store, all): (&Store, &Register), what: TraceCommand, out: Output) -> Result<ExitCode, Failure> {
    match what {
        TraceCommand::Trace { reference, limit } if reference == "list" => list(store, all, limit, out).await,
        TraceCommand::Trace { reference, .. } => trace(store, all, &reference, out).await,
        TraceCommand::Test(which) => link(settings, (store, all), &which, out).await,
    }
}

fn connection<'a>(all: &'a Register, trace: &Trace) -> Option<&'a ConnectionEntry> {
    all.connections.iter().find(|entry| entry.connection.id == trace.connection)
}

/// "Okta of account 50210"
fn named(all: &Register, trace: &Trace) -> String {
    let Some(entry) = connection(all, trace) else { return "a connection that is gone".to_owned() };
    let account = all.accounts.iter().find(|a| a.account.id == entry.connection.account);
    format!("{} of account {}", entry.connection.name, account.map(|a| a.account.number.to_string()).unwrap_or_default())
}

async fn list(store: &Store, all: &Register, limit: u32, out: Output) -> Result<ExitCode, Failure> {
    let found = store.traces(None, limit).await.map_err(|e| e.to_string())?;
    let row = |trace: &Trace| {
        let stopped = format!("{} {}", trace.failure().check.number(), trace.failure().code);
        vec![trace.case.to_string(), moment(trace.at), stopped, named(all, trace), trace.application.clone().unwrap_or_default()]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    out.print(&found, &table(&["reference", "time (utc)", "stopped at check", "connection", "application"], &rows))
}

async fn trace(store: &Store, all: &Register, reference: &str, out: Output) -> Result<ExitCode, Failure> {
    let reference = reference.trim().to_uppercase();
    let found = Traces::trace(store, &reference).await.map_err(|e| e.to_string())?;
    let found = found.ok_or_else(|| format!("there is no trace {reference}: it is over after 30 days, or the page was about something else; see: homeward audit list --case {reference}"))?;
    let settings = connection(all, &found).and_then(|entry| entry.settings.as_ref());
    let shown = report(Some(found.failure()), settings);
    let text = format!("{} · {} UTC · {}\n{}", found.case, moment(found.at), named(all, &found), words(&shown));
    out.print(&json!({ "trace": found, "report": shown }), &text)
}

/// The six checks in English.
fn words(report: &Report) -> String {
    let t = Text::of(Language::English);
    let mut lines = Vec::new();
    for line in &report.lines {
        let mark = match line.outcome {
            Outcome::Passed => '✓',
            Outcome::Failed => '✕',
            Outcome::NotReached => '○',
        };
        lines.push(format!("  {mark} {} {}", line.check.number(), t.named(title(line.check))));
        let (Outcome::Failed, Some(found)) = (line.outcome, &report.failed) else { continue };
        lines.push(format!("      {}", t.named(found.says)));
        lines.extend(found.seen.iter().filter(|text| !text.is_empty()).map(|seen| format!("      it says      {seen}")));
        lines.extend(found.expected.iter().filter(|text| !text.is_empty()).map(|expected| format!("      you entered  {expected}")));
        lines.extend(found.keys_read_at.map(|at| format!("      {} {} UTC", t.named("test-keys-read"), moment(at))));
        lines.extend(found.meaning.map(|meaning| format!("      {}", t.named(meaning))));
        lines.push(format!("      {}", t.named(found.fix)));
        lines.extend(found.field.as_ref().map(|field| format!("      at the provider: {field}")));
        lines.push(format!("      {}", found.code));
    }
    lines.join("\n")
}

async fn link(settings: &Settings, (store, all): (&Store, &Register), which: &Which, out: Output) -> Result<ExitCode, Failure> {
    let (account, entry) = find(all, which)?;
    if entry.settings.is_none() {
        return Err(format!("connection \"{}\": nothing was entered for it yet: give it the provider's metadata first", entry.connection.name).into());
    }
    let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
    let deed = Deed { event: "operator.connection", account: Some(account.account.id), detail: "test link".into(), ..Deed::default() };
    let work = async { test::link(&context, entry.connection.id).await.map_err(|e| e.to_string()) };
    let link = record::around(store, deed, work).await?;
    out.print(&json!({ "link": link, "minutes": 15 }), &format!("Open this once, within 15 minutes, in any browser:\n  {link}\nNobody is signed in by it, and nothing is changed."))
}

#[cfg(test)]
mod tests {
    use homeward_federation::{Check, Failure};

    use super::*;

    #[test]
    fn a_report_reads_as_six_lines_with_the_failing_one_opened() {
        let text = words(&report(Some(&Failure::differs(Check::MeantForUs, "audience.unexpected", "https://a.example", "https://b.example")), None));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 12, "{text}");
        assert!(lines[0].starts_with("  ✓ 1 The provider answered") && lines[1].starts_with("  ✕ 2 It was meant") && lines[8].starts_with("  ○ 3 "), "{text}");
        for part in ["it says      https://a.example", "you entered  https://b.example", "Enter our value there", "at the provider: Service provider › Entity ID", "audience.unexpected"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
