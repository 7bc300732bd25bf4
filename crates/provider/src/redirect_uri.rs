//! Redirect URIs: what may be registered, and what matches (OA-01…OA-04, RFC 8252, RFC 9700 2.1).

use serde::{Deserialize, Serialize};

/// A registered redirect URI. Compared to the letter; for a loopback address of a native application any port fits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(String);

/// Why a URI cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// No absolute URI in its normal form.
    #[error("a redirect URI is an absolute URI, written the way browsers write it")]
    Form,
    /// A fragment, a user name, a wildcard or a blank.
    #[error("a redirect URI has no fragment, no user name, no wildcard and no blank")]
    Part,
    /// A scheme that is none of https, loopback http, or a private-use scheme with a dot.
    #[error("use https, http to 127.0.0.1 or [::1], or a private-use scheme with a dot such as com.example.app:/callback")]
    Scheme,
}

/// Schemes with an authority of their own in browsers, or that run code; a dot does not make them private-use.
const NEVER: [&str; 9] = ["javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss"];

impl RedirectUri {
    /// Reads a URI for registration.
    ///
    /// # Errors
    /// `RedirectUriError` says what to change.
    pub fn parse(text: &str) -> Result<Self, RedirectUriError> {
        if text.len() > 2_000 || text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '*' | '\\' | '#')) {
            return Err(RedirectUriError::Part);
        }
        let url = url::Url::parse(text).map_err(|_| RedirectUriError::Form)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectUriError::Part);
        }
        // The written form must be the one a browser would use: no dot segments, no other case, no default port.
        let same = url.as_str() == text || url.as_str().strip_suffix('/') == Some(text);
        let scheme = url.scheme();
        match scheme {
            "https" | "http" if !same => Err(RedirectUriError::Form),
            "https" => Ok(Self(text.to_owned())),
            "http" if is_loopback(&url) || is_localhost(&url) => Ok(Self(text.to_owned())),
            _ if NEVER.contains(&scheme) || !scheme.contains('.') => Err(RedirectUriError::Scheme),
            _ => Ok(Self(text.to_owned())),
        }
    }
    /// Whether a requested URI is this one of a native application (RFC 9700 2.1: exact; RFC 8252 7.3: any port on loopback addresses).
    pub fn matches(&self, requested: &str) -> bool {
        if self.0 == requested {
            return true;
        }
        let (Some(mine), Some(theirs)) = (loopback_parts(&self.0), loopback_parts(requested)) else { return false };
        mine == theirs
    }
    /// Whether its scheme is a program's own, not the web's (RFC 8252 7.1).
    pub fn is_private_use(&self) -> bool {
        !self.0.starts_with("https:") && !self.0.starts_with("http:")
    }
    /// The URI as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(four)) => four == std::net::Ipv4Addr::LOCALHOST,
        Some(url::Host::Ipv6(six)) => six.is_loopback(),
        Some(url::Host::Domain(_)) | None => false,
    }
}

/// For development on one's own machine; the port counts here.
fn is_localhost(url: &url::Url) -> bool {
    matches!(url.host(), Some(url::Host::Domain(name)) if name == "localhost" || name.ends_with(".localhost"))
}

/// Host and everything behind the port, when the text is `http://127.0.0.1[:port]/…` or `http://[::1][:port]/…` to the letter.
fn loopback_parts(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]"].into_iter().find(|host| rest.starts_with(host))?;
    let behind = rest.strip_prefix(host)?;
    let tail = match behind.strip_prefix(':') {
        None => behind,
        Some(port_and_tail) => {
            let end = port_and_tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(port_and_tail.len());
            let (port, tail) = port_and_tail.split_at_checked(end)?;
            port.parse::<u16>().ok()?;
            tail
        }
    };
    (tail.is_empty() || tail.starts_with('/') || tail.starts_with('?')).then_some((host, tail))
}

impl TryFrom<String> for RedirectUri {
    type Error = RedirectUriError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OA-01: forty ways to write something near the registered address, and only the address itself fits.
    #[test]
    fn oa_01_only_the_registered_address_matches() {
        let uri = RedirectUri::parse("https://app.example/cb").unwrap();
        assert!(uri.matches("https://app.example/cb"));
        for other in [
            "https://app.example/cb/", "https://app.example/cb/x", "https://app.example/cb?x=1", "https://app.example/cb#", "https://APP.example/cb",
            "https://app.example/CB", "https://app.example:443/cb", "https://app.example/%2e%2e/cb", "https://app.example/a/..;/cb", "//app.example/cb",
            "https:\\\\app.example\\cb", "https://app@evil.example/cb", "https://app.example.evil.example/cb", "https://evil.example#@app.example/cb",
            "https://аpp.example/cb", "https://xn--pp-6kc.example/cb", "https://app.example/cb\t", "https://app.example\n/cb", "http://app.example/cb",
            "https://app.example/c", "https://app.example", "", " https://app.example/cb", "https://app.example/cb%00", "HTTPS://app.example/cb",
        ] {
            assert!(!uri.matches(other), "{other:?}");
        }
        assert!(!uri.matches(&format!("https://app.example/cb{}", "x".repeat(65_536))));
        let registered_query = RedirectUri::parse("https://app.example/cb?a=1").unwrap();
        assert!(registered_query.matches("https://app.example/cb?a=1"));
        assert!(!registered_query.matches("https://app.example/cb?a=1&b=2") && !registered_query.matches("https://app.example/cb"));
    }

    proptest::proptest! {
        /// OA-01, OA-03: nothing matches but the address itself; on loopback a port may differ and nothing else.
        #[test]
        fn oa_01_nothing_else_matches(place in 0..24_usize, inserted in ".", text in ".{0,40}", port in proptest::prelude::any::<u16>()) {
            let uri = RedirectUri::parse("https://app.example/cb").unwrap();
            let mut near = uri.as_str().to_owned();
            near.insert_str(place.min(near.len()), &inserted);
            proptest::prop_assert!(!uri.matches(&near) && !uri.matches(&text));
            let loopback = RedirectUri::parse("http://127.0.0.1/cb").unwrap();
            let with_port = format!("http://127.0.0.1:{port}/cb");
            proptest::prop_assert!(loopback.matches(&with_port));
            let near = format!("{with_port}{inserted}");
            proptest::prop_assert!(!loopback.matches(&near));
            if let Ok(parsed) = RedirectUri::parse(&text) {
                proptest::prop_assert!(parsed.matches(&text));
            }
        }
    }

    /// OA-03: any port on a loopback address, nothing else flexible.
    #[test]
    fn oa_03_loopback_addresses_take_any_port() {
        let uri = RedirectUri::parse("http://127.0.0.1/cb").unwrap();
        assert!(uri.matches("http://127.0.0.1:49152/cb") && uri.matches("http://127.0.0.1/cb"));
        assert!(RedirectUri::parse("http://[::1]/cb").unwrap().matches("http://[::1]:1/cb"));
        for other in ["http://127.0.0.1:1/other", "http://127.0.0.2:1/cb", "http://localhost:1/cb", "https://127.0.0.1:1/cb", "http://127.0.0.1:99999/cb", "http://127.0.0.1:@evil.example/cb", "http://127.0.0.1.evil.example/cb", "http://[::1]:1/cb"] {
            assert!(!uri.matches(other), "{other}");
        }
        let fixed = RedirectUri::parse("http://app.localhost:8081/cb").unwrap();
        assert!(fixed.matches("http://app.localhost:8081/cb") && !fixed.matches("http://app.localhost:8082/cb"));
    }

    /// OA-03, OA-01: any port and schemes of one's own are for programs that are installed; a web application has its address to the letter, on its own
    /// machine too.
    #[test]
    fn oa_03_what_is_native_is_for_native_applications() {
        use crate::client::{Client, ClientKind};
        let mut client = Client::new(homeward_model::ClientId::parse("app").unwrap(), "App");
        client.redirect_uris = ["https://app.example/cb", "http://127.0.0.1:3000/cb", "com.example.app:/cb"].map(|uri| RedirectUri::parse(uri).unwrap()).to_vec();
        for (kind, native) in [(ClientKind::Web, false), (ClientKind::Native, true), (ClientKind::Extension, true)] {
            client.kind = kind;
            assert!(client.may_return_to("https://app.example/cb") && client.may_return_to("http://127.0.0.1:3000/cb"), "{kind:?}");
            assert_eq!((client.may_return_to("http://127.0.0.1:3001/cb"), client.may_return_to("com.example.app:/cb")), (native, native), "{kind:?}");
            assert!(!client.may_return_to("https://app.example/cb/") && !client.may_return_to("com.example.app:/other"), "{kind:?}");
        }
    }

    /// OA-04: what must never be registered.
    #[test]
    fn oa_04_dangerous_addresses_cannot_be_registered() {
        for good in ["https://app.example/cb", "https://app.example", "https://app.example/cb?tenant=1", "com.example.app:/callback", "http://127.0.0.1/cb", "http://127.0.0.1:3000", "http://[::1]:8080/cb", "http://localhost:3000/cb"] {
            assert!(RedirectUri::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)", "data:text/html,x", "http://app.example/cb", "https://*.example/cb", "https://app.example/cb#x", "myapp:/cb", "msal:/cb",
            "https://user@app.example/cb", "https://app.example/a/../cb", "https://APP.example/cb", "https://app.example:443/cb", "/cb", "", "file:///etc/passwd",
            "https://app.example/ cb", "vbscript:x", "https://", "http://127.1/cb", "http://2130706433/cb", "http://LOCALHOST/cb", "http://127.0.0.1/a/../cb", "http://user@127.0.0.1/cb",
        ] {
            assert!(RedirectUri::parse(bad).is_err(), "{bad}");
        }
    }
}
