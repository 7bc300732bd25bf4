//! The `claims` parameter (OpenID Connect Core 5.5): which claims, where, and which of them must hold.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Serialize,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::client::Client;

/// Claims that can be asked for one by one, and the scope that opens each.
const OPENED_BY: [(&str, &str); 9] = [
    ("name", "profile"), ("given_name", "profile"), ("family_name", "profile"), ("preferred_username", "profile"), ("account_name", "profile"),
    ("email", "email"), ("email_verified", "email"), ("groups", "groups"), ("roles", "groups"),
];
/// Members of one object at most.
const MOST: usize = 64;

/// What a request asks for beyond its scopes. Only claims that we have and that the client may have are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// For the ID token.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub id_token: BTreeSet<String>,
    /// For userinfo.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub userinfo: BTreeSet<String>,
}

impl ClaimsRequest {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty()
    }
}

/// What the parameter says besides names: who must be signed in, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    pub claims: ClaimsRequest,
    /// `sub` with a value: this person or nobody (5.5.1).
    pub subject: Option<String>,
    /// Essential `acr` with values: one of these or an error (5.5.1.1).
    pub acr: Vec<String>,
}

/// The parameter is no JSON object of the form that Core 5.5 describes, or names a claim twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

#[derive(Default, Deserialize)]
struct Document {
    #[serde(default)]
    id_token: Option<Members>,
    #[serde(default)]
    userinfo: Option<Members>,
}

/// The members of one of the two objects, each once.
#[derive(Default)]
struct Members(Vec<(String, Option<Wish>)>);

#[derive(Default, Deserialize)]
struct Wish {
    #[serde(default)]
    essential: bool,
    value: Option<serde_json::Value>,
    values: Option<Vec<serde_json::Value>>,
}

impl Wish {
    /// Every text among `value` and `values`.
    fn texts(&self) -> Vec<String> {
        let all = self.value.iter().chain(self.values.iter().flatten());
        all.filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }
    const fn asks_for_values(&self) -> bool {
        self.value.is_some() || self.values.is_some()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of claims")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut found: Vec<(String, Option<Wish>)> = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if found.len() >= MOST || found.iter().any(|(known, _)| *known == name) {
                        return Err(serde::de::Error::custom("too many claims, or one of them twice"));
                    }
                    found.push((name, map.next_value()?));
                }
                Ok(Members(found))
            }
        }
        from.deserialize_map(Reader)
    }
}

/// Reads the parameter. Its length was bounded before; the JSON reader bounds its depth.
pub(crate) fn parse(text: &str, client: &Client) -> Result<Demands, Malformed> {
    // An object, and nothing else: serde would take a list for a struct too.
    serde_json::from_str::<std::collections::HashMap<String, IgnoredAny>>(text).map_err(|_| Malformed)?;
    let document: Document = serde_json::from_str(text).map_err(|_| Malformed)?;
    let (id_token, userinfo) = (document.id_token.unwrap_or_default(), document.userinfo.unwrap_or_default());
    let open = |members: &Members| -> BTreeSet<String> {
        let may = |name: &str| OPENED_BY.iter().any(|(claim, scope)| *claim == name && client.scopes.contains(*scope));
        members.0.iter().filter(|(name, _)| may(name)).map(|(name, _)| name.clone()).collect()
    };
    let mut demands = Demands { claims: ClaimsRequest { id_token: open(&id_token), userinfo: open(&userinfo) }, ..Demands::default() };
    for (name, wish) in id_token.0.iter().chain(&userinfo.0) {
        let Some(wish) = wish.as_ref().filter(|wish| wish.asks_for_values()) else { continue };
        match name.as_str() {
            // A value that is no text is nobody's.
            "sub" => {
                let wanted = wish.texts().into_iter().next().unwrap_or_default();
                if demands.subject.as_ref().is_some_and(|other| *other != wanted) {
                    return Err(Malformed);
                }
                demands.subject = Some(wanted);
            }
            "acr" if wish.essential => {
                demands.acr = wish.texts();
                if demands.acr.is_empty() {
                    return Err(Malformed);
                }
            }
            _ => {}
        }
    }
    Ok(demands)
}

/// What scopes and single claims open together.
#[derive(Clone, Copy)]
pub(crate) struct Opened<'a> {
    pub scopes: &'a BTreeSet<String>,
    pub claims: &'a BTreeSet<String>,
}

impl Opened<'_> {
    /// Whether a claim is to be told.
    pub fn tells(&self, claim: &str) -> bool {
        self.claims.contains(claim) || OPENED_BY.iter().any(|(name, scope)| *name == claim && self.scopes.contains(*scope))
    }
}

#[cfg(test)]
#[path = "claims_request_tests.rs"]
mod tests;
