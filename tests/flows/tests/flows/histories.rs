//! Two hundred uses of one code and of one refresh token at once: what each saw is kept with its begin and end, and only histories that could
//! have happened one after another are right.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, TestBroker};
use serde_json::Value;

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");
const MANY: usize = 200;

/// One use: between these two moments, with this answer.
struct Use {
    begin: u64,
    end: u64,
    status: u16,
    answer: Value,
}

impl Use {
    fn worked(&self) -> bool {
        self.status == 200
    }
    fn refresh_token(&self) -> &str {
        self.answer["refresh_token"].as_str().unwrap_or_default()
    }
}

/// Lets two hundred browsers do the same at once.
async fn at_once<F>(browser: &Browser, act: impl Fn(Browser) -> F) -> Vec<Use>
where
    F: Future<Output = (u16, Value)> + Send + 'static,
{
    let moment = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..MANY)
        .map(|_| {
            let (moment, act) = (moment.clone(), act(browser.clone()));
            tokio::spawn(async move {
                let begin = moment.fetch_add(1, Ordering::SeqCst);
                let (status, answer) = act.await;
                Use { begin, end: moment.fetch_add(1, Ordering::SeqCst), status, answer }
            })
        })
        .collect();
    let mut history = Vec::new();
    for task in tasks {
        history.push(task.await.unwrap());
    }
    history
}

fn refused(history: &[Use]) -> impl Iterator<Item = &Use> {
    history.iter().filter(|one| !one.worked()).inspect(|one| assert_eq!((one.status, one.answer["error"].as_str()), (400, Some("invalid_grant")), "{}", one.answer))
}

/// OT-02: one use of a code succeeds. No refusal ended before that one began: it would have been refused for nothing. What the code gave is
/// taken back, for it was used again; another sign-in of the same person is not touched.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_02_two_hundred_uses_of_one_code() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let other = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, other) = ann.redeem("wiki", &other).await;
    let address = ann.open("wiki", "").await.header("location").unwrap().to_owned();
    let history = at_once(&ann, |mut browser| {
        let address = address.clone();
        async move { browser.redeem("wiki", &address).await }
    })
    .await;
    let good: Vec<&Use> = history.iter().filter(|one| one.worked()).collect();
    let [good] = &good[..] else { panic!("{} uses worked", good.len()) };
    assert_eq!(refused(&history).count(), MANY - 1);
    for refused in refused(&history) {
        assert!(refused.end > good.begin, "refused at {} before the code was used at {}", refused.end, good.begin);
    }
    assert_eq!(ann.who(good.answer["access_token"].as_str().unwrap()).await, None, "taken back");
    assert_eq!(ann.refresh("wiki", good.refresh_token()).await.0, 400);
    assert_eq!(ann.refresh("wiki", other["refresh_token"].as_str().unwrap()).await.0, 200, "another code's grant");
}

/// OT-11, OT-12: two hundred uses of one refresh token within the time for lost answers rotate once: all get the same successor. Later, two
/// hundred uses of the old one get nothing, and end the sign-in; no use succeeds after another has learned that it is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_11_two_hundred_uses_of_one_refresh_token() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let first = tokens["refresh_token"].as_str().unwrap().to_owned();
    let use_of = |token: &str| {
        let token = token.to_owned();
        move |mut browser: Browser| {
            let token = token.clone();
            async move { browser.refresh("wiki", &token).await }
        }
    };
    let history = at_once(&ann, use_of(&first)).await;
    assert_eq!(refused(&history).count(), 0, "an answer may have been lost");
    let successors: std::collections::BTreeSet<&str> = history.iter().map(Use::refresh_token).collect();
    let [second] = successors.into_iter().collect::<Vec<_>>()[..] else { panic!("rotated more than once") };
    assert_ne!(second, first);
    for one in [&history[0], &history[MANY - 1]] {
        assert_eq!(ann.who(one.answer["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())));
    }
    broker.clock.wait(Duration::from_secs(60));
    let (status, third) = ann.refresh("wiki", second).await;
    assert_eq!(status, 200, "{third}");
    let thieves = at_once(&ann, use_of(&first)).await;
    assert_eq!(refused(&thieves).count(), MANY);
    assert_eq!(ann.refresh("wiki", third["refresh_token"].as_str().unwrap()).await.0, 400, "the whole sign-in is over");
    assert_eq!(ann.who(third["access_token"].as_str().unwrap()).await, None);
}

/// OT-11: a thief and the application at once, after the time for lost answers: whoever uses the old token ends it; whatever the present one gave
/// before that is taken back, and no use succeeds that began after a refusal had ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_11_a_thief_among_two_hundred_ends_it_for_all() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let old = tokens["refresh_token"].as_str().unwrap().to_owned();
    let (_, next) = ann.refresh("wiki", &old).await;
    let present = next["refresh_token"].as_str().unwrap().to_owned();
    broker.clock.wait(Duration::from_secs(60));
    let turn = AtomicU64::new(0);
    let history = at_once(&ann, |mut browser| {
        let token = if turn.fetch_add(1, Ordering::SeqCst) == 100 { old.clone() } else { present.clone() };
        async move { browser.refresh("wiki", &token).await }
    })
    .await;
    let over = refused(&history).map(|one| one.end).min().expect("the thief is refused");
    for one in history.iter().filter(|one| one.worked()) {
        assert!(one.begin < over, "worked although it began at {} and the end was known at {over}", one.begin);
        assert_eq!(ann.who(one.answer["access_token"].as_str().unwrap()).await, None, "taken back");
    }
}
