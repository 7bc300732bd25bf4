//! The six checks of an answer as the API shows them: those of a test sign-in, and those of a refused answer by its reference.

use homeward_portal::{
    checked::{self, Checked},
    sign_on::{Outcome, Report},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::{
    call::Call,
    problem::Problem,
    reply::{Id, Reply, Time},
    shown::english,
};

/// One of the six checks.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct CheckResult {
    /// Its word.
    #[schemars(extend("enum" = ["answered", "meant_for_us", "signature", "fresh", "names", "allowed"]))]
    check: &'static str,
    /// What became of it.
    #[schemars(extend("enum" = ["passed", "failed", "not_reached"]))]
    outcome: &'static str,
}

impl CheckResult {
    pub(super) fn all(report: &Report) -> Vec<Self> {
        let outcome = |outcome: Outcome| match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::NotReached => "not_reached",
        };
        report.lines.iter().map(|line| Self { check: line.check.word(), outcome: outcome(line.outcome) }).collect()
    }
}

/// The check that failed.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct FailedCheck {
    /// The machine's word.
    code: String,
    /// What kind of trouble it is, for example `unknown_key`.
    reason: String,
    /// What the answer said, in part.
    seen: Option<String>,
    /// What was entered here.
    expected: Option<String>,
    /// When the provider's keys were read last, where the one that the answer names is not among them.
    keys_read_at: Option<Time>,
    /// Where the field stands in the provider's console.
    field: Option<String>,
    /// What happened, in a sentence.
    says: String,
    /// What to do.
    fix: String,
}

impl FailedCheck {
    pub(super) fn of(report: &Report) -> Option<Self> {
        let (t, found) = (english(), report.failed.as_ref()?);
        let fix = [found.meaning, Some(found.fix)].into_iter().flatten().map(|key| t.s(key)).collect::<Vec<_>>().join(" ");
        Some(Self {
            code: found.code.clone(),
            reason: found.kind.word(),
            seen: found.seen.clone(),
            expected: found.expected.clone(),
            keys_read_at: found.keys_read_at.map(Time),
            field: found.field.clone(),
            says: t.s(found.says).to_owned(),
            fix,
        })
    }
}

/// A refused answer, as the six checks.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RefusedAnswer", deny_unknown_fields)]
pub(in super::super) struct RefusedShown {
    /// The reference that the person was shown.
    reference: String,
    /// When it came.
    at: Time,
    /// The connection.
    connection: Id,
    /// For which application somebody signed in.
    application: Option<String>,
    /// Whether somebody here had asked for it. Any other is a stranger's to send.
    is_asked: bool,
    /// The checks in their order.
    checks: Vec<CheckResult>,
    /// The first that failed.
    failed: Option<FailedCheck>,
}

impl RefusedShown {
    fn of(found: Checked) -> Self {
        Self {
            reference: found.reference.as_str().to_owned(),
            at: Time(found.at),
            connection: Id::of(found.connection.id),
            application: found.application,
            is_asked: found.asked,
            checks: CheckResult::all(&found.report),
            failed: FailedCheck::of(&found.report),
        }
    }
}

pub(in super::super) async fn refused(call: &Call) -> Result<Reply, Problem> {
    let found = checked::one(call.portal(), &call.granted, call.part("reference")).await?;
    Ok(Reply::shows(&RefusedShown::of(found.ok_or_else(Problem::nothing)?)))
}
