//! What somebody has typed of a provider, value by value, and the settings that come of it.

use homeward_federation::{
    ConnectionSettings, Preset, Protocol,
    delegated::ids::{self, Overview, Pasted},
    oidc::{ClientAuthentication, OidcSettings, SettingsError},
    saml::{
        EndpointUrl, SamlSettings,
        certificate::{Certificate, read_paste},
    },
};
use homeward_model::ConnectionId;

use super::{
    Stored,
    enter::{Problem, saml_of},
};
use crate::{ports::Fault, session::Portal};

/// Longest client secret.
const LONGEST_SECRET: usize = 4_096;

/// Values of a SAML provider, typed one by one.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByHand<'a> {
    /// Its single sign-on service.
    pub sign_in_url: &'a str,
    /// Its entity ID.
    pub entity_id: &'a str,
    /// Certificates to add, one after the other (B-116).
    pub certificates: &'a str,
    /// SHA-256 thumbprints of those that stay.
    pub stay: &'a [String],
}

/// How the provider learns at its token endpoint who we are. A key of our own in place of a secret (`private_key_jwt`) is made by the operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// As it was for this client; a first secret goes in a header.
    #[default]
    Same,
    /// Not at all: a public client, with PKCE (B-127).
    None,
    /// By the secret, in a header.
    Basic,
    /// By the secret, in the form.
    Post,
}

impl Proof {
    /// Reads the word of a form; what is none of them is as if nothing was chosen.
    pub fn from_word(word: &str) -> Self {
        match word {
            "none" => Self::None,
            "client_secret_basic" => Self::Basic,
            "client_secret_post" => Self::Post,
            _ => Self::Same,
        }
    }
}

/// Values of an OpenID Provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenId<'a> {
    /// Its issuer; at Microsoft Entra ID the Directory (tenant) ID serves as well.
    pub issuer: &'a str,
    /// What we are called there.
    pub client_id: &'a str,
    /// The client secret; empty: the one that is kept, or none.
    pub secret: &'a str,
    /// How we prove ourselves there.
    pub proof: Proof,
    /// Google: the organisation's domains.
    pub domains: &'a str,
}

/// The settings with what was typed of a SAML provider.
pub(super) fn saml(stored: &Stored, typed: &ByHand<'_>) -> Result<SamlSettings, Problem> {
    let settings = stored.settings();
    let old = saml_of(&settings).ok_or(Problem::Address)?;
    let address = EndpointUrl::parse(typed.sign_in_url.trim()).ok_or(Problem::Address)?;
    let entity_id = typed.entity_id.trim();
    if entity_id.is_empty() {
        return Err(Problem::EntityId);
    }
    let pasted = typed.certificates.trim();
    let added = if pasted.is_empty() { Vec::new() } else { read_paste(pasted.as_bytes()).map_err(Problem::Certificates)? };
    let stays = |pem: &&String| Certificate::from_pem(pem).is_ok_and(|one| typed.stay.contains(&one.sha256_thumbprint()));
    let mut certificates: Vec<String> = old.certificates.iter().filter(stays).cloned().collect();
    for pem in added.iter().map(Certificate::pem) {
        if !certificates.contains(&pem) {
            certificates.push(pem);
        }
    }
    // One address is shown, and one is entered: the binding that it had stays.
    let by_post = old.sso_redirect.is_none() && old.sso_post.is_some();
    let (sso_redirect, sso_post) = if by_post { (None, Some(address)) } else { (Some(address), old.sso_post.clone()) };
    Ok(SamlSettings { idp_entity_id: entity_id.to_owned(), sso_redirect, sso_post, certificates, ..old.clone() })
}

/// The settings with what was typed of an OpenID Provider.
pub(super) fn openid(portal: &Portal, (id, settings): (ConnectionId, &ConnectionSettings), typed: &OpenId<'_>) -> Result<Result<OidcSettings, Problem>, Fault> {
    let Protocol::Oidc(old) = &settings.protocol else { return Ok(Err(Problem::OpenId(SettingsError::Issuer))) };
    let named = match settings.preset {
        Preset::Entra => entra(typed),
        _ => Ok((typed.issuer.trim().to_owned(), typed.client_id.trim().to_owned())),
    };
    let (issuer, client_id) = match named {
        Ok(named) => named,
        Err(problem) => return Ok(Err(problem)),
    };
    let secret = typed.secret.trim();
    if secret.len() > LONGEST_SECRET {
        return Ok(Err(Problem::Secret));
    }
    // A secret belongs to one client of one provider; it goes nowhere else. So does the installation's registration: it serves the tenant that
    // was proved.
    let same = old.issuer == issuer && old.client_id == client_id;
    let kept = if same { old.authentication.clone() } else { ClientAuthentication::None };
    let new = match secret.is_empty() {
        true => None,
        false => Some(portal.providers.seal(id, secret).ok_or_else(|| Fault("a secret could not be sealed".into()))?),
    };
    let by_form = match typed.proof {
        Proof::Same => matches!(old.authentication, ClientAuthentication::SecretPost { .. }),
        Proof::None | Proof::Basic => false,
        Proof::Post => true,
    };
    let authentication = match (typed.proof, new, kept) {
        (Proof::Same, None, kept) => kept,
        (Proof::None, None, _) => ClientAuthentication::None,
        // What was typed would go nowhere.
        (Proof::None, Some(_), _) => return Ok(Err(Problem::Proof)),
        (Proof::Same | Proof::Basic | Proof::Post, Some(secret), _) | (Proof::Basic | Proof::Post, None, ClientAuthentication::SecretBasic { secret } | ClientAuthentication::SecretPost { secret }) => {
            if by_form { ClientAuthentication::SecretPost { secret } } else { ClientAuthentication::SecretBasic { secret } }
        }
        (Proof::Basic | Proof::Post, None, ClientAuthentication::None | ClientAuthentication::PrivateKeyJwt { .. }) => return Ok(Err(Problem::Proof)),
    };
    let domains = typed.domains.split([',', ';', ' ', '\n', '\r']).map(|domain| domain.trim().to_lowercase()).filter(|domain| !domain.is_empty());
    Ok(Ok(OidcSettings { issuer, client_id, authentication, hosted_domains: domains.collect(), own_registration: old.own_registration && same, ..(**old).clone() }))
}

/// Microsoft's two ids, told apart from the ones that look like them (B-196). An issuer serves instead of the tenant, for its other clouds.
fn entra(typed: &OpenId<'_>) -> Result<(String, String), Problem> {
    let known = Overview { tenant: ids::overview(typed.client_id).tenant, ..ids::overview(&format!("{}\n{}", typed.issuer, typed.client_id)) };
    let client_id = match ids::recognise(ids::Field::Application, typed.client_id, &known) {
        Pasted::Value(value) => value,
        other => return Err(Problem::Application(other)),
    };
    if typed.issuer.trim().starts_with("http") {
        return Ok((typed.issuer.trim().to_owned(), client_id));
    }
    let beside = Overview { application: Some(client_id.clone()), ..known };
    match ids::recognise(ids::Field::Tenant, typed.issuer, &beside) {
        Pasted::Value(tenant) => Ok((format!("https://login.microsoftonline.com/{tenant}/v2.0"), client_id)),
        other => Err(Problem::Tenant(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = "d65b4815-f19a-4f13-bc21-1bba8f75df61";
    const TENANT: &str = "9613561e-06f7-495c-8315-e6a2670c04cc";

    fn typed<'a>(issuer: &'a str, client_id: &'a str) -> OpenId<'a> {
        OpenId { issuer, client_id, ..OpenId::default() }
    }

    /// B-196: the ids of Microsoft's Overview page are told apart, also when one of them stands in both fields.
    #[test]
    fn microsofts_ids_are_told_apart() {
        let good = Ok((format!("https://login.microsoftonline.com/{TENANT}/v2.0"), CLIENT.to_owned()));
        assert_eq!(entra(&typed(TENANT, CLIENT)), good);
        assert_eq!(entra(&typed(&format!("Directory (tenant) ID: {TENANT}"), &format!("Application (client) ID\n{CLIENT}"))), good);
        assert_eq!(entra(&typed(TENANT, "Object ID\ndd42879e-7c0d-44a2-bc68-9209a9678ca4")), Err(Problem::Application(Pasted::ObjectId)));
        assert_eq!(entra(&typed(CLIENT, CLIENT)), Err(Problem::Tenant(Pasted::Other(ids::Field::Application))));
        assert_eq!(entra(&typed("common", CLIENT)), Err(Problem::Tenant(Pasted::NoOrganisation)));
        assert_eq!(entra(&typed(TENANT, "api://x")), Err(Problem::Application(Pasted::ApplicationUri)));
        assert_eq!(entra(&typed("https://login.microsoftonline.us/x/v2.0", CLIENT)).unwrap().0, "https://login.microsoftonline.us/x/v2.0");
    }
}
