//! An answer of Microsoft's to a request for consent. It is taken by `state` and browser together, once, and only at the address
//! that the request named; what it says is believed when an ID token proves it.

use homeward_discovery::User;
use homeward_federation::{Protocol, VerifiedAssertion, delegated::{ConsentFailure, Consented, DelegationError, GrantKey, PendingConsent}, oidc::{CallbackParams, SubjectClaim}};
use homeward_local_credential::StoreFault;
use homeward_sealing::sha256;

use super::{
    DonePage, InPortal, Shown,
    ask::{self, Allowed},
    azure, still_may,
};
use crate::{
    context::Context,
    delegated::{AdministratorConsent, AtPortal, ConsentRequest, FromPortal},
    federated::Connected,
    reason::Reason,
    stage::{ConsentErrand, Errand},
    step::Asking,
    usecase::{
        authorize,
        limit::{STRAYS, limited},
        realm,
        refuse::{About, audit, refuse},
    },
    visitor::Visitor,
};

/// Where answers to this installation's own registration arrive while a connection is made.
pub const AZURE_RETURN: &str = "/azure/return";

/// An answer at this path, with its raw query.
///
/// # Errors
/// `StoreFault`.
pub async fn returned(ctx: &Context, (path, raw_query): (&str, &str), at: &dyn AtPortal, visitor: &Visitor) -> Result<Shown, StoreFault> {
    let Ok(callback) = CallbackParams::parse(raw_query) else { return stray(ctx, visitor).await };
    let state = sha256(callback.state().as_bytes());
    match ctx.federation.consents.take_request(&state, &visitor.browser, ctx.now()).await? {
        Some(ConsentRequest::Grant { pending, errand }) => granted(ctx, (&pending, errand), (path, &callback), visitor).await,
        Some(ConsentRequest::Administrator { connection, permissions, link, portal }) => {
            let Some(connected) = ctx.federation.connections.connection(connection).await?.filter(|c| arrives_at(c, path)) else { return stray(ctx, visitor).await };
            if !still_may(at, portal, &connected.account, InPortal::Consented).await? {
                return azure::refused(ctx, Reason::PortalNotAllowed, ("delegated access", connected.account.id, portal), visitor).await;
            }
            let consent = AdministratorConsent { at: ctx.now(), permissions };
            administrator(ctx, (&connected, portal), (raw_query, callback.state()), (&link, consent), visitor).await
        }
        Some(ConsentRequest::Azure { account, link, portal }) if path == AZURE_RETURN => {
            match azure::open(ctx, (account, portal), at, visitor).await? {
                Ok(azure) => azure::accepted(ctx, (azure, azure::Start { account, link, portal }), (raw_query, callback.state()), visitor).await,
                Err(refused) => Ok(refused),
            }
        }
        Some(ConsentRequest::AzureProof { draft, pending, portal }) if path == AZURE_RETURN => match azure::open(ctx, (draft.account, portal), at, visitor).await? {
            Ok(azure) => azure::proved(ctx, (azure, &draft, portal), (&callback, &pending), visitor).await,
            Err(refused) => Ok(refused),
        },
        Some(ConsentRequest::Azure { .. } | ConsentRequest::AzureProof { .. }) | None => stray(ctx, visitor).await,
    }
}

/// Whether the connection's answers arrive at this path, to the letter (B-133).
fn arrives_at(connected: &Connected, path: &str) -> bool {
    ask::settings_of(connected).is_some_and(|settings| settings.return_path() == path)
}

async fn stray(ctx: &Context, visitor: &Visitor) -> Result<Shown, StoreFault> {
    if let Some(step) = limited(ctx, &STRAYS, &authorize::own(ctx, Errand::Home), visitor).await? {
        return Ok(Shown::Step(step));
    }
    refuse(ctx, Reason::DelegatedOver, Asking::default(), None, About::default(), visitor).await.map(Shown::Step)
}

/// A person is back. They must still be signed in here, everything must still be on, and it must be they who consented.
async fn granted(ctx: &Context, (pending, errand): (&PendingConsent, ConsentErrand), (path, callback): (&str, &CallbackParams), visitor: &Visitor) -> Result<Shown, StoreFault> {
    let allowed = match ask::allowed(ctx, &errand).await? {
        Ok(allowed) => allowed,
        Err(reason) => return ask::refused(ctx, reason, (&errand, None), visitor).await,
    };
    if !arrives_at(&allowed.connected, path) {
        return ask::refused(ctx, Reason::DelegatedOver, (&errand, None), visitor).await;
    }
    let Some(found) = ask::session_of(ctx, &errand, &allowed.connected, visitor).await? else {
        return ask::refused(ctx, Reason::DelegatedSignedOut, (&errand, None), visitor).await;
    };
    let consented = match ctx.federation.delegation.consented(&allowed.settings, callback, pending, ctx.now()).await {
        Ok(consented) => consented,
        Err(error) => {
            tracing::info!(connection = %errand.connection, %error, "no consent");
            return ask::refused(ctx, reason(&error)?, (&errand, Some(&found)), visitor).await;
        }
    };
    if !is_the_person(ctx, &allowed.connected, &found.user, &consented).await? {
        return ask::refused(ctx, Reason::DelegatedOtherPerson, (&errand, Some(&found)), visitor).await;
    }
    keep(ctx, allowed, consented, errand, visitor).await
}

async fn keep(ctx: &Context, allowed: Allowed, consented: Consented, errand: ConsentErrand, visitor: &Visitor) -> Result<Shown, StoreFault> {
    let detail = errand.connection.to_string();
    let about = About { user: Some(errand.user), account: Some(allowed.connected.account.id), client: Some(&errand.client), detail: &detail };
    // Written first: a grant that nobody can find in the audit is worse than a line without one (AU-03).
    audit(ctx, "delegated.granted", "ok", about, visitor, None).await?;
    ctx.federation.delegation.keep(consented, errand.client.as_str(), ctx.random.as_ref()).await.map_err(|error| StoreFault(error.to_string()))?;
    let client = ctx.provider.clients.client(&errand.client).await.map_err(authorize::fault)?;
    let back = errand.return_to.or_else(|| client.and_then(|client| client.start_url.clone()));
    Ok(Shown::Granted { asking: allowed.asking, back })
}

fn reason(error: &DelegationError) -> Result<Reason, StoreFault> {
    Ok(match error {
        DelegationError::Consent(ConsentFailure::State | ConsentFailure::Expired) => Reason::DelegatedOver,
        DelegationError::Consent(ConsentFailure::Declined(_)) => Reason::DelegatedDeclined,
        DelegationError::Consent(ConsentFailure::AdministratorNeeded) => Reason::DelegatedAdministrator,
        DelegationError::Consent(ConsentFailure::UnknownApplication | ConsentFailure::RedirectUri) => Reason::DelegatedRegistration,
        DelegationError::Settings(_) | DelegationError::NoPermission => Reason::DelegatedOff,
        DelegationError::Identity(failure) if failure.code == "allowed.guest" => Reason::DelegatedOtherPerson,
        DelegationError::Identity(_) | DelegationError::Provider(_) | DelegationError::Busy | DelegationError::TooMuch(_) => Reason::DelegatedNoTokens,
        DelegationError::Secret => Reason::DelegatedNoTokens,
        DelegationError::Store(fault) => return Err(StoreFault(fault.to_string())),
    })
}

/// Whether the one who consented is the one who is signed in. Where the connection knows its people by `tid` and `oid`, that decides
/// alone; otherwise the first grant needs an address that the provider vouches for and the account has proved, and each later one the
/// same holder.
async fn is_the_person(ctx: &Context, connected: &Connected, user: &User, consented: &Consented) -> Result<bool, StoreFault> {
    let (who, id) = (consented.who(), connected.route.id);
    match ctx.federation.bindings.bound(id, who.subject()).await? {
        Some(bound) => return Ok(bound == user.id),
        None if knows_by_object(connected) && ctx.federation.bindings.has_other(id, who.subject(), user.id).await? => return Ok(false),
        None => {}
    }
    let key = GrantKey { connection: id, user: user.id };
    let earlier = ctx.federation.delegation.grants().find(key).await.map_err(|error| StoreFault(error.to_string()))?;
    if let Some(earlier) = earlier {
        return Ok(earlier.holder == *who.subject());
    }
    is_their_address(ctx, connected, user, who).await
}

/// Whether people of this connection are bound by `tid` and `oid`, so that another one is another person.
fn knows_by_object(connected: &Connected) -> bool {
    let protocol = connected.connection.as_ref().map(|known| &known.settings.protocol);
    matches!(protocol, Some(Protocol::Oidc(oidc)) if matches!(oidc.subject, None | Some(SubjectClaim::TenantAndObject)))
}

async fn is_their_address(ctx: &Context, connected: &Connected, user: &User, who: &VerifiedAssertion) -> Result<bool, StoreFault> {
    let Some(address) = who.value("email").filter(|_| who.email_proved()) else { return Ok(false) };
    let Some((_, domain)) = address.rsplit_once('@') else { return Ok(false) };
    let theirs = user.username.typed().eq_ignore_ascii_case(address) || user.email.as_ref().is_some_and(|own| own.as_str().eq_ignore_ascii_case(address));
    Ok(theirs && ctx.federation.connections.proved(connected.account.id, &domain.to_ascii_lowercase()).await?.is_some())
}

/// An administrator is back from "Grant admin consent" (B-145). The answer notes that it happened, for the tenant of the settings and
/// for nothing else; what people may do is still their own grants' matter.
async fn administrator(
    ctx: &Context,
    (connected, portal): (&Connected, Option<FromPortal>),
    (raw_query, state): (&str, &str),
    (link, consent): (&[u8; 32], AdministratorConsent),
    visitor: &Visitor,
) -> Result<Shown, StoreFault> {
    let detail = azure::by("delegated access", portal);
    let about = About { account: Some(connected.account.id), detail: &detail, ..About::default() };
    let Some(settings) = ask::settings_of(connected).filter(|_| ask::is_kept(connected)) else {
        return refuse(ctx, Reason::DelegatedOff, Asking::default(), None, about, visitor).await.map(Shown::Step);
    };
    let reason = match homeward_federation::oidc::azure::consented_tenant(raw_query, state) {
        Ok(tenant) if tenant == settings.tenant => match ctx.federation.consents.keep_administrator(link, connected.route.id, &consent).await? {
            true => {
                audit(ctx, "delegated.administrator_consented", "ok", about, visitor, None).await?;
                let done = Shown::Done(DonePage { account: realm::shown(&connected.account), made: None });
                return Ok(portal.map_or(done, |_| Shown::DoneInPortal { account: connected.account.number.clone(), connection: connected.route.id, done: InPortal::Consented }));
            }
            false => Reason::LinkOver,
        },
        Ok(_) => Reason::AzureTenant,
        Err(error) => azure::reason(&error),
    };
    refuse(ctx, reason, Asking::default(), None, about, visitor).await.map(Shown::Step)
}
