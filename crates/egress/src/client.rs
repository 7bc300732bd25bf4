//! The client itself.

use std::{sync::Arc, time::Duration};

use homeward_trace::{Note, note, step};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::redirect::Policy;

use crate::{
    Answer, Authorization, Conditions, Counts, EgressError, Fields, Outcome, Rules, Witness,
    resolve::{ForbiddenAddress, Lookup, Ruled, System},
};

/// How long and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the whole exchange, the body included.
    pub total: Duration,
    /// For the connection.
    pub connect: Duration,
    /// Bytes of a body.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: Duration::from_secs(5), connect: Duration::from_secs(2), body: 1 << 20 }
    }
}

/// Why there is no client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetUpError {
    /// A certificate of an authority cannot be read.
    #[error("a certificate of a private authority is no PEM certificate")]
    Authority,
    /// The TLS library cannot start.
    #[error("the HTTP client cannot start: {0}")]
    Tls(String),
}

/// The HTTP client. Cheap to clone; clones share connections, counts and the witness.
#[derive(Clone)]
pub struct Client {
    inner: reqwest::Client,
    rules: Arc<Rules>,
    limits: Limits,
    counts: Arc<Counts>,
    witness: Option<Arc<dyn Witness>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("rules", &self.rules).field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Client {
    /// A client under these rules, with the limits of [`Limits::default`].
    ///
    /// # Errors
    /// When a private authority's certificate cannot be read, or TLS cannot start.
    pub fn new(rules: Rules) -> Result<Self, SetUpError> {
        Self::with_limits(rules, Limits::default())
    }
    /// A client with other limits.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_limits(rules: Rules, limits: Limits) -> Result<Self, SetUpError> {
        Self::build(rules, limits, Arc::new(System))
    }
    pub(crate) fn build(rules: Rules, limits: Limits, source: Arc<dyn Lookup>) -> Result<Self, SetUpError> {
        // Fails only when somebody has chosen a provider already, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut authorities = Vec::new();
        for pem in &rules.authorities {
            let found = reqwest::Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| SetUpError::Authority)?;
            if found.is_empty() {
                return Err(SetUpError::Authority);
            }
            authorities.extend(found);
        }
        let rules = Arc::new(rules);
        let inner = reqwest::Client::builder()
            .dns_resolver(Ruled { rules: Arc::clone(&rules), source })
            // A proxy from the environment would resolve names in our place.
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .timeout(limits.total)
            .connect_timeout(limits.connect)
            .tls_certs_merge(authorities)
            .user_agent("Homeward")
            .build()
            .map_err(|error| SetUpError::Tls(error.to_string()))?;
        Ok(Self { inner, rules, limits, counts: Arc::default(), witness: None })
    }
    /// The same client, watched.
    #[must_use]
    pub fn watched_by(self, witness: Arc<dyn Witness>) -> Self {
        Self { witness: Some(witness), ..self }
    }
    /// Requests since the start.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }
    /// Fetches a document; with conditions, an unchanged one comes as 304 without a body.
    ///
    /// # Errors
    /// [`EgressError`]. Any status is an answer, redirects too: none is followed.
    pub async fn get(&self, address: &str, authorization: Authorization<'_>, conditions: &Conditions) -> Result<Answer, EgressError> {
        let mut headers = HeaderMap::new();
        put(&mut headers, header::IF_NONE_MATCH, conditions.etag.as_deref());
        put(&mut headers, header::IF_MODIFIED_SINCE, conditions.last_modified.as_deref());
        authorize(&mut headers, authorization)?;
        self.send(Method::GET, address, headers, Vec::new()).await
    }
    /// Sends a form (`application/x-www-form-urlencoded`).
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post_form(&self, address: &str, authorization: Authorization<'_>, fields: &[(&str, &str)]) -> Result<Answer, EgressError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        authorize(&mut headers, authorization)?;
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, address, headers, body.into_bytes()).await
    }
    /// Sends a JSON text.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post_json(&self, address: &str, authorization: Authorization<'_>, json: Vec<u8>) -> Result<Answer, EgressError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        authorize(&mut headers, authorization)?;
        self.send(Method::POST, address, headers, json).await
    }
    /// Sends a body of another kind, which `content_type` names, with fields of the operator's.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post_body(&self, address: &str, content_type: &'static str, fields: &Fields, body: Vec<u8>) -> Result<Answer, EgressError> {
        let mut headers = fields.0.clone();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.send(Method::POST, address, headers, body).await
    }
    /// Sends any request: what the others end in, and the way in for protocol libraries that bring their own requests.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn send(&self, method: Method, address: &str, headers: HeaderMap, body: Vec<u8>) -> Result<Answer, EgressError> {
        let answer = step("provider.request", async {
            note("http.request.method", || Note::from(word(&method)));
            let answer = self.ask(method, address, headers, body).await;
            match &answer {
                Ok(answer) => note("http.response.status_code", || answer.status.into()),
                Err(error) => note("error.type", || error.word().into()),
            }
            answer
        })
        .await;
        self.counts.count(Outcome::of(answer.as_ref().map(|a| a.status).map_err(|e| *e)));
        if let Err(error) = &answer {
            tracing::debug!(reason = error.word(), "a request to the outside has no answer");
        }
        answer
    }
    async fn ask(&self, method: Method, address: &str, headers: HeaderMap, body: Vec<u8>) -> Result<Answer, EgressError> {
        let url = self.rules.check(address)?;
        if let Some(witness) = &self.witness {
            let mut shown = url.clone();
            shown.set_query(None);
            witness.leaves(method.as_str(), shown.as_str());
        }
        let connected_by = tokio::time::Instant::now() + self.limits.connect;
        let answered = self.inner.request(method, url).headers(headers).body(body).send().await.map_err(|error| reason(&error));
        match answered {
            Ok(response) => self.read(response).await,
            Err(error) => {
                // A closed port answers at once and a filtered one never: inside an allowed network both take the same time (OR-18).
                if error == EgressError::Unreachable && self.rules.reaches_inside() {
                    tokio::time::sleep_until(connected_by).await;
                }
                Err(error)
            }
        }
    }
    async fn read(&self, mut response: reqwest::Response) -> Result<Answer, EgressError> {
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |bytes| bytes > self.limits.body) {
            return Err(EgressError::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| reason(&error))? {
            if body.len().saturating_add(piece.len()) > self.limits.body {
                return Err(EgressError::TooLarge);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }
}

/// A method as a word of ours.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        _ => "_OTHER",
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|v| HeaderValue::from_str(v).ok()) {
        headers.insert(name, value);
    }
}

fn authorize(headers: &mut HeaderMap, authorization: Authorization<'_>) -> Result<(), EgressError> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = match authorization {
        Authorization::None => return Ok(()),
        Authorization::Basic(user, password) => format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))),
        Authorization::Bearer(token) => format!("Bearer {token}"),
    };
    let mut value = HeaderValue::from_str(&text).map_err(|_| EgressError::BadAddress)?;
    value.set_sensitive(true);
    headers.insert(header::AUTHORIZATION, value);
    Ok(())
}

/// The reason behind the library's error. Its text holds the address and is dropped.
fn reason(error: &reqwest::Error) -> EgressError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<ForbiddenAddress>() {
            return EgressError::Forbidden;
        }
        if is_untrusted(inner) {
            return EgressError::Untrusted;
        }
        cause = inner.source();
    }
    if error.is_connect() {
        EgressError::Unreachable
    } else if error.is_timeout() {
        EgressError::TooSlow
    } else {
        EgressError::Garbled
    }
}

/// The TLS library's error lies inside one or two I/O errors, whose `source` skips it.
fn is_untrusted(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        return is_untrusted(inner);
    }
    matches!(error.downcast_ref::<rustls::Error>(), Some(rustls::Error::InvalidCertificate(_)))
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
