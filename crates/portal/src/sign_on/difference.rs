//! Now and new, side by side: what would change in a connection, for the page, and in words for Activity (ADM-4, ADM-16). A secret
//! never stands in it.

use homeward_federation::{
    ConnectionSettings, IdpInitiated, LocalField, Protocol, RemoteField,
    delegated::DelegatedSettings,
    oidc::{ClientAuthentication, SealedSecret},
    saml::certificate::Certificate,
};
use homeward_model::Timestamp;

use crate::home::{CertificateShown, certificate};

/// A value of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// Its single sign-on service.
    SignInUrl,
    /// Its entity ID.
    IdpIdentifier,
    /// Its single logout service.
    LogoutUrl,
    /// Where it publishes its metadata.
    MetadataUrl,
    /// One of its signing certificates.
    Certificate,
    /// Its issuer.
    Issuer,
    /// What we are called there.
    ClientId,
    /// What we prove it with.
    ClientSecret,
    /// Domains of the organisation.
    Domains,
    /// By what people here are found.
    Local,
    /// What names the person there.
    Person,
    /// Where the e-mail address comes from.
    Email,
    /// Where the given name comes from.
    GivenName,
    /// Where the family name comes from.
    FamilyName,
    /// Where groups come from.
    Groups,
    /// Where roles inside the account come from.
    Roles,
    /// What comes of sign-ins that begin there.
    BegunThere,
    /// Delegated access: the cloud's sign-in host.
    Cloud,
    /// Its tenant.
    Tenant,
    /// Its application.
    Application,
    /// Where Microsoft sends people back to.
    RedirectUri,
    /// What may be allowed.
    Permissions,
    /// What the application proves itself with.
    ServiceSecret,
}

impl What {
    /// The word in Activity and API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignInUrl => "sign-in address",
            Self::IdpIdentifier => "entity ID",
            Self::LogoutUrl => "logout address",
            Self::MetadataUrl => "metadata address",
            Self::Certificate => "certificate",
            Self::Issuer => "issuer",
            Self::ClientId => "client id",
            Self::ClientSecret => "client secret",
            Self::Domains => "domains",
            Self::Local => "found by",
            Self::Person => "username from",
            Self::Email => "email from",
            Self::GivenName => "first name from",
            Self::FamilyName => "last name from",
            Self::Groups => "groups from",
            Self::Roles => "roles from",
            Self::BegunThere => "sign-ins that begin there",
            Self::Cloud => "cloud",
            Self::Tenant => "tenant",
            Self::Application => "application",
            Self::RedirectUri => "redirect URI",
            Self::Permissions => "permissions",
            Self::ServiceSecret => "secret of the application",
        }
    }
    /// Whether it belongs to delegated access and not to a sign-in.
    pub(crate) const fn is_of_services(self) -> bool {
        matches!(self, Self::Cloud | Self::Tenant | Self::Application | Self::RedirectUri | Self::Permissions | Self::ServiceSecret)
    }
}

/// One value now and new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub what: What,
    /// What is there now.
    pub now: Option<String>,
    /// What would be there.
    pub new: Option<String>,
    /// Whether they differ.
    pub changes: bool,
    /// The certificate that the row is about.
    pub certificate: Option<CertificateShown>,
}

/// Shown in place of every secret.
const HIDDEN: &str = "••••••••";

/// Every value that is there before or after.
pub fn rows(from: Option<&ConnectionSettings>, to: &ConnectionSettings, now: Timestamp) -> Vec<Row> {
    let (before, after) = (from.map(values).unwrap_or_default(), values(to));
    let old = |what: What| before.iter().find(|(other, _)| *other == what).and_then(|(_, value)| value.clone());
    let plain = after.iter().map(|(what, new)| Row { what: *what, now: old(*what), new: new.clone(), changes: old(*what) != *new, certificate: None });
    let mut all: Vec<Row> = plain.filter(|row| row.now.is_some() || row.new.is_some()).collect();
    if let Some(row) = secret(from, to) {
        all.push(row);
    }
    all.extend(certificates(from, to, now));
    // Which attribute is what is shown only where it changes: a product has its usual ones.
    let (before, after) = (from.map(mapped).unwrap_or_else(|| mapped(to)), mapped(to));
    let pairs = before.into_iter().zip(after).filter(|((_, old), (_, new))| old != new);
    all.extend(pairs.map(|((what, now), (_, new))| Row { what, now, new, changes: true, certificate: None }));
    all.extend(delegated(from.and_then(|from| from.delegated.as_deref()), to.delegated.as_deref()));
    all
}

/// Delegated access, where anything of it differs.
fn delegated(before: Option<&DelegatedSettings>, after: Option<&DelegatedSettings>) -> Vec<Row> {
    if before == after {
        return Vec::new();
    }
    let row = |what: What, read: &dyn Fn(&DelegatedSettings) -> Option<String>| {
        let (now, new) = (before.and_then(read), after.and_then(read));
        Row { what, changes: now != new, now, new, certificate: None }
    };
    let permissions = |own: &DelegatedSettings| own.all().into_iter().collect::<Vec<_>>().join(", ");
    let secret = |own: Option<&DelegatedSettings>| own.and_then(|own| own.secret.clone());
    let hidden = |secret: &Option<SealedSecret>| secret.as_ref().map(|_| HIDDEN.to_owned());
    let (old, new) = (secret(before), secret(after));
    let kept = Row { what: What::ServiceSecret, now: hidden(&old), new: hidden(&new), changes: old != new, certificate: None };
    let rows = [
        row(What::Cloud, &|own| Some(own.host.clone())),
        row(What::Tenant, &|own| Some(own.tenant.clone())),
        row(What::Application, &|own| Some(own.application.clone())),
        row(What::RedirectUri, &|own| Some(own.redirect_uri.clone())),
        row(What::Permissions, &|own| Some(permissions(own))),
        kept,
    ];
    rows.into_iter().filter(|row| row.now.is_some() || row.new.is_some()).collect()
}

/// The word of our field.
pub(super) const fn word(local: LocalField) -> &'static str {
    match local {
        LocalField::Username => "username",
        LocalField::Email => "email",
        LocalField::ExternalId => "external_id",
    }
}

pub(super) fn named(remote: &RemoteField) -> Option<String> {
    match remote {
        RemoteField::Subject => None,
        RemoteField::Named(name) => Some(name.clone()),
    }
}

/// The word of what comes of sign-ins that begin there, as files have it.
pub(super) const fn begun_there(rule: IdpInitiated) -> &'static str {
    match rule {
        IdpInitiated::Refuse => "refuse",
        IdpInitiated::Convert => "convert",
        IdpInitiated::Accept => "accept",
    }
}

/// Who is who: our field, theirs, and the attributes that fill the rest.
fn mapped(settings: &ConnectionSettings) -> [(What, Option<String>); 8] {
    let map = &settings.mapping;
    [
        (What::Local, Some(word(settings.matching.local).to_owned())),
        (What::Person, named(&settings.matching.remote)),
        (What::Email, map.email.clone()),
        (What::GivenName, map.given_name.clone()),
        (What::FamilyName, map.family_name.clone()),
        (What::Groups, map.groups.clone()),
        (What::Roles, map.roles.clone()),
        (What::BegunThere, Some(begun_there(settings.idp_initiated).to_owned())),
    ]
}

/// What changes, in a few words for Activity.
pub fn words(rows: &[Row]) -> String {
    // Each value is cut, so that a long one hides no other.
    let text = |value: &Option<String>| value.as_ref().map_or_else(|| "none".to_owned(), |value| short(value));
    let changed = rows.iter().filter(|row| row.changes).map(|row| match (row.what, &row.certificate) {
        (What::ClientSecret | What::ServiceSecret, _) => format!("{} replaced", row.what.word()),
        (_, Some(_)) if row.now.is_some() => format!("− {} {}", row.what.word(), text(&row.now)),
        (_, Some(_)) => format!("+ {} {}", row.what.word(), text(&row.new)),
        (_, None) => format!("{}: {} → {}", row.what.word(), text(&row.now), text(&row.new)),
    });
    changed.collect::<Vec<_>>().join("; ")
}

/// Characters of a value in Activity at most.
const LONGEST: usize = 100;

fn short(value: &str) -> String {
    let cut: String = value.chars().take(LONGEST).collect();
    if cut.len() < value.len() { format!("{cut}…") } else { cut }
}

fn values(settings: &ConnectionSettings) -> Vec<(What, Option<String>)> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match &settings.protocol {
        Protocol::Saml(saml) => {
            let first = |one: &Option<homeward_federation::saml::EndpointUrl>, other: &Option<homeward_federation::saml::EndpointUrl>| one.as_ref().or(other.as_ref()).map(|url| url.as_str().to_owned());
            vec![
                (What::IdpIdentifier, some(&saml.idp_entity_id)),
                (What::SignInUrl, first(&saml.sso_redirect, &saml.sso_post)),
                (What::LogoutUrl, first(&saml.slo_redirect, &saml.slo_post)),
                (What::MetadataUrl, saml.metadata_url.as_ref().map(|url| url.as_str().to_owned())),
            ]
        }
        Protocol::Oidc(oidc) => vec![(What::Issuer, some(&oidc.issuer)), (What::ClientId, some(&oidc.client_id)), (What::Domains, some(&oidc.hosted_domains.join(", "))), (What::SignInUrl, oidc.accepted().map(|accepted| accepted.authorization.clone()))],
    }
}

/// Whether the client's proof is another one; what it is is nobody's to see.
fn secret(from: Option<&ConnectionSettings>, to: &ConnectionSettings) -> Option<Row> {
    let proof = |settings: &ConnectionSettings| match &settings.protocol {
        Protocol::Oidc(oidc) => Some(oidc.authentication.clone()).filter(|proof| *proof != ClientAuthentication::None),
        Protocol::Saml(_) => None,
    };
    let (before, after) = (from.and_then(proof), proof(to));
    if before.is_none() && after.is_none() {
        return None;
    }
    let changes = before != after;
    let shown = |proof: ClientAuthentication| format!("{HIDDEN} {}", proof.word());
    Some(Row { what: What::ClientSecret, now: before.map(shown), new: after.map(shown), changes, certificate: None })
}

fn certificates(from: Option<&ConnectionSettings>, to: &ConnectionSettings, now: Timestamp) -> Vec<Row> {
    let read = |settings: &ConnectionSettings| -> Vec<Certificate> {
        match &settings.protocol {
            Protocol::Saml(saml) => saml.certificates.iter().filter_map(|pem| Certificate::from_pem(pem).ok()).collect(),
            Protocol::Oidc(_) => Vec::new(),
        }
    };
    let (before, after) = (from.map(read).unwrap_or_default(), read(to));
    let has = |all: &[Certificate], one: &Certificate| all.iter().any(|other| other.der() == one.der());
    let row = |one: &Certificate, now_there: bool, new_there: bool| {
        let thumbprint = one.sha256_thumbprint();
        Row {
            what: What::Certificate,
            now: now_there.then(|| thumbprint.clone()),
            new: new_there.then_some(thumbprint),
            changes: now_there != new_there,
            certificate: Some(certificate(one, now)),
        }
    };
    let old = before.iter().map(|one| row(one, true, has(&after, one)));
    old.chain(after.iter().filter(|one| !has(&before, one)).map(|one| row(one, false, true))).collect()
}

#[cfg(test)]
mod tests {
    use homeward_federation::{Preset, product::Speaks};

    use super::*;
    use crate::sign_on::blank;

    fn openid(issuer: &str, client: &str) -> ConnectionSettings {
        let mut settings = blank(Preset::Generic, Speaks::Oidc);
        if let Protocol::Oidc(oidc) = &mut settings.protocol {
            (oidc.issuer, oidc.client_id) = (issuer.to_owned(), client.to_owned());
        }
        settings
    }

    /// ADM-4, ADM-16: what stays and what changes stand side by side; Activity has only what changes.
    #[test]
    fn now_and_new_stand_side_by_side() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let (before, after) = (openid("https://a.example", "one"), openid("https://b.example", "one"));
        let all = rows(Some(&before), &after, now);
        let found: Vec<_> = all.iter().map(|row| (row.what, row.changes)).collect();
        assert_eq!(found, [(What::Issuer, true), (What::ClientId, false)]);
        assert_eq!(words(&all), "issuer: https://a.example → https://b.example");
        assert_eq!(words(&rows(None, &after, now)), "issuer: none → https://b.example; client id: none → one");
        assert!(rows(Some(&after), &after, now).iter().all(|row| !row.changes));
        assert!(rows(None, &blank(Preset::Entra, Speaks::Saml), now).is_empty());
    }
}
