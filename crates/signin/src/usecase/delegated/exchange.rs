//! Token exchange (RFC 8693): an application that may do so gives its own token of a person, and gets a live token for the
//! organisation's services, or the address where the person consents.

use std::{collections::BTreeSet, time::Duration};

use homeward_federation::delegated::{DelegatedSettings, DelegationError, GrantKey, Permission, Resource, TokenAnswer, Want, WhyConsent};
use homeward_local_credential::StoreFault;
use homeward_model::{ClientId, UserId};
use homeward_provider::{
    Caller, TokenError,
    exchange::{ACCESS_TOKEN, Exchange, read},
};
use serde_json::json;

use super::ask::{path_of, settings_of};
use crate::{
    context::Context,
    federated::Connected,
    ports::AuditEvent,
    stage::ConsentErrand,
    usecase::{authorize, federated::depart::is_on},
};

/// The answer of the token endpoint.
#[derive(Clone, PartialEq, Eq)]
pub enum Exchanged {
    /// The JSON body of a success; it holds a secret.
    Given(String),
    /// The person must consent first: 400, with the address in the JSON body.
    ConsentNeeded(String),
    /// Refused.
    Refused(TokenError),
}

impl std::fmt::Debug for Exchanged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given(…)"),
            Self::ConsentNeeded(body) => f.debug_tuple("ConsentNeeded").field(body).finish(),
            Self::Refused(error) => f.debug_tuple("Refused").field(error).finish(),
        }
    }
}

/// What the record of an exchange says.
struct Deed<'a> {
    client: Option<ClientId>,
    user: Option<UserId>,
    outcome: &'a str,
    detail: String,
}

/// Answers a request for an exchange. Every one of a client that has authenticated stands in the audit, without a token.
///
/// # Errors
/// `StoreFault`.
pub async fn exchange(ctx: &Context, caller: &Caller<'_>, form: &[(String, String)]) -> Result<Exchanged, StoreFault> {
    let asked = match read(&ctx.provider, caller, form).await {
        Ok(asked) => asked,
        Err(refused) => {
            if refused.client.is_some() {
                record(ctx, caller, Deed { client: refused.client, user: refused.user, outcome: refused.error.error, detail: String::new() }).await?;
            }
            return Ok(Exchanged::Refused(refused.error));
        }
    };
    let (answer, detail) = match aim(ctx, &asked).await? {
        Ok(aim) => (given(ctx, &asked, &aim).await?, format!("{} {}", aim.connected.route.id, aim.want.resource.word())),
        Err(error) => (Exchanged::Refused(error), String::new()),
    };
    let outcome = match &answer {
        Exchanged::Given(_) => "ok",
        Exchanged::ConsentNeeded(_) => "interaction_required",
        Exchanged::Refused(error) => error.error,
    };
    record(ctx, caller, Deed { client: Some(asked.client.client_id.clone()), user: Some(asked.who.user), outcome, detail }).await?;
    Ok(answer)
}

/// What a question comes to.
struct Aim {
    connected: Connected,
    settings: DelegatedSettings,
    want: Want,
}

const fn refusal(error: &'static str, description: &'static str) -> TokenError {
    TokenError::new(400, error, description)
}

/// The connection, the interface and the permissions that are meant.
async fn aim(ctx: &Context, asked: &Exchange) -> Result<Result<Aim, TokenError>, StoreFault> {
    let all = ctx.federation.consents.delegated_of(asked.who.account).await?;
    let named = |connected: &Connected| asked.audience.as_deref().is_none_or(|name| connected.route.id.to_string() == name || connected.route.name == name);
    let mut on = all.into_iter().filter(|connected| is_on(ctx.now())(connected) && named(connected));
    let connected = match (on.next(), on.next()) {
        (Some(only), None) => only,
        (Some(_), Some(_)) => return Ok(Err(refusal("invalid_target", "The account has several connections with delegated access: name one by audience."))),
        (None, _) => return Ok(Err(refusal("invalid_target", "The account has no connection of this name with delegated access that is switched on."))),
    };
    let Some(settings) = settings_of(&connected).cloned() else { return Ok(Err(refusal("invalid_target", "The connection has no delegated access."))) };
    Ok(wanted(asked, &settings).map(|want| Aim { connected, settings, want }))
}

/// What the token must allow and may allow at most: never more than the client is registered for.
fn wanted(asked: &Exchange, settings: &DelegatedSettings) -> Result<Want, TokenError> {
    // What the connection has no more is in no token that is given, even if the provider still grants it.
    let chosen = settings.all();
    let most: BTreeSet<String> = asked.client.delegated.intersection(&chosen).cloned().collect();
    let registered = &asked.client.delegated;
    let named: BTreeSet<String> = asked.scopes.iter().map(|scope| scope.rsplit('/').next().unwrap_or_default().to_owned()).collect();
    if !named.iter().all(|name| Permission::named(name).is_some() && registered.contains(name)) {
        return Err(refusal("invalid_scope", "A scope is none that this client is registered for."));
    }
    let resource = resource(asked, settings, &named)?;
    let of_resource = |name: &&String| Permission::named(name).is_some_and(|permission| permission.resource == resource);
    if !named.iter().all(|name| of_resource(&name)) {
        return Err(refusal("invalid_scope", "The scopes are not all of this resource: tokens of one resource come at a time."));
    }
    let chosen = settings.of(resource);
    let needed: BTreeSet<String> = if named.is_empty() { most.intersection(&chosen).cloned().collect() } else { named };
    if needed.is_empty() || !needed.is_subset(&chosen) {
        return Err(refusal("invalid_scope", "The connection has no such permission."));
    }
    Ok(Want { resource, needed, most, client: Some(asked.client.client_id.as_str().to_owned()) })
}

/// The interface: by its address, by the scopes, or the only one that the client may use.
fn resource(asked: &Exchange, settings: &DelegatedSettings, named: &BTreeSet<String>) -> Result<Resource, TokenError> {
    if let Some(address) = &asked.resource {
        return settings.resource_at(address).ok_or(refusal("invalid_target", "resource is none of the connection's interfaces."));
    }
    let names = if named.is_empty() { &asked.client.delegated } else { named };
    let mut possible: Vec<Resource> = names.iter().filter_map(|name| Permission::named(name)).map(|permission| permission.resource).collect();
    possible.sort_unstable();
    possible.dedup();
    match possible.as_slice() {
        [only] => Ok(*only),
        _ => Err(refusal("invalid_target", "Name the interface by resource.")),
    }
}

/// A sign-in that was ended while the provider was asked gets nothing of what came.
async fn given(ctx: &Context, asked: &Exchange, aim: &Aim) -> Result<Exchanged, StoreFault> {
    let answer = give(ctx, asked, aim).await?;
    if matches!(answer, Exchanged::Given(_)) && !asked.still_counts(&ctx.provider).await.map_err(authorize::fault)? {
        return Ok(Exchanged::Refused(refusal("invalid_request", "subject_token was revoked meanwhile.")));
    }
    Ok(answer)
}

async fn give(ctx: &Context, asked: &Exchange, aim: &Aim) -> Result<Exchanged, StoreFault> {
    let key = GrantKey { connection: aim.connected.route.id, user: asked.who.user };
    Ok(match ctx.federation.delegation.token(&aim.settings, key, &aim.want, ctx.clock.as_ref(), ctx.random.as_ref()).await {
        Ok(TokenAnswer::Live { token, permissions, until }) => {
            let scope = permissions.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
            let body = json!({
                "access_token": token.as_str(), "issued_token_type": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": until.since(ctx.now()).as_secs(), "scope": scope,
            });
            Exchanged::Given(body.to_string())
        }
        Ok(TokenAnswer::ConsentNeeded(why)) => Exchanged::ConsentNeeded(consent_needed(ctx, asked, key, why)),
        Err(DelegationError::Store(fault)) => return Err(StoreFault(fault.to_string())),
        Err(error) => {
            tracing::warn!(connection = %key.connection, %error, "no delegated token");
            Exchanged::Refused(refused(&error))
        }
    })
}

fn consent_needed(ctx: &Context, asked: &Exchange, key: GrantKey, why: WhyConsent) -> String {
    let errand = ConsentErrand { connection: key.connection, user: key.user, client: asked.client.client_id.clone(), return_to: None };
    let description = match why {
        WhyConsent::NeverGiven => "The person has not consented yet: open consent_uri in their browser.",
        WhyConsent::TakenBack => "The person's consent was taken back or has run out: open consent_uri in their browser.",
        WhyConsent::MoreIsNeeded => "The person has consented to less than this: open consent_uri in their browser.",
    };
    json!({ "error": "interaction_required", "error_description": description, "consent_uri": format!("{}{}", ctx.settings.issuer, path_of(&errand)) }).to_string()
}

fn refused(error: &DelegationError) -> TokenError {
    let later = |description| TokenError::new(503, "temporarily_unavailable", description).after(Duration::from_secs(1));
    match error {
        DelegationError::NoPermission => refusal("invalid_scope", "The connection has no such permission."),
        DelegationError::TooMuch(_) => refusal("invalid_scope", "The organisation's provider gives tokens that allow more than this client is registered for, so it gets none."),
        DelegationError::Busy => later("The token is being refreshed. Try again in a moment."),
        DelegationError::Provider(_) => later("The organisation's token endpoint gave no token. Try again in a moment."),
        DelegationError::Settings(_) | DelegationError::Secret | DelegationError::Consent(_) | DelegationError::Identity(_) | DelegationError::Store(_) => {
            TokenError::new(500, "server_error", "The connection's delegated access cannot be used as it is set up.")
        }
    }
}

async fn record(ctx: &Context, caller: &Caller<'_>, deed: Deed<'_>) -> Result<(), StoreFault> {
    let account = match deed.user {
        Some(user) => ctx.directory.user(user).await?.map(|(_, account)| account.id),
        None => None,
    };
    let line = AuditEvent {
        event: "token.exchanged",
        outcome: deed.outcome.to_owned(),
        user: deed.user,
        account,
        application: deed.client,
        network: caller.network.to_owned(),
        case: None,
        at: ctx.now(),
        detail: deed.detail,
    };
    ctx.audit.write(&line).await?;
    (ctx.count)(&line);
    Ok(())
}
