//! What we know of one identity provider, as its account's administrator entered it.
//!
//! Read anew at every hop of a sign-in. Secrets in it are sealed (`sealing`), never plain.

use homeward_model::{AccountId, ConnectionId, DomainName, Timestamp};
use homeward_sealing::Sealer;
use serde::{Deserialize, Serialize};

use crate::{VerifiedAssertion, delegated::DelegatedSettings, oidc::{OWN_CALLBACK, OidcSettings, secret::Purpose}, saml::SamlSettings};

/// A connection with everything that the protocols need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id; the store's key, and part of its addresses.
    pub id: ConnectionId,
    /// Whose identity provider it is.
    pub account: AccountId,
    /// What people call the provider.
    pub name: String,
    /// Everything else.
    pub settings: ConnectionSettings,
}

/// What the administrator sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSettings {
    /// Whose console it is: names of fields, hint dialect, known quirks.
    pub preset: Preset,
    /// The protocol, with its own settings.
    pub protocol: Protocol,
    /// How the typed username is told to the provider.
    #[serde(default)]
    pub hint: Hint,
    /// Who in the account the answer means.
    #[serde(default)]
    pub matching: Matching,
    /// Which attributes or claims fill a user's fields.
    #[serde(default)]
    pub mapping: AttributeMapping,
    /// Whether people who are not known yet are let in.
    #[serde(default)]
    pub jit: Jit,
    /// What an answer that nobody asked for does (B-033, B-086, B-175).
    #[serde(default)]
    pub idp_initiated: IdpInitiated,
    /// How far the provider's clock may be off, in seconds; at most 300.
    #[serde(default)]
    pub skew: Skew,
    /// Domains whose e-mail addresses this provider may speak for when a user is linked or made, beside those that the account
    /// has proved: none.
    #[serde(default)]
    pub foreign_domains: Vec<DomainName>,
    /// Claims of ID tokens that only the provider's administrators can change, and that may therefore name people without an
    /// address, for example an employee number: none.
    #[serde(default)]
    pub trusted_claims: Vec<String>,
    /// Whether signing out here signs out at the provider, too.
    #[serde(default)]
    pub sign_out_there: SignOutThere,
    /// Delegated access: applications act at Microsoft 365 as the person (B-126): off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated: Option<Box<DelegatedSettings>>,
}

impl ConnectionSettings {
    /// Settings with everything as strict as it gets.
    pub fn new(preset: Preset, protocol: Protocol) -> Self {
        Self {
            preset,
            protocol,
            hint: Hint::default(),
            matching: Matching::default(),
            mapping: AttributeMapping::default(),
            jit: Jit::default(),
            idp_initiated: IdpInitiated::default(),
            skew: Skew::default(),
            foreign_domains: Vec::new(),
            trusted_claims: Vec::new(),
            sign_out_there: SignOutThere::default(),
            delegated: None,
        }
    }
    /// SHA-256 over everything that a sign-in uses of these settings: what was tested is what stands here, to the last field. `None` only
    /// when they cannot be written. A secret that is sealed again is another text, so a change of the root key asks for a new test, too.
    pub fn digest(&self) -> Option<[u8; 32]> {
        let tested = Self { delegated: None, ..self.clone() };
        serde_json::to_vec(&tested).ok().map(|text| homeward_sealing::sha256(&text))
    }
    /// Names of the attributes or claims that these settings use.
    pub fn names_used(&self) -> impl Iterator<Item = &str> {
        let matched = match &self.matching.remote {
            RemoteField::Named(name) => Some(name),
            RemoteField::Subject => None,
        };
        let map = &self.mapping;
        [matched, map.email.as_ref(), map.given_name.as_ref(), map.family_name.as_ref(), map.groups.as_ref(), map.roles.as_ref()].into_iter().flatten().map(String::as_str)
    }
    /// The path of an assertion consumer service of its own (B-181).
    pub fn own_acs_path(&self) -> Option<&str> {
        match &self.protocol {
            Protocol::Saml(saml) => saml.own_identity.as_ref().and_then(|own| own.acs_path.as_deref()),
            Protocol::Oidc(_) => None,
        }
    }
    /// The path where answers arrive when it is none of this connection's own: an assertion consumer service that was taken over
    /// (B-181), or the callback of the installation's registration.
    pub fn shared_path(&self) -> Option<&str> {
        match &self.protocol {
            Protocol::Saml(_) => self.own_acs_path(),
            Protocol::Oidc(oidc) => oidc.own_registration.then_some(OWN_CALLBACK),
        }
    }
    /// The path of a single logout service that was taken over (B-181).
    pub fn own_slo_path(&self) -> Option<&str> {
        match &self.protocol {
            Protocol::Saml(saml) => saml.own_identity.as_ref().and_then(|own| own.slo_path.as_deref()),
            Protocol::Oidc(_) => None,
        }
    }
    /// Whether answers may arrive at an address of this connection's own. Answers to the installation's registration arrive at its one
    /// callback and nowhere else (OR-03).
    pub fn answers_at_own_address(&self) -> bool {
        !matches!(&self.protocol, Protocol::Oidc(oidc) if oidc.own_registration)
    }
    /// The origin under which the provider knows such paths, when it is not our own.
    pub fn own_acs_origin(&self) -> Option<&str> {
        match &self.protocol {
            Protocol::Saml(saml) => saml.own_identity.as_ref().and_then(|own| own.acs_origin.as_ref()).map(crate::saml::EndpointUrl::as_str),
            Protocol::Oidc(_) => None,
        }
    }
    /// Whether the provider's words say that a second factor was used, by this connection's own list and no other.
    pub fn is_second_factor(&self, said: &VerifiedAssertion) -> bool {
        let (acr, amr) = (said.acr(), said.amr());
        match &self.protocol {
            Protocol::Saml(saml) => acr.into_iter().chain(amr.iter().map(String::as_str)).any(|word| saml.second_factor_contexts.iter().any(|own| own == word)),
            Protocol::Oidc(oidc) => oidc.second_factor.is_proved(acr, amr, said.acrs()),
        }
    }
    /// Whether signing out there is on and leads nowhere: SAML settings without a single logout address. An OpenID Provider publishes
    /// its own, which is asked for when somebody signs out.
    pub fn lacks_logout_address(&self) -> bool {
        let none = match &self.protocol {
            Protocol::Saml(saml) => saml.slo_redirect.is_none() && saml.slo_post.is_none(),
            Protocol::Oidc(_) => false,
        };
        none && self.sign_out_there != SignOutThere::Off
    }
    /// How many of its secrets do not open for this connection: their root key is gone, or it is another installation's.
    pub fn closed_secrets(&self, sealer: &Sealer, id: ConnectionId) -> usize {
        let client = match &self.protocol {
            Protocol::Oidc(oidc) => oidc.authentication.sealed(),
            Protocol::Saml(_) => None,
        };
        let delegated = self.delegated.as_ref().and_then(|delegated| delegated.secret.as_ref()).map(|secret| (secret, Purpose::DelegatedSecret));
        client.into_iter().chain(delegated).filter(|(secret, purpose)| secret.open(sealer, id, *purpose).is_none()).count()
    }
    /// The provider's own name in the protocol: entity ID or issuer.
    pub fn issuer(&self) -> &str {
        match &self.protocol {
            Protocol::Saml(saml) => &saml.idp_entity_id,
            Protocol::Oidc(oidc) => &oidc.issuer,
        }
    }
}

/// The protocol that a provider speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// SAML 2.0 (Web Browser SSO Profile).
    Saml(Box<SamlSettings>),
    /// OpenID Connect Core 1.0 (authorization code).
    Oidc(Box<OidcSettings>),
}

/// Products whose consoles we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
    /// Google Workspace.
    Google,
    /// Active Directory Federation Services.
    Adfs,
    /// PingOne.
    PingOne,
    /// Any other.
    Generic,
}

/// How the typed username is told to the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Not at all (B-057).
    #[default]
    None,
    /// `Subject` in the AuthnRequest (SAML Core 3.4.1).
    Subject,
    /// `login_hint`: a parameter of the request (OpenID Connect Core 3.1.2.1; Entra reads it in SAML, too).
    LoginHint,
    /// `username`: a query parameter.
    UsernameParameter,
    /// `domain_hint` with the domain only (Entra).
    DomainHint,
    /// `hd` with the domain only (Google).
    HostedDomain,
}

/// Which field of a user is compared with which part of the answer (C4). After the first sign-in the binding
/// (connection, issuer, subject) decides alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// Our side.
    pub local: LocalField,
    /// Their side.
    pub remote: RemoteField,
}

impl Default for Matching {
    fn default() -> Self {
        Self { local: LocalField::Username, remote: RemoteField::Subject }
    }
}

/// Our side of the match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocalField {
    /// The username.
    Username,
    /// The e-mail address.
    Email,
    /// The number or name that the account's own directory gives the user.
    ExternalId,
}

/// Their side of the match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteField {
    /// NameID, or `sub`.
    Subject,
    /// The attribute or claim of this exact name.
    Named(String),
}

/// Names of attributes or claims. `None`: not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttributeMapping {
    /// The e-mail address.
    pub email: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// Groups, all values.
    pub groups: Option<String>,
    /// Roles inside the account, all values. Roles of the installation never come from outside (ST-15).
    pub roles: Option<String>,
}

/// What happens to people who are not known yet (C6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jit {
    /// Refused: users are created and activated first (B-191).
    #[default]
    Off,
    /// A user who is invited already becomes active.
    LinkOnly,
    /// A user is made, inside the account's proved domains.
    Create,
}

/// What an answer that nobody asked for does (C1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdpInitiated {
    /// Refused, with a way to start here.
    #[default]
    Refuse,
    /// It signs nobody in; a request of ours at the same provider follows.
    Convert,
    /// It signs in, once, to the account's default application.
    Accept,
}

/// Whether signing out here signs out at the provider, too. What the provider ends, it ends here in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignOutThere {
    /// No; the page says that the provider's session may be open.
    #[default]
    Off,
    /// The page offers it.
    Offer,
    /// Always, at once.
    Always,
}

/// Seconds of tolerance between two clocks: at most 300, 60 unless set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Skew(u16);

impl Skew {
    /// The longest tolerance, in seconds.
    pub const MOST: u16 = 300;
    /// In seconds.
    pub const fn seconds(self) -> i64 {
        self.0 as i64
    }
}

impl Default for Skew {
    fn default() -> Self {
        Self(60)
    }
}

impl TryFrom<u16> for Skew {
    type Error = &'static str;
    fn try_from(seconds: u16) -> Result<Self, Self::Error> {
        (seconds <= Self::MOST).then_some(Self(seconds)).ok_or("clock skew: at most 300 seconds")
    }
}

impl From<Skew> for u16 {
    fn from(skew: Skew) -> Self {
        skew.0
    }
}

/// A relaxation that ends by itself, so that nobody forgets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Until(pub Timestamp);

impl Until {
    /// Whether it still holds.
    pub fn holds(self, now: Timestamp) -> bool {
        now < self.0
    }
}
