//! The sections of the configuration file, one struct each. A new setting is a field here and a line in the example.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use homeward_discovery::Disclosure;
use homeward_federation::oidc::{CLOUDS, azure::{AzureApplication, OwnSecret}};
use homeward_local_credential::HashParams;
use homeward_provider::rotation::RotationPlan;
use homeward_signin::{context::Azure, usecase::delegated::AZURE_RETURN};
use serde::Deserialize;

use super::secret;

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
    /// Seconds in which it says that it will stop, and answers on, before it stops.
    #[serde(default)]
    pub drain_seconds: u64,
    /// Whom to tell of a weakness of this installation, as `mailto:`, `https://` or `tel:`; nobody is named without it.
    #[serde(default)]
    pub security_contact: Vec<String>,
    /// Development only: allows an http `public_url` for localhost, `*.localhost` and loopback addresses.
    #[serde(default)]
    pub allow_http_localhost: bool,
    /// How long a slow peer is waited for, and how many there may be.
    #[serde(default)]
    pub limits: RequestLimits,
    /// The certificate, where the broker speaks TLS itself; without it a proxy does.
    pub tls: Option<ServerTls>,
}

/// `[server.tls]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerTls {
    /// PEM: the broker's certificate, then those between it and the authority.
    pub certificate: PathBuf,
    /// PEM: its private key, without a passphrase.
    pub key: PathBuf,
}

/// `[server.limits]`: what one peer may cost (DS-01).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequestLimits {
    /// Seconds for the head of a request, 1 to 10.
    pub header_seconds: u64,
    /// Seconds for its body, 1 to 15.
    pub body_seconds: u64,
    /// Seconds in which somebody takes nothing of an answer until the connection is ended, 1 to 120.
    pub answer_seconds: u64,
    /// Seconds that an idle connection stays open, 1 to 60.
    pub keep_alive_seconds: u64,
    /// Open connections for each worker.
    pub connections: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { header_seconds: 10, body_seconds: 15, answer_seconds: 30, keep_alive_seconds: 60, connections: 10_000 }
    }
}

/// `[egress]`: what the broker itself may ask for, beside public addresses by https (SM-01, OR-18).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Egress {
    /// Networks that are no public ones and may be asked all the same, for example `10.20.0.0/16`.
    pub networks: Vec<String>,
    /// Hosts that may have such addresses.
    pub hosts: Vec<String>,
    /// Files with certificates of private authorities, PEM.
    pub authorities: Vec<PathBuf>,
    /// The name server that is asked for the proofs of domains, with its port; the machine's own without it.
    pub name_server: Option<SocketAddr>,
}

impl Egress {
    /// As the client takes it.
    ///
    /// # Errors
    /// A sentence that names the entry.
    pub fn rules(&self, development: bool) -> Result<homeward_egress::Rules, String> {
        let network = |text: &String| homeward_egress::Network::parse(text).map_err(|_| format!("[egress] networks: \"{text}\" is no network; write it like 10.20.0.0/16"));
        let read = |path: &PathBuf| std::fs::read_to_string(path).map_err(|e| format!("[egress] authorities: {}: {e}", path.display()));
        Ok(homeward_egress::Rules {
            development,
            networks: self.networks.iter().map(network).collect::<Result<_, _>>()?,
            hosts: self.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            authorities: self.authorities.iter().map(read).collect::<Result<_, _>>()?,
            plain: None,
        })
    }
}

/// `[delegated]`: applications that act for people at their organisation's own services.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DelegatedAccess {
    /// Whether the token endpoint exchanges tokens (RFC 8693). Each application needs its own permission besides.
    pub token_exchange: bool,
}

/// `[azure]`: this installation's own registration at Microsoft, one for all accounts, for "Start Azure integration".
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AzureSettings {
    /// Application (client) ID; without one the integration is off.
    pub client_id: Option<String>,
    /// `global`, `us_government` or `china`; with `allow_http_localhost` also a simulator, `127.0.0.1:PORT`.
    pub cloud: Option<String>,
    /// A file with the client secret; without one it is a public client.
    pub secret_file: Option<PathBuf>,
}

impl AzureSettings {
    /// The sign-in host.
    pub fn host(&self) -> String {
        let word = self.cloud.as_deref().unwrap_or("global");
        CLOUDS.iter().find(|cloud| cloud.word == word).map_or(word, |cloud| cloud.host).to_owned()
    }
    /// The registration for a broker at this address.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn registration(&self, issuer: &str, development: bool) -> Result<Option<Azure>, String> {
        let Some(client_id) = self.client_id.clone() else {
            return if self.cloud.is_none() && self.secret_file.is_none() { Ok(None) } else { Err("[azure] client_id is missing".into()) };
        };
        let application = AzureApplication { host: self.host(), client_id, redirect_uri: format!("{issuer}{AZURE_RETURN}") };
        if !application.is_usable(&homeward_egress::Rules { development, ..homeward_egress::Rules::default() }) {
            return Err("[azure] client_id is the Application (client) ID, 36 characters; cloud is global, us_government or china".into());
        }
        Ok(Some(Azure { application }))
    }
    /// Its secret, where it has one: read at the start, and copied nowhere.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn secret(&self, azure: Option<&Azure>) -> Result<Option<OwnSecret>, String> {
        let (Some(azure), Some(file)) = (azure, &self.secret_file) else { return Ok(None) };
        let secret = secret::file(file).map_err(|e| format!("[azure] secret_file: {e}"))?;
        Ok(Some(OwnSecret::new(&azure.application, secret)))
    }
}

/// `[secrets]`: where the root keys are, one `NUMBER:BASE64` a line, the present one first. One of the two is set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// A file; made at the first start.
    #[serde(default)]
    pub root_key_file: Option<PathBuf>,
    /// Or the name of an environment variable.
    #[serde(default)]
    pub root_key_env: Option<String>,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// TLS from the first byte.
    Required,
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
    /// Or the name of an environment variable with it.
    #[serde(default)]
    pub password_env: Option<String>,
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

/// `[keys]`: when signing keys change.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeySettings {
    /// Days that one signs; 0: until a command says so.
    pub rotate_days: u64,
    /// Hours that one is published before it signs.
    pub publish_ahead_hours: u64,
    /// Days that one stays published after it signed.
    pub keep_days: u64,
}

impl Default for KeySettings {
    fn default() -> Self {
        Self { rotate_days: 90, publish_ahead_hours: 24, keep_days: 31 }
    }
}

impl KeySettings {
    /// The same as a plan.
    pub fn plan(&self) -> RotationPlan {
        let hours = |count: u64| Duration::from_secs(count * 3_600);
        let every = (self.rotate_days > 0).then(|| hours(self.rotate_days * 24));
        RotationPlan { every, ahead: hours(self.publish_ahead_hours), keep: hours(self.keep_days * 24) }
    }
}

/// `[metrics]`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsSettings {
    /// Address and port for `/metrics`; off without it.
    pub listen: Option<SocketAddr>,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// From where on something is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the levels of `tracing`")]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
}

/// `[log]`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `text` or `json`.
    pub format: LogFormat,
    /// `error`, `warn`, `info` or `debug`.
    pub level: LogLevel,
}

impl super::Settings {
    /// Paths in the file count from the file's own folder.
    pub(super) fn count_from(&mut self, folder: &Path) {
        self.store.count_from(folder);
        self.redis.count_from(folder);
        self.traces.count_from(folder);
        let files = [&mut self.secrets.root_key_file, &mut self.mail.password_file, &mut self.passwords.leaked_file, &mut self.azure.secret_file];
        let tls = self.server.tls.iter_mut().flat_map(|tls| [&mut tls.certificate, &mut tls.key]);
        for file in files.into_iter().flatten().chain(tls).chain(&mut self.egress.authorities) {
            *file = folder.join(&*file);
        }
    }
}
