//! Another registration is another matter: what people and administrators have allowed the one before counts for it no more.

use std::time::Duration;

use homeward_signin::delegated::{AdministratorConsent, StartLink};

use super::*;

const OTHER: &str = "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11";
const GRAPH: (&str, &str) = ("resource", "https://graph.microsoft.com");

/// OT-15, OE-01: another tenant, application or cloud forgets every grant of the connection with its tokens, and the administrator's
/// consent; another list of permissions and another address of return forget nothing.
#[tokio::test]
async fn ot_15_another_registration_forgets_what_was_granted() {
    let changes: [(&str, bool, fn(&mut DelegatedSettings)); 5] = [
        ("permissions", true, |own| own.permissions.retain(|name| name != "Contacts.Read")),
        ("redirect", true, |own| own.redirect_uri = "https://homeward.localhost/Elsewhere".to_owned()),
        ("application", false, |own| own.application = OTHER.to_owned()),
        ("tenant", false, |own| own.tenant = OTHER.to_owned()),
        ("host", false, |own| own.host = "login.microsoftonline.us".to_owned()),
    ];
    for (what, stays, bend) in changes {
        let world = World::new().await;
        let (_, tokens) = world.granted().await;
        let own = tokens["access_token"].as_str().unwrap();
        let (_, given) = world.exchange("planner", own, &[GRAPH]).await;
        assert_eq!((given["scope"].as_str(), world.holders().await), (Some("Calendars.Read"), vec![world.kim]), "{what}");
        let consents = &world.broker.running().context.federation.consents;
        let until = world.broker.clock.now().plus(Duration::from_secs(600));
        consents.keep_link(&[5; 32], StartLink::Administrator(world.connection), until).await.unwrap();
        let consent = AdministratorConsent { at: world.broker.clock.now(), permissions: set(&["Calendars.Read"]) };
        assert!(consents.keep_administrator(&[5; 32], world.connection, &consent).await.unwrap());
        world.broker.change_connection("70444", "Okta", |entry| bend(entry.settings.as_mut().unwrap().delegated.as_mut().unwrap())).await;
        let (_, after) = world.exchange("planner", own, &[GRAPH]).await;
        assert_eq!((world.holders().await.contains(&world.kim), consents.administrator(world.connection).await.unwrap().is_some()), (stays, stays), "{what}");
        if stays {
            assert_eq!(after["access_token"], given["access_token"], "{what}");
            assert!(world.has("token.exchanged ok", Some(world.kim)).await);
        } else {
            assert!(after.get("access_token").is_none(), "{what}: {after}");
            let refused = after["error"].as_str().unwrap();
            assert!(world.has(&format!("token.exchanged {refused}"), Some(world.kim)).await, "{what}: {refused}");
        }
    }
}

/// Delegated access that was switched off and on again begins anew, and no other registration in between keeps anything alive.
#[tokio::test]
async fn ot_15_delegated_access_that_was_off_begins_anew() {
    let world = World::new().await;
    let (_, tokens) = world.granted().await;
    let own = tokens["access_token"].as_str().unwrap();
    assert_eq!(world.exchange("planner", own, &[GRAPH]).await.0, 200);
    let mut kept = None;
    world.broker.change_connection("70444", "Okta", |entry| kept = entry.settings.as_mut().unwrap().delegated.take()).await;
    assert!(world.holders().await.is_empty());
    world.broker.change_connection("70444", "Okta", |entry| entry.settings.as_mut().unwrap().delegated = kept).await;
    let (status, answer) = world.exchange("planner", own, &[GRAPH]).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("interaction_required")));
    assert!(world.has("token.exchanged interaction_required", Some(world.kim)).await);
}
