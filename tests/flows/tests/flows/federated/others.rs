//! Several people in one browser: one of them signs out, also at the provider, and the others stay.

use homeward_federation::SignOutThere;

use super::{
    logout::{BYE, SignedIn, carried, id_of, world},
    *,
};

const ANN: &str = "ann@north.example";

/// Ann comes to the browser in which Kim is signed in. Gives Ann's refresh token.
async fn ann_comes_to(kim: &mut SignedIn) -> String {
    let page = kim.browser.open("ledger", "&prompt=login").await;
    let page = kim.browser.identify(&page, ANN).await;
    let page = kim.browser.password(&page, "Kranich7!").await;
    let address = kim.browser.leave(&page).await;
    let (status, tokens) = kim.browser.redeem("ledger", &address).await;
    assert_eq!(status, 200, "{tokens}");
    tokens["refresh_token"].as_str().unwrap().to_owned()
}

/// "Sign out", by one's own choice, of this person.
async fn signs_out(browser: &mut Browser, who: &str) -> Page {
    let page = browser.get("/signout").await;
    assert_eq!(page.heading(), "Sign out?");
    assert!(page.body.contains(&format!("name=\"who\" value=\"{who}\"")), "{}", page.body);
    browser.post("/signout", &[("stage", &page.hidden("stage")), ("who", who)]).await
}

/// The provider confirms, and the browser comes back.
async fn confirmed(world: &World, browser: &mut Browser, leaving: &Page) -> Page {
    let slo = format!("/saml/{}/slo", world.connection);
    let (xml, relay) = carried(&leaving.refresh().unwrap(), "SAMLRequest");
    let yes = world.idp.logout_answer(&format!("http://homeward.localhost{slo}"), &id_of(&xml), world.broker.clock.now());
    let back = browser.deliver(&slo, &[("SAMLResponse", &encode(world.idp.logout_response(&yes))), ("RelayState", &relay)]).await;
    browser.get(back.header("location").unwrap()).await
}

/// SL-07, SES-4: one of two people signs out, here and at the provider. The way back ends nothing of the other's and says who is still
/// signed in; a person who was alone leaves no session behind.
#[tokio::test]
async fn sl_07_the_way_back_from_a_provider_leaves_the_others_signed_in() {
    for switch in [SignOutThere::Always, SignOutThere::Offer] {
        let world = world(switch).await;
        let kim = world.broker.user(KIM, "70444").await.id;
        let mut kims = world.kim("_s1").await;
        let anns = ann_comes_to(&mut kims).await;
        let mut leaving = signs_out(&mut kims.browser, &kim.to_string()).await;
        assert!(kims.browser.cookies.contains_key("__Host-session"), "Ann's session is in it, too");
        if switch == SignOutThere::Offer {
            assert!(leaving.heading() == "You are signed out" && leaving.body.contains("Still signed in in this browser:"), "{}", leaving.body);
            leaving = kims.browser.post("/signout/there", &[("handle", &leaving.hidden("handle"))]).await;
        }
        assert_eq!(leaving.heading(), "Signing you out at Tailspin, too");
        assert!(!leaving.refresh().unwrap().contains("north"), "nothing of Ann's goes to Kim's provider");
        let page = confirmed(&world, &mut kims.browser, &leaving).await;
        assert_eq!(page.heading(), "You are signed out");
        assert!(page.body.contains("Tailspin (Okta) has signed you out, too.") && page.body.contains("Still signed in in this browser:"), "{}", page.body);
        assert!(page.body.contains("Ann Miller") && !page.body.contains("kim@"), "{}", page.body);
        let (status, refused) = kims.browser.refresh("ledger", &kims.refresh).await;
        assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")));
        let mut anns = SignedIn { browser: kims.browser.clone(), refresh: anns, id_token: String::new() };
        assert!(anns.lives().await, "Ann is still signed in, with her tokens");
        let ended: Vec<_> = world.broker.audit(20).await.into_iter().filter(|(line, _)| line.starts_with("session.ended")).collect();
        assert_eq!(ended, [("session.ended ok".to_owned(), Some(kim))], "and nothing of Ann's");
        // Whoever is alone in the browser leaves nothing behind.
        let mut alone = world.kim("_s2").await;
        let page = alone.browser.get("/signout").await;
        let mut leaving = alone.browser.post("/signout", &[("stage", &page.hidden("stage"))]).await;
        if switch == SignOutThere::Offer {
            leaving = alone.browser.post("/signout/there", &[("handle", &leaving.hidden("handle"))]).await;
        }
        let page = confirmed(&world, &mut alone.browser, &leaving).await;
        assert!(page.heading() == "You are signed out" && !page.body.contains("Still signed in"), "{}", page.body);
        assert!(!alone.browser.cookies.contains_key("__Host-session") && !alone.lives().await);
    }
}

/// OL-04: an application that asks for one person ends nobody else's session, whose own it is not to end; it can ask for each of them.
#[tokio::test]
async fn ol_04_an_application_signs_out_the_person_it_names() {
    let world = world(SignOutThere::Off).await;
    let mut kims = world.kim("_s1").await;
    let anns = ann_comes_to(&mut kims).await;
    let page = kims.sign_out().await;
    assert_eq!((page.heading(), page.refresh().as_deref()), ("You are signed out", Some(BYE)));
    assert!(page.body.contains("Ann Miller") && !page.body.contains("kim@"), "{}", page.body);
    assert_eq!(kims.browser.refresh("ledger", &kims.refresh).await.0, 400);
    let mut anns = SignedIn { browser: kims.browser.clone(), refresh: anns, id_token: String::new() };
    assert!(anns.lives().await);
    // Kim's token names nobody who is here: it is asked, and only Ann can answer.
    anns.id_token = kims.id_token.clone();
    let page = anns.sign_out().await;
    assert!(page.heading() == "Sign out?" && anns.lives().await);
    let page = anns.browser.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert!(page.heading() == "You are signed out" && !page.body.contains("Ann Miller") && !anns.lives().await);
}

/// B-025, SES-4: who signs out is asked where several are signed in. A page that was opened for one person ends nobody who has come since;
/// everybody goes only by that word, and a name that is nobody's here ends nothing.
#[tokio::test]
async fn b_025_who_signs_out_is_asked_where_several_are_signed_in() {
    let world = world(SignOutThere::Off).await;
    let mut kims = world.kim("_s1").await;
    let early = kims.browser.get("/signout").await;
    assert!(early.body.contains("for every application") && !early.body.contains("name=\"who\""), "{}", early.body);
    let anns = ann_comes_to(&mut kims).await;
    for who in ["", "x", "everybody "] {
        let page = kims.browser.post("/signout", &[("stage", &early.hidden("stage")), ("who", who)]).await;
        assert_eq!((page.heading(), page.body.matches("name=\"who\"").count()), ("Sign out?", 3), "{who}: Kim, Ann, everybody");
    }
    let eve = world.broker.user("eve@north.example", "40817").await.id.to_string();
    let page = kims.browser.post("/signout", &[("stage", &early.hidden("stage")), ("who", &eve)]).await;
    assert_eq!((page.heading(), page.body.contains("kim@"), page.body.contains("Ann Miller")), ("You are signed out", true, true), "{}", page.body);
    assert!(world.broker.audit(20).await.iter().all(|(line, _)| !line.starts_with("session.ended")), "nothing has ended");
    let page = signs_out(&mut kims.browser, "everybody").await;
    assert!(page.heading() == "You are signed out" && !page.body.contains("Still signed in"), "{}", page.body);
    assert!(!kims.browser.cookies.contains_key("__Host-session"));
    for token in [&anns, &kims.refresh] {
        let (status, refused) = kims.browser.refresh("ledger", token).await;
        assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")));
    }
}

/// B-025, SES-4: a page ends whom it showed. Who has come since stays, whether one was there alone or everybody was meant, until they are asked for.
#[tokio::test]
async fn b_025_a_page_ends_nobody_who_came_after_it() {
    let world = world(SignOutThere::Off).await;
    let mut kims = world.kim("_s1").await;
    let early = kims.browser.get("/signout").await;
    let page = kims.browser.get("/signout").await;
    let page = kims.browser.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!(page.heading(), "You are signed out");
    let anns = ann_comes_to(&mut kims).await;
    let mut anns = SignedIn { browser: kims.browser.clone(), refresh: anns, id_token: String::new() };
    let page = anns.browser.post("/signout", &[("stage", &early.hidden("stage"))]).await;
    assert!(page.heading() == "Sign out?" && anns.lives().await, "the page was Kim's");
    // Both are there, and the page shows both; Eve comes after it.
    let mut kims = world.kim("_s2").await;
    let anns = ann_comes_to(&mut kims).await;
    let early = kims.browser.get("/signout").await;
    let page = kims.browser.open("late", "&prompt=login").await;
    let page = kims.browser.identify(&page, "eve@north.example").await;
    let page = kims.browser.password(&page, "Reiher-88").await;
    kims.browser.leave(&page).await;
    let page = kims.browser.post("/signout", &[("stage", &early.hidden("stage")), ("who", "everybody")]).await;
    assert_eq!((page.heading(), page.body.matches("name=\"who\"").count()), ("Sign out?", 4), "Kim, Ann, Eve, everybody");
    let ended: Vec<_> = world.broker.audit(40).await.into_iter().filter(|(line, _)| line.starts_with("session.ended")).collect();
    assert_eq!(ended.len(), 1, "Kim's own of before: {ended:?}");
    let page = kims.browser.post("/signout", &[("stage", &page.hidden("stage")), ("who", "everybody")]).await;
    assert_eq!(page.heading(), "You are signed out");
    assert_eq!((kims.browser.refresh("ledger", &anns).await.0, kims.browser.refresh("ledger", &kims.refresh).await.0), (400, 400));
}
