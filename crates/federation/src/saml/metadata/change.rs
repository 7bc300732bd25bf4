//! What metadata would change in a connection: shown before it happens, and the same list for a refresh.

use super::IdpMetadata;
use crate::saml::{certificate::Certificate, settings::{EndpointUrl, SamlSettings}};

/// A refresh named another provider (SM-05): nothing is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the metadata is now of {found}, not of {pinned}")]
pub struct EntityIdChanged {
    /// What the connection has.
    pub pinned: String,
    /// What the metadata says.
    pub found: String,
}

/// A part of a connection that metadata can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Sign-in address, HTTP-Redirect.
    SsoRedirect,
    /// Sign-in address, HTTP-POST.
    SsoPost,
    /// Logout address, HTTP-Redirect.
    SloRedirect,
    /// Logout address, HTTP-POST.
    SloPost,
    /// Address for answers to logout requests.
    SloResponse,
    /// A certificate; `now` or `new` is its SHA-256 thumbprint.
    Certificate,
}

/// One difference between what the connection has now and what is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub field: Field,
    /// What is there now.
    pub now: Option<String>,
    /// What would be there.
    pub new: Option<String>,
}

impl Change {
    /// Whether a key would become trusted: what a refresh never does by itself (SM-06).
    pub fn adds_key(&self) -> bool {
        self.field == Field::Certificate && self.new.is_some()
    }
}

/// Every difference between a connection and metadata of the same provider.
///
/// # Errors
/// When the metadata is of another provider.
pub fn changes(settings: &SamlSettings, metadata: &IdpMetadata) -> Result<Vec<Change>, EntityIdChanged> {
    if settings.idp_entity_id != metadata.entity_id {
        return Err(EntityIdChanged { pinned: settings.idp_entity_id.clone(), found: metadata.entity_id.clone() });
    }
    let text = |url: &Option<EndpointUrl>| url.as_ref().map(|url| url.as_str().to_owned());
    let pairs = [
        (Field::SsoRedirect, &settings.sso_redirect, &metadata.sso_redirect),
        (Field::SsoPost, &settings.sso_post, &metadata.sso_post),
        (Field::SloRedirect, &settings.slo_redirect, &metadata.slo_redirect),
        (Field::SloPost, &settings.slo_post, &metadata.slo_post),
        (Field::SloResponse, &settings.slo_response, &metadata.slo_response),
    ];
    let addresses = pairs.into_iter().filter(|(_, now, new)| now != new).map(|(field, now, new)| Change { field, now: text(now), new: text(new) });
    let now: Vec<Certificate> = settings.certificates.iter().filter_map(|pem| Certificate::from_pem(pem).ok()).collect();
    let missing = |from: &[Certificate], other: &Certificate| !from.iter().any(|one| one.der() == other.der());
    let gone = now.iter().filter(|one| missing(&metadata.certificates, one));
    let come = metadata.certificates.iter().filter(|one| missing(&now, one));
    let gone = gone.map(|one| Change { field: Field::Certificate, now: Some(one.sha256_thumbprint()), new: None });
    let come = come.map(|one| Change { field: Field::Certificate, now: None, new: Some(one.sha256_thumbprint()) });
    Ok(addresses.chain(gone).chain(come).collect())
}

/// The settings with what the metadata says; everything else stays.
///
/// # Errors
/// When the metadata is of another provider.
pub fn settings_with(settings: &SamlSettings, metadata: &IdpMetadata) -> Result<SamlSettings, EntityIdChanged> {
    changes(settings, metadata)?;
    Ok(SamlSettings {
        sso_redirect: metadata.sso_redirect.clone(),
        sso_post: metadata.sso_post.clone(),
        slo_redirect: metadata.slo_redirect.clone(),
        slo_post: metadata.slo_post.clone(),
        slo_response: metadata.slo_response.clone(),
        certificates: metadata.certificates.iter().map(Certificate::pem).collect(),
        ..settings.clone()
    })
}
