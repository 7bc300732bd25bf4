//! What a provider publishes of itself, read anew from time to time: SAML metadata under an address, the discovery document of an OpenID
//! Provider. What is new in it waits for an administrator's word: a key is never trusted, and nobody is sent anywhere, because an address
//! says so (SM-05, SM-06, OR-19).
//!
//! A connection may say by a switch of its own that it takes over by itself what a key signed that it trusts already. What nobody signed
//! never is, whatever it changes, nor what somebody has refused, nor what brings a key back that was taken out here (SK-20).

use aws_lc_rs::digest;
use homeward_egress::Conditions;
use homeward_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ConnectionSettings,
    connection::Protocol,
    oidc::{Endpoints, OidcSettings},
    saml::{
        EndpointUrl, SamlSettings,
        certificate::Certificate,
        metadata::{self, Change},
    },
};

/// So many keys that were taken out are remembered of one connection.
const MOST_REMOVED: usize = 200;

/// So many digests of what was refused are remembered beside the last refusal: two of metadata, which has one for its bytes and one for what it says.
const MOST_REFUSED_BEFORE: usize = 30;

/// What happens to metadata that has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataRefresh {
    /// It waits for an administrator.
    #[default]
    ByHand,
    /// It is taken over when a key signed it that is trusted already, unless it brings a key back that was taken out here.
    WhenTrusted,
}

/// What is kept of the reading of one connection's metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refreshed {
    /// When it was asked for last.
    pub asked_at: Option<Timestamp>,
    /// When it came for the last time.
    pub good_at: Option<Timestamp>,
    /// Why it did not come the last time.
    pub failed: Option<String>,
    /// `ETag` of the last answer.
    #[serde(default)]
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    #[serde(default)]
    pub last_modified: Option<String>,
    /// What waits for a word.
    pub staged: Option<Staged>,
    /// SHA-256 of what an administrator has refused last: it is not shown again.
    #[serde(default)]
    pub refused: Option<String>,
    /// Endpoints of an OpenID Provider that wait for a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<StagedEndpoints>,
    /// SHA-256 of what refused metadata says: signed or written anew, the same is still refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_says: Option<String>,
    /// Both digests of what was refused before that, the newest last: a provider that goes back and forth between two documents is not shown again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_before: Vec<String>,
    /// SHA-256 of the public keys that were trusted and were taken out: only an administrator brings one back (SK-20).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

impl Refreshed {
    /// With what a change of the settings takes out, whoever makes it.
    #[must_use]
    pub fn changed(mut self, from: Option<&ConnectionSettings>, to: Option<&ConnectionSettings>) -> Self {
        let now = to.map(keys).unwrap_or_default();
        let gone = from.map(keys).unwrap_or_default();
        let new: Vec<String> = gone.into_iter().filter(|one| !self.removed.contains(one)).collect();
        self.removed.extend(new);
        self.removed.retain(|one| !now.contains(one));
        let over = self.removed.len().saturating_sub(MOST_REMOVED);
        self.removed.drain(..over);
        self
    }
    /// Whether a change of the settings would bring back a key that was taken out (SK-20).
    pub fn brings_back(&self, from: Option<&ConnectionSettings>, to: &ConnectionSettings) -> bool {
        let present = from.map(keys).unwrap_or_default();
        keys(to).iter().any(|one| self.removed.contains(one) && !present.contains(one))
    }
    /// With a refusal: `says` is what metadata says, however it is written. The last sixteen are remembered.
    pub(crate) fn refuse(&mut self, digest: String, says: Option<String>) {
        let says = says.filter(|says| !says.is_empty());
        let before = [self.refused.replace(digest), says.and_then(|says| self.refused_says.replace(says))];
        for one in before.into_iter().flatten() {
            self.refused_before.retain(|kept| *kept != one);
            self.refused_before.push(one);
        }
        let over = self.refused_before.len().saturating_sub(MOST_REFUSED_BEFORE);
        self.refused_before.drain(..over);
    }
    /// What was refused once and has been entered since, by whoever may, is refused no more: it may come back like anything else.
    pub fn entered(&mut self, digests: &[String]) {
        // The last refusal has two names.
        if self.refused_says.as_ref().is_some_and(|says| digests.contains(says)) {
            (self.refused, self.refused_says) = (None, None);
        }
        self.refused = self.refused.take().filter(|one| !digests.contains(one));
        self.refused_before.retain(|one| !digests.contains(one));
    }
    /// The same for metadata that says what the settings have already.
    pub(crate) fn entered_metadata(&mut self, settings: &SamlSettings, bytes: &[u8], now: Timestamp) {
        let read = metadata::read(bytes, Some(&settings.idp_entity_id), now).ok().and_then(|read| metadata::settings_with(settings, &read).ok());
        self.entered(&[Some(hex(bytes)), read.as_ref().map(says)].into_iter().flatten().collect::<Vec<_>>());
    }
    /// Whether anything is refused.
    pub(crate) fn refuses(&self) -> bool {
        self.refused.is_some() || !self.refused_before.is_empty()
    }
    /// Whether somebody has refused what has this digest.
    fn has_refused(&self, digest: &str) -> bool {
        [&self.refused, &self.refused_says].into_iter().flatten().chain(&self.refused_before).any(|one| one == digest)
    }
    /// Since when something waits for a word that a connection of this protocol could take over.
    pub fn waiting(&self, protocol: &Protocol) -> Option<Timestamp> {
        match protocol {
            Protocol::Saml(_) => self.staged.as_ref().map(|staged| staged.at),
            Protocol::Oidc(_) => self.endpoints.as_ref().map(|staged| staged.at),
        }
    }
    /// For the next request. What waits is asked for whole, so that it is replaced by what is newer.
    pub fn conditions(&self) -> Conditions {
        Conditions { etag: self.etag.clone(), last_modified: self.last_modified.clone() }
    }
}

/// The public keys of a connection, by their digests.
fn keys(settings: &ConnectionSettings) -> Vec<String> {
    match &settings.protocol {
        Protocol::Saml(saml) => keys_of(saml),
        Protocol::Oidc(_) => Vec::new(),
    }
}

fn keys_of(saml: &SamlSettings) -> Vec<String> {
    saml.certificates.iter().filter_map(|pem| Certificate::from_pem(pem).ok()).map(|one| key(&one)).collect()
}

/// A key, whoever certified it and how often.
fn key(certificate: &Certificate) -> String {
    hex(certificate.spki())
}

fn hex(bytes: &[u8]) -> String {
    digest::digest(&digest::SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What metadata says, by its digest: everything that a connection takes of it, however it is written and signed.
fn says(taken: &SamlSettings) -> String {
    let addresses = [&taken.sso_redirect, &taken.sso_post, &taken.slo_redirect, &taken.slo_post, &taken.slo_response];
    let lines = addresses.into_iter().map(|address| address.as_ref().map_or("", EndpointUrl::as_str)).chain(taken.certificates.iter().map(String::as_str));
    hex(lines.collect::<Vec<_>>().join("\n\n").as_bytes())
}

/// Metadata that waits for a word, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// When it came.
    pub at: Timestamp,
    /// The metadata.
    pub xml: String,
    /// Its SHA-256, in hexadecimal: what an administrator accepts or refuses.
    pub digest: String,
    /// Whether a key of the connection signed it.
    pub signed: bool,
    /// SHA-256 of what it says, however it is written and signed.
    #[serde(default)]
    pub says: String,
    /// Whether it lists a key that was taken out here (SK-20).
    #[serde(default)]
    pub brings_back: bool,
}

/// Endpoints of an OpenID Provider that wait for a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedEndpoints {
    /// When they were read.
    pub at: Timestamp,
    /// What the discovery document says.
    pub endpoints: Endpoints,
}

/// What becomes of the endpoints of a discovery document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointsVerdict {
    /// They are the accepted ones.
    Same,
    /// Nothing was accepted yet: these are taken.
    First(Endpoints),
    /// They were refused before.
    Refused,
    /// They wait.
    Wait(StagedEndpoints),
}

/// Judges the endpoints that a connection's provider publishes.
pub fn judge_endpoints(settings: &OidcSettings, published: Endpoints, kept: &Refreshed, now: Timestamp) -> EndpointsVerdict {
    match settings.accepted() {
        None => EndpointsVerdict::First(published),
        Some(accepted) if *accepted == published => EndpointsVerdict::Same,
        Some(_) if kept.has_refused(&published.digest()) => EndpointsVerdict::Refused,
        Some(_) => {
            // What waits already waits since it came.
            let at = kept.endpoints.as_ref().filter(|staged| staged.endpoints == published).map_or(now, |staged| staged.at);
            EndpointsVerdict::Wait(StagedEndpoints { at, endpoints: published })
        }
    }
}

/// What becomes of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It says what is entered already.
    Same,
    /// It was refused before.
    Refused,
    /// It waits.
    Wait(Staged),
    /// The connection's own switch takes it over.
    Take(Box<SamlSettings>, Vec<Change>),
}

/// Judges metadata of a connection's address.
///
/// # Errors
/// In a word or two, why nothing of it can be used: it is another provider's, over, or no metadata.
pub fn judge(settings: &SamlSettings, bytes: &[u8], kept: &Refreshed, now: Timestamp) -> Result<Verdict, String> {
    let signed = metadata::signed_text(bytes, settings, now);
    // What a key signed is read from the very bytes that it signed.
    let read = metadata::read(signed.as_ref().map_or(bytes, |text| text.as_bytes()), Some(&settings.idp_entity_id), now).map_err(|e| e.to_string())?;
    let changes = metadata::changes(settings, &read).map_err(|e| e.to_string())?;
    if changes.is_empty() {
        return Ok(Verdict::Same);
    }
    let (digest, taken) = (hex(bytes), metadata::settings_with(settings, &read).map_err(|e| e.to_string())?);
    let says = says(&taken);
    // Before everything else: what somebody has refused is refused, whatever the switch says by now.
    if kept.has_refused(&digest) || kept.has_refused(&says) {
        return Ok(Verdict::Refused);
    }
    let present = keys_of(settings);
    let brings_back = read.certificates.iter().map(key).any(|key| kept.removed.contains(&key) && !present.contains(&key));
    if settings.refresh == MetadataRefresh::WhenTrusted && signed.is_some() && !brings_back {
        return Ok(Verdict::Take(Box::new(taken), changes));
    }
    let xml = String::from_utf8(bytes.to_vec()).map_err(|_| "it is not UTF-8".to_owned())?;
    Ok(Verdict::Wait(Staged { at: now, xml, digest, signed: signed.is_some(), says, brings_back }))
}

/// What staged metadata would change in the connection as it is now, and the settings with it.
///
/// # Errors
/// Why it cannot be used any more.
pub fn preview(settings: &SamlSettings, staged: &Staged, now: Timestamp) -> Result<(Vec<Change>, SamlSettings), String> {
    let bytes = staged.xml.as_bytes();
    let signed = metadata::signed_text(bytes, settings, now);
    let read = metadata::read(signed.as_ref().map_or(bytes, |text| text.as_bytes()), Some(&settings.idp_entity_id), now).map_err(|e| e.to_string())?;
    let changes = metadata::changes(settings, &read).map_err(|e| e.to_string())?;
    let taken = metadata::settings_with(settings, &read).map_err(|e| e.to_string())?;
    Ok((changes, taken))
}
