//! What an administrator begins by a one-time link: the page of the link, and the way to Microsoft.

use homeward_discovery::{Account, AccountState};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, random_token};
use homeward_sealing::sha256;

use super::{Shown, StartPage, ask, permissions};
use crate::{
    context::Context,
    delegated::{ConsentRequest, FromPortal, StartLink},
    reason::Reason,
    stage::{Errand, LinkStage},
    step::Asking,
    usecase::{
        authorize,
        limit::{STRAYS, limited},
        realm,
        refuse::{About, refuse},
    },
    visitor::Visitor,
};

/// The address of a link.
pub fn link_path(link: &str) -> String {
    format!("/azure/start?link={link}")
}

/// The page of a link. Opening it changes nothing: readers of mail open links, too.
///
/// # Errors
/// `StoreFault`.
pub async fn show(ctx: &Context, link: &str, visitor: &Visitor) -> Result<Shown, StoreFault> {
    if let Some(step) = limited(ctx, &STRAYS, &authorize::own(ctx, Errand::Home), visitor).await? {
        return Ok(Shown::Step(step));
    }
    again(ctx, LinkStage { link: sha256(link.as_bytes()) }, visitor).await
}

/// The same page once more, in another language or after a while.
///
/// # Errors
/// `StoreFault`.
pub async fn again(ctx: &Context, stage: LinkStage, visitor: &Visitor) -> Result<Shown, StoreFault> {
    match ctx.federation.consents.link(&stage.link, ctx.now()).await? {
        Some(found) => page(ctx, found, stage, visitor).await,
        None => over(ctx, visitor).await,
    }
}

async fn page(ctx: &Context, found: StartLink, stage: LinkStage, visitor: &Visitor) -> Result<Shown, StoreFault> {
    match found {
        StartLink::Azure(account) => match (active(ctx, account).await?, &ctx.settings.azure) {
            (Some(account), Some(_)) => Ok(Shown::Start(StartPage { stage, account: realm::shown(&account), permissions: None })),
            _ => over(ctx, visitor).await,
        },
        StartLink::Administrator(connection) => {
            let connected = ctx.federation.connections.connection(connection).await?.filter(ask::is_kept);
            match connected.as_ref().and_then(|connected| Some((connected, ask::settings_of(connected)?))) {
                Some((connected, settings)) => {
                    let permissions = Some(permissions(&settings.permissions));
                    Ok(Shown::Start(StartPage { stage, account: realm::shown(&connected.account), permissions }))
                }
                None => over(ctx, visitor).await,
            }
        }
    }
}

/// The account, while it may have a new connection.
pub(super) async fn active(ctx: &Context, account: AccountId) -> Result<Option<Account>, StoreFault> {
    Ok(ctx.federation.consents.account(account).await?.filter(|account| account.state == AccountState::Active))
}

async fn over(ctx: &Context, visitor: &Visitor) -> Result<Shown, StoreFault> {
    refuse(ctx, Reason::LinkOver, Asking::default(), None, About::default(), visitor).await.map(Shown::Step)
}

/// The administrator goes on to Microsoft. The request belongs to this browser; the link lives until something comes of it.
///
/// # Errors
/// `StoreFault`.
pub async fn begin(ctx: &Context, stage: LinkStage, visitor: &Visitor) -> Result<Shown, StoreFault> {
    leave(ctx, stage, None, visitor).await
}

/// The same for somebody in the account portal, who comes back there. The portal has kept the link, and nobody ever sees it.
///
/// # Errors
/// `StoreFault`.
pub async fn begin_in_portal(ctx: &Context, stage: LinkStage, portal: FromPortal, visitor: &Visitor) -> Result<Shown, StoreFault> {
    leave(ctx, stage, Some(portal), visitor).await
}

async fn leave(ctx: &Context, stage: LinkStage, portal: Option<FromPortal>, visitor: &Visitor) -> Result<Shown, StoreFault> {
    let Some(found) = ctx.federation.consents.link(&stage.link, ctx.now()).await? else { return over(ctx, visitor).await };
    let state = random_token(ctx.random.as_ref());
    let (request, url) = match found {
        StartLink::Azure(account) => {
            let active = active(ctx, account).await?;
            let azure = ctx.settings.azure.as_ref().filter(|_| active.is_some());
            let url = azure.and_then(|azure| azure.application.consent_url(&state));
            (ConsentRequest::Azure { account, link: stage.link, portal }, url)
        }
        StartLink::Administrator(connection) => {
            let connected = ctx.federation.connections.connection(connection).await?.filter(ask::is_kept);
            let settings = connected.as_ref().and_then(ask::settings_of).filter(|settings| ctx.federation.delegation.check(settings).is_ok());
            let permissions = settings.map(|settings| settings.all()).unwrap_or_default();
            (ConsentRequest::Administrator { connection, permissions, link: stage.link, portal }, settings.and_then(|settings| settings.admin_consent_url(&state)))
        }
    };
    let Some(url) = url else { return over(ctx, visitor).await };
    ctx.federation.consents.keep_request(&sha256(state.as_bytes()), &visitor.browser, &request, ctx.now().plus(ask::LIFETIME)).await?;
    Ok(Shown::Away(url))
}
