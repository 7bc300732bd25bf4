//! What the store is asked, compared over the states of a name. A process of its own, because it listens to every statement.

use std::sync::{Mutex, MutexGuard, PoisonError};

use homeward_discovery::Disclosure;
use homeward_signin::ports::AuditEvent;
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

/// What one name was asked, step by step.
type Asked<'n> = (&'n str, Vec<Vec<String>>);

const ON_PLAIN: [&str; 6] = ["nobody@north.example", "ann@north.example", "gone@north.example", "new@north.example", "old@north.example", "sam@many.example"];
const ON_SSO: [&str; 3] = ["nobody@contoso.example", "dana@contoso.example", "ops@contoso.example"];

/// The first name and step that was asked something else, or more, or less, than the first name of its group.
fn apart<'n>(group: &[Asked<'n>]) -> Option<(&'n str, usize)> {
    let (_, first) = group.first()?;
    group.iter().find_map(|(name, steps)| (0..first.len().max(steps.len())).find(|step| first.get(*step) != steps.get(*step)).map(|step| (*name, step)))
}

/// A name, six wrong passwords, and a mail to reset it.
async fn walked<'n>(broker: &TestBroker, (place, name): (usize, &'n str)) -> Asked<'n> {
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
    (name, steps)
}

/// LH-01, LH-02, LR-01: under closed disclosure the store is asked the same, as often and in the same order, whatever the state of the name:
/// unknown, local, suspended, invited, expired, several accounts, excluded on a domain with Single Sign-On, paused. The twins: one question more,
/// of each way to the database, is heard, and so is a right password.
#[tokio::test]
async fn lh_02_the_store_is_asked_the_same_for_every_state_of_a_name() {
    tracing::subscriber::set_global_default(Ear).unwrap();
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut told = Vec::new();
    for (place, name) in ON_PLAIN.into_iter().chain(ON_SSO).enumerate() {
        told.push(walked(&broker, (place, name)).await);
    }
    let (plain, sso) = told.split_at(ON_PLAIN.len());
    for group in [plain, sso] {
        assert!(group[0].1.iter().all(|step| !step.is_empty()), "the ear hears: {:?}", group[0]);
        assert_eq!(apart(group), None, "{group:?}");
    }
    // The password step costs the same on both kinds of domain.
    assert_eq!(plain[0].1[1..7], sso[0].1[2..8]);

    let ctx = &broker.running().context;
    let ann = broker.user("ann@north.example", "40817").await;
    let line = AuditEvent { event: "signin.password", outcome: "ok".into(), user: Some(ann.id), account: None, application: None, network: String::new(), case: None, at: ctx.now(), detail: String::new() };
    for way in 0..3 {
        since();
        match way {
            0 => drop(ctx.credentials.of_users(&[ann.id]).await.unwrap()),
            1 => drop(ctx.known.put_off(ann.id).await.unwrap()),
            _ => ctx.audit.write(&line).await.unwrap(),
        }
        let more = since();
        assert!(!more.is_empty(), "way {way}");
        let mut group = plain.to_vec();
        group[3].1[4].extend(more);
        assert_eq!(apart(&group), Some((ON_PLAIN[3], 4)), "way {way}");
    }
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, "eve@north.example").await;
    since();
    assert!(browser.password(&page, "Reiher-88").await.refresh().is_some());
    let mut group = plain.to_vec();
    group[1].1[1] = since();
    assert_eq!(apart(&group), Some((ON_PLAIN[1], 1)));
}
