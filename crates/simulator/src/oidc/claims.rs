//! What an ID token says, by brand (OpenID Connect Core 2; Entra's, Okta's and Google's own claims).

use homeward_model::Timestamp;
use serde_json::{Value, json};

use crate::{
    brand::{Brand, TENANT},
    person::Person,
};

/// To whom and when.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The client.
    pub client_id: &'a str,
    /// `nonce`
    pub nonce: Option<&'a str>,
    /// The session at the provider.
    pub sid: &'a str,
    /// When the person proved who they are.
    pub signed_in: Timestamp,
    /// Now, by the provider's clock.
    pub now: Timestamp,
}

/// The person's subject at this brand; Entra's differs from application to application.
pub fn subject(brand: Brand, person: &Person, client_id: &str) -> String {
    let id = person.stable_id(brand.path());
    match brand {
        Brand::Entra => person.stable_id(&format!("entra {client_id}")).replace('-', "") + "Pairwise",
        Brand::Okta => format!("00u{}", id.replace('-', "").get(..17).unwrap_or_default()),
        Brand::Google => {
            let digits: String = id.bytes().filter(|b| *b != b'-').map(|b| char::from(b'0' + b % 10)).collect();
            format!("1{}", digits.get(..20).unwrap_or_default())
        }
        Brand::Generic => id,
    }
}

/// The claims of an ID token.
pub fn claims(brand: Brand, issuer: &str, person: &Person, told: &Told<'_>) -> Value {
    let now = told.now.seconds();
    let mut claims = json!({
        "iss": issuer,
        "sub": subject(brand, person, told.client_id),
        "aud": told.client_id,
        "iat": now,
        "exp": now + 3_600,
        "auth_time": told.signed_in.seconds(),
        "sid": told.sid,
        "name": format!("{} {}", person.given_name, person.family_name),
        "email": person.email,
    });
    let own = match brand {
        Brand::Entra => json!({
            "tid": TENANT, "oid": person.stable_id("entra"), "preferred_username": person.username, "ver": "2.0", "nbf": now, "xms_edov": true,
            "groups": person.groups,
        }),
        Brand::Okta => json!({ "ver": 1, "idp": "00osimulated", "amr": ["pwd"], "preferred_username": person.username, "email_verified": true, "groups": person.groups }),
        Brand::Google => json!({ "hd": person.domain(), "email_verified": true, "azp": told.client_id, "given_name": person.given_name, "family_name": person.family_name }),
        Brand::Generic => json!({
            "preferred_username": person.username, "email_verified": true, "given_name": person.given_name, "family_name": person.family_name, "groups": person.groups,
        }),
    };
    // Roles of the directory, where the registration asks for them: groups whose name says that they are such.
    let roles: Vec<&str> = person.groups.iter().filter_map(|group| group.strip_prefix("role:")).collect();
    if let (Some(all), Value::Object(own)) = (claims.as_object_mut(), own) {
        all.extend(own);
        if brand == Brand::Entra && !roles.is_empty() {
            all.insert("wids".into(), json!(roles));
        }
        if let Some(nonce) = told.nonce {
            all.insert("nonce".into(), json!(nonce));
        }
    }
    claims
}
