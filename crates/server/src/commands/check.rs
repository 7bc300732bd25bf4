//! `homeward check-config`: the file, and everything outside it that it names, as a start makes it.

use std::{path::Path, process::ExitCode};

use homeward_store::Store;

use super::{Failure, Output};
use crate::{
    root_key,
    settings::{Place, Settings},
    wiring::{Finding, Groundwork},
};

/// Looks and touches nothing: the first start makes folders, database and root key.
pub(super) async fn run(settings: &Settings, path: &Path, out: Output) -> Result<ExitCode, Failure> {
    let mut findings = vec![Finding::of("file", Ok(format!("{}: every key is known and every value holds", path.display())))];
    findings.extend(Groundwork::look(settings, false).1);
    if let (Some(lost), Some(found)) = (lost(settings).await, findings.iter_mut().find(|finding| finding.what == "root key" && finding.good)) {
        *found = Finding::of("root key", Err(lost));
    }
    print(&findings, out)
}

/// A database without its root key. One under which nothing was ever sealed gets its key at the start; one that cannot be read counts as sealed.
async fn lost(settings: &Settings) -> Option<String> {
    let file = root_key::missing(&settings.secrets)?;
    let Ok(Place::File(database)) = settings.store.place() else { return None };
    let is_there = std::fs::metadata(database).is_ok_and(|found| found.is_file() && found.len() > 0);
    (is_there && Store::file_has_root_key(database).await.unwrap_or(true)).then(|| root_key::lost(file))
}

/// Prints findings; ends with 2 when one is bad.
pub(super) fn print(findings: &[Finding], out: Output) -> Result<ExitCode, Failure> {
    let line = |f: &Finding| format!("  {} {:<16}  {}", if f.good { "✓" } else { "✕" }, f.what, f.says);
    out.print(&findings, &findings.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(if findings.iter().all(|f| f.good) { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
