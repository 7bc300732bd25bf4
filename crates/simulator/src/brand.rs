//! Whose product a simulated provider resembles.

use crate::{person::Person, saml::{Attribute, NameId, Signed}};

/// A product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Brand {
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
    /// Google Workspace.
    Google,
    /// Any other.
    Generic,
}

/// The tenant id of the simulated Entra ID.
pub const TENANT: &str = "5a1f0d2e-77aa-4c1e-9b7e-0e1d2c3b4a59";

impl Brand {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Entra, Self::Okta, Self::Google, Self::Generic];

    /// As it stands in addresses.
    pub fn path(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Okta => "okta",
            Self::Google => "google",
            Self::Generic => "generic",
        }
    }

    /// From an address.
    pub fn parse(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|brand| brand.path() == path)
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entra => "Entra ID",
            Self::Okta => "Okta",
            Self::Google => "Google Workspace",
            Self::Generic => "identity provider",
        }
    }

    /// Its issuer for OpenID Connect, at `base` without a slash at the end.
    pub fn issuer(self, base: &str) -> String {
        match self {
            Self::Entra => format!("{base}/entra/{TENANT}/v2.0"),
            Self::Okta => format!("{base}/okta/oauth2/default"),
            Self::Google => format!("{base}/google"),
            Self::Generic => format!("{base}/generic"),
        }
    }

    /// Its entity ID for SAML.
    pub fn entity_id(self, base: &str) -> String {
        match self {
            Self::Entra => format!("{base}/entra/{TENANT}/"),
            other => format!("{base}/{}/saml", other.path()),
        }
    }

    /// What it signs unless told otherwise.
    pub fn signs(self) -> Signed {
        match self {
            Self::Okta => Signed::Both,
            Self::Google => Signed::Response,
            Self::Entra | Self::Generic => Signed::Assertion,
        }
    }

    /// The NameID of a person.
    pub fn name_id(self, person: &Person) -> NameId {
        match self {
            Self::Okta => NameId::new(&person.username, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"),
            _ => NameId::email(&person.username),
        }
    }

    /// The SAML attributes of a person, under that product's names.
    pub fn attributes(self, person: &Person) -> Vec<Attribute> {
        const CLAIMS: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
        const MICROSOFT: &str = "http://schemas.microsoft.com";
        let names = match self {
            Self::Entra => [format!("{CLAIMS}/emailaddress"), format!("{CLAIMS}/givenname"), format!("{CLAIMS}/surname"), format!("{MICROSOFT}/ws/2008/06/identity/claims/groups")],
            Self::Okta => ["email", "firstName", "lastName", "groups"].map(str::to_owned),
            Self::Google => ["email", "first_name", "last_name", "groups"].map(str::to_owned),
            Self::Generic => ["mail", "givenName", "sn", "memberOf"].map(str::to_owned),
        };
        let [email, given, family, groups] = names;
        let mut list = vec![Attribute::new(&email, &person.email), Attribute::new(&given, &person.given_name), Attribute::new(&family, &person.family_name)];
        if !person.groups.is_empty() {
            list.push(Attribute { name: groups, format: None, values: person.groups.clone() });
        }
        if self == Self::Entra {
            list.push(Attribute::new(&format!("{MICROSOFT}/identity/claims/tenantid"), TENANT));
            list.push(Attribute::new(&format!("{MICROSOFT}/identity/claims/objectidentifier"), &person.stable_id("entra")));
        }
        list
    }
}
