//! Enveloped signatures (XML Signature Syntax and Processing 1.1; SAML Core 5.4), as the signed element's child after its issuer.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{DS, SAML, SAMLP, text::{attribute, escape_text}};
use crate::key::{Algorithm, Hash, KeyKind, SigningKey};

/// How an element is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureForm {
    /// The algorithm; `None`: the key's usual one.
    pub algorithm: Option<Algorithm>,
    /// What the message says the algorithm is; `None`: the truth.
    pub claimed_algorithm: Option<String>,
    /// The hash of the reference.
    pub digest: Hash,
    /// How the element and SignedInfo are made canonical.
    pub canonicalization: Canonicalization,
    /// `PrefixList` of InclusiveNamespaces in the reference's transform; `None`: no such element.
    pub prefixes: Option<String>,
    /// `URI` of the reference.
    pub reference: Reference,
    /// The transforms, as XML; `None`: enveloped, then the canonicalisation.
    pub transforms: Option<String>,
    /// What SignatureMethod contains, as XML: `HMACOutputLength`.
    pub method_contents: String,
    /// What KeyInfo says.
    pub key_info: KeyInfo,
}

impl Default for SignatureForm {
    fn default() -> Self {
        Self {
            algorithm: None,
            claimed_algorithm: None,
            digest: Hash::Sha256,
            canonicalization: Canonicalization::Exclusive,
            prefixes: None,
            reference: Reference::Own,
            transforms: None,
            method_contents: String::new(),
            key_info: KeyInfo::Certificate,
        }
    }
}

/// What the signature says it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// `#` and the id of the signed element.
    Own,
    /// Another URI.
    Uri(String),
    /// No URI.
    Missing,
}

/// How a subtree is made text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canonicalization {
    /// Exclusive, comments left out: what SAML asks for.
    Exclusive,
    /// Exclusive with comments.
    ExclusiveWithComments,
    /// Canonical XML 1.0.
    Inclusive10,
    /// Canonical XML 1.1.
    Inclusive11,
}

impl Canonicalization {
    /// Its identifier.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Exclusive => "http://www.w3.org/2001/10/xml-exc-c14n#",
            Self::ExclusiveWithComments => "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
            Self::Inclusive10 => "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            Self::Inclusive11 => "http://www.w3.org/2006/12/xml-c14n11",
        }
    }
    fn inclusive(self) -> bool {
        matches!(self, Self::Inclusive10 | Self::Inclusive11)
    }
}

/// What KeyInfo says. Nobody should believe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyInfo {
    /// The certificate of the signing key.
    Certificate,
    /// Another certificate, in DER.
    OtherCertificate(Vec<u8>),
    /// The bare public key.
    KeyValue,
    /// Any XML.
    Raw(String),
    /// No KeyInfo.
    Missing,
}

/// Which element is signed and where it stands.
pub(super) struct Signing<'a> {
    /// The key.
    pub key: &'a SigningKey,
    /// How.
    pub form: &'a SignatureForm,
    /// The id of the signed element.
    pub id: &'a str,
    /// The namespaces around the Signature, for inclusive canonicalisation: those of the element, and those of what it stands in.
    pub own: &'a [(&'a str, &'a str)],
    /// Namespaces that only the surroundings declare.
    pub around: &'a [(&'a str, &'a str)],
}

impl Signing<'_> {
    /// The Signature element over `text`, the signed element without its signature.
    pub fn element(&self, text: &str) -> String {
        let digest = STANDARD.encode(self.form.digest.of(self.canonical(text).as_bytes()));
        let info = self.signed_info(&digest);
        let mut scope: Vec<_> = self.own.iter().chain(self.around).copied().filter(|_| self.form.canonicalization.inclusive()).collect();
        scope.push(("ds", DS));
        scope.sort_unstable();
        let canonical = format!("<ds:SignedInfo{}>{info}</ds:SignedInfo>", declarations(&scope));
        let algorithm = self.form.algorithm.clone().unwrap_or_else(|| self.key.usual());
        let value = STANDARD.encode(self.key.sign(&algorithm, canonical.as_bytes()));
        let key_info = self.form.key_info.text(self.key);
        format!("<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo>{info}</ds:SignedInfo><ds:SignatureValue>{value}</ds:SignatureValue>{key_info}</ds:Signature>")
    }

    fn canonical(&self, text: &str) -> String {
        if !self.form.canonicalization.inclusive() || self.around.is_empty() {
            return text.to_owned();
        }
        // The element declares `saml`; what is around it sorts after that.
        let declared = declarations(self.own.get(..1).unwrap_or_default());
        text.replacen(&declared, &(declared.clone() + &declarations(self.around)), 1)
    }

    fn signed_info(&self, digest: &str) -> String {
        let form = self.form;
        let algorithm = form.algorithm.clone().unwrap_or_else(|| self.key.usual());
        let method = form.claimed_algorithm.clone().unwrap_or_else(|| algorithm_uri(&algorithm, self.key.kind()).to_owned());
        let canonicalization = form.canonicalization.uri();
        let transforms = form.transforms.clone().unwrap_or_else(|| {
            let prefixes = form.prefixes.as_ref().map(|list| {
                format!("<ec:InclusiveNamespaces xmlns:ec=\"{}\"{}></ec:InclusiveNamespaces>", Canonicalization::Exclusive.uri(), attribute("PrefixList", Some(list)))
            });
            format!(
                "<ds:Transform Algorithm=\"{DS}enveloped-signature\"></ds:Transform><ds:Transform Algorithm=\"{canonicalization}\">{}</ds:Transform>",
                prefixes.unwrap_or_default()
            )
        });
        let uri = match &form.reference {
            Reference::Own => Some(format!("#{}", self.id)),
            Reference::Uri(uri) => Some(uri.clone()),
            Reference::Missing => None,
        };
        format!(
            "<ds:CanonicalizationMethod Algorithm=\"{canonicalization}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod{}>{}</ds:SignatureMethod>\
             <ds:Reference{}><ds:Transforms>{transforms}</ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>",
            attribute("Algorithm", Some(&method)),
            form.method_contents,
            attribute("URI", uri.as_deref()),
            digest_uri(form.digest),
        )
    }
}

/// Namespaces of an assertion that stands in a response.
pub(super) const IN_ASSERTION: &[(&str, &str)] = &[("saml", SAML)];
/// Namespaces of a response or another protocol message.
pub(super) const IN_PROTOCOL: &[(&str, &str)] = &[("samlp", SAMLP)];

fn declarations(scope: &[(&str, &str)]) -> String {
    scope.iter().map(|(prefix, uri)| format!(" xmlns:{prefix}=\"{uri}\"")).collect()
}

impl KeyInfo {
    pub(super) fn text(&self, key: &SigningKey) -> String {
        let certificate = |der: &[u8]| format!("<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>", STANDARD.encode(der));
        let inner = match self {
            Self::Certificate => certificate(key.certificate()),
            Self::OtherCertificate(der) => certificate(der),
            Self::KeyValue => key_value(key),
            Self::Raw(text) => text.clone(),
            Self::Missing => return String::new(),
        };
        format!("<ds:KeyInfo>{inner}</ds:KeyInfo>")
    }
}

fn key_value(key: &SigningKey) -> String {
    let Some((modulus, exponent)) = key.rsa_public() else {
        return format!("<ds:KeyName>{}</ds:KeyName>", escape_text("no RSA key"));
    };
    format!(
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{}</ds:Modulus><ds:Exponent>{}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>",
        STANDARD.encode(modulus),
        STANDARD.encode(exponent)
    )
}

/// The identifier of an algorithm (RFC 9231).
pub fn algorithm_uri(algorithm: &Algorithm, kind: KeyKind) -> &'static str {
    match (algorithm, kind) {
        (Algorithm::Rsa(Hash::Sha1), _) => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        (Algorithm::Rsa(Hash::Sha256), _) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        (Algorithm::Rsa(Hash::Sha384), _) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        (Algorithm::Rsa(Hash::Sha512), _) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        (Algorithm::RsaPss(Hash::Sha1 | Hash::Sha256), _) => "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
        (Algorithm::RsaPss(Hash::Sha384), _) => "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
        (Algorithm::RsaPss(Hash::Sha512), _) => "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
        (Algorithm::Ecdsa | Algorithm::EcdsaDer, KeyKind::P384) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        (Algorithm::Ecdsa | Algorithm::EcdsaDer, _) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        (Algorithm::Hmac(Hash::Sha1, _), _) => "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        (Algorithm::Hmac(Hash::Sha256, _), _) => "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        (Algorithm::Hmac(Hash::Sha384, _), _) => "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384",
        (Algorithm::Hmac(Hash::Sha512, _), _) => "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512",
    }
}

/// The identifier of a hash.
pub fn digest_uri(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
        Hash::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
        Hash::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
        Hash::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
    }
}
