//! What a file changes of each account, for that account's own Activity (ADM-16): its settings and connections with both values, its domains by
//! name, and of its people how many and which fields. No value of a person and no secret stands there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use homeward_discovery::User;
use homeward_model::AccountId;
use homeward_store::register::Register;
use serde::Serialize;

use crate::{
    difference::{Change, Kind},
    record::Deed,
};

/// Characters of a line, and of one value.
const MOST: (usize, usize) = (800, 60);

/// One line for each account that is touched: `seen` is what is there of `entries`, `given` has an account for each person who has a
/// password by the file, `invited` how many of an account come back to a password and get a mail to set one.
pub(crate) fn lines(entries: &Register, seen: &Register, (given, invited): (&[AccountId], &[(AccountId, usize)])) -> Vec<Deed> {
    let mut told: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    for entry in &entries.accounts {
        let old = seen.accounts.iter().find(|old| old.account.id == entry.account.id);
        told.entry(entry.account.id).or_default().push(differs(old, entry, "account"));
    }
    for entry in &entries.connections {
        let old = seen.connections.iter().find(|old| old.connection.id == entry.connection.id);
        told.entry(entry.connection.account).or_default().push(differs(old, entry, &format!("connection \"{}\"", entry.connection.name)));
    }
    for claim in &entries.domains {
        let old = seen.domains.iter().find(|old| (&old.domain, old.account) == (&claim.domain, claim.account));
        told.entry(claim.account).or_default().push(differs(old, claim, &format!("domain {}", claim.domain)));
    }
    for (account, people) in of_people(entries, seen) {
        told.entry(account).or_default().push(people.to_text());
    }
    for account in given.iter().collect::<BTreeSet<_>>() {
        let passwords = given.iter().filter(|one| *one == account).count();
        told.entry(*account).or_default().push(format!("passwords: {passwords} given"));
    }
    for (account, count) in invited.iter().filter(|(_, count)| *count > 0) {
        told.entry(*account).or_default().push(format!("{count} invited"));
    }
    let deed = |(account, told): (AccountId, Vec<String>)| Deed {
        event: "operator.account",
        account: Some(account),
        detail: short(&format!("by a file: {}", told.join("; ")), MOST.0),
        ..Deed::default()
    };
    told.into_iter().map(deed).collect()
}

/// The people of one account.
#[derive(Default)]
struct People {
    added: usize,
    changed: usize,
    fields: BTreeSet<String>,
}

impl People {
    fn to_text(&self) -> String {
        let fields = self.fields.iter().cloned().collect::<Vec<_>>().join(", ");
        match (self.added, self.changed) {
            (added, 0) => format!("users: {added} added"),
            (0, changed) => format!("users: {changed} changed ({fields})"),
            (added, changed) => format!("users: {added} added, {changed} changed ({fields})"),
        }
    }
}

fn of_people(entries: &Register, seen: &Register) -> BTreeMap<AccountId, People> {
    let old: HashMap<_, &User> = seen.users.iter().map(|user| (user.id, user)).collect();
    let mut all: BTreeMap<AccountId, People> = BTreeMap::new();
    for user in &entries.users {
        let people = all.entry(user.account).or_default();
        match old.get(&user.id) {
            None => people.added += 1,
            Some(old) => {
                people.changed += 1;
                let change = Change::between(Some(*old), user, Kind::Changed, &String::new);
                people.fields.extend(change.into_iter().flat_map(|change| change.fields).map(|field| field.name));
            }
        }
    }
    all
}

/// Both values of each field that differs.
fn differs<T: PartialEq + Serialize>(old: Option<&T>, new: &T, what: &str) -> String {
    let Some(change) = old.and_then(|old| Change::between(Some(old), new, Kind::Changed, &String::new)) else { return format!("{what} added") };
    let fields = change.fields.iter().map(|field| match ["secret", "key", "password", "authentication"].iter().any(|word| field.name.contains(word)) {
        true => format!("{} changes", field.name),
        // A whole part is new: what is in it may be a secret.
        false if field.from.is_object() || field.to.is_object() => format!("{} changes", field.name),
        false => format!("{}: {} → {}", field.name, short(&value(&field.from), MOST.1), short(&value(&field.to), MOST.1)),
    });
    format!("{what} {}", fields.collect::<Vec<_>>().join(", "))
}

fn value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "none".into(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn short(text: &str, most: usize) -> String {
    let mut cut: String = text.chars().take(most).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}
