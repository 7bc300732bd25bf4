//! Several connections may share an address that they brought along from another product (B-181): which of them a message means. The issuer that it names
//! has chosen those that may be meant; where several are left, their own keys and names decide.

use homeward_federation::{Connection, OurSide};

use super::own;
use crate::{context::Context, federated::Connected};

/// The one that is meant: of several, the one that the message is good for, by this check. When it is good for two it does not say which, and none is meant.
/// One alone is not asked here: its own way through the checks says what is wrong with the message.
pub(super) async fn meant(ctx: &Context, mut found: Vec<Connected>, check: impl AsyncFn(&Connection, &OurSide) -> bool) -> Option<Connected> {
    if found.len() > 1 {
        let mut good = Vec::new();
        for connected in found {
            if is_good_for(ctx, &connected, &check).await {
                good.push(connected);
            }
        }
        found = good;
    }
    let one = found.pop();
    one.filter(|_| found.is_empty())
}

/// A connection whose own keys cannot be had is none that a message is good for: its neighbours are not held up.
async fn is_good_for(ctx: &Context, connected: &Connected, check: &impl AsyncFn(&Connection, &OurSide) -> bool) -> bool {
    let Some(known) = &connected.connection else { return false };
    match own::side(ctx, known).await {
        Ok(side) => check(known, &side).await,
        Err(error) => {
            tracing::error!(%error, connection = %connected.route.id, "the keys of a connection that shares its address could not be had");
            false
        }
    }
}
