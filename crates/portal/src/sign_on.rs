//! The Single Sign-On page: what to give to the identity provider, what came from it, and how it stands.

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::{ConnectionSettings, OurAddresses, Protocol};

use crate::{
    authority::Action,
    entry::Granted,
    home::{CertificateShown, shown},
    ports::Fault,
    session::Portal,
};

/// Names of values, which the page has in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Our entity ID.
    Identifier,
    /// Our assertion consumer service.
    ReplyUrl,
    /// Our metadata.
    MetadataUrl,
    /// Our redirection endpoint.
    RedirectUri,
    /// Where a tile at the provider leads.
    SignOnUrl,
    /// The provider's single sign-on service.
    SignInUrl,
    /// The provider's entity ID.
    IdpIdentifier,
    /// The provider's issuer.
    Issuer,
    /// Our `client_id` at the provider.
    ClientId,
}

/// One connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionPage {
    /// As discovery sees it.
    pub connection: Connection,
    /// `SAML 2.0` or `OpenID Connect`; `None` as long as nothing was entered.
    pub protocol: Option<&'static str>,
    /// What the provider needs of us.
    pub give: Vec<(Value, String)>,
    /// What we have of the provider. No secret is among it (AD-05).
    pub have: Vec<(Value, String)>,
    /// The provider's certificates.
    pub certificates: Vec<CertificateShown>,
}

/// The connections of an account that are not retired.
///
/// # Errors
/// `Fault`.
pub async fn connections(portal: &Portal, granted: &Granted) -> Result<Vec<ConnectionPage>, Fault> {
    granted.is_for(Action::ReadSignOn)?;
    let all = portal.accounts.connections(granted.account().id).await?;
    let live = all.iter().filter(|(connection, _)| connection.state != ConnectionState::Retired);
    Ok(live.map(|(connection, settings)| page(portal, connection, settings.as_ref())).collect())
}

fn page(portal: &Portal, connection: &Connection, settings: Option<&ConnectionSettings>) -> ConnectionPage {
    let seen = shown(connection, settings, portal.now());
    let (give, have) = match settings.map(|settings| &settings.protocol) {
        None => (Vec::new(), Vec::new()),
        Some(protocol) => (give(&portal.base, connection, protocol), have(protocol)),
    };
    ConnectionPage { connection: seen.connection, protocol: seen.protocol, give, have, certificates: seen.certificates }
}

fn give(base: &str, connection: &Connection, protocol: &Protocol) -> Vec<(Value, String)> {
    let ours = OurAddresses::new(base, connection.id, Some(protocol));
    match protocol {
        Protocol::Saml(_) => {
            vec![(Value::Identifier, ours.entity_id), (Value::ReplyUrl, ours.acs_url), (Value::SignOnUrl, ours.sign_on_url), (Value::MetadataUrl, ours.metadata_url)]
        }
        Protocol::Oidc(_) => vec![(Value::RedirectUri, ours.redirect_uri), (Value::SignOnUrl, ours.sign_on_url)],
    }
}

fn have(protocol: &Protocol) -> Vec<(Value, String)> {
    match protocol {
        Protocol::Saml(saml) => {
            let address = saml.sso_redirect.as_ref().or(saml.sso_post.as_ref()).map(|url| (Value::SignInUrl, url.as_str().to_owned()));
            address.into_iter().chain([(Value::IdpIdentifier, saml.idp_entity_id.clone())]).collect()
        }
        Protocol::Oidc(oidc) => vec![(Value::Issuer, oidc.issuer.clone()), (Value::ClientId, oidc.client_id.clone())],
    }
}

#[cfg(test)]
mod tests {
    use homeward_federation::{
        oidc::{OWN_CALLBACK, OidcSettings},
        saml::{EndpointUrl, OwnIdentity, SamlSettings},
    };
    use homeward_model::{AccountId, ConnectionId, SystemRandom};

    use super::*;

    fn given(protocol: &Protocol) -> Vec<(Value, String)> {
        let connection = Connection {
            id: ConnectionId::generate(&SystemRandom),
            account: AccountId::generate(&SystemRandom),
            name: "Okta".into(),
            state: ConnectionState::Draft,
            outage: None,
        };
        give("https://signin.example", &connection, protocol)
    }

    /// B-181: what there is to copy is where the answer is heard: under the host that the provider knows.
    #[test]
    fn b_181_the_reply_url_has_the_origin_that_the_provider_knows() {
        let mut settings = SamlSettings::new("https://idp.example", EndpointUrl::parse("https://idp.example/sso").unwrap(), Vec::new());
        settings.own_identity = Some(OwnIdentity { entity_id: None, acs_path: Some("/sp/ACS.saml2".into()), acs_origin: EndpointUrl::parse("https://ssoeuro.example.com") });
        let found = given(&Protocol::Saml(Box::new(settings)));
        assert!(found.contains(&(Value::ReplyUrl, "https://ssoeuro.example.com/sp/ACS.saml2".to_owned())), "{found:?}");
    }

    /// OR-03: a connection of the installation's own registration comes back to the callback of that registration.
    #[test]
    fn or_03_the_redirect_uri_is_the_registered_one() {
        let settings = OidcSettings { own_registration: true, ..OidcSettings::new("https://login.microsoftonline.com/t/v2.0", "homeward") };
        let found = given(&Protocol::Oidc(Box::new(settings)));
        assert!(found.contains(&(Value::RedirectUri, format!("https://signin.example{OWN_CALLBACK}"))), "{found:?}");
    }
}
