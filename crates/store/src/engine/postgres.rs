//! Opens a database of PostgreSQL. What does not fit is refused before anything is written.

use std::{net::IpAddr, path::Path, str::FromStr, time::Duration};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use super::{
    Group, Opened, Pool, Reader, Schema,
    changing,
    link::{Follows, Link},
    query::query,
    reach::Reach,
    schema,
};
use crate::error::StoreError;

/// The oldest version that the conformance suite is run on.
const OLDEST: i64 = 150_000;
/// Connections for look-ups and pages, and for changes.
const READERS: u32 = 10;
const WRITERS: u32 = 6;
/// All of them, with the one for what takes its time, the one by which a broker has its place and the one by which it leads.
pub(crate) const CONNECTIONS: u32 = READERS + WRITERS + 3;
/// How long an answer is waited for, unless the address says otherwise.
const ANSWERS: Duration = Duration::from_secs(10);
/// The same for what nobody waits for.
const SLOW_ANSWERS: Duration = Duration::from_secs(60);
/// Parameters of the address. Others are refused, so that no misspelt one is passed over, or written into a log.
const KNOWN: [&str; 6] = ["host", "user", "sslmode", "sslrootcert", "sslcert", "sslkey"];
/// A node that hangs in a transaction gives the writers' lock back after this time, and a machine that is gone gives everything back. How long a
/// statement may take stands in `link.rs`.
const SESSION: [(&str, &str); 5] = [
    // The connection by which a broker has its place rests.
    ("idle_session_timeout", "0"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
];

/// Where a database of PostgreSQL is, and how one gets in. Its password is shown nowhere.
#[derive(Clone)]
pub struct Address {
    options: PgConnectOptions,
    answers: Duration,
    turn: Duration,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = self.options.get_socket().map_or_else(|| format!("{}:{}", self.options.get_host(), self.options.get_port()), |socket| socket.display().to_string());
        write!(f, "PostgreSQL database {} at {at}", self.options.get_database().unwrap_or_default())
    }
}

/// Why an address is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// It does not read.
    #[error("it is no address like postgres://user@host:5432/database")]
    Unreadable,
    /// It names no database.
    #[error("it names no database: end it with /NAME")]
    NoDatabase,
    /// A password stands in it.
    #[error("it holds a password: put that into the file that password_file names, or into the environment variable that password_env names")]
    Password,
    /// A parameter that means nothing here.
    #[error("it has a parameter that is not known here; known are host, user, sslmode, sslrootcert, sslcert and sslkey")]
    Parameter,
    /// What is sent could be read or changed on its way.
    #[error("the server is on another machine: leave sslmode out or write sslmode=verify-full, and name the authority of its certificate by sslrootcert=FILE unless it is a public one")]
    Unprotected,
}

impl Address {
    /// Reads `postgres://user@host:port/database?parameters`. Towards another machine TLS with a verified certificate is the only way.
    ///
    /// # Errors
    /// `AddressRefused` says what is wrong.
    pub fn parse(text: &str, password: Option<&str>) -> Result<Self, AddressRefused> {
        let url = Url::parse(text).map_err(|_| AddressRefused::Unreadable)?;
        if !matches!(url.scheme(), "postgres" | "postgresql") || url.fragment().is_some() {
            return Err(AddressRefused::Unreadable);
        }
        if url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password") {
            return Err(AddressRefused::Password);
        }
        if url.query_pairs().any(|(name, _)| !KNOWN.contains(&name.as_ref())) {
            return Err(AddressRefused::Parameter);
        }
        if url.path().trim_matches('/').is_empty() {
            return Err(AddressRefused::NoDatabase);
        }
        let options = PgConnectOptions::from_str(text).map_err(|_| AddressRefused::Unreadable)?;
        let asked = url.query_pairs().any(|(name, _)| name == "sslmode").then(|| options.get_ssl_mode());
        let mode = match (is_socket(&options), is_here(&options), asked) {
            (true, ..) => PgSslMode::Disable,
            (false, false, Some(PgSslMode::VerifyFull) | None) => PgSslMode::VerifyFull,
            (false, false, Some(_)) => return Err(AddressRefused::Unprotected),
            (false, true, asked) => asked.unwrap_or(PgSslMode::Prefer),
        };
        let options = options.ssl_mode(mode).application_name("homeward").options(SESSION).statement_cache_capacity(200);
        let options = match password {
            Some(password) => options.password(password),
            None => options,
        };
        Ok(Self { options, answers: ANSWERS, turn: changing::TURN })
    }
    /// The same, where one answer is waited for so long.
    #[must_use]
    pub fn answering_within(mut self, answers: Duration) -> Self {
        self.answers = answers;
        self
    }
    /// The same, where a migration waits so long for those who use what it changes, and for a server that says nothing.
    #[must_use]
    pub fn waiting_for_its_turn(mut self, turn: Duration) -> Self {
        self.turn = turn;
        self
    }
}

fn is_socket(options: &PgConnectOptions) -> bool {
    options.get_socket().is_some() || options.get_host().starts_with('/')
}

/// Whether nothing leaves this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A server as it says that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerState {
    /// Its version, for example `150008`.
    pub version: i64,
    /// How texts are written in the database.
    pub encoding: String,
    /// Whether it only follows another server.
    pub follows: bool,
    /// Whether what it acknowledges is on its disk, also after a crash.
    pub durable: bool,
    /// Whether this connection is encrypted.
    pub tls: bool,
    /// Connections that it takes.
    pub connections: i64,
}

/// Asks a server how it is.
pub(crate) async fn state(pool: &Pool) -> Result<ServerState, sqlx::Error> {
    let statement = "SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('server_encoding'), pg_is_in_recovery(), \
        current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AND current_setting('synchronous_commit') <> 'off', \
        COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE), CAST(current_setting('max_connections') AS BIGINT)";
    let row: (i64, String, bool, bool, bool, i64) = query(statement).fetch_one(pool).await?;
    let (version, encoding, follows, durable, tls, connections) = row;
    Ok(ServerState { version, encoding, follows, durable, tls, connections })
}

/// What stands in the way of a store in such a database.
fn unfit(state: &ServerState) -> Option<String> {
    if state.version < OLDEST {
        return Some(format!("it is PostgreSQL {}, and {} or newer is needed", state.version / 10_000, OLDEST / 10_000));
    }
    if state.encoding != "UTF8" {
        return Some(format!("its encoding is {}: make the database anew with ENCODING 'UTF8'", state.encoding));
    }
    if state.follows {
        return Some(Follows.to_string());
    }
    (!state.durable).then(|| "fsync, full_page_writes or synchronous_commit is off: what it acknowledges would be lost by a crash".into())
}

/// Opens a database and brings it to this version. One that a newer version has brought further stays as it is.
pub(crate) async fn open(address: &Address) -> Result<Opened, StoreError> {
    // A commit that waits for a standby says nothing of a server that is asked what it knows.
    let [writing, reading] = Reach::two(&address.to_string());
    let write = Link::new(address.options.clone(), WRITERS, address.answers, &writing);
    let slow = Link::new(address.options.clone(), 1, address.answers.max(SLOW_ANSWERS), &writing);
    write.begin().await?;
    let all = Pool::Readers(write.clone());
    if let Some(why) = unfit(&state(&all).await?) {
        return Err(StoreError::Unfit(why));
    }
    changing::change((&write, &slow), address.turn).await?;
    let read = Link::new(address.options.clone().options([("default_transaction_read_only", "on")]), READERS, address.answers, &reading);
    Ok(Opened { write: Pool::Writers(write), slow: Pool::Writers(slow), read: Pool::Readers(read.clone()), reader: Reader::Postgres(read), group: Group::new(Path::new("")) })
}

/// How far a database is, as `schema::looked_at` says. Nothing is written.
pub(crate) async fn look(address: &Address) -> Result<Option<Schema>, StoreError> {
    let [_, reading] = Reach::two(&address.to_string());
    let read = Link::new(address.options.clone().options([("default_transaction_read_only", "on")]), 1, address.answers, &reading);
    read.begin().await?;
    let all = Pool::Readers(read);
    let found = schema::looked_at(&all).await;
    all.close().await;
    found
}

#[cfg(test)]
#[path = "postgres_tests.rs"]
mod tests;
