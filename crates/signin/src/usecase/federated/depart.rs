//! Away to the identity provider.

use homeward_discovery::{ConnectionState, SsoRule};
use homeward_federation::{Kind, Wish};
use homeward_local_credential::StoreFault;
use homeward_model::{ConnectionId, Timestamp, Username, random_token};
use homeward_sealing::sha256;

use super::{own, refused};
use crate::{
    context::Context,
    federated::{Connected, Purpose, SsoSent},
    reason::Reason,
    stage::{Departing, Leaving, Started},
    step::Step,
    usecase::{
        identify,
        limit::{WAYS_OUT, limited_of},
        realm::{self, asking_of},
        refuse::{About, refuse, refuse_to},
    },
    visitor::Visitor,
};

/// Sends the person to a connection that discovery chose.
pub(in crate::usecase) fn depart(ctx: &Context, started: Started, username: Option<Username>, connection: ConnectionId) -> Step {
    Step::Depart { stage: Departing { started, username, connection, handle: random_token(ctx.random.as_ref()), at: ctx.now() } }
}

/// The page that leaves, once: whoever comes to it again, by the browser's back button or a reload, is back at the username page (SSO-4).
/// The connection's state and settings are read once more.
///
/// # Errors
/// `StoreFault`.
pub async fn set_out(ctx: &Context, stage: Departing, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Departing { started, username, connection, handle, at } = stage;
    let typed = username.as_ref().map(|name| name.typed().to_owned()).unwrap_or_default();
    if ctx.now().since(at) > SsoSent::LIFETIME {
        return identify::again(ctx, started, typed, None).await;
    }
    if let Some(step) = limited_of(ctx, &WAYS_OUT, username.as_ref(), &started, visitor).await? {
        return Ok(step);
    }
    let Some(application) = realm::application(ctx, &started).await? else {
        return refuse(ctx, Reason::UnknownApplication, Default::default(), None, About::of(&started), visitor).await;
    };
    let asking = asking_of(&application);
    let again = || Leaving { started: started.clone(), username: username.clone() };
    let Some(connected) = ctx.federation.connections.connection(connection).await?.filter(is_on(ctx.now())) else {
        return refuse_to(ctx, Reason::NoConnection, asking, Some(again()), About::of(&started), visitor).await;
    };
    let about = About { account: Some(connected.account.id), ..About::of(&started) };
    let Some(known) = &connected.connection else {
        return refuse_to(ctx, Reason::ConnectionNotReady, asking, Some(again()), about, visitor).await;
    };
    let wish = Wish {
        username: username.as_ref().map(|name| name.typed().to_owned()),
        fresh: started.must_prove(),
        silent: false,
        max_age: started.most_age(),
        second_factor: application.sso == SsoRule::RequiresSecondFactor,
        handle: handle.clone(),
    };
    let side = own::side(ctx, known).await?;
    let (departure, pending) = match ctx.federation.door.begin(known, &side, &wish, (ctx.now(), ctx.random.as_ref())).await {
        Ok(begun) => begun,
        Err(why) => {
            let failure = why.failure();
            // What does not answer may do so in a moment. Everything else is a check that failed, like one of an answer.
            if failure.kind() != Kind::Away {
                return refused::on_the_way(ctx, failure, &connected, again(), visitor).await;
            }
            tracing::warn!(connection = %known.id, error = %why, "nobody can be sent to the identity provider");
            let text = why.to_string();
            return refuse_to(ctx, Reason::ProviderAway, asking, Some(again()), About { detail: &text, ..about }, visitor).await;
        }
    };
    let sent = SsoSent {
        started: started.clone(),
        username: username.clone(),
        account: connected.account.id,
        pending,
        browser: visitor.browser.clone(),
        language: visitor.language,
        purpose: Purpose::SignIn,
        begun_by: None,
        begun_link: None,
        waiting: None,
    };
    if !ctx.federation.transactions.keep(&sha256(handle.as_bytes()), &sent, ctx.now().plus(SsoSent::LIFETIME)).await? {
        return identify::again(ctx, started, typed, None).await;
    }
    let account = (!realm::uniform(ctx)).then(|| realm::shown(&connected.account));
    Ok(Step::Leaving { stage: Leaving { started, username }, asking, account, departure })
}

/// Whether a sign-in may go through it now. The clock is read at every hop: an outage ends by itself.
pub(in crate::usecase) fn is_on(now: Timestamp) -> impl Fn(&Connected) -> bool {
    move |connected| connected.route.state_at(now).is_on()
}

/// Whether what it says of its sessions counts now: in an outage they go on, and so does its word that one has ended.
pub(super) fn is_heard(now: Timestamp) -> impl Fn(&Connected) -> bool {
    move |connected| connected.route.state_at(now) == ConnectionState::Outage || is_on(now)(connected)
}
