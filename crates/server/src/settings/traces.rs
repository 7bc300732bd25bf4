//! `[traces]`: where the traces of requests go (OpenTelemetry).

use std::path::{Path, PathBuf};

use homeward_egress::{Fields, Rules, is_public};
use serde::Deserialize;
use url::{Host, Url};
use zeroize::Zeroizing;

/// `[traces]`. Off without an endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TraceSettings {
    /// The address of a collector that takes OTLP over HTTP; `/v1/traces` is put behind it.
    pub endpoint: Option<String>,
    /// A file with fields for the head of every message to the collector, one `Name: value` a line.
    pub headers_file: Option<PathBuf>,
    /// Which share of the traces is kept, 0 to 1.
    pub sample: f64,
    /// `service.name` of what is sent.
    pub service_name: String,
    /// Whether requests belong to the trace that their `traceparent` names. Otherwise it is a link, whoever sent it.
    pub trust_traceparent: bool,
}

impl Default for TraceSettings {
    fn default() -> Self {
        Self { endpoint: None, headers_file: None, sample: 1.0, service_name: "homeward".into(), trust_traceparent: false }
    }
}

impl TraceSettings {
    /// What is wrong with the section.
    pub(super) fn wrong(&self) -> Vec<String> {
        let mut wrong: Vec<String> = match self.address() {
            Err(why) => vec![why],
            Ok(None) if self.headers_file.is_some() => vec!["[traces] headers_file belongs to endpoint".into()],
            Ok(Some(url)) if self.headers_file.is_some() && !keeps_secrets(&url) => vec!["[traces] headers_file holds a secret: use an endpoint with https, or on this machine".into()],
            Ok(_) => Vec::new(),
        };
        if !(0.0..=1.0).contains(&self.sample) {
            wrong.push(format!("[traces] sample = {}: use 0.0 to 1.0, the share of traces that is kept", self.sample));
        }
        if self.service_name.trim().is_empty() || self.service_name.chars().count() > 60 || self.service_name.contains(char::is_control) {
            wrong.push("[traces] service_name: use 1 to 60 characters".into());
        }
        wrong
    }
    /// The address that traces are sent to, when they are on.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn address(&self) -> Result<Option<Url>, String> {
        let Some(endpoint) = &self.endpoint else { return Ok(None) };
        let wrong = |why: &str| format!("[traces] endpoint = \"{endpoint}\": {why}");
        let form = "use the address of a collector, for example http://127.0.0.1:4318";
        let mut url = Url::parse(endpoint).map_err(|_| wrong(form))?;
        let is_plain = url.scheme() == "http";
        if (!is_plain && url.scheme() != "https") || !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(form));
        }
        let outside = match url.host() {
            Some(Host::Ipv4(four)) => is_public(four.into()),
            Some(Host::Ipv6(six)) => is_public(six.into()),
            Some(Host::Domain(_)) => false,
            None => return Err(wrong(form)),
        };
        if is_plain && outside {
            return Err(wrong("http is for a collector on this machine or in your own network; use https"));
        }
        let path = format!("{}/v1/traces", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Some(url))
    }
    /// The fields for the head of every message.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn fields(&self) -> Result<Fields, String> {
        let Some(file) = &self.headers_file else { return Ok(Fields::default()) };
        let wrong = |why: &dyn std::fmt::Display| format!("[traces] headers_file: {}: {why}", file.display());
        let text = std::fs::read_to_string(file).map(Zeroizing::new).map_err(|e| wrong(&e))?;
        Fields::parse(&text).map_err(|e| wrong(&e))
    }
    /// Paths count from the folder of the configuration.
    pub(super) fn count_from(&mut self, folder: &Path) {
        if let Some(file) = &mut self.headers_file {
            *file = folder.join(&*file);
        }
    }
    /// What the client for that address may reach: its host and nothing else.
    pub(crate) fn rules(url: &Url, authorities: Vec<String>) -> Rules {
        let host = Rules::host_of(url);
        match url.scheme() {
            "http" => Rules { plain: host, ..Rules::default() },
            _ => Rules { hosts: host.into_iter().collect(), authorities, ..Rules::default() },
        }
    }
}

/// Whether nobody on the way can read what is sent there.
fn keeps_secrets(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Ipv4(four)) => four.is_loopback(),
        Some(Host::Ipv6(six)) => six.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(endpoint: &str) -> TraceSettings {
        TraceSettings { endpoint: Some(endpoint.into()), ..TraceSettings::default() }
    }

    #[test]
    fn an_endpoint_is_a_collector_inside_or_speaks_tls() {
        for (endpoint, address) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://localhost:4318/", "http://localhost:4318/v1/traces"),
            ("http://[fd00::5]:4318", "http://[fd00::5]:4318/v1/traces"),
            ("https://otlp.example.com/tenant", "https://otlp.example.com/tenant/v1/traces"),
        ] {
            let settings = with(endpoint);
            let url = settings.address().unwrap().unwrap();
            assert_eq!((url.as_str(), settings.wrong()), (address, Vec::new()));
            assert!(TraceSettings::rules(&url, Vec::new()).check(address).is_ok(), "{address}");
            assert!(TraceSettings::rules(&url, Vec::new()).check("http://10.9.9.9/v1/traces").is_err(), "{address}");
        }
        for wrong in ["collector:4318", "127.0.0.1:4318", "http://", "ftp://127.0.0.1", "http://u:p@127.0.0.1", "http://127.0.0.1/?a=b", "http://93.184.216.34:4318"] {
            let told = with(wrong).wrong();
            assert!(matches!(told.as_slice(), [one] if one.starts_with("[traces] endpoint = ")), "{wrong}: {told:?}");
        }
        assert_eq!(TraceSettings::default().address(), Ok(None));
    }

    /// A key for the collector goes where nobody else reads it.
    #[test]
    fn a_secret_for_the_collector_is_not_sent_in_the_clear() {
        let wrong = |endpoint: Option<&str>| TraceSettings { endpoint: endpoint.map(str::to_owned), headers_file: Some("h".into()), ..TraceSettings::default() }.wrong();
        for endpoint in ["https://otlp.example.com", "http://127.0.0.1:4318", "http://[::1]:4318", "http://localhost:4318"] {
            assert_eq!(wrong(Some(endpoint)), [""; 0], "{endpoint}");
        }
        for endpoint in [Some("http://10.0.0.7:4318"), Some("http://collector:4318"), None] {
            assert!(matches!(wrong(endpoint).as_slice(), [one] if one.starts_with("[traces] headers_file")), "{endpoint:?}");
        }
    }

    #[test]
    fn a_share_is_a_share() {
        for sample in [-0.1, 1.1, f64::NAN] {
            assert_eq!(TraceSettings { sample, ..TraceSettings::default() }.wrong().len(), 1, "{sample}");
        }
        for sample in [0.0, 0.5, 1.0] {
            assert!(TraceSettings { sample, ..TraceSettings::default() }.wrong().is_empty(), "{sample}");
        }
        assert_eq!(TraceSettings { service_name: " ".into(), ..TraceSettings::default() }.wrong().len(), 1);
    }
}
