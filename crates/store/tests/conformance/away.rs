//! PostgreSQL that hangs, is gone, or does not say how a commit ended: everybody is told in time, and what works once does not work twice.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use homeward_model::{GrantId, SessionId, SystemRandom};
use homeward_provider::{Codes, Grants, NewGrant, Redeemed, UsedAssertions};
use homeward_store::{Address, Store, StoreError};
use sqlx::{Connection, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream, UnixStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
        unix,
    },
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::ports::{NOW, app, code, later, signed_in, someone};

/// One answer is waited for so long, and a second more.
const ANSWERS: Duration = Duration::from_secs(2);
/// Long enough for a connection and an answer on a machine that has much to do; without an end to its waits a store would wait for ever.
const IN_TIME: Duration = Duration::from_secs(30);
/// A refused connection is tried again for two seconds at most; the pool of the library does it for ten.
const REFUSED_IN_TIME: Duration = Duration::from_secs(8);
/// Connections of a store for changes.
const WRITERS: usize = 6;

/// What passes between a store and its server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passes {
    Everything,
    /// It is kept until something passes again, as by a server that has stopped where it is.
    Nothing,
    /// A commit reaches the server, and no answer to it comes back until everything passes again.
    NoAnswerToACommit,
    /// A commit does not reach the server, whose connection ends; the store is not told.
    NoCommit,
}

/// A port of this machine in front of a server.
struct Relay {
    address: SocketAddr,
    name: String,
    socket: PathBuf,
    passes: watch::Sender<Passes>,
    /// Commits that reached the server without an answer.
    unanswered: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Relay {
    /// Before the server that has this database.
    async fn before(database: &str) -> Self {
        // postgres://homeward@localhost/NAME?host=FOLDER
        let (name, folder) = database.split_once("localhost/").unwrap().1.split_once("?host=").unwrap();
        let (name, socket) = (name.to_owned(), PathBuf::from(folder).join(".s.PGSQL.5432"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (passes, unanswered) = (watch::Sender::new(Passes::Everything), Arc::default());
        let address = listener.local_addr().unwrap();
        Self { address, name, listening: listen(listener, socket.clone(), passes.subscribe(), &unanswered), socket, passes, unanswered }
    }

    fn at(&self) -> Address {
        Address::parse(&format!("postgres://homeward@{}/{}", self.address, self.name), None).unwrap().answering_within(ANSWERS)
    }

    async fn store(&self) -> Store {
        Store::connect(&self.at()).await.unwrap().with_audit_keys(vec![(1, homeward_sealing::Mac::new(&[7; 32]))])
    }

    /// Nobody listens any more, and every connection ends.
    async fn go(&mut self) {
        self.listening.abort();
        let _ = (&mut self.listening).await;
    }

    async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.listening = listen(listener, self.socket.clone(), self.passes.subscribe(), &self.unanswered);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn listen(listener: TcpListener, socket: PathBuf, passes: watch::Receiver<Passes>, unanswered: &Arc<AtomicUsize>) -> JoinHandle<()> {
    let unanswered = unanswered.clone();
    tokio::spawn(async move {
        // They end with this task.
        let mut carried = tokio::task::JoinSet::new();
        while let Ok((from, _)) = listener.accept().await {
            carried.spawn(carry(from, socket.clone(), passes.clone(), unanswered.clone()));
        }
    })
}

async fn carry(from: TcpStream, socket: PathBuf, passes: watch::Receiver<Passes>, unanswered: Arc<AtomicUsize>) {
    let Ok(to) = UnixStream::connect(socket).await else { return };
    let ((store, answers), (server, asks)) = (from.into_split(), to.into_split());
    let silent = watch::Sender::new(false);
    tokio::select! {
        () = up((store, asks), passes.clone(), (&silent, &unanswered)) => {}
        () = down((server, answers), passes, silent.subscribe()) => {}
    }
}

/// What the store asks. `silent` is set once no answer comes back.
async fn up((mut store, mut server): (OwnedReadHalf, unix::OwnedWriteHalf), mut passes: watch::Receiver<Passes>, (silent, unanswered): (&watch::Sender<bool>, &AtomicUsize)) {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let Ok(length @ 1..) = store.read(&mut bytes).await else { return };
        let asked = &bytes[..length];
        let is_commit = asked.windows(7).any(|part| part == b"COMMIT\0");
        let now = *passes.borrow();
        match (now, is_commit) {
            (Passes::NoAnswerToACommit, true) => {
                unanswered.fetch_add(1, Ordering::SeqCst);
                silent.send_replace(true)
            }
            (Passes::NoCommit, true) => {
                silent.send_replace(true);
                let _ = server.shutdown().await;
                continue;
            }
            _ => false,
        };
        let lets = passes.wait_for(|passes| *passes != Passes::Nothing).await.is_ok();
        if !lets || server.write_all(asked).await.is_err() {
            return;
        }
    }
}

/// What the server answers.
async fn down((mut server, mut store): (unix::OwnedReadHalf, OwnedWriteHalf), mut passes: watch::Receiver<Passes>, silent: watch::Receiver<bool>) {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let Ok(length @ 1..) = server.read(&mut bytes).await else {
            if *silent.borrow() {
                std::future::pending::<()>().await;
            }
            return;
        };
        let lets = passes.wait_for(|passes| *passes != Passes::Nothing).await.is_ok();
        let is_silent = *silent.borrow();
        let says = passes.wait_for(|passes| !is_silent || *passes == Passes::Everything).await.is_ok();
        if !lets || !says || store.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

/// Asks until there is an answer.
pub async fn in_the_end<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < IN_TIME, "{what}");
        tokio::task::yield_now().await;
    }
}

fn grant() -> NewGrant {
    NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() }
}

/// DS-10, OT-02: whether a commit was made that nobody was told of, or not: its caller hears that it failed, and of all tries one succeeds at most.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_10_ot_02_a_commit_without_an_answer_counts_once_at_most() {
    let (store, folder) = super::postgres().await;
    let relay = Relay::before(&folder.1.as_ref().unwrap().1).await;
    let behind = relay.store().await;
    let (account, user) = someone(&store).await;
    for (passes, was_made, hash) in [(Passes::NoAnswerToACommit, true, [1; 32]), (Passes::NoCommit, false, [2; 32])] {
        Codes::put(&store, &hash, &code(signed_in(&account, &user, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
        relay.passes.send_replace(passes);
        let first = timeout(IN_TIME, behind.redeem(&hash, &grant(), NOW)).await.expect("an end to the wait");
        assert!(first.is_err(), "nobody is told that it is done");
        relay.passes.send_replace(Passes::Everything);
        let again = in_the_end("the writer goes on", async || behind.redeem(&hash, &grant(), NOW).await.ok()).await;
        assert_eq!(matches!(again, Redeemed::First(_)), !was_made, "it is as the database has it");
        assert!(matches!(behind.redeem(&hash, &grant(), NOW).await.unwrap(), Redeemed::Again { .. }));
        // The same at a rotation, which whoever holds the token tries once more.
        let Redeemed::Again { grant: id, .. } = store.redeem(&hash, &grant(), NOW).await.unwrap() else { panic!("a grant") };
        assert!(Grants::find(&store, id).await.unwrap().unwrap().revoked, "two have come with one code");
    }
    for (passes, was_made, hash) in [(Passes::NoAnswerToACommit, true, [3; 32]), (Passes::NoCommit, false, [4; 32])] {
        Codes::put(&store, &hash, &code(signed_in(&account, &user, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
        let grant = grant();
        store.redeem(&hash, &grant, NOW).await.unwrap();
        relay.passes.send_replace(passes);
        // OT-12: the grace of a refresh token counts from the longest of these waits.
        let longest = Grants::longest_wait(&behind);
        assert_eq!(longest, Duration::from_secs(2) + ANSWERS + Duration::from_secs(1), "a connection, an answer, and the second more");
        assert!(timeout(IN_TIME, behind.rotate(grant.id, 0, later(1))).await.expect("an end to the wait").is_err());
        relay.passes.send_replace(Passes::Everything);
        let again = in_the_end("the writer goes on", async || behind.rotate(grant.id, 0, later(1)).await.ok()).await;
        assert_eq!(again, !was_made);
        assert_eq!(Grants::find(&store, grant.id).await.unwrap().unwrap().generation, 1, "one successor");
    }
}

/// DS-10: a server that hangs, and one that nobody finds, hold up nobody: whoever reads, whoever changes something, and the one that leads. When it
/// is back everything goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_10_a_server_that_is_away_holds_nobody_up() {
    let (store, folder) = super::postgres().await;
    let mut relay = Relay::before(&folder.1.as_ref().unwrap().1).await;
    let behind = relay.store().await;
    let lead = behind.lead();
    someone(&store).await;
    for hangs in [true, false] {
        assert!(in_the_end("it is ready", async || behind.is_ready().await.then_some(true)).await);
        assert!(in_the_end("it leads", async || lead.is_ours().await.then_some(true)).await);
        assert!(in_the_end("it is there", async || behind.register().await.ok()).await.accounts.len() == 1);
        match hangs {
            true => _ = relay.passes.send_replace(Passes::Nothing),
            false => relay.go().await,
        }
        let patience = if hangs { IN_TIME } else { REFUSED_IN_TIME };
        assert!(!timeout(patience, behind.is_ready()).await.expect("an end to the wait"));
        assert!(!timeout(IN_TIME, lead.is_ours()).await.expect("an end to the wait"));
        assert!(timeout(IN_TIME, behind.register()).await.expect("an end to the wait").is_err());
        assert!(timeout(IN_TIME, behind.rotate(GrantId::generate(&SystemRandom), 0, NOW)).await.expect("an end to the wait").is_err());
        assert!(timeout(IN_TIME, behind.first_use(&app(), &[5; 32], later(60))).await.expect("an end to the wait").is_err());
        match hangs {
            true => _ = relay.passes.send_replace(Passes::Everything),
            false => relay.come_back().await,
        }
    }
    assert!(in_the_end("it is ready", async || behind.is_ready().await.then_some(true)).await);
    assert!(!behind.is_away());
    assert!(behind.first_use(&app(), &[6; 32], later(60)).await.unwrap());
}

/// DS-10: a commit that hangs, as one does that a standby has to confirm, stays at the server when whoever made it was told. It keeps the place of its
/// connection, so that however many try, the server's connections are not used up; whoever only reads goes on. Its answer gives the place back, and so
/// does the end of the store.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_10_commits_that_hang_use_up_no_connections() {
    let (store, folder) = super::postgres().await;
    let relay = Relay::before(&folder.1.as_ref().unwrap().1).await;
    let behind = relay.store().await;
    someone(&store).await;
    assert!(in_the_end("it is ready", async || behind.is_ready().await.then_some(true)).await);
    relay.passes.send_replace(Passes::NoAnswerToACommit);
    for first in [10, 30] {
        in_the_end("somebody may try", async || (!behind.is_away()).then_some(())).await;
        let tries: Vec<_> = (first..first + 9)
            .map(|number| {
                let behind = behind.clone();
                tokio::spawn(async move { behind.first_use(&app(), &[number; 32], later(60)).await })
            })
            .collect();
        for one in tries {
            assert!(timeout(IN_TIME, one).await.expect("an end to the wait").unwrap().is_err(), "nobody is told that it is done");
        }
        assert!(behind.is_ready().await, "whoever only reads goes on");
    }
    let hang = relay.unanswered.load(Ordering::SeqCst);
    assert!((1..=WRITERS).contains(&hang), "{hang} hang");
    relay.passes.send_replace(Passes::Everything);
    assert!(in_the_end("their answers give the places back", async || behind.first_use(&app(), &[1; 32], later(60)).await.ok()).await);
    relay.passes.send_replace(Passes::NoAnswerToACommit);
    assert!(timeout(IN_TIME, behind.first_use(&app(), &[2; 32], later(60))).await.expect("an end to the wait").is_err());
    timeout(IN_TIME, behind.close()).await.expect("an end to the wait");
    in_the_end("a store that is closed has no connection", async || (relay.passes.receiver_count() == 1).then_some(())).await;
}

/// DS-10: a start that has tables to change waits neither for ever for those who use them, nor for a server that hangs in the middle; whoever starts it is told.
/// When nobody stands in its way it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_10_a_migration_waits_for_nobody_for_ever() {
    const TURN: Duration = Duration::from_secs(2);
    let database = super::server::database(None);
    let relay = Relay::before(&database).await;
    let at = relay.at().waiting_for_its_turn(TURN);
    let mut other = PgConnection::connect(&database).await.unwrap();
    let mut looks = PgConnection::connect(&database).await.unwrap();
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = 'homeward' AND datname = current_database() AND wait_event_type = 'Lock')";
    // The lock of all who write, and what the first statement of a migration waits for.
    for (begins, ends) in [
        ("SELECT pg_advisory_lock(7236837212043137901)", "SELECT pg_advisory_unlock(7236837212043137901)"),
        ("BEGIN; CREATE TABLE _sqlx_migrations (version BIGINT)", "ROLLBACK"),
    ] {
        sqlx::raw_sql(begins).execute(&mut other).await.unwrap();
        let refused = timeout(IN_TIME, Store::connect(&at)).await.expect("an end to the wait").err().expect("a refusal");
        assert!(matches!(refused, StoreError::Busy(2)), "{begins}: {refused}");
        sqlx::raw_sql(ends).execute(&mut other).await.unwrap();
    }
    sqlx::raw_sql("BEGIN; CREATE TABLE _sqlx_migrations (version BIGINT)").execute(&mut other).await.unwrap();
    let longer = relay.at().waiting_for_its_turn(TURN * 2);
    let hangs = async {
        in_the_end("it has begun", async || sqlx::query_scalar(waits).fetch_one(&mut looks).await.unwrap_or(false).then_some(())).await;
        relay.passes.send_replace(Passes::Nothing);
    };
    let (refused, ()) = tokio::join!(timeout(IN_TIME, Store::connect(&longer)), hangs);
    assert!(refused.expect("an end to the wait").is_err());
    relay.passes.send_replace(Passes::Everything);
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    let store = in_the_end("it starts", async || Store::connect(&at).await.ok()).await;
    assert!(store.first_use(&app(), &[1; 32], later(60)).await.unwrap());
    store.close().await;
    drop(relay);
    super::server::drop_database(&database);
}

/// DS-10: a start whose change no standby confirms has an end, and says what mends it; so has the next one, which waits for what the first has left at the
/// server. Once nobody has to confirm it, the start goes on from there, and nothing is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_10_a_migration_waits_for_no_standby_for_ever() {
    const TURN: Duration = Duration::from_secs(3);
    let server = super::server::alone();
    let database = format!("postgres://homeward@localhost/postgres?host={}", server.folder);
    let at = Address::parse(&database, None).unwrap().answering_within(ANSWERS).waiting_for_its_turn(TURN);
    let mut operator = PgConnection::connect(&database).await.unwrap();
    let mut set = async |what: &'static str, becomes: &str| {
        for statement in [what, "SELECT pg_reload_conf()"] {
            sqlx::raw_sql(statement).execute(&mut operator).await.unwrap();
        }
        in_the_end("it is set", async || {
            let now: String = sqlx::query_scalar("SHOW synchronous_standby_names").fetch_one(&mut operator).await.unwrap();
            (now == becomes).then_some(())
        })
        .await;
    };
    set("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "nobody").await;
    for start in ["the first", "the next one"] {
        let refused = timeout(IN_TIME, Store::connect(&at)).await.expect("an end to the wait").err().expect("a refusal");
        assert!(matches!(refused, StoreError::Unconfirmed(3)), "{start}: {refused}");
        assert!(refused.to_string().contains("ALTER SYSTEM SET synchronous_standby_names"), "{refused}");
    }
    set("ALTER SYSTEM RESET synchronous_standby_names", "").await;
    let store = in_the_end("it starts", async || Store::connect(&at).await.ok()).await;
    assert!(store.first_use(&app(), &[1; 32], later(60)).await.unwrap());
    store.close().await;
}
