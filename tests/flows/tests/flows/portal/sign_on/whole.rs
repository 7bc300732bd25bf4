//! The whole answer to a test sign-in: decoded, for whoever sees the test, with nobody's data in it, and nothing of it but text.

use homeward_simulator::{
    brand::TENANT,
    saml::{Attribute, Signed},
};
use homeward_testkit::Page;

use super::{Desk, MIA, answered, idp, lead, metadata};
use crate::{
    delegated,
    portal::{OTHER, enter},
};

const HOSTILE: &str = "\"/><script>alert(1)</script>";

impl Desk {
    async fn whole(&mut self) -> Page {
        let page = self.ada.get(&format!("{}/answer", self.at)).await;
        assert_eq!((page.status, page.heading()), (200, "The whole answer"), "{}", page.body);
        page
    }
}

/// The lines of the page as they are read.
fn text(page: &Page) -> String {
    let code = page.body.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next()).collect::<Vec<_>>().join("\n");
    code.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

/// Section 5, ADM-12, AD-10: the answer stands there with its elements and what is signed of it; the person's values in part, signatures and
/// certificates with their beginning, and what a stranger wrote as text.
#[tokio::test]
async fn the_whole_answer_can_be_read_and_names_nobody() {
    let idp = idp();
    let mut desk = Desk::add("other-saml").await;
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    assert!(!desk.page().await.body.contains("View the whole answer"));
    assert!(desk.whole().await.body.contains("No answer is kept with the last test"));
    let page = desk.test_as(&idp, |answer| answer.assertion(|a| a.attributes = vec![Attribute::new("surname", "CANARY-FINCH"), Attribute::new(HOSTILE, "x")])).await;
    assert!(page.body.contains("Passed all 6 checks") && page.body.contains(&format!("href=\"{}/answer\"", desk.at)), "{}", page.body);
    let page = desk.whole().await;
    let text = text(&page);
    for part in ["Response", "Issuer&gt;https://idp.example/entity&lt;/", "NotOnOrAfter=", "Name=&quot;surname&quot;", "C•••••", "m•••••@own.example", "SignatureValue&gt;", "… ("] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for hidden in [MIA, "CANARY", idp.certificate_pem().lines().nth(2).unwrap()] {
        assert!(!page.body.contains(hidden), "{hidden} in {}", page.body);
    }
    assert!(!page.body.contains("<script>") && text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{text}");
    assert!(page.body.contains("<pre class=\"signed\">") && page.body.contains("nobody vouches for the rest"), "{}", page.body);
    // Another account's reader finds nothing there.
    let at = format!("{}/answer", desk.at);
    assert_eq!(enter(&desk.broker, "chief@other.example").await.get(&at.replace(crate::portal::OWN, OTHER)).await.status, 404);
}

/// An answer that nothing has proved says so, and no line of it passes for signed.
#[tokio::test]
async fn what_nobody_signed_is_said_to_be_nobodys_word() {
    let idp = idp();
    let mut desk = Desk::add("other-saml").await;
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    let strange = super::stranger();
    for by_stranger in [true, false] {
        let page = match by_stranger {
            true => desk.test_with(&strange, MIA).await,
            false => desk.test_as(&idp, |answer| answer.signed(Signed::Nothing)).await,
        };
        assert!(page.body.contains("Stopped at check 3 of 6"), "{}", page.body);
        let page = desk.whole().await;
        assert!(page.body.contains("anybody may have written it") && !page.body.contains("class=\"signed\"") && page.body.contains("class=\"unsigned\""), "{}", page.body);
        assert!(!page.body.contains(MIA) && text(&page).contains("m•••••@own.example"));
    }
}

/// ADM-13: whoever came by a setup link reads the answers to their own tests, and nobody else's.
#[tokio::test]
async fn adm_13_a_setup_link_shows_the_answers_to_its_own_tests_only() {
    let (mut desk, idp) = Desk::tested().await;
    assert!(text(&desk.whole().await).contains("m•••••@own.example"));
    let (_ada, _) = desk.hand_over().await;
    assert!(!desk.page().await.body.contains("View the whole answer"));
    assert!(desk.whole().await.body.contains("No answer is kept with the last test"));
    desk.test_with(&idp, MIA).await;
    assert!(text(&desk.whole().await).contains("m•••••@own.example"), "the twin");
}

/// By OpenID Connect it is the ID token, header and claims, without what could be used again.
#[tokio::test]
async fn the_whole_answer_by_openid_connect_is_the_token() {
    let mut desk = Desk::add("entra-openid").await;
    let entra = delegated::simulator(desk.broker.clock.clone());
    let issuer = format!("http://{}/{TENANT}/v2.0", entra.address);
    desk.take(&[("how", "openid"), ("issuer", &issuer), ("client_id", "4478d65c-ffd6-463f-8d37-63ab9ecb80f2"), ("secret", "CANARY-SECRET~7Q")]).await;
    let leaving = desk.step("test", &[]).await;
    lead(&desk.ada.get(&answered(&entra, &leaving).await).await);
    let page = desk.whole().await;
    let text = text(&page);
    for part in [&*issuer, "&quot;alg&quot;", "&quot;aud&quot;: &quot;4478d65c-ffd6-463f-8d37-63ab9ecb80f2", "m•••••@own.example", "&quot;exp&quot;"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!page.body.contains(MIA) && !page.body.contains("CANARY") && page.body.contains("class=\"signed\""), "{}", page.body);
}
