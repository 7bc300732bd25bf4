//! Limits on what is no guess at a password: look-ups, account numbers, mails, codes. A pause has a case number on its page and
//! in the audit, like every other refusal (ALL-24).

use std::time::Duration;

use homeward_discovery::Hints;
use homeward_local_credential::StoreFault;
use homeward_model::{ConnectionId, Timestamp, Username};

use crate::{
    context::Context,
    stage::Started,
    step::Step,
    usecase::{
        realm,
        refuse::{About, event},
        reset,
        strangers::{self, TooMany},
    },
    visitor::Visitor,
};

/// How often one network may do something.
pub(super) struct Limit {
    /// The word in counter and audit.
    pub what: &'static str,
    /// How often it is let through.
    pub most: u32,
    /// The time within which it counts together, and the length of the pause.
    pub window: Duration,
}

/// Which domains and account numbers have Single Sign-On is public by nature, but nobody needs to read them off in bulk. One
/// counter for every page that answers such a question (LH-04, LH-14).
pub(super) const LOOK_UPS: Limit = Limit { what: "limit.look_up", most: 300, window: Duration::from_secs(600) };

/// Answers and addresses of providers that belong to no sign-in under way: each leaves a record, so there are not many from one
/// network.
pub(super) const STRAYS: Limit = Limit { what: "limit.stray_answer", most: 120, window: Duration::from_secs(600) };

/// Answers to one sign-in that takes none any more: each leaves a record.
pub(super) const LATE: Limit = Limit { what: "limit.late_answer", most: 10, window: Duration::from_secs(600) };

/// Sign-ins that nobody can be sent to one connection's provider with, as its documents or settings are: so many have a trace of their own, since one of them says what
/// all the others would. Those beyond are refused like them, and counted (decision 0010).
pub(super) const NOT_SENT: Limit = Limit { what: "limit.not_sent", most: 10, window: Duration::from_secs(600) };

/// Answers that nobody here asked for, good ones included: a tile opens a sign-in like any other, and what they are for is looked at first.
pub(super) const UNASKED: Limit = Limit { what: "limit.unasked_answer", most: 300, window: Duration::from_secs(600) };

/// Ways to a provider: each makes a request of ours there, which is signed, and one that leads nowhere leaves a record.
pub(super) const WAYS_OUT: Limit = Limit { what: "limit.way_out", most: 300, window: Duration::from_secs(600) };

/// Messages of signing out that a provider sends to one address: each takes a verification. Whoever closes for the day signs thousands out through few addresses
/// of its own; one that holds is given back. What comes beyond this has its turn one after the other.
pub(super) const SIGN_OUTS: Limit = Limit { what: "limit.sign_out", most: 600, window: Duration::from_secs(600) };

/// Our metadata for one connection, which is signed each time that somebody asks for it.
pub(super) const METADATA: Limit = Limit { what: "limit.metadata", most: 300, window: Duration::from_secs(600) };

/// The same for all connections together: a provider or a gateway that reads the metadata of many comes by one network.
pub(super) const ALL_METADATA: Limit = Limit { most: 3_000, ..METADATA };

/// Texts that could be printed codes. A code has 100 bits, so that nobody guesses one, and no limit of a name stands between the paper and its
/// person: strangers who try passwords under that name keep nobody out. What is no code is tried as a password, and counted as one.
pub(super) const CODES: Limit = Limit { what: "limit.emergency_code", most: 100, window: Duration::from_secs(600) };

/// Counts one use; `Some` is the page to show instead.
pub(super) async fn limited(ctx: &Context, limit: &Limit, started: &Started, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    limited_for(ctx, limit, false, started, visitor).await
}

/// Counts one question about a name. What others in a network use up keeps nobody out of a browser of their own: where everybody of the name has signed in there, it
/// has as many questions again, about that name alone (LG-02). A hint of an account, a domain or a connection is a question about that one, and is anybody's.
pub(super) async fn looked_up(ctx: &Context, username: &Username, started: &Started, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    limited_of(ctx, &LOOK_UPS, Some(username).filter(|_| started.hints == Hints::default()), started, visitor).await
}

/// Counts one use by whoever has this name; the same goes for a browser of their own.
pub(super) async fn limited_of(ctx: &Context, limit: &Limit, username: Option<&Username>, started: &Started, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let (now, network) = (ctx.now(), visitor.network.to_string());
    let Some(wait) = ctx.guesses.allow(limit.what, &network, limit.most, limit.window, now).await? else { return Ok(None) };
    if let Some(username) = username
        && reset::asking_browser(ctx, username, visitor).await?.is_own
    {
        return limited_for(ctx, limit, true, started, visitor).await;
    }
    pause(ctx, now.plus(wait), limit.what, started, visitor).await.map(Some)
}

/// The same; what belongs to one connection alone is counted apart.
pub(super) async fn limited_at(ctx: &Context, (limit, connection): (&Limit, Option<ConnectionId>), started: &Started, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let Some(connection) = connection else { return limited(ctx, limit, started, visitor).await };
    let who = format!("{} {connection}", visitor.network);
    match ctx.guesses.allow(limit.what, &who, limit.most, limit.window, ctx.now()).await? {
        Some(wait) => pause(ctx, ctx.now().plus(wait), limit.what, started, visitor).await.map(Some),
        None => Ok(None),
    }
}

/// The same; the browser of the person who is meant is counted by itself: what others in its network use up is not theirs.
pub(super) async fn limited_for(ctx: &Context, limit: &Limit, is_own: bool, started: &Started, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let (now, network) = (ctx.now(), visitor.network.to_string());
    // No network is written like this: a browser's name is 43 characters without a dot or colon.
    let who = if is_own { &visitor.browser } else { &network };
    match ctx.guesses.allow(limit.what, who, limit.most, limit.window, now).await? {
        Some(wait) => pause(ctx, now.plus(wait), limit.what, started, visitor).await.map(Some),
        None => Ok(None),
    }
}

/// Counts one use; whether there were too many. For what has no page to show.
pub(super) async fn is_over(ctx: &Context, limit: &Limit, visitor: &Visitor) -> Result<bool, StoreFault> {
    is_over_for(ctx, limit, &visitor.network.to_string()).await
}

/// The same of one use by `who`.
pub(super) async fn is_over_for(ctx: &Context, limit: &Limit, who: &str) -> Result<bool, StoreFault> {
    Ok(ctx.guesses.allow(limit.what, who, limit.most, limit.window, ctx.now()).await?.is_some())
}

/// Counts one use by `who` of what has no sign-in to go on with; `Some` when there were too many, which is on record as this event.
pub(super) async fn too_many(ctx: &Context, (limit, who): (&Limit, &str), (what, about): (&'static str, About<'_>), visitor: &Visitor) -> Result<Option<TooMany>, StoreFault> {
    let Some(wait) = ctx.guesses.allow(limit.what, who, limit.most, limit.window, ctx.now()).await? else { return Ok(None) };
    Ok(Some(told(ctx, limit, wait, (what, about), visitor).await))
}

/// That there were too many, on record as this event.
pub(super) async fn told(ctx: &Context, limit: &Limit, wait: Duration, (what, about): (&'static str, About<'_>), visitor: &Visitor) -> TooMany {
    let case = strangers::counted(ctx, event(ctx, what, limit.what, about, visitor, None)).await;
    TooMany { seconds: wait.as_secs().max(1), code: limit.what, case }
}

/// Takes one use by `who` back. What it was for is done: counters that fail change nothing about that.
pub(super) async fn give_back(ctx: &Context, (limit, who): (&Limit, &str)) {
    if let Err(error) = ctx.guesses.give_back(limit.what, who, limit.most, limit.window, ctx.now()).await {
        tracing::warn!(%error, limit = limit.what, "a use that was right could not be given back");
    }
}

/// The page that says until when to wait. Whoever goes on asking sees it again and again: one network's pages of a minute are counted
/// together (decision 0010).
pub(super) async fn pause(ctx: &Context, until: Timestamp, why: &str, started: &Started, visitor: &Visitor) -> Result<Step, StoreFault> {
    pause_of(ctx, until, (why, ""), started, visitor).await
}

/// The same for a name that somebody typed.
pub(super) async fn pause_of(ctx: &Context, until: Timestamp, (why, typed): (&str, &str), started: &Started, visitor: &Visitor) -> Result<Step, StoreFault> {
    let asking = realm::asking(ctx, started).await?;
    let case = strangers::counted(ctx, event(ctx, "signin.paused", why, About::of(started), visitor, None)).await;
    let seconds = until.since(ctx.now()).as_secs().max(1);
    Ok(Step::Pause { stage: started.clone(), typed: typed.to_owned(), asking, until, seconds, code: why.to_owned(), case })
}
