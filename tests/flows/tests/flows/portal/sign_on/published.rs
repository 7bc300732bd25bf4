//! What comes from a provider by itself: "Start Azure integration" out of the portal, and endpoints that wait for a word.

use homeward_federation::{
    oidc::Endpoints,
    refresh::StagedEndpoints,
};
use homeward_portal::Role;
use homeward_store::AuditFilter;

use super::{super::setup_links, *};
use crate::delegated::{answered as answered_there, decided, path as path_of};

const APPLICATION: &str = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";

/// An administrator at a broker that has a registration of its own at the simulated Entra ID.
async fn with_azure() -> (Desk, Running) {
    let mut desk = Desk::new().await;
    let entra = delegated::simulator(desk.broker.clock.clone());
    desk.broker.settings.azure.client_id = Some(APPLICATION.to_owned());
    desk.broker.settings.azure.cloud = Some(entra.address.to_string());
    desk.broker.restart().await;
    desk.ada = enter(&desk.broker, ADMIN).await;
    (desk, entra)
}

/// From the page that leaves to the answer of the second hop.
async fn accepts(desk: &mut Desk, entra: &Running, leaving: &Page, decision: &str) -> Page {
    let to = leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {} {}", leaving.status, leaving.body));
    assert!(to.contains("/organizations/v2.0/adminconsent?"), "{to}");
    let mut microsoft = Browser::new(entra.address);
    let back = decided(&mut microsoft, &to, "admin@tailspin.example", decision).await;
    let on = desk.ada.get(&path_of(&back)).await;
    if on.status != 303 {
        return on;
    }
    let proof = answered_there(&mut microsoft, on.header("location").unwrap(), "nobody is asked").await;
    desk.ada.get(&path_of(&proof)).await
}

async fn details(desk: &Desk, event: &str) -> Vec<String> {
    let filter = AuditFilter { event: Some(event.to_owned()), ..AuditFilter::default() };
    desk.broker.running().store.audit_newest(&filter, 20).await.unwrap().into_iter().map(|line| line.detail).collect()
}

/// B-156, B-157, AU-06: out of "+ Add" to Microsoft, accept, and back on the page of a connection that is there, for the account that the portal
/// is open for; who began it is on record.
#[tokio::test]
async fn b_157_azure_integration_begins_and_ends_in_the_portal() {
    let (mut desk, entra) = with_azure().await;
    let new = format!("/portal/{OWN}/sign-on/new");
    let page = desk.ada.get(&new).await;
    assert!(page.body.contains("Start Azure integration"), "{}", page.body);
    let token = page.hidden("token");
    let before = desk.broker.running().store.register().await.unwrap().connections.len();
    let leaving = desk.ada.post(&format!("{new}/azure"), &[("token", &token)]).await;
    let declined = accepts(&mut desk, &entra, &leaving, "cancel").await;
    assert_eq!((declined.status, desk.broker.audit(1).await.remove(0).0.as_str()), (403, "signin.refused azure.declined"));
    assert_eq!(details(&desk, "signin.refused").await[0], format!("azure integration by {}", desk.broker.user(ADMIN, OWN).await.id));
    assert_eq!(desk.broker.running().store.register().await.unwrap().connections.len(), before);
    let leaving = desk.ada.post(&format!("{new}/azure"), &[("token", &token)]).await;
    let done = accepts(&mut desk, &entra, &leaving, "accept").await;
    let to = lead(&done);
    desk.at = to.split('?').next().unwrap().to_owned();
    assert!(to.starts_with(&format!("/portal/{OWN}/sign-on/")) && to.ends_with("?said=connected#values"), "{to}");
    let page = desk.ada.get(&to).await;
    assert!(page.body.contains("Microsoft has told us the values of your organisation") && page.body.contains(TENANT), "{}", page.body);
    let stored = desk.stored().await;
    assert_eq!((stored.connection.state, stored.connection.name.as_str()), (ConnectionState::Draft, "Microsoft Entra ID"));
    assert_eq!(stored.settings.unwrap().issuer(), format!("http://{}/{TENANT}/v2.0", entra.address));
    let by = format!(" by {}", desk.broker.user(ADMIN, OWN).await.id);
    assert!(details(&desk, "azure.connected").await[0].ends_with(&by));
    assert!(details(&desk, "portal.connection").await.iter().all(|detail| *detail == format!("Start Azure integration{by}")));
    // And on: tested, turned on, and somebody comes in by it.
    let leaving = desk.step("test", &[]).await;
    lead(&desk.ada.get(&answered(&entra, &leaving).await).await);
    assert!(desk.page().await.body.contains("Passed all 6 checks"), "{}", desk.page().await.body);
    assert_eq!(lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await), format!("{}?said=switched#turn", desk.at));
}

/// B-157: a draft to Microsoft for which nothing was entered is filled; one for which something was is not touched.
#[tokio::test]
async fn b_157_an_empty_draft_is_filled_and_no_other() {
    let (mut desk, entra) = with_azure().await;
    let token = desk.ada.get(&format!("/portal/{OWN}/sign-on/new")).await.hidden("token");
    let add = format!("/portal/{OWN}/sign-on/new/add");
    let to = lead(&desk.ada.post(&add, &[("token", &token), ("product", "entra-openid"), ("name", "Head office")]).await);
    desk.at = to.split('?').next().unwrap().to_owned();
    assert!(desk.page().await.body.contains("Start Azure integration"));
    let leaving = desk.step("azure", &[]).await;
    let done = accepts(&mut desk, &entra, &leaving, "accept").await;
    assert_eq!(lead(&done), format!("{}?said=connected#values", desk.at));
    let stored = desk.stored().await;
    assert_eq!((stored.connection.name.as_str(), stored.settings.as_ref().unwrap().issuer().contains(TENANT)), ("Head office", true));
    assert!(!desk.page().await.body.contains("Start Azure integration"), "it is full");
    assert_eq!(lead(&desk.step("azure", &[]).await), format!("{}?said=changed#values", desk.at));
    // What is entered while somebody is at Microsoft stays.
    let to = lead(&desk.ada.post(&add, &[("token", &token), ("product", "entra-openid"), ("name", "Branch")]).await);
    desk.at = to.split('?').next().unwrap().to_owned();
    let leaving = desk.step("azure", &[]).await;
    let head = format!("http://{}/{TENANT}/v2.0", entra.address);
    desk.broker.change_connection(OWN, "Head office", |entry| entry.connection.state = ConnectionState::Retired).await;
    desk.take(&[("how", "openid"), ("issuer", &head), ("client_id", APPLICATION), ("secret", "of-their-own")]).await;
    desk.broker.change_connection(OWN, "Branch", |entry| if let Protocol::Oidc(oidc) = &mut entry.settings.as_mut().unwrap().protocol { oidc.issuer = "https://login.microsoftonline.com/7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11/v2.0".into(); }).await;
    let before = desk.stored().await;
    let over = accepts(&mut desk, &entra, &leaving, "accept").await;
    assert_eq!((over.status, desk.broker.audit(1).await.remove(0).0.as_str()), (400, "signin.refused azure.link_over"));
    assert_eq!(desk.stored().await, before);
}

/// AD-01, B-157: whoever comes back from Microsoft is asked about once more, at both hops: without the role, without the session, or as somebody
/// else they connect nothing; with all of it they do.
#[tokio::test]
async fn ad_01_whoever_comes_back_from_microsoft_may_still_do_it() {
    let (mut desk, entra) = with_azure().await;
    let new = format!("/portal/{OWN}/sign-on/new");
    let admin = desk.broker.user(ADMIN, OWN).await;
    let connections = async |desk: &Desk| desk.broker.running().store.register().await.unwrap().connections.len();
    let before = connections(&desk).await;
    for (second_hop, what) in [(false, "role"), (true, "role"), (false, "session"), (true, "session"), (false, "suspended")] {
        let token = desk.ada.get(&new).await.hidden("token");
        let leaving = desk.ada.post(&format!("{new}/azure"), &[("token", &token)]).await;
        let mut microsoft = Browser::new(entra.address);
        let mut back = decided(&mut microsoft, &leaving.refresh().unwrap(), "admin@tailspin.example", "accept").await;
        if second_hop {
            let on = desk.ada.get(&path_of(&back)).await;
            back = answered_there(&mut microsoft, on.header("location").unwrap(), "nobody is asked").await;
        }
        let store = &desk.broker.running().store;
        match what {
            "role" => {
                super::super::give_role(&desk.broker, "plain@own.example", OWN, Role::Administrator).await;
                store.take_portal_role(admin.id, Role::Administrator, &super::super::line(&desk.broker, &admin)).await.unwrap().unwrap();
            }
            "session" => drop(desk.ada.cookies.remove("__Host-portal")),
            _ => desk.broker.change_user(ADMIN, OWN, |user| user.state = homeward_discovery::UserState::Suspended).await,
        }
        let page = desk.ada.get(&path_of(&back)).await;
        assert_eq!((page.status, desk.broker.audit(1).await.remove(0).0.as_str()), (403, "signin.refused portal.not_allowed"), "{what} {second_hop}");
        assert_eq!(details(&desk, "signin.refused").await[0], format!("azure integration by {}", admin.id), "{what}");
        assert_eq!(connections(&desk).await, before, "{what}");
        match what {
            "role" => super::super::give_role(&desk.broker, ADMIN, OWN, Role::Administrator).await,
            "suspended" => desk.broker.change_user(ADMIN, OWN, |user| user.state = homeward_discovery::UserState::Active).await,
            _ => {}
        }
        desk.ada = enter(&desk.broker, ADMIN).await;
        if what == "role" {
            let plain = desk.broker.user("plain@own.example", OWN).await;
            desk.broker.running().store.take_portal_role(plain.id, Role::Administrator, &super::super::line(&desk.broker, &plain)).await.unwrap().unwrap();
        }
    }
    let token = desk.ada.get(&new).await.hidden("token");
    let leaving = desk.ada.post(&format!("{new}/azure"), &[("token", &token)]).await;
    assert!(lead(&accepts(&mut desk, &entra, &leaving, "accept").await).ends_with("?said=connected#values"));
    assert_eq!(connections(&desk).await, before + 1);
}

/// Without a registration of the installation there is no such button, and no such step.
#[tokio::test]
async fn b_157_without_a_registration_there_is_no_button() {
    let mut desk = Desk::add("entra-openid").await;
    let page = desk.ada.get(&format!("/portal/{OWN}/sign-on/new")).await;
    assert!(!page.body.contains("Start Azure integration") && !desk.page().await.body.contains("Start Azure integration"));
    let token = page.hidden("token");
    assert_eq!(lead(&desk.ada.post(&format!("/portal/{OWN}/sign-on/new/azure"), &[("token", &token)]).await), format!("/portal/{OWN}/sign-on/new?said=changed"));
    assert_eq!(lead(&desk.step("azure", &[]).await), format!("{}?said=changed#values", desk.at));
    assert!(details(&desk, "portal.connection").await.iter().all(|detail| !detail.contains("Azure")));
}

/// Endpoints of another address wait for a connection that is on.
async fn waits() -> (Desk, Endpoints, Endpoints) {
    let mut desk = Desk::add("entra-openid").await;
    let entra = delegated::simulator(desk.broker.clock.clone());
    let issuer = format!("http://{}/{TENANT}/v2.0", entra.address);
    desk.take(&[("how", "openid"), ("issuer", &issuer), ("client_id", APPLICATION), ("secret", "CANARY-SECRET~7Q")]).await;
    let now = endpoints(&desk).await;
    let new = Endpoints { token: "https://moved.example/token".into(), ..now.clone() };
    stage(&desk, &new).await;
    (desk, now, new)
}

async fn endpoints(desk: &Desk) -> Endpoints {
    match desk.stored().await.settings.unwrap().protocol {
        Protocol::Oidc(oidc) => oidc.accepted().unwrap().clone(),
        Protocol::Saml(_) => panic!("no OpenID Connect"),
    }
}

async fn stage(desk: &Desk, endpoints: &Endpoints) {
    let (id, store) = (desk.stored().await.connection.id, &desk.broker.running().store);
    let before = store.refreshed(id).await.unwrap();
    let staged = StagedEndpoints { at: desk.broker.clock.now(), endpoints: endpoints.clone() };
    assert!(store.change_refreshed(id, &before, &Refreshed { endpoints: Some(staged), ..before.clone() }).await.unwrap());
}

/// OR-19, SM-06, AD-06: endpoints wait as now and new; what has the digest that was seen is taken over, by a fresh proof, and nothing that came since.
#[tokio::test]
async fn or_19_endpoints_are_taken_over_by_the_digest_that_was_seen() {
    let (mut desk, now, new) = waits().await;
    let page = desk.page().await;
    for words in ["The provider’s addresses have changed", "token_endpoint", &now.token, &new.token] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert!(!page.body.contains("jwks_uri"), "what stays is not asked about");
    let seen = page.hidden("digest");
    assert_eq!(seen, new.digest());
    let newer = Endpoints { token: "https://evil.example/token".into(), ..now.clone() };
    stage(&desk, &newer).await;
    assert_eq!(lead(&desk.step("take", &[("digest", &seen)]).await), format!("{}?said=other-values#values", desk.at));
    assert_eq!(endpoints(&desk).await, now, "nobody has seen the newer one");
    stage(&desk, &new).await;
    desk.broker.clock.wait(Duration::from_secs(6 * 60));
    for step in ["take", "refuse"] {
        assert!(lead(&desk.step(step, &[("digest", &seen)]).await).contains("/oauth2/authorize"), "{step}");
    }
    assert_eq!(endpoints(&desk).await, now);
    let asked = desk.step("take", &[("digest", &seen)]).await;
    assert_eq!(lead(&through_sign_in(&mut desk.ada, &asked, ADMIN).await), desk.at);
    assert_eq!(lead(&desk.step("take", &[("digest", &seen)]).await), format!("{}?said=accepted#values", desk.at));
    assert_eq!(endpoints(&desk).await, new);
    assert!(!desk.page().await.body.contains("The provider’s addresses have changed"));
    let id = desk.stored().await.connection.id;
    assert_eq!(desk.broker.running().store.refreshed(id).await.unwrap().endpoints, None);
    let by = desk.broker.user(ADMIN, OWN).await.id;
    assert_eq!(desk.changes().await[0], format!("token_endpoint: {} → {} by {by}", now.token, new.token));
}

/// OR-19: what was refused is not shown again, and nothing is changed; who refused it is on record.
#[tokio::test]
async fn or_19_endpoints_that_were_refused_are_not_shown_again() {
    let (mut desk, now, new) = waits().await;
    let seen = desk.page().await.hidden("digest");
    assert_eq!(lead(&desk.step("refuse", &[("digest", "x")]).await), format!("{}?said=other-values#values", desk.at));
    assert_eq!(lead(&desk.step("refuse", &[("digest", &seen)]).await), format!("{}?said=refused#values", desk.at));
    assert_eq!(endpoints(&desk).await, now);
    let id = desk.stored().await.connection.id;
    let kept = desk.broker.running().store.refreshed(id).await.unwrap();
    assert_eq!((kept.endpoints, kept.refused), (None, Some(new.digest())));
    assert!(!desk.page().await.body.contains("The provider’s addresses have changed"));
    let by = desk.broker.user(ADMIN, OWN).await.id;
    assert!(desk.changes().await[0].starts_with("refused: token_endpoint") && desk.changes().await[0].ends_with(&format!("by {by}")));
    assert_eq!(lead(&desk.step("refuse", &[("digest", &seen)]).await), format!("{}?said=other-values#values", desk.at), "once");
}

/// ADM-13: whoever came by a setup link gives a word about endpoints only while nobody signs in through the connection.
#[tokio::test]
async fn adm_13_nobody_outside_moves_a_connection_that_is_on() {
    let (mut desk, now, new) = waits().await;
    let (id, name) = (desk.id(), desk.stored().await.connection.name);
    let made = setup_links::make(&mut desk.ada, &id, ("24", "")).await;
    let mut guest = setup_links::come_by(&desk.broker, &setup_links::link_in(&made)).await;
    desk.broker.change_connection(OWN, &name, |entry| entry.connection.state = ConnectionState::Enforced).await;
    let page = guest.get(&desk.at).await;
    let (token, seen) = (page.hidden("token"), page.hidden("digest"));
    for step in ["take", "refuse"] {
        let told = guest.post(&format!("{}/{step}", desk.at), &[("token", &token), ("digest", &seen)]).await;
        assert_eq!(lead(&told), format!("{}?said=is-on#values", desk.at), "{step}");
    }
    assert_eq!(endpoints(&desk).await, now);
    desk.broker.change_connection(OWN, &name, |entry| entry.connection.state = ConnectionState::Draft).await;
    let told = guest.post(&format!("{}/take", desk.at), &[("token", &token), ("digest", &seen)]).await;
    assert_eq!(lead(&told), format!("{}?said=accepted#values", desk.at), "the twin");
    assert_eq!(endpoints(&desk).await, new);
    let by = desk.broker.user(ADMIN, OWN).await.id;
    assert!(desk.changes().await[0].ends_with(&format!("{} through a setup link by {by}", new.token)), "{:?}", desk.changes().await);
}
