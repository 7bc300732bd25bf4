//! Where a request may go, decided twice: by the address as written, and by what its name resolves to.

use std::net::IpAddr;

use url::{Host, Url};

use crate::{EgressError, Network, is_public};

/// What the operator allows. The default allows `https` to public addresses and nothing else.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// A developer's machine: `http` and `https` to loopback addresses and `localhost` names work. Never in production.
    pub development: bool,
    /// Networks that are allowed although they are not public.
    pub networks: Vec<Network>,
    /// Hosts, in lower case, that may resolve to private addresses.
    pub hosts: Vec<String>,
    /// Certificates, in PEM, of private authorities that are trusted beside the system's.
    pub authorities: Vec<String>,
    /// The one host, as [`Rules::host_of`] gives it, that the operator has named to be spoken to by `http`. It is inside: a connection to a
    /// public address is never made for it.
    pub plain: Option<String>,
}

impl Rules {
    /// For a developer's machine and for tests: loopback works, over `http`, too.
    pub fn development() -> Self {
        Self { development: true, ..Self::default() }
    }
    /// Reads an address and says whether a request may go there, as far as its text tells.
    ///
    /// # Errors
    /// `BadAddress`, `NotHttps`, `Forbidden`.
    pub fn check(&self, text: &str) -> Result<Url, EgressError> {
        // A tab or line break inside an address is dropped by the URL standard; here it is a mistake or a trick.
        if text.len() > 2_048 || text.bytes().any(|b| b <= b' ' || b == 0x7f || b == b'\\') {
            return Err(EgressError::BadAddress);
        }
        let url = Url::parse(text).map_err(|_| EgressError::BadAddress)?;
        let host = url.host().ok_or(EgressError::BadAddress)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(EgressError::BadAddress);
        }
        // The URL parser has turned every notation of an IPv4 address (0x7f.1, 2130706433) into the address itself.
        let (literal, local) = match host {
            Host::Ipv4(four) => (Some(IpAddr::V4(four)), four.is_loopback()),
            Host::Ipv6(six) => (Some(IpAddr::V6(six)), six.is_loopback()),
            Host::Domain(name) => (None, is_localhost(name)),
        };
        match url.scheme() {
            "https" => {}
            "http" if self.development && local => {}
            "http" if self.plain.is_some() && self.plain == Self::host_of(&url) => {}
            _ => return Err(EgressError::NotHttps),
        }
        match literal {
            Some(address) if !self.allows(&address.to_string(), address) => Err(EgressError::Forbidden),
            _ => Ok(url),
        }
    }
    /// The host of an address as rules name it: a name in lower case, or an address of the network without brackets.
    pub fn host_of(url: &Url) -> Option<String> {
        url.host().map(|host| match host {
            Host::Domain(name) => name.trim_end_matches('.').to_ascii_lowercase(),
            Host::Ipv4(four) => four.to_string(),
            Host::Ipv6(six) => six.to_string(),
        })
    }
    /// Whether a connection to `address` may be made for the name `host`.
    pub(crate) fn allows(&self, host: &str, address: IpAddr) -> bool {
        if self.plain.as_deref() == Some(host) {
            return !is_public(address) && !address.is_multicast() && !address.is_unspecified();
        }
        let loopback = match address {
            IpAddr::V4(four) => four.is_loopback(),
            IpAddr::V6(six) => six.is_loopback(),
        };
        is_public(address)
            || (self.development && loopback)
            || self.networks.iter().any(|network| network.contains(address))
            || (self.hosts.iter().any(|allowed| allowed == host) && !address.is_multicast() && !address.is_unspecified())
    }
    /// Whether somebody who enters addresses could learn which ports of an inner network are open.
    pub(crate) fn reaches_inside(&self) -> bool {
        !self.networks.is_empty() || !self.hosts.is_empty()
    }
}

/// `localhost` and the names below it (RFC 6761 6.3).
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SM-01, OR-18: refused by its text alone, in every notation.
    #[test]
    fn sm_01_addresses_of_the_inside_are_refused_in_every_notation() {
        let strict = Rules::default();
        let inside = [
            "https://127.0.0.1/", "https://0x7f.1/", "https://2130706433/", "https://017700000001/", "https://127.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/", "https://169.254.169.254/latest", "https://10.0.0.1/", "https://[fe80::1]/", "https://0/", "https://[::]/", "https://192.168.0.1:8443/x",
            "https://１２７.0.0.1/",
        ];
        for text in inside {
            assert_eq!(strict.check(text).unwrap_err(), EgressError::Forbidden, "{text}");
        }
        for text in ["http://idp.example/", "file:///etc/passwd", "ftp://idp.example/", "http://127.0.0.1/", "http://localhost:80/"] {
            assert!(matches!(strict.check(text), Err(EgressError::NotHttps | EgressError::BadAddress)), "{text}");
        }
        for text in ["gopher:x", "", "https://", "https://a@idp.example/", "https://a:b@idp.example/", "https://idp.example/#x", "https://idp.exa\nmple/", "https:\\\\idp.example"] {
            assert!(strict.check(text).is_err(), "{text}");
        }
        assert_eq!(strict.check("https://idp.example/x?y=1").unwrap().host_str(), Some("idp.example"));
    }

    #[test]
    fn relaxations_open_exactly_what_they_name() {
        let developer = Rules::development();
        for text in ["http://127.0.0.1:9/", "http://[::1]:9/", "http://idp.localhost:9/", "https://localhost/"] {
            assert!(developer.check(text).is_ok(), "{text}");
        }
        for text in ["http://idp.example/", "https://10.0.0.1/", "http://10.0.0.1/", "http://localhost.example/"] {
            assert!(developer.check(text).is_err(), "{text}");
        }
        let operator = Rules { networks: vec![Network::parse("10.20.0.0/16").unwrap()], hosts: vec!["adfs.corp.example".to_owned()], ..Rules::default() };
        assert!(operator.check("https://10.20.1.1/").is_ok());
        assert!(operator.check("https://10.21.1.1/").is_err());
        assert!(operator.check("http://10.20.1.1/").is_err());
        assert!(operator.allows("adfs.corp.example", "192.168.7.7".parse().unwrap()));
        assert!(!operator.allows("other.example", "192.168.7.7".parse().unwrap()));
        assert!(!operator.allows("adfs.corp.example", "0.0.0.0".parse().unwrap()));
    }

    /// OR-18: one host inside is spoken to without TLS because the operator named it; no other is, and it leads to nothing outside.
    #[test]
    fn or_18_plain_http_goes_to_the_named_host_inside_and_nowhere_else() {
        let of = |text: &str| Rules { plain: Rules::host_of(&Url::parse(text).unwrap()), ..Rules::default() };
        for (named, asked) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://[::1]:4318", "http://[::1]:4318/v1/traces"),
            ("http://10.1.2.3:4318/", "http://10.1.2.3:4318/v1/traces"),
            ("http://Collector.Intra.example:4318", "http://collector.intra.example:4318/v1/traces"),
        ] {
            assert!(of(named).check(asked).is_ok(), "{asked}");
            assert_eq!(Rules::default().check(asked).unwrap_err(), EgressError::NotHttps, "{asked}");
            assert!(of("http://10.9.9.9/").check(asked).is_err(), "{asked}");
        }
        let (inside, outside): (IpAddr, IpAddr) = ("10.1.2.3".parse().unwrap(), "93.184.216.34".parse().unwrap());
        let rules = of("http://collector.intra.example:4318");
        assert!(rules.allows("collector.intra.example", inside) && !rules.allows("collector.intra.example", outside));
        assert!(!rules.allows("collector.intra.example", "0.0.0.0".parse().unwrap()) && !rules.allows("other.example", inside));
        assert_eq!(of("http://93.184.216.34:4318").check("http://93.184.216.34:4318/").unwrap_err(), EgressError::Forbidden);
    }
}
