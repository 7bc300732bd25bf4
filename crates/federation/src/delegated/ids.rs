//! Ids of an app registration that look alike (B-196): what was pasted, and where it belongs.
//!
//! Application (client) ID, Object ID and Directory (tenant) ID are three values of one form, side by side on the Overview page.
//! Alone, none of them says which it is; a pasted piece of that page does, and so do the values that are known already.

use crate::oidc::is_tenant_id;

/// What the Overview page of an app registration prints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Application (client) ID.
    pub application: Option<String>,
    /// Directory (tenant) ID.
    pub tenant: Option<String>,
    /// Object ID; needed nowhere.
    pub object: Option<String>,
    /// Application ID URI (`api://…`); needed nowhere.
    pub uri: Option<String>,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Application (client) ID.
    Application,
    /// Directory (tenant) ID.
    Tenant,
}

/// What a text in a field is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// A value of the right form, and nothing speaks against it.
    Value(String),
    /// The Object ID.
    ObjectId,
    /// The Application ID URI.
    ApplicationUri,
    /// The value of the other field.
    Other(Field),
    /// A personal account's tenant, or a word such as `common`: no organisation's id.
    NoOrganisation,
    /// No id at all.
    NoId,
}

impl Pasted {
    /// What to do, in a sentence; nothing for a good value.
    pub const fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Value(_) => None,
            Self::ObjectId => Some("this is the Object ID; enter the Application (client) ID, which stands above it on the Overview page"),
            Self::ApplicationUri => Some("this is the Application ID URI; enter the Application (client) ID from the Overview page"),
            Self::Other(Field::Tenant) => Some("this is the Directory (tenant) ID; it belongs into the other field"),
            Self::Other(Field::Application) => Some("this is the Application (client) ID; it belongs into the other field"),
            Self::NoOrganisation => Some("this is no organisation's id; enter the Directory (tenant) ID from the Overview page"),
            Self::NoId => Some("an id has 36 characters, as the Overview page of the app registration prints it"),
        }
    }
}

/// The tenant of personal accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Reads whatever was pasted from the Overview page: labels with their values, in any order, on one line or on two.
pub fn overview(pasted: &str) -> Overview {
    let text = pasted.to_ascii_lowercase();
    Overview {
        application: after(&text, "application (client) id"),
        tenant: after(&text, "directory (tenant) id"),
        object: after(&text, "object id"),
        uri: text.split_once("api://").and_then(|(_, rest)| rest.split_whitespace().next()).map(|rest| format!("api://{rest}")),
    }
}

/// Characters of an id.
const LENGTH: usize = 36;

/// The id that follows a label, before any other label's. A field of one line takes the line ends out of what is pasted, so that the next
/// label may follow without a blank.
fn after(text: &str, label: &str) -> Option<String> {
    let (_, rest) = text.split_once(label)?;
    let word = rest.split(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '"' | ',')).find(|word| !word.is_empty())?;
    word.get(..LENGTH).filter(|id| is_tenant_id(id)).map(str::to_owned)
}

/// What was entered into a field, beside the page's other values as far as they are known.
pub fn recognise(field: Field, entered: &str, known: &Overview) -> Pasted {
    let typed = entered.trim().trim_matches(['"', '{', '}']).to_ascii_lowercase();
    // A whole piece of the page names its values itself.
    let read = overview(&typed);
    let own = match field {
        Field::Application => read.application.clone(),
        Field::Tenant => read.tenant.clone(),
    };
    if let Some(value) = own {
        return Pasted::Value(value);
    }
    if typed.starts_with("api://") {
        return Pasted::ApplicationUri;
    }
    if read.object.is_some() {
        return Pasted::ObjectId;
    }
    match field {
        Field::Application if read.tenant.is_some() => return Pasted::Other(Field::Tenant),
        Field::Tenant if read.application.is_some() => return Pasted::Other(Field::Application),
        Field::Application | Field::Tenant => {}
    }
    if typed == CONSUMERS || matches!(typed.as_str(), "common" | "organizations" | "consumers") {
        return Pasted::NoOrganisation;
    }
    if !is_tenant_id(&typed) {
        return Pasted::NoId;
    }
    let is = |value: &Option<String>| value.as_deref() == Some(typed.as_str());
    match field {
        _ if is(&known.object) => Pasted::ObjectId,
        Field::Application if is(&known.tenant) => Pasted::Other(Field::Tenant),
        Field::Tenant if is(&known.application) => Pasted::Other(Field::Application),
        Field::Application | Field::Tenant => Pasted::Value(typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGE: &str = "Display name\noipdev\n\nApplication (client) ID\nd65b4815-f19a-4f13-bc21-1bba8f75df61\n\nObject ID\ndd42879e-7c0d-44a2-bc68-9209a9678ca4\n\n\
                        Directory (tenant) ID\n9613561E-06f7-495c-8315-e6a2670c04cc\n\nApplication ID URI\napi://d65b4815-f19a-4f13-bc21-1bba8f75df61\n";

    /// B-126, B-196: the page of the source document, pasted whole and value by value.
    #[test]
    fn values_of_the_overview_page_are_told_apart() {
        let page = overview(PAGE);
        assert_eq!(page.application.as_deref(), Some("d65b4815-f19a-4f13-bc21-1bba8f75df61"));
        assert_eq!(page.object.as_deref(), Some("dd42879e-7c0d-44a2-bc68-9209a9678ca4"));
        assert_eq!(page.tenant.as_deref(), Some("9613561e-06f7-495c-8315-e6a2670c04cc"));
        assert_eq!(page.uri.as_deref(), Some("api://d65b4815-f19a-4f13-bc21-1bba8f75df61"));
        let cases = [
            (Field::Application, " D65B4815-f19a-4f13-bc21-1bba8f75df61\n", Pasted::Value("d65b4815-f19a-4f13-bc21-1bba8f75df61".into())),
            (Field::Application, "dd42879e-7c0d-44a2-bc68-9209a9678ca4", Pasted::ObjectId),
            (Field::Tenant, "dd42879e-7c0d-44a2-bc68-9209a9678ca4", Pasted::ObjectId),
            (Field::Application, "9613561e-06f7-495c-8315-e6a2670c04cc", Pasted::Other(Field::Tenant)),
            (Field::Tenant, "d65b4815-f19a-4f13-bc21-1bba8f75df61", Pasted::Other(Field::Application)),
            (Field::Application, "api://d65b4815-f19a-4f13-bc21-1bba8f75df61", Pasted::ApplicationUri),
            (Field::Tenant, "common", Pasted::NoOrganisation),
            (Field::Tenant, "9188040d-6c67-4c5b-b112-36a304b66dad", Pasted::NoOrganisation),
            (Field::Tenant, "contoso.onmicrosoft.com", Pasted::NoId),
            (Field::Application, "", Pasted::NoId),
        ];
        for (field, entered, expected) in cases {
            assert_eq!(recognise(field, entered, &page), expected, "{field:?} {entered}");
            assert_eq!(expected.advice().is_none(), matches!(expected, Pasted::Value(_)));
        }
        assert_eq!(overview(&PAGE.replace('\n', "")), page, "also where the line ends are gone");
        // Without the page's other values a piece of it still names itself.
        let none = Overview::default();
        assert_eq!(recognise(Field::Application, "Object ID\ndd42879e-7c0d-44a2-bc68-9209a9678ca4", &none), Pasted::ObjectId);
        assert_eq!(recognise(Field::Application, "Directory (tenant) ID\n9613561e-06f7-495c-8315-e6a2670c04cc", &none), Pasted::Other(Field::Tenant));
        assert_eq!(recognise(Field::Application, "Application (client) ID : d65b4815-f19a-4f13-bc21-1bba8f75df61", &none), Pasted::Value("d65b4815-f19a-4f13-bc21-1bba8f75df61".into()));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,200}|(object id|api://|application \\(client\\) id)[ :\n]{0,3}[0-9a-f-]{0,40}") {
            let page = overview(&text);
            for value in [page.application, page.tenant, page.object].into_iter().flatten() {
                prop_assert!(is_tenant_id(&value));
            }
            if let Pasted::Value(value) = recognise(Field::Application, &text, &Overview::default()) {
                prop_assert!(is_tenant_id(&value));
            }
        }
    }
}
