//! What is asked and what is answered.

use std::time::Duration;

use http::{HeaderMap, HeaderName, header};

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, within the limit.
    pub body: Vec<u8>,
}

impl Answer {
    /// How long whoever answers asks to be left alone, in whole seconds and a day at most; `None` when it does not say, or by a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.header(header::RETRY_AFTER)?.trim().parse::<u64>().ok().map(|seconds| Duration::from_secs(seconds.min(86_400)))
    }
    /// The only value of a header field; `None` when it is absent, stands twice, or is not text.
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(only), None) => only.to_str().ok(),
            _ => None,
        }
    }
    /// The media type without its parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header(header::CONTENT_TYPE)?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }
    /// For the next conditional request (RFC 9110 13).
    pub fn conditions(&self) -> Conditions {
        Conditions {
            etag: self.header(header::ETAG).map(str::to_owned),
            last_modified: self.header(header::LAST_MODIFIED).map(str::to_owned),
        }
    }
    /// Seconds that the answer may be kept (`Cache-Control: max-age`, RFC 9111 5.2.2.1); zero for `no-store` and `no-cache`.
    pub fn max_age(&self) -> Option<u64> {
        let value = self.header(header::CACHE_CONTROL)?;
        let mut age = None;
        for part in value.split(',').map(str::trim) {
            if part.eq_ignore_ascii_case("no-store") || part.eq_ignore_ascii_case("no-cache") {
                return Some(0);
            }
            if let Some(seconds) = part.get(..8).filter(|name| name.eq_ignore_ascii_case("max-age=")).and(part.get(8..)) {
                age = seconds.trim_matches('"').parse().ok();
            }
        }
        age
    }
}

/// What we have already, so that an unchanged answer need not come again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
}

/// How we prove who we are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Authorization<'a> {
    /// Not in the header.
    None,
    /// `Basic` (RFC 7617): user and password, already encoded as the protocol asks.
    Basic(&'a str, &'a str),
    /// `Bearer` (RFC 6750).
    Bearer(&'a str),
}

impl std::fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Basic(..) => "Basic(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_from_the_header() {
        let answer = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, value.parse().unwrap());
            Answer { status: 200, headers, body: Vec::new() }.max_age()
        };
        assert_eq!(answer("public, max-age=300"), Some(300));
        assert_eq!(answer("MAX-AGE=7"), Some(7));
        assert_eq!(answer("max-age=300, no-store"), Some(0));
        assert_eq!(answer("public"), None);
        assert_eq!(answer("max-age=-1"), None);
    }

    #[test]
    fn nobody_is_asked_to_wait_for_ever() {
        let answer = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
            Answer { status: 503, headers, body: Vec::new() }.retry_after()
        };
        assert_eq!(answer("7"), Some(Duration::from_secs(7)));
        assert_eq!(answer("18446744073709551615"), Some(Duration::from_secs(86_400)));
        assert_eq!(answer("Fri, 31 Dec 1999 23:59:59 GMT"), None);
    }

    #[test]
    fn secrets_do_not_show() {
        assert_eq!(format!("{:?}", Authorization::Basic("client", "hunter2")), "Basic(…)");
        assert_eq!(format!("{:?}", Authorization::Bearer("token")), "Bearer(…)");
    }
}
