//! `homeward apply` at the terminal: show, ask, do.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use homeward_model::SystemRandom;
use homeward_store::Store;
use serde::Serialize;

use super::{Failure, Output, output};
use crate::{
    apply::{self, Plan, Source},
    concerned::Concerned,
    difference::Change,
    record::{self, Deed},
    settings::Settings,
    wiring,
};

/// A difference was shown and not carried out.
const DIFFERENT: u8 = 3;

#[derive(Args)]
pub(super) struct Apply {
    /// The file; docs/accounts.md and docs/applications.md explain its form
    file: PathBuf,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Only show the difference
    #[arg(long)]
    dry_run: bool,
    /// Take out of use what the file does not name: users are deprovisioned, accounts suspended,
    /// applications switched off, connections retired, domains no longer verified
    #[arg(long)]
    prune: bool,
    /// Whoever comes back to a password and has none gets no mail in which one is set; later: homeward user invite
    #[arg(long)]
    no_invitations: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    changes: &'a [Change],
    notes: &'a [String],
    concerned: &'a [Concerned],
    unchanged: usize,
    applied: bool,
    invitations: u32,
}

pub(super) async fn run(settings: &Settings, asked: &Apply, out: Output) -> Result<ExitCode, Failure> {
    let text = std::fs::read_to_string(&asked.file).map_err(|e| format!("{}: {e}", asked.file.display()))?;
    let store = wiring::open_store(settings).await?;
    let now = store.now();
    let mut plan = apply::plan(&store, Source { path: &asked.file, text: &text, prune: asked.prune }, now, &SystemRandom).await?;
    if asked.no_invitations {
        plan.invite_nobody_back();
    }
    if !out.json {
        out.print(&(), &plan.to_text())?;
    }
    if plan.is_empty() {
        return answer(&plan, (true, 0), out);
    }
    if asked.dry_run || !(asked.yes || confirmed()?) {
        answer(&plan, (false, 0), out)?;
        return Ok(ExitCode::from(DIFFERENT));
    }
    let invitations = carry_out(settings, &store, &plan).await?;
    store.close().await;
    answer(&plan, (true, invitations), out)
}

async fn carry_out(settings: &Settings, store: &Store, plan: &Plan) -> Result<u32, Failure> {
    let deed = Deed { event: "operator.apply", detail: format!("{} changes", plan.changes.len()), ..Deed::default() };
    let told = plan.told();
    record::around(store, deed, async { record::around_all(store, &told, plan.carry_out(store, store.now())).await }).await?;
    if !plan.invites() {
        return Ok(0);
    }
    let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
    Ok(plan.invite(&context).await?)
}

fn answer(plan: &Plan, (applied, invitations): (bool, u32), out: Output) -> Result<ExitCode, Failure> {
    let value = Answer { changes: &plan.changes, notes: &plan.notes, concerned: &plan.concerned, unchanged: plan.unchanged, applied, invitations };
    let text = match (plan.is_empty(), applied, invitations) {
        (true, ..) => "Everything is as the file says.".to_owned(),
        (_, false, _) => "Nothing was changed. With --yes it is, without a question.".to_owned(),
        (_, true, count) => {
            let invited = (count > 0).then(|| output::invited(count));
            let said = ["Done.".to_owned()].into_iter().chain(invited).collect::<Vec<_>>().join(" ");
            [said].into_iter().chain(plan.concerned.iter().flat_map(Concerned::ways_back)).collect::<Vec<_>>().join("\n")
        }
    };
    out.print(&value, &text)
}

fn confirmed() -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("Go on? [y/N] ");
    std::io::stderr().flush().map_err(|e| e.to_string())?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|e| e.to_string())?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
