//! 1.F: conditions and correlation. Messages of the catalogue, each beside its unharmed twin; further cases below.

use homeward_federation::{Pending, PendingProtocol, Skew, saml};
use homeward_model::{ConnectionId, Timestamp};
use homeward_simulator::saml::{Asked, Attribute, encode, instant};

use crate::world::{ALICE, Counted, IDP, NOW, REQUEST, accepts, alice, asked, case, id_of, is_refused, names, outcome, pending, swap, variants, with_settings, world, xml};

/// SF-01, SI-13: an assertion for one service provider signs nobody in at another.
#[test]
fn sf_01_the_audience_is_another_empty_or_missing() {
    variants("SF-01", &[
        ("audience.unexpected", &["another", "empty", "restriction without audience"]),
        ("audience.missing", &["missing"]),
    ]);
}

#[test]
fn sf_02_two_audience_restrictions_one_of_them_for_somebody_else() {
    case("SF-02", "audience.unexpected");
}

#[test]
fn sf_03_one_restriction_with_two_audiences() {
    case("SF-03", "ok");
}

#[test]
fn sf_05_the_audience_almost_right() {
    case("SF-05", "audience.unexpected");
}

#[test]
fn sf_06_the_destination_is_another_empty_or_missing() {
    variants("SF-06", &[
        ("destination.unexpected", &[
            "\"\"", "\"https://other.example/acs\"", "\"https://signin.example.com/saml/a/acs/\"", "\"http://signin.example.com/saml/a/acs\"",
            "\"https://signin.example.com/saml/a/acs&x=1\"", "\"https://signin.example.com/saml/a/acs?x=1\"",
        ]),
        ("destination.missing", &["missing"]),
    ]);
}

#[test]
fn sf_07_the_recipient_is_another_empty_or_missing() {
    variants("SF-07", &[
        ("recipient.unexpected", &[
            "\"\"", "\"https://other.example/acs\"", "\"https://signin.example.com/saml/a/acs/\"", "\"http://signin.example.com/saml/a/acs\"",
            "\"https://signin.example.com/saml/a/acs&x=1\"", "\"https://signin.example.com/saml/a/acs?x=1\"",
        ]),
        ("recipient.missing", &["missing"]),
    ]);
}

#[test]
fn sf_08_no_bearer_confirmation() {
    variants("SF-08", &[
        ("subject.no_bearer", &[
            "missing", "no method", "", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches",
            "urn:oasis:names:tc:SAML:2.0:cm:BEARER",
        ]),
        ("subject.no_confirmation_data", &["no data"]),
    ]);
}

#[test]
fn sf_09_several_confirmations_one_of_them_good() {
    variants("SF-09", &[
        ("ok", &["good first", "good last"]),
        ("recipient.unexpected", &["each half good"]),
    ]);
}

#[test]
fn sf_10_the_confirmation_s_end_is_missing_past_or_no_time() {
    variants("SF-10", &[
        ("time.confirmation_format", &["None", "Some(\"\")", "Some(\"tomorrow\")", "Some(\"2026-13-45T25:61:61Z\")"]),
        ("time.confirmation_over", &["Some(\"2026-09-21T13:13:20Z\")"]),
    ]);
}

#[test]
fn sf_11_a_confirmation_with_notbefore() {
    case("SF-11", "subject.not_before");
}

#[test]
fn sf_12_another_network_address() {
    case("SF-12", "ok");
}

#[test]
fn sf_13_conditions_missing_not_yet_or_no_longer_true() {
    variants("SF-13", &[
        ("conditions.missing", &["missing"]),
        ("time.conditions_format", &["empty", "start is no time", "end is no time"]),
        ("time.not_yet", &["not yet", "end before start"]),
        ("time.over", &["no longer"]),
    ]);
}

#[test]
fn sf_15_times_in_odd_forms() {
    variants("SF-15", &[
        ("time.conditions_format", &[
            "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "99999999999-01-01T00:00:00Z", "2030-01-01", "2030-01-01T00:00:00", "1893456000",
            "2030-01-01T24:00:01Z", "2030-02-30T00:00:00Z", "2030-01-01T00:00:00+99:99", "2026-09-21T14:15:20+00:00",
        ]),
        ("ok", &["2026-09-21T14:15:20.123Z", "2026-09-21T14:15:20.123456789Z"]),
    ]);
}

#[test]
fn sf_17_conditions_that_must_be_understood() {
    variants("SF-17", &[
        ("ok", &["OneTimeUse"]),
        ("conditions.proxy", &["ProxyRestriction 0"]),
        ("conditions.unknown", &["unknown", "foreign"]),
    ]);
}

#[test]
fn sf_18_the_request_is_missing_or_another() {
    variants("SF-18", &[
        ("in_response_to.missing", &["None"]),
        ("in_response_to.unexpected", &["Some(\"\")", "Some(\"_another\")"]),
    ]);
}

#[test]
fn sf_19_the_two_inresponseto_differ() {
    case("SF-19", "in_response_to.unexpected");
}

#[test]
fn sf_20_only_the_unsigned_inresponseto_is_there() {
    case("SF-20", "in_response_to.missing");
}

#[test]
fn sf_29_the_status_is_no_success() {
    variants("SF-29", &[
        ("status.not_success", &[
            "[\"urn:oasis:names:tc:SAML:2.0:status:Responder\"]",
            "[\"urn:oasis:names:tc:SAML:2.0:status:Requester\", \"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"]",
            "[\"urn:oasis:names:tc:SAML:2.0:status:Requester\", \"urn:oasis:names:tc:SAML:2.0:status:RequestDenied\"]",
            "[\"urn:oasis:names:tc:SAML:2.0:status:Responder\", \"urn:oasis:names:tc:SAML:2.0:status:Success\"]",
            "[\"urn:oasis:names:tc:SAML:2.0:status:VersionMismatch\"]", "[\"\"]", "[\"urn:oasis:names:tc:SAML:2.0:status:Success \"]", "[\"Success\"]",
            "without an assertion",
        ]),
        ("status.no_passive", &["[\"urn:oasis:names:tc:SAML:2.0:status:Responder\", \"urn:oasis:names:tc:SAML:2.0:status:NoPassive\"]"]),
        ("status.missing", &["[]"]),
        ("assertion.count", &["success without an assertion"]),
    ]);
}

#[test]
fn sf_30_version_id_and_instant() {
    variants("SF-30", &[
        ("time.issue_instant", &[
            "response, no instant", "assertion, no instant", "response, instant now", "assertion, instant now", "response, instant ", "assertion, instant ",
        ]),
        ("saml.version", &[
            "response, version None", "assertion, version None", "response, version Some(\"1.1\")", "assertion, version Some(\"1.1\")",
            "response, version Some(\"2.1\")", "assertion, version Some(\"2.1\")", "response, version Some(\"\")", "assertion, version Some(\"\")",
            "response, version Some(\"2.0 \")", "assertion, version Some(\"2.0 \")",
        ]),
        ("time.issued_long_ago", &["response, instant 2026-09-21T13:13:20Z", "assertion, instant 2026-09-21T13:13:20Z"]),
        ("time.issued_in_future", &["response, instant 2026-09-21T15:13:20Z", "assertion, instant 2026-09-21T15:13:20Z"]),
        ("xml.id_missing", &["response, id None", "assertion, id None"]),
        ("xml.id_attribute", &["response, id Some(\"\")", "assertion, id Some(\"\")"]),
    ]);
}

#[test]
fn sf_31_the_issuer_is_another_or_missing() {
    variants("SF-31", &[
        ("issuer.missing", &["assertion None"]),
        ("issuer.unexpected", &[
            "assertion Some(\"\")", "response Some(\"\")", "assertion Some(\"https://other.example/idp\")", "response Some(\"https://other.example/idp\")",
            "assertion Some(\"https://idp.a.example/metadata/\")", "response Some(\"https://idp.a.example/metadata/\")",
            "assertion Some(\"HTTPS://IDP.A.EXAMPLE/METADATA\")", "response Some(\"HTTPS://IDP.A.EXAMPLE/METADATA\")",
        ]),
    ]);
}

#[test]
fn sf_32_no_statement_about_the_sign_in_or_an_ended_session() {
    variants("SF-32", &[
        ("authn.missing", &["missing"]),
        ("time.authn_instant", &["empty", "no instant"]),
        ("time.session_over", &["session ended"]),
    ]);
}

/// SF-04: the audience of another account's identity of ours.
#[test]
fn sf_04_another_accounts_service_provider() {
    let good = xml(&alice());
    accepts(&good);
    let mut other = world().sp.clone();
    other.entity_id = "https://signin.example.com/saml/b".to_owned();
    is_refused(saml::verify(&encode(&good), &world().connection, &other, Some(&pending()), NOW), "audience.unexpected");
}

fn at(seconds: i64, now: i64, skew: u16, change: impl Fn(&mut homeward_simulator::saml::Answer, String)) -> Result<(), String> {
    let mut answer = alice();
    // Long enough everywhere else.
    answer.assertion.as_mut().unwrap().conditions.as_mut().unwrap().not_before = None;
    change(&mut answer, instant(Timestamp::from_seconds(NOW.seconds() + seconds)));
    let mut connection = world().connection.clone();
    connection.settings.skew = Skew::try_from(skew).unwrap();
    let verified = saml::verify(&encode(xml(&answer)), &connection, &world().sp, Some(&pending()), Timestamp::from_seconds(NOW.seconds() + now));
    verified.map(|v| assert_eq!(v.name(), ALICE)).map_err(|f| f.code)
}

/// SF-14: each bound to the second, on both sides, for the usual, no and the longest tolerance.
#[test]
fn sf_14_the_tolerance_to_the_second() {
    for skew in [0u16, 60, 180, 300] {
        let s = i64::from(skew);
        let not_before = |a: &mut homeward_simulator::saml::Answer, t| a.assertion.as_mut().unwrap().conditions.as_mut().unwrap().not_before = Some(t);
        assert_eq!(at(s, 0, skew, not_before), Ok(()));
        assert_eq!(at(s + 1, 0, skew, not_before), Err("time.not_yet".to_owned()));
        let over = |a: &mut homeward_simulator::saml::Answer, t| a.assertion.as_mut().unwrap().conditions.as_mut().unwrap().not_on_or_after = Some(t);
        assert_eq!(at(1 - s, 0, skew, over), Ok(()));
        assert_eq!(at(-s, 0, skew, over), Err("time.over".to_owned()));
        let confirmation = |a: &mut homeward_simulator::saml::Answer, t| a.assertion.as_mut().unwrap().confirmations[0].not_on_or_after = Some(t);
        assert_eq!(at(1 - s, 0, skew, confirmation), Ok(()));
        assert_eq!(at(-s, 0, skew, confirmation), Err("time.confirmation_over".to_owned()));
        let session = |a: &mut homeward_simulator::saml::Answer, t| a.assertion.as_mut().unwrap().authn[0].session_not_on_or_after = Some(t);
        assert_eq!(at(1 - s, 0, skew, session), Ok(()));
        assert_eq!(at(-s, 0, skew, session), Err("time.session_over".to_owned()));
        let issued = |a: &mut homeward_simulator::saml::Answer, t| a.assertion.as_mut().unwrap().issue_instant = Some(t);
        assert_eq!(at(s, 0, skew, issued), Ok(()));
        assert_eq!(at(s + 1, 0, skew, issued), Err("time.issued_in_future".to_owned()));
        assert_eq!(at(-s - 600, 0, skew, issued), Ok(()));
        assert_eq!(at(-s - 601, 0, skew, issued), Err("time.issued_long_ago".to_owned()));
        let authenticated = |a: &mut homeward_simulator::saml::Answer, t| a.assertion.as_mut().unwrap().authn[0].instant = Some(t);
        assert_eq!(at(s, 0, skew, authenticated), Ok(()));
        assert_eq!(at(s + 1, 0, skew, authenticated), Err("time.authn_in_future".to_owned()));
    }
}

/// SF-16, SF-27: an assertion that says it holds for decades holds for ten minutes, and its replay mark as long.
#[test]
fn sf_16_sf_27_the_replay_mark_outlives_the_assertion_and_is_bounded() {
    let mut answer = alice();
    let assertion = answer.assertion.as_mut().unwrap();
    assertion.conditions.as_mut().unwrap().not_on_or_after = Some("2099-01-01T00:00:00Z".to_owned());
    assertion.confirmations[0].not_on_or_after = Some("2099-01-01T00:00:00Z".to_owned());
    let (message, id) = (encode(xml(&answer)), answer.assertion.as_ref().unwrap().id.clone().unwrap());
    let outcome = |now| saml::verify(&message, &world().connection, &world().sp, Some(&pending()), now);
    let verified = outcome(NOW).unwrap();
    assert_eq!(verified.name(), ALICE);
    let mark = verified.replay();
    assert_eq!((mark.key.as_str(), mark.until.seconds()), (format!("{IDP}\u{1f}{id}").as_str(), NOW.seconds() + 600 + 60 + 1));
    assert!(outcome(Timestamp::from_seconds(mark.until.seconds() - 1)).is_ok());
    is_refused(outcome(mark.until), "time.issued_long_ago");
    // An assertion that ends sooner is kept until then.
    let short = outcome_of(&alice());
    assert_eq!(short.replay().until.seconds(), NOW.seconds() + 300 + 60 + 1);
}

fn outcome_of(answer: &homeward_simulator::saml::Answer) -> homeward_federation::VerifiedAssertion {
    outcome(&xml(answer)).unwrap()
}

/// SF-26: the mark is of the assertion, whatever response carries it.
#[test]
fn sf_26_the_same_assertion_in_another_response_has_the_same_mark() {
    let good = xml(&alice());
    let id = id_of(&good).to_owned();
    let again = good.replacen(&id, "_another", 1);
    assert_ne!(good, again);
    assert_eq!(outcome(&good).unwrap().replay(), outcome(&again).unwrap().replay());
    assert_ne!(outcome(&good).unwrap().replay(), outcome_of(&alice()).replay());
}

/// SF-21, SF-22: the answer to another transaction, and to the transaction of another connection.
#[test]
fn sf_21_sf_22_another_transaction() {
    let good = encode(xml(&alice()));
    let with = |change: &dyn Fn(&mut Pending)| {
        let mut pending = pending();
        change(&mut pending);
        saml::verify(&good, &world().connection, &world().sp, Some(&pending), NOW)
    };
    names(with(&|_| ()), ALICE);
    is_refused(with(&|p| p.protocol = PendingProtocol::Saml { request_id: "_other".to_owned() }), "in_response_to.unexpected");
    is_refused(with(&|p| p.connection = ConnectionId::generate(&Counted(77.into()))), "transaction.other_connection");
    is_refused(with(&|p| p.protocol = PendingProtocol::Oidc { nonce: String::new(), verifier: String::new() }), "transaction.other_protocol");
}

/// SF-23, SF-24: an answer that nobody asked for must name no request; one that somebody asked for must not pass as such.
#[test]
fn sf_23_sf_24_unsolicited_answers() {
    let asked = Asked { request_id: None, ..asked() };
    let tile = xml(&world().idp().answer(&asked, ALICE, NOW));
    let unsolicited = |message: &str| saml::verify(&encode(message), &world().connection, &world().sp, None, NOW);
    names(unsolicited(&tile), ALICE);
    is_refused(outcome(&tile), "in_response_to.missing");
    let stolen = xml(&alice());
    accepts(&stolen);
    is_refused(unsolicited(&stolen), "in_response_to.unsolicited");
    // Taking the outer one away does not help: the signed one is still there.
    let outer = swap(&stolen, &format!(" InResponseTo=\"{REQUEST}\""), "");
    is_refused(unsolicited(&outer), "in_response_to.unsolicited");
}

/// SF-32, SF-34, OA-22: a fresh proof is one from after the request, and not older than asked. The provider's clock may be behind or ahead of ours; between
/// the proof and the answer, which it dates by that one clock, no session of before the request fits.
#[test]
fn sf_32_sf_34_a_fresh_proof() {
    let with = |authenticated: i64, issued: i64, fresh: bool, max_age: Option<u64>| {
        let mut answer = alice();
        let at = |seconds: i64| Some(instant(Timestamp::from_seconds(NOW.seconds() + seconds)));
        let assertion = answer.assertion.as_mut().unwrap();
        (assertion.issue_instant, assertion.authn[0].instant) = (at(issued), at(authenticated));
        saml::verify(&encode(xml(&answer)), &world().connection, &world().sp, Some(&Pending { fresh, max_age, ..pending() }), NOW)
    };
    names(with(-3_600, 0, false, None), ALICE);
    // By exact clocks: from the request on, and what is lost in whole seconds.
    names(with(0, 0, true, None), ALICE);
    names(with(-20 - 5, 0, true, None), ALICE);
    is_refused(with(-20 - 6, 0, true, None), "authn.not_anew");
    // By a clock that is a minute behind, or ahead: who proves themselves now is let in, and a kept session is not.
    names(with(-20 - 60, -60, true, None), ALICE);
    is_refused(with(-20 - 61, -61, true, None), "authn.not_anew");
    is_refused(with(-20 - 60, 0, true, None), "authn.not_anew");
    names(with(40, 60, true, None), ALICE);
    is_refused(with(30, 60, true, None), "authn.not_anew");
    // As old as asked.
    names(with(-300 - 60, -60, false, Some(300)), ALICE);
    is_refused(with(-300 - 61, -61, false, Some(300)), "authn.too_old");
    names(with(-300 - 25, 0, false, Some(300)), ALICE);
    is_refused(with(-300 - 26, 0, false, Some(300)), "authn.too_old");
    names(with(-20, 0, false, Some(0)), ALICE);
    is_refused(with(-20 - 6, 0, false, Some(0)), "authn.too_old");
    is_refused(with(-30, 0, true, Some(300)), "authn.not_anew");
}

/// SF-33: what was asked for must have been done; a second factor may also be said by the provider's own attribute.
#[test]
fn sf_33_the_context_that_was_asked_for() {
    let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    let message = |class: &str, methods: &[&str]| {
        let mut answer = alice();
        let assertion = answer.assertion.as_mut().unwrap();
        assertion.authn[0].context = Some(class.to_owned());
        let values = methods.iter().map(|m| (*m).to_owned()).collect();
        assertion.attributes = vec![Attribute { name: "http://schemas.microsoft.com/claims/authnmethodsreferences".to_owned(), format: None, values }];
        encode(xml(&answer))
    };
    let second = |message: &str| saml::verify(message, &world().connection, &world().sp, Some(&Pending { second_factor: true, ..pending() }), NOW);
    let verified = second(&message("https://refeds.org/profile/mfa", &[])).unwrap();
    assert_eq!((verified.name(), verified.acr()), (ALICE, Some("https://refeds.org/profile/mfa")));
    let by_method = second(&message(password, &["http://schemas.microsoft.com/claims/multipleauthn"])).unwrap();
    assert_eq!((by_method.name(), by_method.amr().len()), (ALICE, 1));
    is_refused(second(&message(password, &["pwd"])), "context.second_factor");
    let demands = with_settings(|s| s.requested_authn_context = vec!["urn:x:strong".to_owned()]);
    let plain = |message: &str| saml::verify(message, &demands, &world().sp, Some(&pending()), NOW);
    names(plain(&message("urn:x:strong", &[])), ALICE);
    is_refused(plain(&message(password, &[])), "context.unmet");
}
