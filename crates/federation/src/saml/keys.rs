//! Our own keys: made here, or brought along from the product that was the service provider before; kept by the caller as sealed PKCS#8
//! (RFC 5958) beside their self-signed certificate.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa,
};
use homeward_model::Timestamp;
use zeroize::Zeroizing;

use super::{
    certificate::{Certificate, CertificateProblem, decode},
    provider::{DecryptionKey, SigningKey},
};

/// What a key is for, and of which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with 3072 bits: signs (`rsa-sha256`) or decrypts (RSA-OAEP).
    Rsa,
    /// P-256: signs (`ecdsa-sha256`).
    EcdsaP256,
}

/// Why a key could not be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// The cryptographic library refused.
    #[error("the key could not be made")]
    Generation,
    /// Not PKCS#8, or neither RSA of at least 2048 bits nor P-256.
    #[error("the key is not an RSA key of at least 2048 bits or a P-256 key in PKCS#8")]
    Unreadable,
    /// The certificate is not for this key.
    #[error("the certificate does not belong to the key")]
    Certificate,
    /// PEM under a pass phrase.
    #[error("the key is under a pass phrase; open it first: openssl pkcs8 -topk8 -nocrypt -in key.pem")]
    Encrypted,
    /// RSA of less than 2048 bits (SK-10).
    #[error("its RSA key has fewer than 2048 bits")]
    Small,
    /// What should be its certificate is none.
    #[error("the certificate cannot be read: one block of PEM, -----BEGIN CERTIFICATE-----")]
    NoCertificate,
}

/// A key that was just made. The caller seals `pkcs8`.
pub struct NewKey {
    /// The private key, PKCS#8 DER.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// Its self-signed certificate, DER; what metadata shows.
    pub certificate: Vec<u8>,
}

/// How long our own certificates say that they hold. Providers that look at it get a long time; the key is what counts.
const YEARS: i64 = 10;

impl NewKey {
    /// Makes a key and a self-signed certificate that begins a day before `now`. `name` is the certificate's common name, for example the
    /// host of our entity ID.
    ///
    /// # Errors
    /// `KeyProblem::Generation`.
    pub fn generate(kind: KeyKind, name: &str, now: Timestamp) -> Result<Self, KeyProblem> {
        let pair = match kind {
            KeyKind::Rsa => rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_3072),
            KeyKind::EcdsaP256 => rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
        }
        .map_err(|_| KeyProblem::Generation)?;
        let day = 86_400;
        let at = |seconds: i64| time::OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| KeyProblem::Generation);
        let mut subject = rcgen::DistinguishedName::new();
        subject.push(rcgen::DnType::CommonName, name);
        let mut parameters = rcgen::CertificateParams::default();
        parameters.distinguished_name = subject;
        parameters.not_before = at(now.seconds() - day)?;
        parameters.not_after = at(now.seconds() + YEARS * 365 * day)?;
        let certificate = parameters.self_signed(&pair).map_err(|_| KeyProblem::Generation)?;
        Ok(Self { pkcs8: Zeroizing::new(pair.serialize_der()), certificate: certificate.der().to_vec() })
    }

    /// Reads a key that a provider knows already, with the certificate that it knows it by, both in PEM. PKCS#8, or for RSA PKCS#1.
    /// `signs` and `decrypts`: what it must be good for; only RSA decrypts.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(key: &str, certificate: &str, (signs, decrypts): (bool, bool)) -> Result<Self, KeyProblem> {
        let certificate = Certificate::from_pem(certificate).map_err(|problem| match problem {
            CertificateProblem::SmallKey => KeyProblem::Small,
            _ => KeyProblem::NoCertificate,
        })?;
        let (pkcs8, certificate) = (pkcs8_of(key)?, certificate.der().to_vec());
        if signs {
            SigningKey::from_pkcs8(&pkcs8, &certificate)?;
        }
        if decrypts {
            DecryptionKey::from_pkcs8(&pkcs8, &certificate)?;
        }
        Ok(Self { pkcs8, certificate })
    }
}

/// The private key of a text; what stands around the block, as tools print it, is passed over.
fn pkcs8_of(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyProblem::Encrypted);
    }
    let block = |kind: &str| {
        let (_, rest) = text.split_once(&format!("-----BEGIN {kind}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
        decode(body).map(Zeroizing::new)
    };
    if let Some(der) = block("PRIVATE KEY") {
        return Ok(der);
    }
    let der = block("RSA PRIVATE KEY").ok_or(KeyProblem::Unreadable)?;
    let pair = rsa::KeyPair::from_der(&der).map_err(|_| KeyProblem::Unreadable)?;
    let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyProblem::Unreadable)?;
    Ok(Zeroizing::new(pkcs8.as_ref().to_vec()))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    /// RSA with 1024 bits, made for this test.
    const SMALL: (&str, &str) = (
        "-----BEGIN PRIVATE KEY-----\n\
         MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBANfSrTI5yG4j5b+I\n\
         1NPTMV6M5SNTFsUQN8M1+Tc9uxOfFKRmVcAqHTFKyIWwRS3PIVc0BjKkPKxAvOav\n\
         +48giTBJcWPYfWzxCTZ+YAmYq16Z5e5KcFGqOQVnAUtYuRcMqzywbDu1wbSM1gF6\n\
         Fz/qF/VFq5vvjtUi2rn8lt4yDwtBAgMBAAECgYA+Mpn1Wo+3piLFEyL6tOeKbyJu\n\
         DrkGK8lWOczLrb+nRPZG9rMJwVlOZlXpqUYWkJX0MqsClzBhF/sYpGjj86V1PHF4\n\
         mYiC3PrPiuL4aDhRRT1NB8ttndUAaGLC+3wGxZxMuEGM7nNDyMNZj/048usI07xR\n\
         LNDEhURUjhqR4WidTQJBAPQFTbWHKp+BGzDHCWeFT7A5n5pWEiiphtvyu0nRh9o+\n\
         Fjq72kVYihoYzGXW97wNM3V74o76z4Ia/wQKJ4C6xLsCQQDiawBlOjcFZs9qraBc\n\
         S7SXzCETjshHavLcZNgp6woSVC3CCWOfD+FnWgaxE8U+UiohVYPEqfY60pmwcGmY\n\
         nO4zAkB51WAMHzVft+UsgGOopP25fbu7IfglBydHD7UE0TGj/FW682myL9eb2f/L\n\
         ZP4BjRHBOZ5PRthuHC5xBOTeN+HbAkEAl4ZKbnRGLCxAtUDbJ8lWY5wtqpwMdpch\n\
         TtOCQpNUWy3QraGA9Qs4quT5w3nar7lnDoXfODcSXQ1h401nrcWgNwJAf/FWqsSj\n\
         iA0H+pwD+UJLWVhxpL9pMXScMRAF5m3PjFyQ2nvBBPcuWK/SdEM8CgX8yCgXNqa7\n\
         lwVAlSHosSfXOg==\n\
         -----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\n\
         MIIB/DCCAWWgAwIBAgIUP4O4XzfzqAuZN/biBEyrXlBLtSwwDQYJKoZIhvcNAQEL\n\
         BQAwEDEOMAwGA1UEAwwFc21hbGwwHhcNMjYxMTI3MjAxNDE0WhcNMzYxMTI0MjAx\n\
         NDE0WjAQMQ4wDAYDVQQDDAVzbWFsbDCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC\n\
         gYEA19KtMjnIbiPlv4jU09MxXozlI1MWxRA3wzX5Nz27E58UpGZVwCodMUrIhbBF\n\
         Lc8hVzQGMqQ8rEC85q/7jyCJMElxY9h9bPEJNn5gCZirXpnl7kpwUao5BWcBS1i5\n\
         FwyrPLBsO7XBtIzWAXoXP+oX9UWrm++O1SLaufyW3jIPC0ECAwEAAaNTMFEwHQYD\n\
         VR0OBBYEFG4YsFhLsmt55jx0cliqrP2dP/IDMB8GA1UdIwQYMBaAFG4YsFhLsmt5\n\
         5jx0cliqrP2dP/IDMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEA\n\
         VNRyDjqFQ8eUBqh2NmR523xEb/4THV+fC9P4gDcu4NV4KXIENtuv4GMk+RkZ4imH\n\
         5wR8g3B9Mmv+Uo8pBKq0zm/SbyKbJ2rKrrg0YxGzI3Nu9SmSKIHarrzOj0zWZF4o\n\
         LBNNwcifqHEbXykDFbtIMMXFr/xDMN7c+jSb3kToYcI=\n\
         -----END CERTIFICATE-----",
    );

    fn pem(kind: &str, der: &[u8]) -> String {
        let lines: Vec<String> = STANDARD.encode(der).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
    }

    fn made(kind: KeyKind) -> (String, String, NewKey) {
        let made = NewKey::generate(kind, "sso.example.com", NOW).unwrap();
        (pem("PRIVATE KEY", &made.pkcs8), pem("CERTIFICATE", &made.certificate), made)
    }

    /// B-180, KS-12, SK-10: the pair of another product is read as tools write it; one that does not fit, is weak, locked or good for something else is not.
    #[test]
    fn b_180_a_key_is_brought_along_with_its_own_certificate() {
        let (key, certificate, rsa) = made(KeyKind::Rsa);
        let problem = |key: &str, certificate: &str, uses| NewKey::read(key, certificate, uses).err();
        let read = NewKey::read(&format!("Bag Attributes\r\n{}", key.replace('\n', "\r\n")), &certificate, (true, true)).unwrap();
        assert_eq!((&read.pkcs8, &read.certificate), (&rsa.pkcs8, &rsa.certificate));
        let (elliptic, named, _) = made(KeyKind::EcdsaP256);
        assert_eq!(problem(&elliptic, &named, (true, false)), None);
        assert_eq!(problem(&elliptic, &named, (true, true)), Some(KeyProblem::Unreadable), "it opens nothing");
        // RSA as PKCS#1, inside of the PKCS#8 that was made: the last part of it.
        let inner = rsa.pkcs8.windows(4).enumerate().skip(1).find(|(at, w)| w.first() == Some(&0x30) && w.get(1) == Some(&0x82) && rsa::KeyPair::from_der(&rsa.pkcs8[*at..]).is_ok()).unwrap().0;
        let traditional = pem("RSA PRIVATE KEY", &rsa.pkcs8[inner..]);
        let read = NewKey::read(&traditional, &certificate, (true, true)).unwrap();
        assert!(SigningKey::from_pkcs8(&read.pkcs8, &rsa.certificate).is_ok());
        for (why, key, certificate, expected) in [
            ("another key's certificate", key.as_str(), made(KeyKind::Rsa).1.as_str(), KeyProblem::Certificate),
            ("weak, and so named", SMALL.0, SMALL.1, KeyProblem::Small),
            ("weak, beside another's certificate", SMALL.0, &certificate, KeyProblem::Unreadable),
            ("locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----", &certificate, KeyProblem::Encrypted),
            ("locked, as it was before", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA==\n-----END RSA PRIVATE KEY-----", &certificate, KeyProblem::Encrypted),
            ("a certificate where the key belongs", &certificate, &certificate, KeyProblem::Unreadable),
            ("a key where the certificate belongs", &key, &key, KeyProblem::NoCertificate),
            ("nothing", "", &certificate, KeyProblem::Unreadable),
        ] {
            assert_eq!(problem(key, certificate, (true, true)), Some(expected), "{why}");
        }
    }
}
