//! What the administrator gives to the identity provider: our metadata for one connection.

use homeward_federation::Protocol;
use homeward_local_credential::StoreFault;
use homeward_model::ConnectionId;

use super::own;
use crate::{
    context::Context,
    federated::Connected,
    usecase::{
        limit::{ALL_METADATA, METADATA, too_many},
        refuse::About,
        strangers::TooMany,
    },
    visitor::Visitor,
};

/// The metadata of a SAML connection in any state: it is needed before the connection is on. `None` for every other connection.
///
/// # Errors
/// `StoreFault`.
pub async fn of(ctx: &Context, connection: ConnectionId) -> Result<Option<String>, StoreFault> {
    match ctx.federation.connections.connection(connection).await? {
        Some(connected) => written(ctx, connected).await,
        None => Ok(None),
    }
}

async fn written(ctx: &Context, connected: Connected) -> Result<Option<String>, StoreFault> {
    match connected.connection {
        Some(known) if matches!(known.settings.protocol, Protocol::Saml(_)) => {
            let side = own::whole_side(ctx, &known).await?;
            Ok(Some(side.saml_metadata(ctx.random.as_ref())))
        }
        _ => Ok(None),
    }
}

/// The same for whoever asks from outside. It is signed anew each time, so one network has that of a connection so many times, and of all of them.
///
/// # Errors
/// `StoreFault`.
pub async fn asked_for(ctx: &Context, connection: ConnectionId, visitor: &Visitor) -> Result<Result<Option<String>, TooMany>, StoreFault> {
    let network = visitor.network.to_string();
    let asks = async |limit, who: &str| too_many(ctx, (limit, who), ("metadata.refused", About::default()), visitor).await;
    if let Some(paused) = asks(&ALL_METADATA, &network).await? {
        return Ok(Err(paused));
    }
    // Whoever asks for connections that are none makes no counter of each.
    let Some(connected) = ctx.federation.connections.connection(connection).await? else { return Ok(Ok(None)) };
    match asks(&METADATA, &format!("{network} {connection}")).await? {
        Some(paused) => Ok(Err(paused)),
        None => written(ctx, connected).await.map(Ok),
    }
}
