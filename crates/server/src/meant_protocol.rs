//! What a file for `homeward apply` means for the protocol beyond the ordinary: keys, pushed requests, APIs, logout, origins.

use std::path::Path;

use homeward_federation::delegated::{PERMISSIONS, Permission};
use homeward_provider::{Client, ClientKeys, ResponseMode};
use url::Url;

use crate::register_file::ApplicationPart;

/// Largest file of keys.
const MOST_KEYS: u64 = 64 * 1024;

/// Reads these settings into the client.
pub(crate) fn settings(part: &ApplicationPart, client: &mut Client) -> Result<(), String> {
    let document = match (&part.jwks, &part.jwks_file) {
        (Some(_), Some(_)) => return Err("jwks and jwks_file: use one of them".into()),
        (Some(document), None) => Some(document.clone()),
        (None, Some(file)) => Some(key_file(file)?),
        (None, None) => None,
    };
    if let Some(document) = document {
        client.keys = ClientKeys::parse(&document).map_err(|e| format!("jwks: {e}"))?;
    }
    if let Some(modes) = &part.response_modes {
        if !modes.contains(&ResponseMode::Query) && !modes.contains(&ResponseMode::FormPost) {
            return Err("response_modes is empty: use query, form_post or both".into());
        }
        client.response_modes.clone_from(modes);
    }
    if let Some(resource) = &part.resource {
        let named = Url::parse(resource).is_ok_and(|url| url.fragment().is_none());
        if !named || resource == part.client_id.as_str() || resource.len() > 2_000 {
            return Err(format!("resource = \"{resource}\": name the API by an absolute URI without a fragment (RFC 8707 2)"));
        }
    }
    client.require_par = part.require_par;
    client.resource.clone_from(&part.resource);
    client.introspects.clone_from(&part.introspects);
    if let Some(uri) = &part.backchannel_logout_uri {
        logout_address(uri)?;
    }
    client.backchannel_logout_uri.clone_from(&part.backchannel_logout_uri);
    client.backchannel_logout_session_required = part.backchannel_logout_session_required;
    for origin in &part.origins {
        let same = Url::parse(origin).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.origin().ascii_serialization() == *origin);
        if !same {
            return Err(format!("origins: \"{origin}\" is no origin; write it like https://app.example.com"));
        }
    }
    client.origins.clone_from(&part.origins);
    if let Some(unknown) = part.delegated.iter().find(|name| Permission::named(name).is_none()) {
        let known: Vec<&str> = PERMISSIONS.iter().map(|permission| permission.name).collect();
        return Err(format!("delegated: \"{unknown}\" is no delegated permission (known: {})", known.join(", ")));
    }
    client.delegated.clone_from(&part.delegated);
    Ok(())
}

fn key_file(file: &Path) -> Result<serde_json::Value, String> {
    let length = std::fs::metadata(file).map_err(|e| format!("jwks_file: {}: {e}", file.display()))?.len();
    if length > MOST_KEYS {
        return Err(format!("jwks_file: {} is larger than 64 KiB", file.display()));
    }
    let text = std::fs::read_to_string(file).map_err(|e| format!("jwks_file: {}: {e}", file.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("jwks_file: {}: {e}", file.display()))
}

/// Back-Channel Logout 1.0, 2.2: an absolute URI without a fragment, with TLS; without it on loopback names only, for development.
fn logout_address(uri: &str) -> Result<(), String> {
    let wrong = || format!("backchannel_logout_uri: \"{uri}\": use https, without a fragment and without a user name");
    let url = Url::parse(uri).map_err(|_| wrong())?;
    let local = url.host_str().is_some_and(|host| host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1" || host == "[::1]");
    let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let secure = url.scheme() == "https" || (url.scheme() == "http" && local);
    if plain && secure { Ok(()) } else { Err(wrong()) }
}
