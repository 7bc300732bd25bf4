//! Emergency access and its codes are made by a proof of ours only: they open every role of their person, and outlive a provider that is trusted
//! no longer.

use homeward_portal::Role;
use homeward_testkit::{Browser, Page};

use super::{ADMIN, Desk, MIA, comes_in};
use crate::portal::{OWN, give_role, lead, plain, token};

async fn step(browser: &mut Browser, user: &str, step: &str) -> Page {
    let own = token(browser).await;
    browser.post(&format!("/portal/{OWN}/users/{user}/{step}"), &[("token", &own)]).await
}

/// AD-02, ST-13: whoever controls the provider of an account comes in as somebody who is a partner, too, and has no such role there; codes in
/// their own name would give it back. The same person by password makes them.
#[tokio::test]
async fn ad_02_st_13_no_provider_vouches_for_emergency_access() {
    let (mut desk, idp) = Desk::tested().await;
    assert!(lead(&desk.step("turn", &[("to", "enforced"), ("mode", "button"), ("local", "yes")]).await).ends_with("said=switched#turn"));
    let form = desk.page().await.hidden("token");
    let switched = desk.ada.post(&format!("/portal/{OWN}/administrators/sign-in"), &[("token", &form), ("single-sign-on", "on")]).await;
    assert!(lead(&switched).ends_with("said=admin-sso-on"));
    give_role(&desk.broker, ADMIN, OWN, Role::Partner).await;
    let [own, mia] = [desk.broker.user(ADMIN, OWN).await.id.to_string(), desk.broker.user(MIA, OWN).await.id.to_string()];
    let (mut vouched, end) = comes_in(&desk, &idp, ADMIN).await;
    assert_eq!(lead(&end), "/portal");
    for user in [&own, &mia] {
        assert!(lead(&step(&mut vouched, user, "emergency").await).ends_with("said=federated"), "{user}");
    }
    assert!(!desk.broker.user(ADMIN, OWN).await.break_glass && !desk.broker.user(MIA, OWN).await.break_glass);
    let page = vouched.get(&format!("/portal/{OWN}/users/{own}?said=federated")).await;
    assert!(page.body.contains("take a sign-in with the password here") && !page.body.contains("/emergency\""), "{}", page.body);
    // The twin: the same person by password.
    let mut proved = desk.ada.clone();
    assert!(proved.get(&format!("/portal/{OWN}/users/{own}")).await.body.contains("/emergency\""));
    for user in [&own, &mia] {
        assert!(lead(&step(&mut proved, user, "emergency").await).ends_with("said=emergency-given"), "{user}");
        for taken in ["codes", "no-emergency"] {
            assert!(lead(&step(&mut vouched, user, taken).await).ends_with("said=federated"), "{user} {taken}");
        }
        assert_eq!(step(&mut proved, user, "codes").await.heading(), "Emergency codes");
    }
    assert!(plain(&proved.get(&format!("/portal/{OWN}/users/{own}")).await).contains("8 printed codes are left"));
}
