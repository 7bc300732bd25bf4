//! Forms: ordinary urlencoded fields, each once (LH-12), within the limit.

use actix_web::{FromRequest, HttpRequest, ResponseError, dev::Payload, http::{StatusCode, header::RETRY_AFTER}, web::Bytes};
use futures_util::future::LocalBoxFuture;
use homeward_local_credential::StoreFault;
use homeward_signin::Reason;

use crate::errors::refused;

/// Seconds after which it is worth trying again when something that we need does not answer.
const WAIT: &str = "5";

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form(pub Vec<(String, String)>);

/// A request that is answered by a plain page of its status.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("the store failed")]
    Store(#[from] StoreFault),
    #[error("the store failed")]
    Portal(#[from] homeward_portal::Fault),
    #[error("not a form")]
    NotAForm,
    #[error("too large")]
    TooLarge,
    #[error("malformed")]
    Malformed,
}

impl ResponseError for Trouble {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Store(_) | Self::Portal(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed => StatusCode::BAD_REQUEST,
        }
    }
    fn error_response(&self) -> actix_web::HttpResponse {
        match self {
            Self::Store(fault) => tracing::error!(error = %fault, "the store failed"),
            Self::Portal(fault) => tracing::error!(error = %fault, "the store failed"),
            Self::NotAForm | Self::TooLarge | Self::Malformed => {}
        }
        match self {
            Self::Store(_) | Self::Portal(_) => actix_web::HttpResponse::build(self.status_code()).insert_header((RETRY_AFTER, WAIT)).finish(),
            Self::NotAForm => refused(Reason::NotAForm),
            Self::TooLarge => refused(Reason::BodyTooLong),
            Self::Malformed => refused(Reason::Malformed),
        }
    }
}

impl Form {
    /// A field; empty when it is absent, and when it stands more than once.
    pub fn get(&self, name: &str) -> &str {
        let mut found = self.0.iter().filter(|(n, _)| n == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => value,
            _ => "",
        }
    }
    /// A field that may be absent.
    pub fn optional(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
    /// A field as it was sent, also when nothing was typed into it; `None` when the page has none.
    pub fn sent(&self, name: &str) -> Option<&str> {
        self.0.iter().any(|(n, _)| n == name).then(|| self.get(name))
    }
    /// Whether a field stands more than once: two readings, so none (LH-12).
    pub fn repeats(&self) -> bool {
        self.0.iter().enumerate().any(|(place, (name, _))| self.0.iter().take(place).any(|(other, _)| other == name))
    }
    pub fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }
}

impl FromRequest for Form {
    type Error = Trouble;
    type Future = LocalBoxFuture<'static, Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        let is_form = header("content-type").split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
        let is_plain = matches!(header("content-encoding").as_str(), "" | "identity");
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_form || !is_plain {
                return Err(Trouble::NotAForm);
            }
            let bytes = bytes.await.map_err(|_| Trouble::TooLarge)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| Trouble::Malformed)?;
            Ok(Self::parse(text))
        })
    }
}

/// A form of one of our own pages: every field once.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnForm(pub Form);

impl std::ops::Deref for OwnForm {
    type Target = Form;
    fn deref(&self) -> &Form {
        &self.0
    }
}

impl FromRequest for OwnForm {
    type Error = Trouble;
    type Future = LocalBoxFuture<'static, Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = Form::from_request(request, payload);
        Box::pin(async move {
            let form = form.await?;
            if form.repeats() { Err(Trouble::Malformed) } else { Ok(Self(form)) }
        })
    }
}
