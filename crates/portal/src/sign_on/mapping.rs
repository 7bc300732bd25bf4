//! Which attribute or claim is what: who is meant, and what fills a user's fields (B4, B-186). Entered like every other value: it waits
//! until somebody has seen it beside what is there.

use homeward_federation::{AttributeMapping, ConnectionSettings, LocalField, Matching, RemoteField};
use homeward_model::ConnectionId;

use super::{
    difference::{named, word},
    enter::{self, Problem, Proposed},
};
use crate::{entry::Granted, ports::Fault, session::Portal};

/// Longest name of an attribute.
const LONGEST: usize = 500;

/// What is entered now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    /// By what people here are found: `username`, `email` or `external_id`.
    pub local: String,
    /// What names the person there; empty: NameID, or `sub`.
    pub person: String,
    /// Where the e-mail address comes from.
    pub email: String,
    /// Where the given name comes from.
    pub given_name: String,
    /// Where the family name comes from.
    pub family_name: String,
    /// Where groups come from.
    pub groups: String,
    /// Where roles inside the account come from.
    pub roles: String,
}

/// What is entered, for the page.
pub(super) fn of(settings: &ConnectionSettings) -> Mapped {
    let map = &settings.mapping;
    let text = |name: &Option<String>| name.clone().unwrap_or_default();
    Mapped {
        local: word(settings.matching.local).to_owned(),
        person: named(&settings.matching.remote).unwrap_or_default(),
        email: text(&map.email),
        given_name: text(&map.given_name),
        family_name: text(&map.family_name),
        groups: text(&map.groups),
        roles: text(&map.roles),
    }
}

/// Enters it, to be looked at.
///
/// # Errors
/// `Fault`.
pub async fn by_mapping(portal: &Portal, granted: &Granted, id: ConnectionId, typed: &Mapped) -> Result<Proposed, Fault> {
    let Some(stored) = enter::found(portal, granted, id).await? else { return Ok(Proposed::Nobody) };
    match settings_with(stored.settings(), typed) {
        Some(to) => enter::keep(portal, granted, &stored, to).await,
        None => Ok(Proposed::Refused(Problem::Mapping)),
    }
}

/// `None`: a name that is no attribute's, or a field that nobody here has.
fn settings_with(settings: ConnectionSettings, typed: &Mapped) -> Option<ConnectionSettings> {
    let local = [LocalField::Username, LocalField::Email, LocalField::ExternalId].into_iter().find(|local| word(*local) == typed.local)?;
    let name = |text: &str| -> Option<Option<String>> {
        let text = text.trim();
        let fits = text.len() <= LONGEST && !text.chars().any(char::is_control);
        fits.then(|| Some(text.to_owned()).filter(|text| !text.is_empty()))
    };
    let remote = name(&typed.person)?.map_or(RemoteField::Subject, RemoteField::Named);
    let mapping = AttributeMapping {
        email: name(&typed.email)?,
        given_name: name(&typed.given_name)?,
        family_name: name(&typed.family_name)?,
        groups: name(&typed.groups)?,
        roles: name(&typed.roles)?,
    };
    Some(ConnectionSettings { matching: Matching { local, remote }, mapping, ..settings })
}

#[cfg(test)]
mod tests {
    use homeward_federation::{Preset, product::Speaks};

    use super::*;
    use crate::sign_on::blank;

    /// B-186: what is shown reads back, and only names of attributes are taken.
    #[test]
    fn a_mapping_reads_back() {
        let settings = blank(Preset::Entra, Speaks::Saml);
        assert_eq!(settings_with(settings.clone(), &of(&settings)), Some(settings.clone()));
        let typed = Mapped { local: "email".into(), person: " mail ".into(), ..of(&settings) };
        let changed = settings_with(settings.clone(), &typed).unwrap();
        assert_eq!(changed.matching, Matching { local: LocalField::Email, remote: RemoteField::Named("mail".into()) });
        for wrong in [Mapped { local: "role".into(), ..typed.clone() }, Mapped { email: "a\u{0}b".into(), ..typed.clone() }, Mapped { email: "x".repeat(501), ..typed.clone() }] {
            assert_eq!(settings_with(settings.clone(), &wrong), None);
        }
    }
}
