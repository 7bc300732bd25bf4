//! By which names a connection knows people, so that a change of its settings does not shut everybody out: a link by a name that the
//! connection expects no more is past. It binds nobody, and its person is matched anew, inside the rules of a first sign-in.

use crate::{ConnectionSettings, Protocol, Subject, oidc, saml::NameIdFormat};

/// Stands between the format of a NameID and its qualifiers.
pub(crate) const BETWEEN: char = '\u{1f}';

/// The names that a connection's settings ask for. What they leave open is the provider's to choose, and no link is past for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The one issuer of the names; `None` where several may answer at a time.
    pub issuer: Option<String>,
    /// The format or claim; `None` where the settings ask for none.
    pub kind: Option<String>,
}

impl Naming {
    /// Whether a name is of the kind that is asked for. A NameID is of its format with any qualifiers.
    fn is_of_kind(&self, name: &Subject) -> bool {
        self.kind.as_deref().is_some_and(|kind| name.kind.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with(BETWEEN)))
    }
    /// Whether the link of a person is past for this answer: only where the answer's own name is one that the settings ask for, and the
    /// link's is not. One tenant does not speak for the people of another, and a second name of the kind that is asked for is somebody
    /// else's (ST-09, OE-07).
    pub fn is_past(&self, link: &Subject, answer: &Subject) -> bool {
        let of_another_issuer = self.issuer.as_deref() == Some(answer.issuer.as_str()) && link.issuer != answer.issuer;
        let of_another_kind = link.issuer == answer.issuer && self.is_of_kind(answer) && !self.is_of_kind(link);
        of_another_issuer || of_another_kind
    }
}

impl ConnectionSettings {
    /// By which names people are known with these settings.
    pub fn naming(&self) -> Naming {
        match &self.protocol {
            Protocol::Saml(saml) => Naming {
                issuer: Some(saml.idp_entity_id.clone()),
                // A name that changes every time is nobody's: nothing is linked by it. "unspecified" leaves the choice to the provider, and is what
                // a NameID without a format counts as: whoever sends one has answered no wish.
                kind: saml.name_id_format.filter(|format| !matches!(format, NameIdFormat::Transient | NameIdFormat::Unspecified)).map(|format| format.urn().to_owned()),
            },
            Protocol::Oidc(settings) => Naming {
                issuer: (!oidc::has_many_tenants(settings, self.preset)).then(|| settings.issuer.clone()),
                kind: Some(settings.known_by(self.preset).word().to_owned()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Preset, oidc::{OidcSettings, SubjectClaim}, saml::{EndpointUrl, SamlSettings}};

    const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    const TENANTS: [&str; 2] = ["7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11", "8f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e22"];

    fn name(issuer: &str, kind: &str, value: &str) -> Subject {
        Subject { issuer: issuer.into(), kind: kind.into(), value: value.into() }
    }

    fn saml(format: Option<NameIdFormat>) -> Naming {
        let sso = EndpointUrl::parse("https://idp.example/sso").unwrap();
        let settings = SamlSettings { name_id_format: format, ..SamlSettings::new("idp", sso, Vec::new()) };
        ConnectionSettings::new(Preset::Generic, Protocol::Saml(Box::new(settings))).naming()
    }

    fn oidc(issuer: &str, preset: Preset, subject: Option<SubjectClaim>) -> Naming {
        let settings = OidcSettings { subject, ..OidcSettings::new(issuer, "homeward") };
        ConnectionSettings::new(preset, Protocol::Oidc(Box::new(settings))).naming()
    }

    /// ST-06, ST-09: with another format asked for, the links of the one before are past, with qualifiers and without; never the other way
    /// round, and never where no format is asked for.
    #[test]
    fn st_09_another_format_makes_the_links_of_the_one_before_past() {
        let (email, persistent) = (name("idp", EMAIL, "kim@a.example"), name("idp", PERSISTENT, "1001"));
        let qualified = name("idp", &format!("{PERSISTENT}{BETWEEN}q{BETWEEN}"), "1001");
        let asked = saml(Some(NameIdFormat::Persistent));
        assert!(asked.is_past(&email, &persistent) && asked.is_past(&email, &qualified));
        assert!(!asked.is_past(&persistent, &email), "the old kind of name displaces nobody");
        assert!(!asked.is_past(&persistent, &name("idp", PERSISTENT, "1002")) && !asked.is_past(&qualified, &persistent), "two names of one kind are two people");
        let longer = name("idp", &format!("{PERSISTENT}-of-another-maker"), "1001");
        assert!(!asked.is_past(&email, &longer), "a format that begins alike is another one");
        let unsaid = name("idp", NameIdFormat::Unspecified.urn(), "kim@a.example");
        for open in [saml(None), saml(Some(NameIdFormat::Transient)), saml(Some(NameIdFormat::Unspecified))] {
            assert!(!open.is_past(&email, &persistent) && !open.is_past(&persistent, &email));
            assert!(!open.is_past(&persistent, &unsaid) && !open.is_past(&email, &unsaid), "a name without a format is nobody else's");
        }
        assert!(asked.is_past(&unsaid, &persistent) && !asked.is_past(&persistent, &unsaid));
        assert!(saml(None).is_past(&name("old", EMAIL, "kim@a.example"), &persistent), "another issuer");
        assert!(!saml(None).is_past(&persistent, &name("old", PERSISTENT, "1001")), "the issuer before says nothing any more");
    }

    /// OE-03, OE-07: the same for the claim that names people; one tenant of several never speaks for the people of another.
    #[test]
    fn oe_03_another_claim_makes_the_links_of_the_one_before_past() {
        let (sub, number) = (name("https://idp.example", "sub", "a"), name("https://idp.example", "employee_number", "7"));
        let by_number = oidc("https://idp.example", Preset::Generic, Some(SubjectClaim::Named("employee_number".into())));
        assert!(by_number.is_past(&sub, &number) && !by_number.is_past(&number, &sub));
        let by_sub = oidc("https://idp.example", Preset::Generic, None);
        assert!(by_sub.is_past(&number, &sub) && !by_sub.is_past(&sub, &number));
        assert!(!by_sub.is_past(&sub, &name("https://idp.example", "sub", "b")));
        let at = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
        let object = |tenant: &str| name(&at(tenant), "tid+oid", "x/1");
        let many = oidc("https://login.microsoftonline.com/organizations/v2.0", Preset::Entra, None);
        assert_eq!(many, Naming { issuer: None, kind: Some("tid+oid".into()) });
        assert!(many.is_past(&name(&at(TENANTS[0]), "sub", "a"), &object(TENANTS[0])));
        assert!(!many.is_past(&name(&at(TENANTS[0]), "sub", "a"), &object(TENANTS[1])) && !many.is_past(&object(TENANTS[0]), &object(TENANTS[1])));
        let one = oidc(&at(TENANTS[0]), Preset::Entra, None);
        assert!(one.is_past(&object(TENANTS[1]), &object(TENANTS[0])) && !one.is_past(&object(TENANTS[0]), &object(TENANTS[1])));
    }
}
