//! Certificates that are pasted: several at once, each with both thumbprints and its end, and what is wrong with one (ADM-2, ADM-3).

use homeward_federation::saml::certificate::Certificate;
use homeward_model::{Clock, Timestamp};
use homeward_simulator::{KeyKind, SigningKey, Validity};

use super::{Desk, idp};

const DAY: i64 = 86_400;
/// Signed with SHA-1; the key is an ordinary one.
const WEAK: &str = include_str!("../../../../../../crates/federation/tests/saml/sha1.pem");
const SMALL: &str = include_str!("../../../../../../crates/federation/tests/saml/rsa1024.pem");

/// A certificate that is good from and until so many days from now.
fn lasting(desk: &Desk, (from, until): (i64, i64)) -> Certificate {
    let now = desk.broker.clock.now().seconds();
    let validity = Validity { from: Timestamp::from_seconds(now + from * DAY), until: Timestamp::from_seconds(now + until * DAY) };
    Certificate::from_der(SigningKey::new("pasted.example", KeyKind::Rsa, validity).unwrap().certificate()).unwrap()
}

fn by_hand(certificates: &str) -> [(&str, &str); 4] {
    [("how", "hand"), ("sign_in_url", "https://idp.example/sso"), ("entity_id", "https://idp.example/entity"), ("certificates", certificates)]
}

/// ADM-2: two certificates, with lines as Windows ends them and the second without its PEM lines, both appear with subject, both thumbprints and their
/// end; both are kept.
#[tokio::test]
async fn adm_2_several_certificates_appear_with_both_thumbprints_and_their_end() {
    let mut desk = Desk::add("other-saml").await;
    let (first, second) = (lasting(&desk, (-1, 41)), lasting(&desk, (-1, 900)));
    let text = format!("{}{}", first.pem(), second.pem()).replace('\n', "\r\n");
    desk.step("propose", &by_hand(&text)).await;
    let page = desk.page().await;
    for certificate in [&first, &second] {
        for words in [certificate.sha256_thumbprint(), format!("SHA-1 {}", certificate.sha1_thumbprint()), "pasted.example".to_owned()] {
            assert!(page.body.contains(&words), "{words}: {}", page.body);
        }
    }
    assert!(page.body.contains("Expires in 41 days") && page.body.contains("Good until") && !page.body.contains("Signed with SHA-1"), "{}", page.body);
    desk.take(&by_hand(&text)).await;
    let page = desk.page().await;
    assert!(page.body.contains(&format!("title=\"{}\"", first.sha1_thumbprint())) && page.body.contains(&format!("title=\"{}\"", second.sha1_thumbprint())));
}

/// SK-20: what is looked at says that it brings back a key which was taken out here; a key that was never there, and one that is there, say nothing.
#[tokio::test]
async fn sk_20_what_brings_a_key_back_says_so_before_it_is_taken_over() {
    const SAYS: &str = "brings back a key that was taken out here";
    let mut desk = Desk::add("other-saml").await;
    let [first, second, third] = [lasting(&desk, (-1, 400)), lasting(&desk, (-1, 500)), lasting(&desk, (-1, 600))].map(|one| one.pem());
    desk.take(&by_hand(&format!("{first}{second}"))).await;
    desk.take(&by_hand(&second)).await;
    for (certificates, says) in [(format!("{second}{first}"), true), (format!("{second}{third}"), false), (third.clone(), false), (first.clone(), true)] {
        desk.step("propose", &by_hand(&certificates)).await;
        let page = desk.page().await;
        assert!(page.body.contains("id=\"proposal\"") && page.body.contains(SAYS) == says, "{says}: {}", page.body);
    }
    desk.take(&by_hand(&format!("{second}{first}"))).await;
    desk.step("propose", &by_hand(&first)).await;
    assert!(!desk.page().await.body.contains(SAYS), "somebody has brought it back");
}

/// ADM-3: one that is over, begins later, or is signed with SHA-1 is named; a small key and a private one are refused, and nothing is kept of them.
#[tokio::test]
async fn adm_3_what_is_wrong_with_a_certificate_is_named() {
    let mut desk = Desk::add("other-saml").await;
    let (over, later, good) = (lasting(&desk, (-90, -1)), lasting(&desk, (1, 400)), idp().certificate_pem());
    for (text, says) in [(over.pem(), "Expired on"), (later.pem(), "Not valid yet"), (WEAK.to_owned(), "Signed with SHA-1"), (WEAK.to_owned(), "That says nothing of its key")] {
        desk.step("propose", &by_hand(&format!("{good}{text}"))).await;
        let page = desk.page().await;
        assert!(page.body.contains(says) && page.body.contains("Good until"), "{says}: {}", page.body);
    }
    desk.step("propose", &by_hand(&good)).await;
    let page = desk.page().await;
    assert!(["Expired on", "Not valid yet", "Signed with SHA-1"].iter().all(|says| !page.body.contains(says)), "the twin");
    for (text, says) in [(SMALL, "2048"), ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "This is a private key. It was not kept.")] {
        let page = desk.step("propose", &by_hand(&format!("{good}{text}"))).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("role=\"alert\""), "{says}: {}", page.body);
        assert!(text == SMALL || !page.body.contains("MIIE"), "AD-05");
    }
}
