//! Connections to identity providers: the list, one with everything that its page shows, and a new one.

pub(super) mod checks;
pub(super) mod proposal;
pub(super) mod published;
mod shown;
pub(super) mod turn;
pub(super) mod whole;

use homeward_model::ConnectionId;
use homeward_portal::{
    Action, Granted,
    sign_on::{self as connections, Added, Detail, LONGEST_NAME},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    accounts::ConnectionListed,
    call::Call,
    problem::Problem,
    reply::{Page, Reply},
    shown::english,
    values::Text,
};
use crate::screens::portal as screens;
pub(super) use shown::ConnectionDetail;

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let all = connections::connections(call.portal(), &call.granted).await?;
    Ok(Reply::shows(&Page { items: all.iter().map(ConnectionListed::of).collect(), next_cursor: None }))
}

fn named(call: &Call) -> Result<ConnectionId, Problem> {
    call.id("connection", ConnectionId::parse)
}

async fn found(call: &Call, granted: &Granted, id: ConnectionId) -> Result<Detail, Problem> {
    connections::detail(call.portal(), granted, id).await?.ok_or_else(Problem::nothing)
}

pub(super) async fn one(call: &Call) -> Result<Reply, Problem> {
    Ok(Reply::shows(&ConnectionDetail::of(found(call, &call.granted, named(call)?).await?)))
}

/// Whose product it is, and how it is spoken to.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ProductWord {
    /// Microsoft Entra ID by SAML 2.0.
    EntraSaml,
    /// Microsoft Entra ID by OpenID Connect.
    EntraOpenid,
    /// Okta by SAML 2.0.
    OktaSaml,
    /// Okta by OpenID Connect.
    OktaOpenid,
    /// Google Workspace by SAML 2.0.
    GoogleSaml,
    /// Google Workspace by OpenID Connect.
    GoogleOpenid,
    /// AD FS by SAML 2.0.
    AdfsSaml,
    /// PingOne by SAML 2.0.
    PingoneSaml,
    /// PingOne by OpenID Connect.
    PingoneOpenid,
    /// Any other by SAML 2.0.
    OtherSaml,
    /// Any other by OpenID Connect.
    OtherOpenid,
}

impl ProductWord {
    const fn word(self) -> &'static str {
        match self {
            Self::EntraSaml => "entra-saml",
            Self::EntraOpenid => "entra-openid",
            Self::OktaSaml => "okta-saml",
            Self::OktaOpenid => "okta-openid",
            Self::GoogleSaml => "google-saml",
            Self::GoogleOpenid => "google-openid",
            Self::AdfsSaml => "adfs-saml",
            Self::PingoneSaml => "pingone-saml",
            Self::PingoneOpenid => "pingone-openid",
            Self::OtherSaml => "other-saml",
            Self::OtherOpenid => "other-openid",
        }
    }
}

/// A connection to begin.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "product": "okta-saml", "name": "Okta" }]))]
pub(super) struct NewConnection {
    /// Whose product it is, and how it is spoken to.
    product: ProductWord,
    /// What people call the provider, on one line without a web address, since it stands in mails; the product's or the account's name when it is absent.
    name: Option<Text<LONGEST_NAME>>,
}

pub(super) async fn add(call: &Call) -> Result<Reply, Problem> {
    let asked: NewConnection = call.body()?;
    let Some((preset, speaks, usual)) = screens::product(asked.product.word()) else { return Err(Problem::unfit("product.unknown", "There is no such product.")) };
    let typed = asked.name.as_ref().map(|name| name.0.trim()).filter(|name| !name.is_empty());
    let name = typed.or(usual).unwrap_or(&call.granted.account().name);
    match connections::add(call.portal(), &call.granted, (preset, speaks), name).await? {
        Added::Done(id) => {
            // The same scope.
            let granted = call.granted.also(Action::PrepareSignOn).ok_or_else(Problem::nothing)?;
            Ok(Reply::made(&ConnectionDetail::of(found(call, &granted, id).await?), call.at(&format!("/connections/{id}"))))
        }
        Added::TooMany => Err(Problem::conflict("connection.too_many", english().s("setup-said-too-many"))),
        Added::LastWayIn => Err(Problem::conflict("last_way_in", english().s("setup-said-sole-way"))),
        Added::Name(problem) => Err(Problem::unfit("connection.name_unfit", english().s(screens::connection_unfit(problem)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word is a product of the portal's own table, and every product has one.
    #[test]
    fn products_are_those_of_the_portal() {
        let schema = serde_json::to_value(schemars::schema_for!(ProductWord)).unwrap();
        let words: Vec<String> = schema["oneOf"].as_array().unwrap().iter().map(|one| one["const"].as_str().unwrap().to_owned()).collect();
        assert_eq!(words.len(), connections::PRODUCTS.len());
        for word in words {
            let parsed: ProductWord = serde_json::from_value(serde_json::json!(word)).unwrap();
            assert!(parsed.word() == word && screens::product(&word).is_some(), "{word}");
        }
    }
}
