//! What the API answers when it does something: JSON with a strong ETag, nothing, or where the new thing is.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::Timestamp;
use homeward_portal::tokens::ports::Kept;
use homeward_sealing::sha256;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::problem::{self, Problem};
use crate::screens::portal::iso;

/// What is answered.
#[derive(Debug)]
enum Body {
    /// JSON, or nothing.
    Text(String),
    /// A file, a piece at a time.
    File(Box<HttpResponse>),
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    body: Body,
    etag: Option<String>,
    location: Option<String>,
}

impl Reply {
    /// Shows something; its ETag is that of the bytes.
    pub fn shows(value: &impl Serialize) -> Self {
        let body = serde_json::to_string(value).unwrap_or_default();
        let tag = URL_SAFE_NO_PAD.encode(sha256(body.as_bytes()).first_chunk::<16>().copied().unwrap_or_default());
        Self { status: StatusCode::OK, body: Body::Text(body), etag: Some(format!("\"{tag}\"")), location: None }
    }
    /// Shows what was made, and says where it is.
    pub fn made(value: &impl Serialize, location: String) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location), ..Self::shows(value) }
    }
    /// It was done, and there is nothing to show.
    pub fn done() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: Body::Text(String::new()), etag: None, location: None }
    }
    /// Gives a file.
    pub fn file(response: HttpResponse) -> Self {
        Self { status: response.status(), body: Body::File(Box::new(response)), etag: None, location: None }
    }
    /// With a tag of its own.
    #[must_use]
    pub fn tagged(mut self, tag: &str) -> Self {
        self.etag = Some(format!("\"{tag}\""));
        self
    }
    /// Its tag.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }
    /// As a response; `known` is what the caller has.
    pub fn response(self, known: Option<&str>) -> HttpResponse {
        let body = match self.body {
            Body::Text(body) => body,
            Body::File(response) => return *response,
        };
        let is_known = known.zip(self.etag.as_deref()).is_some_and(|(known, tag)| names(known, tag));
        let status = if is_known { StatusCode::NOT_MODIFIED } else { self.status };
        let mut response = HttpResponse::build(status);
        if let Some(tag) = self.etag {
            response.insert_header((header::ETAG, tag));
        }
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        if is_known || body.is_empty() {
            return response.finish();
        }
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        response.body(body)
    }
    /// As it is kept to be given again. A file never is: no key counts for one.
    pub fn kept(&self) -> Kept {
        let body = match &self.body {
            Body::Text(body) => body.clone(),
            Body::File(_) => String::new(),
        };
        Kept { status: self.status.as_u16(), etag: self.etag.clone(), location: self.location.clone(), body }
    }
}

/// A problem as it is kept.
pub(super) fn kept_problem(problem: &Problem) -> Kept {
    Kept { status: problem.status().as_u16(), etag: None, location: None, body: problem.body() }
}

/// What was kept, again.
pub(super) fn again(kept: Kept) -> HttpResponse {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !status.is_client_error() {
        return Reply { status, body: Body::Text(kept.body), etag: kept.etag, location: kept.location }.response(None);
    }
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, problem::KIND));
    response.body(kept.body)
}

/// Whether a list of tags, or `*`, names this one. A weak one is none of ours (RFC 9110 8.8.3).
pub(super) fn names(list: &str, tag: &str) -> bool {
    list.trim() == "*" || list.split(',').any(|one| one.trim() == tag)
}

/// A time in an answer (RFC 3339, UTC).
#[derive(Clone, Debug)]
pub(crate) struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&iso(self.0))
    }
}

impl JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// An id in an answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Id(pub String);

impl Id {
    /// Any id of ours.
    pub fn of(id: impl std::fmt::Display) -> Self {
        Self(id.to_string())
    }
}

impl JsonSchema for Id {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Page", deny_unknown_fields)]
pub(crate) struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Send it back as `cursor` to get the entries after these; absent on the last page. It is good for a day, for this token, this account and this search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_named_whole_and_strong() {
        let reply = Reply::shows(&["a"]);
        let tag = reply.etag().unwrap().to_owned();
        assert_eq!(Reply::shows(&["a"]).etag(), Some(tag.as_str()));
        assert_ne!(Reply::shows(&["b"]).etag(), Some(tag.as_str()));
        for good in [tag.clone(), format!("\"x\", {tag}"), "*".into()] {
            assert!(names(&good, &tag), "{good}");
        }
        for bad in [format!("W/{tag}"), tag.trim_matches('"').to_owned(), String::new(), tag[..tag.len() - 1].to_owned()] {
            assert!(!names(&bad, &tag), "{bad}");
        }
    }

    #[test]
    fn times_are_those_of_rfc_3339() {
        assert_eq!(serde_json::to_string(&Time(Timestamp::from_seconds(1_800_000_000))).unwrap(), "\"2027-01-15T08:00:00Z\"");
    }
}
