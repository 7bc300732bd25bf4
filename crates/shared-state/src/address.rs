//! Where Redis is, and how one gets in.

use std::net::IpAddr;

use redis::{Client, ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo, RedisError, TlsCertificates};
use url::Url;

use crate::finder::{Finder, How};

/// The ports where nothing is said: of a server, and of what watches servers.
const PORTS: (u16, u16) = (6379, 26_379);

/// A username and a password.
pub type Credentials<'a> = (Option<&'a str>, Option<&'a str>);

/// Where a server is, and how one gets in. Its password is shown nowhere.
#[derive(Clone)]
pub struct Address {
    pub(crate) way: Way,
    shown: String,
}

/// How one comes to the server.
#[derive(Clone)]
pub(crate) enum Way {
    /// It is the one that is named.
    Server(Client),
    /// Others say which one it is at present.
    Found(Finder),
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Why an address is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// It does not read.
    #[error("it is no address like rediss://redis.example.com:6379/0, redis://localhost or redis+unix:///run/redis/redis.sock")]
    Unreadable,
    /// A username or a password stands in it.
    #[error("it holds a username or a password: username is a setting of its own, and the password stands in the file that password_file names, or in the environment variable that password_env names")]
    Credentials,
    /// What is sent could be read or changed on its way.
    #[error("the server is on another machine: write rediss://, and name the authority of its certificate by authority unless it is a public one")]
    Unprotected,
    /// An authority for a way that has none.
    #[error("authority is for rediss://")]
    NoTls,
    /// The file with the authority holds none.
    #[error("authority: the file holds no certificate in PEM")]
    Authority,
    /// One of several, where each must be a plain address.
    #[error("one of several addresses is rediss://HOST:PORT, or redis://localhost:PORT, without a number of a database")]
    OneOfSeveral,
    /// Some encrypted and some not.
    #[error("some addresses are rediss:// and some are redis://: the server that they name is spoken to in the same way, so all of them have to be of one kind")]
    Mixed,
    /// What the server is called is no name.
    #[error("master is the name behind \"sentinel monitor\" in their configuration: letters, digits, dots, hyphens and underscores")]
    Master,
}

impl Address {
    /// Reads `rediss://host:port/number`, `redis://…` on this machine, or `redis+unix:///path`. `authority`: certificates in PEM that alone are trusted.
    ///
    /// # Errors
    /// `AddressRefused` says what is wrong.
    pub fn parse(text: &str, credentials: Credentials<'_>, authority: Option<&[u8]>) -> Result<Self, AddressRefused> {
        let (addr, number) = place(&readable(text)?, PORTS.0)?;
        let shown = match &addr {
            ConnectionAddr::Unix(path) => format!("Redis at {}", path.display()),
            ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => format!("Redis at {}", shown(host, *port)),
            _ => return Err(AddressRefused::Unreadable),
        };
        let entry = Entry::new(is_encrypted(&addr), credentials, authority)?;
        let client = entry.open(addr, number).map_err(|_| AddressRefused::Authority)?;
        Ok(Self { way: Way::Server(client), shown })
    }

    /// The server that sentinels watch under the name `master`. They may ask for credentials of their own; the server is spoken to encrypted where they are.
    ///
    /// # Errors
    /// `AddressRefused` says what is wrong.
    pub fn sentinels(texts: &[String], master: &str, server: Credentials<'_>, sentinels: Credentials<'_>, authority: Option<&[u8]>) -> Result<Self, AddressRefused> {
        let is_name = !master.is_empty() && master.len() <= 100 && master.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        if !is_name {
            return Err(AddressRefused::Master);
        }
        let (addresses, is_tls, shown) = several(texts, PORTS.1)?;
        let asked = Entry::new(is_tls, sentinels, authority)?;
        let server = Entry::new(is_tls, server, authority)?;
        let finder = Finder::new(asked.all(addresses)?, How::Sentinels { master: master.into() }, server);
        Ok(Self { way: Way::Found(finder), shown: format!("Redis {master}, watched by the sentinels at {shown}") })
    }

    /// The node of a cluster that has our counters, which any of these nodes names.
    ///
    /// # Errors
    /// `AddressRefused` says what is wrong.
    pub fn cluster(texts: &[String], credentials: Credentials<'_>, authority: Option<&[u8]>) -> Result<Self, AddressRefused> {
        let (addresses, is_tls, shown) = several(texts, PORTS.0)?;
        let entry = Entry::new(is_tls, credentials, authority)?;
        let finder = Finder::new(entry.all(addresses)?, How::Cluster, entry);
        Ok(Self { way: Way::Found(finder), shown: format!("Redis Cluster with nodes at {shown}") })
    }
}

/// How one gets into a server, wherever it is.
#[derive(Clone)]
pub(crate) struct Entry {
    is_tls: bool,
    own: RedisConnectionInfo,
    trusted: Option<Vec<u8>>,
}

impl Entry {
    fn new(is_tls: bool, (username, password): Credentials<'_>, authority: Option<&[u8]>) -> Result<Self, AddressRefused> {
        if authority.is_some() && !is_tls {
            return Err(AddressRefused::NoTls);
        }
        let mut own = RedisConnectionInfo::default();
        if let Some(name) = username {
            own = own.set_username(name);
        }
        if let Some(password) = password {
            own = own.set_password(password);
        }
        Ok(Self { is_tls, own, trusted: if is_tls { trusted(authority)? } else { None } })
    }

    fn open(&self, addr: ConnectionAddr, number: i64) -> Result<Client, RedisError> {
        let info = addr.into_connection_info()?.set_redis_settings(self.own.clone().set_db(number));
        match self.is_tls {
            true => Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert: self.trusted.clone() }),
            false => Client::open(info),
        }
    }

    fn all(&self, addresses: Vec<ConnectionAddr>) -> Result<Vec<Client>, AddressRefused> {
        addresses.into_iter().map(|addr| self.open(addr, 0).map_err(|_| AddressRefused::Authority)).collect()
    }

    /// The same entry at a place that somebody named; `None` when the way there can be read by others.
    pub(crate) fn at(&self, (host, port): &(String, u16)) -> Option<Result<Client, RedisError>> {
        let (host, port) = (host.clone(), *port);
        match self.is_tls {
            true => Some(self.open(ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }, 0)),
            false => is_here(&host).then(|| self.open(ConnectionAddr::Tcp(host, port), 0)),
        }
    }
}

fn is_encrypted(addr: &ConnectionAddr) -> bool {
    matches!(addr, ConnectionAddr::TcpTls { .. })
}

/// As an address is shown.
pub(crate) fn shown(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Several that stand for one server, each other's equals.
fn several(texts: &[String], port: u16) -> Result<(Vec<ConnectionAddr>, bool, String), AddressRefused> {
    let mut addresses = Vec::new();
    let mut names = Vec::new();
    for text in texts {
        let url = readable(text)?;
        let (addr, _) = place(&url, port)?;
        let (ConnectionAddr::Tcp(host, at) | ConnectionAddr::TcpTls { host, port: at, .. }) = &addr else { return Err(AddressRefused::OneOfSeveral) };
        if !url.path().trim_matches('/').is_empty() {
            return Err(AddressRefused::OneOfSeveral);
        }
        names.push(shown(host, *at));
        addresses.push(addr);
    }
    let is_tls = addresses.first().map(is_encrypted).ok_or(AddressRefused::OneOfSeveral)?;
    if addresses.iter().any(|addr| is_encrypted(addr) != is_tls) {
        return Err(AddressRefused::Mixed);
    }
    Ok((addresses, is_tls, names.join(", ")))
}

/// Without the marks of a certificate the library would trust nothing, and say so at the first connection only.
fn trusted(authority: Option<&[u8]>) -> Result<Option<Vec<u8>>, AddressRefused> {
    let Some(pem) = authority else { return Ok(None) };
    let begins = b"-----BEGIN CERTIFICATE-----";
    if pem.windows(begins.len()).any(|part| part == begins) { Ok(Some(pem.to_vec())) } else { Err(AddressRefused::Authority) }
}

fn readable(text: &str) -> Result<Url, AddressRefused> {
    let url = Url::parse(text).map_err(|_| AddressRefused::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressRefused::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() { Err(AddressRefused::Unreadable) } else { Ok(url) }
}

fn place(url: &Url, usual: u16) -> Result<(ConnectionAddr, i64), AddressRefused> {
    if matches!(url.scheme(), "redis+unix" | "unix") {
        let is_path = url.host_str().is_none_or(str::is_empty) && url.path().len() > 1;
        return if is_path { Ok((ConnectionAddr::Unix(url.path().into()), 0)) } else { Err(AddressRefused::Unreadable) };
    }
    let number = match url.path().trim_matches('/') {
        "" => 0,
        number => number.parse::<u16>().map_err(|_| AddressRefused::Unreadable)?.into(),
    };
    let named = url.host_str().filter(|host| !host.is_empty()).ok_or(AddressRefused::Unreadable)?;
    let host = named.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = url.port().unwrap_or(usual);
    match url.scheme() {
        "rediss" => Ok((ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }, number)),
        "redis" if is_here(&host) => Ok((ConnectionAddr::Tcp(host, port), number)),
        "redis" => Err(AddressRefused::Unprotected),
        _ => Err(AddressRefused::Unreadable),
    }
}

/// Whether nothing leaves this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, AddressRefused> {
        Address::parse(text, (Some("homeward"), Some("canary")), None).map(|address| address.to_string())
    }

    /// KS-05: what is shown of an address holds no password, and one on another machine is spoken to encrypted or not at all.
    #[test]
    fn an_address_leads_somewhere_and_shows_no_secret() {
        for (text, shown) in [
            ("redis://localhost", "Redis at localhost:6379"),
            ("redis://127.0.0.1:7000/3", "Redis at 127.0.0.1:7000"),
            ("redis://[::1]:7000", "Redis at [::1]:7000"),
            ("rediss://redis.example.com", "Redis at redis.example.com:6379"),
            ("redis+unix:///run/redis/redis.sock", "Redis at /run/redis/redis.sock"),
        ] {
            assert_eq!(parse(text).unwrap(), shown, "{text}");
            let address = Address::parse(text, (None, Some("canary")), None).unwrap();
            assert!(!format!("{address:?}").contains("canary"));
        }
        for (text, why) in [
            ("redis://redis.example.com", AddressRefused::Unprotected),
            ("redis://10.0.0.7:6379", AddressRefused::Unprotected),
            ("redis://:canary@localhost", AddressRefused::Credentials),
            ("redis://homeward@localhost", AddressRefused::Credentials),
            ("rediss://redis.example.com/#insecure", AddressRefused::Unreadable),
            ("redis://localhost/?protocol=resp3", AddressRefused::Unreadable),
            ("redis://localhost/zero", AddressRefused::Unreadable),
            ("http://localhost", AddressRefused::Unreadable),
            ("redis+unix://run/redis.sock", AddressRefused::Unreadable),
            ("localhost:6379", AddressRefused::Unreadable),
            ("rediss://", AddressRefused::Unreadable),
        ] {
            assert_eq!(parse(text).unwrap_err(), why, "{text}");
        }
        assert_eq!(Address::parse("redis://localhost", (None, None), Some(&b"x"[..])).unwrap_err(), AddressRefused::NoTls);
        assert_eq!(Address::parse("rediss://redis.example.com", (None, None), Some(&b"x"[..])).unwrap_err(), AddressRefused::Authority);
    }
    /// KS-05: several that stand for one are spoken to in one way, encrypted on any other machine, and show no secret.
    #[test]
    fn several_addresses_lead_to_one_server() {
        let texts = |all: &[&str]| all.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let secret = (Some("homeward"), Some("canary"));
        let watched = |all: &[&str], master: &str| Address::sentinels(&texts(all), master, secret, (None, Some("canary")), None).map(|address| address.to_string());
        assert_eq!(watched(&["redis://localhost", "redis://[::1]:7000"], "counters").unwrap(), "Redis counters, watched by the sentinels at localhost:26379, [::1]:7000");
        let nodes = |all: &[&str]| Address::cluster(&texts(all), secret, None).map(|address| format!("{address:?}"));
        assert_eq!(nodes(&["rediss://a.example.com", "rediss://b.example.com:7000/"]).unwrap(), "Redis Cluster with nodes at a.example.com:6379, b.example.com:7000");
        for (all, why) in [
            (&["rediss://a.example.com", "redis://localhost"][..], AddressRefused::Mixed),
            (&["redis://a.example.com"][..], AddressRefused::Unprotected),
            (&["redis://localhost/1"][..], AddressRefused::OneOfSeveral),
            (&["redis+unix:///run/redis.sock"][..], AddressRefused::OneOfSeveral),
            (&["rediss://:canary@a.example.com"][..], AddressRefused::Credentials),
            (&[][..], AddressRefused::OneOfSeveral),
        ] {
            assert_eq!((watched(all, "counters").unwrap_err(), nodes(all).unwrap_err()), (why.clone(), why), "{all:?}");
        }
        for master in ["", "my counters", "a\r\nb"] {
            assert_eq!(watched(&["redis://localhost"], master).unwrap_err(), AddressRefused::Master, "{master}");
        }
        assert_eq!(Address::cluster(&texts(&["redis://localhost"]), secret, Some(&b"x"[..])).unwrap_err(), AddressRefused::NoTls);
    }

    /// KS-05: whoever watches cannot send the password to another machine in the clear.
    #[test]
    fn a_server_that_is_named_is_spoken_to_as_its_watchers_are() {
        let at = |is_tls: bool, host: &str| Entry::new(is_tls, (None, Some("canary")), None).unwrap().at(&(host.into(), 6379)).is_some();
        assert!(at(false, "127.0.0.1") && at(false, "localhost") && at(true, "192.0.2.1"));
        assert!(!at(false, "192.0.2.1") && !at(false, "redis.example.com"));
    }
}
