//! Certificates of connections that were read before, with their keys as the first verifier takes them.
//!
//! Reading one again for each answer would take longer than the verification itself. The text of a certificate is what it is known by, so nothing here can be out
//! of date; whether a connection trusts it, and whether its time has come, is asked for every answer.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use bergshamra::keys::{Key, loader};

use super::certificate::{Certificate, CertificateProblem};

/// How many are kept: some kilobytes each, and only as many as connections have.
const MOST: usize = 1_000;

/// A certificate that was read.
pub struct Known {
    /// What it says.
    pub certificate: Certificate,
    /// Its key, unless the first verifier cannot take it.
    pub key: Option<Key>,
}

/// The certificate of this text.
///
/// # Errors
/// When it is none that can be used.
pub fn known(pem: &str) -> Result<Arc<Known>, CertificateProblem> {
    static ALL: LazyLock<All> = LazyLock::new(All::default);
    ALL.read(pem)
}

#[derive(Default)]
struct All(Mutex<HashMap<String, Arc<Known>>>);

impl All {
    fn read(&self, pem: &str) -> Result<Arc<Known>, CertificateProblem> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(pem).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let certificate = Certificate::from_pem(pem)?;
        let read = Arc::new(Known { key: loader::load_spki_der(certificate.spki()).ok(), certificate });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(pem.to_owned(), read.clone());
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use homeward_simulator::{KeyKind, saml::Idp};

    use super::*;

    fn pem(name: &str) -> String {
        Idp::new(name, KeyKind::P256).unwrap().certificate_pem()
    }

    #[test]
    fn a_text_is_read_once_and_another_text_is_another_certificate() {
        let all = All::default();
        let [one, other] = ["https://one.example", "https://other.example"].map(pem);
        let read = all.read(&one).unwrap();
        assert!(Arc::ptr_eq(&read, &all.read(&one).unwrap()));
        assert_eq!(read.certificate, Certificate::from_pem(&one).unwrap());
        assert!(read.key.is_some());
        let second = all.read(&other).unwrap();
        assert_eq!(second.certificate, Certificate::from_pem(&other).unwrap());
        assert_ne!(second.certificate, read.certificate);
    }

    /// What cannot be read is not kept, and stays what it is.
    #[test]
    fn what_cannot_be_read_is_refused_each_time() {
        let all = All::default();
        for _ in 0..2 {
            let read = all.read("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
            assert_eq!(read.err(), Some(CertificateProblem::Unreadable));
        }
        assert!(all.0.lock().unwrap().is_empty());
    }

    #[test]
    fn no_more_than_so_many_are_kept() {
        let (all, pem) = (All::default(), pem("https://one.example"));
        let first = all.read(&pem).unwrap();
        // White space around it makes another text of the same certificate.
        for count in 1..=MOST {
            all.read(&format!("{pem}{}", "\n".repeat(count))).unwrap();
        }
        assert!(all.0.lock().unwrap().len() <= MOST);
        let again = all.read(&pem).unwrap();
        assert!(!Arc::ptr_eq(&first, &again), "it was let go");
        assert_eq!(first.certificate, again.certificate);
    }
}
