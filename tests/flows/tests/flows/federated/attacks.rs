//! The attacks on a sign-in by OpenID Connect that the simulator plays, each through the whole broker: nobody is signed in, for the reason that is named here,
//! and the right answer of the same provider signs in before and after it.

use homeward_simulator::{Brand, oidc::Attack};

use super::faults::Op;

/// Every attack with the reason that refuses it, by its case.
const EXPECTED: &[(&str, &[(&str, &str)])] = &[
    ("OR-01", &[("no-state", "request.unsolicited"), ("two-states", "request.unsolicited")]),
    ("OR-02", &[("no-iss", "callback.issuer_missing"), ("two-iss", "callback.unreadable"), ("mixed-up", "callback.issuer_differs")]),
    ("OR-24", &[("front-channel", "callback.front_channel_token")]),
    ("OR-05", &[("no-nonce", "id_token.nonce_missing"), ("nonce-list", "id_token.nonce")]),
    ("OR-06", &[
        ("none-in-mixed-case", "jws.algorithm"), ("hs256-by-pem", "jws.algorithm"), ("hs256-by-der", "jws.algorithm"), ("hs256-by-jwk", "jws.algorithm"),
        ("hs256-by-client-secret", "jws.algorithm"), ("alg-in-lower-case", "jws.algorithm"), ("no-alg", "jws.algorithm_missing"),
        ("rs256-as-ps256", "signature.key_unknown"), ("rs256-as-es256", "signature.key_unknown"),
    ]),
    ("OR-07", &[
        ("jwk-header", "jws.header_forbidden"), ("jku-header", "jws.header_forbidden"), ("x5u-header", "jws.header_forbidden"), ("x5c-header", "jws.header_forbidden"),
        ("crit-header", "jws.header_forbidden"), ("b64-header", "jws.header_forbidden"), ("zip-header", "jws.header_forbidden"), ("kid-path", "signature.key_unknown"),
        ("kid-sql", "signature.key_unknown"), ("kid-number", "jws.key_id"), ("kid-of-the-right-one", "jws.signature"), ("logout-token", "jws.type"), ("access-token", "jws.type"),
    ]),
    ("OR-08", &[("json-form", "jws.malformed"), ("four-parts", "jws.malformed")]),
    ("OR-09", &[
        ("padded", "jws.encoding"), ("line-break", "jws.encoding"), ("loose-bits", "jws.encoding"), ("signature-cut", "jws.signature"), ("signature-of-zeroes", "jws.signature"),
        ("changed-afterwards", "jws.signature"),
    ]),
    ("OR-10", &[
        ("exp-as-text", "claims.type"), ("exp-without-end", "jws.payload"), ("exp-negative", "claims.type"), ("nbf-as-text", "claims.type"),
        ("aud-as-object", "id_token.audience_missing"), ("sub-as-number", "names.subject_missing"), ("sub-twice", "jws.payload"),
    ]),
    ("OR-11", &[
        ("no-exp", "id_token.expiry_missing"), ("no-iat", "id_token.issued_missing"), ("over", "id_token.expired"), ("of-old", "id_token.issued_before"),
        ("of-tomorrow", "id_token.issued_later"), ("not-yet", "id_token.not_yet"),
    ]),
    ("OR-12", &[("iss-with-slash", "id_token.issuer"), ("iss-longer", "id_token.issuer"), ("iss-as-list", "id_token.issuer_missing"), ("no-issuer", "id_token.issuer_missing")]),
    ("OR-13", &[
        ("second-audience", "id_token.audience"), ("no-audience", "id_token.audience_missing"), ("longer-audience", "id_token.audience"),
        ("other-party", "id_token.authorized_party"),
    ]),
    ("OR-14", &[
        ("no-subject", "names.subject_missing"), ("empty-subject", "names.subject_missing"), ("long-subject", "userinfo.subject"),
        ("userinfo-without-subject", "userinfo.subject_missing"), ("userinfo-of-another", "userinfo.subject"),
    ]),
    ("OR-15", &[("other-access-token", "id_token.access_token_hash"), ("other-code", "id_token.code_hash")]),
    ("OR-20", &[("no-id-token", "token.no_id_token"), ("two-id-tokens", "token.malformed"), ("other-token-type", "token.type")]),
    ("OE-01", &[("other-tenant", "id_token.tenant"), ("no-tenant", "id_token.tenant_missing"), ("consumers", "id_token.tenant"), ("version-1", "id_token.issuer")]),
    ("OE-03", &[("no-object", "names.subject_missing")]),
    ("OE-04", &[("address-not-owned", "idp.email_not_verified"), ("address-owned-as-text", "idp.email_not_verified")]),
];

fn expected(id: &str) -> Vec<(&'static str, String)> {
    let (_, attacks) = EXPECTED.iter().find(|(known, _)| *known == id).unwrap();
    attacks.iter().map(|(name, code)| (*name, (*code).to_owned())).collect()
}

/// Every attack of these cases: each signs nobody in, and the right answer signs in before and after it.
async fn walk(brand: Brand, ids: &[&str]) {
    let op = Op::of(brand).await;
    op.signs_in("right").await;
    for id in ids {
        let mut found = Vec::new();
        for attack in Attack::ALL.iter().filter(|attack| attack.id == *id) {
            found.push((attack.name, op.refusal(&format!("attack:{}", attack.name)).await));
            op.signs_in("right").await;
        }
        assert_eq!(found, expected(id));
    }
}

#[test]
fn every_attack_of_the_simulator_has_its_reason() {
    let mut known: Vec<(&str, &str)> = EXPECTED.iter().flat_map(|(id, attacks)| attacks.iter().map(|(name, _)| (*id, *name))).collect();
    let mut played: Vec<(&str, &str)> = Attack::ALL.iter().map(|attack| (attack.id, attack.name)).collect();
    let (mut names, all) = (played.iter().map(|(_, name)| *name).collect::<Vec<_>>(), played.len());
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), all > 60), (all, true), "each has a name of its own");
    known.sort_unstable();
    played.sort_unstable();
    assert_eq!(known, played);
}

#[tokio::test]
async fn or_01_or_02_or_24_what_a_browser_carries_back_is_whole_and_from_whom_was_asked() {
    walk(Brand::Generic, &["OR-01", "OR-02", "OR-24"]).await;
}

#[tokio::test]
async fn or_05_or_06_the_algorithm_is_that_of_the_key_and_the_nonce_is_ours() {
    walk(Brand::Generic, &["OR-05", "OR-06"]).await;
}

#[tokio::test]
async fn or_07_the_header_of_a_token_brings_neither_key_nor_address() {
    walk(Brand::Generic, &["OR-07"]).await;
}

#[tokio::test]
async fn or_08_or_09_a_token_has_one_spelling_through_the_broker() {
    walk(Brand::Generic, &["OR-08", "OR-09"]).await;
}

#[tokio::test]
async fn or_10_or_11_claims_have_one_type_and_times_hold() {
    walk(Brand::Generic, &["OR-10", "OR-11"]).await;
}

#[tokio::test]
async fn or_12_or_13_issuer_and_audience_are_exact() {
    walk(Brand::Generic, &["OR-12", "OR-13"]).await;
}

#[tokio::test]
async fn or_14_or_15_or_20_subject_hashes_and_the_answer_of_the_token_endpoint() {
    walk(Brand::Generic, &["OR-14", "OR-15", "OR-20"]).await;
}

#[tokio::test]
async fn oe_01_oe_03_entra_speaks_for_one_tenant() {
    walk(Brand::Entra, &["OE-01", "OE-03"]).await;
}

/// OE-04: an address that nobody has proved does not find a user, with a flag that is false and with one that is a text. The twin: the same person with the flag,
/// who is Kim by object and tenant from then on.
#[tokio::test]
async fn oe_04_an_address_that_nobody_has_proved_finds_nobody() {
    let op = Op::of(Brand::Entra).await;
    let mut found = Vec::new();
    for attack in Attack::ALL.iter().filter(|attack| attack.id == "OE-04") {
        found.push((attack.name, op.refusal(&format!("attack:{}", attack.name)).await));
    }
    assert_eq!(found, expected("OE-04"));
    op.signs_in("right").await;
    op.signs_in("attack:address-not-owned").await;
}

/// OR-25: an answer by OpenID Connect works once: by its own address again, in another browser, and after going back. Nobody is signed in a second time.
#[tokio::test]
async fn or_25_an_answer_works_once() {
    let op = Op::of(Brand::Generic).await;
    let (mut browser, back) = op.answer("right").await;
    let address = format!("{}?{}", back.path(), back.query().unwrap());
    let first = browser.get(&address).await;
    let page = super::fetch(&mut browser, &first).await;
    assert_eq!(super::who(&mut browser, "wiki", &page).await, super::kim());
    let (session, signed_in) = (browser.cookies["__Host-session"].clone(), op.signed_in().await);
    let again = browser.get(&address).await;
    assert_eq!((again.status, op.newest().await), (403, "replay.used".to_owned()), "{}", again.body);
    assert_eq!(browser.cookies["__Host-session"], session, "the session goes on, and there is no second one");
    let twice = browser.get(first.header("location").unwrap()).await;
    assert_eq!(twice.status, 400, "{}", twice.body);
    let mut other = op.broker.browser();
    let elsewhere = other.get(&address).await;
    assert_eq!((elsewhere.status, op.newest().await), (403, "request.other_browser".to_owned()), "{}", elsewhere.body);
    assert!(!other.cookies.contains_key("__Host-session"));
    assert_eq!(op.signed_in().await, signed_in);
}

/// OR-25: two tabs of a browser come back crosswise, and each is answered; of twenty-five that were begun, the browser carries no more than a few cookies, and the
/// last one signs in.
#[tokio::test]
async fn or_25_tabs_come_back_crosswise_and_pending_ones_are_bounded() {
    let op = Op::of(Brand::Generic).await;
    let mut browser = op.broker.browser();
    let one = op.answered(&mut browser, "right").await;
    let two = op.answered(&mut browser, "right").await;
    for back in [two, one] {
        let delivered = browser.get(&format!("{}?{}", back.path(), back.query().unwrap())).await;
        let page = super::fetch(&mut browser, &delivered).await;
        assert_eq!(super::who(&mut browser, "wiki", &page).await, super::kim());
    }
    let mut browser = op.broker.browser();
    let mut last = None;
    for _ in 0..25 {
        last = Some(op.answered(&mut browser, "right").await);
    }
    let weight: usize = browser.cookies.iter().map(|(name, value)| name.len() + value.len() + 3).sum();
    assert!(browser.cookies.len() <= 4 && weight <= 4_096, "{} cookies of {weight} bytes", browser.cookies.len());
    let back = last.unwrap();
    let delivered = browser.get(&format!("{}?{}", back.path(), back.query().unwrap())).await;
    let page = super::fetch(&mut browser, &delivered).await;
    assert_eq!(super::who(&mut browser, "wiki", &page).await, super::kim());
}
