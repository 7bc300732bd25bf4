//! What can be set anew while the broker runs: the file is read again at SIGHUP. Everything is made ready first, and counts only when all of it
//! could be: a file that does not hold changes nothing. What needs a restart is named.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use homeward_mail::{Carrier, Queued};
use homeward_provider::rotation::RotationPlan;
use homeward_signin::ports::Audit;
use homeward_web::{Known, Networks};

use crate::{
    limits::BodyTime,
    log,
    mailer::Smtp,
    record::Deed,
    settings::{LogLevel, Settings},
    tls::{Prepared, Served},
    wiring::{Running, own_name},
};

/// What counts now, and may be another one in a moment. Whoever has taken it goes on with it.
pub(crate) struct Present<T: ?Sized>(RwLock<Arc<T>>);

impl<T: ?Sized> Present<T> {
    pub fn new(first: Arc<T>) -> Self {
        Self(RwLock::new(first))
    }
    pub fn get(&self) -> Arc<T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    fn set(&self, next: Arc<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

#[async_trait]
impl Carrier for Present<dyn Carrier> {
    async fn send(&self, mail: &Queued) -> Result<(), String> {
        self.get().send(mail).await
    }
}

/// The networks that the configuration names.
///
/// # Errors
/// A sentence that names the setting.
pub(crate) fn networks(settings: &Settings) -> Result<Known, String> {
    let trusted_proxies = settings.trusted_proxies().map_err(|e| e.to_string())?;
    Ok(Known { trusted_proxies, zones: settings.zones().map_err(|e| e.to_string())? })
}

/// The parts of a broker that can be set anew.
pub(crate) struct Changing {
    pub networks: Arc<Networks>,
    pub body_time: BodyTime,
    /// `None` where a test carries the mail.
    pub carrier: Option<Arc<Present<dyn Carrier>>>,
    /// `None` where a proxy speaks TLS.
    pub served: Option<Arc<Served>>,
    pub plan: Arc<Present<RotationPlan>>,
}

/// Everything that a configuration says of them, made and not set.
pub(crate) struct Ready {
    networks: Known,
    body_time: Duration,
    carrier: Option<Smtp>,
    certificate: Option<Prepared>,
    plan: RotationPlan,
    level: LogLevel,
}

impl Changing {
    /// Makes everything ready.
    ///
    /// # Errors
    /// A sentence that names setting or file.
    pub fn prepare(&self, settings: &Settings) -> Result<Ready, String> {
        let carrier = self.carrier.as_ref().map(|_| Smtp::new(&settings.mail, &own_name(&settings.server.public_url))).transpose()?;
        let files = settings.server.tls.as_ref().filter(|_| self.served.is_some());
        Ok(Ready {
            networks: networks(settings)?,
            body_time: Duration::from_secs(settings.server.limits.body_seconds),
            carrier,
            certificate: files.map(Served::prepare).transpose()?,
            plan: settings.keys.plan(),
            level: settings.log.level,
        })
    }
    /// Lets it count, from the next request, mail and connection on.
    pub fn set(&self, ready: Ready) {
        self.networks.set(ready.networks);
        self.body_time.set(ready.body_time);
        if let (Some(present), Some(next)) = (&self.carrier, ready.carrier) {
            present.set(Arc::new(next));
        }
        if let (Some(served), Some(certificate)) = (&self.served, ready.certificate) {
            served.serve(certificate);
        }
        self.plan.set(Arc::new(ready.plan));
        log::set(ready.level);
    }
    /// Whether a setting counts without a restart.
    fn counts_at_once(&self, key: &str, settings: &Settings) -> bool {
        let is = |of: &str| key.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let is_certificate = self.served.is_some() && settings.server.tls.is_some() && ["server.tls.certificate", "server.tls.key"].into_iter().any(is);
        is_certificate || ["log.level", "server.trusted_proxies", "server.limits.body_seconds", "signin.zones", "mail", "keys"].into_iter().any(is)
    }
}

/// The file as it was read last, key by key.
pub(crate) struct File {
    path: PathBuf,
    counts: BTreeMap<String, String>,
}

impl File {
    /// The file that the broker was started with.
    pub fn read(path: &Path) -> Self {
        let counts = std::fs::read_to_string(path).map(|text| keys(&text)).unwrap_or_default();
        Self { path: path.to_owned(), counts }
    }

    /// Reads it again. What came of it is in the log and in the audit.
    pub async fn again(&mut self, running: &Running) {
        if let Err(why) = self.try_again(running).await {
            tracing::error!(why, "the configuration was not read again: what counted before still counts");
            let deed = Deed { event: "operator.reload", detail: "refused".into(), ..Deed::default() };
            if let Err(error) = Audit::write(&running.store, &deed.line("failed", running.context.now())).await {
                tracing::error!(%error, "audit");
            }
        }
    }

    async fn try_again(&mut self, running: &Running) -> Result<(), String> {
        let text = std::fs::read_to_string(&self.path).map_err(|e| format!("{}: {e}", self.path.display()))?;
        let settings = Settings::parse(&self.path, &text).map_err(|e| e.to_string())?;
        let ready = running.changing.prepare(&settings)?;
        let next = keys(&text);
        let (at_once, later): (Vec<String>, Vec<String>) = different(&self.counts, &next).into_iter().partition(|key| running.changing.counts_at_once(key, &settings));
        let detail = format!("set: {}; need a restart: {}", words(&at_once), words(&later));
        let deed = Deed { event: "operator.reload", detail, ..Deed::default() };
        // The line stands before the deed, as everywhere.
        Audit::write(&running.store, &deed.line("ok", running.context.now())).await.map_err(|e| format!("the audit cannot be written: {e}"))?;
        running.changing.set(ready);
        for key in &at_once {
            match next.get(key) {
                Some(value) => _ = self.counts.insert(key.clone(), value.clone()),
                None => _ = self.counts.remove(key),
            }
        }
        tracing::info!(set = words(&at_once), "the configuration was read again, and the files of certificate and mail password");
        if !later.is_empty() {
            tracing::warn!(keys = words(&later), "these settings count after a restart only");
        }
        Ok(())
    }
}

fn words(keys: &[String]) -> String {
    const MOST: usize = 12;
    match keys {
        [] => "nothing".into(),
        keys if keys.len() <= MOST => keys.join(", "),
        keys => format!("{} and {} more", keys.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", "), keys.len() - MOST),
    }
}

/// Every key of a file with its value. A file that does not read has none; whoever reads it says why.
fn keys(text: &str) -> BTreeMap<String, String> {
    fn into(found: &mut BTreeMap<String, String>, before: &str, table: &toml::Table) {
        for (key, value) in table {
            let key = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
            match value {
                toml::Value::Table(table) => into(found, &key, table),
                value => _ = found.insert(key, value.to_string()),
            }
        }
    }
    let mut found = BTreeMap::new();
    if let Ok(table) = text.parse::<toml::Table>() {
        into(&mut found, "", &table);
    }
    found
}

/// The keys that are not the same in both.
fn different(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let all = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
    all.filter(|key| before.get(*key) != after.get(*key)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changing() -> Changing {
        let plan = Arc::new(Present::new(Arc::new(RotationPlan::default())));
        Changing { networks: Arc::new(Networks::new(Known::default())), body_time: BodyTime::new(Duration::from_secs(1)), carrier: None, served: None, plan }
    }

    #[test]
    fn a_difference_is_named_by_its_keys() {
        let one = keys("[server]\nlisten = \"a\"\ntrusted_proxies = []\n[signin.zones]\noffice = [\"192.0.2.0/24\"]\n");
        let other = keys("[server]\nlisten = \"b\"\ntrusted_proxies = []\n[signin.zones]\nplant = [\"192.0.2.0/24\"]\n[log]\nlevel = \"debug\"\n");
        assert_eq!(different(&one, &other), ["server.listen", "signin.zones.office", "log.level", "signin.zones.plant"]);
        assert_eq!(different(&one, &one), [""; 0]);
        assert_eq!(words(&different(&one, &one)), "nothing");
        assert!(keys("no file").is_empty());
    }

    /// What counts at once is a list; whatever is not on it needs a restart.
    #[test]
    fn what_counts_without_a_restart_is_a_list() {
        let changing = changing();
        let settings = Settings::parse(Path::new("/etc/homeward/homeward.toml"), include_str!("../../../deploy/homeward.example.toml")).unwrap();
        for key in ["log.level", "server.trusted_proxies", "signin.zones.office", "mail.host", "keys.rotate_days", "server.limits.body_seconds"] {
            assert!(changing.counts_at_once(key, &settings), "{key}");
        }
        for key in ["log.format", "server.listen", "server.public_url", "store.url", "redis.url", "secrets.root_key_file", "mailbox", "server.tls.key", "signin.zonesx"] {
            assert!(!changing.counts_at_once(key, &settings), "{key}");
        }
    }

    /// A configuration of which a part does not hold sets nothing at all.
    #[test]
    fn what_does_not_hold_changes_nothing() {
        let changing = changing();
        let example = include_str!("../../../deploy/homeward.example.toml");
        let parse = |text: &str| Settings::parse(Path::new("/etc/homeward/homeward.toml"), text).unwrap();
        let mut settings = parse(&example.replace("body_seconds = 15", "body_seconds = 7"));
        changing.set(changing.prepare(&settings).unwrap());
        assert_eq!(changing.body_time.get(), Duration::from_secs(7));
        settings.server.limits.body_seconds = 3;
        settings.server.trusted_proxies = vec!["10.0.0.0/64".into()];
        assert!(changing.prepare(&settings).is_err_and(|why| why.contains("10.0.0.0/64")));
        assert_eq!(changing.body_time.get(), Duration::from_secs(7));
    }
}
