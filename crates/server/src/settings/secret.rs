//! Where secrets come from: files and environment variables, never the configuration file itself.

use std::path::Path;

/// Reads an environment variable.
///
/// # Errors
/// A sentence that names it.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment, and only names that the configuration gives")]
pub(crate) fn environment(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the environment variable {name} is not set, or is no text"))
}

/// Reads a file with one secret; the line end behind it does not count.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn file(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']).to_owned();
    if secret.is_empty() { Err(format!("{}: the file is empty", path.display())) } else { Ok(secret) }
}
