//! Takes out of libxmlsec1, once for the whole process, what a SAML signature never needs: reading of files and addresses, and every
//! transform but the enveloped signature, exclusive canonicalisation and the methods with RSA, ECDSA and SHA.
//!
//! Its messages go nowhere: each certificate that does not fit would write to the standard error stream.

use std::{ffi::c_void, sync::OnceLock};

use samael::crypto::{CertificateDer, Crypto, CryptoProvider, ReduceMode};

type Klass = *const c_void;

unsafe extern "C" {
    fn xmlSecIOCleanupCallbacks();
    fn xmlSecErrorsSetCallback(callback: Option<unsafe extern "C" fn()>);
    fn xmlSecErrorsDefaultCallbackEnableOutput(enabled: i32);
    fn xmlSecTransformIdsGet() -> *mut c_void;
    fn xmlSecPtrListEmpty(list: *mut c_void);
    fn xmlSecTransformIdsRegister(id: Klass) -> i32;
    fn xmlSecTransformEnvelopedGetKlass() -> Klass;
    fn xmlSecTransformExclC14NGetKlass() -> Klass;
    fn xmlSecOpenSSLTransformSha1GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformSha256GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformSha384GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformSha512GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformRsaSha1GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformRsaSha256GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformRsaSha384GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformRsaSha512GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformEcdsaSha256GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformEcdsaSha384GetKlass() -> Klass;
    fn xmlSecOpenSSLTransformEcdsaSha512GetKlass() -> Klass;
}

/// Whether the library is hardened; does it at the first call.
pub(crate) fn done() -> bool {
    static DONE: OnceLock<bool> = OnceLock::new();
    *DONE.get_or_init(harden)
}

fn harden() -> bool {
    // samael initialises xmlsec at its first use. It must happen before, or the defaults would be registered again afterwards. Nothing
    // of this document can be verified; only the initialisation counts.
    let warm = r#"<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Signature/></a>"#;
    // The initialisation puts the library's own writer back, so that writer is told to be silent.
    // SAFETY: sets one flag of the library; no other thread uses the library before `done` has returned.
    unsafe { xmlSecErrorsDefaultCallbackEnableOutput(0) };
    let _ = Crypto::reduce_xml_to_signed(warm, &[CertificateDer::from(vec![0u8])], ReduceMode::PreDigest);
    // SAFETY: the library is initialised; these calls change its global lists, and no other thread uses them before `done` has returned. The
    // classes are static objects of the library.
    unsafe {
        xmlSecErrorsSetCallback(None);
        xmlSecIOCleanupCallbacks();
        xmlSecPtrListEmpty(xmlSecTransformIdsGet());
        [
            xmlSecTransformEnvelopedGetKlass(),
            xmlSecTransformExclC14NGetKlass(),
            xmlSecOpenSSLTransformSha1GetKlass(),
            xmlSecOpenSSLTransformSha256GetKlass(),
            xmlSecOpenSSLTransformSha384GetKlass(),
            xmlSecOpenSSLTransformSha512GetKlass(),
            xmlSecOpenSSLTransformRsaSha1GetKlass(),
            xmlSecOpenSSLTransformRsaSha256GetKlass(),
            xmlSecOpenSSLTransformRsaSha384GetKlass(),
            xmlSecOpenSSLTransformRsaSha512GetKlass(),
            xmlSecOpenSSLTransformEcdsaSha256GetKlass(),
            xmlSecOpenSSLTransformEcdsaSha384GetKlass(),
            xmlSecOpenSSLTransformEcdsaSha512GetKlass(),
        ]
        .into_iter()
        .all(|class| xmlSecTransformIdsRegister(class) == 0)
    }
}
