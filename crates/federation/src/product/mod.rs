//! Products of identity providers as data: what each console calls our fields, in which dialect it takes hints, under which names it
//! sends people, what it signs, and where it surprises. Pages, commands and `docs/providers` read this one table.

mod codes;
mod field;
mod microsoft;
mod okta_and_google;
mod others;

use crate::{AttributeMapping, ConnectionSettings, Hint, LocalField, Matching, Preset, Protocol, RemoteField, saml::Signed};

pub use codes::Meaning;
pub use field::{Field, Side};
pub(crate) use microsoft::ADDRESS_CLAIMS;

/// The protocol that a row of the table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// SAML 2.0.
    Saml,
    /// OpenID Connect.
    Oidc,
}

impl Speaks {
    /// The protocol of a connection.
    pub const fn of(protocol: &Protocol) -> Self {
        match protocol {
            Protocol::Saml(_) => Self::Saml,
            Protocol::Oidc(_) => Self::Oidc,
        }
    }
}

/// One product, by one protocol.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// The preset whose product it is.
    pub preset: Preset,
    /// How it is spoken to.
    pub speaks: Speaks,
    /// What people call it.
    pub name: &'static str,
    /// Its page under `docs/providers`; empty when the page of the steps is enough.
    pub page: &'static str,
    /// What its console calls our fields, in the order in which its administrator meets them.
    pub labels: &'static [Label],
    /// In which dialect it takes the typed username.
    pub hint: Hint,
    /// Under which names it sends a person.
    pub names: Names,
    /// SAML: what it signs as it comes.
    pub signed: Signed,
    /// Where it surprises.
    pub quirks: &'static [Quirk],
}

/// A field of ours in the words of a console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Which field.
    pub field: Field,
    /// Page or section of the console.
    pub place: &'static str,
    /// The field's name there, as it is printed.
    pub name: &'static str,
    /// What to choose or to know; empty when the value is only copied.
    pub choose: &'static str,
}

impl Label {
    const fn copy(field: Field, place: &'static str, name: &'static str) -> Self {
        Self { field, place, name, choose: "" }
    }
    const fn choose(field: Field, place: &'static str, name: &'static str, choose: &'static str) -> Self {
        Self { field, place, name, choose }
    }
    /// `SAML Certificates › Signing Option`, as a hint beside a field says it.
    pub fn path(&self) -> String {
        if self.place.is_empty() { self.name.to_owned() } else { format!("{} › {}", self.place, self.name) }
    }
}

/// A part of a person, as providers send it. `None`: NameID or `sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// What they sign in with there.
    pub login: Option<&'static str>,
    /// The e-mail address.
    pub email: Option<&'static str>,
    /// Given name and family name.
    pub person: Option<(&'static str, &'static str)>,
    /// Groups.
    pub groups: Option<&'static str>,
}

/// Where a product surprises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk {
    /// A word for programs; unique.
    pub key: &'static str,
    /// What it does, and what to do.
    pub says: &'static str,
}

/// Every product that we know, by every protocol that we know of it. The generic ones are last.
pub static PRODUCTS: [&Product; 11] = [
    &microsoft::ENTRA_SAML,
    &microsoft::ENTRA_OIDC,
    &okta_and_google::OKTA_SAML,
    &okta_and_google::OKTA_OIDC,
    &okta_and_google::GOOGLE_SAML,
    &okta_and_google::GOOGLE_OIDC,
    &microsoft::ADFS_SAML,
    &others::PINGONE_SAML,
    &others::PINGONE_OIDC,
    &others::GENERIC_SAML,
    &others::GENERIC_OIDC,
];

impl Product {
    /// The row of a preset and protocol; where a product is not known by that protocol, the generic one.
    pub fn of(preset: Preset, speaks: Speaks) -> &'static Self {
        let generic = match speaks {
            Speaks::Saml => &others::GENERIC_SAML,
            Speaks::Oidc => &others::GENERIC_OIDC,
        };
        PRODUCTS.iter().copied().find(|row| row.preset == preset && row.speaks == speaks).unwrap_or(generic)
    }
    /// The row of a connection.
    pub fn of_connection(settings: &ConnectionSettings) -> &'static Self {
        Self::of(settings.preset, Speaks::of(&settings.protocol))
    }
    /// What the console calls a field; the first place where it stands.
    pub fn label(&self, field: Field) -> Option<&'static Label> {
        self.labels.iter().find(|label| label.field == field)
    }
    /// The value that carries the name people sign in with there.
    pub fn login(&self) -> RemoteField {
        remote(self.names.login)
    }
    /// The value that carries the e-mail address.
    pub fn email(&self) -> RemoteField {
        remote(self.names.email)
    }
    /// The usual matching: our username is what they sign in with there.
    pub fn matching(&self) -> Matching {
        Matching { local: LocalField::Username, remote: self.login() }
    }
    /// The usual mapping; groups and roles are taken only where somebody says so.
    pub fn mapping(&self) -> AttributeMapping {
        let (given_name, family_name) = self.names.person.map_or((None, None), |(given, family)| (Some(given.to_owned()), Some(family.to_owned())));
        AttributeMapping { email: self.names.email.map(str::to_owned), given_name, family_name, groups: None, roles: None }
    }
    /// The settings that a connection to this product starts with: strict, in its dialect.
    pub fn settings(&self, mut protocol: Protocol) -> ConnectionSettings {
        if let Protocol::Saml(saml) = &mut protocol {
            saml.signed = self.signed;
        }
        ConnectionSettings { hint: self.hint, matching: self.matching(), mapping: self.mapping(), ..ConnectionSettings::new(self.preset, protocol) }
    }
    /// The table of its page: the console's words on the left, ours on the right.
    pub fn table(&self) -> String {
        let row = |label: &Label| {
            let value = [label.field.ours(), label.choose].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
            format!("| {} | {value} |\n", label.path())
        };
        format!("| In {} | Here, or what to choose |\n|---|---|\n{}", self.name, self.labels.iter().map(row).collect::<String>())
    }
    /// The list of surprises on its page.
    pub fn surprises(&self) -> String {
        self.quirks.iter().map(|quirk| format!("- {}\n", quirk.says)).collect()
    }
}

fn remote(name: Option<&str>) -> RemoteField {
    name.map_or(RemoteField::Subject, |name| RemoteField::Named(name.to_owned()))
}

#[cfg(test)]
mod tests;
