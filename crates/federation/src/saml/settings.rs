//! What an account's administrator enters for a SAML provider. The defaults are the strict ones; what is laxer has a name and an end.

use homeward_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{connection::Until, refresh::MetadataRefresh, saml::certificate};

/// What the administrator enters for a SAML provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamlSettings {
    /// The provider's entity ID, exact (SAML Core 8.3.6). Compared byte by byte.
    pub idp_entity_id: String,
    /// Its single sign-on service, HTTP-Redirect binding. Preferred when both are there.
    #[serde(default)]
    pub sso_redirect: Option<EndpointUrl>,
    /// Its single sign-on service, HTTP-POST binding.
    #[serde(default)]
    pub sso_post: Option<EndpointUrl>,
    /// Its single logout service, HTTP-Redirect binding.
    #[serde(default)]
    pub slo_redirect: Option<EndpointUrl>,
    /// Its single logout service, HTTP-POST binding.
    #[serde(default)]
    pub slo_post: Option<EndpointUrl>,
    /// Where answers to its logout requests go, when that is another address (`ResponseLocation`, SAML Metadata 2.2.2).
    #[serde(default)]
    pub slo_response: Option<EndpointUrl>,
    /// Certificates whose keys may sign, as PEM; several may hold at once. Without one, every answer is refused.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Whether and with which kind of key requests are signed.
    #[serde(default)]
    pub request_signing: RequestSigning,
    /// The NameID format to ask for; nothing is asked for when absent.
    #[serde(default)]
    pub name_id_format: Option<NameIdFormat>,
    /// Authentication context classes to ask for and to insist on (SAML Core 3.3.2.2.1, comparison `exact`).
    #[serde(default)]
    pub requested_authn_context: Vec<String>,
    /// Context classes, or values of the attribute `authnmethodsreferences`, that count as a second factor at this provider.
    #[serde(default = "usual_second_factors")]
    pub second_factor_contexts: Vec<String>,
    /// What must be signed.
    #[serde(default)]
    pub signed: Signed,
    /// An identity of ours that only this connection uses (B-180, B-181).
    #[serde(default)]
    pub own_identity: Option<OwnIdentity>,
    /// Where the provider publishes its metadata; read anew from time to time.
    #[serde(default)]
    pub metadata_url: Option<EndpointUrl>,
    /// What happens to metadata that has changed there.
    #[serde(default)]
    pub refresh: MetadataRefresh,
    /// Refuse a certificate outside its validity. Off: a pinned key is trusted because it is pinned (SAML V2.0 Metadata
    /// Interoperability Profile 2.6.1), and the expiry is announced.
    #[serde(default)]
    pub require_valid_certificate: bool,
    /// What is laxer than it should be, and until when.
    #[serde(default)]
    pub relaxations: Relaxations,
}

/// REFEDS, Microsoft, and the classes of SAML Authentication Context that name two factors or a token.
fn usual_second_factors() -> Vec<String> {
    [
        "https://refeds.org/profile/mfa",
        "http://schemas.microsoft.com/claims/multipleauthn",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Whether requests are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestSigning {
    /// With our present key, as it is; one that is made is RSA.
    #[default]
    WithOurKey,
    /// The same, said out loud: `rsa-sha256`.
    RsaSha256,
    /// With our present key; one that is made from now on is elliptic: `ecdsa-sha256`. A key that is there signs until it is replaced.
    EcdsaSha256,
    /// Not at all.
    Unsigned,
}

impl RequestSigning {
    /// The word that stands in configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::WithOurKey => "with_our_key",
            Self::RsaSha256 => "rsa_sha256",
            Self::EcdsaSha256 => "ecdsa_sha256",
            Self::Unsigned => "unsigned",
        }
    }
}

/// Formats of a NameID that we ask for (SAML Core 8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameIdFormat {
    /// `persistent`: an opaque name that stays.
    Persistent,
    /// `emailAddress`.
    EmailAddress,
    /// `unspecified`.
    Unspecified,
    /// `transient`: another name every time; it can never be bound.
    Transient,
}

impl NameIdFormat {
    /// The identifier in messages.
    pub const fn urn(self) -> &'static str {
        match self {
            Self::Persistent => "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            Self::EmailAddress => "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
            Self::Unspecified => "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
            Self::Transient => "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        }
    }
}

/// What must be signed. "Nothing" cannot be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signed {
    /// The assertion.
    #[default]
    Assertion,
    /// The response around it.
    Response,
    /// Both.
    Both,
    /// One of them; when both are, both must be good.
    Either,
}

/// An identity of ours for one connection, so that it can be taken over from another product without touching the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnIdentity {
    /// Our entity ID towards this provider.
    pub entity_id: Option<String>,
    /// Path of our assertion consumer service, beginning with `/`, for example `/sp/ACS.saml2`.
    pub acs_path: Option<String>,
    /// Path of our single logout service, as the provider knows it from the product before, for example `/sp/SLO.saml2`; our usual one when left out.
    /// Messages of signing out count there, and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slo_path: Option<String>,
    /// Scheme and host under which the provider knows these paths, for example `https://ssoeuro.example.com`; ours when left out. The
    /// host leads to us, and what is sent there is sent on to our own before it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acs_origin: Option<EndpointUrl>,
}

impl OwnIdentity {
    /// Whether it can be an identity.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), SettingsProblem> {
        if self.entity_id.as_deref().is_some_and(|id| id.is_empty() || id.len() > 1024 || id.chars().any(|c| c.is_whitespace() || c.is_control())) {
            return Err(SettingsProblem::OwnEntityId);
        }
        let is_path = |path: &str| path.starts_with('/') && !path.starts_with("//") && !path.contains(['?', '#', '\\', '%']) && !path.contains(|c: char| c.is_whitespace() || c.is_control());
        let (acs, slo) = (self.acs_path.as_deref(), self.slo_path.as_deref());
        if acs.is_some_and(|path| !is_path(path)) {
            return Err(SettingsProblem::AcsPath);
        }
        // One address for answers and for sign-outs could not tell them apart.
        if slo.is_some_and(|path| !is_path(path) || acs == Some(path)) {
            return Err(SettingsProblem::SloPath);
        }
        match &self.acs_origin {
            Some(origin) if acs.or(slo).is_none() || origin.origin() != origin.as_str() => Err(SettingsProblem::AcsOrigin),
            Some(_) | None => Ok(()),
        }
    }
    /// The address of the assertion consumer service under `base`, when it is an own one.
    pub fn acs_url(&self, base: &str) -> Option<String> {
        let origin = self.acs_origin.as_ref().map_or(base, EndpointUrl::as_str);
        self.acs_path.as_ref().map(|path| format!("{origin}{path}"))
    }
    /// The address of the single logout service under `base`, when it is an own one.
    pub fn slo_url(&self, base: &str) -> Option<String> {
        let origin = self.acs_origin.as_ref().map_or(base, EndpointUrl::as_str);
        self.slo_path.as_ref().map(|path| format!("{origin}{path}"))
    }
}

/// What is laxer than it should be. Each ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Relaxations {
    /// Signatures and digests with SHA-1 (SK-08).
    pub allow_sha1_until: Option<Until>,
    /// AES-CBC inside a response that is not signed (SAML V2.0 Errata E93): the ciphertext can be changed by others.
    pub allow_cbc_in_unsigned_response_until: Option<Until>,
}

impl Relaxations {
    /// Whether SHA-1 is let through now.
    pub fn sha1(&self, now: Timestamp) -> bool {
        self.allow_sha1_until.is_some_and(|until| until.holds(now))
    }
    /// Whether AES-CBC without a signature around it is let through now.
    pub fn cbc(&self, now: Timestamp) -> bool {
        self.allow_cbc_in_unsigned_response_until.is_some_and(|until| until.holds(now))
    }
}

/// Why settings cannot be saved or enabled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsProblem {
    /// No entity ID, or more than 1024 characters (SAML Core 8.3.6).
    #[error("the entity ID is missing or longer than 1024 characters")]
    EntityId,
    /// Neither a redirect nor a POST address.
    #[error("the provider's sign-in address is missing")]
    NoSignInAddress,
    /// No certificate: every answer would be refused (SK-19).
    #[error("the provider's signing certificate is missing")]
    NoCertificate,
    /// A certificate that cannot be read.
    #[error("certificate {number}: {problem}")]
    Certificate {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        problem: certificate::CertificateProblem,
    },
    /// An `http` address outside development.
    #[error("the address {0} must begin with https://")]
    NotHttps(String),
    /// The path of our own assertion consumer service cannot be used.
    #[error("the path of the assertion consumer service must begin with / and have no query, escape or blank")]
    AcsPath,
    /// The path of our own single logout service cannot be used.
    #[error("the path of the single logout service must begin with /, have no query, escape or blank, and be another one than that of the assertion consumer service")]
    SloPath,
    /// Our own entity ID cannot be used.
    #[error("our own entity ID must have 1 to 1024 characters and no blank")]
    OwnEntityId,
    /// The origin of our own assertion consumer service cannot be used.
    #[error("acs_origin is scheme and host only, for example https://sso.example.com, and goes with acs_path or slo_path")]
    AcsOrigin,
}

impl SamlSettings {
    /// The least that a provider needs: entity ID, one address, certificates. Everything else is as strict as it gets.
    pub fn new(idp_entity_id: &str, sso_redirect: EndpointUrl, certificates: Vec<String>) -> Self {
        Self {
            idp_entity_id: idp_entity_id.to_owned(),
            sso_redirect: Some(sso_redirect),
            sso_post: None,
            slo_redirect: None,
            slo_post: None,
            slo_response: None,
            certificates,
            request_signing: RequestSigning::default(),
            name_id_format: None,
            requested_authn_context: Vec::new(),
            second_factor_contexts: usual_second_factors(),
            signed: Signed::default(),
            own_identity: None,
            metadata_url: None,
            refresh: MetadataRefresh::default(),
            require_valid_certificate: false,
            relaxations: Relaxations::default(),
        }
    }

    /// What a provider's metadata says, and everything else as strict as it gets.
    pub fn of(metadata: &super::metadata::IdpMetadata) -> Self {
        Self {
            idp_entity_id: metadata.entity_id.clone(),
            sso_redirect: metadata.sso_redirect.clone(),
            sso_post: metadata.sso_post.clone(),
            slo_redirect: metadata.slo_redirect.clone(),
            slo_post: metadata.slo_post.clone(),
            slo_response: metadata.slo_response.clone(),
            certificates: metadata.certificates.iter().map(certificate::Certificate::pem).collect(),
            request_signing: RequestSigning::default(),
            name_id_format: None,
            requested_authn_context: Vec::new(),
            second_factor_contexts: usual_second_factors(),
            signed: Signed::default(),
            own_identity: None,
            metadata_url: None,
            refresh: MetadataRefresh::default(),
            require_valid_certificate: false,
            relaxations: Relaxations::default(),
        }
    }

    /// Whether a connection with these settings may be enabled. `loopback_http`: development only.
    pub fn check(&self, loopback_http: bool) -> Result<(), SettingsProblem> {
        if self.idp_entity_id.is_empty() || self.idp_entity_id.len() > 1024 {
            return Err(SettingsProblem::EntityId);
        }
        if self.sso_redirect.is_none() && self.sso_post.is_none() {
            return Err(SettingsProblem::NoSignInAddress);
        }
        let insecure = self.addresses().find(|url| !url.may_be_used(loopback_http));
        if let Some(url) = insecure {
            return Err(SettingsProblem::NotHttps(url.as_str().to_owned()));
        }
        self.own_identity.as_ref().map_or(Ok(()), OwnIdentity::check)?;
        if self.certificates.is_empty() {
            return Err(SettingsProblem::NoCertificate);
        }
        for (index, pem) in self.certificates.iter().enumerate() {
            certificate::Certificate::from_pem(pem).map_err(|problem| SettingsProblem::Certificate { number: index + 1, problem })?;
        }
        Ok(())
    }

    /// Every address that a browser or we go to.
    fn addresses(&self) -> impl Iterator<Item = &EndpointUrl> {
        let own = self.own_identity.as_ref().and_then(|own| own.acs_origin.as_ref());
        [&self.sso_redirect, &self.sso_post, &self.slo_redirect, &self.slo_post, &self.slo_response, &self.metadata_url]
            .into_iter()
            .flatten()
            .chain(own)
    }
}

/// An address of a provider: `https`, or `http` on this machine itself (development). No fragment, no user information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EndpointUrl(String);

impl EndpointUrl {
    /// Reads an address; `None` when it is none that we would send anybody to (`javascript:`, relative, other schemes, SM-07).
    pub fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none() && text.len() <= 2000;
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let exact = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        (plain && scheme && exact && url.host().is_some()).then(|| Self(text.to_owned()))
    }
    /// As entered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether it is `https`, or `http` is allowed.
    pub fn may_be_used(&self, loopback_http: bool) -> bool {
        loopback_http || !self.0.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http:"))
    }
    /// Scheme, host and port, for `form-action`.
    pub fn origin(&self) -> String {
        url::Url::parse(&self.0).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }
}

/// `localhost`, names below it, and loopback addresses.
fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl TryFrom<String> for EndpointUrl {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an address must begin with https:// and have no fragment")
    }
}

impl From<EndpointUrl> for String {
    fn from(url: EndpointUrl) -> Self {
        url.0
    }
}
