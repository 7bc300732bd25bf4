//! What the API answers when it does not do something: problem details (RFC 9457) with a code of ours, and the case number where the
//! refusal is on record.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use homeward_model::CaseNumber;
use homeward_portal::Fault;
use schemars::JsonSchema;
use serde::Serialize;

/// The media type of problems.
pub(crate) const KIND: &str = "application/problem+json";

/// A problem as it is sent (RFC 9457 3).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem", deny_unknown_fields)]
struct Details<'a> {
    /// `urn:homeward:problem:` and the code.
    r#type: String,
    /// What the status means.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What happened, and what to do.
    detail: &'a str,
    /// A word for programs, which stays the same.
    code: &'a str,
    /// The reference of the record of this refusal, for whoever looks it up in Activity.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a str>,
    /// The scope that the token lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    /// How many people it would concern, to be agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    concerns: Option<u64>,
}

/// The schema of problems.
pub(super) fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    generator.subschema_for::<Details<'static>>()
}

/// A problem.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    code: String,
    detail: String,
    case: Option<String>,
    scope: Option<&'static str>,
    concerns: Option<u64>,
    header: Option<(header::HeaderName, String)>,
}

impl Problem {
    /// One of this status, with a code and a sentence.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts { status, code: code.to_owned(), detail: detail.into(), case: None, scope: None, concerns: None, header: None }))
    }
    /// The request cannot be read.
    pub fn bad(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }
    /// There is nothing at this address, for whoever asks (AD-03).
    pub fn nothing() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address.")
    }
    /// It stands otherwise than the step needs.
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }
    /// A value cannot be used.
    pub fn unfit(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }
    /// It may not be done.
    pub fn forbidden(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }
    /// What was seen is not what is there.
    pub fn other() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "precondition.failed", "What you have seen is not what is there now. Read it again.")
    }
    /// With the reference of its record.
    #[must_use]
    pub fn on_record(mut self, case: &CaseNumber) -> Self {
        self.0.case = Some(case.as_str().to_owned());
        self
    }
    /// With the scope that is missing.
    #[must_use]
    pub fn lacking(mut self, scope: Option<&'static str>) -> Self {
        self.0.scope = scope;
        self
    }
    /// With the number of people that it would concern.
    #[must_use]
    pub fn concerning(mut self, people: u64) -> Self {
        self.0.concerns = Some(people);
        self
    }
    /// With a header of its own.
    #[must_use]
    pub fn with(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.0.header = Some((name, value.into()));
        self
    }
    /// Something that we need does not answer.
    pub fn away() -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The store does not answer. Try again in a moment.");
        problem.with(header::RETRY_AFTER, "5")
    }
    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }
    /// Its body.
    pub fn body(&self) -> String {
        let details = Details {
            r#type: format!("urn:homeward:problem:{}", self.0.code),
            title: self.0.status.canonical_reason().unwrap_or("Problem"),
            status: self.0.status.as_u16(),
            detail: &self.0.detail,
            code: &self.0.code,
            case: self.0.case.as_deref(),
            scope: self.0.scope,
            concerns: self.0.concerns,
        };
        serde_json::to_string(&details).unwrap_or_default()
    }
    /// As a response.
    pub fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.status);
        response.insert_header((header::CONTENT_TYPE, KIND));
        if let Some((name, value)) = &self.0.header {
            response.insert_header((name.clone(), value.clone()));
        }
        response.body(self.body())
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        tracing::error!(error = %fault, "the store failed");
        Self::away()
    }
}
