//! 1.C: keys, algorithms, trust. Messages of the catalogue, each beside its unharmed twin; further cases below.

use std::time::Duration;

use homeward_federation::{Protocol, Until, saml};
use homeward_model::Timestamp;
use homeward_simulator::{
    KeyKind, SigningKey, Validity,
    key::{Algorithm, Hash},
    saml::{Idp, SignatureForm, Signed},
};

use crate::world::{IDP, NOW, accepts, accepts_at, alice, case, outcome_at, refuses, refuses_at, variants, with_settings, world, xml};

#[test]
fn sk_01_signed_by_the_attacker_whose_certificate_is_in_keyinfo() {
    case("SK-01", "sig.untrusted_key");
}

#[test]
fn sk_02_the_attacker_s_certificate_with_the_same_names_and_serial_nu() {
    variants("SK-02", &[
        ("sig.untrusted_key", &["Assertion", "Response", "Both"]),
        ("sig.value_mismatch", &["the real certificate, Assertion", "the real certificate, Response", "the real certificate, Both"]),
    ]);
}

#[test]
fn sk_04_the_attacker_s_bare_key_in_keyinfo() {
    case("SK-04", "sig.untrusted_key");
}

#[test]
fn sk_05_keyinfo_that_points_elsewhere() {
    variants("SK-05", &[
        ("sig.key_info", &[
            "http://127.0.0.1:9/key, Assertion", "http://127.0.0.1:9/key, Response", "http://127.0.0.1:9/key, Both", "https://outside.example/key, Assertion",
            "https://outside.example/key, Response", "https://outside.example/key, Both", "file:///etc/passwd, Assertion", "file:///etc/passwd, Response",
            "file:///etc/passwd, Both", "#_somewhere, Assertion", "#_somewhere, Response", "#_somewhere, Both",
        ]),
        ("sig.untrusted_key", &["path, Assertion", "path, Response", "path, Both"]),
    ]);
}

#[test]
fn sk_06_hmac_with_the_provider_s_public_key() {
    case("SK-06", "sig.algorithm");
}

#[test]
fn sk_07_hmac_cut_short() {
    case("SK-07", "sig.algorithm");
}

#[test]
fn sk_08_sha_1_signature() {
    case("SK-08", "sig.algorithm");
}

#[test]
fn sk_09_sha_1_digest() {
    case("SK-09", "sig.digest_algorithm");
}

#[test]
fn sk_10_md5_ripemd_dsa() {
    case("SK-10", "sig.algorithm");
}

#[test]
fn sk_11_rsa_pss_and_elliptic_curves() {
    variants("SK-11", &[
        ("sig.algorithm", &["PSS SHA-256", "PSS SHA-512"]),
        ("ok", &["elliptic curve"]),
        ("sig.untrusted_key", &["elliptic curve at the RSA key"]),
    ]);
}

#[test]
fn sk_12_ecdsa_of_zeroes_or_in_der() {
    variants("SK-12", &[
        ("sig.digest_mismatch", &["zeroes"]),
        ("sig.value_not_plain", &["DER zeroes", "DER"]),
        ("sig.value_mismatch", &["ones"]),
    ]);
}

#[test]
fn sk_13_an_unknown_empty_or_odd_algorithm() {
    case("SK-13", "sig.algorithm");
}

/// SK-03: a certificate is a carrier of a key; who has signed it does not matter. The attacker's key does not become trusted by any certificate.
#[test]
fn sk_03_no_certificate_makes_another_key_trusted() {
    accepts(&xml(&alice()));
    let again = world().scene.attacker.key.certified_again("idp.a.example", Validity::default()).unwrap();
    let forged = Idp::with_key(IDP, again);
    refuses(&forged.response(&alice()), "sig.untrusted_key");
}

/// SK-08: the exception lets SHA-1 through, and ends by itself.
#[test]
fn sk_08_the_exception_for_sha_1_ends() {
    let mut answer = alice();
    answer.assertion_signature = SignatureForm { algorithm: Some(Algorithm::Rsa(Hash::Sha1)), digest: Hash::Sha1, ..SignatureForm::default() };
    let old = xml(&answer);
    let until = |at: Timestamp| with_settings(|s| s.relaxations.allow_sha1_until = Some(Until(at)));
    accepts_at(&old, &until(NOW.plus(Duration::from_secs(1))));
    accepts_at(&xml(&alice()), &until(NOW.plus(Duration::from_secs(1))));
    refuses_at(&old, &until(NOW), "sig.algorithm");
    refuses(&old, "sig.algorithm");
}

/// SK-15, SK-16: several certificates hold at once; one that was taken out holds no more, and the refusal names what was used.
#[test]
fn sk_15_sk_16_a_rollover() {
    let new = Idp::new(IDP, KeyKind::Rsa).unwrap();
    let both = with_settings(|s| s.certificates.push(new.certificate_pem()));
    accepts_at(&xml(&alice()), &both);
    accepts_at(&new.response(&alice()), &both);
    let only_new = with_settings(|s| s.certificates = vec![new.certificate_pem()]);
    accepts_at(&new.response(&alice()), &only_new);
    let failure = outcome_at(&xml(&alice()), &only_new).unwrap_err();
    let thumbprint = |pem: &str| saml::certificate::Certificate::from_pem(pem.trim()).unwrap().sha256_thumbprint();
    assert_eq!((failure.code.as_str(), failure.seen, failure.expected), ("sig.untrusted_key", Some(thumbprint(&world().idp().certificate_pem())), Some(thumbprint(&new.certificate_pem()))));
}

/// SK-18: a pinned key stays trusted when its certificate ends, unless the connection demands otherwise.
#[test]
fn sk_18_an_expired_certificate_by_the_connections_choice() {
    let ended = Validity { from: Timestamp::from_seconds(1_600_000_000), until: Timestamp::from_seconds(NOW.seconds() - 1) };
    let old = Idp::with_key(IDP, SigningKey::new("old", KeyKind::Rsa, ended).unwrap());
    let pinned = with_settings(|s| s.certificates = vec![old.certificate_pem()]);
    accepts_at(&old.response(&alice()), &pinned);
    let strict = with_settings(|s| {
        s.certificates = vec![old.certificate_pem()];
        s.require_valid_certificate = true;
    });
    refuses_at(&old.response(&alice()), &strict, "sig.certificate_expired");
    accepts_at(&xml(&alice()), &with_settings(|s| s.require_valid_certificate = true));
}

/// SK-19: a connection without a certificate refuses everything, and cannot be enabled.
#[test]
fn sk_19_without_a_certificate_nothing_is_accepted() {
    let empty = with_settings(|s| s.certificates.clear());
    for way in [Signed::Nothing, Signed::Assertion, Signed::Both] {
        refuses_at(&xml(&alice().signed(way)), &empty, "sig.no_certificate");
    }
    let Protocol::Saml(settings) = empty.settings.protocol else { unreachable!() };
    assert_eq!(settings.check(false), Err(saml::SettingsProblem::NoCertificate));
    let Protocol::Saml(settings) = &world().connection.settings.protocol else { unreachable!() };
    assert_eq!(settings.check(false), Ok(()));
    accepts(&xml(&alice()));
}

/// SK-10: a certificate whose key is too small is not taken in the first place.
#[test]
fn sk_10_a_small_key_is_no_key() {
    let small = include_str!("rsa1024.pem");
    assert_eq!(saml::certificate::Certificate::from_pem(small.trim()), Err(saml::certificate::CertificateProblem::SmallKey));
    refuses_at(&xml(&alice()), &with_settings(|s| s.certificates = vec![small.to_owned()]), "sig.certificate_unreadable");
}
