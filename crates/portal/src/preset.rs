//! Presets of an account: how the four sign-ins that people know behave, as settings that an operator sees and may override.
//!
//! The documents contradict each other: a button or at once, a password beside it or none, tiles that work or are refused. Each is
//! one row of one table here; no code asks for a preset later on.

use homeward_discovery::{AllowLocal, SsoMode};
use homeward_federation::{ConnectionSettings, IdpInitiated, Jit, LocalField, Matching, product::Product};
use serde::{Deserialize, Serialize};

/// Whose sign-in an account's is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountPreset {
    /// MiCloud: a button beside the password; the username is the address at the provider; the provider's own start is refused.
    MiCloud,
    /// CloudLink: Single Sign-On and no password, found by the e-mail address.
    CloudLink,
    /// Elevate: taken there at once, user by user, with an exclusion list.
    Elevate,
    /// RingCentral: either way, and the provider may start it.
    RingCentral,
}

/// Their side of the match, in words that every product has a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theirs {
    /// What people sign in with there, for example the user principal name.
    Login,
    /// Their e-mail address.
    Email,
}

/// What a preset sets. Everything else of an account stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How Single Sign-On is offered (C2).
    pub sso_mode: SsoMode,
    /// Whether passwords work beside it (C3).
    pub allow_local: AllowLocal,
    /// The profile of the password policy (C13); `None`: the document does not say.
    pub password_profile: Option<&'static str>,
    /// Who is who (C4).
    pub matching: (LocalField, Theirs),
    /// Whether people who are not known are let in (C6).
    pub jit: Jit,
    /// What an answer that nobody asked for does (C1).
    pub idp_initiated: IdpInitiated,
}

/// One setting of a preset, as it stands in the account's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The table of the file.
    pub table: &'static str,
    /// The key in it.
    pub key: &'static str,
    /// The value.
    pub value: String,
    /// What it does for people.
    pub means: &'static str,
}

const ACCOUNT: &str = "[[account]]";
const CONNECTION: &str = "[account.connection.settings]";

impl AccountPreset {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::MiCloud, Self::CloudLink, Self::Elevate, Self::RingCentral];

    /// The word in configuration and commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MiCloud => "micloud",
            Self::CloudLink => "cloudlink",
            Self::Elevate => "elevate",
            Self::RingCentral => "ringcentral",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.word() == word)
    }

    /// The table: one row a preset.
    pub const fn policy(self) -> Policy {
        match self {
            // B-033, B-052, B-053, B-065, B-075, B-085, B-102, B-105
            Self::MiCloud => Policy {
                sso_mode: SsoMode::Button,
                allow_local: AllowLocal::Yes,
                password_profile: Some("classic"),
                matching: (LocalField::Username, Theirs::Email),
                jit: Jit::Off,
                idp_initiated: IdpInitiated::Refuse,
            },
            // B-085, B-112, B-119, B-120, B-121
            Self::CloudLink => Policy {
                sso_mode: SsoMode::Button,
                allow_local: AllowLocal::No,
                password_profile: None,
                matching: (LocalField::Email, Theirs::Login),
                jit: Jit::Off,
                idp_initiated: IdpInitiated::Refuse,
            },
            // B-159, B-160, B-161, B-166, B-171
            Self::Elevate => Policy {
                sso_mode: SsoMode::Redirect,
                allow_local: AllowLocal::ExceptionsOnly,
                password_profile: None,
                matching: (LocalField::Username, Theirs::Email),
                jit: Jit::Off,
                idp_initiated: IdpInitiated::Refuse,
            },
            // B-175, B-186, B-189, B-191
            Self::RingCentral => Policy {
                sso_mode: SsoMode::Button,
                allow_local: AllowLocal::Yes,
                password_profile: None,
                matching: (LocalField::Email, Theirs::Email),
                jit: Jit::Off,
                idp_initiated: IdpInitiated::Accept,
            },
        }
    }
}

impl Policy {
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

    /// What the preset sets, key by key.
    pub fn settings(&self) -> Vec<Setting> {
        let setting = |table, key, value: &str, means| Setting { table, key, value: value.to_owned(), means };
        let (local, theirs) = self.matching;
        let mut all = vec![
            setting(ACCOUNT, "sso_mode", self.sso_mode.word(), mode(self.sso_mode)),
            setting(ACCOUNT, "allow_local", self.allow_local.word(), local_means(self.allow_local)),
        ];
        all.extend(self.password_profile.map(|profile| setting("[account.password]", "profile", profile, "8 to 16 characters, letter, number and special, for 90 days")));
        let (ours, of_them) = (local_word(local), if theirs == Theirs::Email { "their e-mail address" } else { "their sign-in name" });
        all.push(setting(CONNECTION, "matching", &format!("{ours} = {of_them}"), "whom an answer means at the first sign-in; the attribute's name is the product's"));
        all.push(setting(CONNECTION, "jit", jit_word(self.jit), "users are created and activated here first"));
        let (word, means) = started_there(self.idp_initiated);
        all.push(setting(CONNECTION, "idp_initiated", word, means));
        all
    }
}

const fn mode(mode: SsoMode) -> &'static str {
    match mode {
        SsoMode::Off => "Single Sign-On is not offered",
        SsoMode::Button => "after the username a button, \"Single Sign On\"",
        SsoMode::Redirect => "after the username people are taken to the provider at once",
    }
}

const fn local_means(allow: AllowLocal) -> &'static str {
    match allow {
        AllowLocal::Yes => "\"Enter your password\" is offered beside it",
        AllowLocal::ExceptionsOnly => "only people on the exclusion list use a password",
        AllowLocal::No => "nobody uses a password but break-glass users",
    }
}

const fn local_word(local: LocalField) -> &'static str {
    match local {
        LocalField::Username => "username",
        LocalField::Email => "email",
        LocalField::ExternalId => "external_id",
    }
}

const fn jit_word(jit: Jit) -> &'static str {
    match jit {
        Jit::Off => "off",
        Jit::LinkOnly => "link_only",
        Jit::Create => "create",
    }
}

const fn started_there(rule: IdpInitiated) -> (&'static str, &'static str) {
    match rule {
        IdpInitiated::Refuse => ("refuse", "a tile opens the sign-on URL; an answer that nobody asked for is refused"),
        IdpInitiated::Convert => ("convert", "an answer that nobody asked for starts a request of ours"),
        IdpInitiated::Accept => ("accept", "an answer that nobody asked for signs in once, to the default application"),
    }
}

#[cfg(test)]
mod tests {
    use homeward_federation::{Preset, Protocol, RemoteField, oidc::OidcSettings, saml::{EndpointUrl, SamlSettings}};

    use super::*;

    fn saml(preset: Preset) -> ConnectionSettings {
        let sso = EndpointUrl::parse("https://idp.example/sso").unwrap();
        ConnectionSettings::new(preset, Protocol::Saml(Box::new(SamlSettings::new("https://idp.example", sso, vec![]))))
    }

    /// C1, C2, C3, C4, C6: where two documents say the opposite, two presets do.
    #[test]
    fn the_presets_differ_where_the_documents_do() {
        let [micloud, cloudlink, elevate, ringcentral] = AccountPreset::ALL.map(AccountPreset::policy);
        assert_eq!([micloud.sso_mode, elevate.sso_mode], [SsoMode::Button, SsoMode::Redirect], "C2");
        assert_eq!([ringcentral.allow_local, elevate.allow_local, cloudlink.allow_local], [AllowLocal::Yes, AllowLocal::ExceptionsOnly, AllowLocal::No], "C3");
        assert_eq!([micloud.idp_initiated, ringcentral.idp_initiated], [IdpInitiated::Refuse, IdpInitiated::Accept], "C1");
        assert!([micloud, cloudlink, elevate, ringcentral].iter().all(|policy| policy.jit == Jit::Off), "C6");
        for preset in AccountPreset::ALL {
            assert_eq!(AccountPreset::from_word(preset.word()), Some(preset));
            assert_eq!(serde_json::to_value(preset).unwrap(), preset.word());
        }
        assert_eq!(AccountPreset::from_word("MiCloud"), None);
    }

    /// B-105, B-120, B-186: the attribute is the one that carries this at the connection's product.
    #[test]
    fn the_matching_rule_uses_the_products_own_names() {
        const EMAIL: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
        let filled = |preset: AccountPreset, mut settings: ConnectionSettings| {
            preset.policy().fill(&mut settings, |_| false);
            settings.matching
        };
        let named = |local, name: &str| Matching { local, remote: RemoteField::Named(name.to_owned()) };
        assert_eq!(filled(AccountPreset::MiCloud, saml(Preset::Entra)), named(LocalField::Username, EMAIL), "B-105");
        assert_eq!(filled(AccountPreset::CloudLink, saml(Preset::Entra)), Matching { local: LocalField::Email, remote: RemoteField::Subject }, "B-120");
        assert_eq!(filled(AccountPreset::RingCentral, saml(Preset::Entra)), named(LocalField::Email, EMAIL), "B-186");
        assert_eq!(filled(AccountPreset::MiCloud, saml(Preset::Google)), Matching { local: LocalField::Username, remote: RemoteField::Subject });
        let oidc = ConnectionSettings::new(Preset::Entra, Protocol::Oidc(Box::new(OidcSettings::new("https://login.microsoftonline.com/x/v2.0", "c"))));
        assert_eq!(filled(AccountPreset::Elevate, oidc), named(LocalField::Username, "email"));
    }

    #[test]
    fn what_is_stated_is_left_alone_and_everything_set_is_shown() {
        let mut settings = saml(Preset::Okta);
        AccountPreset::RingCentral.policy().fill(&mut settings, |key| key == "idp_initiated");
        assert_eq!((settings.idp_initiated, settings.matching.local), (IdpInitiated::Refuse, LocalField::Email));
        let shown = AccountPreset::MiCloud.policy().settings();
        let keys: Vec<&str> = shown.iter().map(|setting| setting.key).collect();
        assert_eq!(keys, ["sso_mode", "allow_local", "profile", "matching", "jit", "idp_initiated"]);
        assert_eq!(shown[3].value, "username = their e-mail address");
        assert!(AccountPreset::Elevate.policy().settings().iter().all(|setting| setting.key != "profile"));
    }
}
