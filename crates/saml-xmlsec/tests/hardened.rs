//! The second opinion by itself, without the guard in front of it: what stock samael and libxmlsec1 would do, and this crate does not.

use homeward_saml_xmlsec::{Refusal, Sha1, signed_bytes};
use homeward_model::Timestamp;
use homeward_simulator::{
    KeyKind,
    key::{Algorithm, Hash},
    saml::{Answer, Asked, Idp, Reference, SignatureForm, Signed},
};

fn idp() -> &'static Idp {
    static IDP: std::sync::OnceLock<Idp> = std::sync::OnceLock::new();
    IDP.get_or_init(|| Idp::new("https://idp.example", KeyKind::Rsa).unwrap())
}

fn answer() -> Answer {
    let asked = Asked { entity_id: "https://sp.example".into(), acs: "https://sp.example/acs".into(), request_id: Some("_r".into()) };
    idp().answer(&asked, "ann@a.example", Timestamp::from_seconds(1_790_000_000))
}

fn opinion(xml: &str) -> Result<String, Refusal> {
    signed_bytes(xml, &[idp().key.certificate()], Sha1::Refuse)
}

fn with_reference(uri: &str, transforms: Option<&str>) -> String {
    let mut answer = answer();
    answer.assertion_signature = SignatureForm { reference: Reference::Uri(uri.to_owned()), transforms: transforms.map(str::to_owned), ..SignatureForm::default() };
    idp().response(&answer)
}

#[test]
fn it_returns_the_bytes_that_were_signed() {
    for way in [Signed::Assertion, Signed::Response, Signed::Both] {
        let xml = idp().response(&answer().signed(way));
        let bytes = opinion(&xml).unwrap();
        assert!(bytes.contains("ann@a.example"), "{bytes}");
        assert!(bytes.starts_with(if way == Signed::Assertion { "<saml:Assertion " } else { "<samlp:Response " }));
        assert_eq!(opinion(&xml.replace("ann@", "bob@")), Err(Refusal::Signature));
    }
}

/// SK-19: stock samael verifies nothing when there is no certificate.
#[test]
fn sk_19_no_certificate_is_a_refusal() {
    let xml = idp().response(&answer());
    assert!(opinion(&xml).is_ok());
    assert_eq!(signed_bytes(&xml, &[], Sha1::Refuse), Err(Refusal::NoCertificate));
    assert_eq!(opinion(&idp().response(&answer().signed(Signed::Nothing))), Err(Refusal::Signature));
}

/// SW-25: a reference of a stranger makes libxmlsec1 ask an address, before any signature is checked.
#[test]
fn sw_25_nothing_is_fetched_and_nothing_opened() {
    assert!(opinion(&idp().response(&answer())).is_ok());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let file = std::env::temp_dir().join(format!("homeward-xmlsec-{}", std::process::id()));
    std::fs::write(&file, "<a/>").unwrap();
    let before = std::fs::metadata(&file).unwrap().accessed().unwrap();
    for uri in [format!("http://{}/ssrf", listener.local_addr().unwrap()), format!("ftp://{}/ssrf", listener.local_addr().unwrap()), format!("file://{}", file.display()), file.display().to_string()] {
        assert_eq!(opinion(&with_reference(&uri, None)), Err(Refusal::Signature), "{uri}");
    }
    assert!(listener.accept().is_err(), "somebody asked");
    assert_eq!(std::fs::metadata(&file).unwrap().accessed().unwrap(), before);
    std::fs::remove_file(file).unwrap();
}

/// SP-14, SP-15: XSLT, XPath and base64 are not there at all.
#[test]
fn sp_14_sp_15_only_two_transforms_exist() {
    assert!(opinion(&idp().response(&answer())).is_ok());
    for algorithm in ["http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116", "http://www.w3.org/2002/06/xmldsig-filter2", "http://www.w3.org/2000/09/xmldsig#base64", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"] {
        let mut answer = answer();
        answer.assertion_signature.transforms = Some(format!("<ds:Transforms><ds:Transform Algorithm=\"{algorithm}\"></ds:Transform></ds:Transforms>"));
        assert_eq!(opinion(&idp().response(&answer)), Err(Refusal::Signature), "{algorithm}");
    }
}

/// SK-06, SK-08: SHA-1 by exception only; HMAC never.
#[test]
fn sk_06_sk_08_algorithms() {
    let with = |algorithm: Algorithm, digest: Hash| {
        let mut answer = answer();
        answer.assertion_signature = SignatureForm { algorithm: Some(algorithm), digest, ..SignatureForm::default() };
        idp().response(&answer)
    };
    let sha1 = with(Algorithm::Rsa(Hash::Sha1), Hash::Sha1);
    assert_eq!(opinion(&sha1), Err(Refusal::Signature));
    assert!(signed_bytes(&sha1, &[idp().key.certificate()], Sha1::Allow).is_ok());
    assert_eq!(opinion(&with(Algorithm::Rsa(Hash::Sha256), Hash::Sha1)), Err(Refusal::Signature));
    let hmac = with(Algorithm::Hmac(Hash::Sha256, idp().key.public_key()), Hash::Sha256);
    assert_eq!(opinion(&hmac), Err(Refusal::Signature));
    assert!(opinion(&with(Algorithm::Rsa(Hash::Sha512), Hash::Sha512)).is_ok());
}

/// A second certificate is tried after the first; many threads at once come to the same result.
#[test]
fn several_certificates_and_threads() {
    let other = Idp::new("https://other.example", KeyKind::Rsa).unwrap();
    let xml = idp().response(&answer().signed(Signed::Both));
    let results: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..20).all(|_| signed_bytes(&xml, &[other.key.certificate(), idp().key.certificate()], Sha1::Refuse).is_ok()))).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(results, [true; 4]);
    assert_eq!(signed_bytes(&xml, &[other.key.certificate()], Sha1::Refuse), Err(Refusal::Signature));
}
