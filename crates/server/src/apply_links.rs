//! Whom a file would have linked anew: another issuer, NameID format or claim at a connection makes the links by the one before past, and nobody should learn of it
//! from the people.

use homeward_portal::sign_on::ports::Connections;
use homeward_store::{Store, register::Register};

/// One line for each connection that knows people by other names after the change; `seen` is what is there of `entries`.
///
/// # Errors
/// A sentence, when the database fails.
pub(crate) async fn notes(store: &Store, entries: &Register, seen: &Register) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    for entry in &entries.connections {
        let connection = &entry.connection;
        let old = seen.connections.iter().find(|old| old.connection.id == connection.id).and_then(|old| old.settings.as_ref());
        let Some((_, new)) = old.zip(entry.settings.as_ref()).filter(|(old, new)| old.naming() != new.naming()) else { continue };
        let people = store.linked_otherwise(connection.account, connection.id, &new.naming()).await.map_err(|e| e.to_string())?;
        if people > 0 {
            notes.push(format!(
                "connection \"{}\": {people} linked {} at the next sign-in, by the matching rule; the names by which the provider knew them until now count no longer",
                connection.name,
                if people == 1 { "person links anew" } else { "people link anew" },
            ));
        }
    }
    Ok(notes)
}
