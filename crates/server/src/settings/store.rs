//! `[store]`: a file of SQLite, or a database of PostgreSQL.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use homeward_store::Address;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::secret;

/// `[store]`. One of `path` and `url` is set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreSettings {
    /// The SQLite file.
    pub path: Option<PathBuf>,
    /// The address of a database of PostgreSQL, without a password.
    pub url: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// An environment variable with the password.
    pub password_env: Option<String>,
    /// Seconds that one answer of the database is waited for.
    pub answer_seconds: Option<u64>,
}

/// Longer would hold up everybody behind a server that hangs.
const LONGEST_ANSWER: u64 = 60;

/// Where the store is.
#[derive(Debug)]
pub enum Place<'a> {
    /// In a file of SQLite.
    File(&'a Path),
    /// In a database of PostgreSQL.
    Server(Box<Address>),
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Server(address) => write!(f, "{address}"),
        }
    }
}

impl StoreSettings {
    /// What is wrong with the form of the section; nothing is read for it.
    pub(super) fn wrong(&self) -> Option<String> {
        let wrong = match (&self.path, &self.url) {
            (Some(_), Some(_)) => "path and url are both set: path keeps everything in a file of SQLite, url in a database of PostgreSQL; leave one of them out",
            (None, None) => "set path (a file of SQLite) or url (a database of PostgreSQL)",
            (Some(_), None) if self.password_file.is_some() || self.password_env.is_some() => "password_file and password_env belong to url; a file of SQLite has no password",
            (Some(_), None) if self.answer_seconds.is_some() => "answer_seconds belongs to url; a file of SQLite is on this machine",
            (None, Some(_)) if self.answer_seconds.is_some_and(|seconds| !(1..=LONGEST_ANSWER).contains(&seconds)) => "answer_seconds goes from 1 to 60",
            (None, Some(_)) if self.password_file.is_some() && self.password_env.is_some() => "set one of password_file and password_env",
            (None, Some(url)) => return Address::parse(url, None).err().map(|error| format!("[store] url: {error}")),
            (Some(_), None) => return None,
        };
        Some(format!("[store] {wrong}"))
    }

    /// Where the store is, with the password that its file or variable holds.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn place(&self) -> Result<Place<'_>, String> {
        if let Some(wrong) = self.wrong() {
            return Err(wrong);
        }
        if let Some(path) = &self.path {
            return Ok(Place::File(path));
        }
        let file = self.password_file.as_deref().map(|file| secret::file(file).map_err(|e| format!("[store] password_file: {e}")));
        let variable = self.password_env.as_deref().map(|name| secret::environment(name).map_err(|e| format!("[store] password_env: {e}")));
        let password = file.or(variable).transpose()?.map(Zeroizing::new);
        let url = self.url.as_deref().unwrap_or_default();
        let address = Address::parse(url, password.as_ref().map(|password| password.as_str()));
        let answering = |address: Address| match self.answer_seconds {
            Some(seconds) => address.answering_within(Duration::from_secs(seconds)),
            None => address,
        };
        address.map(|address| Place::Server(Box::new(answering(address)))).map_err(|error| format!("[store] url: {error}"))
    }

    /// A command reads or writes much at once, and nobody but its caller waits for it.
    pub(crate) fn wait_longest(&mut self) {
        if self.url.is_some() {
            self.answer_seconds = Some(LONGEST_ANSWER);
        }
    }

    /// Paths count from the folder of the configuration.
    pub(super) fn count_from(&mut self, folder: &Path) {
        for file in [&mut self.path, &mut self.password_file].into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }
}
