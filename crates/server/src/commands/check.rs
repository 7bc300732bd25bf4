//! `homeward check-config`: the file, and everything outside it that it names, as a start makes it.

use std::{path::Path, process::ExitCode};

use super::{Failure, Output};
use crate::{
    root_key,
    settings::{Place, Settings},
    wiring::{Finding, Groundwork},
};

/// Looks and touches nothing: the first start makes folders, database and root key.
pub(super) fn run(settings: &Settings, path: &Path, out: Output) -> Result<ExitCode, Failure> {
    let mut findings = vec![Finding::of("file", Ok(format!("{}: every key is known and every value holds", path.display())))];
    findings.extend(Groundwork::look(settings, false).1);
    if let (Some(lost), Some(found)) = (lost(settings), findings.iter_mut().find(|finding| finding.what == "root key" && finding.good)) {
        *found = Finding::of("root key", Err(lost));
    }
    print(&findings, out)
}

/// A database without its root key. The start opens the database to see whether it is sealed; here it is enough that there is one.
fn lost(settings: &Settings) -> Option<String> {
    let file = root_key::missing(&settings.secrets)?;
    matches!(settings.store.place(), Ok(Place::File(database)) if std::fs::metadata(database).is_ok_and(|found| found.is_file() && found.len() > 0)).then(|| root_key::lost(file))
}

/// Prints findings; ends with 2 when one is bad.
pub(super) fn print(findings: &[Finding], out: Output) -> Result<ExitCode, Failure> {
    let line = |f: &Finding| format!("  {} {:<16}  {}", if f.good { "✓" } else { "✕" }, f.what, f.says);
    out.print(&findings, &findings.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(if findings.iter().all(|f| f.good) { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
