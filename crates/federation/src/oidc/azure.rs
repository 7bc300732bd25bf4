//! "Start Azure integration" (B-157): the administrator signs in at Microsoft and accepts, and a draft of a connection is there.
//!
//! Pure: the consent address, and what its answer means. The answer is a stranger's text: it says which tenant to ask, and an ID
//! token of that tenant proves it before a draft is kept (Microsoft identity platform, "Admin consent": the tenant of the answer
//! authenticates nobody).

use homeward_egress::Rules;
use url::Url;
use zeroize::Zeroizing;

use super::{CallbackParams, OidcSettings, entra, is_tenant_id};
use crate::{AttributeMapping, ConnectionSettings, Hint, LocalField, Matching, Preset, Protocol, RemoteField, VerifiedAssertion};

/// The application that this installation has registered at Microsoft for all its accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureApplication {
    /// The sign-in host of the cloud it is registered in ([`super::CLOUDS`]).
    pub host: String,
    /// Application (client) ID.
    pub client_id: String,
    /// Where Microsoft sends the administrator back to; registered there, exact.
    pub redirect_uri: String,
}

/// The client secret of that registration. No connection keeps a copy of it: each asks for the present one when it redeems a code, so that
/// the operator changes it in one place.
#[derive(Clone)]
pub struct OwnSecret {
    origin: String,
    client_id: String,
    secret: Zeroizing<String>,
}

impl OwnSecret {
    /// The secret of this application.
    pub fn new(application: &AzureApplication, secret: String) -> Self {
        Self { origin: entra::origin(&application.host), client_id: application.client_id.clone(), secret: Zeroizing::new(secret) }
    }
    /// The secret, for a connection of this very registration in its own cloud; for every other one none.
    pub(crate) fn of(&self, settings: &OidcSettings) -> Option<&str> {
        let there = settings.issuer.strip_prefix(&self.origin).is_some_and(|rest| rest.starts_with('/'));
        (settings.own_registration && there && settings.client_id == self.client_id).then_some(self.secret.as_str())
    }
}

impl std::fmt::Debug for OwnSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnSecret(…)")
    }
}

/// Roles that may consent for a whole organisation, as `wids` names them (Microsoft Entra built-in roles): Global Administrator,
/// Privileged Role Administrator, Cloud Application Administrator, Application Administrator.
const ADMINISTRATORS: [&str; 4] =
    ["62e90394-69f5-4237-9190-012177145e10", "e8611ab8-c189-46e8-94e1-60213ab1f814", "158c047a-c907-4556-b7ef-446551a6b5f7", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"];

/// Whether an ID token says that its person administers the tenant. Entra names roles in `wids` only where the registration asks for
/// them; without the claim nobody has proved it.
pub fn may_administer(proof: &VerifiedAssertion) -> bool {
    proof.values("wids").iter().any(|role| ADMINISTRATORS.contains(&role.as_str()))
}

/// Why an answer makes no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// The answer does not belong to the request.
    #[error("this answer does not belong to the integration that was started here; start it again")]
    State,
    /// Microsoft says that nobody accepted.
    #[error("Microsoft did not give consent: {0}")]
    Declined(String),
    /// `admin_consent` is not there.
    #[error("the consent was not given by an administrator of the organisation")]
    NotGiven,
    /// No tenant, or not the one that started.
    #[error("the answer names no tenant")]
    Tenant,
    /// A parameter stands twice, or is too long.
    #[error("the answer cannot be read")]
    Malformed,
}

impl AzureApplication {
    /// Whether people can be sent to it: one of Microsoft's clouds, and ids of the right form.
    pub fn is_usable(&self, rules: &Rules) -> bool {
        entra::is_sign_in_host(&self.host, rules) && is_tenant_id(&self.client_id)
    }
    /// Where the administrator accepts for the whole organisation (Microsoft identity platform, "Admin consent").
    /// `state` is the random handle of the integration that was started.
    pub fn consent_url(&self, state: &str) -> Option<String> {
        let mut url = Url::parse(&format!("{}/organizations/v2.0/adminconsent", entra::origin(&self.host))).ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("state", state)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &format!("https://{}/.default", entra::graph_host(&self.host)));
        Some(url.into())
    }
    /// Reads the answer (the raw query) into a draft for one tenant.
    ///
    /// # Errors
    /// [`ConsentError`], with what to do.
    pub fn draft(&self, raw_query: &str, expected_state: &str) -> Result<ConnectionSettings, ConsentError> {
        let tenant = consented_tenant(raw_query, expected_state)?;
        let settings = OidcSettings { own_registration: true, ..OidcSettings::new(&format!("{}/{tenant}/v2.0", entra::origin(&self.host)), &self.client_id) };
        settings.check(Preset::Entra).map_err(|_| ConsentError::Tenant)?;
        Ok(draft_of(settings))
    }
}

/// The tenant in the answer to a request for admin consent (the raw query).
///
/// # Errors
/// [`ConsentError`], with what to do.
pub fn consented_tenant(raw_query: &str, expected_state: &str) -> Result<String, ConsentError> {
    // The reader of callbacks refuses parameters that stand twice.
    let answer = CallbackParams::parse(raw_query).map_err(|_| ConsentError::Malformed)?;
    if expected_state.is_empty() || answer.state() != expected_state {
        return Err(ConsentError::State);
    }
    if let Some(error) = answer.error() {
        return Err(ConsentError::Declined(error.chars().filter(|c| !c.is_control()).take(100).collect()));
    }
    let value = |wanted: &str| url::form_urlencoded::parse(raw_query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    if !value("admin_consent").is_some_and(|given| given.eq_ignore_ascii_case("true")) {
        return Err(ConsentError::NotGiven);
    }
    value("tenant").map(|tenant| tenant.to_ascii_lowercase()).filter(|tenant| is_tenant_id(tenant)).ok_or(ConsentError::Tenant)
}

/// The rest of an Entra connection: usernames are matched with the address that `xms_edov` proves, inside the account's proved domains.
/// The installation's registration must ask for `email` and `xms_edov` (docs/delegated.md).
fn draft_of(settings: OidcSettings) -> ConnectionSettings {
    ConnectionSettings {
        hint: Hint::LoginHint,
        matching: Matching { local: LocalField::Username, remote: RemoteField::Named("email".to_owned()) },
        mapping: AttributeMapping {
            email: Some("email".to_owned()),
            given_name: Some("given_name".to_owned()),
            family_name: Some("family_name".to_owned()),
            groups: None,
            roles: None,
        },
        ..ConnectionSettings::new(Preset::Entra, Protocol::Oidc(Box::new(settings)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Jit, oidc::CLOUDS};

    const TENANT: &str = "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11";

    fn application(cloud: usize) -> AzureApplication {
        AzureApplication { host: CLOUDS[cloud].host.to_owned(), client_id: "4478d65c-0000-4000-8000-000000000001".to_owned(), redirect_uri: "https://homeward.example/portal/azure".to_owned() }
    }

    #[test]
    fn accepting_at_microsoft_makes_a_draft_for_one_tenant() {
        for (place, cloud) in CLOUDS.iter().enumerate() {
            let url = application(place).consent_url("handle").unwrap();
            assert!(url.starts_with(&format!("https://{}/organizations/v2.0/adminconsent?client_id=4478d65c-", cloud.host)), "{url}");
            let draft = application(place).draft(&format!("admin_consent=True&tenant={TENANT}&state=handle"), "handle").unwrap();
            let Protocol::Oidc(settings) = draft.protocol else { panic!("no OpenID Connect") };
            assert_eq!(settings.issuer, format!("https://{}/{TENANT}/v2.0", cloud.host));
            assert_eq!((draft.jit, draft.preset, settings.own_registration), (Jit::Off, Preset::Entra, true));
            assert!(application(place).is_usable(&Rules::default()));
        }
    }

    /// The installation's secret is for connections of its registration, in its cloud, and for nobody else's client or host.
    #[test]
    fn the_secret_is_for_connections_of_the_registration_only() {
        let own = OwnSecret::new(&application(0), "hunter2".to_owned());
        let at = |host: &str| format!("https://{host}/{TENANT}/v2.0");
        let ours = OidcSettings { own_registration: true, ..OidcSettings::new(&at(CLOUDS[0].host), &application(0).client_id) };
        assert_eq!(own.of(&ours), Some("hunter2"));
        for other in [
            OidcSettings { own_registration: false, ..ours.clone() },
            OidcSettings { client_id: TENANT.to_owned(), ..ours.clone() },
            OidcSettings { issuer: at(CLOUDS[1].host), ..ours.clone() },
            OidcSettings { issuer: at(&format!("{}.evil.example", CLOUDS[0].host)), ..ours.clone() },
        ] {
            assert_eq!(own.of(&other), None, "{} {}", other.issuer, other.client_id);
        }
        assert_eq!(format!("{own:?}"), "OwnSecret(…)");
    }

    #[test]
    fn other_answers_make_nothing() {
        let cases = [
            (format!("admin_consent=True&tenant={TENANT}&state=other"), ConsentError::State),
            ("error=access_denied&error_description=no&state=handle".to_owned(), ConsentError::Declined("access_denied".to_owned())),
            (format!("tenant={TENANT}&state=handle"), ConsentError::NotGiven),
            (format!("admin_consent=False&tenant={TENANT}&state=handle"), ConsentError::NotGiven),
            ("admin_consent=True&tenant=common&state=handle".to_owned(), ConsentError::Tenant),
            ("admin_consent=True&tenant=9188040d-6c67-4c5b-b112-36a304b66dad&state=handle".to_owned(), ConsentError::Tenant),
            ("admin_consent=True&state=handle".to_owned(), ConsentError::Tenant),
            (format!("admin_consent=True&tenant={TENANT}&tenant=x&state=handle"), ConsentError::Malformed),
            (format!("admin_consent=True&tenant={TENANT}"), ConsentError::Malformed),
        ];
        for (query, expected) in cases {
            assert_eq!(application(0).draft(&query, "handle"), Err(expected), "{query}");
        }
        assert_eq!(application(0).draft(&format!("admin_consent=True&tenant={TENANT}&state="), ""), Err(ConsentError::Malformed));
    }
}
