//! kill -9 in the middle of work: what was acknowledged holds, and nothing works twice.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use homeward_testkit::Browser;
use serde_json::Value;

use crate::installation::{ANN, BEN, Installation, text, tokens};

/// What one application knows for certain: only what the broker answered before it was killed.
#[derive(Default)]
struct Known {
    /// The address with a code that was redeemed.
    redeemed: Option<String>,
    /// The newest refresh token that it was given.
    refresh: Option<String>,
    /// The browser's cookies after the sign-in.
    cookies: std::collections::BTreeMap<String, String>,
}

fn person(place: usize) -> (&'static str, &'static str) {
    if place.is_multiple_of(2) { ANN } else { BEN }
}

/// Signs in and refreshes until the broker is gone; notes what was acknowledged.
async fn work(address: std::net::SocketAddr, place: usize, known: Arc<Mutex<Known>>, acknowledged: Arc<AtomicUsize>) {
    let person = person(place);
    let mut browser = Browser::new(address);
    browser.from = format!("198.51.100.{place}");
    let code = browser.sign_in("wiki", person.0, person.1).await;
    known.lock().unwrap().cookies.clone_from(&browser.cookies);
    let (status, mut told) = browser.redeem("wiki", &code).await;
    assert_eq!(status, 200, "{told}");
    known.lock().unwrap().redeemed = Some(code);
    loop {
        let token = text(&told, "refresh_token").to_owned();
        known.lock().unwrap().refresh = Some(token.clone());
        acknowledged.fetch_add(1, Ordering::SeqCst);
        let (status, next) = browser.refresh("wiki", &token).await;
        assert_eq!(status, 200, "{next}");
        told = next;
    }
}

/// Three times: eight applications sign people in and refresh; the broker is killed while they do, and starts again. The newest token of each
/// works, whether the answer to its last use came or was lost; each code has been used; each session stands; the audit is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_outlives_a_kill() {
    let mut here = Installation::new();
    for round in 0..3 {
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let all: Vec<Arc<Mutex<Known>>> = (0..8).map(|_| Arc::default()).collect();
        let address = here.address;
        let tasks: Vec<_> = all.iter().enumerate().map(|(place, known)| tokio::spawn(work(address, place, known.clone(), acknowledged.clone()))).collect();
        while acknowledged.load(Ordering::SeqCst) < 60 + 17 * round {
            tokio::task::yield_now().await;
            assert!(tasks.iter().all(|task| !task.is_finished()), "nobody fails before the kill");
        }
        here.kill();
        for task in tasks {
            // Each of them meets the end in the middle of a request.
            assert!(task.await.unwrap_err().is_panic());
        }
        here.serve();
        let all: Vec<Known> = all.iter().map(|known| std::mem::take(&mut *known.lock().unwrap())).collect();
        // First all of these: a token whose answer was lost is given once more within ten seconds.
        let mut next = Vec::new();
        for known in &all {
            next.push(refreshed(&here, known).await);
        }
        for (place, (known, next)) in all.iter().zip(&next).enumerate() {
            check(&here, place, known, next.as_ref()).await;
        }
        assert_eq!(here.good(&["audit", "verify"])["whole"], true, "round {round}");
    }
}

async fn refreshed(here: &Installation, known: &Known) -> Option<Value> {
    let (status, next) = here.browser().refresh("wiki", known.refresh.as_deref()?).await;
    assert_eq!(status, 200, "the newest token, whether the answer to its last use came or was lost: {next}");
    Some(next)
}

async fn check(here: &Installation, place: usize, known: &Known, next: Option<&Value>) {
    let mut browser = here.browser();
    browser.cookies.clone_from(&known.cookies);
    if known.cookies.contains_key("__Host-session") {
        assert_eq!(browser.open("wiki", "").await.status, 303, "the session that was acknowledged");
    }
    let (Some(next), Some(code)) = (next, &known.redeemed) else { return };
    let subject = browser.who(text(next, "access_token")).await;
    assert_eq!(subject, Some((person(place).0.into(), "40817".into())));
    let (status, again) = browser.redeem("wiki", code).await;
    assert_eq!((status, text(&again, "error")), (400, "invalid_grant"), "the code was used before the kill");
    let (status, over) = browser.refresh("wiki", text(next, "refresh_token")).await;
    assert_eq!((status, text(&over, "error")), (400, "invalid_grant"), "and its second use took everything back");
    assert_eq!(browser.who(text(next, "access_token")).await, None);
}

/// kill -9 between any two steps of a sign-in: each page that was sent works on the broker that started again, and the sign-in ends with the
/// right person.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_goes_on_over_kills_between_its_steps() {
    let mut here = Installation::new();
    let before = tokens(&mut here.browser(), BEN).await;
    let mut ann = here.browser();
    let page = ann.open("wiki", "").await;
    let mut crash = |browser: &mut Browser| {
        here.kill();
        here.serve();
        // A connection of the process that is gone is of no use.
        let cookies = std::mem::take(&mut browser.cookies);
        *browser = here.browser();
        browser.cookies = cookies;
    };
    crash(&mut ann);
    let page = ann.identify(&page, ANN.0).await;
    crash(&mut ann);
    let page = ann.password(&page, ANN.1).await;
    crash(&mut ann);
    let address = ann.leave(&page).await;
    crash(&mut ann);
    let (status, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(status, 200, "{tokens}");
    crash(&mut ann);
    assert_eq!(ann.who(text(&tokens, "access_token")).await, Some((ANN.0.into(), "40817".into())));
    let (status, next) = ann.refresh("wiki", text(&tokens, "refresh_token")).await;
    assert_eq!(status, 200);
    crash(&mut ann);
    assert_eq!(ann.redeem("wiki", &address).await.0, 400, "the code worked once");
    assert_eq!(ann.refresh("wiki", text(&next, "refresh_token")).await.0, 400, "and its second use took everything back");
    assert_eq!(ann.refresh("wiki", text(&before, "refresh_token")).await.0, 200, "nobody else's");
}
