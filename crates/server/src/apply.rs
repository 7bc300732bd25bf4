//! `homeward apply`: shows the difference first, then makes it so; a second time there is none. Nothing is ever deleted by it.

use std::path::Path;

use homeward_local_credential::Scheme;
use homeward_model::{Random, Timestamp, UserId};
use homeward_store::{Store, register::Register};
use serde::Serialize;

use crate::register_file::{self, RegisterFile};

/// What would change.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// One line for each difference, for people.
    pub lines: Vec<String>,
    /// How many entries stay as they are.
    pub unchanged: usize,
    changes: Register,
    credentials: Vec<(UserId, Scheme, Timestamp, bool)>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
    /// Carries it out, in one transaction.
    ///
    /// # Errors
    /// A sentence; nothing is changed then.
    pub async fn carry_out(&self, store: &Store, now: Timestamp) -> Result<(), String> {
        store.put(&self.changes, &self.credentials, now).await.map_err(|e| e.to_string())
    }
}

/// Reads a file and compares it with what is registered.
///
/// # Errors
/// A sentence that names file, entry and fix.
pub async fn plan(store: &Store, path: &Path, now: Timestamp, random: &dyn Random) -> Result<Plan, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    plan_text(store, &text, path, now, random).await
}

/// The same for a text; secret files in it count from the folder of `path`.
///
/// # Errors
/// As `plan`.
pub async fn plan_text(store: &Store, text: &str, path: &Path, now: Timestamp, random: &dyn Random) -> Result<Plan, String> {
    let mut file: RegisterFile = toml::from_str(text).map_err(|e| format!("{}: {e}", path.display()))?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    for secret in file.application.iter_mut().filter_map(|a| a.secret_file.as_mut()) {
        *secret = folder.join(&*secret);
    }
    let present = store.register().await.map_err(|e| e.to_string())?;
    let meant = register_file::meant(&file, &present, now, random)?;
    let with = store.with_credential().await.map_err(|e| e.to_string())?;
    let mut plan = Plan::default();
    let wanted = meant.register;
    let number = |id| wanted.accounts.iter().chain(&present.accounts).find(|e| e.account.id == id).map(|e| e.account.number.to_string()).unwrap_or_default();
    for entry in &wanted.accounts {
        let old = present.accounts.iter().find(|o| o.account.id == entry.account.id);
        plan.compare(old, entry, format!("account {} ({})", entry.account.number, entry.account.name), |c| &mut c.accounts);
    }
    for entry in &wanted.connections {
        let old = present.connections.iter().find(|o| o.id == entry.id);
        plan.compare(old, entry, format!("connection \"{}\" of account {}", entry.name, number(entry.account)), |c| &mut c.connections);
    }
    for entry in &wanted.domains {
        let old = present.domains.iter().find(|o| o.account == entry.account && o.domain == entry.domain);
        plan.compare(old, entry, format!("domain {} of account {}", entry.domain, number(entry.account)), |c| &mut c.domains);
    }
    for entry in &wanted.users {
        let old = present.users.iter().find(|o| o.id == entry.id);
        plan.compare(old, entry, format!("user {} of account {}", entry.username.masked(), number(entry.account)), |c| &mut c.users);
    }
    for entry in &wanted.applications {
        let old = present.applications.iter().find(|o| o.client.client_id == entry.client.client_id);
        plan.compare(old, entry, format!("application {} ({})", entry.client.client_id, entry.client.name), |c| &mut c.applications);
    }
    for credential in meant.credentials.into_iter().filter(|(user, ..)| !with.contains(user)) {
        let user = wanted.users.iter().find(|u| u.id == credential.0);
        plan.lines.push(format!("+ password hash of user {}", user.map(|u| u.username.masked()).unwrap_or_default()));
        plan.credentials.push(credential);
    }
    Ok(plan)
}

impl Plan {
    fn compare<T: PartialEq + Clone + Serialize>(&mut self, old: Option<&T>, new: &T, name: String, list: impl Fn(&mut Register) -> &mut Vec<T>) {
        match old {
            Some(old) if old == new => {
                self.unchanged += 1;
                return;
            }
            Some(old) => self.lines.push(format!("~ {name}: {}", fields(old, new))),
            None => self.lines.push(format!("+ {name}")),
        }
        list(&mut self.changes).push(new.clone());
    }
}

/// The names of the fields that differ; their values may be secret or personal, and stay unsaid.
fn fields<T: Serialize>(old: &T, new: &T) -> String {
    let (Ok(old), Ok(new)) = (serde_json::to_value(old), serde_json::to_value(new)) else { return String::new() };
    let mut names = Vec::new();
    differing(&old, &new, "", &mut names);
    names.join(", ")
}

fn differing(old: &serde_json::Value, new: &serde_json::Value, at: &str, names: &mut Vec<String>) {
    match (old.as_object(), new.as_object()) {
        (Some(old), Some(new)) => {
            for (key, value) in new {
                let deeper = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                differing(old.get(key).unwrap_or(&serde_json::Value::Null), value, &deeper, names);
            }
        }
        _ if old != new => names.push(at.to_owned()),
        _ => {}
    }
}
