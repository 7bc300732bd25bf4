//! Refusals that are counted before they are written: of requests that are about nobody yet, and of the account portal, whose people
//! could ask again and again. Each has its case number in page, log and audit.

use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, CaseNumber, NetworkPrefix, UserId};
use homeward_provider::Concerned;

use crate::{context::Context, ports::AuditEvent, reason::Reason};

/// Something was asked for too often through one network: nothing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// How long to wait.
    pub seconds: u64,
    /// The machine's word.
    pub code: &'static str,
    /// The number of the case.
    pub case: CaseNumber,
}

/// A request was refused before anybody was meant. Gives the case number for its page.
pub async fn refused(ctx: &Context, reason: Reason, network: NetworkPrefix) -> CaseNumber {
    counted(ctx, line(ctx, "request.refused", reason.code().to_owned(), network)).await
}

/// A call of an application was refused with this error (RFC 6749 5.2, RFC 6750 3.1), about somebody or nobody. Gives the case number
/// for its answer.
pub async fn call_refused(ctx: &Context, (error, why): (&str, &str), concerned: Option<&Concerned>, network: NetworkPrefix) -> CaseNumber {
    let (user, account) = (concerned.map(|c| c.user), concerned.map(|c| c.account));
    let application = concerned.map(|c| c.client.clone());
    counted(ctx, AuditEvent { user, account, application, detail: why.to_owned(), ..line(ctx, "client.refused", format!("client.{error}"), network) }).await
}

/// The account portal refused somebody, somebody who came by an account's setup link, or somebody who brought no proof; `what` was asked
/// for. Counted by person and account. Gives the case number for its page.
pub async fn portal_refused(ctx: &Context, (reason, what): (Reason, String), (user, account): (Option<UserId>, Option<AccountId>), network: NetworkPrefix) -> CaseNumber {
    counted(ctx, AuditEvent { user, account, detail: what, ..line(ctx, "portal.refused", reason.code().to_owned(), network) }).await
}

fn line(ctx: &Context, event: &'static str, outcome: String, network: NetworkPrefix) -> AuditEvent {
    AuditEvent { event, outcome, user: None, account: None, application: None, network: network.to_string(), case: None, at: ctx.now(), detail: String::new() }
}

/// Counts a refusal and writes what has to be written. A store that fails changes nothing about the refusal: the log has it.
pub(super) async fn counted(ctx: &Context, line: AuditEvent) -> CaseNumber {
    (ctx.count)(&line);
    let (reason, why) = (line.outcome.clone(), line.detail.clone());
    let counted = ctx.refusals.count(line, CaseNumber::generate(ctx.random.as_ref()));
    if let Some(left_out) = ctx.refusals.log.next(&reason, ctx.now()) {
        tracing::info!(reason, why, case = counted.case.as_str(), left_out, "refused");
    }
    if let Err(error) = write(ctx, counted.lines).await {
        tracing::error!(%error, "audit");
    }
    counted.case
}

/// A page of an error that refuses nothing: there is nothing here, or something failed. Gives the reference for it; the log alone has it, a line a
/// second for each status (decision 0010).
pub fn error_page(ctx: &Context, status: u16) -> CaseNumber {
    let case = CaseNumber::generate(ctx.random.as_ref());
    if let Some(left_out) = ctx.refusals.log.next(&status.to_string(), ctx.now()) {
        tracing::info!(status, case = case.as_str(), left_out, "error page");
    }
    case
}

fn say_left_out(left_out: Vec<(String, u64)>) {
    for (reason, left_out) in left_out {
        tracing::info!(reason, left_out, "left out of this log");
    }
}

/// Writes the records of minutes that are over, and says what the log left out.
///
/// # Errors
/// `StoreFault` when the audit cannot be written.
pub async fn close(ctx: &Context) -> Result<(), StoreFault> {
    say_left_out(ctx.refusals.log.over(ctx.now()));
    write(ctx, ctx.refusals.over(ctx.now())).await
}

/// Writes the records of every minute: the process ends.
///
/// # Errors
/// `StoreFault` when the audit cannot be written.
pub async fn close_all(ctx: &Context) -> Result<(), StoreFault> {
    say_left_out(ctx.refusals.log.all());
    write(ctx, ctx.refusals.all(ctx.now())).await
}

async fn write(ctx: &Context, lines: Vec<AuditEvent>) -> Result<(), StoreFault> {
    for line in lines {
        ctx.audit.write(&line).await?;
    }
    Ok(())
}
