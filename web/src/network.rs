//! Networks by address and prefix length: trusted proxies, and the operator's zones.

use std::{
    net::IpAddr,
    str::FromStr,
    sync::{Arc, PoisonError, RwLock},
};

/// A network, for example `10.0.0.0/8` or `2001:db8::/32`; a bare address is itself alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

/// Networks by the operator's name for them.
pub type Zones = Vec<(String, Vec<Network>)>;

/// What networks mean here.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Names of networks, for conditions of accounts.
    pub zones: Zones,
}

/// The same while the broker runs: an operator may set it anew, and it counts from the next request on.
#[derive(Debug)]
pub struct Networks(RwLock<Arc<Known>>);

impl Networks {
    /// What counts at first.
    pub fn new(known: Known) -> Self {
        Self(RwLock::new(Arc::new(known)))
    }
    /// What counts from now on.
    pub fn set(&self, known: Known) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }
    pub(crate) fn present(&self) -> Arc<Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl FromStr for Network {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a network is an address and a prefix length, for example 10.0.0.0/8";
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().map_err(|_| WRONG)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| WRONG)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(most);
        if prefix > most { Err(WRONG) } else { Ok(Self { address, prefix }) }
    }
}

impl Network {
    /// Whether the address is in this network.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(mine), IpAddr::V4(theirs)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                mine.to_bits() & mask == theirs.to_bits() & mask
            }
            (IpAddr::V6(mine), IpAddr::V6(theirs)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                mine.to_bits() & mask == theirs.to_bits() & mask
            }
            (IpAddr::V4(_), IpAddr::V6(six)) => six.to_ipv4_mapped().is_some_and(|four| self.contains(IpAddr::V4(four))),
            (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// The address of the person behind a request: the peer's, or what the nearest trusted proxy saw (OB-19, LG-06).
pub(crate) fn client_address(peer: IpAddr, forwarded_for: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer;
    }
    let hops = forwarded_for.iter().flat_map(|line| line.split(',')).map(str::trim);
    let mut nearest = peer;
    for hop in hops.collect::<Vec<_>>().into_iter().rev() {
        let Ok(address) = hop.parse::<IpAddr>() else { return nearest };
        nearest = address;
        if !is_trusted(address) {
            return address;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OB-19, LG-06: a header of a stranger moves nobody's address.
    #[test]
    fn ob_19_forwarded_headers_count_from_trusted_proxies_only() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted: Vec<Network> = vec!["10.0.0.0/8".parse().unwrap()];
        let seen = |peer: &str, lines: &[&str]| client_address(ip(peer), lines, &trusted).to_string();
        assert_eq!(seen("198.51.100.1", &["203.0.113.9"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 203.0.113.9, 10.0.0.2"]), "203.0.113.9", "the client's own claim is not believed");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9", "10.0.0.2"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        for bad in ["10.0.0.0/33", "x", "10.0.0.0/", "::/129"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
        assert!("::/0".parse::<Network>().unwrap().contains(ip("2001:db8::1")));
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains(ip("::ffff:1.2.3.4")));
    }
}
