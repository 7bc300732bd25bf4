//! What a provider's own codes mean: those of an answer that says no, and those that people see on a page there and nowhere else.

use super::{Field, Product, Speaks};

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The code as it was found.
    pub code: &'static str,
    /// The message that says what it means and what to do.
    pub says: &'static str,
    /// The field that it is about: by SAML, and by OpenID Connect.
    fields: Option<(Field, Field)>,
}

impl Meaning {
    /// What the first known code in a text means.
    pub fn of(text: &str) -> Option<&'static Self> {
        let text = text.to_ascii_lowercase();
        CODES.iter().find(|known| text.contains(&known.code.to_ascii_lowercase()))
    }
    /// Where that field stands in the product's console.
    pub fn path(&self, product: &Product) -> Option<String> {
        let (saml, oidc) = self.fields?;
        let field = match product.speaks {
            Speaks::Saml => saml,
            Speaks::Oidc => oidc,
        };
        product.label(field).map(super::Label::path)
    }
}

const fn row(code: &'static str, says: &'static str, fields: Option<(Field, Field)>) -> Meaning {
    Meaning { code, says, fields }
}

const ADDRESS: Option<(Field, Field)> = Some((Field::ReplyUrl, Field::RedirectUri));
const NAME: Option<(Field, Field)> = Some((Field::EntityId, Field::ClientId));
const PEOPLE: Option<(Field, Field)> = Some((Field::People, Field::People));
const SECRET: Option<(Field, Field)> = Some((Field::ClientSecret, Field::ClientSecret));
const NAME_ID: Option<(Field, Field)> = Some((Field::NameId, Field::Email));

/// Codes of Microsoft, Google, OAuth 2.0, OpenID Connect and SAML (Core 3.2.2.2). One that another begins with stands before it.
static CODES: [Meaning; 27] = [
    row("AADSTS500112", "code-address", ADDRESS),
    row("AADSTS50011", "code-address", ADDRESS),
    row("AADSTS50105", "code-not-assigned", PEOPLE),
    row("AADSTS700016", "code-name", NAME),
    row("AADSTS650056", "code-name", NAME),
    row("AADSTS75011", "code-other-method", None),
    row("AADSTS65001", "code-consent", None),
    row("AADSTS90094", "code-consent", None),
    row("AADSTS7000215", "code-secret", SECRET),
    row("AADSTS7000222", "code-secret", SECRET),
    row("AADSTS50020", "code-guest", PEOPLE),
    row("AADSTS50076", "code-policy", None),
    row("AADSTS50079", "code-policy", None),
    row("AADSTS53003", "code-policy", None),
    row("app_not_configured_for_user", "code-not-assigned", PEOPLE),
    row("app_not_enabled_for_user", "code-not-assigned", PEOPLE),
    row("redirect_uri_mismatch", "code-address", ADDRESS),
    row("access_denied", "code-not-assigned", PEOPLE),
    row("consent_required", "code-consent", None),
    row("unauthorized_client", "code-name", NAME),
    row("invalid_client", "code-secret", SECRET),
    row("RequestDenied", "code-not-assigned", PEOPLE),
    row("NoAuthnContext", "code-other-method", None),
    row("InvalidNameIDPolicy", "code-name-format", NAME_ID),
    row("AuthnFailed", "code-failed-there", None),
    row("NoPassive", "code-not-signed-in", None),
    row("login_required", "code-not-signed-in", None),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Preset;

    /// Section 5, check 1: a code that was seen there is explained, in the words of that console, wherever it stands in what was pasted.
    #[test]
    fn codes_that_people_see_there_are_explained() {
        let entra = Product::of(Preset::Entra, Speaks::Saml);
        for (text, says, path) in [
            ("AADSTS50011: The redirect URI specified in the request does not match", "code-address", Some("Basic SAML Configuration › Reply URL (Assertion Consumer Service URL)")),
            ("Sorry … aadsts50105 …", "code-not-assigned", Some("Users and groups › Add user/group")),
            ("AADSTS700016", "code-name", Some("Basic SAML Configuration › Identifier (Entity ID)")),
            ("AADSTS75011", "code-other-method", None),
            ("AADSTS7000215: Invalid client secret provided", "code-secret", None),
            ("urn:oasis:names:tc:SAML:2.0:status:Requester urn:oasis:names:tc:SAML:2.0:status:RequestDenied", "code-not-assigned", Some("Users and groups › Add user/group")),
        ] {
            let found = Meaning::of(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.says, found.path(entra).as_deref()), (says, path), "{text}");
        }
        assert_eq!(Meaning::of("AADSTS50011").and_then(|found| found.path(Product::of(Preset::Entra, Speaks::Oidc))).as_deref(), Some("Authentication › Redirect URIs"));
        for unknown in ["", "AADSTS1", "something went wrong"] {
            assert_eq!(Meaning::of(unknown), None, "{unknown}");
        }
    }

    /// No code hides behind one that it begins with.
    #[test]
    fn every_code_is_found_by_itself() {
        for known in &CODES {
            assert_eq!(Meaning::of(known.code), Some(known), "{}", known.code);
        }
    }
}
