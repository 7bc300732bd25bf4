//! A registration at Microsoft is entered: the ids of its Overview page, told apart, the address, and what may be allowed (B-126, B-196).

use homeward_federation::{
    ConnectionSettings,
    delegated::{
        DelegatedSettings, DelegatedSettingsError,
        ids::{self, Overview, Pasted},
    },
};
use homeward_model::ConnectionId;

use super::{changed, is_another, of_issuer};
use crate::{
    authority::Action,
    entry::Granted,
    ports::Fault,
    session::Portal,
    sign_on::{self, difference, enter::keep},
};

/// Longest secret.
const LONGEST_SECRET: usize = 4_096;

/// What somebody has typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Typed<'a> {
    /// The cloud's sign-in host.
    pub cloud: &'a str,
    /// Directory (tenant) ID.
    pub tenant: &'a str,
    /// Application (client) ID.
    pub application: &'a str,
    /// The Overview page as a whole, or a piece of it.
    pub overview: &'a str,
    /// Where Microsoft sends people back to.
    pub redirect_uri: &'a str,
    /// A secret; empty: the one that is kept, or none.
    pub secret: &'a str,
    /// What may be allowed.
    pub permissions: &'a [String],
}

/// Why it cannot be used. Nothing of it is kept then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// What was entered as Application (client) ID is something else.
    Application(Pasted),
    /// What was entered as Directory (tenant) ID is something else.
    Tenant(Pasted),
    /// Something else about it.
    Settings(DelegatedSettingsError),
    /// The redirect URI leads to another host than this broker's.
    Elsewhere,
    /// A secret that is too long.
    Secret,
    /// The connection has all of this already.
    Same,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entering {
    /// It waits to be looked at.
    Waits,
    /// It cannot be used.
    Refused(Problem),
    /// This account has no such connection.
    Nobody,
}

/// Enters a registration, to be looked at.
///
/// # Errors
/// `Fault`.
pub async fn enter(portal: &Portal, granted: &Granted, id: ConnectionId, typed: &Typed<'_>) -> Result<Entering, Fault> {
    granted.is_for(Action::PrepareServices)?;
    let Some(stored) = portal.sign_on.one(granted.account().id, id).await? else { return Ok(Entering::Nobody) };
    let settings = stored.settings();
    let new = match read(portal, (id, &settings), typed)? {
        Ok(new) => new,
        Err(problem) => return Ok(Entering::Refused(problem)),
    };
    propose(portal, granted, &stored, Some(new)).await
}

/// Asks for no delegated access any more, to be looked at.
///
/// # Errors
/// `Fault`.
pub async fn turn_off(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Entering, Fault> {
    granted.is_for(Action::PrepareServices)?;
    match portal.sign_on.one(granted.account().id, id).await? {
        Some(stored) => propose(portal, granted, &stored, None).await,
        None => Ok(Entering::Nobody),
    }
}

async fn propose(portal: &Portal, granted: &Granted, stored: &sign_on::Stored, new: Option<DelegatedSettings>) -> Result<Entering, Fault> {
    let settings = stored.settings();
    if settings.delegated.as_deref() == new.as_ref() {
        return Ok(Entering::Refused(Problem::Same));
    }
    Ok(match keep(portal, granted, stored, ConnectionSettings { delegated: new.map(Box::new), ..settings }).await? {
        sign_on::enter::Proposed::Waits => Entering::Waits,
        sign_on::enter::Proposed::Refused(_) => Entering::Refused(Problem::Same),
        sign_on::enter::Proposed::Nobody => Entering::Nobody,
    })
}

/// Takes over what was looked at, and nothing that was entered since. `None`: this account has no such connection.
///
/// # Errors
/// `Fault`.
pub async fn accept(portal: &Portal, granted: &Granted, id: ConnectionId, handle: &str) -> Result<Option<bool>, Fault> {
    granted.is_for(Action::ChangeServices)?;
    let account = granted.account().id;
    if portal.sign_on.one(account, id).await?.is_none() {
        return Ok(None);
    }
    // What decides how people sign in is taken over on its own page, with the right to do that.
    let waiting = portal.sign_on.proposal(account, id, portal.now()).await?.filter(|waiting| waiting.handle == handle && waiting.is_of_services());
    let Some(waiting) = waiting else { return Ok(Some(false)) };
    let people = portal.services.people(account, id).await?;
    let forgotten = if people > 0 && is_another(waiting.from.as_ref(), &waiting.to) { format!("; what {people} have allowed is forgotten") } else { String::new() };
    let rows = difference::rows(waiting.from.as_ref(), &waiting.to, portal.now());
    let deed = changed(portal, granted, format!("{}{forgotten}", difference::words(&rows)));
    portal.sign_on.enter(account, &waiting, &deed).await.map(Some)
}

/// Forgets what was looked at and not taken over. `None`: this account has no such connection.
///
/// # Errors
/// `Fault`.
pub async fn discard(portal: &Portal, granted: &Granted, id: ConnectionId, handle: &str) -> Result<Option<bool>, Fault> {
    granted.is_for(Action::PrepareServices)?;
    let account = granted.account().id;
    match portal.sign_on.one(account, id).await? {
        Some(_) => portal.sign_on.discard(account, id, handle, None).await.map(Some),
        None => Ok(None),
    }
}

fn read(portal: &Portal, (id, settings): (ConnectionId, &ConnectionSettings), typed: &Typed<'_>) -> Result<Result<DelegatedSettings, Problem>, Fault> {
    let (tenant, application) = match told_apart(typed, of_issuer(settings).map(|(_, tenant)| tenant)) {
        Ok(ids) => ids,
        Err(problem) => return Ok(Err(problem)),
    };
    let mut new = DelegatedSettings {
        host: typed.cloud.trim().to_owned(),
        tenant,
        application,
        redirect_uri: typed.redirect_uri.trim().to_owned(),
        permissions: typed.permissions.to_vec(),
        secret: None,
    };
    if let Err(problem) = portal.delegation.check(&new) {
        return Ok(Err(Problem::Settings(problem)));
    }
    if !new.comes_to(&portal.base) {
        return Ok(Err(Problem::Elsewhere));
    }
    let secret = typed.secret.trim();
    if secret.len() > LONGEST_SECRET {
        return Ok(Err(Problem::Secret));
    }
    new.secret = match (secret, settings.delegated.as_deref()) {
        // A secret belongs to one registration; it goes to no other.
        ("", Some(old)) if old.registration() == new.registration() => old.secret.clone(),
        ("", _) => None,
        (typed, _) => Some(portal.delegation.seal_secret(id, typed).ok_or_else(|| Fault("a secret could not be sealed".into()))?),
    };
    Ok(Ok(new))
}

/// Tenant and application, told apart from each other and from what looks like them. `own`: the tenant that is known by the connection.
fn told_apart(typed: &Typed<'_>, own: Option<String>) -> Result<(String, String), Problem> {
    let pasted = ids::overview(&[typed.overview, typed.tenant, typed.application].join("\n"));
    // An empty field is filled from the page that was pasted.
    let field = |text: &str| if text.trim().is_empty() { typed.overview.to_owned() } else { text.to_owned() };
    let known = Overview { tenant: pasted.tenant.clone().or(own), ..pasted.clone() };
    let application = match ids::recognise(ids::Field::Application, &field(typed.application), &known) {
        Pasted::Value(value) => value,
        other => return Err(Problem::Application(other)),
    };
    match ids::recognise(ids::Field::Tenant, &field(typed.tenant), &Overview { application: Some(application.clone()), ..pasted }) {
        Pasted::Value(tenant) => Ok((tenant, application)),
        other => Err(Problem::Tenant(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPLICATION: &str = "d65b4815-f19a-4f13-bc21-1bba8f75df61";
    const TENANT: &str = "9613561e-06f7-495c-8315-e6a2670c04cc";
    const OBJECT: &str = "dd42879e-7c0d-44a2-bc68-9209a9678ca4";

    fn page() -> String {
        format!("Display name\noipdev\nApplication (client) ID\n{APPLICATION}\nObject ID\n{OBJECT}\nDirectory (tenant) ID\n{TENANT}\n")
    }

    /// B-126, B-196: one by one, or the whole page at once; an Object ID is named wherever it was pasted.
    #[test]
    fn b_196_ids_of_the_overview_page_are_told_apart() {
        let good = Ok((TENANT.to_owned(), APPLICATION.to_owned()));
        let page = page();
        let (one_line, named) = (page.replace('\n', ""), format!("Object ID{OBJECT}"));
        let typed = |tenant, application, overview| Typed { tenant, application, overview, ..Typed::default() };
        assert_eq!(told_apart(&typed(TENANT, APPLICATION, ""), None), good);
        assert_eq!(told_apart(&typed("", "", &page), None), good);
        assert_eq!(told_apart(&typed(TENANT, "", &one_line), None), good, "also without line ends");
        assert_eq!(told_apart(&typed(TENANT, OBJECT, &page), None), Err(Problem::Application(Pasted::ObjectId)));
        assert_eq!(told_apart(&typed(TENANT, &named, ""), None), Err(Problem::Application(Pasted::ObjectId)));
        assert_eq!(told_apart(&typed(OBJECT, APPLICATION, &page), None), Err(Problem::Tenant(Pasted::ObjectId)));
        assert_eq!(told_apart(&typed("", TENANT, ""), Some(TENANT.to_owned())), Err(Problem::Application(Pasted::Other(ids::Field::Tenant))));
        assert_eq!(told_apart(&typed(APPLICATION, APPLICATION, ""), None), Err(Problem::Tenant(Pasted::Other(ids::Field::Application))));
        assert_eq!(told_apart(&typed("common", APPLICATION, ""), None), Err(Problem::Tenant(Pasted::NoOrganisation)));
        assert_eq!(told_apart(&typed(TENANT, "", ""), None), Err(Problem::Application(Pasted::NoId)));
        assert_eq!(told_apart(&typed(TENANT, "api://x", ""), None), Err(Problem::Application(Pasted::ApplicationUri)));
    }
}
