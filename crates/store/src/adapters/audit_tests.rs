use std::path::PathBuf;

use homeward_model::{CaseNumber, ClientId, random_token};
use homeward_sealing::{RootKey, Sealer};
use proptest::prelude::*;

use super::*;

struct World {
    store: Store,
    file: PathBuf,
    roots: Vec<RootKey>,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

/// What a start leaves, an operator enters, and somebody who signs in has.
const SIGNING_KEY: &str = "INSERT INTO signing_key(kid, algorithm, sealed, created_at, signs_from) VALUES ('k', 'ES256', x'00', 500, 500)";
const ACCOUNT: &str = "INSERT INTO account(id, number, doc, policy) VALUES (x'01', '40817', '{}', '{}')";
const SESSION: &str = "INSERT INTO session(id, token_hash, person, account, credential_version, method, authenticated_at, last_seen, device) VALUES (x'01', x'02', x'03', x'04', 1, 'password', 500, 500, '?')";

fn event(place: i64, user: Option<UserId>) -> AuditEvent {
    AuditEvent {
        event: "signin.completed",
        outcome: "ok".into(),
        user,
        account: None,
        application: None,
        network: "192.0.2.1".into(),
        case: Some(CaseNumber::generate(&SystemRandom)),
        at: Timestamp::from_seconds(1_000 - place),
        detail: format!("number {place}"),
    }
}

impl World {
    async fn new(records: i64) -> Self {
        let file = std::env::temp_dir().join(format!("homeward-audit-{}.db", random_token(&SystemRandom)));
        let roots = vec![RootKey::generate(1, &SystemRandom)];
        let store = Store::open(&file).await.unwrap().with_audit_keys(Sealer::new(roots[0].clone(), vec![]).macs("audit"));
        let world = Self { store, file, roots };
        for place in 1..=records {
            Audit::write(&world.store, &event(place, None)).await.unwrap();
        }
        world
    }
    /// As somebody who can write into the file and does not care for triggers.
    async fn forge(&self, text: &str) {
        for trigger in ["audit_record_stays", "audit_record_is_fixed", "audit_record_forgets"] {
            query(sqlx::AssertSqlSafe(format!("DROP TRIGGER IF EXISTS {trigger}"))).execute(&self.store.write).await.unwrap();
        }
        query(sqlx::AssertSqlSafe(text.to_owned())).execute(&self.store.write).await.unwrap();
    }
    async fn verdict(&self) -> Result<Option<i64>, ChainFault> {
        self.store.verify_audit(None).await.unwrap().map(|end| end.map(|c| c.number))
    }
}

/// AU-02: each kind of forgery is found, and its first record is named; without one the chain is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_02_a_changed_missing_moved_or_cut_record_is_named() {
    for (forgery, found) in [
        ("UPDATE audit_record SET outcome = 'ok ' WHERE number = 7", ChainFault::Changed { number: 7 }),
        ("UPDATE audit_record SET at = at + 1 WHERE number = 7", ChainFault::Changed { number: 7 }),
        ("UPDATE audit_record SET network = '192.0.2.2' WHERE number = 7", ChainFault::Changed { number: 7 }),
        ("UPDATE audit_record SET account = x'00' WHERE number = 7", ChainFault::Changed { number: 7 }),
        ("UPDATE audit_record SET case_number = NULL WHERE number = 7", ChainFault::Changed { number: 7 }),
        ("UPDATE audit_record SET hash = zeroblob(32) WHERE number = 7", ChainFault::Changed { number: 7 }),
        ("UPDATE audit_record SET key_number = 9 WHERE number = 7", ChainFault::KeyUnknown { number: 7, key: 9 }),
        ("UPDATE audit_record SET network = NULL, salt = NULL WHERE number = 7", ChainFault::Emptied { number: 7 }),
        ("DELETE FROM audit_record WHERE number BETWEEN 4 AND 6", ChainFault::Missing { first: 4, last: 6 }),
        ("DELETE FROM audit_record WHERE number < 3", ChainFault::Missing { first: 1, last: 2 }),
        ("DELETE FROM audit_record WHERE number > 9", ChainFault::Missing { first: 10, last: 12 }),
        ("DELETE FROM audit_head", ChainFault::End { number: 12 }),
        ("UPDATE audit_head SET number = 11, hash = (SELECT hash FROM audit_record WHERE number = 11)", ChainFault::End { number: 12 }),
    ] {
        let world = World::new(12).await;
        assert_eq!(world.verdict().await, Ok(Some(12)), "whole before");
        world.forge(forgery).await;
        assert_eq!(world.verdict().await, Err(found), "{forgery}");
    }
    // Two records in each other's place.
    let world = World::new(12).await;
    world.forge("UPDATE audit_record SET number = -number WHERE number IN (4, 8)").await;
    world.forge("UPDATE audit_record SET number = 12 + number WHERE number < 0").await;
    assert_eq!(world.verdict().await, Err(ChainFault::Changed { number: 4 }));
}

/// AU-02: from the first start of a broker on, an audit without a record has an end as well: whoever removes all of it leaves nothing that verifies, also
/// when the note of the root key, or the signing keys, go with it; and no later start begins anew where there is something that has had its record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_02_an_audit_that_was_removed_whole_is_missed() {
    for (records, trace) in [(0, ""), (3, ACCOUNT), (3, SESSION)] {
        let world = World::new(0).await;
        assert_eq!(world.verdict().await, Ok(None), "no broker has started");
        world.forge(SIGNING_KEY).await;
        for root in [1, 1, 2] {
            world.store.note_root_key(root, Timestamp::from_seconds(1_000)).await.unwrap();
        }
        assert_eq!((world.verdict().await, world.store.audit_end().await.unwrap()), (Ok(None), None), "begun");
        for place in 1..=records {
            Audit::write(&world.store, &event(place, None)).await.unwrap();
        }
        assert_eq!(world.verdict().await, Ok((records > 0).then_some(records)));
        world.forge("DELETE FROM audit_record").await;
        world.forge("DELETE FROM audit_head").await;
        assert_eq!(world.verdict().await, Err(ChainFault::End { number: 0 }));
        world.forge("DELETE FROM root_key").await;
        assert_eq!(world.verdict().await, Err(ChainFault::End { number: 0 }), "the signing keys are there");
        if trace.is_empty() {
            continue;
        }
        world.forge(trace).await;
        world.store.note_root_key(2, Timestamp::from_seconds(2_000)).await.unwrap();
        world.forge("DELETE FROM signing_key").await;
        assert_eq!(world.verdict().await, Err(ChainFault::End { number: 0 }), "another start begins nothing anew: {trace}");
        if trace == SESSION {
            world.forge("DELETE FROM root_key").await;
            assert_eq!(world.verdict().await, Err(ChainFault::End { number: 0 }), "somebody has signed in");
        }
    }
    // An audit that is older than this.
    let world = World::new(2).await;
    world.store.note_root_key(1, Timestamp::from_seconds(1_000)).await.unwrap();
    assert_eq!(world.verdict().await, Ok(Some(2)));
}

/// AU-02: a version that began no audit has started here, and there was nothing to record: the next start begins it, and from then on it is missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_02_an_installation_without_a_record_begins_at_its_next_start() {
    let world = World::new(0).await;
    world.forge("INSERT INTO root_key(number, since) VALUES (1, 500)").await;
    world.forge(SIGNING_KEY).await;
    world.store.note_root_key(1, Timestamp::from_seconds(1_000)).await.unwrap();
    assert_eq!(world.verdict().await, Ok(None), "nothing is missed");
    Audit::write(&world.store, &event(1, None)).await.unwrap();
    assert_eq!(world.verdict().await, Ok(Some(1)));
    world.forge("DELETE FROM audit_record").await;
    assert_eq!(world.verdict().await, Err(ChainFault::Missing { first: 1, last: 1 }));
    world.forge("DELETE FROM audit_head").await;
    assert_eq!(world.verdict().await, Err(ChainFault::End { number: 0 }));
}

/// AU-02: a record that goes with another change is written as one that goes in a group, field by field and type by type.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_02_a_record_has_one_form_whichever_way_it_goes() {
    let world = World::new(0).await;
    let full = AuditEvent { account: Some(AccountId::generate(&SystemRandom)), application: ClientId::parse("app"), ..event(1, Some(UserId::generate(&SystemRandom))) };
    for event in [full, event(2, None)] {
        Audit::write(&world.store, &event).await.unwrap();
        let mut work = world.store.write.begin().await.unwrap();
        world.store.append_audit(&mut work, &[&event]).await.unwrap();
        work.commit().await.unwrap();
    }
    assert_eq!(world.verdict().await, Ok(Some(4)));
    let alike = |record: &AuditRecord| AuditRecord { number: 0, salt: None, personal: vec![], hash: vec![], ..record.clone() };
    let all = world.store.audit_after(0, 10).await.unwrap();
    assert_eq!((alike(&all[0]), alike(&all[2])), (alike(&all[1]), alike(&all[3])));
    let columns = ["subject", "account", "application", "case_number", "detail", "network", "salt", "personal", "key_number", "hash"].map(|name| format!("typeof({name})")).join("||' '||");
    let types = sqlx::AssertSqlSafe(format!("SELECT {columns} FROM audit_record ORDER BY number"));
    let types: Vec<(String,)> = query(types).fetch_all(&world.store.read).await.unwrap();
    assert_eq!((&types[0], &types[2]), (&types[1], &types[3]));
    assert_eq!((types[0].0.as_str(), types[2].0.as_str()), ("blob blob text text text text blob blob integer blob", "null null null text text text blob blob integer blob"));
}

/// AU-02: the database itself refuses to change or delete a record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_02_the_table_is_append_only() {
    let world = World::new(2).await;
    for text in ["DELETE FROM audit_record", "UPDATE audit_record SET detail = ''", "UPDATE audit_record SET network = 'x'", "UPDATE audit_record SET number = number + 9"] {
        let done = query(sqlx::AssertSqlSafe(text.to_owned())).execute(&world.store.write).await;
        assert!(done.unwrap_err().to_string().contains("append-only"), "{text}");
    }
    assert_eq!(world.verdict().await, Ok(Some(2)));
}

/// AU-02: a file that was put back as it was earlier is found by a checkpoint that was kept elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_02_a_checkpoint_finds_what_was_rolled_back() {
    let world = World::new(5).await;
    let early = world.store.verify_audit(None).await.unwrap().unwrap().unwrap();
    let earlier_head = "UPDATE audit_head SET number = 5";
    Audit::write(&world.store, &event(6, None)).await.unwrap();
    let late = world.store.verify_audit(Some(&early)).await.unwrap().unwrap().unwrap();
    assert_eq!((early.number, late.number), (5, 6));
    assert_eq!(Checkpoint::parse(&late.to_string()), Some(late.clone()));
    world.forge("DELETE FROM audit_record WHERE number = 6").await;
    world.forge(earlier_head).await;
    assert!(world.verdict().await.is_err());
    let other = World::new(6).await;
    assert_eq!(other.store.verify_audit(Some(&late)).await.unwrap(), Err(ChainFault::Checkpoint { number: 6 }), "another chain of the same length");
    assert_eq!(other.store.verify_audit(Some(&Checkpoint { number: 7, ..late })).await.unwrap(), Err(ChainFault::Checkpoint { number: 7 }));
    for bad in ["", "5", "0:00", "x:00", "5:zz"] {
        assert_eq!(Checkpoint::parse(bad), None, "{bad}");
    }
}

/// AU-02: what a version before this one wrote verifies, and so does what this one writes under the next root key. Of a person who has records of
/// both kinds the row cannot be exchanged unseen; of one who has old records only this version cannot know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_02_who_an_older_record_is_about_holds_from_the_first_new_one_on() {
    let mut world = World::new(0).await;
    let (ann, eve) = (UserId::generate(&SystemRandom), UserId::generate(&SystemRandom));
    let key = world.store.ledger.present().unwrap().1.clone();
    let mut previous = vec![0; 32];
    for (place, user) in [(1, ann), (2, eve)] {
        Audit::write(&world.store, &event(place, Some(user))).await.unwrap();
        let mut old = world.store.audit_after(place - 1, 1).await.unwrap().remove(0);
        assert_eq!(old.salt.as_ref().unwrap().len(), SALT + 32);
        old.salt.as_mut().unwrap().truncate(SALT);
        old.personal = personal(&key, old.salt.as_ref().unwrap(), "192.0.2.1").to_vec();
        old.hash = link(&key, &old, &previous).to_vec();
        let seal = end_seal(&key, place, &old.hash).to_vec();
        world.forge("SELECT 1").await;
        let text = "UPDATE audit_record SET salt = $2, personal = $3, hash = $4 WHERE number = $1";
        query(text).bind(place).bind(old.salt).bind(old.personal).bind(old.hash.clone()).execute(&world.store.write).await.unwrap();
        query("UPDATE audit_head SET hash = $1, seal = $2").bind(old.hash.clone()).bind(seal).execute(&world.store.write).await.unwrap();
        previous = old.hash;
    }
    assert_eq!(world.verdict().await, Ok(Some(2)), "as an older version wrote them");
    let exchange = async || {
        let (none, text) = (UserId::generate(&SystemRandom), "UPDATE audit_subject SET person = $1 WHERE person = $2");
        for (to, from) in [(none, ann), (ann, eve), (eve, none)] {
            query(text).bind(to.as_uuid()).bind(from.as_uuid()).execute(&world.store.write).await.unwrap();
        }
    };
    exchange().await;
    assert_eq!(world.verdict().await, Ok(Some(2)), "nothing says who it was");
    exchange().await;
    world.roots.insert(0, RootKey::generate(2, &SystemRandom));
    let store = world.store.clone().with_audit_keys(Sealer::new(world.roots[0].clone(), vec![world.roots[1].clone()]).macs("audit"));
    Audit::write(&store, &event(3, Some(ann))).await.unwrap();
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap().unwrap().number, 3);
    let text = "UPDATE audit_subject SET person = $1 WHERE person = $2";
    query(text).bind(UserId::generate(&SystemRandom).as_uuid()).bind(ann.as_uuid()).execute(&world.store.write).await.unwrap();
    assert_eq!(store.verify_audit(None).await.unwrap(), Err(ChainFault::Renamed { number: 3 }));
}

/// AU-07: a person is forgotten, the chain stays whole, and a record says that it was done; removed by hand it is found.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_07_a_person_is_forgotten_and_the_chain_stays_whole() {
    let world = World::new(2).await;
    let (ann, eve) = (UserId::generate(&SystemRandom), UserId::generate(&SystemRandom));
    for (place, user) in [(3, ann), (4, eve), (5, ann)] {
        Audit::write(&world.store, &event(place, Some(user))).await.unwrap();
    }
    let of = async |user| world.store.audit_newest(&AuditFilter { user: Some(user), ..AuditFilter::default() }, 10).await.unwrap().len();
    assert_eq!((of(ann).await, of(eve).await), (2, 1));
    let operator = AuditEvent { event: "x", network: "command line".into(), ..event(6, None) };
    assert_eq!(world.store.forget_in_audit(ann, &operator).await.unwrap(), 2);
    assert_eq!((of(ann).await, of(eve).await), (0, 1));
    let all = world.store.audit_after(0, 100).await.unwrap();
    assert!(all.iter().filter(|r| r.number == 3 || r.number == 5).all(|r| r.user.is_none() && r.network.is_none() && r.subject == all[5].subject));
    assert_eq!((all[3].user, all[3].network.as_deref()), (Some(eve), Some("192.0.2.1")));
    assert_eq!((all[5].event.as_str(), world.verdict().await), (FORGOTTEN, Ok(Some(6))));
    assert_eq!(world.store.forget_in_audit(ann, &operator).await.unwrap(), 0, "nothing is left to forget");
    Audit::write(&world.store, &event(7, Some(ann))).await.unwrap();
    assert_eq!(of(ann).await, 1, "what comes later has a reference of its own");
    world.forge("UPDATE audit_record SET network = NULL, salt = NULL WHERE number = 4").await;
    assert_eq!(world.verdict().await, Err(ChainFault::Emptied { number: 4 }));
}

/// KS-03: after a change of the root key new records go on under the new one, and the old ones still verify.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_03_the_chain_goes_on_under_a_new_root_key() {
    let mut world = World::new(3).await;
    world.roots.insert(0, RootKey::generate(2, &SystemRandom));
    let both = Sealer::new(world.roots[0].clone(), vec![world.roots[1].clone()]).macs("audit");
    let store = world.store.clone().with_audit_keys(both);
    Audit::write(&store, &event(4, None)).await.unwrap();
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap().unwrap().number, 4);
    let only_new = store.clone().with_audit_keys(Sealer::new(world.roots[0].clone(), vec![]).macs("audit"));
    assert_eq!(only_new.verify_audit(None).await.unwrap(), Err(ChainFault::KeyUnknown { number: 1, key: 1 }));
    let foreign = store.with_audit_keys(Sealer::new(RootKey::generate(1, &SystemRandom), vec![]).macs("audit"));
    assert_eq!(foreign.verify_audit(None).await.unwrap(), Err(ChainFault::Changed { number: 1 }), "another installation's key");
}

/// AU-03, AU-05: without a key nothing is written and the caller learns of it; many at once are one chain without gaps, by number, not by time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_05_many_writers_make_one_chain() {
    let world = World::new(0).await;
    assert_eq!(world.verdict().await, Ok(None));
    let keyless = world.store.clone().with_audit_keys(vec![]);
    assert!(Audit::write(&keyless, &event(1, None)).await.unwrap_err().to_string().contains("root key"));
    let tasks: Vec<_> = (0..200)
        .map(|place| {
            let store = world.store.clone();
            tokio::spawn(async move { Audit::write(&store, &event(place, None)).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(world.verdict().await, Ok(Some(200)));
    let mut details: Vec<String> = world.store.audit_after(0, 500).await.unwrap().into_iter().map(|r| r.detail).collect();
    details.sort();
    details.dedup();
    assert_eq!(details.len(), 200, "each once");
}

proptest! {
    /// AU-02: no two different records have one hash, however their parts are cut.
    #[test]
    fn au_02_parts_do_not_run_into_each_other(a in ".{0,8}", b in ".{0,8}", c in proptest::option::of(".{0,4}"), d in proptest::option::of(".{0,4}")) {
        let key = Mac::new(&[7; 32]);
        let record = |event: &str, outcome: &str, application: &Option<String>, case: &Option<String>| AuditRecord {
            number: 1, at: Timestamp::from_seconds(0), event: event.into(), outcome: outcome.into(), subject: None, user: None, account: None,
            application: application.clone(), case: case.clone(), detail: String::new(), network: None, hash: vec![], salt: None, personal: vec![], key_number: 1,
        };
        let one = link(&key, &record(&a, &b, &c, &d), &[0; 32]);
        let two = link(&key, &record(&b, &a, &d, &c), &[0; 32]);
        prop_assert_eq!(one == two, a == b && c == d);
    }
}
