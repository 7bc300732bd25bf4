//! Presets of an account: how the four sign-ins that people know behave, as settings that an operator sees and may override.
//!
//! The documents contradict each other: a button or at once, a password beside it or none, tiles that work or are refused. Each is
//! one row of one table here, and of the one for connections in federation; nothing but a new connection asks for a preset later on.

use homeward_discovery::{AllowLocal, SsoMode};
use homeward_federation::{
    IdpInitiated, Jit, LocalField,
    account_preset::{ConnectionPolicy, Theirs},
};
pub use homeward_model::AccountPreset;
use serde::Serialize;

/// What a preset sets. Everything else of an account stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How Single Sign-On is offered (C2).
    pub sso_mode: SsoMode,
    /// Whether passwords work beside it (C3).
    pub allow_local: AllowLocal,
    /// The profile of the password policy (C13); `None`: the document does not say.
    pub password_profile: Option<&'static str>,
    /// What it sets in the account's connections.
    pub connection: ConnectionPolicy,
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

impl Policy {
    /// The table: one row a preset.
    pub const fn of(preset: AccountPreset) -> Self {
        let connection = ConnectionPolicy::of(preset);
        match preset {
            // B-052, B-053, B-065, B-075, B-085, B-102
            AccountPreset::MiCloud => Self { sso_mode: SsoMode::Button, allow_local: AllowLocal::Yes, password_profile: Some("classic"), connection },
            // B-085, B-112, B-119, B-121
            AccountPreset::CloudLink => Self { sso_mode: SsoMode::Button, allow_local: AllowLocal::No, password_profile: None, connection },
            // B-159, B-161, B-166, B-171
            AccountPreset::Elevate => Self { sso_mode: SsoMode::Redirect, allow_local: AllowLocal::ExceptionsOnly, password_profile: None, connection },
            // B-189, B-191
            AccountPreset::RingCentral => Self { sso_mode: SsoMode::Button, allow_local: AllowLocal::Yes, password_profile: None, connection },
        }
    }

    /// What the preset sets, key by key.
    pub fn settings(&self) -> Vec<Setting> {
        let setting = |table, key, value: &str, means| Setting { table, key, value: value.to_owned(), means };
        let (local, theirs) = self.connection.matching;
        let mut all = vec![
            setting(ACCOUNT, "sso_mode", self.sso_mode.word(), mode(self.sso_mode)),
            setting(ACCOUNT, "allow_local", self.allow_local.word(), local_means(self.allow_local)),
        ];
        all.extend(self.password_profile.map(|profile| setting("[account.password]", "profile", profile, "8 to 16 characters, letter, number and special, for 90 days")));
        let (ours, of_them) = (local_word(local), if theirs == Theirs::Email { "their e-mail address" } else { "their sign-in name" });
        all.push(setting(CONNECTION, "matching", &format!("{ours} = {of_them}"), "whom an answer means at the first sign-in; the attribute's name is the product's"));
        all.push(setting(CONNECTION, "jit", jit_word(self.connection.jit), "users are created and activated here first"));
        let (word, means) = started_there(self.connection.idp_initiated);
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
        AllowLocal::No => "nobody uses a password but break-glass users, and administrators at the portal",
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
    use super::*;

    /// C2, C3: where two documents say the opposite, two presets do.
    #[test]
    fn the_presets_differ_where_the_documents_do() {
        let [micloud, cloudlink, elevate, ringcentral] = AccountPreset::ALL.map(Policy::of);
        assert_eq!([micloud.sso_mode, elevate.sso_mode], [SsoMode::Button, SsoMode::Redirect], "C2");
        assert_eq!([ringcentral.allow_local, elevate.allow_local, cloudlink.allow_local], [AllowLocal::Yes, AllowLocal::ExceptionsOnly, AllowLocal::No], "C3");
    }

    #[test]
    fn everything_that_is_set_is_shown() {
        let shown = Policy::of(AccountPreset::MiCloud).settings();
        let keys: Vec<&str> = shown.iter().map(|setting| setting.key).collect();
        assert_eq!(keys, ["sso_mode", "allow_local", "profile", "matching", "jit", "idp_initiated"]);
        assert_eq!(shown[3].value, "username = their e-mail address");
        assert!(Policy::of(AccountPreset::Elevate).settings().iter().all(|setting| setting.key != "profile"));
    }
}
