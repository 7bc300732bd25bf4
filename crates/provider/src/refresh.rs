//! Refresh tokens: rotated at every use; an old one is a thief's or a lost answer's (RFC 9700 4.14, OT-10…OT-17).

use std::{collections::BTreeSet, time::Duration};

use homeward_model::Timestamp;

use crate::{
    client::Client,
    params::Params,
    ports::{GrantEnded, GrantRow, Ports, Subject},
    session_rule::Lapse,
    token::{Wanted, answer, current},
    token_error::{Concerned, TokenError},
    token_text::Refresh,
};

/// An answer may have been lost: so long after the last moment at which one could have come the token before gets the same successor again. Whoever
/// heard at that moment that nobody knows what happened must have the time to ask once more.
const GRACE: Duration = Duration::from_secs(10);

pub(crate) async fn by_refresh_token(ports: &Ports, client: &Client, params: &Params<'_>, network: &str) -> Result<String, TokenError> {
    let unknown = TokenError::grant("The refresh token is unknown, has expired or was revoked.");
    let text = params.get("refresh_token").ok_or(TokenError::new(400, "invalid_request", "refresh_token is missing."))?;
    let token = Refresh::read(&ports.token_mac, text).ok_or_else(|| unknown.clone())?;
    let Some(grant) = ports.grants.find(token.grant).await? else { return Err(unknown) };
    if grant.client != client.client_id && !grant.revoked {
        return Err(TokenError::copied("token_of_another_client", unknown.description, &grant.who, &client.client_id));
    }
    if grant.client != client.client_id || grant.revoked || !grant.scopes.contains("offline_access") {
        return Err(unknown);
    }
    let now = ports.clock.now();
    // What was used before is a thief's, whatever else it asks for: nothing else is held against it that would keep its use from being seen (OT-11).
    let is_used = token.generation != grant.generation && !may_be_lost(ports, &grant, token.generation, now);
    match client.holds(&grant, params.get("app_version"), now) {
        Ok(()) => {}
        Err(Lapse::Over) => return Err(unknown),
        Err(Lapse::VersionMissing | Lapse::OtherVersion) if is_used => {}
        Err(Lapse::VersionMissing) => {
            return Err(TokenError::new(400, "invalid_request", "app_version is missing: this sign-in is bound to a version of the application."));
        }
        Err(Lapse::OtherVersion) => {
            ports.end_by_application(&grant, "another version of the application", network).await?;
            return Err(TokenError::grant("This version of the application has to ask the person again."));
        }
    }
    let narrowed = if is_used { None } else { narrowed(params.get("scope"), &grant.scopes)? };
    let subject = current(ports, grant.who.user, grant.who.credential_version).await?;
    if !is_used {
        still_opens(ports, client, &grant, &subject).await?;
    }
    let grant = rotated(ports, client, (grant, token.generation), network).await?;
    answer(ports, client, &grant, &subject, Wanted { nonce: None, scopes: narrowed.as_ref() })
}

/// A grant goes on only where the proof that it came of still counts: an account that has turned Single Sign-On on since leaves nobody a way
/// around its provider (OP-01), and a provider that no longer speaks for somebody has no grants of theirs (ST-13). Nothing is revoked: where the
/// step is taken back, so is this.
async fn still_opens(ports: &Ports, client: &Client, grant: &GrantRow, subject: &Subject) -> Result<(), TokenError> {
    let who = &grant.who;
    if ports.ways_in.still_opens(&client.client_id, who, subject).await? {
        return Ok(());
    }
    let concerned = Concerned { user: who.user, account: who.account, client: client.client_id.clone() };
    let error = TokenError::grant("The proof of this sign-in no longer counts here: the person has to sign in the way their organisation asks for now.");
    Err(TokenError { concerned: Some(Box::new(concerned)), ..error })
}

/// Whether this is the token before the present one, and the answer that had that one may have been lost.
fn may_be_lost(ports: &Ports, grant: &GrantRow, presented: u32, now: Timestamp) -> bool {
    presented.checked_add(1) == Some(grant.generation) && now.since(grant.rotated_at) <= ports.grants.longest_wait() + GRACE
}

/// The grant with the generation that is to be handed out.
async fn rotated(ports: &Ports, client: &Client, (grant, presented): (GrantRow, u32), network: &str) -> Result<GrantRow, TokenError> {
    let now = ports.clock.now();
    if presented == grant.generation && ports.grants.rotate(grant.id, presented, now).await? {
        return Ok(GrantRow { generation: presented.saturating_add(1), rotated_at: now, ..grant });
    }
    // Somebody rotated it before, perhaps a moment ago.
    let unknown = TokenError::grant("The refresh token is unknown, has expired or was revoked.");
    let Some(grant) = ports.grants.find(grant.id).await?.filter(|g| !g.revoked) else { return Err(unknown) };
    let now = ports.clock.now();
    if may_be_lost(ports, &grant, presented, now) {
        return Ok(grant);
    }
    // Of many uses at once one ends it, and is the one that is told of: on record and by a mail in the same step, which a mail that cannot be made never holds up.
    let ended = GrantEnded::of(&grant, "refresh token used again", network, now);
    let telling = ports.tellings.copied(&ended.concerned).await;
    if !ports.grants.revoke_copied(&ended, telling.as_ref()).await? {
        return Err(unknown);
    }
    (ports.count_ended)(&ended);
    ports.tellings.waits();
    Err(TokenError::copied("token_used_again", "The refresh token was used before. Everything of this sign-in has been revoked.", &grant.who, &client.client_id))
}

/// Fewer scopes may be asked for, never more (RFC 6749 6).
fn narrowed(text: Option<&str>, granted: &BTreeSet<String>) -> Result<Option<BTreeSet<String>>, TokenError> {
    let Some(text) = text else { return Ok(None) };
    let asked: BTreeSet<String> = text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    if asked.is_subset(granted) && !asked.is_empty() {
        Ok(Some(asked))
    } else {
        Err(TokenError::new(400, "invalid_scope", "A refresh cannot have more scopes than the sign-in."))
    }
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
