//! A certificate that nobody has added has signed the answer of a sign-in that was refused. It is added where Activity shows that answer, for what
//! somebody brings from the provider's own console: the certificate itself, and only the very one. The answer brings none: anybody may have sent it.

use homeward_federation::{
    ConnectionSettings, Failure, Kind, Protocol,
    saml::{
        SamlSettings,
        certificate::{Certificate, PasteProblem, read_paste},
    },
};
use homeward_model::{CaseNumber, ConnectionId};

use super::enter::{self, Problem, Proposed};
use crate::{entry::Granted, ports::Fault, session::Portal};

/// The thumbprint of the certificate that an answer named and that nobody has added to these settings; `None` when it is about something else.
pub(crate) fn unknown<'a>(failure: &'a Failure, settings: Option<&ConnectionSettings>) -> Option<&'a str> {
    let Some(Protocol::Saml(saml)) = settings.map(|settings| &settings.protocol) else { return None };
    let seen = failure.seen.as_deref().filter(|_| failure.kind() == Kind::UnknownKey)?;
    let is_there = saml.certificates.iter().filter_map(|pem| Certificate::from_pem(pem).ok()).any(|one| one.sha256_thumbprint() == seen);
    (!is_there).then_some(seen)
}

/// Enters a certificate that somebody has fetched at the provider, to be looked at beside what is there, when it is the one that the refused
/// answer with this reference was signed with.
///
/// # Errors
/// `Fault`.
pub async fn by_reference(portal: &Portal, granted: &Granted, id: ConnectionId, (reference, pasted): (&str, &str)) -> Result<Proposed, Fault> {
    let Some(stored) = enter::found(portal, granted, id).await? else { return Ok(Proposed::Nobody) };
    // Whoever comes by a setup link sees no sign-in of anybody; and what nobody here had asked for is a stranger's to send.
    let kept = match CaseNumber::parse(reference).filter(|_| granted.guest().is_none()) {
        Some(reference) => portal.refused_answers.refused_answer(granted.account().id, &reference).await?.filter(|kept| kept.connection == id && kept.asked),
        None => None,
    };
    let settings = stored.settings();
    let (Some(kept), Protocol::Saml(old)) = (kept, &settings.protocol) else { return Ok(Proposed::Refused(Problem::NoAnswer)) };
    let Some(seen) = unknown(&kept.failure, Some(&settings)) else { return Ok(Proposed::Refused(Problem::NoAnswer)) };
    match read_paste(pasted.trim().as_bytes()) {
        Ok(all) => match all.iter().find(|one| one.sha256_thumbprint() == seen) {
            Some(found) => {
                let certificates = old.certificates.iter().cloned().chain([found.pem()]).collect();
                enter::keep_saml(portal, granted, &stored, SamlSettings { certificates, ..(**old).clone() }).await
            }
            None => Ok(Proposed::Refused(Problem::OtherCertificate)),
        },
        Err(PasteProblem::Empty) => Ok(Proposed::Refused(Problem::OtherCertificate)),
        Err(problem) => Ok(Proposed::Refused(Problem::Certificates(problem))),
    }
}
