//! Okta and Google Workspace, each by SAML and by OpenID Connect.

use super::{Field, Label, Names, Product, Quirk, Speaks};
use crate::{Hint, Preset, saml::Signed};

/// Okta by SAML.
pub(super) const OKTA_SAML: Product = Product {
    preset: Preset::Okta,
    speaks: Speaks::Saml,
    name: "Okta",
    page: "okta-saml.md",
    labels: &[
        Label::choose(Field::ReplyUrl, "SAML Settings", "Single sign-on URL", "\"Use this for Recipient URL and Destination URL\" stays ticked"),
        Label::copy(Field::EntityId, "SAML Settings", "Audience URI (SP Entity ID)"),
        Label::choose(Field::NameId, "SAML Settings", "Name ID format", "EmailAddress, or Persistent"),
        Label::choose(Field::NameId, "SAML Settings", "Application username", "Okta username, or Email"),
        Label::choose(Field::Signature, "Show Advanced Settings", "Response", "Signed"),
        Label::choose(Field::Signature, "Show Advanced Settings", "Assertion Signature", "Signed"),
        Label::choose(Field::Algorithm, "Show Advanced Settings", "Signature Algorithm", "RSA-SHA256"),
        Label::choose(Field::Algorithm, "Show Advanced Settings", "Digest Algorithm", "SHA256"),
        Label::choose(Field::OurCertificate, "Show Advanced Settings", "Signature Certificate", "the first of our metadata"),
        Label::choose(Field::LogoutUrl, "Show Advanced Settings", "Single Logout URL", "with Enable Single Logout and \"Allow application to initiate Single Logout\" ticked, for `sign_out_there`"),
        Label::copy(Field::EntityId, "Show Advanced Settings", "SP Issuer"),
        Label::choose(Field::Encryption, "Show Advanced Settings", "Assertion Encryption", "Unencrypted, or Encrypted with AES256-CBC and RSA-OAEP"),
        Label::choose(Field::Email, "Attribute Statements", "email", "`user.email`"),
        Label::copy(Field::IdpMetadata, "Sign On › SAML Signing Certificates", "Actions › View IdP metadata"),
        Label::copy(Field::SignInUrl, "View SAML setup instructions", "Identity Provider Single Sign-On URL"),
        Label::copy(Field::IdpEntityId, "View SAML setup instructions", "Identity Provider Issuer"),
        Label::copy(Field::Certificate, "View SAML setup instructions", "X.509 Certificate"),
        Label::choose(Field::People, "Assignments", "Assign", "people or groups"),
    ],
    hint: Hint::None,
    names: Names { login: None, email: Some("email"), person: Some(("firstName", "lastName")), groups: Some("groups") },
    signed: Signed::Both,
    quirks: &[
        Quirk { key: "okta_no_hint", says: "Okta asks for the username again: it reads no hint from a SAML request." },
        Quirk { key: "okta_tile", says: "A tile in Okta's dashboard sends an answer by itself. That is refused by default; `idp_initiated = \"convert\"` makes the tile work. Or add a Bookmark App with the sign-on URL and hide the SAML app's own tile." },
        Quirk { key: "okta_single_logout", says: "With Enable Single Logout, Okta's metadata has a SingleLogoutService: take the metadata over once more after ticking it. When our signing key rolls, Signature Certificate is where the new one goes, before `homeward connection key switch`." },
        Quirk { key: "okta_relay_state", says: "Leave Default RelayState empty: what comes in it leads nowhere here." },
        Quirk { key: "okta_cbc", says: "With Assertion Encryption the response must stay signed: AES-CBC is taken only inside a signed response." },
    ],
};

/// Okta by OpenID Connect.
pub(super) const OKTA_OIDC: Product = Product {
    preset: Preset::Okta,
    speaks: Speaks::Oidc,
    name: "Okta",
    page: "okta-oidc.md",
    labels: &[
        Label::choose(Field::RedirectUri, "General › LOGIN", "Sign-in redirect URIs", "grant type Authorization Code"),
        Label::copy(Field::PostLogoutUri, "General › LOGIN", "Sign-out redirect URIs"),
        Label::copy(Field::SignOnUrl, "General › LOGIN", "Initiate login URI"),
        Label::choose(Field::Pkce, "General › Client Credentials", "Require PKCE as additional verification", "ticked"),
        Label::copy(Field::ClientId, "General › Client Credentials", "Client ID"),
        Label::copy(Field::ClientSecret, "General › CLIENT SECRETS", "Secret"),
        Label::choose(Field::Issuer, "Sign On › OpenID Connect ID Token", "Issuer", "the organisation's own address, or the custom authorization server: …/oauth2/default"),
        Label::choose(Field::People, "Assignments", "Assign", "people or groups"),
    ],
    hint: Hint::LoginHint,
    names: Names { login: Some("email"), email: Some("email"), person: Some(("given_name", "family_name")), groups: Some("groups") },
    signed: Signed::Assertion,
    quirks: &[
        Quirk { key: "okta_issuer", says: "The issuer is compared to the letter: the organisation's own address and a custom authorization server are two issuers." },
        Quirk { key: "okta_oidc_logout", says: "Okta has no back-channel logout: its Logout request URL is opened by the browser, with `iss` and `sid` and no logout token, and is not served here. Leave it empty. Sessions here end at their own times, and with the connection." },
        Quirk { key: "okta_email_verified", says: "An address counts only with `email_verified: true`." },
    ],
};

/// Google Workspace by SAML.
pub(super) const GOOGLE_SAML: Product = Product {
    preset: Preset::Google,
    speaks: Speaks::Saml,
    name: "the Google Admin console",
    page: "google.md",
    labels: &[
        Label::copy(Field::IdpMetadata, "Google Identity Provider details", "Download metadata"),
        Label::copy(Field::SignInUrl, "Google Identity Provider details", "SSO URL"),
        Label::copy(Field::IdpEntityId, "Google Identity Provider details", "Entity ID"),
        Label::copy(Field::Certificate, "Google Identity Provider details", "Certificate"),
        Label::copy(Field::ReplyUrl, "Service provider details", "ACS URL"),
        Label::copy(Field::EntityId, "Service provider details", "Entity ID"),
        Label::copy(Field::SignOnUrl, "Service provider details", "Start URL"),
        Label::choose(Field::Signature, "Service provider details", "Signed response", "not ticked: the assertion is signed"),
        Label::choose(Field::NameId, "Service provider details", "Name ID format", "EMAIL"),
        Label::choose(Field::NameId, "Service provider details", "Name ID", "Basic Information › Primary email"),
        Label::choose(Field::People, "User access", "Service status", "ON for everyone, or for an organisational unit"),
    ],
    hint: Hint::None,
    names: Names { login: None, email: None, person: None, groups: None },
    signed: Signed::Assertion,
    quirks: &[
        Quirk { key: "google_signed_response", says: "With \"Signed response\" the response is signed instead of the assertion: then set `signed = \"response\"` in `[account.connection.settings.protocol.saml]`." },
        Quirk { key: "google_no_single_logout", says: "Google has no single logout for SAML apps." },
        Quirk { key: "google_certificate", says: "Its certificate lives for five years; a new one is made in the same place, and both are published for a while." },
    ],
};

/// Google Workspace by OpenID Connect.
pub(super) const GOOGLE_OIDC: Product = Product {
    preset: Preset::Google,
    speaks: Speaks::Oidc,
    name: "the Google Cloud console",
    page: "google.md",
    labels: &[
        Label::choose(Field::People, "OAuth consent screen", "User type", "Internal"),
        Label::choose(Field::RedirectUri, "OAuth client ID", "Authorized redirect URIs", "application type Web application"),
        Label::copy(Field::ClientId, "OAuth client ID", "Client ID"),
        Label::copy(Field::ClientSecret, "OAuth client ID", "Client secret"),
    ],
    hint: Hint::HostedDomain,
    names: Names { login: Some("email"), email: Some("email"), person: Some(("given_name", "family_name")), groups: None },
    signed: Signed::Assertion,
    quirks: &[
        Quirk { key: "google_hd", says: "`hosted_domains` is required: without `hd` a private Google account with a work address would be somebody else's." },
        Quirk { key: "google_no_logout", says: "Google publishes no end_session_endpoint and sends no logout tokens: leave `sign_out_there` off; the page says that the Google session may be open." },
        Quirk { key: "google_recycled", says: "People are bound by `sub`. A domain that was sold and set up anew at Google has other people behind the same addresses, and they open nothing here." },
        Quirk { key: "google_issuer", says: "Its issuer is `https://accounts.google.com`, for everybody." },
    ],
};
