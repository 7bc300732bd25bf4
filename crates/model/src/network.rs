//! Where a request comes from, coarse enough to count: an IPv4 address, or the /64 of an IPv6 address.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The unit in which requests from one place are counted (LG-06: a /64 belongs to one subscriber).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NetworkPrefix(IpAddr);

impl NetworkPrefix {
    /// The prefix of an address; an IPv4 address inside IPv6 counts as IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self(address),
            IpAddr::V6(six) => match six.to_ipv4_mapped() {
                Some(four) => Self(IpAddr::V4(four)),
                None => Self(IpAddr::V6((six.to_bits() >> 64 << 64).into())),
            },
        }
    }
}

impl std::fmt::Display for NetworkPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            IpAddr::V4(four) => four.fmt(f),
            IpAddr::V6(six) => write!(f, "{six}/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LG-06: turning through the addresses of one /64 is one place.
    #[test]
    fn lg_06_an_ipv6_subscriber_is_one_place() {
        let of = |text: &str| NetworkPrefix::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }
}
