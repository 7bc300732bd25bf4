//! `homeward account preset`: what the presets of an account set, and giving one to an account that is registered.

use std::process::ExitCode;

use clap::Args;
use homeward_local_credential::PasswordPolicy;
use homeward_portal::preset::{AccountPreset, Policy};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};
use serde_json::json;

use super::{Failure, Output, account::find, output::table};
use crate::{
    difference::{Change, Kind},
    record::{self, Deed},
};

#[derive(Args)]
pub(super) struct PresetArguments {
    /// micloud, cloudlink, elevate or ringcentral; without one all of them are shown
    #[arg(value_parser = preset)]
    preset: Option<AccountPreset>,
    /// The account that is to have it, with its connections
    #[arg(long, requires = "preset", value_name = "NUMBER")]
    account: Option<String>,
    /// Change it
    #[arg(long, requires = "account")]
    yes: bool,
}

fn preset(word: &str) -> Result<AccountPreset, String> {
    AccountPreset::from_word(word).ok_or_else(|| "use micloud, cloudlink, elevate or ringcentral".to_owned())
}

pub(super) async fn run(store: &Store, asked: &PresetArguments, out: Output) -> Result<ExitCode, Failure> {
    match (asked.preset, &asked.account) {
        (Some(preset), Some(number)) => give(store, (preset, number, asked.yes), out).await,
        (Some(preset), None) => show(&[preset], out),
        (None, _) => show(&AccountPreset::ALL, out),
    }
}

fn show(presets: &[AccountPreset], out: Output) -> Result<ExitCode, Failure> {
    let text = |preset: &AccountPreset| {
        let rows: Vec<Vec<String>> = Policy::of(*preset).settings().into_iter().map(|s| vec![s.table.to_owned(), s.key.to_owned(), s.value, s.means.to_owned()]).collect();
        format!("preset \"{}\"\n{}", preset.word(), table(&["table", "key", "value", "means"], &rows))
    };
    let value: Vec<_> = presets.iter().map(|preset| json!({ "preset": preset, "settings": Policy::of(*preset).settings() })).collect();
    let last = "In a file for apply: preset = \"…\" under [[account]]; what stands there besides goes before it.";
    out.print(&value, &format!("{}\n\n{last}", presets.iter().map(text).collect::<Vec<_>>().join("\n\n")))
}

/// The account and its connections as the preset makes them.
fn with_preset(all: &Register, number: &str, preset: AccountPreset) -> Result<(Register, Vec<Change>), String> {
    let policy = Policy::of(preset);
    let old = find(all, number)?;
    let mut new = old.clone();
    new.account.preset = Some(preset);
    new.account.sso_mode = policy.sso_mode;
    new.account.allow_local = policy.allow_local;
    if let Some(profile) = policy.password_profile.filter(|profile| *profile != old.policy.name) {
        new.policy = PasswordPolicy::named(profile).ok_or_else(|| format!("there is no password profile \"{profile}\""))?;
    }
    let mut wanted = Register::default();
    let mut changes = Vec::new();
    if let Some(change) = Change::between(Some(old), &new, Kind::Changed, &|| format!("account {}", old.account.number)) {
        changes.push(change);
        wanted.accounts.push(new);
    }
    for old in all.connections.iter().filter(|entry| entry.connection.account == old.account.id) {
        let Some(settings) = old.settings.clone() else { continue };
        let new = ConnectionEntry { settings: Some(settings.of_account(Some(preset))), ..old.clone() };
        if let Some(change) = Change::between(Some(old), &new, Kind::Changed, &|| format!("connection \"{}\"", old.connection.name)) {
            changes.push(change);
            wanted.connections.push(new);
        }
    }
    Ok((wanted, changes))
}

async fn give(store: &Store, (preset, number, yes): (AccountPreset, &str, bool), out: Output) -> Result<ExitCode, Failure> {
    let all = store.register().await.map_err(|e| e.to_string())?;
    let (wanted, changes) = with_preset(&all, number, preset)?;
    let text = changes.iter().map(Change::to_text).collect::<Vec<_>>().join("\n");
    if changes.is_empty() {
        return out.print(&json!({ "changes": changes, "done": false }), "The account has all of this already.");
    }
    if !yes {
        return out.print(&json!({ "changes": changes, "done": false }), &format!("{text}\nNothing is changed yet; add --yes to do it."));
    }
    let account = find(&all, number)?.account.id;
    let deed = Deed { event: "operator.account", account: Some(account), detail: format!("preset {}", preset.word()), ..Deed::default() };
    record::around(store, deed, async { store.put_as_seen(&wanted, &all, &[], store.now()).await.map_err(|e| e.to_string()) }).await?;
    out.print(&json!({ "changes": changes, "done": true }), &format!("{text}\nDone. A file for apply that says otherwise changes it back."))
}
