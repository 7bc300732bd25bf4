//! The way to a server of PostgreSQL: connections that are kept, and an end to every wait. Whoever asks while the server is away is told so at once;
//! one after the other tries whether it is back. The way to Redis is made like this, too (decisions 0026, 0034).
//!
//! The pool of the library gives none of that. It tries a refused connection again until its deadline is over, it waits for a server that hangs as
//! long as that hangs, and it takes a connection back that was given up in the middle of an answer.
//!
//! A connection whose answer did not come in time is never used again: what it was asked for may have happened, or happen yet, and its next answer
//! would be taken for another's. Whoever asked is told that nothing is known to be done, as after a connection that broke. That holds for a commit, too:
//! who asks once more meets the rows as they are by then, behind the same locks, so that what works once does not work twice.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use sqlx::{
    Connection, Executor, PgConnection, Postgres, Row, SqlSafeStr,
    postgres::{PgArguments, PgConnectOptions, PgRow},
    query::Query,
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, error::Elapsed, sleep, timeout, timeout_at},
};

use super::reach::{Reach, locked};

/// Nobody waits longer for a connection than this: one that rests answers within half of it, and a new one is made in what is left.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// A server that starts together with the broker is waited for.
const START: Duration = Duration::from_secs(10);
/// Between two tries of something that is over in a moment.
const MOMENT: Duration = Duration::from_millis(100);
/// The server gives a statement up by itself, and says so; whoever waits gives it up this much later.
const MARGIN: Duration = Duration::from_secs(1);
/// A connection is used no longer than this, and one that nobody needs rests no longer than that.
const LIFE: Duration = Duration::from_secs(30 * 60);
const LONGEST_REST: Duration = Duration::from_secs(10 * 60);
/// A commit that a standby does not confirm stays at the server, with its connection, after whoever made it was told. A new connection for each of them
/// would use the server's up, so each keeps its place for this long.
const LINGERS: Duration = Duration::from_secs(60);
/// What a server that only follows knows may be old, and it changes nothing.
const DOES_IT_FOLLOW: &str = "SELECT pg_is_in_recovery()";
/// A change was asked of a server, or in a session, that only reads.
const READ_ONLY: &str = "25006";

/// The server is not the one that can be written.
#[derive(Debug, thiserror::Error)]
#[error("it only follows another server: name the one that can be written")]
pub(crate) struct Follows;

fn fault(kind: io::ErrorKind, why: &'static str) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(kind, why))
}

fn away() -> sqlx::Error {
    fault(io::ErrorKind::NotConnected, "the database is away")
}

/// There was no answer in time.
pub(super) fn late() -> sqlx::Error {
    fault(io::ErrorKind::TimedOut, "the database did not answer in time")
}

pub(super) fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned())
}

/// Whether a server that is there has said no. One that stops, or starts, is away.
fn is_answer(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| !code.starts_with("57P"))
}

/// A connection, and since when it is one.
struct Kept {
    connection: PgConnection,
    made: Instant,
}

struct Inner {
    options: PgConnectOptions,
    /// How long an answer is waited for.
    answers: Duration,
    size: u32,
    /// One for each connection that is in use.
    places: Arc<Semaphore>,
    /// Those that nobody uses, with since when; the last one is taken first.
    idle: Mutex<Vec<(Kept, Instant)>>,
    reach: Arc<Reach>,
    closed: watch::Sender<bool>,
}

/// The way to one server, with so many connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Link(Arc<Inner>);

impl Link {
    /// A way that is made when somebody goes it. The server ends a statement after `answers` by itself.
    pub fn new(options: PgConnectOptions, size: u32, answers: Duration, reach: &Arc<Reach>) -> Self {
        let seconds = format!("{}ms", answers.as_millis());
        let options = options.options([("statement_timeout", &seconds), ("lock_timeout", &seconds)]);
        let places = Arc::new(Semaphore::new(size as usize));
        Self(Arc::new(Inner { options, answers: answers + MARGIN, size, places, idle: Mutex::default(), reach: reach.clone(), closed: watch::Sender::new(false) }))
    }

    /// How long a connection and one answer are waited for.
    pub fn longest_wait(&self) -> Duration {
        PATIENCE + self.0.answers
    }

    /// Whether everybody is told at once that the server is away.
    pub fn rests(&self) -> bool {
        self.0.reach.rests()
    }

    /// Makes the first connection; a server that starts just now is waited for.
    pub async fn begin(&self) -> Result<(), sqlx::Error> {
        let until = Instant::now() + START;
        loop {
            match timeout_at(until, Box::pin(self.made())).await {
                Ok(Ok(kept)) => {
                    self.keep(kept);
                    return Ok(());
                }
                Ok(Err(error)) => {
                    let starts = code(&error).as_deref() == Some("57P03") || matches!(&error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused);
                    if !starts || Instant::now() + MOMENT > until {
                        return Err(error);
                    }
                    sleep(MOMENT).await;
                }
                Err(_) => return Err(late()),
            }
        }
    }

    /// A new one, to the server that can be written: after a failover a name or an address may still lead to the one before.
    async fn made(&self) -> Result<Kept, sqlx::Error> {
        let mut tries = 0;
        let mut connection = loop {
            match PgConnection::connect_with(&self.0.options).await {
                // The server has no place now; it has one when somebody leaves.
                Err(error) if tries < 10 && code(&error).as_deref() == Some("53300") => tries += 1,
                made => break made?,
            }
            sleep(MOMENT).await;
        };
        if sqlx::raw_sql(DOES_IT_FOLLOW).fetch_one(&mut connection).await?.try_get(0)? {
            let _ = connection.close().await;
            return Err(sqlx::Error::Configuration(Box::new(Follows)));
        }
        Ok(Kept { connection, made: Instant::now() })
    }

    /// One that rests and answers, or a new one.
    async fn found(&self) -> Result<Kept, sqlx::Error> {
        let rests = locked(&self.0.idle).pop();
        if let Some((mut kept, _)) = rests {
            if matches!(timeout(PATIENCE / 2, kept.connection.ping()).await, Ok(Ok(()))) {
                return Ok(kept);
            }
            // Whatever ended this one has ended those that rested beside it.
            drop(kept);
            self.forget();
        }
        // Seldom, and large: whoever only takes a connection does not carry it.
        Box::pin(self.made()).await
    }

    /// Uses none of those again that nobody uses now.
    fn forget(&self) {
        let idle = std::mem::take(&mut *locked(&self.0.idle));
        drop(idle);
    }

    /// Takes a connection.
    pub async fn take(&self) -> Result<Held, sqlx::Error> {
        let link = &self.0;
        if *link.closed.borrow() {
            return Err(sqlx::Error::PoolClosed);
        }
        if link.reach.rests() {
            return Err(away());
        }
        // Others may have them all, and a long change holds up those behind it: that is no sign that the server is away.
        let place = timeout(link.answers, link.places.clone().acquire_owned()).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        if !link.reach.may_try() {
            return Err(away());
        }
        match timeout(PATIENCE, self.found()).await {
            Ok(Ok(kept)) => {
                link.reach.answers();
                Ok(Held { link: self.clone(), kept: Some(kept), state: State::Whole, is_begun: false, commits: false, place: Some(place) })
            }
            Ok(Err(error)) if is_answer(&error) => {
                link.reach.answers();
                Err(error)
            }
            Ok(Err(error)) => {
                link.reach.away(&error);
                Err(error)
            }
            Err(_) => {
                link.reach.away(&"no connection in time");
                Err(late())
            }
        }
    }

    /// Keeps a connection that nobody uses now.
    fn keep(&self, kept: Kept) {
        let now = Instant::now();
        let mut idle = locked(&self.0.idle);
        let too_long = idle.iter().take_while(|(_, since)| now.duration_since(*since) > LONGEST_REST).count();
        let over: Vec<_> = idle.drain(..too_long).collect();
        if now.duration_since(kept.made) < LIFE && !*self.0.closed.borrow() {
            idle.push((kept, now));
        }
        drop((idle, over));
    }

    /// Closes every connection, those in use when they come back. A commit that was given up is waited for no longer.
    pub async fn close(&self) {
        self.0.closed.send_replace(true);
        let ended = timeout(self.0.answers, self.0.places.acquire_many(self.0.size)).await;
        let idle = std::mem::take(&mut *locked(&self.0.idle));
        for (kept, _) in idle {
            let _ = timeout(PATIENCE, kept.connection.close()).await;
        }
        drop(ended);
    }
}

/// How far a connection is with what it was asked.
enum State {
    /// It has answered.
    Whole,
    /// An answer is due. Whoever waited for it has gone, when the connection is given back like this.
    Asked,
    /// It is not used again.
    Broken,
}

/// A connection in use. It is given back with this value: undone, what was begun and not committed.
pub(crate) struct Held {
    link: Link,
    kept: Option<Kept>,
    state: State,
    is_begun: bool,
    /// Whether the answer to a commit is due, whoever still waits for it.
    commits: bool,
    place: Option<OwnedSemaphorePermit>,
}

impl Held {
    fn ask(&mut self) -> Result<(&mut PgConnection, Duration), sqlx::Error> {
        let answers = self.link.0.answers;
        match (&self.state, &mut self.kept) {
            (State::Broken, _) | (_, None) => Err(away()),
            (State::Whole | State::Asked, Some(kept)) => {
                self.state = State::Asked;
                Ok((&mut kept.connection, answers))
            }
        }
    }

    fn answered<T>(&mut self, answer: Result<Result<T, sqlx::Error>, Elapsed>) -> Result<T, sqlx::Error> {
        match answer {
            Ok(answer) => {
                let only_reads = answer.as_ref().is_err_and(|error| code(error).as_deref() == Some(READ_ONLY));
                if only_reads {
                    // The others lead to the same server. The next one is made anew, and finds out what that is by now.
                    self.link.forget();
                }
                let is_lost = answer.as_ref().is_err_and(|error| error.as_database_error().is_none());
                self.state = if is_lost || only_reads { State::Broken } else { State::Whole };
                self.commits = false;
                answer
            }
            Err(_) => {
                self.state = State::Broken;
                self.link.0.reach.away(&"no answer in time");
                Err(late())
            }
        }
    }

    /// Runs a statement; how many rows it changed.
    pub async fn execute(&mut self, statement: Query<'_, Postgres, PgArguments>) -> Result<u64, sqlx::Error> {
        let (connection, answers) = self.ask()?;
        let answer = timeout(answers, statement.execute(connection)).await;
        self.answered(answer).map(|done| done.rows_affected())
    }

    /// Its rows.
    pub async fn rows(&mut self, statement: Query<'_, Postgres, PgArguments>) -> Result<Vec<PgRow>, sqlx::Error> {
        let (connection, answers) = self.ask()?;
        let answer = timeout(answers, statement.fetch_all(connection)).await;
        self.answered(answer)
    }

    /// Its first row, when there is one.
    pub async fn row(&mut self, statement: Query<'_, Postgres, PgArguments>) -> Result<Option<PgRow>, sqlx::Error> {
        let (connection, answers) = self.ask()?;
        let answer = timeout(answers, statement.fetch_optional(connection)).await;
        self.answered(answer)
    }

    async fn simply(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        let (connection, answers) = self.ask()?;
        let answer = timeout(answers, connection.execute(text.into_sql_str())).await;
        self.answered(answer).map(|_| ())
    }

    /// The rows of several statements that go as one text.
    pub async fn simple_rows(&mut self, text: &'static str) -> Result<Vec<PgRow>, sqlx::Error> {
        let (connection, answers) = self.ask()?;
        let answer = timeout(answers, sqlx::raw_sql(text).fetch_all(connection)).await;
        self.answered(answer)
    }

    /// Begins a transaction.
    pub async fn begin(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        self.is_begun = true;
        self.simply(text).await
    }

    /// Keeps what was done in it. Without an answer nothing is known to be kept.
    pub async fn commit(&mut self) -> Result<(), sqlx::Error> {
        self.commits = !matches!(self.state, State::Broken);
        self.end("COMMIT").await
    }

    /// Undoes it.
    pub async fn rollback(&mut self) -> Result<(), sqlx::Error> {
        self.end("ROLLBACK").await
    }

    /// Whatever the server answers, the transaction is over.
    async fn end(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        let done = self.simply(text).await;
        self.is_begun = false;
        done
    }

    /// The connection itself, for a command that takes its time: nothing ends its waits.
    pub fn patiently(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.ask().map(|(connection, _)| connection)
    }

    /// The connection as one that never comes back.
    pub fn detach(mut self) -> Result<PgConnection, sqlx::Error> {
        match (&self.state, self.is_begun) {
            (State::Whole, false) => self.kept.take().map(|kept| kept.connection).ok_or_else(away),
            _ => Err(away()),
        }
    }
}

/// Hears the rest of an answer, and undoes what was begun.
async fn tidied(kept: &mut Kept, is_begun: bool) -> Result<(), sqlx::Error> {
    match is_begun {
        true => kept.connection.execute("ROLLBACK".into_sql_str()).await.map(|_| ()),
        false => kept.connection.ping().await,
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (Some(mut kept), place) = (self.kept.take(), self.place.take()) else { return };
        let (is_begun, commits, is_broken) = (self.is_begun, self.commits, matches!(self.state, State::Broken));
        match (&self.state, is_begun) {
            (State::Broken, _) if !commits => drop(kept),
            (State::Whole, false) => self.link.keep(kept),
            (State::Whole | State::Asked | State::Broken, _) => {
                let Ok(runtime) = Handle::try_current() else { return };
                let link = self.link.clone();
                runtime.spawn(async move {
                    let mut closed = link.0.closed.subscribe();
                    let is_tidy = tokio::select! {
                        tidy = timeout(if commits { LINGERS } else { PATIENCE }, tidied(&mut kept, is_begun)) => matches!(tidy, Ok(Ok(()))),
                        () = async { _ = closed.wait_for(|closed| *closed).await }, if commits => false,
                    };
                    match (is_tidy, is_broken) {
                        (true, false) => link.keep(kept),
                        (true, true) => _ = timeout(PATIENCE, kept.connection.close()).await,
                        (false, _) => drop(kept),
                    }
                    drop(place);
                });
            }
        }
    }
}
