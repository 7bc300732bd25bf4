//! The schedule of the signing keys, on record: what comes or goes without a command is an event like what a command does (AU-01).

use homeward_model::{Random, Timestamp};
use homeward_provider::rotation::{self, RotationPlan};
use homeward_sealing::Sealer;
use homeward_signin::ports::{Audit, AuditEvent};
use homeward_store::Store;

/// Does what the schedule asks for, and gives the names of keys that came and went. The line stands before the deed: what cannot be recorded is not
/// done (AU-03).
pub(crate) async fn keep(store: &Store, sealer: &Sealer, random: &dyn Random, (plan, now): (RotationPlan, Timestamp)) -> Result<Vec<String>, String> {
    let due = rotation::due(store, (plan, now)).await.map_err(|e| e.to_string())?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let detail = due.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let line = |outcome: &str| AuditEvent {
        event: "keys.schedule",
        outcome: outcome.to_owned(),
        user: None,
        account: None,
        application: None,
        network: "worker".into(),
        case: None,
        at: now,
        detail: detail.clone(),
    };
    Audit::write(store, &line("ok")).await.map_err(|e| format!("the audit cannot be written, so no key was changed: {e}"))?;
    let done = rotation::carry_out(store, sealer, random, (due, now)).await.map_err(|e| e.to_string());
    if done.is_err()
        && let Err(error) = Audit::write(store, &line("failed")).await
    {
        tracing::error!(%error, "that it failed could not be recorded");
    }
    done
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use homeward_discovery::Disclosure;
    use homeward_model::Clock;
    use homeward_store::AuditFilter;
    use homeward_testkit::TestBroker;

    use super::*;

    /// AU-01, AU-03, OT-33: a key that the schedule announces, and one that it forgets, are on record, by name where it has one; a day on which nothing is due
    /// leaves none.
    #[tokio::test]
    async fn au_01_what_the_schedule_does_is_on_record() {
        let broker = TestBroker::start(Disclosure::Open).await;
        let (store, context) = (&broker.running().store, &broker.running().context);
        let days = |count: u64| Duration::from_secs(count * 86_400);
        // Shorter than the broker's own, which does nothing meanwhile.
        let plan = RotationPlan { every: Some(days(10)), ahead: days(1), keep: days(2) };
        let work = async || keep(store, &context.federation.sealer, context.random.as_ref(), (plan, broker.clock.now())).await.unwrap();
        let records = async || broker.audit(500).await.into_iter().filter(|(line, _)| line.starts_with("keys.schedule")).collect::<Vec<_>>();
        let line = || ("keys.schedule ok".to_owned(), None);
        assert!(work().await.is_empty() && records().await.is_empty(), "nothing is due");
        broker.clock.wait(days(9) + Duration::from_secs(60));
        let announced = work().await;
        assert!(!announced.is_empty());
        assert_eq!(records().await, [line()]);
        assert!(work().await.is_empty(), "once");
        broker.clock.wait(days(4));
        let forgotten = work().await;
        assert!(!forgotten.is_empty() && forgotten.iter().all(|kid| !announced.contains(kid)));
        assert_eq!(records().await, [line(), line()]);
        let all = store.audit_newest(&AuditFilter::default(), 500).await.unwrap();
        let newest = all.iter().find(|record| record.event == "keys.schedule").unwrap();
        assert_eq!((newest.network.as_deref(), newest.user), (Some("worker"), None));
        assert!(forgotten.iter().all(|kid| newest.detail.contains(&format!("forget {kid}"))), "{}", newest.detail);
    }
}
