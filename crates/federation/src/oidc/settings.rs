//! What an administrator enters for an OpenID Provider. The defaults are strict; each relaxation is a field with a name.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Endpoints, SealedSecret, entra, secret::Purpose};
use crate::Preset;

/// What the administrator enters for an OpenID Provider. No single endpoint is entered: all of them come from a
/// discovery document of the one issuer, so that a code is never sent to another party's token endpoint (OR-04).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// The provider's issuer, exact, byte by byte (OpenID Connect Discovery 4.3).
    pub issuer: String,
    /// Our identifier there.
    #[serde(default)]
    pub client_id: String,
    /// How we prove to the token endpoint who we are.
    #[serde(default)]
    pub authentication: ClientAuthentication,
    /// What is asked for; `openid` is always there.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// Signature algorithms that are accepted. What the provider's own documents list does not widen this.
    #[serde(default = "default_algorithms")]
    pub algorithms: Vec<Algorithm>,
    /// Which claim is the person's unchanging name; unset: `tid` and `oid` at Microsoft Entra ID, otherwise `sub`.
    #[serde(default)]
    pub subject: Option<SubjectClaim>,
    /// Entra: ids of the tenants whose people may come in. Empty: the one tenant that the issuer names.
    #[serde(default)]
    pub tenants: Vec<String>,
    /// Entra: guests of the tenant may come in. Their e-mail address counts as not proved.
    #[serde(default)]
    pub guests: bool,
    /// Google: domains of the organisation (`hd`). Needed with that preset.
    #[serde(default)]
    pub hosted_domains: Vec<String>,
    /// Ask the userinfo endpoint, too (OpenID Connect Core 5.3).
    #[serde(default)]
    pub userinfo: bool,
    /// The answer must name its issuer (RFC 9207) even if the discovery document does not promise it.
    #[serde(default)]
    pub require_response_issuer: bool,
    /// Audiences that may stand beside ours in an ID token (Core 3.1.3.7, 3).
    #[serde(default)]
    pub trusted_audiences: Vec<String>,
    /// What proves a second factor.
    #[serde(default)]
    pub second_factor: SecondFactor,
    /// Our identifier there is this installation's own, one for all accounts ("Start Azure integration", B-157): answers arrive at its
    /// one registered address instead of an address of this connection.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_registration: bool,
    /// The endpoints that were accepted: those of the first discovery document that was read, and after that what an administrator has
    /// accepted. Nobody enters them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Box<Endpoints>>,
}

/// Where answers to the installation's own registration arrive.
pub const OWN_CALLBACK: &str = "/oidc/azure/callback";

/// Where people come back who have signed out at a provider of the installation's own registration.
pub const OWN_SIGNED_OUT: &str = "/oidc/azure/signedout";

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

fn default_algorithms() -> Vec<Algorithm> {
    Algorithm::ALL.to_vec()
}

/// Signature algorithms (RFC 7518 3.1, RFC 8037 3.1). Those with a shared secret and `none` do not exist here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA with P-256 and SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Es256, Self::Ps256, Self::EdDsa];
    /// The value of `alg`, exact.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// How we prove to the token endpoint who we are (OpenID Connect Core 9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientAuthentication {
    /// A public client: PKCE alone (B-127).
    #[default]
    None,
    /// `client_secret_basic`.
    SecretBasic {
        /// The secret, sealed for this connection.
        secret: SealedSecret,
    },
    /// `client_secret_post`.
    SecretPost {
        /// The secret, sealed for this connection.
        secret: SealedSecret,
    },
    /// `private_key_jwt` (RFC 7523).
    PrivateKeyJwt {
        /// A private key in PEM (PKCS #8), sealed for this connection.
        key: SealedSecret,
        /// What it signs with.
        algorithm: Algorithm,
        /// `kid` of the assertion.
        key_id: String,
        /// `x5t#S256` of the assertion: the certificate's thumbprint, which Entra asks for.
        #[serde(default)]
        thumbprint: Option<String>,
    },
}

impl ClientAuthentication {
    /// What it is called in registrations (RFC 7591 2, OpenID Connect Core 9).
    pub const fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretBasic { .. } => "client_secret_basic",
            Self::SecretPost { .. } => "client_secret_post",
            Self::PrivateKeyJwt { .. } => "private_key_jwt",
        }
    }
    /// What is sealed of it, and for what.
    pub(crate) const fn sealed(&self) -> Option<(&SealedSecret, Purpose)> {
        match self {
            Self::None => None,
            Self::SecretBasic { secret } | Self::SecretPost { secret } => Some((secret, Purpose::ClientSecret)),
            Self::PrivateKeyJwt { key, .. } => Some((key, Purpose::ClientKey)),
        }
    }
}

/// The claim that names a person and never changes (OE-03).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectClaim {
    /// `sub`.
    Sub,
    /// `tid` and `oid` (Entra): the same in every application of the tenant.
    TenantAndObject,
    /// A claim of this name. Names that people or administrators can change are refused.
    Named(String),
}

impl SubjectClaim {
    /// What a link calls it.
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::Sub => "sub",
            Self::TenantAndObject => "tid+oid",
            Self::Named(claim) => claim,
        }
    }
}

/// What proves a second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecondFactor {
    /// Sent as `acr_values`; an `acr` that is one of them proves it.
    pub acr_values: Vec<String>,
    /// An `amr` with one of these proves it (RFC 8176).
    pub amr: Vec<String>,
    /// Entra: the authentication context of Conditional Access that is asked for, `c1` to `c99`; an `acrs` with it proves it. Entra's tokens of
    /// version 2.0 have no `amr`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_context: Option<String>,
}

impl SecondFactor {
    /// Whether these words of a token prove it. What a token does not say proves nothing.
    pub(crate) fn is_proved(&self, acr: Option<&str>, amr: &[impl AsRef<str>], acrs: &[impl AsRef<str>]) -> bool {
        let listed = |list: &[String], word: &str| list.iter().any(|own| own == word);
        acr.is_some_and(|word| listed(&self.acr_values, word))
            || amr.iter().any(|word| listed(&self.amr, word.as_ref()))
            || self.authentication_context.as_deref().is_some_and(|context| acrs.iter().any(|word| word.as_ref() == context))
    }
}

/// Whether the text is the id of an authentication context: `c1` to `c99`.
fn is_context(text: &str) -> bool {
    text.strip_prefix('c').is_some_and(|number| (1..=2).contains(&number.len()) && !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Default for SecondFactor {
    fn default() -> Self {
        Self { acr_values: Vec::new(), amr: vec!["mfa".to_owned()], authentication_context: None }
    }
}

/// What is wrong with the settings, said at the moment of entering them and again before each use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SettingsError {
    /// The issuer is no address, or has a query or fragment (Discovery 3).
    #[error("the issuer is the provider's https address, without query and fragment")]
    Issuer,
    /// An issuer of Entra's first version.
    #[error("this is the issuer of Entra's version 1.0: enter https://login.microsoftonline.com/TENANT-ID/v2.0")]
    VersionOne,
    /// Entra's issuer for many tenants without a list of them.
    #[error("this issuer serves every organisation: list the ids of the tenants that may come in, or enter the issuer of one tenant")]
    Tenants,
    /// A tenant is no id, or is the one of private accounts.
    #[error("a tenant is an id of 36 characters as the Entra admin center prints it; private accounts cannot be let in")]
    TenantId,
    /// No `client_id`.
    #[error("the client id (application id) is missing")]
    ClientId,
    /// No `openid` among the scopes, or one with blanks.
    #[error("the scopes must have openid, each as one word")]
    Scopes,
    /// No algorithm is left.
    #[error("choose at least one signature algorithm")]
    Algorithms,
    /// The subject would be a claim that changes hands.
    #[error("this claim can change hands: a person is known by a claim that never does, such as sub")]
    Subject,
    /// The installation's own registration, and another provider: its answers would share an address with Microsoft's (RFC 9700 4.4).
    #[error("the installation's own registration is one at Microsoft: enter the issuer of one of its tenants")]
    OwnRegistration,
    /// An authentication context that is none of Entra's.
    #[error("authentication_context is the id of an authentication context at Microsoft Entra ID, c1 to c99")]
    AuthenticationContext,
    /// Google without the organisation's domain.
    #[error("list the organisation's domains: without them every Google account could come in")]
    HostedDomains,
}

/// Claims that people or administrators can change or hand on (OE-03).
const CHANGING: [&str; 10] =
    ["email", "upn", "preferred_username", "unique_name", "name", "nickname", "given_name", "family_name", "phone_number", "verified_primary_email"];

impl OidcSettings {
    /// The strict settings for an issuer, as a public client.
    pub fn new(issuer: &str, client_id: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            authentication: ClientAuthentication::None,
            scopes: default_scopes(),
            algorithms: default_algorithms(),
            subject: None,
            tenants: Vec::new(),
            guests: false,
            hosted_domains: Vec::new(),
            userinfo: false,
            require_response_issuer: false,
            trusted_audiences: Vec::new(),
            second_factor: SecondFactor::default(),
            own_registration: false,
            endpoints: None,
        }
    }
    /// The claim that people are known by, with this preset.
    pub(crate) fn known_by(&self, preset: Preset) -> &SubjectClaim {
        let usual = if entra::applies(self, preset) { &SubjectClaim::TenantAndObject } else { &SubjectClaim::Sub };
        self.subject.as_ref().unwrap_or(usual)
    }
    /// The endpoints that were accepted for this very issuer.
    pub fn accepted(&self) -> Option<&Endpoints> {
        self.endpoints.as_deref().filter(|accepted| accepted.issuer == self.issuer)
    }
    /// Whether the settings can be used. Asked when they are entered, and again at each sign-in: an empty list switches no
    /// check off, it switches the connection off.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, preset: Preset) -> Result<(), SettingsError> {
        let url = Url::parse(&self.issuer).map_err(|_| SettingsError::Issuer)?;
        let plain = self.issuer.bytes().all(|b| b.is_ascii_graphic());
        if !plain || url.cannot_be_a_base() || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || self.issuer.len() > 500 {
            return Err(SettingsError::Issuer);
        }
        if entra::is_version_one(&self.issuer) {
            return Err(SettingsError::VersionOne);
        }
        if self.client_id.is_empty() || self.client_id.len() > 500 || !self.client_id.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return Err(SettingsError::ClientId);
        }
        if !self.scopes.iter().any(|scope| scope == "openid") || self.scopes.iter().any(|scope| scope.is_empty() || scope.contains(char::is_whitespace)) {
            return Err(SettingsError::Scopes);
        }
        if self.algorithms.is_empty() {
            return Err(SettingsError::Algorithms);
        }
        if let Some(SubjectClaim::Named(name)) = &self.subject
            && (name.is_empty() || CHANGING.contains(&name.as_str()))
        {
            return Err(SettingsError::Subject);
        }
        if preset == Preset::Google && self.hosted_domains.is_empty() {
            return Err(SettingsError::HostedDomains);
        }
        if self.second_factor.authentication_context.as_deref().is_some_and(|context| !is_context(context) || !entra::applies(self, preset)) {
            return Err(SettingsError::AuthenticationContext);
        }
        entra::check(self, preset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11";

    #[test]
    fn settings_are_strict_unless_they_say_otherwise() {
        let short: OidcSettings = serde_json::from_str(r#"{"issuer":"https://idp.example","client_id":"homeward"}"#).unwrap();
        assert_eq!(short, OidcSettings::new("https://idp.example", "homeward"));
        assert!(short.check(Preset::Generic).is_ok());
        assert!(serde_json::from_str::<OidcSettings>(r#"{"issuer":"https://idp.example","token_endpoint":"https://evil.example"}"#).is_err());
        assert!(serde_json::from_str::<OidcSettings>(r#"{"issuer":"https://idp.example","algorithms":["HS256"]}"#).is_err());
        assert!(serde_json::from_str::<OidcSettings>(r#"{"issuer":"https://idp.example","algorithms":["rs256"]}"#).is_err());
    }

    /// OR-03, OR-04: the installation's one callback is Microsoft's alone; no other provider can ask for it and get its codes.
    #[test]
    fn or_03_or_04_the_shared_callback_is_microsofts() {
        let at = |issuer: &str| OidcSettings { own_registration: true, ..OidcSettings::new(issuer, "homeward") };
        assert!(at(&format!("https://login.microsoftonline.com/{TENANT}/v2.0")).check(Preset::Entra).is_ok());
        let many = OidcSettings { tenants: vec![TENANT.to_owned()], ..at("https://login.microsoftonline.com/organizations/v2.0") };
        for (settings, preset) in [(at(&format!("https://evil.example/{TENANT}/v2.0")), Preset::Entra), (at("https://evil.example"), Preset::Generic), (many, Preset::Entra)] {
            assert_eq!(settings.check(preset), Err(SettingsError::OwnRegistration), "{}", settings.issuer);
        }
    }

    /// OE-02, OE-03, OE-09: what would let strangers in cannot be entered.
    #[test]
    fn oe_02_oe_03_oe_09_settings_that_let_strangers_in_are_refused() {
        let at = |issuer: &str| OidcSettings::new(issuer, "homeward");
        let cases = [
            (at("idp.example"), Preset::Generic, SettingsError::Issuer),
            (at("https://idp.example/?x=1"), Preset::Generic, SettingsError::Issuer),
            (at("https://sts.windows.net/7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11/"), Preset::Entra, SettingsError::VersionOne),
            (at("https://login.microsoftonline.com/organizations/v2.0"), Preset::Entra, SettingsError::Tenants),
            (at("https://login.microsoftonline.com/common/v2.0"), Preset::Generic, SettingsError::Tenants),
            (at("https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0"), Preset::Entra, SettingsError::Tenants),
            (OidcSettings { tenants: vec!["9188040d-6c67-4c5b-b112-36a304b66dad".to_owned()], ..at("https://login.microsoftonline.com/common/v2.0") }, Preset::Entra, SettingsError::TenantId),
            (OidcSettings { tenants: vec!["*".to_owned()], ..at("https://login.microsoftonline.com/common/v2.0") }, Preset::Entra, SettingsError::TenantId),
            (at("https://accounts.google.com"), Preset::Google, SettingsError::HostedDomains),
            (OidcSettings { subject: Some(SubjectClaim::Named("email".to_owned())), ..at("https://idp.example") }, Preset::Generic, SettingsError::Subject),
            (OidcSettings { subject: Some(SubjectClaim::Named("upn".to_owned())), ..at("https://idp.example") }, Preset::Generic, SettingsError::Subject),
            (OidcSettings { scopes: vec!["email".to_owned()], ..at("https://idp.example") }, Preset::Generic, SettingsError::Scopes),
            (OidcSettings { algorithms: vec![], ..at("https://idp.example") }, Preset::Generic, SettingsError::Algorithms),
            (OidcSettings::new("https://idp.example", ""), Preset::Generic, SettingsError::ClientId),
        ];
        for (settings, preset, expected) in cases {
            assert_eq!(settings.check(preset), Err(expected), "{}", settings.issuer);
        }
        let with_context = |issuer: &str, context: &str| {
            let second_factor = SecondFactor { authentication_context: Some(context.to_owned()), ..SecondFactor::default() };
            OidcSettings { second_factor, ..at(issuer) }
        };
        let tenant = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        for context in ["", "c", "c0", "c01", "c100", "C1", "c1\"}", "1"] {
            assert_eq!(with_context(&tenant, context).check(Preset::Entra), Err(SettingsError::AuthenticationContext), "{context}");
        }
        assert!(with_context(&tenant, "c1").check(Preset::Entra).is_ok() && with_context(&tenant, "c99").check(Preset::Entra).is_ok());
        assert_eq!(with_context("https://idp.example", "c1").check(Preset::Generic), Err(SettingsError::AuthenticationContext));
        assert!(at(&format!("https://login.microsoftonline.com/{TENANT}/v2.0")).check(Preset::Entra).is_ok());
        assert!(OidcSettings { tenants: vec![TENANT.to_owned()], ..at("https://login.microsoftonline.com/organizations/v2.0") }.check(Preset::Entra).is_ok());
        assert!(OidcSettings { hosted_domains: vec!["example.org".to_owned()], ..at("https://accounts.google.com") }.check(Preset::Google).is_ok());
    }
}
