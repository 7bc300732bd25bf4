//! One configuration file in TOML. Unknown keys are fatal; secrets stand in files or the environment.

mod redis;
mod secret;
mod sections;
mod store;
mod traces;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use homeward_model::EmailAddress;
use homeward_provider::Issuer;
use homeward_web::Network;
use serde::Deserialize;

use crate::toml_text;

pub use sections::{
    AzureSettings, DelegatedAccess, Egress, KeySettings, Languages, Log, LogFormat, LogLevel, Mail, MailTls, MetricsSettings, PasswordSettings, RequestLimits, Secrets, Server, ServerTls, SignIn,
};
pub use redis::RedisSettings;
pub use store::{Place, StoreSettings};
pub use traces::TraceSettings;
pub(crate) use secret::{environment, file as secret_file};

/// Everything that an operator can set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it listens and what it is called.
    pub server: Server,
    /// Where it keeps things.
    pub store: StoreSettings,
    /// Where several brokers count together.
    #[serde(default)]
    pub redis: RedisSettings,
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
    /// What the broker itself may ask for.
    #[serde(default)]
    pub egress: Egress,
    /// Applications that act for people.
    #[serde(default)]
    pub delegated: DelegatedAccess,
    /// This installation's registration at Microsoft.
    #[serde(default)]
    pub azure: AzureSettings,
    /// Languages.
    #[serde(default)]
    pub languages: Languages,
    /// Signing keys.
    #[serde(default)]
    pub keys: KeySettings,
    /// Figures for a monitoring system.
    #[serde(default)]
    pub metrics: MetricsSettings,
    /// Traces of requests.
    #[serde(default)]
    pub traces: TraceSettings,
    /// The log.
    #[serde(default)]
    pub log: Log,
}

/// What is wrong with the configuration, with the way to mend it.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{path}: {cause}. Copy deploy/homeward.example.toml to begin, or name another file with --config")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not TOML, or has a key that nobody knows: file, line, nearest known key.
    #[error("{0}")]
    Malformed(String),
    /// Values that cannot be, one a line.
    #[error("{}", .0.join("\n"))]
    Values(Vec<String>),
}

impl Settings {
    /// Reads a file. Paths in it count from the file's own folder.
    ///
    /// # Errors
    /// `SettingsError` names file, line and fix.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path).map_err(|cause| SettingsError::Unreadable { path: path.to_owned(), cause })?;
        Self::parse(path, &text)
    }
    /// The same for a text that stands, or could stand, in the file `path`.
    ///
    /// # Errors
    /// `SettingsError` names file, line and fix.
    pub fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let mut settings: Self = toml_text::parse(path, text).map_err(SettingsError::Malformed)?;
        settings.count_from(path.parent().unwrap_or_else(|| Path::new(".")));
        settings.check()?;
        Ok(settings)
    }
    /// Checks what the form of the file cannot.
    ///
    /// # Errors
    /// `SettingsError::Values` with everything that is wrong.
    pub fn check(&self) -> Result<(), SettingsError> {
        let mut wrong = self.wrong_addresses();
        wrong.extend(self.store.wrong());
        wrong.extend(self.redis.wrong(self.store.path.is_some()));
        wrong.extend(self.wrong_mail());
        wrong.extend(self.wrong_figures());
        wrong.extend(self.traces.wrong());
        wrong.extend(self.trusted_proxies().err().into_iter().chain(self.zones().err()).map(|e| e.to_string()));
        if wrong.is_empty() { Ok(()) } else { Err(SettingsError::Values(wrong)) }
    }
    fn wrong_addresses(&self) -> Vec<String> {
        let (mut wrong, server) = (Vec::new(), &self.server);
        if Issuer::parse(&server.public_url, server.allow_http_localhost).is_none() {
            let local = Issuer::parse(&server.public_url, true).is_some();
            wrong.push(match local {
                true => format!("[server] public_url = \"{}\": http is for development; set allow_http_localhost = true, or use https", server.public_url),
                false => format!("[server] public_url = \"{}\": use an https address without query, for example https://signin.example.com", server.public_url),
            });
        }
        if server.tls.is_some() && !server.public_url.starts_with("https://") {
            wrong.push(format!("[server.tls] serves https, and public_url = \"{}\" does not begin with it", server.public_url));
        }
        if self.secrets.root_key_file.is_some() == self.secrets.root_key_env.is_some() {
            wrong.push("[secrets] set one of root_key_file and root_key_env".into());
        }
        for contact in server.security_contact.iter().filter(|contact| !is_contact(contact)) {
            wrong.push(format!("[server] security_contact: \"{contact}\": write it like mailto:security@example.com, https://example.com/security or tel:+1-201-555-0123"));
        }
        wrong.extend(self.azure.registration(&server.public_url, server.allow_http_localhost).err());
        wrong
    }
    fn wrong_mail(&self) -> Vec<String> {
        let (mut wrong, mail) = (Vec::new(), &self.mail);
        if mail.tls == MailTls::None && !is_loopback(&mail.host) {
            wrong.push(format!("[mail] tls = \"none\" is for a mail server on this machine; \"{}\" is elsewhere: use \"required\" or \"starttls\"", mail.host));
        }
        let passwords = usize::from(mail.password_file.is_some()) + usize::from(mail.password_env.is_some());
        if passwords != usize::from(mail.username.is_some()) {
            wrong.push("[mail] username needs one of password_file and password_env, and neither stands without it".into());
        }
        for (key, address) in [("from", Some(&mail.from)), ("reply_to", mail.reply_to.as_ref())] {
            if address.is_some_and(|a| EmailAddress::parse(a).is_err()) {
                wrong.push(format!("[mail] {key} = \"{}\" is no e-mail address", address.map_or("", String::as_str)));
            }
        }
        wrong
    }
    fn wrong_figures(&self) -> Vec<String> {
        let (limits, passwords, signin) = (&self.server.limits, &self.passwords, &self.signin);
        let ranges = [
            ("[server.limits] header_seconds", limits.header_seconds, 1, 10),
            ("[server.limits] body_seconds", limits.body_seconds, 1, 15),
            ("[server.limits] answer_seconds", limits.answer_seconds, 1, 120),
            ("[server.limits] keep_alive_seconds", limits.keep_alive_seconds, 1, 60),
            ("[server.limits] connections", whole(limits.connections), 1, 1_000_000),
            ("[server] drain_seconds", self.server.drain_seconds, 0, 60),
            ("[server] workers", whole(self.server.workers), 0, 1_024),
            ("[passwords] memory_kib", passwords.memory_kib.into(), 7_168, 1_048_576),
            ("[passwords] passes", passwords.passes.into(), 1, 16),
            ("[passwords] threads", whole(passwords.threads), 0, 1_024),
            ("[passwords] waiting", whole(passwords.waiting), 0, 100_000),
            ("[keys] rotate_days", self.keys.rotate_days, 0, 3_650),
            ("[keys] publish_ahead_hours", self.keys.publish_ahead_hours, 1, 720),
            ("[keys] keep_days", self.keys.keep_days, 1, 3_650),
            ("[signin] session_idle_minutes", signin.session_idle_minutes, 1, 1_440),
            ("[signin] session_absolute_hours", signin.session_absolute_hours, 1, 720),
        ];
        let mut wrong: Vec<String> = ranges
            .into_iter()
            .filter(|(_, value, least, most)| !(least..=most).contains(&value))
            .map(|(key, value, least, most)| format!("{key} = {value}: use {least} to {most}"))
            .collect();
        // OWASP's choices trade memory for passes; all of them come to at least this much.
        if u64::from(passwords.memory_kib) * u64::from(passwords.passes) < 35_840 {
            wrong.push(format!(
                "[passwords] memory_kib = {} with passes = {} is cheap to guess; use at least 19456 with 2, or 47104 with 1",
                passwords.memory_kib, passwords.passes
            ));
        }
        if self.keys.rotate_days > 0 && self.keys.rotate_days * 24 <= self.keys.publish_ahead_hours {
            wrong.push("[keys] publish_ahead_hours is longer than rotate_days: a key would be announced before the one before it signs".into());
        }
        if self.metrics.listen.is_some_and(|listen| listen == self.server.listen && listen.port() != 0) {
            wrong.push("[metrics] listen is the address of [server]: use another, which only the monitoring system reaches".into());
        }
        if signin.product.trim().is_empty() || signin.product.chars().count() > 60 || signin.product.contains(char::is_control) {
            wrong.push("[signin] product: use 1 to 60 characters".into());
        }
        wrong
    }
    /// The trusted proxies as networks.
    ///
    /// # Errors
    /// `SettingsError::Values` names the one that is none.
    pub fn trusted_proxies(&self) -> Result<Vec<Network>, SettingsError> {
        self.server.trusted_proxies.iter().map(|text| network("[server] trusted_proxies", text)).collect()
    }
    /// The zones as networks.
    ///
    /// # Errors
    /// `SettingsError::Values` names the one that is none.
    pub fn zones(&self) -> Result<homeward_web::Zones, SettingsError> {
        let zone = |(name, networks): (&String, &Vec<String>)| {
            let networks = networks.iter().map(|text| network(&format!("[signin.zones] {name}"), text)).collect::<Result<_, _>>()?;
            Ok((name.clone(), networks))
        };
        self.signin.zones.iter().map(zone).collect()
    }
    /// How long a session may rest and last.
    pub fn session_times(&self) -> (Duration, Duration) {
        (Duration::from_secs(self.signin.session_idle_minutes * 60), Duration::from_secs(self.signin.session_absolute_hours * 3600))
    }
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn network(what: &str, text: &str) -> Result<Network, SettingsError> {
    text.parse().map_err(|why| SettingsError::Values(vec![format!("{what}: \"{text}\": {why}")]))
}

/// Whether it is one that RFC 9116 knows (2.5.3): an address by itself, in one line.
fn is_contact(text: &str) -> bool {
    let rest = ["mailto:", "https://", "tel:"].iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty()) && text.len() <= 500 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
