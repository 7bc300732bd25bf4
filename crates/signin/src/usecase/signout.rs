//! Signing out: asked for by an application (OpenID Connect RP-Initiated Logout 1.0) or by the person.

use homeward_federation::Departure;
use homeward_local_credential::StoreFault;
use homeward_model::ClientId;
use homeward_provider::logout;

use crate::{
    context::Context,
    ports::FoundSession,
    stage::AwaitSignOut,
    step::Asking,
    there::{Open, Place, SignOutSent},
    usecase::{
        authorize,
        federated::leave,
        realm::asking_of,
        refuse::{About, audit},
        session,
    },
    visitor::Visitor,
};

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOut {
    /// The person is asked first: the request does not prove that it comes from the application (OL-02, OL-03).
    Confirm {
        /// What the form sends back, sealed.
        stage: AwaitSignOut,
        /// The application that asked.
        asking: Asking,
    },
    /// Every session of this browser is over here; the person goes on to sign out at a provider.
    Leaving {
        /// The application that asked.
        asking: Asking,
        /// The provider.
        place: Place,
        /// The way there.
        departure: Departure,
        /// Leads to the end without the provider.
        handle: String,
    },
    /// Every session of this browser is over.
    Done {
        /// The application that asked.
        asking: Asking,
        /// A registered address to go to, with `state`.
        redirect: Option<String>,
        /// Providers whose sessions may be open, and why.
        open: Vec<(Place, Open)>,
        /// Providers that have confirmed it.
        closed: Vec<Place>,
        /// What "Sign out there, too" sends, when that can be done.
        again: Option<String>,
    },
    /// This sign-out is over, or another browser's.
    Over,
}

/// A request to sign out. With a valid `id_token_hint` of the very session that is here it is carried out at once.
pub async fn begin(ctx: &Context, params: &[(String, String)], visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let request = logout::parse(&ctx.provider, params).await.map_err(authorize::fault)?;
    let stage = AwaitSignOut { client: request.client.clone(), redirect: request.redirect.clone() };
    let live = session::live(ctx, visitor).await?;
    let named = live.iter().any(|f| Some(f.session.id) == request.session && Some(f.user.id) == request.user);
    if named || (live.is_empty() && request.user.is_some()) {
        return end(ctx, stage, &live, visitor).await;
    }
    let asking = asking(ctx, stage.client.as_ref()).await?;
    Ok(SignOut::Confirm { stage, asking })
}

/// "Yes, sign out".
pub async fn confirm(ctx: &Context, stage: AwaitSignOut, visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let live = session::live(ctx, visitor).await?;
    end(ctx, stage, &live, visitor).await
}

async fn end(
    ctx: &Context,
    stage: AwaitSignOut,
    live: &[FoundSession],
    visitor: &Visitor,
) -> Result<SignOut, StoreFault> {
    let (rest, open) = leave::stops(ctx, live).await?;
    for found in live {
        ctx.sessions.end(found.session.id, "signed out", ctx.now()).await?;
        let about = About { user: Some(found.user.id), account: Some(found.account.id), client: stage.client.as_ref(), detail: "" };
        audit(ctx, "session.ended", "ok", about, visitor, None).await?;
    }
    // Applications are told by a worker; the person waits for none of them.
    (ctx.wake_mailroom)();
    let sent = SignOutSent { client: stage.client, redirect: stage.redirect, browser: visitor.browser.clone(), here: None, rest, open, closed: Vec::new() };
    leave::onward(ctx, sent, visitor).await
}

pub(super) async fn asking(ctx: &Context, client: Option<&ClientId>) -> Result<Asking, StoreFault> {
    match client {
        Some(client) => Ok(ctx.directory.application(client).await?.map(|a| asking_of(&a)).unwrap_or_default()),
        None => Ok(Asking::default()),
    }
}
