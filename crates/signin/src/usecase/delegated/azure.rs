//! "Start Azure integration" (B-157): the administrator has accepted, proves the tenant by an ID token, and a draft is there.
//!
//! The tenant in the answer to the consent is text from a browser. The ID token of the next hop comes from that tenant's own token
//! endpoint, so the tenant is the one at which this very browser's person can sign in.

use homeward_federation::{
    Connection, Departure, Pending, Protocol, Wish,
    oidc::{CallbackParams, azure::{ConsentError, may_administer}},
};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, ConnectionId, random_token};
use homeward_sealing::sha256;

use super::{DonePage, InPortal, Shown, ask, start, still_may};
use crate::{
    context::{Azure, Context},
    delegated::{AtPortal, ConsentRequest, Draft, Drafted, FromPortal},
    reason::Reason,
    step::Asking,
    usecase::{
        realm,
        refuse::{About, audit, refuse},
    },
    visitor::Visitor,
};

/// What was started.
pub(super) struct Start {
    pub account: AccountId,
    pub link: [u8; 32],
    pub portal: Option<FromPortal>,
}

/// The detail of a record, with whoever began it in the portal: last, as all of the portal's records have it.
pub(super) fn by(detail: &str, portal: Option<FromPortal>) -> String {
    portal.map_or_else(|| detail.to_owned(), |portal| format!("{detail} by {}", portal.by))
}

const WHAT: &str = "azure integration";

/// Refuses what somebody wanted to do in an account.
pub(super) async fn refused(ctx: &Context, reason: Reason, (what, account, portal): (&str, AccountId, Option<FromPortal>), visitor: &Visitor) -> Result<Shown, StoreFault> {
    let detail = by(what, portal);
    let about = About { account: Some(account), detail: &detail, ..About::default() };
    refuse(ctx, reason, Asking::default(), None, about, visitor).await.map(Shown::Step)
}

pub(super) fn reason(error: &ConsentError) -> Reason {
    match error {
        ConsentError::Declined(_) | ConsentError::NotGiven => Reason::AzureDeclined,
        ConsentError::State | ConsentError::Malformed => Reason::DelegatedOver,
        ConsentError::Tenant => Reason::AzureTenant,
    }
}

/// Whether the answer may still come to something: the installation has its registration, the account is active, and whoever began it in
/// the portal may still do it. The page of the refusal otherwise.
pub(super) async fn open<'a>(ctx: &'a Context, (account, portal): (AccountId, Option<FromPortal>), at: &dyn AtPortal, visitor: &Visitor) -> Result<Result<&'a Azure, Shown>, StoreFault> {
    let (Some(azure), Some(found)) = (&ctx.settings.azure, start::active(ctx, account).await?) else {
        return refused(ctx, Reason::LinkOver, (WHAT, account, portal), visitor).await.map(Err);
    };
    match still_may(at, portal, &found, InPortal::Connected).await? {
        true => Ok(Ok(azure)),
        false => refused(ctx, Reason::PortalNotAllowed, (WHAT, account, portal), visitor).await.map(Err),
    }
}

/// The administrator accepted: on to the tenant's own sign-in, which answers at once.
pub(super) async fn accepted(ctx: &Context, (azure, start): (&Azure, Start), (raw_query, state): (&str, &str), visitor: &Visitor) -> Result<Shown, StoreFault> {
    let Start { account, link, portal } = start;
    let settings = match azure.application.draft(raw_query, state) {
        Ok(settings) => settings,
        Err(error) => return refused(ctx, reason(&error), (WHAT, account, portal), visitor).await,
    };
    // As the account's preset has it, like a connection that is added in the portal.
    let settings = settings.of_account(start::active(ctx, account).await?.and_then(|account| account.preset));
    let id = portal.and_then(|portal| portal.into).unwrap_or_else(|| ConnectionId::generate(ctx.random.as_ref()));
    let draft = Draft { id, account, settings, link };
    let wish = Wish { handle: random_token(ctx.random.as_ref()), ..Wish::default() };
    let proof = proving(&draft);
    let begun = ctx.federation.door.oidc().begin(&proof, &azure.application.redirect_uri, &wish, ctx.now(), ctx.random.as_ref()).await;
    let (Departure::Redirect { url }, pending) = (match begun {
        Ok(begun) => begun,
        Err(error) => {
            tracing::warn!(%error, "the tenant that was named cannot be asked");
            return refused(ctx, Reason::AzureTenant, (WHAT, account, portal), visitor).await;
        }
    }) else {
        return refused(ctx, Reason::AzureTenant, (WHAT, account, portal), visitor).await;
    };
    let request = ConsentRequest::AzureProof { draft: Box::new(draft), pending: Box::new(pending), portal };
    ctx.federation.consents.keep_request(&sha256(wish.handle.as_bytes()), &visitor.browser, &request, ctx.now().plus(ask::LIFETIME)).await?;
    Ok(Shown::Redirect(url))
}

/// The connection as the proof needs it: an administrator of a customer's tenant is often a guest there.
fn proving(draft: &Draft) -> Connection {
    let mut settings = draft.settings.clone();
    if let Protocol::Oidc(oidc) = &mut settings.protocol {
        oidc.guests = true;
    }
    Connection { id: draft.id, account: draft.account, name: String::new(), settings }
}

/// The tenant has said who is there: the draft is kept, and the link is used up.
pub(super) async fn proved(ctx: &Context, (azure, draft, portal): (&Azure, &Draft, Option<FromPortal>), (callback, pending): (&CallbackParams, &Pending), visitor: &Visitor) -> Result<Shown, StoreFault> {
    let finished = ctx.federation.door.oidc().finish(&proving(draft), &azure.application.redirect_uri, callback, pending, ctx.now()).await;
    match finished {
        Ok(proof) if may_administer(&proof) => {}
        Ok(_) => return refused(ctx, Reason::AzureDeclined, (WHAT, draft.account, portal), visitor).await,
        Err(failure) => {
            tracing::info!(code = failure.code, "the tenant was not proved");
            return refused(ctx, Reason::AzureTenant, (WHAT, draft.account, portal), visitor).await;
        }
    }
    let Some(account) = start::active(ctx, draft.account).await? else { return refused(ctx, Reason::LinkOver, (WHAT, draft.account, portal), visitor).await };
    match ctx.federation.consents.keep_draft(draft, ctx.now()).await? {
        Drafted::Made(name) => {
            let detail = by(&format!("{} {}", draft.id, draft.settings.issuer()), portal);
            let about = About { account: Some(draft.account), detail: &detail, ..About::default() };
            audit(ctx, "azure.connected", "ok", about, visitor, None).await?;
            let done = Shown::Done(DonePage { account: realm::shown(&account), made: Some(name) });
            Ok(portal.map_or(done, |_| Shown::DoneInPortal { account: account.number.clone(), connection: draft.id, done: InPortal::Connected }))
        }
        Drafted::Connected(_) => refused(ctx, Reason::AzureConnected, (WHAT, draft.account, portal), visitor).await,
        Drafted::LinkOver => refused(ctx, Reason::LinkOver, (WHAT, draft.account, portal), visitor).await,
        Drafted::SoleWay => refused(ctx, Reason::AzureSoleWay, (WHAT, draft.account, portal), visitor).await,
    }
}
