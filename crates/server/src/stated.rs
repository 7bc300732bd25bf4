//! Settings of a connection as a file states them. Where the file is silent, the account's preset and the product's row speak.

use homeward_federation::{ConnectionSettings, Protocol, account_preset::ConnectionPolicy, product::Product};
use homeward_model::AccountPreset;
use serde::{Deserialize, Deserializer, de::Error};

/// Settings, and which of them were stated.
#[derive(Clone, Debug)]
pub(crate) struct StatedSettings {
    /// With defaults where the file is silent.
    pub settings: ConnectionSettings,
    table: toml::Table,
}

impl<'de> Deserialize<'de> for StatedSettings {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let table = toml::Table::deserialize(source)?;
        let settings = ConnectionSettings::deserialize(table.clone()).map_err(|e| D::Error::custom(e.message()))?;
        Ok(Self { settings, table })
    }
}

impl StatedSettings {
    /// Whether the file has this key.
    fn states(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }
    /// What the file means: stated first, then the account's preset, then the product's row.
    pub(crate) fn with(&self, preset: Option<AccountPreset>) -> ConnectionSettings {
        let mut settings = self.settings.clone();
        let product = Product::of_connection(&settings);
        if !self.states("hint") {
            settings.hint = product.hint;
        }
        if !self.states("matching") {
            settings.matching = product.matching();
        }
        let states_signed = self.table.get("protocol").and_then(|protocol| protocol.get("saml")).is_some_and(|saml| saml.get("signed").is_some());
        if let Protocol::Saml(saml) = &mut settings.protocol
            && !states_signed
        {
            saml.signed = product.signed;
        }
        if let Some(preset) = preset {
            ConnectionPolicy::of(preset).fill(&mut settings, |key| self.states(key));
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use homeward_federation::{Hint, IdpInitiated, LocalField, RemoteField, saml::Signed};

    use super::*;

    const OKTA: &str = "preset = \"okta\"\n[protocol.saml]\nidp_entity_id = \"https://idp.example\"\nsso_redirect = \"https://idp.example/sso\"\n";

    fn read(text: &str) -> StatedSettings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn stated_first_then_the_accounts_preset_then_the_product() {
        let plain = read(OKTA).with(None);
        let Protocol::Saml(saml) = &plain.protocol else { panic!() };
        assert_eq!((plain.hint, saml.signed, plain.idp_initiated, plain.matching.remote), (Hint::None, Signed::Both, IdpInitiated::Refuse, RemoteField::Subject));
        let preset = read(OKTA).with(Some(AccountPreset::RingCentral));
        assert_eq!((preset.idp_initiated, preset.matching.local), (IdpInitiated::Accept, LocalField::Email));
        let stated = read(&format!("idp_initiated = \"convert\"\nhint = \"subject\"\nmatching = {{ local = \"external_id\", remote = \"subject\" }}\n{OKTA}signed = \"either\"\n"));
        let over = stated.with(Some(AccountPreset::RingCentral));
        let Protocol::Saml(saml) = &over.protocol else { panic!() };
        assert_eq!((over.idp_initiated, over.hint, over.matching.local, saml.signed), (IdpInitiated::Convert, Hint::Subject, LocalField::ExternalId, Signed::Either));
    }

    #[test]
    fn a_key_that_does_not_exist_is_named() {
        let error = toml::from_str::<StatedSettings>(&format!("colour = \"blue\"\n{OKTA}")).unwrap_err();
        assert!(error.message().contains("unknown field `colour`"), "{error}");
        let deep = toml::from_str::<StatedSettings>(&format!("{OKTA}colour = \"blue\"\n")).unwrap_err();
        assert!(deep.message().contains("unknown field `colour`"), "{deep}");
    }
}
