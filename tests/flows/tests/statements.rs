//! What the store is asked, compared over the states of a name. A process of its own, because it listens to every statement.

use std::sync::{Mutex, MutexGuard, PoisonError};

use homeward_discovery::Disclosure;
use homeward_testkit::TestBroker;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn heard() -> MutexGuard<'static, Vec<String>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes down every statement, without values and results.
struct Ear;

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        matches!(metadata.target(), "sqlx::query" | "homeward_store::statement")
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_str(&mut self, field: &Field, value: &str) {
                if matches!(field.name(), "summary" | "db.statement" | "statement") {
                    self.0.push_str(value.trim());
                    self.0.push(' ');
                }
            }
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                self.record_str(field, &format!("{value:?}"));
            }
        }
        let mut text = Text(String::new());
        event.record(&mut text);
        heard().push(text.0.trim().to_owned());
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// The statements since the last call, without those that have a time of their own: counters of tries are written by a task that
/// gathers several, and the application is asked for again when it was not a moment ago.
fn since() -> Vec<String> {
    let all = std::mem::take(&mut *heard());
    all.into_iter().filter(|statement| !statement.contains("guess_counter") && !statement.contains("FROM application")).collect()
}

/// LH-01, LH-02, LR-01: under closed disclosure the store is asked the same, in the same order, whatever the state of the name:
/// unknown, local, suspended, invited, expired, several accounts, excluded on a domain with Single Sign-On, paused.
#[tokio::test]
async fn lh_02_the_store_is_asked_the_same_for_every_state_of_a_name() {
    tracing::subscriber::set_global_default(Ear).unwrap();
    let broker = TestBroker::start(Disclosure::Closed).await;
    let on_plain = ["nobody@north.example", "ann@north.example", "gone@north.example", "new@north.example", "old@north.example", "sam@many.example"];
    let on_sso = ["nobody@contoso.example", "dana@contoso.example", "ops@contoso.example"];
    let mut told: Vec<(&str, Vec<Vec<String>>)> = Vec::new();
    for (place, name) in on_plain.iter().chain(&on_sso).enumerate() {
        let mut browser = broker.browser();
        browser.from = format!("198.51.100.{place}");
        let start = browser.open("wiki", "").await;
        let mut steps = Vec::new();
        since();
        let mut page = browser.identify(&start, name).await;
        steps.push(since());
        if name.contains("contoso") {
            page = browser.post("/signin/enter-password", &[("stage", &page.hidden("stage"))]).await;
            steps.push(since());
        }
        // The sixth try meets the pause.
        for number in 0..6 {
            let answer = browser.password(&page, "Falsch-12").await;
            assert_eq!(answer.status, if number == 5 { 429 } else { 200 }, "{name}");
            steps.push(since());
            page = if number == 5 { page } else { answer };
        }
        let forgot = browser.get("/forgot").await;
        since();
        browser.post("/forgot/send", &[("stage", &forgot.hidden("stage")), ("username", name)]).await;
        steps.push(since());
        told.push((name, steps));
    }
    let (plain, sso) = told.split_at(on_plain.len());
    for group in [plain, sso] {
        let (_, first) = &group[0];
        assert!(first.iter().all(|step| !step.is_empty()), "the ear hears: {first:?}");
        for (name, steps) in group {
            for (place, (one, other)) in first.iter().zip(steps).enumerate() {
                assert_eq!(one, other, "{name}, step {place}");
            }
        }
    }
    // The password step costs the same on both kinds of domain.
    assert_eq!(plain[0].1[1..7], sso[0].1[2..8]);
}
