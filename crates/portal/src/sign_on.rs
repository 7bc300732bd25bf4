//! The Single Sign-On page: what to give to the identity provider, what came from it, and how it stands.

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::{ConnectionSettings, Protocol};

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
    let id = connection.id;
    let begin = (Value::SignOnUrl, format!("{base}/signin/provider/{id}"));
    match protocol {
        Protocol::Saml(saml) => {
            let own = saml.own_identity.as_ref();
            let metadata = format!("{base}/saml/{id}/metadata");
            let reply = own.and_then(|own| own.acs_path.as_deref()).map_or_else(|| format!("{base}/saml/{id}/acs"), |path| format!("{base}{path}"));
            let entity = own.and_then(|own| own.entity_id.clone()).unwrap_or_else(|| metadata.clone());
            vec![(Value::Identifier, entity), (Value::ReplyUrl, reply), begin, (Value::MetadataUrl, metadata)]
        }
        Protocol::Oidc(_) => vec![(Value::RedirectUri, format!("{base}/oidc/{id}/callback")), begin],
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
