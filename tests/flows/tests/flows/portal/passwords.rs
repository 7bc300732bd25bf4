//! The password policy of an account, set in the portal.

use homeward_testkit::{Browser, Page};

use super::{OWN, account, enter, lead, plain, token, world};

async fn save(browser: &mut Browser, form: &[(&str, &str)]) -> Page {
    let own = token(browser).await;
    let mut fields = vec![("token", own.as_str())];
    fields.extend(form);
    browser.post(&format!("/portal/{OWN}/passwords/save"), &fields).await
}

/// The page says what a password must be, and what of that is against the recommendations; another profile counts at the next change.
#[tokio::test]
async fn the_policy_is_shown_and_changed() {
    let broker = world().await;
    let mut sec = enter(&broker, "sec@own.example").await;
    let page = sec.get(&format!("/portal/{OWN}/passwords")).await;
    for shown in ["8 to 16 characters", "5 points", "Passwords last 90 days.", "Passwords have to be changed without a reason", "Nobody’s is over."] {
        assert!(plain(&page).contains(shown), "{shown}: {}", page.body);
    }
    assert!(lead(&save(&mut sec, &[("profile", "modern"), ("days", "0"), ("history", "4")]).await).ends_with("said=policy-saved"));
    let policy = account(&broker, OWN).await.policy;
    assert_eq!((policy.name.as_str(), policy.min, policy.expires_after_days, policy.history), ("modern", 15, None, 4));
    let page = sec.get(&format!("/portal/{OWN}/passwords")).await;
    assert!(page.body.contains("Nothing") && page.body.contains("Passwords do not expire.") && !page.body.contains("Passwords have to be changed"));
    assert!(lead(&save(&mut sec, &[("profile", "modern"), ("days", "0"), ("history", "4")]).await).ends_with("said=changed"), "it is so already");
    let by = broker.user("sec@own.example", OWN).await.id;
    let record = broker.running().store.audit_newest(&homeward_store::AuditFilter { event: Some("portal.passwords".into()), ..Default::default() }, 5).await.unwrap();
    assert_eq!(record.iter().map(|r| r.detail.clone()).collect::<Vec<_>>(), [format!("classic, 90 days, history 0 → modern, 0 days, history 4 by {by}")]);
    for (form, says) in [
        ([("profile", "none"), ("days", "0"), ("history", "0")], "<title>Error: "),
        ([("profile", "modern"), ("days", "3651"), ("history", "0")], "Enter a number within these bounds"),
        ([("profile", "modern"), ("days", "-1"), ("history", "0")], "Enter a number within these bounds"),
        ([("profile", "modern"), ("days", "x"), ("history", "0")], "Enter a number within these bounds"),
        ([("profile", "modern"), ("days", "0"), ("history", "11")], "Enter a number within these bounds"),
    ] {
        let page = save(&mut sec, &form).await;
        assert!(page.status == 200 && page.body.contains(says), "{form:?}: {}", page.body);
        assert_eq!(account(&broker, OWN).await.policy, policy, "{form:?}");
    }
    let mut auditor = enter(&broker, "audit@own.example").await;
    let page = auditor.get(&format!("/portal/{OWN}/passwords")).await;
    assert!(page.status == 200 && !page.body.contains("/passwords/save"), "who only reads has no form");
}

/// Whom a change concerns is said before it is made: nothing is saved before the very number was agreed to.
#[tokio::test]
async fn a_change_says_first_whom_it_concerns() {
    let broker = world().await;
    broker.clock.wait(std::time::Duration::from_secs(10 * 86_400));
    let mut admin = enter(&broker, "admin@own.example").await;
    let before = account(&broker, OWN).await.policy;
    let shorter = [("profile", "classic"), ("days", "10"), ("history", "0")];
    let page = save(&mut admin, &shorter).await;
    assert!(page.status == 200 && plain(&page).contains("8 people more will have to choose a new password"), "{}", page.body);
    assert_eq!((account(&broker, OWN).await.policy, page.hidden("agreed")), (before.clone(), "8".to_owned()));
    let page = save(&mut admin, &[shorter[0], shorter[1], shorter[2], ("agreed", "7")]).await;
    assert!(page.status == 200 && account(&broker, OWN).await.policy == before, "another number");
    assert!(lead(&save(&mut admin, &[shorter[0], shorter[1], shorter[2], ("agreed", "8")]).await).ends_with("said=policy-saved"));
    assert_eq!(account(&broker, OWN).await.policy.expires_after_days, Some(10));
    assert!(plain(&admin.get(&format!("/portal/{OWN}/passwords")).await).contains("8 people have to choose a new one"));
    assert!(lead(&save(&mut admin, &[("profile", "classic"), ("days", "11"), ("history", "0")]).await).ends_with("said=policy-saved"), "fewer are concerned: nothing to agree to");
}
