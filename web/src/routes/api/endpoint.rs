//! What one endpoint of the API is: where, what it does, what it takes and gives. Routes, checks and the OpenAPI document come from it.

use actix_web::http::Method;
use futures_util::future::LocalBoxFuture;
use homeward_portal::Action;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{call::Call, problem::Problem, reply::Reply};

/// Methods that the API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Does something, or searches.
    Post,
    /// Puts something into a state.
    Put,
    /// Takes something away.
    Delete,
}

impl Verb {
    /// As requests write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
    /// Whether a request has it.
    pub(super) fn is(self, method: &Method) -> bool {
        self.word() == method.as_str()
    }
}

/// What a parameter of the query may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number from the first to the second.
    Number(u32, u32),
    /// An id of ours.
    Id,
    /// A `client_id`.
    ClientId,
    /// A text of at most so many characters.
    Text(u32),
}

/// A parameter of the query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub name: &'static str,
    pub says: &'static str,
    pub shape: Shape,
}

/// What somebody must have seen before it is done.
#[derive(Clone, Copy)]
pub(crate) enum Seen {
    /// Nothing.
    Nothing,
    /// `If-Match` counts when it is there: compared with what this endpoint shows.
    May(Action, Handler),
    /// `If-Match` has to be there: compared with what this endpoint shows.
    Must(Action, Handler),
    /// `If-Match` has to be there, and names what is done; the handler compares.
    Names,
}

/// What answers.
pub(crate) type Handler = for<'a> fn(&'a Call) -> LocalBoxFuture<'a, Result<Reply, Problem>>;
/// The schema of a type.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

pub(super) fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// One endpoint.
pub struct Endpoint {
    /// Its method.
    pub verb: Verb,
    /// Its path behind `/api/v1`; `{number}` is the account.
    pub path: &'static str,
    /// What programs call it (`operationId`).
    pub name: &'static str,
    /// What it does, for the documentation.
    pub says: &'static str,
    /// What it is in the table of roles.
    pub action: Action,
    pub(crate) query: &'static [Parameter],
    pub(crate) takes: Option<SchemaOf>,
    pub(crate) gives: Option<SchemaOf>,
    /// Whether something is made, which has an address of its own.
    pub(crate) makes: bool,
    pub(crate) seen: Seen,
    /// Whether an `Idempotency-Key` counts.
    pub(crate) keyed: bool,
    /// Whether the answer has a secret, which is shown this once: it is kept nowhere, so that no key can ask for it again.
    pub(crate) is_secret: bool,
    /// Whether a file is given instead of JSON.
    pub(crate) files: bool,
    reads: bool,
    /// Statuses of problems that are its own, with what they mean here.
    pub(crate) own: &'static [(u16, &'static str)],
    pub(crate) handler: Handler,
}

impl Endpoint {
    pub(super) const fn new(verb: Verb, path: &'static str, (name, says): (&'static str, &'static str), action: Action, handler: Handler) -> Self {
        let keyed = matches!(verb, Verb::Post);
        let reads = matches!(verb, Verb::Get);
        Self { verb, path, name, says, action, query: &[], takes: None, gives: None, makes: false, seen: Seen::Nothing, keyed, is_secret: false, files: false, reads, own: &[], handler }
    }
    pub(super) const fn query(self, query: &'static [Parameter]) -> Self {
        Self { query, ..self }
    }
    pub(super) const fn takes<T: JsonSchema>(self) -> Self {
        Self { takes: Some(schema_of::<T>), ..self }
    }
    pub(super) const fn gives<T: JsonSchema>(self) -> Self {
        Self { gives: Some(schema_of::<T>), ..self }
    }
    pub(super) const fn makes<T: JsonSchema>(self) -> Self {
        Self { gives: Some(schema_of::<T>), makes: true, ..self }
    }
    pub(super) const fn seen(self, seen: Seen) -> Self {
        Self { seen, ..self }
    }
    /// It reads, although it is a POST: names of people stand in no address.
    pub(super) const fn reads(self) -> Self {
        Self { keyed: false, reads: true, ..self }
    }
    /// Its answer has a secret.
    pub(super) const fn secret(self) -> Self {
        Self { keyed: false, is_secret: true, ..self }
    }
    /// It gives a file: what is in it leaves a record, and is done anew each time.
    pub(super) const fn files(self) -> Self {
        Self { keyed: false, files: true, ..self }
    }
    pub(super) const fn own(self, own: &'static [(u16, &'static str)]) -> Self {
        Self { own, ..self }
    }
    /// Whether a request without `If-Match` is refused.
    pub(super) const fn asks_what_was_seen(&self) -> bool {
        matches!(self.seen, Seen::Must(..) | Seen::Names)
    }
    /// Whether it changes nothing.
    pub const fn is_reading(&self) -> bool {
        self.reads
    }
}
