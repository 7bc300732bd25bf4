//! Words of strangers that reach a page of ours: what a provider, or whoever plays one, writes into a message is text there, and what we give back is what came.

use homeward_federation::SignOutThere;
use homeward_simulator::Brand;

use super::*;

/// What would run where it is no text: out of an attribute, out of text, and out of a comment.
const HOSTILE: &str = "\"'><script>alert(1)</script><!--&amp;";

/// Nothing of it is part of the page's own markup, wherever it stands.
fn is_text(page: &Page) {
    assert!(!page.body.contains("<script>") && !page.body.contains("<!--"), "{}", page.body);
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("script-src 'self'")));
}

/// SB-08: an answer's RelayState, issuer and audience are text on the page that refuses it, or are not on it. The twin signs Kim in.
#[tokio::test]
async fn sb_08_words_of_an_answer_are_text_on_its_page() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let answer = || world.answer(&sent, KIM);
    for (bad, code) in [
        (answer().assertion(|assertion| assertion.conditions.as_mut().unwrap().audiences = vec![vec![HOSTILE.to_owned()]]), "audience.unexpected"),
        (answer().assertion(|assertion| assertion.issuer = Some(HOSTILE.to_owned())), "issuer.unexpected"),
    ] {
        let page = world.deliver(&mut browser, &bad, HOSTILE).await;
        assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.unsolicited"));
        is_text(&page);
        let page = world.deliver(&mut browser, &bad, &sent.relay).await;
        assert_eq!((page.status, world.last_refusal().await), (403, format!("signin.answer_refused {code}")));
        is_text(&page);
    }
    let delivered = world.deliver(&mut browser, &answer(), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// OR-22: what a provider says of its error is text on our page. The twin signs Kim in.
#[tokio::test]
async fn or_22_words_of_an_error_are_text_on_our_page() {
    let op = faults::Op::of(Brand::Generic).await;
    let (mut browser, back) = op.answer("right").await;
    let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let issuer = back.query_pairs().find(|(name, _)| name == "iss").map(|(_, issuer)| issuer.into_owned()).unwrap_or_default();
    let said = url::form_urlencoded::Serializer::new(String::new()).extend_pairs([("error", "access_denied"), ("error_description", HOSTILE), ("error_uri", "javascript:alert(1)"), ("state", &state), ("iss", &issuer)]).finish();
    let page = browser.get(&format!("{}?{said}", back.path())).await;
    assert!(page.status >= 400 && !page.body.contains("javascript:"), "{} {}", page.status, page.body);
    is_text(&page);
    op.signs_in("right").await;
}

/// SB-08: the RelayState of a provider's sign-out goes back as it came, in a form of ours, and is nothing but the value of its field.
#[tokio::test]
async fn sb_08_a_relay_state_goes_back_as_text() {
    let world = logout::world(SignOutThere::Off).await;
    world.broker.change_connection("70444", "Okta", |entry| {
        if let Some(Protocol::Saml(saml)) = entry.settings.as_mut().map(|settings| &mut settings.protocol) {
            saml.slo_post = saml.slo_redirect.take();
        }
    })
    .await;
    let mut kim = world.kim("_s1").await;
    let request = world.idp.logout_request(&world.ask("_s1"));
    let page = kim.browser.deliver(&format!("/saml/{}/slo", world.connection), &[("SAMLRequest", &encode(&request)), ("RelayState", HOSTILE)]).await;
    assert_eq!((page.status, page.heading()), (200, "You are signed out here"));
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<!--"), "{}", page.body);
    assert!(!page.hidden("SAMLResponse").is_empty(), "by a form: {}", page.body);
    let plain = page.hidden("RelayState").replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    assert_eq!(plain, HOSTILE);
    assert!(!kim.lives().await);
}
