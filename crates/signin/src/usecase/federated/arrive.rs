//! The browser that began fetches the result: the only step that may end in a session.

use homeward_discovery::{Known, Person, WayIn, way_in};
use homeward_federation::{Check, Failure, Protocol};
use homeward_local_credential::StoreFault;
use homeward_model::AccountHint;
use homeward_sealing::sha256;

use super::{depart, refused, whom};
use crate::{
    context::Context,
    federated::{Connected, Purpose, SsoReturned, Upstream},
    reason::Reason,
    stage::{Errand, Leaving, Method, ProvenUser, Started},
    step::{Asking, Step},
    usecase::{
        authorize,
        finish::{self, Proof, Provided},
        limit::{STRAYS, limited},
        realm,
        refuse::{About, audit, refuse, refuse_to},
        session,
    },
    visitor::Visitor,
};

/// `/signin/return` with the handle of a result. A handle of another browser, an old or a used one leads to a page that says
/// so; it never signs anybody in.
///
/// # Errors
/// `StoreFault`.
pub async fn fetch(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let hash = sha256(handle.as_bytes());
    let found = ctx.federation.transactions.take_result(&hash, &visitor.browser, ctx.now()).await?;
    let Some(returned) = found else {
        return over(ctx, &hash, visitor).await;
    };
    returned.sent.started.has_a_hop();
    let connected = ctx.federation.connections.connection(returned.sent.pending.connection).await?.filter(depart::is_on(ctx.now()));
    let Some(connected) = connected else {
        return refused::page(ctx, Failure::of(Check::Allowed, "connection.off"), &returned.sent, visitor).await;
    };
    match returned.sent.purpose {
        Purpose::SignIn => {}
        // A test signs nobody in; its result was kept where the answer arrived.
        Purpose::Test => return refuse(ctx, Reason::ReturnOver, Asking::default(), Some(authorize::own(ctx, Errand::Home)), About::default(), visitor).await,
        Purpose::Unsolicited if session::live(ctx, visitor).await?.is_empty() => {}
        // Somebody is signed in here: an answer that nobody asked for changes nobody over. A request of ours asks first (SF-24).
        Purpose::Unsolicited => return Ok(refused::begin_here(ctx, &connected)),
    }
    match whom::meant(ctx, &connected, &returned.answer, whom::Routed::Now).await? {
        Ok(person) => enter(ctx, (returned, hash), &connected, person, visitor).await,
        Err(refused) => refused::page(ctx, *refused.failure, &returned.sent, visitor).await,
    }
}

/// The page of a result that nobody can fetch here. The browser that began comes back to what it came for; another one learns nothing of that.
async fn over(ctx: &Context, hash: &[u8; 32], visitor: &Visitor) -> Result<Step, StoreFault> {
    let own = ctx.federation.transactions.sent_of_result(hash).await?.filter(|sent| sent.purpose == Purpose::SignIn && sent.browser == visitor.browser);
    let again = match own {
        Some(sent) => Leaving { started: finish::anew(ctx, &sent.started), username: sent.username },
        None => Leaving { started: authorize::own(ctx, Errand::Home), username: None },
    };
    if let Some(step) = limited(ctx, &STRAYS, &again.started, visitor).await? {
        return Ok(step);
    }
    let asking = realm::asking(ctx, &again.started).await?;
    refuse_to(ctx, Reason::ReturnOver, asking, Some(again.clone()), About::of(&again.started), visitor).await
}

/// Discovery decides once more, for the very user that was named: whoever may not use this connection now, or is not the account's to be
/// signed in by it, is not let in by it. By which way the browser came to this provider counts for nothing (ST-05).
async fn enter(ctx: &Context, (returned, hash): (SsoReturned, [u8; 32]), connected: &Connected, person: whom::Person, visitor: &Visitor) -> Result<Step, StoreFault> {
    let SsoReturned { sent, answer } = returned;
    let Some(application) = realm::application(ctx, &sent.started).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&sent.started), visitor).await;
    };
    let known = Known {
        username: &person.user().username,
        account: &connected.account.number,
        connection: None,
        application: &application,
        place: (visitor.zone.as_deref(), visitor.device),
    };
    let found = ctx.directory.candidates(known.username, &known.hints()).await?;
    let (candidates, which) = match &person {
        whom::Person::Known(_) | whom::Person::Invited(_) => (found, Person::Stored),
        whom::Person::New(user) => (whom::with_new(found, user), Person::New),
    };
    if way_in(&known, connected.route.id, which, &candidates, ctx.now()) != WayIn::Open {
        return refused::page(ctx, Failure::of(Check::Allowed, "allowed.rules"), &sent, visitor).await;
    }
    let user = match whom::settle(ctx, connected, &answer, person).await? {
        Ok(user) => user,
        Err(failure) => return refused::page(ctx, failure, &sent, visitor).await,
    };
    whom::note_mailbox(ctx, connected, &answer, &user).await?;
    let about = About { user: Some(user.id), account: Some(user.account), detail: &answer.subject.kind, ..About::of(&sent.started) };
    audit(ctx, "signin.federated", "ok", about, visitor, None).await?;
    let version = ctx.credentials.of_users(&[user.id]).await?.first().map_or(0, |credential| credential.version);
    let method = match connected.connection.as_ref().map(|known| &known.settings.protocol) {
        Some(Protocol::Oidc(_)) => Method::Oidc,
        Some(Protocol::Saml(_)) | None => Method::Saml,
    };
    let proof = Proof {
        started: named(sent.started, connected),
        username: user.username.clone(),
        user: ProvenUser { user: user.id, account: user.account, version },
        method,
        at: ctx.now(),
        provided: Some(Provided { upstream: Upstream::of(&answer), there: answer.there, answer: hash }),
    };
    finish::complete(ctx, proof, visitor).await
}

/// A sign-in that the provider's tile began belongs to the account of that provider.
fn named(mut started: Started, connected: &Connected) -> Started {
    started.hints.account = Some(AccountHint::Number(connected.account.number.clone()));
    started
}
