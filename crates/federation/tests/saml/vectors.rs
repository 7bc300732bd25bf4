//! Public documents of the package `samael` (MIT): good answers of several makers, and attacks that got through elsewhere. The connection and ourselves are what
//! each document wants, so that only the reason of the verdict is left.

use homeward_federation::{
    Failure, Until,
    saml::{ServiceProvider, Signed, verify},
};
use homeward_model::Timestamp;
use homeward_simulator::{key::pem, saml::encode};

use crate::{packages, world::{IDP, pending, with_settings, world}};

/// What an attribute or element of the document says.
fn said<'a>(xml: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &xml[xml.find(before)? + before.len()..];
    Some(&rest[..rest.find(after)?])
}

/// How a vector is looked at.
struct Vector {
    document: &'static str,
    certificate: &'static str,
    /// A minute after it was made.
    at: i64,
    sha1: bool,
}

const MADE_2014: i64 = 1_405_558_968;
const MADE_2022: i64 = 1_651_678_632;
const MADE_2026: i64 = 1_772_026_394;

impl Vector {
    const fn new(document: &'static str, certificate: &'static str, at: i64) -> Self {
        Self { document, certificate, at, sha1: false }
    }
    const fn with_sha1(self) -> Self {
        Self { sha1: true, ..self }
    }
    fn certificate(&self) -> String {
        let bytes = std::fs::read(packages::folder("samael").join("test_vectors").join(self.certificate)).unwrap();
        if self.certificate.ends_with(".der") { pem("CERTIFICATE", &bytes) } else { String::from_utf8(bytes).unwrap() }
    }
    fn outcome_of(&self, xml: &str) -> Result<String, String> {
        let now = Timestamp::from_seconds(self.at);
        let issuer = said(xml, "Issuer>", "<").filter(|issuer| !issuer.is_empty()).unwrap_or(IDP);
        let connection = with_settings(|settings| {
            settings.idp_entity_id = issuer.to_owned();
            settings.certificates = vec![self.certificate()];
            settings.signed = Signed::Either;
            settings.relaxations.allow_sha1_until = self.sha1.then_some(Until(Timestamp::from_seconds(self.at + 1)));
        });
        let own = |text: Option<&str>| text.unwrap_or("https://sp.example").to_owned();
        let sp = ServiceProvider { entity_id: own(said(xml, "<saml:Audience>", "<")), acs_url: own(said(xml, "Destination=\"", "\"")), loopback_http: true, ..world().sp.clone() };
        let asked = said(xml, "InResponseTo=\"", "\"").map(|id| {
            let mut pending = pending();
            pending.sent_at = Timestamp::from_seconds(self.at - 120);
            pending.protocol = homeward_federation::PendingProtocol::Saml { request_id: id.to_owned() };
            pending
        });
        let outcome: Result<_, Failure> = verify(&encode(xml), &connection, &sp, asked.as_ref(), now);
        outcome.map(|verified| verified.name().to_owned()).map_err(|failure| failure.code)
    }
    fn outcome(&self) -> Result<String, String> {
        self.outcome_of(&self.text())
    }
    fn text(&self) -> String {
        std::fs::read_to_string(packages::folder("samael").join("test_vectors").join(self.document)).unwrap()
    }
}

/// SW-08, SW-21, SK-08, SK-09: each document has its verdict; where a maker's key is too short, another certificate shows what else is wrong.
#[test]
fn sw_08_sw_21_sk_08_sk_09_public_documents_have_their_verdict() {
    let good = || Vector::new("response_signed_by_idp_ecdsa.xml", "ec_cert.pem", MADE_2014);
    // The name as it was signed, with its blanks: the match takes no name with blanks around it.
    assert_eq!(good().with_sha1().outcome().as_deref().map(str::trim), Ok("_ce3d2948b4cf20146dee0a0b3dd6f69b6cf86f62d7"));
    assert_eq!(good().with_sha1().outcome_of(&good().text().replacen("_ce3d", "_ce3e", 1)), Err("sig.digest_mismatch".to_owned()));
    let verdicts = [
        (good(), "sig.digest_algorithm"),
        (Vector::new("response_signed_by_idp_2.xml", "public.der", MADE_2014).with_sha1(), "sig.certificate_unreadable"),
        (Vector::new("response_signed_by_idp_2.xml", "ec_cert.pem", MADE_2014), "sig.algorithm"),
        (Vector::new("response_signed_by_idp_2.xml", "ec_cert.pem", MADE_2014).with_sha1(), "sig.value_not_plain"),
        (Vector::new("response_signed.xml", "idp_cert.der", MADE_2014).with_sha1(), "sig.value_not_plain"),
        (Vector::new("response_signed_assertion.xml", "idp_cert.der", MADE_2014), "sig.algorithm"),
        (Vector::new("response.xml", "idp_cert.der", MADE_2014), "sig.missing"),
        (Vector::new("multi_saml_response_signed.xml", "public.der", MADE_2022), "sig.certificate_unreadable"),
        (Vector::new("multi_saml_response_signed.xml", "ec_cert.pem", MADE_2022), "sig.digest_not_plain"),
        (Vector::new("multi_saml_response_signed_2.xml", "ec_cert.pem", MADE_2022), "sig.value_not_plain"),
        // A prefix that nobody declared.
        (Vector::new("response_encrypted.xml", "sp_cert.der", MADE_2022), "xml.not_wellformed"),
        (Vector::new("response_encrypted_valid.xml", "sp_cert.der", MADE_2022), "xml.not_wellformed"),
        (Vector::new("ancestor_attack_signed.xml", "ec_cert.pem", MADE_2026), "sig.misplaced"),
        (Vector::new("object_attack_response.xml", "ec_cert.pem", MADE_2026), "sig.structure"),
        (Vector::new("xpointer_attack_signed.xml", "ec_cert.pem", MADE_2026), "saml.unexpected_root"),
        (Vector::new("xpath_transform.xml", "ec_cert.pem", MADE_2026), "sig.reference_not_parent"),
    ];
    let wrong: Vec<String> = verdicts.iter().map(|(vector, code)| (vector, code, vector.outcome())).filter(|(_, code, outcome)| *outcome != Err((**code).to_owned())).map(|(v, code, outcome)| format!("{}: {outcome:?}, expected {code}", v.document)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
