//! Reads a provider's metadata.

use homeward_model::Timestamp;
use roxmltree::Node;

use crate::saml::{
    algorithm::{DS, MD, POST, REDIRECT, SAMLP},
    certificate::{Certificate, CertificateProblem, decode},
    guard, instant, lexer,
    settings::EndpointUrl,
};

/// What a provider says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdpMetadata {
    /// Its entity ID.
    pub entity_id: String,
    /// Single sign-on, HTTP-Redirect.
    pub sso_redirect: Option<EndpointUrl>,
    /// Single sign-on, HTTP-POST.
    pub sso_post: Option<EndpointUrl>,
    /// Single logout, HTTP-Redirect.
    pub slo_redirect: Option<EndpointUrl>,
    /// Single logout, HTTP-POST.
    pub slo_post: Option<EndpointUrl>,
    /// Where answers to its logout requests go, when that is another address.
    pub slo_response: Option<EndpointUrl>,
    /// Certificates for signing (`use="signing"`, or without `use`), each key once. Never those for encryption only (SK-17).
    pub certificates: Vec<Certificate>,
    /// Signing certificates that cannot be used, and why.
    pub unusable: Vec<CertificateProblem>,
    /// Until when this metadata holds.
    pub valid_until: Option<Timestamp>,
    /// It wants requests to be signed.
    pub wants_signed_requests: bool,
    /// NameID formats that it offers.
    pub name_id_formats: Vec<String>,
}

/// Why metadata was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataProblem {
    /// Not XML that we read; the code says why (`xml.doctype`, `xml.too_large`, …).
    #[error("this is not metadata that can be read ({0})")]
    Unreadable(&'static str),
    /// The root is something else.
    #[error("this is not SAML metadata")]
    NotMetadata,
    /// Several providers: choose one.
    #[error("this metadata describes several identity providers; choose one of them")]
    Several(Vec<String>),
    /// No identity provider in it, for example the metadata of a service provider, or only SAML 1.1.
    #[error("this metadata describes no SAML 2.0 identity provider")]
    NoProvider,
    /// No entity ID, or one that is too long.
    #[error("the provider in this metadata has no entity ID")]
    NoEntityId,
    /// It is over.
    #[error("this metadata was valid until {0}")]
    Expired(String),
    /// An address that nobody should be sent to.
    #[error("the address {0} in this metadata cannot be used: it must begin with https://")]
    Address(String),
    /// No sign-in address with a binding that we speak.
    #[error("this metadata has no sign-in address for HTTP-Redirect or HTTP-POST")]
    NoSignInAddress,
    /// No certificate for signing that can be used.
    #[error("this metadata has no signing certificate that can be used")]
    NoCertificate,
}

/// Reads metadata; of several providers the one named `wanted`.
///
/// # Errors
/// The first thing that is wrong. Nothing is taken in part.
pub fn read(bytes: &[u8], wanted: Option<&str>, now: Timestamp) -> Result<IdpMetadata, MetadataProblem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let text = lexer::scan(bytes, lexer::METADATA).map_err(MetadataProblem::Unreadable)?;
    let document = guard::parse(text).map_err(MetadataProblem::Unreadable)?;
    let root = document.root_element();
    let entity = choose(root, wanted)?;
    let until = [root, entity].into_iter().filter_map(|node| node.attribute("validUntil"));
    let mut valid_until = None;
    for text in until {
        let at = instant::parse(text).ok_or(MetadataProblem::Unreadable("time.valid_until"))?;
        valid_until = Some(valid_until.map_or(at, |earlier: Timestamp| earlier.min(at)));
    }
    if let Some(over) = valid_until.filter(|until| *until <= now) {
        return Err(MetadataProblem::Expired(instant::write(over)));
    }
    let entity_id = entity.attribute("entityID").filter(|id| !id.is_empty() && id.len() <= 1024).ok_or(MetadataProblem::NoEntityId)?;
    let role = role(entity).ok_or(MetadataProblem::NoProvider)?;
    let (certificates, unusable) = certificates(role)?;
    let read = IdpMetadata {
        entity_id: entity_id.to_owned(),
        sso_redirect: endpoint(role, "SingleSignOnService", REDIRECT, "Location")?,
        sso_post: endpoint(role, "SingleSignOnService", POST, "Location")?,
        slo_redirect: endpoint(role, "SingleLogoutService", REDIRECT, "Location")?,
        slo_post: endpoint(role, "SingleLogoutService", POST, "Location")?,
        slo_response: match endpoint(role, "SingleLogoutService", REDIRECT, "ResponseLocation")? {
            Some(url) => Some(url),
            // One of the other binding is none of the address that we answer at.
            None if endpoint(role, "SingleLogoutService", REDIRECT, "Location")?.is_some() => None,
            None => endpoint(role, "SingleLogoutService", POST, "ResponseLocation")?,
        },
        certificates,
        unusable,
        valid_until,
        wants_signed_requests: matches!(role.attribute("WantAuthnRequestsSigned"), Some("true" | "1")),
        name_id_formats: role.children().filter(|n| n.has_tag_name((MD, "NameIDFormat"))).filter_map(|n| n.text()).map(|t| t.trim().to_owned()).collect(),
    };
    if read.sso_redirect.is_none() && read.sso_post.is_none() {
        return Err(MetadataProblem::NoSignInAddress);
    }
    if read.certificates.is_empty() {
        return Err(MetadataProblem::NoCertificate);
    }
    Ok(read)
}

/// The entity that is meant.
fn choose<'a, 'i>(root: Node<'a, 'i>, wanted: Option<&str>) -> Result<Node<'a, 'i>, MetadataProblem> {
    if root.has_tag_name((MD, "EntityDescriptor")) {
        return Ok(root);
    }
    if !root.has_tag_name((MD, "EntitiesDescriptor")) {
        return Err(MetadataProblem::NotMetadata);
    }
    let providers: Vec<Node<'a, 'i>> = root.children().filter(|n| n.has_tag_name((MD, "EntityDescriptor")) && role(*n).is_some()).collect();
    match (providers.as_slice(), wanted) {
        ([], _) => Err(MetadataProblem::NoProvider),
        ([only], None) => Ok(*only),
        (several, wanted) => {
            let mut named = several.iter().filter(|n| wanted.is_some() && n.attribute("entityID") == wanted);
            match (named.next(), named.next()) {
                (Some(only), None) => Ok(*only),
                _ => Err(MetadataProblem::Several(several.iter().filter_map(|n| n.attribute("entityID")).map(str::to_owned).take(200).collect())),
            }
        }
    }
}

/// The role of an identity provider that speaks SAML 2.0.
fn role<'a, 'i>(entity: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    let speaks = |n: &Node<'_, '_>| n.attribute("protocolSupportEnumeration").is_some_and(|all| all.split_ascii_whitespace().any(|one| one == SAMLP));
    entity.children().find(|n| n.has_tag_name((MD, "IDPSSODescriptor")) && speaks(n))
}

fn endpoint(role: Node<'_, '_>, name: &str, binding: &str, attribute: &str) -> Result<Option<EndpointUrl>, MetadataProblem> {
    let mut found = role.children().filter(|n| n.has_tag_name((MD, name)) && n.attribute("Binding") == Some(binding));
    match found.next().and_then(|node| node.attribute(attribute)) {
        None => Ok(None),
        Some(url) => EndpointUrl::parse(url).map(Some).ok_or_else(|| MetadataProblem::Address(url.chars().filter(|c| !c.is_control()).take(200).collect())),
    }
}

type Certificates = (Vec<Certificate>, Vec<CertificateProblem>);

fn certificates(role: Node<'_, '_>) -> Result<Certificates, MetadataProblem> {
    let (mut good, mut bad): Certificates = (Vec::new(), Vec::new());
    let signing = role.children().filter(|n| n.has_tag_name((MD, "KeyDescriptor")) && matches!(n.attribute("use"), None | Some("signing")));
    let carried = signing.flat_map(|n| n.descendants()).filter(|n| n.has_tag_name((DS, "X509Certificate")));
    for text in carried.map(|n| n.text().unwrap_or_default()).take(50) {
        match decode(text).ok_or(CertificateProblem::Unreadable).and_then(|der| Certificate::from_der(&der)) {
            Ok(certificate) if good.iter().any(|known| known.der() == certificate.der()) => {}
            Ok(certificate) => good.push(certificate),
            Err(problem) => bad.push(problem),
        }
    }
    Ok((good, bad))
}
