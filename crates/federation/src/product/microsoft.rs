//! Microsoft's products: Entra ID by SAML and by OpenID Connect, and AD FS.

use super::{Field, Label, Names, Product, Quirk, Speaks};
use crate::{Hint, Preset, saml::Signed};

const EMAIL: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
const PERSON: Option<(&str, &str)> =
    Some(("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"));

const CBC: &str = "It encrypts with AES-256-CBC, which is taken only inside a signed response.";

/// Microsoft Entra ID by SAML.
pub(super) const ENTRA_SAML: Product = Product {
    preset: Preset::Entra,
    speaks: Speaks::Saml,
    name: "Entra",
    page: "entra-saml.md",
    labels: &[
        Label::copy(Field::EntityId, "Basic SAML Configuration", "Identifier (Entity ID)"),
        Label::copy(Field::ReplyUrl, "Basic SAML Configuration", "Reply URL (Assertion Consumer Service URL)"),
        Label::copy(Field::SignOnUrl, "Basic SAML Configuration", "Sign on URL"),
        Label::choose(Field::LogoutUrl, "Basic SAML Configuration", "Logout Url (Optional)", "a LogoutRequest that is not signed is refused"),
        Label::choose(Field::OurMetadata, "Set up Single Sign-On with SAML", "Upload metadata file", "fills Identifier and Reply URL"),
        Label::choose(Field::NameId, "Attributes & Claims", "Unique User Identifier (Name ID)", "`user.userprincipalname`, or `user.mail` where the usernames here are mail addresses; format Email address"),
        Label::choose(Field::Email, "Attributes & Claims", EMAIL, "`user.mail`"),
        Label::choose(Field::Signature, "SAML Certificates", "Signing Option", "Sign SAML response and assertion"),
        Label::choose(Field::Algorithm, "SAML Certificates", "Signing Algorithm", "SHA-256"),
        Label::copy(Field::IdpMetadata, "SAML Certificates", "Federation Metadata XML"),
        Label::copy(Field::IdpMetadataUrl, "SAML Certificates", "App Federation Metadata Url"),
        Label::copy(Field::Certificate, "SAML Certificates", "Certificate (Base64)"),
        Label::copy(Field::SignInUrl, "Set up", "Login URL"),
        Label::copy(Field::IdpEntityId, "Set up", "Microsoft Entra Identifier"),
        Label::copy(Field::IdpLogoutUrl, "Set up", "Logout URL"),
        Label::choose(Field::People, "Users and groups", "Add user/group", "whoever is not assigned gets AADSTS50105 from Entra"),
    ],
    hint: Hint::LoginHint,
    names: Names { login: None, email: Some(EMAIL), person: PERSON, groups: Some("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups") },
    signed: Signed::Assertion,
    quirks: &[
        Quirk { key: "entra_cbc", says: CBC },
        Quirk { key: "entra_saml_logout", says: "Signing out: the metadata brings Entra's own logout address along; `sign_out_there = \"offer\"` or `\"always\"` uses it. Its answer is not always signed: the page then says that the organisation has not confirmed it, although people are signed out there." },
        Quirk { key: "entra_group_overage", says: "It sends no groups for whoever is in more than 150 of them, but a link. Assign groups to the application and send only those." },
        Quirk { key: "entra_codes", says: "Codes that Entra shows: AADSTS50011 the Reply URL differs; AADSTS700016 the Identifier differs; AADSTS50105 not assigned; AADSTS75011 the person signed in by another method than the one that was asked for." },
        Quirk { key: "entra_clouds", says: "US Government and China: the same, with the host names of that cloud." },
    ],
};

/// The claims that name a person by a proved address, and where a registration asks for each.
pub(crate) const ADDRESS_CLAIMS: &str = "Token configuration › Add optional claim › email; Manifest › optionalClaims › idToken › xms_edov";

/// Microsoft Entra ID by OpenID Connect.
pub(super) const ENTRA_OIDC: Product = Product {
    preset: Preset::Entra,
    speaks: Speaks::Oidc,
    name: "Entra",
    page: "entra-oidc.md",
    labels: &[
        Label::choose(Field::People, "Register an application", "Supported account types", "Accounts in this organizational directory only"),
        Label::choose(Field::RedirectUri, "Authentication", "Redirect URIs", "platform Web"),
        Label::choose(Field::PostLogoutUri, "Authentication", "Redirect URIs › Add URI (Web)", "for `sign_out_there`"),
        Label::choose(Field::ClientId, "Overview", "Application (client) ID", "not the Object ID"),
        Label::choose(Field::Issuer, "Overview", "Directory (tenant) ID", "`https://login.microsoftonline.com/TENANT-ID/v2.0`"),
        Label::choose(Field::ClientSecret, "Certificates & secrets", "Client secrets › Value", "not the Secret ID"),
        Label::choose(Field::Email, "Token configuration", "Add optional claim", "ID: email; login_hint and sid, for signing out there without being asked whom and for one session at a time"),
        Label::choose(Field::Email, "Manifest", "optionalClaims › idToken", "`{ \"name\": \"xms_edov\" }` beside the others: the list under Token configuration does not have it"),
    ],
    hint: Hint::LoginHint,
    names: Names { login: Some("email"), email: Some("email"), person: Some(("given_name", "family_name")), groups: Some("groups") },
    signed: Signed::Assertion,
    quirks: &[
        Quirk { key: "entra_subject", says: "People are bound by `tid` and `oid`, never by an address." },
        Quirk { key: "entra_edov", says: "An address counts only where Entra says that its domain's owner was verified (the optional claim `xms_edov`) and the account has proved the domain here." },
        Quirk { key: "entra_tenants", says: "One connection, one tenant. An issuer of `common` or `organizations` works only with a list of `tenants`." },
        Quirk { key: "entra_oidc_logout", says: "Entra has no back-channel logout, and its Front-channel logout URL is not served here: leave it empty. Sessions here end at their own times, and with the connection." },
        Quirk { key: "entra_guests", says: "Guests of the tenant are refused unless `guests = true`." },
        Quirk { key: "entra_hasgroups", says: "It sends no groups for whoever is in more than 200 of them. A connection that takes groups refuses such an answer." },
    ],
};

/// Active Directory Federation Services.
pub(super) const ADFS_SAML: Product = Product {
    preset: Preset::Adfs,
    speaks: Speaks::Saml,
    name: "AD FS",
    page: "adfs.md",
    labels: &[
        Label::choose(Field::OurMetadata, "Add Relying Party Trust Wizard", "Federation metadata address (host name or URL)", "AD FS follows it when our key changes"),
        Label::copy(Field::EntityId, "Properties › Identifiers", "Relying party identifier"),
        Label::choose(Field::ReplyUrl, "Properties › Endpoints", "SAML Assertion Consumer Endpoints", "binding POST"),
        Label::choose(Field::LogoutUrl, "Properties › Endpoints", "SAML Logout Endpoints", "Binding Redirect and POST; the import fills it"),
        Label::choose(Field::OurCertificate, "Properties › Signature", "Request signing certificate", "AD FS refuses our LogoutRequest without it; the import fills it"),
        Label::choose(Field::Algorithm, "Properties › Advanced", "Secure hash algorithm", "SHA-256"),
        Label::choose(Field::Email, "Edit Claim Issuance Policy", "Send LDAP Attributes as Claims", "E-Mail-Addresses to E-Mail Address"),
        Label::choose(Field::NameId, "Edit Claim Issuance Policy", "Transform an Incoming Claim", "E-Mail Address to Name ID, outgoing name ID format Email"),
        Label::copy(Field::IdpEntityId, "Federation Service Properties", "Federation Service identifier"),
        Label::copy(Field::Certificate, "Service › Certificates", "Token-signing"),
        Label::choose(Field::People, "Edit Access Control Policy", "Choose an access control policy", "Permit everyone, or a group"),
    ],
    hint: Hint::UsernameParameter,
    names: Names { login: None, email: Some(EMAIL), person: PERSON, groups: Some("http://schemas.xmlsoap.org/claims/Group") },
    signed: Signed::Assertion,
    quirks: &[
        Quirk { key: "adfs_rolls", says: "AD FS rolls its token-signing certificate by itself. Take over the new metadata while both certificates are in it." },
        Quirk { key: "adfs_logout", says: "Signing out needs the Name ID of the sign-in: keep the rule for it as it is, with format Email, for as long as sessions live." },
        Quirk { key: "adfs_clock", says: "A clock that is off: raise `skew` for this connection, to at most 300 seconds, rather than none at all." },
        Quirk { key: "adfs_cbc", says: CBC },
    ],
};
