use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use homeward_model::SystemRandom;

use super::*;

const SMALL: HashParams = HashParams { memory_kib: 64, passes: 1, lanes: 1 };

fn pepper(number: u8) -> (u8, Mac) {
    (number, Mac::new(&[number; 32]))
}

fn service(params: HashParams, peppers: Vec<(u8, Mac)>) -> Passwords {
    Passwords::new(params, peppers, QueueLimits { threads: 2, waiting: 8 }, Arc::new(SystemRandom))
}

/// Tries a password against all the credentials of a name.
async fn tried(service: &Passwords, password: &str, credentials: &[StoredCredential]) -> Checked {
    service.verify(&p(password), credentials, credentials).await.unwrap()
}

fn user() -> UserId {
    UserId::generate(&SystemRandom)
}

fn p(text: &str) -> Password {
    Password::parse(text).unwrap()
}

const NOW: Timestamp = Timestamp::from_seconds(1_000);

/// LP-06: the parameters are OWASP's, and the evaluation is the one that libargon2 makes with them; memory that was used before
/// changes nothing.
#[test]
fn lp_06_the_default_is_owasps_argon2id() {
    assert_eq!(HashParams::default(), HashParams { memory_kib: 19_456, passes: 2, lanes: 1 });
    let mut memory = Memory::default();
    let hash = |password: &str, memory: &mut Memory| argon2id(&p(password), HashParams::default(), *b"somesaltsomesalt", memory).unwrap();
    let by_libargon2 = "06828a5a80e8fd2f074678c2dfd49ade817eb58221b980663d8921d8d2118200";
    let in_hex = |hash: Hash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(in_hex(hash("Kranich7!", &mut memory)), by_libargon2);
    assert_ne!(in_hex(hash("Kranich8!", &mut memory)), by_libargon2);
    assert_eq!(in_hex(hash("Kranich7!", &mut memory)), by_libargon2);
}

/// LP-06, LP-09: a password that was right is hashed again when parameters or pepper change: same version, same date.
#[tokio::test]
async fn lp_06_parameters_rise_at_the_next_right_password() {
    let before = service(SMALL, vec![pepper(1)]);
    let ann = before.hash_new(user(), &p("Kranich7!"), 3, &[], NOW).await.unwrap();
    let ann = StoredCredential { must_change: true, ..ann };
    for (params, peppers) in [(HashParams { passes: 2, ..SMALL }, vec![pepper(1)]), (SMALL, vec![pepper(2), pepper(1)])] {
        let present = peppers[0].0;
        let after = service(params, peppers);
        let wrong = tried(&after, "kranich7!", std::slice::from_ref(&ann)).await;
        assert!(wrong.verified.is_empty() && wrong.rehashed.is_empty());
        let right = tried(&after, "Kranich7!", std::slice::from_ref(&ann)).await;
        assert_eq!(right.verified[0].user(), ann.user);
        let [new] = right.rehashed.as_slice() else { panic!("one rehashed") };
        assert_eq!((new.version, new.changed_at, new.must_change), (3, NOW, true));
        assert!(matches!(new.scheme, Scheme::Peppered { pepper, params: p, .. } if (pepper, p) == (present, params)));
        let again = tried(&after, "Kranich7!", std::slice::from_ref(new)).await;
        assert!(again.verified.len() == 1 && again.rehashed.is_empty());
    }
}

/// LH-02, LH-01: after the parameters were raised, a wrong password at a name that is still under the old ones writes as much memory as at a name that
/// nobody has: what the old evaluation is short of is made up. The right password is renewed and costs an evaluation of each.
#[tokio::test]
async fn lh_02_a_name_under_older_parameters_costs_what_an_unknown_one_costs() {
    let before = service(SMALL, vec![pepper(1)]);
    let ann = before.hash_new(user(), &p("Kranich7!"), 1, &[], NOW).await.unwrap();
    let bea = before.hash_new(user(), &p("Reiher-88"), 1, std::slice::from_ref(&ann), NOW).await.unwrap();
    let raised = HashParams { memory_kib: 96, passes: 3, lanes: 1 };
    let after = service(raised, vec![pepper(1)]);
    for known in [std::slice::from_ref(&ann), &[ann.clone(), bea]] {
        let start = after.evaluations();
        let wrong = tried(&after, "kranich7!", known).await;
        assert_eq!((wrong.verified.len(), after.evaluations() - start), (0, 2));
        let start = after.evaluations();
        let right = tried(&after, "Kranich7!", known).await;
        assert_eq!((right.verified[0].user(), right.rehashed.len(), after.evaluations() - start), (ann.user, 1, 2));
    }
    // 96 KiB three times is 64 KiB once and 74 KiB three times, but for two KiB.
    assert_eq!(after.short_of_present([SMALL].into_iter()), Some(HashParams { memory_kib: 74, ..raised }));
    assert_eq!(after.short_of_present([].into_iter()), Some(raised), "nothing was evaluated");
    assert_eq!(after.short_of_present([raised].into_iter()), None);
    assert_eq!(after.short_of_present([SMALL, SMALL, SMALL, SMALL, SMALL].into_iter()), None, "several old ones cost as much");
    assert_eq!(before.short_of_present([raised].into_iter()), None, "lowered parameters: what is dearer cannot be made up");
}

/// LH-02: one salt a username stays one salt when parameters rise between a change here and a sign-in there.
#[tokio::test]
async fn lh_02_a_username_keeps_its_salt_through_new_parameters() {
    let before = service(SMALL, vec![pepper(1)]);
    let here = before.hash_new(user(), &p("Kranich7!"), 1, &[], NOW).await.unwrap();
    let there = before.hash_new(user(), &p("Reiher-88"), 1, std::slice::from_ref(&here), NOW).await.unwrap();
    let after = service(HashParams { passes: 2, ..SMALL }, vec![pepper(1)]);
    let here = after.hash_new(here.user, &p("Specht+55"), 2, &[here.clone(), there.clone()], NOW).await.unwrap();
    let there = tried(&after, "Reiher-88", &[here.clone(), there]).await.rehashed.remove(0);
    let before = after.evaluations();
    assert_eq!(tried(&after, "Reiher-88", &[here, there.clone()]).await.verified[0].user(), there.user);
    assert_eq!(after.evaluations() - before, 1);
}

/// LH-02, LP-17: an unknown name, one account, and several accounts cost one evaluation each; equal passwords do not show.
#[tokio::test]
async fn lh_02_every_attempt_is_one_evaluation() {
    let service = service(SMALL, vec![pepper(1)]);
    let first = service.hash_new(user(), &p("Kranich7!"), 1, &[], NOW).await.unwrap();
    let second = service.hash_new(user(), &p("Kranich7!"), 1, std::slice::from_ref(&first), NOW).await.unwrap();
    let third = service.hash_new(user(), &p("Reiher-88"), 1, &[first.clone(), second.clone()], NOW).await.unwrap();
    let (Scheme::Peppered { mac: a, salt: s1, .. }, Scheme::Peppered { mac: b, salt: s2, .. }) = (&first.scheme, &second.scheme) else { panic!() };
    assert_eq!(s1, s2);
    assert_ne!(a, b);
    let cost = async |credentials: &[StoredCredential]| {
        let before = service.evaluations();
        let checked = tried(&service, "Kranich7!", credentials).await;
        (service.evaluations() - before, checked.verified.iter().map(PasswordVerified::user).collect::<Vec<_>>())
    };
    assert_eq!(cost(&[]).await, (1, vec![]));
    assert_eq!(cost(std::slice::from_ref(&third)).await, (1, vec![]));
    assert_eq!(cost(std::slice::from_ref(&first)).await, (1, vec![first.user]));
    assert_eq!(cost(&[first.clone(), second.clone(), third]).await, (1, vec![first.user, second.user]));
}

/// LP-09: without the pepper's key nothing verifies; it fails closed. A hash moved to another user's row does not fit.
#[tokio::test]
async fn lp_09_a_hash_is_worth_nothing_without_its_key_and_its_user() {
    let service = service(SMALL, vec![pepper(1)]);
    let ann = service.hash_new(user(), &p("Kranich7!"), 1, &[], NOW).await.unwrap();
    let verify = async |s: &Passwords, c: StoredCredential| tried(&s, "Kranich7!", &[c]).await.verified.len();
    assert_eq!(verify(&service, ann.clone()).await, 1);
    assert_eq!(verify(&service, StoredCredential { user: user(), ..ann.clone() }).await, 0);
    assert_eq!(verify(&super::tests::service(SMALL, vec![pepper(9)]), ann.clone()).await, 0);
    assert!(!format!("{ann:?}").contains("mac"));
}

/// LP-03: sixteen characters and seventeen are two passwords, and so are those that differ behind byte 72.
#[tokio::test]
async fn lp_03_nothing_is_truncated() {
    let service = service(SMALL, vec![pepper(1)]);
    let long = "x".repeat(80);
    for (set, other) in [("Kra1!xyzKra1!xyz".to_owned(), "Kra1!xyzKra1!xyzQ".to_owned()), (long.clone(), format!("{long}y"))] {
        let credential = service.hash_new(user(), &p(&set), 1, &[], NOW).await.unwrap();
        assert_eq!(tried(&service, &set, std::slice::from_ref(&credential)).await.verified.len(), 1);
        assert_eq!(tried(&service, &other, &[credential]).await.verified.len(), 0);
    }
}

/// LP-10: the current one and the last ten, and no more work than that.
#[tokio::test]
async fn lp_10_history_is_compared_by_hash_and_bounded() {
    let service = service(SMALL, vec![pepper(1)]);
    let ann = user();
    let mut history = Vec::new();
    for number in 0..12 {
        history.push(service.hash_new(ann, &p(&format!("Kranich-{number:02}")), 1, &history, NOW).await.unwrap());
    }
    let before = service.evaluations();
    assert!(service.was_used(&p("Kranich-03"), &history).await.unwrap());
    assert!(!service.was_used(&p("Kranich-11"), &history).await.unwrap(), "only the first ten count");
    assert!(!service.was_used(&p("Reiher-00!"), &history).await.unwrap());
    assert_eq!(service.evaluations() - before, 3, "one salt, one evaluation a question");
}

/// LP-07, DS-08: what does not fit into the queue is told to come again; nothing waits without end, and nothing refused costs anything.
#[tokio::test]
async fn lp_07_a_full_queue_says_so() {
    let costly = HashParams { memory_kib: 4096, passes: 4, lanes: 1 };
    let service = Passwords::new(costly, vec![pepper(1)], QueueLimits { threads: 1, waiting: 2 }, Arc::new(SystemRandom));
    let password = p("Kranich7!");
    let many = futures_join(20, || service.verify(&password, &[], &[])).await;
    let full = many.iter().filter(|r| r.is_err()).count();
    assert_eq!((many.len() - full, full), (3, 17));
    assert_eq!(service.evaluations(), 3);
    assert!(many.into_iter().filter_map(Result::err).all(|o| o.retry_after >= Duration::from_secs(1)));
    assert!(service.verify(&password, &[], &[]).await.is_ok(), "and afterwards there is room again");
}

/// LP-07: a full queue may cost the renewal of a hash, but turns no right password away that was evaluated already.
#[tokio::test]
async fn lp_07_a_right_password_stays_right_when_there_is_no_room_to_renew_it() {
    let before = service(SMALL, vec![pepper(1)]);
    let ann = before.hash_new(user(), &p("Kranich7!"), 1, &[], NOW).await.unwrap();
    // Parameters that cannot be evaluated stand for a queue that has no room.
    let after = service(HashParams { memory_kib: 0, ..SMALL }, vec![pepper(1)]);
    let checked = tried(&after, "Kranich7!", std::slice::from_ref(&ann)).await;
    assert_eq!((checked.verified[0].user(), checked.rehashed.len()), (ann.user, 0));
    assert!(after.verify(&p("Kranich7!"), &[], &[]).await.is_err());
}

/// LP-07: nor one that is right for some, when there is no room to look at the others: those are named as not tried.
#[tokio::test]
async fn lp_07_a_right_password_stays_right_when_there_is_no_room_for_the_other_accounts() {
    let service = service(SMALL, vec![pepper(1)]);
    let ann = service.hash_new(user(), &p("Kranich7!"), 1, &[], NOW).await.unwrap();
    let bea = service.hash_new(user(), &p("Kranich7!"), 1, std::slice::from_ref(&ann), NOW).await.unwrap();
    let Scheme::Peppered { salt, pepper, mac, .. } = ann.scheme.clone() else { panic!("ours") };
    // Parameters that cannot be evaluated stand for a queue that has no room.
    let full = StoredCredential { user: user(), scheme: Scheme::Peppered { params: HashParams { memory_kib: 0, ..SMALL }, salt, pepper, mac }, ..ann.clone() };
    let checked = tried(&service, "Kranich7!", &[full.clone(), ann.clone(), bea.clone()]).await;
    assert_eq!((checked.verified.iter().map(PasswordVerified::user).collect::<Vec<_>>(), checked.untried), (vec![ann.user, bea.user], true));
    assert!(service.verify(&p("Kranich8!"), &[full, ann, bea], &[]).await.is_err(), "a wrong one is told to come again");
}

async fn futures_join<F: Future>(count: usize, make: impl Fn() -> F) -> Vec<F::Output> {
    let mut pinned: Vec<_> = (0..count).map(|_| Box::pin(make())).collect();
    let mut done: Vec<Option<F::Output>> = (0..count).map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, slot) in pinned.iter_mut().zip(&mut done) {
            if slot.is_none() && let std::task::Poll::Ready(value) = future.as_mut().poll(cx) {
                *slot = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().map(Option::unwrap).collect()
}

/// B-004, LH-02: hashes of other systems keep working and become ours at the first right password; wrong ones cost what they
/// cost everywhere.
#[tokio::test]
async fn foreign_hashes_are_tried_and_replaced() {
    let service = service(SMALL, vec![pepper(1)]);
    let bcrypt = bcrypt::hash("Kranich7!", 4).unwrap();
    for phc in [bcrypt.as_str(), "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$eab0ttILzp1ETB94OOsV1zoTR67GVRYn3hBKcftFsCY"] {
        let scheme = crate::import_foreign(phc).unwrap();
        let credential = StoredCredential { user: user(), version: 4, scheme, changed_at: NOW, must_change: true };
        let before = service.evaluations();
        let wrong = tried(&service, "Kranich8!", std::slice::from_ref(&credential)).await;
        assert!(wrong.verified.is_empty() && wrong.rehashed.is_empty());
        let right = tried(&service, "Kranich7!", std::slice::from_ref(&credential)).await;
        assert_eq!(service.evaluations() - before, 2, "one each, as for an unknown name");
        assert_eq!(right.verified[0].user(), credential.user);
        let [ours] = right.rehashed.as_slice() else { panic!("one rehashed") };
        assert!(matches!(ours.scheme, Scheme::Peppered { .. }));
        assert_eq!((ours.version, ours.changed_at, ours.must_change), (4, NOW, true));
        assert_eq!(tried(&service, "Kranich7!", right.rehashed.as_slice()).await.verified.len(), 1);
        // Another account beside it: the foreign hash is tried, too, and comes under the other's salt.
        let other = service.hash_new(user(), &p("Reiher-88"), 1, &[], NOW).await.unwrap();
        let both = tried(&service, "Kranich7!", &[credential.clone(), other.clone()]).await;
        assert_eq!((both.verified.len(), both.verified[0].user(), salt_of(&both.rehashed[0])), (1, credential.user, salt_of(&other)));
        assert!(tried(&service, "Kranich8!", &[credential.clone(), other]).await.verified.is_empty());
        assert!(service.was_used(&p("Kranich7!"), &[credential]).await.unwrap(), "the history knows it too");
    }
}

fn salt_of(credential: &StoredCredential) -> Option<[u8; 16]> {
    match &credential.scheme {
        Scheme::Peppered { salt, .. } => Some(*salt),
        Scheme::Foreign { .. } => None,
    }
}

/// Credentials of one name and one password in that many accounts, each with a salt of its own.
async fn apart(service: &Passwords, password: &str, count: usize) -> Vec<StoredCredential> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(service.hash_new(user(), &p(password), 1, &[], NOW).await.unwrap());
    }
    all
}

/// Puts what came of an attempt where it belongs.
fn kept(all: &mut [StoredCredential], rehashed: Vec<StoredCredential>) {
    for new in rehashed {
        let place = all.iter().position(|old| old.user == new.user).unwrap();
        all[place] = new;
    }
}

/// LH-02: accounts that came to a salt each are all found, and one right password brings those that it fits under one salt; another password of
/// the same name is left as it is.
#[tokio::test]
async fn lh_02_salts_of_one_name_come_together() {
    let service = service(SMALL, vec![pepper(1)]);
    let mut all = apart(&service, "Kranich7!", 9).await;
    all.extend(apart(&service, "Reiher-88", 1).await);
    let (before, checked) = (service.evaluations(), tried(&service, "Kranich7!", &all).await);
    assert_eq!((checked.verified.len(), checked.untried, service.evaluations() - before), (9, false, 10));
    assert!(tried(&service, "Kranich8!", &all).await.verified.is_empty());
    kept(&mut all, checked.rehashed);
    let (before, again) = (service.evaluations(), tried(&service, "Kranich7!", &all).await);
    assert!((again.verified.len(), again.rehashed.len()) == (9, 0) && service.evaluations() - before <= 2);
    let other = tried(&service, "Reiher-88", &all).await;
    assert_eq!((other.verified.len(), other.verified[0].user()), (1, all[9].user));
    kept(&mut all, other.rehashed);
    let before = service.evaluations();
    assert_eq!(tried(&service, "Kranich7!", &all).await.verified.len(), 9);
    assert_eq!(service.evaluations() - before, 1, "one salt, whatever the passwords");
}

/// LH-02: whoever says the account first comes to the salt that the name has in the others.
#[tokio::test]
async fn lh_02_an_account_alone_takes_the_salt_of_its_siblings() {
    let service = service(SMALL, vec![pepper(1)]);
    let mut all: Vec<StoredCredential> = apart(&service, "Kranich7!", 5).await;
    let foreign = crate::import_foreign(&bcrypt::hash("Kranich7!", 4).unwrap()).unwrap();
    all.push(StoredCredential { scheme: foreign, ..all[0].clone() });
    all[5].user = user();
    for place in 0..6 {
        let checked = service.verify(&p("Kranich7!"), &all[place..=place], &all).await.unwrap();
        assert_eq!(checked.verified[0].user(), all[place].user);
        kept(&mut all, checked.rehashed);
    }
    assert!(all.iter().all(|one| salt_of(one) == salt_of(&all[0])));
}

/// LP-07, LH-02: a wrong password costs sixteen evaluations at most and it is said that there were more. A right one is tried against the rest, too:
/// no account is left out because it comes late.
#[tokio::test]
async fn lp_07_what_one_attempt_costs_is_bounded() {
    let service = service(SMALL, vec![pepper(1)]);
    let mut all = apart(&service, "Kranich7!", 1).await;
    all.extend(apart(&service, "Reiher-88", 15).await);
    all.extend(apart(&service, "Kranich7!", 4).await);
    let before = service.evaluations();
    let wrong = tried(&service, "Kranich8!", &all).await;
    assert_eq!((wrong.verified.len(), wrong.untried, service.evaluations() - before), (0, true, 16));
    let right = tried(&service, "Kranich7!", &all).await;
    assert_eq!((right.verified.len(), right.untried), (5, false));
    let most = apart(&service, "Kranich7!", 70).await;
    let (before, checked) = (service.evaluations(), tried(&service, "Kranich7!", &most).await);
    assert_eq!((checked.verified.len(), checked.untried), (64, true));
    assert!(service.evaluations() - before <= 65);
}

/// LP-07, LP-08: costly hashes of other systems are tried by what they cost: a wrong password stops after four seconds' worth, and it is said that there
/// were more. Cheap ones are all tried.
#[tokio::test]
async fn lp_07_what_one_attempt_costs_is_bounded_by_work_too() {
    let service = service(SMALL, vec![pepper(1)]);
    let foreign = |phc: &str| StoredCredential { user: user(), version: 1, scheme: crate::import_foreign(phc).unwrap(), changed_at: NOW, must_change: false };
    let salt = |number: usize| STANDARD_NO_PAD.encode(format!("salt-number-{number:04}"));
    let sum = STANDARD_NO_PAD.encode([7; 32]);
    let rounds = |rounds: u32, number: usize| foreign(&format!("$pbkdf2-sha256$i={rounds}${}${sum}", salt(number)));
    let costly: Vec<_> = (0..5).map(|number| rounds(2_000_000, number)).collect();
    let works = costly.iter().map(|one| work_of(&one.scheme)).collect::<Vec<_>>();
    assert_eq!(works, [1_000; 5]);
    assert!(tried(&service, "Kranich8!", &costly).await.untried);
    let cheap: Vec<_> = (0..5).map(|number| rounds(1_000, number)).collect();
    assert!(!tried(&service, "Kranich8!", &cheap).await.untried);
    let argon2 = foreign("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$eab0ttILzp1ETB94OOsV1zoTR67GVRYn3hBKcftFsCY");
    let bcrypt = foreign(&bcrypt::hash("Kranich7!", 11).unwrap());
    assert_eq!((work_of(&argon2.scheme), work_of(&bcrypt.scheme)), (0, 125));
}

/// LH-02, B-164: while a password is wrong, the imported hashes of a name are evaluated whoever of it counts where it is typed, within one bound; for
/// whoever does not count nothing comes of it, be it right or wrong.
#[tokio::test]
async fn lh_02_imported_hashes_cost_the_same_whoever_counts() {
    let service = service(SMALL, vec![pepper(1)]);
    let imported = || {
        let scheme = crate::import_foreign(&bcrypt::hash("Kranich7!", 4).unwrap()).unwrap();
        StoredCredential { user: user(), version: 1, scheme, changed_at: NOW, must_change: false }
    };
    let ours = service.hash_new(user(), &p("Reiher-88"), 1, &[], NOW).await.unwrap();
    let all = [imported(), imported(), ours];
    let cost = async |password: &str, tried: &[StoredCredential], siblings: &[StoredCredential]| {
        let before = (service.evaluations(), service.imported_evaluations());
        let right = service.verify(&p(password), tried, siblings).await.unwrap().verified;
        (service.evaluations() - before.0, service.imported_evaluations() - before.1, right.iter().map(PasswordVerified::user).collect::<Vec<_>>())
    };
    for tried in [&all[..], &all[..1], &all[1..], &all[2..], &[]] {
        assert_eq!(cost("Kranich8!", tried, &all).await, (1, 2, vec![]), "{} tried", tried.len());
    }
    assert_eq!(cost("Kranich7!", &all[2..], &all).await, (1, 2, vec![]), "theirs does not count here");
    assert_eq!(cost("Kranich7!", &all[1..2], &all).await.2, [all[1].user], "and nobody comes in for another");
    assert_eq!(cost("Kranich8!", &[], &all[2..]).await, (1, 0, vec![]), "nobody has one");
    let many: Vec<StoredCredential> = (0..MOST_WHILE_WRONG + 4).map(|_| imported()).collect();
    let most = u64::try_from(MOST_WHILE_WRONG).unwrap();
    for tried in [&many[..], &many[..1], &[]] {
        assert_eq!(cost("Kranich8!", tried, &many).await, (1, most, vec![]), "{} tried", tried.len());
    }
}
