use super::*;

const DRAWN: &str = "11111111111111111111111111111111";
const CALLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn id(text: &str) -> TraceId {
    TraceId::parse(text).unwrap()
}

fn request(header: Option<&str>, trusts: bool) -> Arc<Request> {
    Request::begin(id(DRAWN), header.and_then(Caller::parse), trusts)
}

#[tokio::test]
async fn steps_know_what_is_around_them_and_what_was_noted() {
    let request = request(None, false);
    let answer = request
        .during(async {
            note("own", || Note::from("word"));
            let two = step("outer", async {
                step("inner", async { note("status", || Note::from(200)) }).await;
                2
            })
            .await;
            step("after", async {}).await;
            two
        })
        .await;
    let done = request.finish();
    let told: Vec<_> = done.steps.iter().map(|step| (step.name, step.parent, step.notes.as_slice())).collect();
    assert_eq!(answer, 2);
    assert_eq!(told, [("", 0, &[("own", Note::Word("word"))][..]), ("outer", 0, &[]), ("inner", 1, &[("status", Note::Number(200))]), ("after", 0, &[])]);
    assert!(done.steps.iter().all(|step| step.until.unwrap() >= step.from && step.until.unwrap() <= done.took));
    assert_eq!((done.trace, done.caller), (id(DRAWN), None));
}

#[tokio::test]
async fn without_a_request_a_step_is_only_done() {
    assert_eq!(step("alone", async { current() }).await, None);
    note("nothing", || unreachable!());
    belongs_to(|| unreachable!());
    assert_eq!(followed(), None);
}

/// A step whose work was dropped has no end, and those of a request are bounded.
#[tokio::test]
async fn what_is_given_up_has_no_end_and_steps_are_bounded() {
    let request = request(None, false);
    request
        .during(async {
            let waiting = step("waits", std::future::pending::<()>());
            assert!(tokio::time::timeout(Duration::ZERO, waiting).await.is_err());
            for _ in 0..500 {
                step("again", async {}).await;
            }
        })
        .await;
    let done = request.finish();
    assert_eq!((done.steps[1].name, done.steps[1].until, done.steps.len()), ("waits", None, MOST_STEPS + 1));
}

/// The first word counts, and a caller's word counts only where it is trusted and keeps its trace.
#[tokio::test]
async fn nobody_outside_chooses_the_trace() {
    let sign_in = id("22222222222222222222222222222222");
    for (header, trusts, binds, trace, follows) in [
        (Some(CALLED), false, false, DRAWN, false),
        (Some(CALLED), false, true, "22222222222222222222222222222222", false),
        (Some(CALLED), true, false, "0af7651916cd43dd8448eb211c80319c", true),
        (Some(CALLED), true, true, "22222222222222222222222222222222", false),
        (Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"), true, false, DRAWN, false),
        (Some("nonsense"), true, false, DRAWN, false),
        (None, true, false, DRAWN, false),
    ] {
        let request = request(header, trusts);
        request
            .during(async {
                if binds {
                    belongs_to(|| sign_in);
                    belongs_to(|| unreachable!());
                }
                assert_eq!(current(), Some(id(trace)));
                assert_eq!(followed().is_some(), trusts && header == Some(CALLED));
            })
            .await;
        let done = request.finish();
        assert_eq!((done.trace, done.follows), (id(trace), follows), "{header:?} {trusts} {binds}");
        assert_eq!(done.caller, header.and_then(Caller::parse), "it is a link all the same");
    }
}
