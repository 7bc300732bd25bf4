//! Refusals: one case number on the page, in the log and in the audit.

use homeward_discovery::Refusal;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, CaseNumber, ClientId, UserId};
use homeward_trace::{Note, note};

use crate::{
    context::Context,
    ports::AuditEvent,
    reason::Reason,
    stage::{Errand, Leaving, NotBack, Started},
    step::{Asking, Step},
    usecase::strangers,
    visitor::Visitor,
};

/// Whom and what an audit line concerns.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub user: Option<UserId>,
    pub account: Option<AccountId>,
    pub client: Option<&'a ClientId>,
    pub detail: &'a str,
}

impl<'a> About<'a> {
    pub fn of(started: &'a Started) -> Self {
        Self { client: client(started), ..Self::default() }
    }
}

pub(super) fn client(started: &Started) -> Option<&ClientId> {
    match &started.errand {
        Errand::Application(request) => Some(&request.client_id),
        Errand::ChangePassword { client, .. } => client.as_ref(),
        Errand::Consent(consent) => Some(&consent.client),
        Errand::Email | Errand::Home | Errand::Own | Errand::Tile => None,
    }
}

/// A line of the audit.
pub(super) fn event(ctx: &Context, event: &'static str, outcome: &str, about: About<'_>, visitor: &Visitor, case: Option<CaseNumber>) -> AuditEvent {
    AuditEvent {
        event,
        outcome: outcome.to_owned(),
        user: about.user,
        account: about.account,
        application: about.client.cloned(),
        network: visitor.network.to_string(),
        case,
        at: ctx.now(),
        detail: about.detail.to_owned(),
    }
}

/// Writes a line of the audit, and counts it.
pub(super) async fn audit(
    ctx: &Context,
    what: &'static str,
    outcome: &str,
    about: About<'_>,
    visitor: &Visitor,
    case: Option<CaseNumber>,
) -> Result<(), StoreFault> {
    let line = event(ctx, what, outcome, about, visitor, case);
    ctx.audit.write(&line).await?;
    (ctx.count)(&line);
    Ok(())
}

/// The page that says no.
pub(super) async fn refuse(
    ctx: &Context,
    reason: Reason,
    asking: Asking,
    retry: Option<Started>,
    about: About<'_>,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    refuse_to(ctx, reason, asking, retry.map(|started| Leaving { started, username: None }), about, visitor).await
}

/// The same; "Try again" goes on with the name, too.
pub(super) async fn refuse_to(
    ctx: &Context,
    reason: Reason,
    asking: Asking,
    retry: Option<Leaving>,
    about: About<'_>,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    note("homeward.reason", || reason.code().into());
    let case = if reason.is_about_nobody() && about.user.is_none() && about.account.is_none() {
        strangers::counted(ctx, event(ctx, "signin.refused", reason.code(), about, visitor, None)).await
    } else {
        let case = CaseNumber::generate(ctx.random.as_ref());
        tracing::info!(reason = reason.code(), case = case.as_str(), "refused");
        audit(ctx, "signin.refused", reason.code(), about, visitor, Some(case.clone())).await?;
        case
    };
    note("homeward.case", || Note::id(&case));
    Ok(Step::Refused { reason, case, at: ctx.now(), asking, retry: retry.map(Box::new) })
}

/// A request for a sign-in is refused at the application's own address, with this error (RFC 6749 4.1.2.1). Gives the case number for it. Whoever is
/// signed in could have the same request refused a thousand times a second, so these are counted by person, as those about nobody are by network
/// (decision 0010).
pub(super) async fn told(ctx: &Context, error: &'static str, about: About<'_>, visitor: &Visitor) -> CaseNumber {
    note("homeward.reason", || error.into());
    let case = strangers::counted(ctx, event(ctx, "client.refused", &format!("client.{error}"), about, visitor, None)).await;
    note("homeward.case", || Note::id(&case));
    case
}

/// An application wants the person back after a sign-out where nobody goes. That is about the request: who is signed in does not matter.
pub(super) async fn not_back(ctx: &Context, why: &str, client: Option<&ClientId>, visitor: &Visitor) -> NotBack {
    let code = Reason::SignOutReturn.code();
    note("homeward.reason", || code.into());
    let about = About { client, detail: why, ..About::default() };
    let case = strangers::counted(ctx, event(ctx, "client.refused", code, about, visitor, None)).await;
    note("homeward.case", || Note::id(&case));
    NotBack { case, at: ctx.now() }
}

pub(super) const fn reason(refusal: Refusal) -> Reason {
    match refusal {
        Refusal::ApplicationNotInRegion => Reason::ApplicationNotInRegion,
        Refusal::AccountSuspended => Reason::AccountSuspended,
        Refusal::NoConnection => Reason::NoConnection,
        Refusal::NotEntitled => Reason::NotEntitled,
    }
}
