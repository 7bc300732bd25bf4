//! Where guesses and limits are counted: in this process, or in the Redis in which every broker of the installation counts.

use std::{sync::Arc, time::Duration};

use homeward_local_credential::{GuessCounters, Guesses, InProcessCounters, LimitRules};
use homeward_model::Timestamp;
use homeward_sealing::Sealer;
use homeward_shared_state::{Link, Named, RedisCounters};
use homeward_store::Store;
use tokio::{sync::watch, time::timeout};

use crate::settings::Settings;

/// A connection that broke while nobody asked is made anew by this, so that no person's request is the one that finds out.
const LOOK: Duration = Duration::from_secs(5);

/// The counters, and the way to them where they are elsewhere.
pub(crate) type Counters = (Arc<dyn GuessCounters>, Option<Arc<Link>>);

/// The counters that the configuration chooses. Nothing is asked of Redis yet.
pub(crate) async fn open(settings: &Settings, store: &Store, sealer: &Sealer, now: Timestamp) -> Result<Counters, String> {
    let rules = LimitRules::default();
    let Some(address) = settings.redis.address()? else {
        let counters = InProcessCounters::open(Arc::new(store.clone()), now).await.map_err(|e| e.to_string())?;
        return Ok((Arc::new(Guesses::new(rules, counters)), None));
    };
    let link = Arc::new(Link::new(address));
    // The oldest of the root keys: while they change, brokers that have the new one already and brokers that have not count together.
    let roots = sealer.numbers().count();
    let (_, names) = sealer.macs("counters").into_iter().nth(roots.saturating_sub(1)).ok_or("there is no root key")?;
    Ok((Arc::new(Guesses::new(rules, RedisCounters::new(link.clone(), names))), Some(link)))
}

/// Refuses a start without the counters, and one with counters that would fail later.
pub(crate) async fn check(link: &Link) -> Result<(), String> {
    let key = match link.named() {
        Named::ByAddress => "url",
        Named::BySentinels => "sentinels",
        Named::ByNodes => "cluster",
    };
    let state = link.server_state().await.map_err(|_| format!("[redis] {key}: {}: it does not answer, or does not take username and password; the log says which", link.address()))?;
    if let Some(why) = state.unfit(link.named()) {
        return Err(format!("[redis] {key}: {}: {why}", link.address()));
    }
    if link.named() != Named::ByAddress && !state.needs_followers {
        tracing::warn!(server = %link.address(), "a server that is cut off would count on beside the one that takes its place: set min-replicas-to-write 1 and min-replicas-max-lag 2");
    }
    Ok(())
}

/// Keeps the way open until `stop` says so.
pub(crate) async fn look_after(link: Arc<Link>, mut stop: watch::Receiver<bool>) {
    while timeout(LOOK, stop.changed()).await.is_err() {
        // What fails is in the log.
        let _ = link.look().await;
    }
}
