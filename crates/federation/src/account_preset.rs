//! What the preset of an account sets in its connections. A file, a connection that is added in the portal and one that "Start Azure
//! integration" makes read the same table, so that all of them begin alike.

use homeward_model::AccountPreset;

use crate::{ConnectionSettings, IdpInitiated, Jit, LocalField, Matching, product::Product};

/// Their side of the match, in words that every product has a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theirs {
    /// What people sign in with there, for example the user principal name.
    Login,
    /// Their e-mail address.
    Email,
}

/// What a preset sets in a connection. Everything else of it stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionPolicy {
    /// Who is who (C4).
    pub matching: (LocalField, Theirs),
    /// Whether people who are not known are let in (C6).
    pub jit: Jit,
    /// What an answer that nobody asked for does (C1).
    pub idp_initiated: IdpInitiated,
}

impl ConnectionPolicy {
    /// The table: one row a preset.
    pub const fn of(preset: AccountPreset) -> Self {
        match preset {
            // B-033, B-105; B-160
            AccountPreset::MiCloud | AccountPreset::Elevate => Self { matching: (LocalField::Username, Theirs::Email), jit: Jit::Off, idp_initiated: IdpInitiated::Refuse },
            // B-120
            AccountPreset::CloudLink => Self { matching: (LocalField::Email, Theirs::Login), jit: Jit::Off, idp_initiated: IdpInitiated::Refuse },
            // B-175, B-186
            AccountPreset::RingCentral => Self { matching: (LocalField::Email, Theirs::Email), jit: Jit::Off, idp_initiated: IdpInitiated::Accept },
        }
    }

    /// The matching rule for a connection to this product.
    pub fn matching_at(&self, product: &Product) -> Matching {
        let (local, theirs) = self.matching;
        let remote = match theirs {
            Theirs::Login => product.login(),
            Theirs::Email => product.email(),
        };
        Matching { local, remote }
    }

    /// Writes into a connection what the preset sets of it, but for the keys that are stated already.
    pub fn fill(&self, settings: &mut ConnectionSettings, stated: impl Fn(&str) -> bool) {
        if !stated("matching") {
            settings.matching = self.matching_at(Product::of_connection(settings));
        }
        if !stated("jit") {
            settings.jit = self.jit;
        }
        if !stated("idp_initiated") {
            settings.idp_initiated = self.idp_initiated;
        }
    }
}

impl ConnectionSettings {
    /// The settings as the preset of their account has them; without one they stay as they are.
    #[must_use]
    pub fn of_account(mut self, preset: Option<AccountPreset>) -> Self {
        if let Some(preset) = preset {
            ConnectionPolicy::of(preset).fill(&mut self, |_| false);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Preset, Protocol, RemoteField,
        oidc::OidcSettings,
        saml::{EndpointUrl, SamlSettings},
    };

    fn saml(preset: Preset) -> ConnectionSettings {
        let sso = EndpointUrl::parse("https://idp.example/sso").unwrap();
        ConnectionSettings::new(preset, Protocol::Saml(Box::new(SamlSettings::new("https://idp.example", sso, vec![]))))
    }

    /// C1, C6: where two documents say the opposite, two presets do.
    #[test]
    fn the_presets_differ_where_the_documents_do() {
        let all = AccountPreset::ALL.map(ConnectionPolicy::of);
        assert_eq!(all.map(|policy| policy.idp_initiated), [IdpInitiated::Refuse, IdpInitiated::Refuse, IdpInitiated::Refuse, IdpInitiated::Accept], "C1");
        assert!(all.iter().all(|policy| policy.jit == Jit::Off), "C6");
    }

    /// B-105, B-120, B-186: the attribute is the one that carries this at the connection's product. An account without a preset leaves the
    /// product's.
    #[test]
    fn the_matching_rule_uses_the_products_own_names() {
        const EMAIL: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
        let filled = |preset: AccountPreset, settings: ConnectionSettings| settings.of_account(Some(preset)).matching;
        let named = |local, name: &str| Matching { local, remote: RemoteField::Named(name.to_owned()) };
        assert_eq!(filled(AccountPreset::MiCloud, saml(Preset::Entra)), named(LocalField::Username, EMAIL), "B-105");
        assert_eq!(filled(AccountPreset::CloudLink, saml(Preset::Entra)), Matching { local: LocalField::Email, remote: RemoteField::Subject }, "B-120");
        assert_eq!(filled(AccountPreset::RingCentral, saml(Preset::Entra)), named(LocalField::Email, EMAIL), "B-186");
        assert_eq!(filled(AccountPreset::MiCloud, saml(Preset::Google)), Matching { local: LocalField::Username, remote: RemoteField::Subject });
        let oidc = ConnectionSettings::new(Preset::Entra, Protocol::Oidc(Box::new(OidcSettings::new("https://login.microsoftonline.com/x/v2.0", "c"))));
        assert_eq!(filled(AccountPreset::Elevate, oidc), named(LocalField::Username, "email"));
        assert_eq!(saml(Preset::Entra).of_account(None), saml(Preset::Entra));
    }

    #[test]
    fn what_is_stated_is_left_alone() {
        let mut settings = saml(Preset::Okta);
        ConnectionPolicy::of(AccountPreset::RingCentral).fill(&mut settings, |key| key == "idp_initiated");
        assert_eq!((settings.idp_initiated, settings.matching.local), (IdpInitiated::Refuse, LocalField::Email));
    }
}
