//! Our side of a connection: its addresses and its keys, opened for one request.

use homeward_federation::{Connection, KeyUse, OpenedKey, OurSide, Protocol};
use homeward_local_credential::StoreFault;

use crate::{
    context::Context,
    own_keys::{KeyStage, OwnKey, fault, make, place},
};

/// Our side of a connection. The first use makes the key that signs; of two first uses at once, both get the one that was kept.
pub(in crate::usecase) async fn side(ctx: &Context, connection: &Connection) -> Result<OurSide, StoreFault> {
    let kept = ctx.federation.own_keys.own_keys(connection.id).await?;
    let kept = with_first(ctx, connection, KeyUse::Signing, kept).await?;
    opened(ctx, connection, kept)
}

/// Our side with everything that metadata shows: the key that decrypts is made when somebody looks for it.
pub(super) async fn whole_side(ctx: &Context, connection: &Connection) -> Result<OurSide, StoreFault> {
    let kept = ctx.federation.own_keys.own_keys(connection.id).await?;
    let kept = with_first(ctx, connection, KeyUse::Signing, kept).await?;
    let kept = with_first(ctx, connection, KeyUse::Decryption, kept).await?;
    opened(ctx, connection, kept)
}

async fn with_first(ctx: &Context, connection: &Connection, purpose: KeyUse, kept: Vec<OwnKey>) -> Result<Vec<OwnKey>, StoreFault> {
    // OpenID Connect knows no key of ours but what its own settings have.
    if matches!(connection.settings.protocol, Protocol::Oidc(_)) {
        return Ok(kept);
    }
    let serves = |key: &OwnKey| key.purpose == purpose || key.purpose == KeyUse::Both;
    if kept.iter().any(serves) {
        return Ok(kept);
    }
    let first = make(&ctx.federation.sealer, connection, (purpose, KeyStage::Present), (&ctx.settings.issuer, ctx.now())).await?;
    ctx.federation.own_keys.keep_first_key(connection.id, &first).await
}

fn opened(ctx: &Context, connection: &Connection, kept: Vec<OwnKey>) -> Result<OurSide, StoreFault> {
    let place = place(connection.id);
    let mut keys = Vec::new();
    for key in kept {
        let pkcs8 = ctx.federation.sealer.open(&place, &key.sealed);
        let pkcs8 = pkcs8.ok_or_else(|| fault("a key of a connection does not open: is the root key the right one?"))?;
        keys.push(OpenedKey { purpose: key.purpose, pkcs8, certificate: key.certificate, next: key.stage == KeyStage::Next });
    }
    OurSide::new(&ctx.settings.issuer, connection, &keys, ctx.settings.loopback_http).map_err(|e| StoreFault(e.to_string()))
}
