//! Our side of a connection: its addresses and its keys, opened for one request.

use homeward_federation::{Connection, OurSide};
use homeward_local_credential::StoreFault;
use homeward_model::ConnectionId;

use crate::{context::Context, federated::OwnKey};

/// Where the keys of a connection rest (KS-01).
fn place(connection: ConnectionId) -> String {
    format!("connection_key/{connection}")
}

fn fault(why: &str) -> StoreFault {
    StoreFault(why.to_owned())
}

/// Our side of a connection. The first use makes its key; of two first uses at once, both get the one that was kept.
pub(super) async fn side(ctx: &Context, connection: &Connection) -> Result<OurSide, StoreFault> {
    let (port, place) = (&ctx.federation.connections, place(connection.id));
    let mut kept = port.own_keys(connection.id).await?;
    if kept.is_empty() {
        let (name, now) = (ctx.settings.issuer.clone(), ctx.now());
        let made = tokio::task::spawn_blocking(move || OurSide::new_key(&name, now)).await.map_err(|_| fault("a key could not be made"))?;
        let made = made.map_err(|e| StoreFault(e.to_string()))?;
        let sealed = ctx.federation.sealer.seal(&place, &made.pkcs8).ok_or_else(|| fault("a key could not be sealed"))?;
        let first = OwnKey { sealed, certificate: made.certificate, made_at: now };
        kept = port.keep_first_key(connection.id, &first).await?;
    }
    let mut keys = Vec::new();
    for key in kept {
        let opened = ctx.federation.sealer.open(&place, &key.sealed);
        keys.push((opened.ok_or_else(|| fault("a key of a connection does not open: is the root key the right one?"))?, key.certificate));
    }
    OurSide::new(&ctx.settings.issuer, connection, &keys, ctx.settings.loopback_http).map_err(|e| StoreFault(e.to_string()))
}
