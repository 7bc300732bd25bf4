//! The way to Redis: one connection for everything, made anew when it breaks, to the server that is named or to the one that sentinels or the nodes of
//! a cluster name then. Whoever asks while it is away is told so at once; one after the other tries whether it is back.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use homeward_local_credential::StoreFault;
use redis::{AsyncConnectionConfig, FromRedisValue, RedisError, aio::MultiplexedConnection};
use tokio::time::{Instant, timeout};

use crate::{
    address::{Address, Way as Leads, shown},
    finder::Place,
    server::Named,
};

/// Nobody waits longer for an answer, the connection included.
const PATIENCE: Duration = Duration::from_secs(1);
/// After a failure nobody tries for this long.
const REST: Duration = Duration::from_millis(250);
/// Requests that may be on their way.
const ON_THEIR_WAY: usize = 4_096;

#[derive(Default)]
struct State {
    connection: Option<MultiplexedConnection>,
    /// Where that leads, where others named it.
    at: Option<Place>,
    /// As long as it is away: until when nobody else tries.
    rests_until: Option<Instant>,
}

/// The way to one server.
pub struct Link {
    address: Address,
    state: Mutex<State>,
}

/// What one caller may do.
enum Way {
    Open(MultiplexedConnection),
    /// Make a connection.
    Make,
    Away,
}

impl Link {
    /// A way that is made when somebody goes it.
    pub fn new(address: Address) -> Self {
        Self { address, state: Mutex::default() }
    }

    /// Where it leads.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn way(&self, now: Instant) -> Way {
        let mut state = self.state();
        match state.rests_until {
            Some(until) if now < until => return Way::Away,
            // This caller tries; the others are told meanwhile.
            Some(_) => state.rests_until = Some(now + PATIENCE + REST),
            None => {}
        }
        state.connection.clone().map_or(Way::Make, Way::Open)
    }

    async fn make(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_pipeline_buffer_size(ON_THEIR_WAY);
        let (made, at) = match &self.address.way {
            Leads::Server(client) => (client.get_multiplexed_async_connection_with_config(&config).await?, None),
            Leads::Found(finder) => finder.connect(&config).await.map(|(made, at)| (made, Some(at)))?,
        };
        let mut state = self.state();
        if let Some((host, port)) = at.as_ref().filter(|at| state.at.as_ref() != Some(*at)) {
            tracing::info!(server = %self.address, counts = %shown(host, *port), "the server that counts");
        }
        state.connection = Some(made.clone());
        state.at = at;
        Ok(made)
    }

    fn away(&self, why: &dyn std::fmt::Display) -> StoreFault {
        let mut state = self.state();
        if state.rests_until.is_none() {
            tracing::error!(server = %self.address, why = %why, "the counters of all brokers are away: what has a limit is refused until they are back");
        }
        state.connection = None;
        state.rests_until = Some(Instant::now() + REST);
        fault()
    }

    /// Asks something.
    ///
    /// # Errors
    /// `StoreFault` when there is no answer, or one that says no.
    pub(crate) async fn ask<T, F>(&self, question: impl FnOnce(MultiplexedConnection) -> F + Send) -> Result<T, StoreFault>
    where
        T: FromRedisValue + Send,
        F: Future<Output = Result<T, RedisError>> + Send,
    {
        let way = self.way(Instant::now());
        let asked = async {
            let connection = match way {
                Way::Open(connection) => connection,
                Way::Make => self.make().await?,
                Way::Away => return Ok(None),
            };
            question(connection).await.map(Some)
        };
        match homeward_trace::step("counters", timeout(PATIENCE, asked)).await {
            Ok(Ok(Some(answer))) => {
                if self.state().rests_until.take().is_some() {
                    tracing::info!(server = %self.address, "the counters of all brokers are back");
                }
                Ok(answer)
            }
            Ok(Ok(None)) => Err(fault()),
            // What the server refuses is told to whoever asked; a server that is none any more, or another one, is looked for again.
            Ok(Err(error)) if is_answer(&error) => {
                self.state().rests_until = None;
                tracing::error!(server = %self.address, %error, "the counters refused");
                Err(StoreFault("the counters of all brokers refuse".into()))
            }
            Ok(Err(error)) => Err(self.away(&error)),
            Err(_) => Err(self.away(&"no answer in time")),
        }
    }

    /// Asks whether it answers, and whether those that name a server still name this one: a server that nobody follows any more may count on for
    /// a while, and what it counts is lost.
    ///
    /// # Errors
    /// `StoreFault` when it does not answer, or another one is named that does not.
    pub async fn look(&self) -> Result<(), StoreFault> {
        self.ping().await?;
        let Leads::Found(finder) = &self.address.way else { return Ok(()) };
        let seen = finder.look().await;
        let named = seen.decided();
        if named.is_none() || named == self.state().at.as_ref() {
            return Ok(());
        }
        match timeout(PATIENCE, self.make()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.away(&error)),
            Err(_) => Err(self.away(&"no answer in time from the server that is named now")),
        }
    }

    /// How the server is named.
    pub const fn named(&self) -> Named {
        match &self.address.way {
            Leads::Server(_) => Named::ByAddress,
            Leads::Found(finder) => finder.named(),
        }
    }

    /// What those say that name the server, in words; `None` where it is named by its own address.
    pub async fn watchers(&self) -> Option<String> {
        let Leads::Found(finder) = &self.address.way else { return None };
        Some(finder.look().await.words(finder.what()))
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// `StoreFault` when it does not.
    pub async fn ping(&self) -> Result<(), StoreFault> {
        self.ask(|mut connection| async move { redis::cmd("PING").query_async::<()>(&mut connection).await }).await
    }
}

fn fault() -> StoreFault {
    StoreFault("the counters of all brokers are away".into())
}

/// Whether the server has answered, and will answer the next question.
fn is_answer(error: &RedisError) -> bool {
    use redis::{ErrorKind, ServerErrorKind};
    match error.kind() {
        ErrorKind::Server(kind) => {
            use ServerErrorKind::{Ask, BusyLoading, ClusterDown, MasterDown, Moved, ReadOnly, TryAgain};
            !matches!(kind, ReadOnly | MasterDown | BusyLoading | Moved | Ask | TryAgain | ClusterDown)
        }
        ErrorKind::Extension | ErrorKind::UnexpectedReturnType => true,
        _ => false,
    }
}
