//! What the consoles of providers call the fields that an administrator has to look at. Words of those products: never translated.

use crate::Preset;

/// A field at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConsoleField {
    /// Our entity ID, or our client id.
    OurName,
    /// Our assertion consumer service, or our redirect URI.
    OurAddress,
    /// Its own entity ID or issuer.
    ItsName,
    /// What it signs.
    SigningOption,
    /// What it signs with.
    SigningAlgorithm,
    /// Its certificate.
    Certificate,
    /// What names the person.
    PersonName,
    /// Attributes or claims.
    Attributes,
    /// Who may use the application.
    Assignment,
    /// How we prove who we are.
    ClientSecret,
}

impl ConsoleField {
    /// Its name there, in a SAML application of this product.
    pub const fn saml(self, preset: Preset) -> &'static str {
        use ConsoleField as F;
        match (preset, self) {
            (Preset::Entra, F::OurName) => "Identifier (Entity ID)",
            (Preset::Entra, F::OurAddress) => "Reply URL (Assertion Consumer Service URL)",
            (Preset::Entra, F::ItsName) => "Microsoft Entra Identifier",
            (Preset::Entra, F::SigningOption) => "SAML Certificates › Signing option",
            (Preset::Entra, F::SigningAlgorithm) => "SAML Certificates › Signing algorithm",
            (Preset::Entra, F::Certificate) => "SAML Certificates › Token signing certificate",
            (Preset::Entra, F::PersonName) => "Attributes & Claims › Unique User Identifier (Name ID)",
            (Preset::Entra, F::Attributes) => "Attributes & Claims › Add new claim",
            (Preset::Entra, F::Assignment) => "Users and groups",
            (Preset::Okta, F::OurName) => "Audience URI (SP Entity ID)",
            (Preset::Okta, F::OurAddress) => "Single sign-on URL",
            (Preset::Okta, F::ItsName) => "Issuer",
            (Preset::Okta, F::SigningOption) => "Advanced Settings › Assertion Signature",
            (Preset::Okta, F::SigningAlgorithm) => "Advanced Settings › Signature Algorithm",
            (Preset::Okta, F::Certificate) => "SAML Signing Certificates",
            (Preset::Okta, F::PersonName) => "Name ID format",
            (Preset::Okta, F::Attributes) => "Attribute Statements",
            (Preset::Okta, F::Assignment) => "Assignments",
            (Preset::Google, F::OurName | F::ItsName) | (Preset::PingOne, F::OurName) => "Entity ID",
            (Preset::Google, F::OurAddress) => "ACS URL",
            (Preset::Google, F::SigningOption) => "Signed response",
            (Preset::Google, F::PersonName) => "Name ID",
            (Preset::Google, F::Attributes) => "SAML attribute mapping",
            (Preset::Google, F::Assignment) => "User access",
            (Preset::Adfs, F::OurName) => "Relying Party Trust › Identifiers",
            (Preset::Adfs, F::OurAddress) => "Relying Party Trust › Endpoints",
            (Preset::Adfs, F::ItsName) => "Federation Service identifier",
            (Preset::Adfs, F::SigningOption) => "Set-AdfsRelyingPartyTrust -SamlResponseSignature",
            (Preset::Adfs, F::SigningAlgorithm) => "Advanced › Secure hash algorithm",
            (Preset::Adfs, F::Certificate) => "Certificates › Token-signing",
            (Preset::Adfs, F::PersonName | F::Attributes) => "Claim Issuance Policy",
            (Preset::Adfs, F::Assignment) => "Access Control Policy",
            (Preset::PingOne, F::OurAddress) => "ACS URLs",
            (Preset::PingOne, F::ItsName) => "Issuer ID",
            (Preset::PingOne, F::SigningOption | F::SigningAlgorithm | F::Certificate) => "Signing Key",
            (Preset::PingOne, F::PersonName | F::Attributes) => "Attribute Mappings",
            (Preset::PingOne, F::Assignment) => "Access",
            (_, F::OurName) => "Audience / SP Entity ID",
            (_, F::OurAddress) => "Assertion Consumer Service URL",
            (_, F::ItsName) => "IdP Entity ID",
            (_, F::SigningOption) => "Sign assertions",
            (_, F::SigningAlgorithm) => "Signature algorithm",
            (_, F::Certificate) => "Signing certificate",
            (_, F::PersonName) => "NameID",
            (_, F::Attributes) => "Attributes",
            (_, F::Assignment) => "Assigned users",
            (_, F::ClientSecret) => "Client secret",
        }
    }
    /// Its name there, in an application of OpenID Connect.
    pub const fn oidc(self, preset: Preset) -> &'static str {
        use ConsoleField as F;
        match (preset, self) {
            (Preset::Entra, F::OurName) => "Application (client) ID",
            (Preset::Entra, F::OurAddress) => "Authentication › Redirect URIs",
            (Preset::Entra, F::ItsName) => "Directory (tenant) ID",
            (Preset::Entra, F::Attributes | F::PersonName) => "Token configuration",
            (Preset::Entra, F::Assignment) => "Users and groups",
            (Preset::Entra, F::ClientSecret) => "Certificates & secrets",
            (Preset::Okta, F::OurAddress) => "Sign-in redirect URIs",
            (Preset::Okta, F::Assignment) => "Assignments",
            (Preset::Google, F::OurAddress) => "Authorized redirect URIs",
            (_, F::OurName) => "Client ID",
            (_, F::OurAddress) => "Redirect URIs",
            (_, F::ItsName) => "Issuer",
            (_, F::SigningOption | F::SigningAlgorithm | F::Certificate) => "jwks_uri",
            (_, F::PersonName | F::Attributes) => "Claims",
            (_, F::Assignment) => "Assigned users",
            (_, F::ClientSecret) => "Client secret",
        }
    }
}
