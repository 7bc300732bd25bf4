//! What an administrator enters for delegated access: the three values that the registration in Entra gives, and the scopes (B-126).

use std::collections::BTreeSet;

use homeward_egress::Rules;
use serde::{Deserialize, Serialize};
use url::Url;

use super::permissions::{Permission, Resource};
use crate::{
    ConnectionSettings, LocalField, Matching, Preset, Protocol, RemoteField,
    oidc::{CLOUDS, OidcSettings, SealedSecret, clouds::{exchange_host, graph_host, is_sign_in_host, origin}, is_tenant_id},
};

/// The registration of an application in Entra, and what it may ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegatedSettings {
    /// The sign-in host of the cloud ([`CLOUDS`]).
    #[serde(default = "global")]
    pub host: String,
    /// Directory (tenant) ID.
    pub tenant: String,
    /// Application (client) ID.
    pub application: String,
    /// Where Microsoft sends the person back to: `https`, the same on both sides, byte by byte (B-133, B-135, B-147).
    pub redirect_uri: String,
    /// Names of [`super::PERMISSIONS`].
    pub permissions: Vec<String>,
    /// A secret, when the application is not a public client (B-195).
    #[serde(default)]
    pub secret: Option<SealedSecret>,
}

fn global() -> String {
    CLOUDS.first().map(|cloud| cloud.host).unwrap_or_default().to_owned()
}

/// What is wrong with the settings. Ids that were mixed up are named ([`super::ids`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DelegatedSettingsError {
    /// Not one of the clouds.
    #[error("choose one of Microsoft's clouds")]
    Cloud,
    /// No tenant id.
    #[error("the Directory (tenant) ID has 36 characters, as the Overview page of the app registration prints it")]
    Tenant,
    /// No application id.
    #[error("the Application (client) ID has 36 characters, as the Overview page of the app registration prints it")]
    Application,
    /// The Application ID URI in its place (B-196).
    #[error("this is the Application ID URI; enter the Application (client) ID from the Overview page")]
    ApplicationUri,
    /// The tenant's id in its place (B-196).
    #[error("Application (client) ID and Directory (tenant) ID are two different values; the Object ID is neither")]
    SameId,
    /// Not `https`, or with something that Entra does not allow.
    #[error("the redirect URI begins with https:// and has neither * nor #")]
    RedirectUri,
    /// No permission, or one that cannot be delegated.
    #[error("choose permissions of the list; application permissions cannot be used")]
    Permissions,
}

impl DelegatedSettings {
    /// Whether the settings can be used; asked at entering and before each use.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, rules: &Rules) -> Result<(), DelegatedSettingsError> {
        if !is_sign_in_host(&self.host, rules) {
            return Err(DelegatedSettingsError::Cloud);
        }
        if self.application.starts_with("api://") {
            return Err(DelegatedSettingsError::ApplicationUri);
        }
        if !is_tenant_id(&self.tenant) {
            return Err(DelegatedSettingsError::Tenant);
        }
        if !is_tenant_id(&self.application) {
            return Err(DelegatedSettingsError::Application);
        }
        if self.application == self.tenant {
            return Err(DelegatedSettingsError::SameId);
        }
        let secure = Url::parse(&self.redirect_uri).is_ok_and(|url| url.scheme() == "https" && url.fragment().is_none() && url.username().is_empty());
        if !secure || !self.redirect_uri.starts_with("https://") || self.redirect_uri.contains('*') || self.redirect_uri.len() > 255 {
            return Err(DelegatedSettingsError::RedirectUri);
        }
        if self.permissions.is_empty() || self.permissions.iter().any(|name| Permission::named(name).is_none()) {
            return Err(DelegatedSettingsError::Permissions);
        }
        Ok(())
    }
    /// The redirect URI that a broker at this address offers for a new registration; it may be any path, and has `https` in any case.
    pub fn offered_redirect_uri(base: &str) -> String {
        let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
        format!("https://{}/ClientOAuth", rest.trim_end_matches('/'))
    }
    /// Whether answers come to the broker at this address: the redirect URI has its host and port.
    pub fn comes_to(&self, base: &str) -> bool {
        let place = |text: &str| Url::parse(text).ok().and_then(|url| Some((url.host_str()?.to_owned(), url.port())));
        place(base).is_some_and(|ours| place(&self.redirect_uri) == Some(ours))
    }
    /// What people consent to: cloud, tenant and application.
    pub fn registration(&self) -> (&str, &str, &str) {
        (&self.host, &self.tenant, &self.application)
    }
    /// Whether an administrator of the tenant must consent first (B-144, B-145).
    pub fn needs_administrator(&self) -> bool {
        self.chosen().any(|permission| permission.admin_consent)
    }
    fn chosen(&self) -> impl Iterator<Item = &'static Permission> {
        self.permissions.iter().filter_map(|name| Permission::named(name))
    }
    /// Every permission that the administrator chose.
    pub fn all(&self) -> BTreeSet<String> {
        self.chosen().map(|permission| permission.name.to_owned()).collect()
    }
    /// The chosen permissions of one resource.
    pub fn of(&self, resource: Resource) -> BTreeSet<String> {
        self.chosen().filter(|permission| permission.resource == resource).map(|permission| permission.name.to_owned()).collect()
    }
    /// The scopes of these permissions, as Entra writes them.
    pub(super) fn scopes<'a>(&self, permissions: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let named = permissions.into_iter().filter_map(|name| Permission::named(name));
        named.map(|permission| format!("{}/{}", self.address(permission.resource), permission.name)).collect()
    }
    /// The interface that a token of this resource is for (RFC 8707 `resource`).
    pub fn address(&self, resource: Resource) -> String {
        match resource {
            Resource::Graph => format!("https://{}", graph_host(&self.host)),
            Resource::Exchange => format!("https://{}", exchange_host(&self.host)),
        }
    }
    /// The resource of this address; a slash at its end does not count.
    pub fn resource_at(&self, address: &str) -> Option<Resource> {
        Resource::ALL.into_iter().find(|resource| self.address(*resource) == address.strip_suffix('/').unwrap_or(address))
    }
    /// The path at which the answers arrive here.
    pub fn return_path(&self) -> String {
        Url::parse(&self.redirect_uri).map(|url| url.path().to_owned()).unwrap_or_default()
    }
    /// Who a person is for this registration: the settings under which the ID token of a grant is verified. The person may have any
    /// role; guests of the tenant have a mailbox elsewhere and are refused.
    pub(super) fn identity(&self) -> ConnectionSettings {
        let issuer = format!("{}/{}/v2.0", origin(&self.host), self.tenant);
        let oidc = OidcSettings::new(&issuer, &self.application);
        ConnectionSettings {
            matching: Matching { local: LocalField::Username, remote: RemoteField::Named("email".to_owned()) },
            ..ConnectionSettings::new(Preset::Entra, Protocol::Oidc(Box::new(oidc)))
        }
    }
    pub(super) fn authorize_endpoint(&self) -> String {
        format!("{}/{}/oauth2/v2.0/authorize", origin(&self.host), self.tenant)
    }
    pub(super) fn token_endpoint(&self) -> String {
        format!("{}/{}/oauth2/v2.0/token", origin(&self.host), self.tenant)
    }
    /// Where an administrator consents for the whole tenant (B-145). `state` is a random handle.
    pub fn admin_consent_url(&self, state: &str) -> Option<String> {
        let mut url = Url::parse(&format!("{}/{}/v2.0/adminconsent", origin(&self.host), self.tenant)).ok()?;
        let scopes = self.scopes(&self.permissions).join(" ");
        url.query_pairs_mut().append_pair("client_id", &self.application).append_pair("redirect_uri", &self.redirect_uri).append_pair("state", state).append_pair("scope", &scopes);
        Some(url.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> DelegatedSettings {
        DelegatedSettings {
            host: global(),
            tenant: "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11".to_owned(),
            application: "4478d65c-ffd6-463f-8d37-63ab9ecb80f2".to_owned(),
            redirect_uri: "https://homeward.example/ClientOAuth".to_owned(),
            permissions: vec!["Calendars.Read".to_owned(), "EWS.AccessAsUser.All".to_owned()],
            secret: None,
        }
    }

    #[test]
    fn mistakes_of_the_registration_are_recognised() {
        let rules = Rules::default();
        assert_eq!(settings().check(&rules), Ok(()));
        let cases: [(fn(&mut DelegatedSettings), DelegatedSettingsError); 11] = [
            (|s| s.host = "evil.example".to_owned(), DelegatedSettingsError::Cloud),
            (|s| s.host = "127.0.0.1:80".to_owned(), DelegatedSettingsError::Cloud),
            (|s| s.tenant = "common".to_owned(), DelegatedSettingsError::Tenant),
            (|s| s.application = "api://4478d65c-ffd6-463f-8d37-63ab9ecb80f2".to_owned(), DelegatedSettingsError::ApplicationUri),
            (|s| s.application = "homeward".to_owned(), DelegatedSettingsError::Application),
            (|s| s.application.clone_from(&s.tenant), DelegatedSettingsError::SameId),
            (|s| s.redirect_uri = "http://homeward.example/ClientOAuth".to_owned(), DelegatedSettingsError::RedirectUri),
            (|s| s.redirect_uri = "https://*.homeward.example/".to_owned(), DelegatedSettingsError::RedirectUri),
            (|s| s.redirect_uri = "HTTPS://homeward.example/".to_owned(), DelegatedSettingsError::RedirectUri),
            (|s| s.permissions = vec!["Mail.Send".to_owned()], DelegatedSettingsError::Permissions),
            (|s| s.permissions.clear(), DelegatedSettingsError::Permissions),
        ];
        for (change, expected) in cases {
            let mut bent = settings();
            change(&mut bent);
            assert_eq!(bent.check(&rules), Err(expected));
        }
    }

    #[test]
    fn scopes_are_of_one_resource_and_consent_is_for_all() {
        assert_eq!(settings().scopes(&settings().of(Resource::Graph)), ["https://graph.microsoft.com/Calendars.Read"]);
        assert_eq!(settings().scopes(&settings().of(Resource::Exchange)), ["https://outlook.office365.com/EWS.AccessAsUser.All"]);
        assert_eq!(settings().resource_at("https://graph.microsoft.com/"), Some(Resource::Graph));
        assert_eq!((settings().resource_at("https://graph.microsoft.com.evil.example"), settings().resource_at("")), (None, None));
        assert_eq!(settings().return_path(), "/ClientOAuth");
        for (base, comes) in [("https://homeward.example", true), ("http://homeward.example/", true), ("https://homeward.example:8443", false), ("https://other.example", false), ("", false)] {
            assert_eq!(settings().comes_to(base), comes, "{base}");
        }
        assert_eq!(DelegatedSettings::offered_redirect_uri("http://homeward.localhost:8080/"), "https://homeward.localhost:8080/ClientOAuth");
        assert_eq!(DelegatedSettings::offered_redirect_uri("https://homeward.example"), settings().redirect_uri);
        let government = DelegatedSettings { host: "login.microsoftonline.us".to_owned(), ..settings() };
        assert_eq!(Resource::ALL.map(|resource| government.address(resource)), ["https://graph.microsoft.us", "https://outlook.office365.us"]);
        assert!(!settings().needs_administrator());
        assert!(DelegatedSettings { permissions: vec!["People.Read.All".to_owned()], ..settings() }.needs_administrator());
        let url = settings().admin_consent_url("handle").unwrap();
        assert!(url.starts_with("https://login.microsoftonline.com/7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11/v2.0/adminconsent?client_id=4478d65c") && url.contains("EWS.AccessAsUser.All"), "{url}");
    }
}
