//! One configuration file in TOML. Unknown keys are fatal; secrets stand in files of their own.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use homeward_discovery::Disclosure;
use homeward_local_credential::HashParams;
use homeward_web::Network;
use serde::Deserialize;

/// Everything that an operator can set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it listens and what it is called.
    pub server: Server,
    /// Where it keeps things.
    pub store: StoreSettings,
    /// The root key.
    pub secrets: Secrets,
    /// How mail leaves.
    pub mail: Mail,
    /// The sign-in.
    #[serde(default)]
    pub signin: SignIn,
    /// Hashing of passwords.
    #[serde(default)]
    pub passwords: PasswordSettings,
    /// Languages.
    #[serde(default)]
    pub languages: Languages,
    /// The log.
    #[serde(default)]
    pub log: Log,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The issuer: the address that people and applications use.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// Threads that answer; 0: one for each core.
    #[serde(default)]
    pub workers: usize,
    /// Development only: allows an http `public_url` for localhost, `*.localhost` and loopback addresses.
    #[serde(default)]
    pub allow_http_localhost: bool,
}

/// `[store]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// The SQLite file.
    pub path: PathBuf,
}

/// `[secrets]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// File with the root keys, one `NUMBER:BASE64` a line, the present one first; made at the first start.
    pub root_key_file: PathBuf,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, required.
    Starttls,
    /// None; to a loopback address only.
    None,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Protection.
    pub tls: MailTls,
    /// Account at the mail server.
    #[serde(default)]
    pub username: Option<String>,
    /// File with its password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Sender's address.
    pub from: String,
    /// An address that is read.
    #[serde(default)]
    pub reply_to: Option<String>,
}

/// `[signin]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    /// `closed` (default) or `open`.
    pub disclosure: Disclosure,
    /// The product's name on pages and in mails.
    pub product: String,
    /// Minutes that a browser's session may rest.
    pub session_idle_minutes: u64,
    /// Hours that a browser's session may last.
    pub session_absolute_hours: u64,
    /// Networks by name, for conditions of accounts.
    pub zones: BTreeMap<String, Vec<String>>,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            disclosure: Disclosure::Closed,
            product: "Unified Sign In".into(),
            session_idle_minutes: 60,
            session_absolute_hours: 12,
            zones: BTreeMap::new(),
        }
    }
}

/// `[passwords]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordSettings {
    /// Memory of one evaluation in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Threads; 0: one less than there are cores.
    pub threads: usize,
    /// Attempts that may wait.
    pub waiting: usize,
    /// A file with passwords to refuse, one a line, besides the built-in list.
    pub leaked_file: Option<PathBuf>,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        let params = HashParams::default();
        Self { memory_kib: params.memory_kib, passes: params.passes, threads: 0, waiting: 64, leaked_file: None }
    }
}

/// `[languages]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Languages {
    /// Whether `ui_locales=qps-ploc` gives the pseudo-language; for tests.
    pub pseudo: bool,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `text` or `json`.
    pub format: String,
    /// `error`, `warn`, `info` or `debug`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: "text".into(), level: "info".into() }
    }
}

/// What is wrong with the configuration, with the way to mend it.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{path}: {cause}. Start from deploy/homeward.example.toml")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not TOML, or has a key that nobody knows.
    #[error("{path}: {cause}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What and where.
        cause: Box<toml::de::Error>,
    },
    /// A value that cannot be.
    #[error("{0}")]
    Value(String),
}

impl Settings {
    /// Reads a file. Paths in it count from the file's own folder.
    ///
    /// # Errors
    /// `SettingsError` names file, line and fix.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path).map_err(|cause| SettingsError::Unreadable { path: path.to_owned(), cause })?;
        let mut settings: Self =
            toml::from_str(&text).map_err(|cause| SettingsError::Malformed { path: path.to_owned(), cause: Box::new(cause) })?;
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        settings.store.path = folder.join(&settings.store.path);
        settings.secrets.root_key_file = folder.join(&settings.secrets.root_key_file);
        for file in [&mut settings.mail.password_file, &mut settings.passwords.leaked_file].into_iter().flatten() {
            *file = folder.join(&*file);
        }
        settings.check()?;
        Ok(settings)
    }
    /// Checks what the form of the file cannot.
    ///
    /// # Errors
    /// `SettingsError::Value`.
    pub fn check(&self) -> Result<(), SettingsError> {
        let wrong = |text: String| Err(SettingsError::Value(text));
        if homeward_provider::Issuer::parse(&self.server.public_url, self.server.allow_http_localhost).is_none() {
            return wrong(format!(
                "[server] public_url = \"{}\": use an https address without query; for development on localhost set allow_http_localhost = true",
                self.server.public_url
            ));
        }
        if self.mail.tls == MailTls::None && !is_loopback(&self.mail.host) {
            return wrong(format!("[mail] tls = \"none\" is for a mail server on this machine; \"{}\" is elsewhere: use \"tls\" or \"starttls\"", self.mail.host));
        }
        if self.mail.username.is_some() != self.mail.password_file.is_some() {
            return wrong("[mail] username and password_file belong together".into());
        }
        if self.passwords.memory_kib < 19_456 || self.passwords.passes < 1 {
            return wrong("[passwords] memory_kib is below 19456, the least that is recommended".into());
        }
        if self.signin.session_idle_minutes == 0 || self.signin.session_absolute_hours == 0 {
            return wrong("[signin] a session lasts at least one minute and one hour".into());
        }
        if !matches!(self.log.format.as_str(), "text" | "json") {
            return wrong("[log] format is \"text\" or \"json\"".into());
        }
        self.trusted_proxies()?;
        self.zones()?;
        Ok(())
    }
    /// The trusted proxies as networks.
    ///
    /// # Errors
    /// `SettingsError::Value` names the one that is none.
    pub fn trusted_proxies(&self) -> Result<Vec<Network>, SettingsError> {
        self.server.trusted_proxies.iter().map(|text| network("[server] trusted_proxies", text)).collect()
    }
    /// The zones as networks.
    ///
    /// # Errors
    /// `SettingsError::Value` names the one that is none.
    pub fn zones(&self) -> Result<homeward_web::Zones, SettingsError> {
        let zone = |(name, networks): (&String, &Vec<String>)| {
            let networks = networks.iter().map(|text| network("[signin] zones", text)).collect::<Result<_, _>>()?;
            Ok((name.clone(), networks))
        };
        self.signin.zones.iter().map(zone).collect()
    }
    /// How long a session may rest and last.
    pub fn session_times(&self) -> (Duration, Duration) {
        (Duration::from_secs(self.signin.session_idle_minutes * 60), Duration::from_secs(self.signin.session_absolute_hours * 3600))
    }
}

fn network(what: &str, text: &str) -> Result<Network, SettingsError> {
    text.parse().map_err(|why| SettingsError::Value(format!("{what}: \"{text}\": {why}")))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../deploy/homeward.example.toml");

    fn read(text: &str) -> Result<Settings, String> {
        let settings: Settings = toml::from_str(text).map_err(|e| e.to_string())?;
        settings.check().map_err(|e| e.to_string())?;
        Ok(settings)
    }

    #[test]
    fn the_example_is_complete_and_strict() {
        let settings = read(EXAMPLE).unwrap();
        assert_eq!(settings.signin.disclosure, Disclosure::Closed);
        assert!(!settings.server.allow_http_localhost && !settings.languages.pseudo);
    }

    #[test]
    fn unknown_keys_and_impossible_values_are_fatal_and_named() {
        for (from, to, part) in [
            ("disclosure = \"closed\"", "disclosur = \"closed\"", "unknown field `disclosur`"),
            ("public_url = \"https://signin.example.com\"", "public_url = \"http://signin.example.com\"", "use an https address"),
            ("tls = \"starttls\"", "tls = \"none\"", "is elsewhere"),
            ("memory_kib = 19456", "memory_kib = 1024", "below 19456"),
            ("trusted_proxies = []", "trusted_proxies = [\"10.0.0.0/64\"]", "10.0.0.0/64"),
        ] {
            assert!(EXAMPLE.contains(from), "{from}");
            let error = read(&EXAMPLE.replace(from, to)).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
