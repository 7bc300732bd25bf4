//! A mark in the server that counts, renewed by the broker that leads: a broker that does not find it there counts somewhere else than the others, and
//! everybody has more guesses than one installation allows.

use std::{sync::Arc, time::Duration};

use homeward_local_credential::StoreFault;
use homeward_model::Timestamp;
use homeward_sealing::Mac;

use crate::{counters::name, link::Link};

/// A mark that is older is one of before: nobody who leads counts there any more. A broker that hangs gives the lead up sooner.
const FRESH: Duration = Duration::from_secs(180);
/// It stays for so long, so that a server that is full forgets counters before it.
const STAYS: u64 = 86_400;

/// The mark of one installation.
pub struct Mark {
    link: Arc<Link>,
    name: String,
}

impl Mark {
    /// The mark in this server. Its name follows from the key by which counters are named: of two installations in one Redis each has its own.
    pub fn new(link: Arc<Link>, names: &Mac) -> Self {
        let name = name(&link, names, b"the server that counts");
        Self { link, name }
    }

    /// Renews it, as the broker that leads does.
    ///
    /// # Errors
    /// `StoreFault` when the server does not answer.
    pub async fn renew(&self, now: Timestamp) -> Result<(), StoreFault> {
        let mut set = redis::cmd("SET");
        set.arg(&self.name).arg(now.seconds()).arg("EX").arg(STAYS);
        self.link.ask(|mut connection| async move { set.query_async::<()>(&mut connection).await }).await
    }

    /// Whether the broker that leads counts in this server.
    ///
    /// # Errors
    /// `StoreFault` when the server does not answer.
    pub async fn is_fresh(&self, now: Timestamp) -> Result<bool, StoreFault> {
        let mut get = redis::cmd("GET");
        get.arg(&self.name);
        let found: Option<String> = self.link.ask(|mut connection| async move { get.query_async(&mut connection).await }).await?;
        let renewed = found.and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
        Ok(renewed.is_some_and(|at| now.since(at) <= FRESH))
    }
}
