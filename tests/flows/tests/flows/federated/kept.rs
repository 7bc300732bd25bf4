//! What is kept of an answer that failed: for its administrator to look up, and for thirty days.

use std::time::Duration;

use homeward_federation::Check;
use homeward_signin::federated::Traces;

use super::*;

const DAY: Duration = Duration::from_secs(86_400);

/// A redacted trace is there on the twenty-ninth day and gone after the thirtieth; the sweep between takes none before its time, and none
/// that came later.
#[tokio::test]
async fn a_trace_is_kept_for_thirty_days() {
    let world = World::new().await;
    let store = &world.broker.running().store;
    let stranger = Idp::new(&world.idp.entity_id, KeyKind::Rsa).unwrap();
    let fails = async || {
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "wiki", KIM).await;
        let delivered = world.deliver_xml(&mut browser, &stranger.response(&world.answer(&sent, KIM)), &sent.relay).await;
        assert_eq!((delivered.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused sig.untrusted_key"));
        store.traces(Some(world.connection), 1).await.unwrap().remove(0).case
    };
    let first = fails().await;
    let at = async |days: u32| {
        world.broker.clock.wait(DAY * days);
        store.sweep(world.broker.clock.now()).await.unwrap();
        store.trace(first.as_str()).await.unwrap()
    };
    let kept = at(29).await.unwrap();
    assert_eq!((kept.failure().check, kept.failure().code.as_str(), kept.asked), (Check::Signature, "sig.untrusted_key", true));
    assert!(!serde_json::to_string(&kept).unwrap().contains("kim@"), "nobody's name");
    let second = fails().await;
    assert_eq!(at(2).await, None);
    let left: Vec<_> = store.traces(Some(world.connection), 10).await.unwrap().into_iter().map(|trace| trace.case).collect();
    assert_eq!(left, [second], "what came later stays");
}
