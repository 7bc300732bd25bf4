use homeward_model::{SystemRandom, random_token};

use super::*;
use crate::{adapters::Store, engine::values};

struct World {
    store: Store,
    file: PathBuf,
}

impl World {
    async fn new() -> Self {
        let file = std::env::temp_dir().join(format!("homeward-grouped-{}.db", random_token(&SystemRandom)));
        Self { store: Store::open(&file).await.unwrap(), file }
    }
    /// Whoever has this is the one who writes.
    async fn hold(&self) -> sqlx::pool::PoolConnection<sqlx::Sqlite> {
        let Pool::Sqlite(pool) = &self.store.write else { panic!("the embedded store") };
        pool.acquire().await.unwrap()
    }
    fn reader(&self) -> Connection {
        Connection::open(&self.file).unwrap()
    }
    /// Until so many changes wait.
    async fn wait_for(&self, waiting: usize) {
        while locked(&self.store.group.waiting).len() < waiting {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

fn put(db: &mut Db<'_>, person: u8) -> Result<i64, StoreError> {
    db.execute("INSERT INTO put_off(person, at) VALUES ($1, 1)", values![[person; 16]])?;
    Ok(i64::from(person))
}

fn count(db: &Connection) -> i64 {
    db.query_row("SELECT count(*) FROM put_off", [], |row| row.get(0)).unwrap()
}

// The writer is held until everything waits; then one commit carries it all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_together_is_committed_together() {
    let world = World::new().await;
    let reader = world.reader();
    let version = || -> i64 { reader.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap() };
    let held = world.hold().await;
    let before = version();
    let ask = |person: u8| {
        let store = world.store.clone();
        tokio::spawn(async move { store.grouped(move |db| put(db, person)).await })
    };
    let asked: Vec<_> = (0..50).map(ask).collect();
    world.wait_for(50).await;
    assert_eq!((count(&reader), version()), (0, before), "nothing is written while somebody else writes");
    drop(held);
    for (person, asked) in asked.into_iter().enumerate() {
        assert_eq!(asked.await.unwrap().unwrap(), person as i64);
    }
    assert_eq!(count(&reader), 50);
    assert_eq!(version(), before + 1, "one commit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_leaves_nothing_and_its_neighbours_stand() {
    let world = World::new().await;
    let held = world.hold().await;
    let (first, second) = (world.store.clone(), world.store.clone());
    let half = |db: &mut Db<'_>| {
        put(db, 1)?;
        db.execute("INSERT INTO put_off(person, at) VALUES (NULL, NULL)", values![])
    };
    let bad = tokio::spawn(async move { first.grouped(half).await });
    let good = tokio::spawn(async move { second.grouped(|db| put(db, 2)).await });
    world.wait_for(2).await;
    drop(held);
    assert!(matches!(bad.await.unwrap(), Err(StoreError::LookUp(_))));
    assert_eq!(good.await.unwrap().unwrap(), 2);
    let reader = world.reader();
    let people: Vec<Vec<u8>> = reader.prepare("SELECT person FROM put_off").unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(people, [vec![2; 16]]);
}

// One that has to be on the disk takes its group there, and what was committed before it in its turn: the connection says how its next commit is made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_has_to_be_on_the_disk_takes_its_group_there() {
    let world = World::new().await;
    let setting = || locked(&world.store.group.connection).as_ref().map(|(db, safe)| (db.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)).unwrap(), *safe));
    assert_eq!(world.store.grouped_soon(|db| put(db, 1)).await.unwrap(), 1);
    assert_eq!((count(&world.reader()), setting()), (1, Some((1, Safe::Committed))), "others see it");
    let held = world.hold().await;
    let (first, second) = (world.store.clone(), world.store.clone());
    let soon = tokio::spawn(async move { first.grouped_soon(|db| put(db, 2)).await });
    let disk = tokio::spawn(async move { second.grouped(|db| put(db, 3)).await });
    world.wait_for(2).await;
    drop(held);
    assert_eq!((soon.await.unwrap().unwrap(), disk.await.unwrap().unwrap()), (2, 3));
    assert_eq!((count(&world.reader()), setting()), (3, Some((2, Safe::OnDisk))));
}

// A change that cannot be written is told so, and the next one is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_cannot_be_opened_is_told() {
    let world = World::new().await;
    let away = world.file.with_extension("away");
    std::fs::rename(&world.file, &away).unwrap();
    assert!(matches!(world.store.grouped(|db| put(db, 1)).await, Err(StoreError::NotWritten(_))));
    std::fs::rename(&away, &world.file).unwrap();
    assert_eq!(world.store.grouped(|db| put(db, 2)).await.unwrap(), 2);
}

// A change that panics takes its group along, everybody is told, and the next group is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_panics_holds_nobody_up() {
    let world = World::new().await;
    let held = world.hold().await;
    let (first, second) = (world.store.clone(), world.store.clone());
    let bad = tokio::spawn(async move { first.grouped(|_| -> Result<i64, StoreError> { panic!("a change") }).await });
    let neighbour = tokio::spawn(async move { second.grouped(|db| put(db, 1)).await });
    world.wait_for(2).await;
    drop(held);
    for told in [bad.await.unwrap(), neighbour.await.unwrap()] {
        assert!(matches!(told, Err(StoreError::NotWritten(_))), "{told:?}");
    }
    assert_eq!(world.store.grouped(|db| put(db, 2)).await.unwrap(), 2);
    assert_eq!(count(&world.reader()), 1);
}

// What is checked at the commit only fails there: nothing of the group is written, everybody is told, and the next group is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_fails_is_told_to_the_whole_group() {
    let world = World::new().await;
    let tables = "CREATE TABLE above(id INTEGER PRIMARY KEY); CREATE TABLE below(id INTEGER REFERENCES above(id) DEFERRABLE INITIALLY DEFERRED)";
    world.reader().execute_batch(tables).unwrap();
    let held = world.hold().await;
    let (first, second) = (world.store.clone(), world.store.clone());
    let orphan = |db: &mut Db<'_>| db.execute("INSERT INTO below(id) VALUES (1)", values![]).map(|_| 0_i64);
    let bad = tokio::spawn(async move { first.grouped(orphan).await });
    let neighbour = tokio::spawn(async move { second.grouped(|db| put(db, 1)).await });
    world.wait_for(2).await;
    drop(held);
    for told in [bad.await.unwrap(), neighbour.await.unwrap()] {
        assert!(matches!(told, Err(StoreError::NotWritten(_))), "{told:?}");
    }
    assert_eq!(count(&world.reader()), 0);
    assert_eq!(world.store.grouped(|db| put(db, 2)).await.unwrap(), 2);
    assert_eq!(count(&world.reader()), 1);
}

// The runtime of the task that writes ends: who waits in another one is told, and the next change is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_is_dropped_leaves_nobody_waiting() {
    let world = World::new().await;
    let held = world.hold().await;
    let (first, second) = (world.store.clone(), world.store.clone());
    let other = tokio::runtime::Runtime::new().unwrap();
    other.spawn(async move { first.grouped(|db| put(db, 1)).await });
    while !world.store.group.going.load(Ordering::Acquire) {
        tokio::task::yield_now().await;
    }
    let waits = tokio::spawn(async move { second.grouped(|db| put(db, 2)).await });
    world.wait_for(2).await;
    other.shutdown_background();
    let told = waits.await.unwrap();
    assert!(matches!(told, Err(StoreError::NotWritten(_))), "{told:?}");
    drop(held);
    assert_eq!(world.store.grouped(|db| put(db, 3)).await.unwrap(), 3);
    assert_eq!(count(&world.reader()), 1);
}
