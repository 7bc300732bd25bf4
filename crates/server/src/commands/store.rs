//! `homeward store`.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use homeward_store::Store;
use serde_json::json;

use super::{Failure, Output, output::table};
use crate::{
    record::{self, Deed},
    settings::{Place, Settings},
    wiring,
};

#[derive(Subcommand)]
pub(super) enum StoreCommand {
    /// Copy a store from a file of SQLite into the empty database of PostgreSQL that the configuration names
    ///
    /// Everything is copied in one step, read back and compared: rows and checksums of each table. The file stays as it is; the broker must
    /// not run.
    #[command(after_help = "Examples:\n  homeward store copy data/homeward.db\n  homeward store copy data/homeward.db --json")]
    Copy {
        /// The file of SQLite
        file: PathBuf,
    },
}

pub(super) async fn run(settings: &Settings, what: StoreCommand, out: Output) -> Result<ExitCode, Failure> {
    let StoreCommand::Copy { file } = what;
    let Place::Server(address) = settings.store.place()? else {
        return Err("[store]: set url to the database that the store moves to, and leave path out".into());
    };
    Store::check_file(&file).await.map_err(|e| format!("{}: {e}", file.display()))?;
    let copied = Store::copy(&file, &address).await.map_err(|e| format!("{address}: {e}"))?;
    let store = wiring::open_store(settings).await?;
    record::around(&store, Deed { event: "operator.store", detail: "copied from SQLite".into(), ..Deed::default() }, async { Ok(()) }).await?;
    store.close().await;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let rows: Vec<Vec<String>> = copied.iter().map(|one| vec![one.table.clone(), one.rows.to_string(), hex(&one.checksum)]).collect();
    let all: u64 = copied.iter().map(|one| one.rows).sum();
    let told: Vec<_> = copied.iter().map(|one| json!({ "table": one.table, "rows": one.rows, "checksum": hex(&one.checksum) })).collect();
    out.print(&json!(told), &format!("{}{all} rows of {} tables are in {address}, the same as in {}", table(&["table", "rows", "checksum"], &rows), copied.len(), file.display()))
}
