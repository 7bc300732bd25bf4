//! Limits on guessing the credentials of applications, with the counters that passwords have (LG-07).

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use homeward_local_credential::GuessCounters;
use homeward_model::{ClientId, Clock};
use homeward_provider::{ClientGuesses, StoreFault};

/// Wrong credentials of one application from one network, within the time, before a pause as long.
const LIMIT: u32 = 10;
const WINDOW: Duration = Duration::from_secs(300);
const WHAT: &str = "client credential";
/// Requests that one network may push for one client without credentials, within the same time: many people may share a network.
const PUSHES: u32 = 300;

/// Counts by application and network: a stranger elsewhere cannot keep the application itself from us.
pub struct ClientLimits {
    /// The counters.
    pub counters: Arc<dyn GuessCounters>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

fn who(client: &ClientId, network: &str) -> String {
    format!("{client} {network}")
}

#[async_trait]
impl ClientGuesses for ClientLimits {
    async fn paused(&self, client: &ClientId, network: &str) -> Result<Option<Duration>, StoreFault> {
        let waits = self.counters.waits(WHAT, &who(client, network), LIMIT, WINDOW, self.clock.now()).await;
        waits.map_err(|fault| StoreFault(fault.to_string()))
    }
    async fn failed(&self, client: &ClientId, network: &str) -> Result<(), StoreFault> {
        let counted = self.counters.allow(WHAT, &who(client, network), LIMIT, WINDOW, self.clock.now()).await;
        counted.map(|_| ()).map_err(|fault| StoreFault(fault.to_string()))
    }
    async fn pushes(&self, client: &ClientId, network: &str) -> Result<Option<Duration>, StoreFault> {
        let counted = self.counters.allow("pushed request", &who(client, network), PUSHES, WINDOW, self.clock.now()).await;
        counted.map_err(|fault| StoreFault(fault.to_string()))
    }
}
