//! 1.J, single logout: requests and answers of a provider, by both bindings; and our own, read by the same rules turned round.

use homeward_federation::{
    Check, Departure, Failure,
    saml::logout::{Incoming, Leaver, LogoutOutcome, LogoutRequest, answer_logout, begin_logout, read_request, read_response},
};
use homeward_model::Timestamp;
use homeward_simulator::saml::{LogoutAsk, NameId, Redirect, encode};

use crate::world::{ALICE, IDP, NOW, SLO, counted, outcome, part, swap, with_settings, world, xml};

fn ask() -> LogoutAsk {
    world().idp().logout_ask(SLO, NameId::email(ALICE), "_session-1", NOW)
}

fn posted(text: &str) -> Result<LogoutRequest, Failure> {
    read_request(Incoming::Post(&encode(text)), &world().connection, &world().sp, NOW)
}

fn request(ask: &LogoutAsk) -> String {
    world().idp().logout_request(ask)
}

fn by_query(change: impl FnOnce(&mut Redirect)) -> String {
    let mut message = Redirect::new("SAMLRequest", request(&LogoutAsk { signature: None, ..ask() }));
    message.relay_state = Some("state 1/+".to_owned());
    change(&mut message);
    world().idp().redirect_query(&message)
}

fn queried(query: &str) -> Result<LogoutRequest, Failure> {
    read_request(Incoming::Redirect(query), &world().connection, &world().sp, NOW)
}

#[track_caller]
fn is_alice(outcome: Result<LogoutRequest, Failure>) {
    let read = outcome.unwrap();
    assert_eq!((read.subject.value.as_str(), read.subject.issuer.as_str(), read.session_indexes.as_slice()), (ALICE, IDP, ["_session-1".to_owned()].as_slice()));
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T, Failure>, code: &str) {
    assert_eq!(outcome.unwrap_err().code, code);
}

/// SL-01: an unsigned request signs nobody out.
#[test]
fn sl_01_only_signed_requests_count() {
    is_alice(posted(&request(&ask())));
    refused(posted(&request(&LogoutAsk { signature: None, ..ask() })), "sig.missing");
    let forged = world().scene.attacker.logout_request(&ask());
    refused(posted(&forged), "sig.untrusted_key");
    refused(posted(&request(&ask()).replace(ALICE, "bob@a.example")), "sig.digest_mismatch");
    refused(posted(&xml(&crate::world::alice())), "saml.unexpected_root");
}

/// SL-02: the subject is that of the sign-in, so that only this person's sessions of this connection end.
#[test]
fn sl_02_sl_04_the_subject_is_the_one_of_the_sign_in() {
    let signed_in = outcome(&xml(&crate::world::alice())).unwrap();
    let read = posted(&request(&ask())).unwrap();
    assert_eq!(&read.subject, signed_in.subject());
    let all = posted(&request(&LogoutAsk { session_indexes: Vec::new(), ..ask() })).unwrap();
    assert_eq!((all.session_indexes.len(), all.subject), (0, read.subject));
    let persistent = posted(&request(&LogoutAsk { name_id: Some(NameId::persistent(ALICE)), ..ask() })).unwrap();
    assert_ne!(&persistent.subject, signed_in.subject());
    refused(posted(&request(&LogoutAsk { name_id: None, ..ask() })), "name.missing");
}

/// SL-03: expired, for somebody else, of somebody else; a replayed one has the same mark.
#[test]
fn sl_03_conditions_of_a_request() {
    is_alice(posted(&request(&ask())));
    let past = |seconds: i64| Some(homeward_simulator::saml::instant(Timestamp::from_seconds(NOW.seconds() + seconds)));
    is_alice(posted(&request(&LogoutAsk { not_on_or_after: past(-59), ..ask() })));
    refused(posted(&request(&LogoutAsk { not_on_or_after: past(-60), ..ask() })), "time.logout_over");
    refused(posted(&request(&LogoutAsk { not_on_or_after: Some("x".to_owned()), ..ask() })), "time.logout_format");
    refused(posted(&request(&LogoutAsk { destination: Some("https://signin.example.com/saml/b/slo".to_owned()), ..ask() })), "destination.unexpected");
    refused(posted(&request(&LogoutAsk { destination: None, ..ask() })), "destination.missing");
    refused(posted(&request(&LogoutAsk { issuer: Some("https://other.example".to_owned()), ..ask() })), "issuer.unexpected");
    refused(posted(&request(&LogoutAsk { issue_instant: past(-661), ..ask() })), "time.issued_long_ago");
    refused(posted(&request(&LogoutAsk { version: Some("1.1".to_owned()), ..ask() })), "saml.version");
    let same = request(&ask());
    assert_eq!(posted(&same).unwrap().replay, posted(&same).unwrap().replay);
    assert_ne!(posted(&same).unwrap().replay, posted(&request(&ask())).unwrap().replay);
}

/// SL-06: the signature covers the request itself.
#[test]
fn sl_06_wrapping_a_request() {
    let good = request(&ask());
    is_alice(posted(&good));
    let id = crate::world::id_of(&good).to_owned();
    refused(posted(&good.replacen(&format!("ID=\"{id}\""), "ID=\"_evil\"", 1)), "sig.reference_not_parent");
    let inside = swap(&good, "</ds:KeyInfo>", &format!("</ds:KeyInfo><ds:Object>{}</ds:Object>", good.replace(&id, "_inner")));
    refused(posted(&inside), "sig.structure");
    let wrapped = format!("<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_evil\">{good}</samlp:LogoutRequest>");
    refused(posted(&wrapped), "sig.misplaced");
    let twice = swap(&good, "<samlp:SessionIndex>", "<saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">bob</saml:NameID><samlp:SessionIndex>");
    refused(posted(&twice), "sig.digest_mismatch");
}

/// SL-06: every way to put a genuine request somewhere into one of the attacker's own, about somebody else (XSW1 to XSW8).
#[test]
fn sl_06_wrapping_a_request_in_every_way() {
    let good = request(&ask());
    is_alice(posted(&good));
    let id = crate::world::id_of(&good).to_owned();
    let signature = part(&good, "<ds:Signature ", "</ds:Signature>");
    let bare = swap(&good, signature, "");
    let evil = swap(&bare, ALICE, "bob@a.example").replace(&id, "_evil");
    let after_issuer = |request: &str, text: &str| swap(request, "</saml:Issuer>", &format!("</saml:Issuer>{text}"));
    let at_the_end = |request: &str, text: &str| swap(request, "</samlp:LogoutRequest>", &format!("{text}</samlp:LogoutRequest>"));
    let around = |text: &str| swap(signature, "</ds:Signature>", &format!("{text}</ds:Signature>"));
    let object = |text: &str| format!("<ds:Object>{text}</ds:Object>");
    let extensions = |text: &str| format!("<samlp:Extensions>{text}</samlp:Extensions>");
    let mine = |message: &str| message.contains("bob@a.example") && message.contains(ALICE);
    for (way, message, code) in [
        ("the genuine one in its own signature", after_issuer(&evil, &around(&bare)), "sig.structure"),
        ("in an Object of the signature", after_issuer(&evil, &around(&object(&bare))), "sig.structure"),
        ("after the signature", after_issuer(&evil, &(signature.to_owned() + &bare)), "sig.reference_not_parent"),
        ("before the signature", after_issuer(&evil, &(bare.clone() + signature)), "sig.reference_not_parent"),
        ("at the end, whole", at_the_end(&evil, &good), "sig.misplaced"),
        ("at the end, whole, and its signature once more", at_the_end(&after_issuer(&evil, signature), &good), "sig.reference_not_parent"),
        ("in Extensions, whole", after_issuer(&evil, &extensions(&good)), "sig.misplaced"),
        ("in Extensions, its signature outside", after_issuer(&evil, &(signature.to_owned() + &extensions(&bare))), "sig.reference_not_parent"),
        ("the forged one under the same ID", after_issuer(&evil.replace("_evil", &id), &around(&object(&bare))), "xml.duplicate_id"),
        ("the forged one in the genuine one's signature", swap(&good, signature, &around(&object(&evil))), "sig.structure"),
        ("the forged one in the genuine one", at_the_end(&good, &evil), "saml.unexpected_element"),
    ] {
        assert!(mine(&message), "{way}");
        assert_eq!(posted(&message).unwrap_err().code, code, "{way}");
    }
    is_alice(posted(&good));
}

/// SB-18, SK-14: the signature of a query is over its octets, in the order of the specification, whatever the order in the address.
#[test]
fn sb_18_sk_14_signatures_over_a_query() {
    let good = by_query(|_| ());
    is_alice(queried(&good));
    assert_eq!(queried(&good).unwrap().relay_state.as_deref(), Some("state 1/+"));
    is_alice(queried(&by_query(|m| m.lower_case = true)));
    let pairs: Vec<&str> = good.split('&').collect();
    is_alice(queried(&[pairs[3], pairs[1], pairs[2], pairs[0]].join("&")));
    is_alice(queried(&format!("{good}&utm=x")));
    is_alice(queried(&format!("a=b&{good}")));
    for (query, code) in [
        (by_query(|m| m.signed = false), "sig.missing"),
        (pairs[..3].join("&"), "sig.missing"),
        ([pairs[0], pairs[1], pairs[3]].join("&"), "sig.missing"),
        (format!("{}&Signature=", pairs[..3].join("&")), "sig.missing"),
        ([pairs[0], pairs[2], pairs[3]].join("&"), "sig.untrusted_key"),
        (good.replacen("RelayState=state", "RelayState=State", 1), "sig.untrusted_key"),
        (good.replacen("%2F", "%2f", 1), "sig.untrusted_key"),
        (good.replacen("state%201", "state+1", 1), "sig.untrusted_key"),
        (format!("{good}&{}", pairs[0]), "redirect.parameters"),
        (format!("{good}&{}", pairs[1]), "redirect.parameters"),
        (format!("{good}&SAMLResponse=x"), "redirect.parameters"),
        (good.replacen("SAMLRequest=", "SAML%52equest=", 1), "redirect.parameters"),
        (good.replacen("SAMLRequest=", "SAMLResponse=", 1), "redirect.parameters"),
        (good.replacen("rsa-sha256", "rsa-sha512", 1), "sig.untrusted_key"),
        (good.replacen("rsa-sha256", "hmac-sha256", 1), "sig.algorithm"),
        (good.replacen("2001%2F04%2Fxmldsig-more%23rsa-sha256", "2000%2F09%2Fxmldsig%23rsa-sha1", 1), "sig.algorithm"),
        (String::new(), "redirect.parameters"),
        ("SAMLRequest=%zz&SigAlg=x&Signature=AA%3D%3D".to_owned(), "sig.algorithm"),
    ] {
        refused(queried(&query), code);
    }
    let both = Redirect { relay_state: None, ..Redirect::new("SAMLRequest", request(&ask())) };
    refused(queried(&world().idp().redirect_query(&both)), "sig.misplaced");
}

/// SP-10: what a query inflates to is bounded.
#[test]
fn sp_10_a_deflate_bomb() {
    is_alice(queried(&by_query(|_| ())));
    let bomb = by_query(|m| m.xml = " ".repeat(20_000_000));
    assert!(bomb.len() < 64 * 1024);
    refused(queried(&bomb), "xml.too_large");
    refused(queried(&"x".repeat(70_000)), "redirect.too_long");
}

/// SL-05: an answer to our request: signed, by the provider, to this request.
#[test]
fn sl_05_answers_to_our_request() {
    let (departure, id) = begin_logout(&world().connection, &world().sp, Leaver { subject: outcome(&xml(&crate::world::alice())).unwrap().subject(), session_index: Some("_s<1>"), handle: "handle/1" }, NOW, &counted()).unwrap();
    assert!(departure.address().starts_with("https://idp.a.example/slo?SAMLRequest=") && departure.address().contains("&RelayState=handle%2F1&SigAlg="));
    let answer = world().idp().logout_answer(SLO, &id, NOW);
    let read = |text: &str, id: &str| read_response(Incoming::Post(&encode(text)), &world().connection, &world().sp, id, NOW);
    assert_eq!(read(&world().idp().logout_response(&answer), &id), Ok(LogoutOutcome::Success));
    refused(read(&world().idp().logout_response(&answer), "_other"), "in_response_to.unexpected");
    let mut unsigned = answer.clone();
    unsigned.signature = None;
    refused(read(&world().idp().logout_response(&unsigned), &id), "sig.missing");
    refused(read(&world().scene.attacker.logout_response(&answer), &id), "sig.untrusted_key");
    let status = |codes: &[&str]| {
        let mut answer = answer.clone();
        answer.status = codes.iter().map(|c| format!("urn:oasis:names:tc:SAML:2.0:status:{c}")).collect();
        read(&world().idp().logout_response(&answer), &id)
    };
    assert_eq!(status(&["Success", "PartialLogout"]), Ok(LogoutOutcome::Partial));
    assert_eq!(status(&["Responder"]), Ok(LogoutOutcome::Failed));
    let query = Redirect::new("SAMLResponse", world().idp().logout_response(&unsigned));
    assert_eq!(read_response(Incoming::Redirect(&world().idp().redirect_query(&query)), &world().connection, &world().sp, &id, NOW), Ok(LogoutOutcome::Success));
}

/// SI-14: our own messages: escaped, with the subject's format, always signed; and we answer at the address for answers.
#[test]
fn our_own_messages_of_logout_are_signed_and_escaped() {
    let connection = with_settings(|s| {
        s.slo_redirect = None;
        s.slo_post = homeward_federation::saml::EndpointUrl::parse("https://idp.a.example/slo");
        s.slo_response = homeward_federation::saml::EndpointUrl::parse("https://idp.a.example/slo/done");
        s.request_signing = homeward_federation::saml::RequestSigning::Unsigned;
    });
    let mut subject = outcome(&xml(&crate::world::alice())).unwrap().subject().clone();
    subject.value = "a</saml:NameID><x>&\"".to_owned();
    let (departure, _) = begin_logout(&connection, &world().sp, Leaver { subject: &subject, session_index: Some("1<2"), handle: "" }, NOW, &counted()).unwrap();
    let Departure::Post { action, fields } = departure else { panic!("by POST") };
    let text = String::from_utf8(base64(&fields[0].1)).unwrap();
    assert_eq!((action.as_str(), fields[0].0.as_str()), ("https://idp.a.example/slo", "SAMLRequest"));
    assert!(text.contains("emailAddress\">a&lt;/saml:NameID&gt;&lt;x&gt;&amp;\"</saml:NameID><samlp:SessionIndex>1&lt;2</samlp:SessionIndex>"), "{text}");
    assert!(text.contains("<ds:SignatureValue>"));
    let read = posted(&request(&ask())).unwrap();
    let answer = answer_logout(&connection, &world().sp, &read, NOW, &counted()).unwrap();
    assert_eq!(answer.address(), "https://idp.a.example/slo/done");
    let mut without = world().sp.clone();
    without.slo_url = None;
    let failure = read_request(Incoming::Post(&encode(request(&ask()))), &world().connection, &without, NOW).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.check), ("logout.no_service", Check::MeantForUs));
}

fn base64(text: &str) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(text).unwrap()
}
