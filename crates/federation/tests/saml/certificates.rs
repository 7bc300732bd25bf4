//! Certificates as administrators paste them (B-097, B-116), and metadata's choice among them.

use homeward_federation::saml::certificate::{Certificate, CertificateProblem, CertificateWarning, PasteProblem, read_paste};
use homeward_model::Timestamp;
use homeward_simulator::{KeyKind, SigningKey, Validity, key::pem};

use crate::world::{NOW, world};

fn two() -> (String, String) {
    (world().scene.idp.certificate_pem(), world().scene.curve.certificate_pem())
}

fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect::<Vec<_>>().join("\n")
}

#[test]
fn b_097_b_116_every_form_of_a_paste() {
    let (one, other) = two();
    let (der_one, der_other) = (world().scene.idp.key.certificate(), world().scene.curve.key.certificate());
    let crlf = |text: &str| text.replace('\n', "\r\n");
    for (what, text) in [
        ("one after another", format!("{one}{other}")),
        ("with text of tools", format!("Bag Attributes\n  friendlyName: x\nsubject=CN = a\n{one}\nissuer=CN = b\n{other}\n")),
        ("CRLF", crlf(&format!("{one}{other}"))),
        ("byte order mark", format!("\u{feff}{one}{other}")),
        ("in one line", format!("{one}{other}").replace('\n', "")),
        ("indented", format!("{one}{other}").replace('\n', "\n   ")),
        ("bare, blank line between", format!("{}\n\n{}\n", bare(&one), bare(&other))),
        ("bare, CRLF", crlf(&format!("{}\n\n{}", bare(&one), bare(&other)))),
        ("twice the same", format!("{one}{other}{one}")),
    ] {
        let read = read_paste(text.as_bytes()).unwrap_or_else(|problem| panic!("{what}: {problem}"));
        assert_eq!(read.iter().map(Certificate::der).collect::<Vec<_>>(), [der_one, der_other], "{what}");
    }
    for text in [one.as_str(), bare(&one).as_str(), bare(&one).replace('\n', "").as_str(), bare(&one).replace('\n', " ").as_str()] {
        assert_eq!(read_paste(text.as_bytes()).unwrap()[0].der(), der_one);
    }
    assert_eq!(read_paste(der_one).unwrap()[0].der(), der_one);
    // What is kept is read again the same.
    let kept = read_paste(one.as_bytes()).unwrap()[0].pem();
    assert_eq!(Certificate::from_pem(&kept).unwrap().der(), der_one);
}

#[test]
fn what_is_no_certificate_is_refused_with_a_word() {
    let (one, _) = two();
    let key = pem("PRIVATE KEY", world().scene.idp.key.pkcs8());
    let is = |text: &str, problem: PasteProblem| assert_eq!(read_paste(text.as_bytes()).unwrap_err(), problem, "{text}");
    let certificate = |number, problem| PasteProblem::Certificate { number, problem };
    is("", PasteProblem::Empty);
    is(" \r\n\u{feff}", PasteProblem::Certificate { number: 1, problem: CertificateProblem::Unreadable });
    is(&key, certificate(1, CertificateProblem::PrivateKey));
    is(&format!("{one}{key}"), certificate(1, CertificateProblem::PrivateKey));
    is(&bare(&key), certificate(1, CertificateProblem::PrivateKey));
    is(&pem("CERTIFICATE REQUEST", b"x"), certificate(1, CertificateProblem::OtherKind));
    is(&one[..one.len() - 30], PasteProblem::CutOff);
    is(&one.replacen("-----END CERTIFICATE-----", "", 1), PasteProblem::CutOff);
    is("<EntityDescriptor/>", PasteProblem::Xml);
    is("hello", certificate(1, CertificateProblem::Unreadable));
    is(&format!("{one}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), certificate(2, CertificateProblem::Unreadable));
    is(include_str!("rsa1024.pem"), certificate(1, CertificateProblem::SmallKey));
    is(&"A".repeat(300 * 1024), PasteProblem::TooLong);
    assert!(read_paste(one.as_bytes()).is_ok());
}

/// ADM-3: a certificate that is signed with SHA-1 can be used, and is named.
#[test]
fn adm_3_a_certificate_signed_with_sha_1_is_named() {
    let weak = read_paste(include_bytes!("sha1.pem")).unwrap().remove(0);
    assert_eq!(weak.warnings(weak.not_before()), [CertificateWarning::WeakSignature]);
    assert_eq!(weak.sha1_thumbprint(), "66:60:0F:2E:17:FD:46:4F:5F:6B:D6:47:6E:92:35:19:94:AD:92:7F");
    let key = SigningKey::new("idp.example", KeyKind::Rsa, Validity { from: Timestamp::from_seconds(NOW.seconds() - 86_400), until: Timestamp::from_seconds(NOW.seconds() + 40 * 86_400) }).unwrap();
    assert_eq!(Certificate::from_der(key.certificate()).unwrap().warnings(NOW), [], "the twin");
}

#[test]
fn what_people_should_know_of_a_certificate() {
    let between = |from: i64, until: i64| {
        let validity = Validity { from: Timestamp::from_seconds(NOW.seconds() + from), until: Timestamp::from_seconds(NOW.seconds() + until) };
        let key = SigningKey::new("idp.example", KeyKind::Rsa, validity).unwrap();
        Certificate::from_der(key.certificate()).unwrap()
    };
    let day = 86_400;
    assert_eq!(between(-day, 40 * day).warnings(NOW), []);
    assert_eq!(between(-day, 20 * day).warnings(NOW), [CertificateWarning::EndsSoon]);
    assert_eq!(between(-2 * day, -day).warnings(NOW), [CertificateWarning::Expired]);
    assert_eq!(between(day, 400 * day).warnings(NOW), [CertificateWarning::NotYetValid]);
    let one = between(-day, 40 * day);
    assert!(one.subject().contains("idp.example") && one.key().to_string() == "RSA 2048");
    assert_eq!((one.sha256_thumbprint().len(), one.sha1_thumbprint().len()), (95, 59));
    assert!(one.is_valid_at(NOW) && !one.is_valid_at(one.not_after().plus(std::time::Duration::from_secs(1))));
}
