//! The steps at a provider or in the DNS, for whoever looks after that: what to enter where, what to choose, and what to send back (B7).

use homeward_language::Text;
use homeward_model::Timestamp;

use crate::render::{Parts, moment};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the words of the text")]
pub enum Steps {
    /// Values for a provider's console: where, and what; and where its own values stand.
    Provider { provider: String, is_on: bool, give: Vec<(String, String)>, choose: Vec<(String, String)>, back: Vec<String>, has_secret: bool },
    /// The record that proves a domain.
    Domain { domain: String, name: String, value: String, until: Option<Timestamp> },
}

/// One of each kind.
pub(crate) fn samples(at: Timestamp) -> [Steps; 3] {
    let row = |name: &str, value: &str| (format!("Basic SAML Configuration › {name}"), value.to_owned());
    let give = vec![row("Identifier (Entity ID)", "https://signin.example.com/saml/1/metadata"), row("Reply URL (Assertion Consumer Service URL)", "https://signin.example.com/saml/1/acs")];
    let choose = vec![("SAML Certificates › Signing Option".to_owned(), "Sign SAML response and assertion".to_owned())];
    let provider = |has_secret| Steps::Provider { provider: "Microsoft Entra ID".into(), is_on: has_secret, give: give.clone(), choose: choose.clone(), back: vec!["SAML Certificates › App Federation Metadata Url".into()], has_secret };
    let domain = Steps::Domain { domain: "northwind.example".into(), name: "_signin-check.northwind.example".into(), value: "signin-verify=qX8sV2".into(), until: Some(at) };
    [provider(false), provider(true), domain]
}

pub(crate) fn parts((name, account): (&str, &str), steps: &Steps, t: Text) -> Parts {
    let who = |key: &'static str, what: (&'static str, &String)| t.f(key, &[("name", name.into()), ("account", account.into()), (what.0, what.1.into())]);
    let rows = |rows: &[(String, String)]| rows.iter().map(|(place, value)| format!("{place}:\n{value}")).collect::<Vec<_>>();
    let begun = match steps {
        Steps::Provider { provider, is_on, give, choose, back, has_secret } => {
            let mut parts = Parts::new(t.f("mail-steps-subject", &[("account", account.into())])).says(who("mail-steps-text", ("provider", provider)));
            parts = parts.also((!is_on).then(|| t.f("mail-setup-nobody", &[("name", name.into())])));
            for row in rows(give) {
                parts = parts.says(row);
            }
            if !choose.is_empty() {
                parts = parts.says(t.s("mail-steps-choose"));
            }
            for row in rows(choose) {
                parts = parts.says(row);
            }
            let back = (!back.is_empty()).then(|| format!("{}\n{}", who("mail-steps-back", ("provider", provider)), back.join("\n")));
            parts.also(back).also(has_secret.then(|| t.s("mail-steps-secret").to_owned()))
        }
        Steps::Domain { domain, name, value, until } => Parts::new(t.f("mail-steps-dns-subject", &[("domain", domain.into())]))
            .says(who("mail-steps-dns-text", ("domain", domain)))
            .says(format!("{}:\n{name}", t.s("portal-domain-record-name")))
            .says(format!("{}:\n{value}", t.s("portal-domain-record-value")))
            .says(t.s("portal-domain-hint-name"))
            .says(t.s("mail-steps-dns-stays"))
            .also(until.map(|until| t.f("mail-steps-dns-until", &[("date", (&moment(until, t).0).into())]))),
    };
    begun.says(t.s("mail-steps-stranger"))
}
