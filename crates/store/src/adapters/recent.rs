//! Applications as they were a moment ago. Every page asks for its application, some twice; there are few of them.
//!
//! What this process writes is seen at once. What another one writes (another broker, or `homeward apply` beside a running server) is seen
//! after a tenth of a second, as if the request had come that much earlier. Time alone ends a copy there, and that is meant (decision 0027): no
//! telling comes sooner for sure, and one that is lost would leave a copy that is wrong for as long as it is kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use homeward_discovery::Application;
use homeward_model::ClientId;
use homeward_provider::Client;

pub(super) const MOMENT: Duration = Duration::from_millis(100);

/// An application as discovery and the protocol see it.
#[derive(Clone)]
pub(super) struct Known {
    pub application: Arc<Application>,
    pub client: Arc<Client>,
}

#[derive(Default)]
pub(super) struct Recent(Mutex<HashMap<ClientId, (Instant, Known)>>);

impl Recent {
    fn all(&self) -> MutexGuard<'_, HashMap<ClientId, (Instant, Known)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn get(&self, id: &ClientId) -> Option<Known> {
        let all = self.all();
        all.get(id).filter(|(at, _)| at.elapsed() < MOMENT).map(|(_, known)| known.clone())
    }
    /// Only registered applications are kept, so nobody can fill this with names.
    #[expect(clippy::disallowed_methods, reason = "the age of a copy, not the time of anything that happened")]
    pub fn keep(&self, id: &ClientId, known: &Known) {
        self.all().insert(id.clone(), (Instant::now(), known.clone()));
    }
    /// Something was written.
    pub fn forget(&self) {
        self.all().clear();
    }
}
