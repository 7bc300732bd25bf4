//! What comes of sign-ins that begin at the provider (C1, B-033, B-086, B-175). Said like every other value: it waits until somebody has seen
//! it beside what is there, and counts after a fresh proof.

use homeward_federation::{ConnectionSettings, IdpInitiated, Protocol};
use homeward_model::ConnectionId;

use super::{
    difference::begun_there,
    enter::{self, Proposed},
};
use crate::{entry::Granted, ports::Fault, session::Portal};

/// What comes of them now; `None`: OpenID Connect has no answers that nobody asked for.
pub(super) fn of(settings: &ConnectionSettings) -> Option<IdpInitiated> {
    matches!(settings.protocol, Protocol::Saml(_)).then_some(settings.idp_initiated)
}

/// Says it, by the word that files have, to be looked at. Who is let in without having asked is for the account's own people to say: nobody
/// outside says "accept" (ADM-13).
///
/// # Errors
/// `Fault`.
pub async fn by_word(portal: &Portal, granted: &Granted, id: ConnectionId, word: &str) -> Result<Proposed, Fault> {
    let stored = enter::found(portal, granted, id).await?.filter(|stored| of(&stored.settings()).is_some());
    let rule = [IdpInitiated::Refuse, IdpInitiated::Convert, IdpInitiated::Accept].into_iter().find(|rule| begun_there(*rule) == word);
    let rule = rule.filter(|rule| *rule != IdpInitiated::Accept || granted.guest().is_none());
    let (Some(stored), Some(idp_initiated)) = (stored, rule) else { return Ok(Proposed::Nobody) };
    enter::keep(portal, granted, &stored, ConnectionSettings { idp_initiated, ..stored.settings() }).await
}
