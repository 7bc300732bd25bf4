//! An application that requires a second factor, and somebody who is signed in without one.

use super::*;

const MFA: &str = "https://refeds.org/profile/mfa";

/// B-165: a session without a second factor leads to the provider, which is asked for one, and not to a refusal; an answer without one signs nobody in
/// there, and one with it does. Who has no provider is told at once.
#[tokio::test]
async fn b_165_a_session_without_a_second_factor_leads_to_the_provider() {
    let world = World::new().await;
    let mut kims = world.broker.browser();
    let page = world.round(&mut kims, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut kims, "wiki", &page).await, kim());
    assert_eq!(kims.open("strong", "").await.status, 200, "the session does not serve");
    let sent = go(&mut kims, "strong", KIM).await;
    assert!(sent.xml.contains(MFA), "{}", sent.xml);
    let refused = world.deliver(&mut kims, &world.answer(&sent, KIM), &sent.relay).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused context.second_factor"));
    assert_eq!(kims.get("/account").await.heading(), "Your account", "what was there is there");
    let sent = go(&mut kims, "strong", KIM).await;
    let proved = world.answer(&sent, KIM).assertion(|a| a.authn.iter_mut().for_each(|statement| statement.context = Some(MFA.into())));
    let delivered = world.deliver(&mut kims, &proved, &sent.relay).await;
    let page = fetch(&mut kims, &delivered).await;
    assert_eq!(who(&mut kims, "strong", &page).await, kim());
    assert_eq!(kims.open("strong", "").await.status, 303, "from now on it serves");
    // Ann has a password and no provider.
    let mut anns = world.broker.browser();
    assert!(anns.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="));
    let page = anns.open("strong", "").await;
    let page = anns.identify(&page, "ann@north.example").await;
    assert_eq!((page.status, world.last("signin.refused").await.as_str()), (403, "signin.refused discovery.second_factor"));
    // SSO-10: she is not left there; Kim's account, which has a provider, gets on from that page.
    let page = anns.post("/signin/again", &[("stage", &page.hidden("stage"))]).await;
    let sent = read(&anns.identify(&page, KIM).await);
    assert!(sent.xml.contains(MFA), "for the application that was asked for: {}", sent.xml);
}
