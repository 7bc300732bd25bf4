use homeward_model::SystemRandom;

use super::*;

const SMALL: HashParams = HashParams { memory_kib: 64, passes: 1, lanes: 1 };

fn pepper(number: u8) -> (u8, Mac) {
    (number, Mac::new(&[number; 32]))
}

fn service(params: HashParams, peppers: Vec<(u8, Mac)>) -> Passwords {
    Passwords::new(params, peppers, QueueLimits { threads: 2, waiting: 8 }, Arc::new(SystemRandom))
}

fn user() -> UserId {
    UserId::generate(&SystemRandom)
}

fn p(text: &str) -> Password {
    Password::parse(text).unwrap()
}

const NOW: Timestamp = Timestamp::from_seconds(1_000);

/// LP-06: the parameters are OWASP's, and a password that was right is rehashed when they rise.
#[tokio::test]
async fn lp_06_parameters_are_owasps_and_rise_at_the_next_right_password() {
    assert_eq!(HashParams::default(), HashParams { memory_kib: 19_456, passes: 2, lanes: 1 });
    let before = service(SMALL, vec![pepper(1)]);
    let ann = before.hash_new(user(), &p("Kranich7!"), 3, &[], NOW).await.unwrap();
    let after = service(HashParams { passes: 2, ..SMALL }, vec![pepper(2), pepper(1)]);
    let wrong = after.verify(&p("kranich7!"), std::slice::from_ref(&ann)).await.unwrap();
    assert!(wrong.verified.is_empty() && wrong.rehashed.is_empty());
    let right = after.verify(&p("Kranich7!"), std::slice::from_ref(&ann)).await.unwrap();
    assert_eq!(right.verified[0].user(), ann.user);
    let [new] = right.rehashed.as_slice() else { panic!("one rehashed") };
    assert_eq!((new.version, new.changed_at, new.must_change), (3, NOW, false));
    assert!(matches!(new.scheme, Scheme::Peppered { pepper: 2, params: HashParams { passes: 2, .. }, .. }));
    let again = after.verify(&p("Kranich7!"), std::slice::from_ref(new)).await.unwrap();
    assert!(again.verified.len() == 1 && again.rehashed.is_empty());
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
        let checked = service.verify(&p("Kranich7!"), credentials).await.unwrap();
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
    let verify = async |s: &Passwords, c: StoredCredential| s.verify(&p("Kranich7!"), &[c]).await.unwrap().verified.len();
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
        assert_eq!(service.verify(&p(&set), std::slice::from_ref(&credential)).await.unwrap().verified.len(), 1);
        assert_eq!(service.verify(&p(&other), &[credential]).await.unwrap().verified.len(), 0);
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

/// LP-07: what does not fit into the queue is told to come again; nothing waits without end.
#[tokio::test]
async fn lp_07_a_full_queue_says_so() {
    let service = Passwords::new(HashParams { memory_kib: 4096, passes: 4, lanes: 1 }, vec![pepper(1)], QueueLimits { threads: 1, waiting: 2 }, Arc::new(SystemRandom));
    let password = p("Kranich7!");
    let many = futures_join(20, || service.verify(&password, &[])).await;
    let full = many.iter().filter(|r| r.is_err()).count();
    assert_eq!((many.len() - full, full), (3, 17));
    assert!(service.verify(&password, &[]).await.is_ok(), "and afterwards there is room again");
    assert_eq!(QueueLimits::for_cores(1).threads, 1);
    assert_eq!(QueueLimits::for_cores(8).threads, 7);
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

/// B-004: hashes of other systems keep working and become ours at the first right password.
#[tokio::test]
async fn foreign_hashes_are_tried_alone_and_replaced() {
    let service = service(SMALL, vec![pepper(1)]);
    let bcrypt = bcrypt::hash("Kranich7!", 4).unwrap();
    for phc in [
        bcrypt.as_str(),
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$yAjqYSMyL2pO2QCTj42kzCPSGPg6RKXzV8G6WkNuJqI",
        "{SSHA512}",
    ] {
        let Ok(scheme) = crate::import_foreign(phc) else { continue };
        let credential = StoredCredential { user: user(), version: 4, scheme, changed_at: NOW, must_change: false };
        let wrong = service.verify(&p("Kranich8!"), std::slice::from_ref(&credential)).await.unwrap();
        assert!(wrong.verified.is_empty());
        if phc != bcrypt { continue }
        let right = service.verify(&p("Kranich7!"), std::slice::from_ref(&credential)).await.unwrap();
        assert_eq!(right.verified[0].user(), credential.user);
        assert!(matches!(right.rehashed[0].scheme, Scheme::Peppered { .. }));
        assert_eq!(right.rehashed[0].version, 4);
        // With another account beside it the account is not known yet, and the foreign hash is not tried.
        let other = service.hash_new(user(), &p("Reiher-88"), 1, &[], NOW).await.unwrap();
        assert!(service.verify(&p("Kranich7!"), &[credential, other]).await.unwrap().verified.is_empty());
    }
}
