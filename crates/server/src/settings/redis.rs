//! `[redis]`: where several brokers count together.

use std::path::{Path, PathBuf};

use homeward_shared_state::Address;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::secret;

/// `[redis]`. Off without `url`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RedisSettings {
    /// The address, without username and password.
    pub url: Option<String>,
    /// The name of the user there; without one it is `default`.
    pub username: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// An environment variable with the password.
    pub password_env: Option<String>,
    /// A file with certificates that alone are trusted, in PEM.
    pub authority: Option<PathBuf>,
}

impl RedisSettings {
    /// What is wrong with the form of the section; nothing is read for it. `in_a_file`: the store is a file of SQLite.
    pub(super) fn wrong(&self, in_a_file: bool) -> Option<String> {
        let (has_file, has_variable) = (self.password_file.is_some(), self.password_env.is_some());
        let wrong = match &self.url {
            None if has_file || has_variable || self.username.is_some() || self.authority.is_some() => "username, password_file, password_env and authority belong to url",
            None => return None,
            Some(_) if in_a_file => {
                "several brokers count in Redis, and a file of SQLite serves one alone, which counts by itself: set [store] url to a database of PostgreSQL, or leave [redis] out"
            }
            Some(_) if has_file && has_variable => "set one of password_file and password_env",
            Some(_) if self.username.is_some() && !has_file && !has_variable => "username needs one of password_file and password_env",
            Some(url) => return self.checked(url).map(|why| format!("[redis] url: {why}")),
        };
        Some(format!("[redis] {wrong}"))
    }

    /// The authority's file is read at the start.
    fn checked(&self, url: &str) -> Option<homeward_shared_state::AddressRefused> {
        let stands_in: Option<&[u8]> = self.authority.as_ref().map(|_| &b"-----BEGIN CERTIFICATE-----"[..]);
        match Address::parse(url, (None, None), stands_in) {
            Err(homeward_shared_state::AddressRefused::Authority) | Ok(_) => None,
            Err(why) => Some(why),
        }
    }

    /// Where brokers count together, with what the files and variables hold; `None` where one broker counts by itself.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn address(&self) -> Result<Option<Address>, String> {
        let Some(url) = &self.url else { return Ok(None) };
        let file = self.password_file.as_deref().map(|file| secret::file(file).map_err(|e| format!("[redis] password_file: {e}")));
        let variable = self.password_env.as_deref().map(|name| secret::environment(name).map_err(|e| format!("[redis] password_env: {e}")));
        let password = file.or(variable).transpose()?.map(Zeroizing::new);
        let authority = self.authority.as_deref().map(|file| std::fs::read(file).map_err(|e| format!("[redis] authority: {}: {e}", file.display()))).transpose()?;
        let address = Address::parse(url, (self.username.as_deref(), password.as_ref().map(|password| password.as_str())), authority.as_deref());
        address.map(Some).map_err(|error| format!("[redis] url: {error}"))
    }

    /// Paths count from the folder of the configuration.
    pub(super) fn count_from(&mut self, folder: &Path) {
        for file in [&mut self.password_file, &mut self.authority].into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }
}
