//! Our issuer identifier (OpenID Connect Discovery 3), from which every address of ours follows.

/// An https address without query, fragment or trailing slash; http only for loopback names, in development.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    /// Reads an issuer. `loopback_http` allows `http` for `localhost`, `*.localhost` and loopback addresses.
    pub fn parse(text: &str, loopback_http: bool) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let host = url.host()?;
        let loopback = match &host {
            url::Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
            url::Host::Ipv4(four) => four.is_loopback(),
            url::Host::Ipv6(six) => six.is_loopback(),
        };
        let secure = url.scheme() == "https" || (url.scheme() == "http" && loopback && loopback_http);
        // Applications compare the issuer to the letter: it is written the way browsers write it, or refused.
        let written = text.trim_end_matches('/');
        let same = url.as_str().trim_end_matches('/') == written;
        (plain && secure && same).then(|| Self(written.to_owned()))
    }
    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// An address of ours.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_loopback_in_development_only() {
        for good in ["https://signin.example.com", "https://signin.example.com/", "https://example.com/signin"] {
            assert_eq!(Issuer::parse(good, false).unwrap().as_str(), good.trim_end_matches('/'));
        }
        assert!(Issuer::parse("http://homeward.localhost:8080", true).is_some());
        assert!(Issuer::parse("http://homeward.localhost:8080", false).is_none());
        for bad in ["http://signin.example.com", "https://a.example/?x", "https://a.example/#x", "https://u@a.example", "ftp://a.example", "a.example", " https://a.example", "https://A.example", "https://a.example:443", "https://a.example/x/../y", "https://a.example/\n"] {
            assert!(Issuer::parse(bad, true).is_none(), "{bad}");
        }
    }
}
