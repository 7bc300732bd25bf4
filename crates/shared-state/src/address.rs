//! Where Redis is, and how one gets in.

use std::net::IpAddr;

use redis::{Client, ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo, TlsCertificates};
use url::Url;

/// The port where nothing is said.
const PORT: u16 = 6379;

/// Where a server is, and how one gets in. Its password is shown nowhere.
#[derive(Clone)]
pub struct Address {
    pub(crate) client: Client,
    shown: String,
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
}

impl Address {
    /// Reads `rediss://host:port/number`, `redis://…` on this machine, or `redis+unix:///path`. `authority`: certificates in PEM that alone are trusted.
    ///
    /// # Errors
    /// `AddressRefused` says what is wrong.
    pub fn parse(text: &str, (username, password): (Option<&str>, Option<&str>), authority: Option<&[u8]>) -> Result<Self, AddressRefused> {
        let url = Url::parse(text).map_err(|_| AddressRefused::Unreadable)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressRefused::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(AddressRefused::Unreadable);
        }
        let (addr, number) = place(&url)?;
        let shown = match &addr {
            ConnectionAddr::Unix(path) => format!("Redis at {}", path.display()),
            _ => format!("Redis at {}:{}", url.host_str().unwrap_or_default(), url.port().unwrap_or(PORT)),
        };
        let is_tls = matches!(addr, ConnectionAddr::TcpTls { .. });
        if authority.is_some() && !is_tls {
            return Err(AddressRefused::NoTls);
        }
        let mut own = RedisConnectionInfo::default().set_db(number);
        if let Some(name) = username {
            own = own.set_username(name);
        }
        if let Some(password) = password {
            own = own.set_password(password);
        }
        let info = addr.into_connection_info().map_err(|_| AddressRefused::Unreadable)?.set_redis_settings(own);
        let client = match is_tls {
            true => Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert: trusted(authority)? }),
            false => Client::open(info),
        };
        Ok(Self { client: client.map_err(|_| AddressRefused::Authority)?, shown })
    }
}

/// Without the marks of a certificate the library would trust nothing, and say so at the first connection only.
fn trusted(authority: Option<&[u8]>) -> Result<Option<Vec<u8>>, AddressRefused> {
    let Some(pem) = authority else { return Ok(None) };
    let begins = b"-----BEGIN CERTIFICATE-----";
    if pem.windows(begins.len()).any(|part| part == begins) { Ok(Some(pem.to_vec())) } else { Err(AddressRefused::Authority) }
}

fn place(url: &Url) -> Result<(ConnectionAddr, i64), AddressRefused> {
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
    let port = url.port().unwrap_or(PORT);
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
}
