//! PingOne, and everything that has no row of its own.

use super::{Field, Label, Names, Product, Quirk, Speaks};
use crate::{Hint, Preset, saml::Signed};

/// PingOne by SAML.
pub(super) const PINGONE_SAML: Product = Product {
    preset: Preset::PingOne,
    speaks: Speaks::Saml,
    name: "PingOne",
    page: "pingone.md",
    labels: &[
        Label::choose(Field::OurMetadata, "SAML Configuration", "Import From URL", "fills ACS URLs and Entity ID"),
        Label::copy(Field::ReplyUrl, "SAML Configuration", "ACS URLs"),
        Label::copy(Field::EntityId, "SAML Configuration", "Entity ID"),
        Label::choose(Field::LogoutUrl, "Configuration", "SLO Endpoint", "SLO Binding HTTP Redirect or POST, and the same as SLO Response Endpoint"),
        Label::copy(Field::SignOnUrl, "Overview", "Signon URL"),
        Label::choose(Field::Signature, "Configuration", "Signing Key", "Sign Assertion & Response"),
        Label::choose(Field::Algorithm, "Configuration", "Signing Algorithm", "RSA_SHA256"),
        Label::choose(Field::NameId, "Configuration", "Subject NameID Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
        Label::choose(Field::NameId, "Attribute Mappings", "saml_subject", "Email Address, or Username"),
        Label::copy(Field::IdpMetadata, "Configuration", "Download Metadata"),
        Label::copy(Field::IdpMetadataUrl, "Configuration", "IDP Metadata URL"),
        Label::copy(Field::IdpEntityId, "Configuration", "Issuer ID"),
        Label::copy(Field::SignInUrl, "Configuration", "Single Signon Service"),
        Label::copy(Field::IdpLogoutUrl, "Configuration", "Single Logout Service"),
        Label::copy(Field::Certificate, "Configuration", "Download Signing Certificate"),
        Label::choose(Field::People, "Access", "Group Membership Policy", "nobody is left out when it is empty"),
    ],
    hint: Hint::None,
    names: Names { login: None, email: None, person: None, groups: None },
    signed: Signed::Assertion,
    quirks: &[
        Quirk { key: "pingone_subject", says: "`saml_subject` is PingOne's own User ID as it comes, which is nobody's username here: map Email Address or Username to it." },
        Quirk { key: "pingone_slider", says: "A new application is off: the slider on the list of applications turns it on." },
        Quirk { key: "pingone_regions", says: "Each region has its own host (`auth.pingone.com`, `.eu`, `.ca`, `.asia`, `.com.au`), and each environment its own identifiers." },
    ],
};

/// PingOne by OpenID Connect.
pub(super) const PINGONE_OIDC: Product = Product {
    preset: Preset::PingOne,
    speaks: Speaks::Oidc,
    name: "PingOne",
    page: "pingone.md",
    labels: &[
        Label::choose(Field::RedirectUri, "Configuration", "Redirect URIs", "application type OIDC Web App; no wildcard"),
        Label::copy(Field::PostLogoutUri, "Configuration", "Signoff URLs"),
        Label::choose(Field::Pkce, "Configuration", "PKCE Enforcement", "S256_REQUIRED"),
        Label::copy(Field::SignOnUrl, "Configuration", "Initiate Login URI"),
        Label::choose(Field::Issuer, "Configuration › URLs", "Issuer", "`https://auth.pingone.com/ENVIRONMENT-ID/as`"),
        Label::copy(Field::ClientId, "Configuration", "Client ID"),
        Label::copy(Field::ClientSecret, "Configuration", "Client Secret"),
        Label::choose(Field::Email, "Resource Access", "Scopes", "openid, email, profile"),
    ],
    hint: Hint::LoginHint,
    names: Names { login: Some("email"), email: Some("email"), person: Some(("given_name", "family_name")), groups: None },
    signed: Signed::Assertion,
    quirks: &[Quirk { key: "pingone_email_verified", says: "An address counts only with `email_verified: true`; PingOne says so once the person has confirmed it there." }],
};

/// Any other SAML 2.0 provider, in the words of the standard.
pub(super) const GENERIC_SAML: Product = Product {
    preset: Preset::Generic,
    speaks: Speaks::Saml,
    name: "the provider's console",
    page: "README.md",
    labels: &[
        Label::copy(Field::EntityId, "Service provider", "Entity ID"),
        Label::choose(Field::ReplyUrl, "Service provider", "Assertion consumer service (ACS) URL", "binding HTTP-POST"),
        Label::copy(Field::LogoutUrl, "Service provider", "Single logout service URL"),
        Label::choose(Field::OurMetadata, "Service provider", "Metadata", "fills all of these"),
        Label::copy(Field::SignInUrl, "Identity provider", "Single sign-on URL"),
        Label::copy(Field::IdpEntityId, "Identity provider", "Entity ID"),
        Label::copy(Field::Certificate, "Identity provider", "Signing certificate"),
        Label::copy(Field::IdpMetadata, "Identity provider", "Metadata"),
        Label::choose(Field::NameId, "Assertion", "NameID", "what the usernames here are; format emailAddress or persistent"),
        Label::choose(Field::Signature, "Assertion", "Signature", "the assertion, with RSA-SHA256 or ECDSA-SHA256"),
    ],
    hint: Hint::None,
    names: Names { login: None, email: None, person: None, groups: None },
    signed: Signed::Assertion,
    quirks: &[],
};

/// Any other OpenID Provider, in the words of the standard.
pub(super) const GENERIC_OIDC: Product = Product {
    preset: Preset::Generic,
    speaks: Speaks::Oidc,
    name: "the provider's console",
    page: "README.md",
    labels: &[
        Label::choose(Field::RedirectUri, "Client", "Redirect URI", "grant type authorization_code, PKCE with S256"),
        Label::copy(Field::PostLogoutUri, "Client", "Post-logout redirect URI"),
        Label::copy(Field::BackChannelUri, "Client", "Back-channel logout URI"),
        Label::copy(Field::Issuer, "Provider", "Issuer"),
        Label::copy(Field::ClientId, "Client", "Client ID"),
        Label::copy(Field::ClientSecret, "Client", "Client secret"),
        Label::choose(Field::Email, "Client", "Scopes", "openid, email, profile; an address counts only with `email_verified: true`"),
    ],
    hint: Hint::LoginHint,
    names: Names { login: Some("email"), email: Some("email"), person: Some(("given_name", "family_name")), groups: None },
    signed: Signed::Assertion,
    quirks: &[],
};
