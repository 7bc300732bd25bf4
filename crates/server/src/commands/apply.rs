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
    /// What is left to do, for whoever reads it.
    says: &'a str,
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
    if !goes_on(asked, out, confirmed)? {
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
    let text = match (plan.is_empty(), applied, invitations) {
        (true, ..) => "Everything is as the file says.".to_owned(),
        (_, false, _) => "Nothing was changed. With --yes it is, without a question.".to_owned(),
        (_, true, count) => {
            let invited = (count > 0).then(|| output::invited(count));
            let said = ["Done.".to_owned()].into_iter().chain(invited).collect::<Vec<_>>().join(" ");
            [said].into_iter().chain(plan.concerned.iter().flat_map(Concerned::ways_back)).collect::<Vec<_>>().join("\n")
        }
    };
    let value = Answer { changes: &plan.changes, notes: &plan.notes, concerned: &plan.concerned, unchanged: plan.unchanged, applied, invitations, says: &text };
    out.print(&value, &text)
}

/// Whether it is carried out. Nobody is asked about what is not shown: with --json the plan is the answer.
fn goes_on(asked: &Apply, out: Output, confirmed: impl FnOnce() -> Result<bool, Failure>) -> Result<bool, Failure> {
    Ok(asked.yes || (!asked.dry_run && !out.json && confirmed()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody is asked where the plan stands on the screen, and nowhere else.
    #[test]
    fn nobody_is_asked_about_a_plan_that_is_not_shown() {
        let asked = |yes, dry_run| Apply { file: PathBuf::new(), yes, dry_run, prune: false, no_invitations: false };
        let nobody = || -> Result<bool, Failure> { panic!("a question") };
        for (yes, dry_run, json, goes) in [(false, false, true, false), (false, true, true, false), (true, false, true, true), (false, true, false, false), (true, false, false, true)] {
            assert_eq!(goes_on(&asked(yes, dry_run), Output { json }, nobody).unwrap(), goes, "{yes} {dry_run} {json}");
        }
        for answer in [true, false] {
            assert_eq!(goes_on(&asked(false, false), Output { json: false }, || Ok(answer)).unwrap(), answer);
        }
    }
}
