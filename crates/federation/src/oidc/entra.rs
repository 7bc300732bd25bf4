//! Microsoft Entra ID: issuers with a tenant in them, sovereign clouds, and who a person is there.

use homeward_egress::Rules;
use serde_json::Value;
use url::Url;

use super::{OidcSettings, SettingsError, SubjectClaim, claims, json::Object, keys::Key};
use crate::{Check, Connection, Failure, Preset};

/// A cloud of Microsoft's with its own sign-in host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Its word in the configuration.
    pub word: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Host of the issuer and of the sign-in page.
    pub host: &'static str,
    /// Host of Microsoft Graph.
    pub graph: &'static str,
    /// Host of Exchange Online.
    pub exchange: &'static str,
    /// Where its administrators register applications.
    pub portal: &'static str,
}

/// The clouds that exist (Microsoft, "National clouds").
pub const CLOUDS: [Cloud; 3] = [
    Cloud { word: "global", name: "Microsoft (global)", host: "login.microsoftonline.com", graph: "graph.microsoft.com", exchange: "outlook.office365.com", portal: "entra.microsoft.com" },
    Cloud { word: "us_government", name: "Microsoft for US Government", host: "login.microsoftonline.us", graph: "graph.microsoft.us", exchange: "outlook.office365.us", portal: "entra.microsoft.us" },
    Cloud { word: "china", name: "Microsoft operated by 21Vianet (China)", host: "login.partner.microsoftonline.cn", graph: "microsoftgraph.chinacloudapi.cn", exchange: "partner.outlook.cn", portal: "entra.microsoftonline.cn" },
];

/// The cloud with this sign-in host.
fn cloud_of(host: &str) -> Option<&'static Cloud> {
    CLOUDS.iter().find(|cloud| cloud.host == host)
}

/// Whether people may be sent there: a cloud of Microsoft's, or a developer's own machine.
pub(crate) fn is_sign_in_host(host: &str, rules: &Rules) -> bool {
    let own = rules.development && host.strip_prefix("127.0.0.1:").is_some_and(|port| port.parse::<u16>().is_ok());
    own || cloud_of(host).is_some()
}

/// Scheme and host; without TLS only where [`is_sign_in_host`] allows a developer's machine.
pub(crate) fn origin(host: &str) -> String {
    let scheme = if cloud_of(host).is_some() { "https" } else { "http" };
    format!("{scheme}://{host}")
}

/// The host of Microsoft Graph beside this sign-in host.
pub(crate) fn graph_host(host: &str) -> &'static str {
    cloud_of(host).map_or("graph.microsoft.com", |cloud| cloud.graph)
}

/// The host of Exchange Online beside this sign-in host.
pub(crate) fn exchange_host(host: &str) -> &'static str {
    cloud_of(host).map_or("outlook.office365.com", |cloud| cloud.exchange)
}

/// Hosts of version 1.0 issuers.
const VERSION_ONE: [&str; 3] = ["sts.windows.net", "sts.microsoftonline.us", "sts.chinacloudapi.cn"];

/// The tenant of private Microsoft accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The place of the tenant in an issuer for many tenants.
const TEMPLATE: &str = "{tenantid}";

/// Whether the text is the id of a tenant or object: 36 characters, lower case.
pub fn is_tenant_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

fn host(issuer: &str) -> Option<String> {
    Url::parse(issuer).ok()?.host_str().map(str::to_owned)
}

/// The segment of the path in which Entra puts the tenant.
fn tenant_of(issuer: &str) -> Option<String> {
    let url = Url::parse(issuer).ok()?;
    url.path_segments()?.next().map(str::to_owned)
}

/// An issuer of version 1.0.
pub(crate) fn is_version_one(issuer: &str) -> bool {
    host(issuer).is_some_and(|host| VERSION_ONE.contains(&host.as_str()))
}

/// Whether the rules of Entra hold: by its host, whatever the preset says, or by the preset.
pub(crate) fn applies(settings: &OidcSettings, preset: Preset) -> bool {
    preset == Preset::Entra || host(&settings.issuer).is_some_and(|host| CLOUDS.iter().any(|cloud| cloud.host == host))
}

/// The issuer serves many tenants.
pub(crate) fn has_many_tenants(settings: &OidcSettings, preset: Preset) -> bool {
    applies(settings, preset) && tenant_of(&settings.issuer).is_some_and(|tenant| !is_tenant_id(&tenant))
}

/// Whether `named` is the issuer of the many-tenant address `issuer` with the tenant left open.
pub(crate) fn is_template_of(named: &str, issuer: &str) -> bool {
    tenant_of(issuer).is_some_and(|tenant| !tenant.is_empty() && issuer.replacen(&format!("/{tenant}/"), &format!("/{TEMPLATE}/"), 1) == named)
}

/// What `OidcSettings::check` asks of Entra's settings (OE-02).
pub(crate) fn check(settings: &OidcSettings, preset: Preset) -> Result<(), SettingsError> {
    if settings.tenants.iter().any(|tenant| !is_tenant_id(tenant) || tenant == CONSUMERS) {
        return Err(SettingsError::TenantId);
    }
    if settings.own_registration {
        // Loopback: a developer's machine; the egress client refuses it everywhere else.
        let theirs = host(&settings.issuer).is_some_and(|host| cloud_of(&host).is_some() || host == "127.0.0.1");
        if !theirs || preset != Preset::Entra || !tenant_of(&settings.issuer).is_some_and(|tenant| is_tenant_id(&tenant)) {
            return Err(SettingsError::OwnRegistration);
        }
    }
    if !applies(settings, preset) {
        return if settings.subject == Some(SubjectClaim::TenantAndObject) { Err(SettingsError::Subject) } else { Ok(()) };
    }
    match tenant_of(&settings.issuer) {
        Some(tenant) if tenant == CONSUMERS || tenant == "consumers" => Err(SettingsError::TenantId),
        Some(tenant) if is_tenant_id(&tenant) => Ok(()),
        Some(tenant) if !settings.tenants.is_empty() && (tenant == "organizations" || tenant == "common") => Ok(()),
        _ => Err(SettingsError::Tenants),
    }
}

/// The issuer that the token must name: with its own tenant in the template, when that tenant may come in (OE-01).
pub(crate) fn expected_issuer(connection: &Connection, settings: &OidcSettings, document_issuer: &str, claims: &Object) -> Result<String, Failure> {
    if !applies(settings, connection.settings.preset) {
        return Ok(document_issuer.to_owned());
    }
    let tenant = claims::required_text(claims, "tid", Check::MeantForUs, "id_token.tenant_missing")?;
    if !is_tenant_id(tenant) || tenant == CONSUMERS {
        return Err(Failure::differs(Check::MeantForUs, "id_token.tenant", tenant, &settings.tenants.join(" ")));
    }
    // An issuer with a tenant in it means that tenant; the list is for issuers without.
    let expected = match tenant_of(&settings.issuer).filter(|own| is_tenant_id(own)) {
        Some(own) => vec![own],
        None => settings.tenants.clone(),
    };
    if !expected.iter().any(|listed| listed == tenant) {
        return Err(Failure::differs(Check::MeantForUs, "id_token.tenant", tenant, &expected.join(" ")));
    }
    Ok(document_issuer.replacen(TEMPLATE, tenant, 1))
}

/// Entra publishes for which issuer each key signs; another one may not vouch for this token (OE-01, Storm-0558).
pub(crate) fn key_speaks_for(key: &Key, issuer: &str, claims: &Object) -> bool {
    let tenant = claims.get("tid").and_then(Value::as_str).unwrap_or_default();
    key.issuer.as_deref().is_none_or(|named| named.replacen(TEMPLATE, tenant, 1) == issuer)
}

/// Whether the person is a guest: home is another tenant or a private account (OE-05).
pub(crate) fn is_guest(claims: &Object, issuer: &str) -> bool {
    let marked = claims.get("acct").is_some_and(|value| value.as_i64() != Some(0) && value.as_str() != Some("0"));
    let other_home = claims.get("idp").is_some_and(|home| home.as_str() != Some(issuer));
    let external = ["upn", "preferred_username", "unique_name"].iter().any(|name| claims.get(*name).and_then(Value::as_str).is_some_and(|value| value.to_ascii_uppercase().contains("#EXT#")));
    marked || other_home || external
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_told_apart() {
        assert!(is_tenant_id("7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11"));
        for other in ["7F1B7C0A-3C1E-4A52-9F0E-0C2B6A4D1E11", "common", "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e1", "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11/"] {
            assert!(!is_tenant_id(other), "{other}");
        }
        let common = "https://login.microsoftonline.com/common/v2.0";
        assert!(is_template_of("https://login.microsoftonline.com/{tenantid}/v2.0", common));
        assert!(!is_template_of("https://login.microsoftonline.com/{tenantid}/v2.0/", common));
        assert!(!is_template_of("https://evil.example/{tenantid}/v2.0", common));
        assert!(is_version_one("https://sts.windows.net/x/") && !is_version_one(common));
    }
}
