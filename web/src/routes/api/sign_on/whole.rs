//! The whole answer to the last test sign-in, as the API shows it: line by line, with what is signed of it, and values of people in part.

use homeward_portal::sign_on::tested::{self, Document, DocumentKind, Run};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    super::{
        call::Call,
        problem::Problem,
        reply::{Reply, Time},
    },
    named,
};

/// The whole answer to a test sign-in. Nothing in it is anybody's data, and nothing can be used again.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in super::super) struct WholeAnswer {
    /// When it came.
    at: Time,
    /// Its documents.
    documents: Vec<AnswerDocument>,
}

/// One document of it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AnswerDocument {
    /// What it is.
    #[schemars(extend("enum" = ["response", "opened_assertion", "header", "claims", "user_info"]))]
    kind: &'static str,
    /// Whether there was more of it.
    is_cut: bool,
    /// Its lines.
    lines: Vec<AnswerLine>,
}

/// One line.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AnswerLine {
    /// Whether a key that the connection trusts vouches for it.
    is_signed: bool,
    /// The line.
    text: String,
}

impl AnswerDocument {
    fn of(document: &Document) -> Self {
        let kind = match document.kind {
            DocumentKind::Response => "response",
            DocumentKind::Opened => "opened_assertion",
            DocumentKind::Header => "header",
            DocumentKind::Claims => "claims",
            DocumentKind::UserInfo => "user_info",
        };
        let lines = |run: &Run| {
            let text = |line: &tested::Line| "  ".repeat(line.depth.into()) + &line.pieces.iter().map(|piece| piece.1.as_str()).collect::<String>();
            run.lines.iter().map(|line| AnswerLine { is_signed: run.is_signed, text: text(line) }).collect::<Vec<_>>()
        };
        Self { kind, is_cut: document.is_cut, lines: document.runs.iter().flat_map(lines).collect() }
    }
}

pub(in super::super) async fn one(call: &Call) -> Result<Reply, Problem> {
    let found = tested::whole(call.portal(), &call.granted, named(call)?).await?.ok_or_else(Problem::nothing)?;
    let (at, whole) = found.answer.ok_or_else(Problem::nothing)?;
    Ok(Reply::shows(&WholeAnswer { at: Time(at), documents: whole.documents.iter().map(AnswerDocument::of).collect() }))
}
