//! Browsers' sessions: which of those that the cookie names still count.

use std::time::Duration;

use homeward_discovery::{AccountState, UserState};
use homeward_local_credential::StoreFault;
use homeward_model::Timestamp;
use homeward_provider::{AuthorizationRequest, ClientKind};
use homeward_sealing::sha256;

use crate::{context::Context, ports::FoundSession, stage::{Errand, Method, Started}, usecase::authorize, visitor::Visitor};

/// Written at most this often, so that a session that is only used costs no write.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// When it is asked what counts, and how long sessions of browsers may rest and last.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The moment.
    pub now: Timestamp,
    /// How long a session may rest.
    pub idle: Duration,
    /// How long it may last.
    pub absolute: Duration,
}

impl Times {
    /// By the broker's settings and clock.
    pub(super) fn of(ctx: &Context) -> Self {
        Self { now: ctx.now(), idle: ctx.settings.session_idle, absolute: ctx.settings.session_absolute }
    }
}

/// Whether a session still counts now.
pub(super) fn alive(Times { now, idle, absolute }: Times, found: &FoundSession) -> bool {
    let session = &found.session;
    session.ended.is_none()
        && now.since(session.last_seen) < idle
        && now.since(session.authenticated_at) < absolute
        && session.stopgap.is_none_or(|stopgap| now < stopgap.until)
        && found.user.state == UserState::Active
        && found.account.state == AccountState::Active
        && match session.method {
            Method::Password | Method::Mail | Method::Code => session.credential_version == found.credential_version,
            // The password is none of this proof; the provider's own word on how long it holds is (SF-32).
            Method::Saml | Method::Oidc => session.upstream.as_ref().is_some_and(|upstream| upstream.until.is_none_or(|until| now < until)),
        }
}

/// The visitor's sessions that still count, newest first.
pub(super) async fn live(ctx: &Context, visitor: &Visitor) -> Result<Vec<FoundSession>, StoreFault> {
    let mut live = open(ctx, visitor).await?;
    live.retain(|found| alive(Times::of(ctx), found));
    Ok(live)
}

/// The visitor's sessions that nobody has ended, newest first: also those that serve no page any more because they rested too long. What was granted
/// under them may go on for months, and ends with them.
pub(super) async fn open(ctx: &Context, visitor: &Visitor) -> Result<Vec<FoundSession>, StoreFault> {
    let mut open = Vec::new();
    for secret in &visitor.sessions {
        if let Some(found) = ctx.sessions.find(&sha256(secret.as_bytes())).await?
            && found.session.ended.is_none()
        {
            open.push(found);
        }
    }
    open.sort_by_key(|found| std::cmp::Reverse(found.session.authenticated_at));
    Ok(open)
}

/// Whether the application remembers this session's sign-in: the table of sessions (`homeward_provider::SessionRules`). A new
/// version of an application that is bound to its version asks again (B-028), and so does one below its minimum (B-149).
pub(super) async fn remembered(ctx: &Context, found: &FoundSession, request: &AuthorizationRequest) -> Result<bool, StoreFault> {
    let client = ctx.provider.clients.client(&request.client_id).await.map_err(authorize::fault)?;
    let Some(client) = client else { return Ok(false) };
    let rule = client.sessions.of(found.session.method.is_federated());
    let version = request.app_version.as_deref();
    if !rule.remember || !client.sessions.admits(version) {
        return Ok(false);
    }
    match client.kind {
        ClientKind::Web | ClientKind::Extension => {
            let now = ctx.now();
            let rested = rule.idle.is_none_or(|idle| now.since(found.session.last_seen) < idle);
            let aged = rule.absolute.is_none_or(|absolute| now.since(found.session.authenticated_at) < absolute);
            if !rested || !aged {
                return Ok(false);
            }
        }
        // What these remember rests and ends with the grant.
        ClientKind::Native => {}
    }
    if !rule.bind_version {
        return Ok(true);
    }
    let seen = ctx.sessions.versions(found.session.id, &request.client_id).await?;
    Ok(seen.is_empty() || seen.iter().any(|seen| seen.as_deref() == version))
}

/// Whether a session may answer what was begun, by when and how its proof was made: nobody is to prove themselves anew, it is not older than the
/// application takes, and no other proof would meet a context that is essential to it.
pub(super) fn may_answer(ctx: &Context, started: &Started, found: &FoundSession) -> bool {
    let wants_another = matches!(&started.errand, Errand::Application(request) if !request.is_content_with(authorize::signed_in(found).acr()));
    !started.must_prove() && is_young(ctx, found, started.most_age()) && !wants_another
}

/// Whether a session's proof is no older than this.
pub(super) fn is_young(ctx: &Context, found: &FoundSession, most: Option<u64>) -> bool {
    most.is_none_or(|most| ctx.now().since(found.session.proved_at()).as_secs() <= most)
}

/// Notes that a session was used.
pub(super) async fn touch(ctx: &Context, found: &FoundSession) -> Result<(), StoreFault> {
    let now = ctx.now();
    if now.since(found.session.last_seen) >= TOUCH_EVERY {
        ctx.sessions.touch(found.session.id, now).await?;
    }
    Ok(())
}
