//! Makes the verified value of an assertion that has passed everything else: who it names, and what must not be accepted twice.

use homeward_model::Timestamp;

use super::{
    expected::{Expected, LONGEST_AGE, METHODS},
    instant,
    message::{Assertion, Name},
    provider::ServiceProvider,
    settings::NameIdFormat,
};
use crate::{Called, Check, Connection, Failure, Farewell, ReplayMark, Subject, VerifiedAssertion, naming::BETWEEN};

/// The verified value.
pub fn verified_assertion(connection: &Connection, sp: &ServiceProvider, mut assertion: Assertion, expected: &Expected<'_>) -> Result<VerifiedAssertion, Failure> {
    let issuer = expected.settings.idp_entity_id.clone();
    let name = assertion.name_id.take().filter(|name| !name.value.trim().is_empty()).ok_or(Failure::of(Check::Names, "name.missing"))?;
    if name.value.len() > 1024 {
        return Err(Failure::of(Check::Names, "name.too_long"));
    }
    let replay = replay_mark(&issuer, &assertion, expected)?;
    let authn = assertion.authn.pop().unwrap_or_default();
    let at = |text: Option<&str>| text.and_then(instant::parse);
    let subject = subject(&name, &issuer, sp);
    Ok(VerifiedAssertion {
        connection: connection.id,
        called: Called::by_name_id(&subject, authn.session_index.as_deref()),
        farewell: Farewell { subject: subject.clone(), session: authn.session_index.clone(), hint: None, id_token: None },
        subject,
        binds: name.format.as_deref() != Some(NameIdFormat::Transient.urn()),
        name: name.value,
        amr: assertion.attributes.get(METHODS).cloned().unwrap_or_default(),
        acrs: Vec::new(),
        attributes: assertion.attributes,
        email_proved: true,
        authenticated_at: at(authn.instant.as_deref()),
        session_index: authn.session_index,
        session_until: at(authn.session_not_on_or_after.as_deref()),
        acr: authn.class,
        replay,
    })
}

/// The unchanging name, compared byte by byte.
pub fn subject(name: &Name, issuer: &str, sp: &ServiceProvider) -> Subject {
    Subject { issuer: issuer.to_owned(), kind: kind(name, issuer, sp), value: name.value.clone() }
}

/// Format and qualifiers, so that equal values of two kinds are two subjects (ST-05, ST-06). Qualifiers that say the default are as if absent
/// (Core 8.3.7). The separator cannot occur in XML.
fn kind(name: &Name, issuer: &str, sp: &ServiceProvider) -> String {
    let format = name.format.as_deref().unwrap_or(NameIdFormat::Unspecified.urn());
    let qualifier = name.name_qualifier.as_deref().filter(|q| *q != issuer);
    let sp_qualifier = name.sp_name_qualifier.as_deref().filter(|q| *q != sp.entity_id);
    match (qualifier, sp_qualifier) {
        (None, None) => format.to_owned(),
        (qualifier, sp_qualifier) => format!("{format}{BETWEEN}{}{BETWEEN}{}", qualifier.unwrap_or_default(), sp_qualifier.unwrap_or_default()),
    }
}

/// Kept as long as the assertion could still be accepted: until it is over, at most as long as an answer may travel, and the tolerance (SF-16, SF-27).
fn replay_mark(issuer: &str, assertion: &Assertion, expected: &Expected<'_>) -> Result<ReplayMark, Failure> {
    let id = assertion.id.as_deref().ok_or(Failure::of(Check::Answered, "saml.id_missing"))?;
    let issued = assertion.issue_instant.as_deref().and_then(instant::parse).unwrap_or(expected.now);
    let over = assertion.conditions.as_ref().and_then(|c| c.not_on_or_after.as_deref()).and_then(instant::parse).unwrap_or(issued);
    let until = over.seconds().min(issued.seconds() + LONGEST_AGE) + expected.skew + 1;
    Ok(ReplayMark { key: format!("{issuer}\u{1f}{id}"), until: Timestamp::from_seconds(until) })
}
