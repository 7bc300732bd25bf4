//! Signatures over the query of the HTTP-Redirect binding (SAML Bindings 3.4.4.1), with a connection's keys only.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};

use super::{
    algorithm::{ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512, RSA_SHA1, RSA_SHA256, RSA_SHA384, RSA_SHA512},
    certificate::PublicKeyKind,
    signature::TrustedKeys,
};

/// Whether one of the keys made `signature` over `message` with the algorithm of this identifier.
///
/// # Errors
/// `sig.algorithm` when it is not on our list, `sig.untrusted_key` when no key fits.
pub fn verify(algorithm: &str, message: &[u8], signature: &[u8], keys: &TrustedKeys) -> Result<(), &'static str> {
    let known = [RSA_SHA256, RSA_SHA384, RSA_SHA512, ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512];
    let allowed = known.contains(&algorithm) || (algorithm == RSA_SHA1 && keys.sha1());
    if !allowed {
        return Err("sig.algorithm");
    }
    let made = keys.certificates().any(|certificate| {
        method(algorithm, certificate.key()).is_some_and(|method| UnparsedPublicKey::new(method, certificate.public_key()).verify(message, signature).is_ok())
    });
    if made { Ok(()) } else { Err("sig.untrusted_key") }
}

/// The key decides together with the identifier; neither alone.
pub(super) fn method(algorithm: &str, key: PublicKeyKind) -> Option<&'static dyn VerificationAlgorithm> {
    match (algorithm, key) {
        (RSA_SHA256, PublicKeyKind::Rsa(_)) => Some(&RSA_PKCS1_2048_8192_SHA256),
        (RSA_SHA384, PublicKeyKind::Rsa(_)) => Some(&RSA_PKCS1_2048_8192_SHA384),
        (RSA_SHA512, PublicKeyKind::Rsa(_)) => Some(&RSA_PKCS1_2048_8192_SHA512),
        (RSA_SHA1, PublicKeyKind::Rsa(_)) => Some(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        (ECDSA_SHA256, PublicKeyKind::P256) => Some(&ECDSA_P256_SHA256_FIXED),
        (ECDSA_SHA384, PublicKeyKind::P384) => Some(&ECDSA_P384_SHA384_FIXED),
        (ECDSA_SHA512, PublicKeyKind::P521) => Some(&ECDSA_P521_SHA512_FIXED),
        _ => None,
    }
}
