//! `[redis]`: where several brokers count together.

use std::path::{Path, PathBuf};

use homeward_shared_state::{Address, AddressRefused, Credentials};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::secret;

/// `[redis]`. Off without `url`, `sentinels` and `cluster`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RedisSettings {
    /// The address of one server, without username and password.
    pub url: Option<String>,
    /// Instead: the addresses of the sentinels that watch it.
    pub sentinels: Vec<String>,
    /// What the sentinels call it.
    pub master: Option<String>,
    /// Instead: the addresses of nodes of a cluster.
    pub cluster: Vec<String>,
    /// The name of the user there; without one it is `default`.
    pub username: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// An environment variable with the password.
    pub password_env: Option<String>,
    /// The name of the user at the sentinels.
    pub sentinel_username: Option<String>,
    /// A file with the password for the sentinels.
    pub sentinel_password_file: Option<PathBuf>,
    /// An environment variable with the password for the sentinels.
    pub sentinel_password_env: Option<String>,
    /// A file with certificates that alone are trusted, in PEM.
    pub authority: Option<PathBuf>,
}

/// What of the section leads to the server.
#[derive(Clone, Copy)]
enum Way<'a> {
    Server(&'a str),
    Sentinels(&'a [String]),
    Cluster(&'a [String]),
}

impl Way<'_> {
    const fn key(self) -> &'static str {
        match self {
            Self::Server(_) => "url",
            Self::Sentinels(_) => "sentinels",
            Self::Cluster(_) => "cluster",
        }
    }
}

/// A username, and where the password is.
struct Secret<'a> {
    username: Option<&'a str>,
    file: Option<&'a Path>,
    variable: Option<&'a str>,
    /// What the keys begin with.
    prefix: &'static str,
}

impl Secret<'_> {
    const fn is_there(&self) -> bool {
        self.username.is_some() || self.file.is_some() || self.variable.is_some()
    }

    fn wrong(&self) -> Option<String> {
        let prefix = self.prefix;
        match (self.file, self.variable, self.username) {
            (Some(_), Some(_), _) => Some(format!("set one of {prefix}password_file and {prefix}password_env")),
            (None, None, Some(_)) => Some(format!("{prefix}username needs one of {prefix}password_file and {prefix}password_env")),
            _ => None,
        }
    }

    fn read(&self) -> Result<Option<Zeroizing<String>>, String> {
        let prefix = self.prefix;
        let file = self.file.map(|file| secret::file(file).map_err(|e| format!("[redis] {prefix}password_file: {e}")));
        let variable = self.variable.map(|name| secret::environment(name).map_err(|e| format!("[redis] {prefix}password_env: {e}")));
        Ok(file.or(variable).transpose()?.map(Zeroizing::new))
    }
}

impl RedisSettings {
    /// Whether several brokers count together.
    pub const fn is_set(&self) -> bool {
        self.url.is_some() || !self.sentinels.is_empty() || !self.cluster.is_empty()
    }

    /// The file with the password, and the one with that for the sentinels.
    pub fn secret_files(&self) -> impl Iterator<Item = &PathBuf> {
        self.password_file.iter().chain(&self.sentinel_password_file)
    }

    fn server(&self) -> Secret<'_> {
        Secret { username: self.username.as_deref(), file: self.password_file.as_deref(), variable: self.password_env.as_deref(), prefix: "" }
    }

    fn watchers(&self) -> Secret<'_> {
        Secret { username: self.sentinel_username.as_deref(), file: self.sentinel_password_file.as_deref(), variable: self.sentinel_password_env.as_deref(), prefix: "sentinel_" }
    }

    fn ways(&self) -> Vec<Way<'_>> {
        let url = self.url.as_deref().map(Way::Server);
        let sentinels = (!self.sentinels.is_empty()).then_some(Way::Sentinels(&self.sentinels));
        let cluster = (!self.cluster.is_empty()).then_some(Way::Cluster(&self.cluster));
        url.into_iter().chain(sentinels).chain(cluster).collect()
    }

    /// What is wrong with the form of the section; nothing is read for it. `in_a_file`: the store is a file of SQLite.
    pub(super) fn wrong(&self, in_a_file: bool) -> Option<String> {
        let says = |what: &str| Some(format!("[redis] {what}"));
        let way = match self.ways().as_slice() {
            [] if self.server().is_there() || self.watchers().is_there() || self.authority.is_some() || self.master.is_some() => {
                return says("username, passwords, master and authority belong to one of url, sentinels and cluster, and none is set");
            }
            [] => return None,
            [way] => *way,
            _ => return says("set one of url, sentinels and cluster"),
        };
        if in_a_file {
            return says("several brokers count in Redis, and a file of SQLite serves one alone, which counts by itself: set [store] url to a database of PostgreSQL, or leave [redis] out");
        }
        let is_watched = matches!(way, Way::Sentinels(_));
        if is_watched != self.master.is_some() || (!is_watched && self.watchers().is_there()) {
            return says("sentinels needs master, the name of the server that they watch; master and the keys that begin with sentinel_ belong to sentinels");
        }
        if let Some(wrong) = self.server().wrong().or_else(|| self.watchers().wrong()) {
            return says(&wrong);
        }
        self.checked(way).and_then(|why| says(&format!("{}: {why}", way.key())))
    }

    /// The authority's file is read at the start.
    fn checked(&self, way: Way<'_>) -> Option<AddressRefused> {
        let stands_in: Option<&[u8]> = self.authority.as_ref().map(|_| &b"-----BEGIN CERTIFICATE-----"[..]);
        match self.leads(way, (None, None), (None, None), stands_in) {
            Err(AddressRefused::Authority) | Ok(_) => None,
            Err(why) => Some(why),
        }
    }

    fn leads(&self, way: Way<'_>, server: Credentials<'_>, watchers: Credentials<'_>, authority: Option<&[u8]>) -> Result<Address, AddressRefused> {
        match way {
            Way::Server(url) => Address::parse(url, server, authority),
            Way::Sentinels(all) => Address::sentinels(all, self.master.as_deref().unwrap_or_default(), server, watchers, authority),
            Way::Cluster(all) => Address::cluster(all, server, authority),
        }
    }

    /// Where brokers count together, with what the files and variables hold; `None` where one broker counts by itself.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn address(&self) -> Result<Option<Address>, String> {
        let ways = self.ways();
        let Some(way) = ways.first().copied() else { return Ok(None) };
        let (server, watchers) = (self.server().read()?, self.watchers().read()?);
        let authority = self.authority.as_deref().map(|file| std::fs::read(file).map_err(|e| format!("[redis] authority: {}: {e}", file.display()))).transpose()?;
        let server = (self.username.as_deref(), server.as_ref().map(|password| password.as_str()));
        let watchers = (self.sentinel_username.as_deref(), watchers.as_ref().map(|password| password.as_str()));
        let address = self.leads(way, server, watchers, authority.as_deref());
        address.map(Some).map_err(|error| format!("[redis] {}: {error}", way.key()))
    }

    /// Paths count from the folder of the configuration.
    pub(super) fn count_from(&mut self, folder: &Path) {
        for file in [&mut self.password_file, &mut self.sentinel_password_file, &mut self.authority].into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }
}
