//! What a file for `homeward apply` means for an application: as discovery sees it, and as the protocol does.

use std::{path::Path, time::Duration};

use homeward_discovery::{Application, ApplicationKind};
use homeward_provider::{Client, ClientAuthentication, ClientKind, RedirectUri, SecretHash};
use homeward_store::register::ApplicationEntry;

use crate::{meant_protocol, meant_session, present::Present, register_file::ApplicationPart, settings::secret_file};

/// The scopes that mean something here.
const SCOPES: [&str; 5] = ["openid", "profile", "email", "groups", "offline_access"];
const DAY: u64 = 86_400;

/// The entry of one application.
pub(crate) fn entry(part: &ApplicationPart, present: &Present<'_>) -> Result<ApplicationEntry, String> {
    if part.client_id.as_str() == homeward_portal::CLIENT_ID {
        return Err("client_id: this one is the account portal's own; choose another".into());
    }
    if part.redirect_uris.is_empty() {
        return Err("redirect_uris is empty: it needs at least one".into());
    }
    for uri in part.post_logout_redirect_uris.iter().chain(&part.return_to).chain(&part.start_url) {
        RedirectUri::parse(uri).map_err(|e| format!("{uri}: {e}"))?;
    }
    if let Some(uri) = part.redirect_uris.iter().find(|uri| part.kind == ApplicationKind::Web && uri.is_private_use()) {
        return Err(format!("{}: a scheme of one's own is for kind = \"desktop\", \"mobile\" or \"extension\"", uri.as_str()));
    }
    let mut client = Client::new(part.client_id.clone(), &part.name);
    meant_protocol::settings(part, &mut client)?;
    client.secrets = present.application(&part.client_id).map(|e| e.client.secrets.clone()).unwrap_or_default();
    if let Some(file) = &part.secret_file {
        add_secret(&mut client, file)?;
    }
    client.kind = match part.kind {
        ApplicationKind::Web => ClientKind::Web,
        ApplicationKind::Desktop | ApplicationKind::Mobile => ClientKind::Native,
        ApplicationKind::Extension => ClientKind::Extension,
    };
    client.redirect_uris.clone_from(&part.redirect_uris);
    client.post_logout_redirect_uris.clone_from(&part.post_logout_redirect_uris);
    client.return_to.clone_from(&part.return_to);
    client.start_url.clone_from(&part.start_url);
    client.authentication = part.authentication.unwrap_or(match client.kind {
        ClientKind::Web => ClientAuthentication::ClientSecretBasic,
        ClientKind::Native | ClientKind::Extension => ClientAuthentication::None,
    });
    client.require_pkce = part.require_pkce;
    client.require_nonce = part.require_nonce;
    client.id_token_alg = part.id_token_alg;
    client.refresh = part.refresh;
    lifetimes(part, &mut client)?;
    client.sessions = meant_session::rules(part.kind, &part.session)?;
    if let Some(scopes) = &part.scopes {
        if let Some(unknown) = scopes.iter().find(|s| !SCOPES.contains(&s.as_str())) {
            return Err(format!("scopes: \"{unknown}\" means nothing here (known: {})", SCOPES.join(", ")));
        }
        client.scopes = scopes.iter().cloned().chain(["openid".to_owned()]).collect();
    }
    if (client.authentication == ClientAuthentication::PrivateKeyJwt) == client.keys.is_empty() {
        return Err("jwks (or jwks_file) and authentication = \"private_key_jwt\" belong together".into());
    }
    if client.authentication == ClientAuthentication::None && !part.delegated.is_empty() {
        return Err("delegated: a public application (authentication = \"none\") cannot prove who it is, so it exchanges no tokens".into());
    }
    if client.authentication == ClientAuthentication::None && !client.require_pkce {
        return Err("a public application (authentication = \"none\") cannot do without PKCE".into());
    }
    let application = Application {
        client_id: part.client_id.clone(),
        name: part.name.clone(),
        kind: part.kind,
        regions: part.regions.clone(),
        sso: part.sso,
        sso_mode: part.sso_mode,
        account_selection: part.account_selection,
        private: part.private,
    };
    Ok(ApplicationEntry { enabled: part.enabled, application, client })
}

/// A secret that is not there yet comes first; the one before stays valid until the next.
fn add_secret(client: &mut Client, file: &Path) -> Result<(), String> {
    let secret = secret_file(file)?;
    if secret.trim().len() < 32 {
        return Err(format!("the secret in {} has fewer than 32 characters; make one with: openssl rand -base64 32", file.display()));
    }
    if !client.secrets.iter().any(|known| known.fits(secret.trim())) {
        client.secrets.insert(0, SecretHash::of(secret.trim()));
        client.secrets.truncate(2);
    }
    Ok(())
}

fn lifetimes(part: &ApplicationPart, client: &mut Client) -> Result<(), String> {
    let within = |name: &str, value: Option<u64>, most: u64| match value {
        Some(value) if !(1..=most).contains(&value) => Err(format!("{name} = {value}: use 1 to {most}")),
        value => Ok(value),
    };
    let days = |value: Option<u64>, now: Duration| value.map_or(now, |days| Duration::from_secs(days * DAY));
    client.refresh_idle = days(within("refresh_idle_days", part.refresh_idle_days, 365)?, client.refresh_idle);
    client.refresh_absolute = days(within("refresh_absolute_days", part.refresh_absolute_days, 730)?, client.refresh_absolute);
    if client.kind == ClientKind::Native && (part.refresh_idle_days.is_some() || part.refresh_absolute_days.is_some()) {
        return Err("refresh_idle_days and refresh_absolute_days are for web applications; use [application.session] idle and absolute".into());
    }
    let minutes = within("access_minutes", part.access_minutes, 10)?;
    client.access_lifetime = minutes.map_or(client.access_lifetime, |minutes| Duration::from_secs(minutes * 60));
    if client.refresh_idle > client.refresh_absolute {
        return Err("refresh_idle_days is more than refresh_absolute_days".into());
    }
    Ok(())
}

/// What is still missing before the application can sign anybody in.
pub(crate) fn note(entry: &ApplicationEntry) -> Option<String> {
    let id = &entry.client.client_id;
    let by_secret = matches!(entry.client.authentication, ClientAuthentication::ClientSecretBasic | ClientAuthentication::ClientSecretPost);
    let lacks = by_secret && entry.client.secrets.is_empty();
    lacks.then(|| format!("application {id} has no secret yet; make one with: homeward application secret {id}"))
}
