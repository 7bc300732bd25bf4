//! The userinfo endpoint (OpenID Connect Core 5.3): more claims about the same person, or none.

use homeward_egress::{Authorization, Conditions};

use super::{
    cache::Asker,
    claims,
    finish::{KeyLookup, Return, Signed},
    id_token,
    json::{self, Object},
    jws::Unverified,
    relying_party::Provider,
};
use crate::{Check, Failure};

/// Asks for the claims. They are used only if they are about the `sub` of the ID token (Core 5.3.2, OR-14, OR-21).
pub(super) async fn fetch(back: &Return<'_>, address: &str, provider: &Provider, access_token: &str, signed: &Signed) -> Result<Object, Failure> {
    let answer = back.party.egress.get(address, Authorization::Bearer(access_token), &Conditions::default()).await;
    let answer = answer.map_err(|error| Failure::differs(Check::Answered, "userinfo.unreachable", error.word(), ""))?;
    if answer.status != 200 {
        return Err(Failure::differs(Check::Answered, "userinfo.status", &answer.status.to_string(), "200"));
    }
    let malformed = || Failure::of(Check::Answered, "userinfo.malformed");
    let found = match answer.media_type().as_deref() {
        Some("application/json") => json::read_object(&answer.body).map_err(|_| malformed())?,
        Some("application/jwt") => signed_answer(back, provider, std::str::from_utf8(&answer.body).map_err(|_| malformed())?, signed).await?,
        _ => return Err(malformed()),
    };
    let subject = claims::required_text(&found, "sub", Check::Names, "userinfo.subject_missing")?;
    let expected = claims::required_text(&signed.claims, "sub", Check::Names, "names.subject_missing")?;
    if subject == expected { Ok(found) } else { Err(Failure::differs(Check::Names, "userinfo.subject", subject, expected)) }
}

/// A signed answer: by the same keys, from the same issuer, for us (Core 5.3.2).
async fn signed_answer(back: &Return<'_>, provider: &Provider, text: &str, signed: &Signed) -> Result<Object, Failure> {
    let unverified = Unverified::read(text)?;
    unverified.has_type(&["jwt"])?;
    let algorithm = unverified.algorithm(&back.settings.algorithms)?;
    let lookup = KeyLookup { party: back.party, provider, now: back.now, asker: Asker::SignIn };
    let key_set = lookup.provider.issuer.keys(&back.party.egress, &provider.document, back.now).await?;
    let key = key_set.choose(unverified.key_id()?, algorithm).map_err(|_| Failure::of(Check::Signature, "userinfo.key"))?;
    let found = unverified.verified_by(key, algorithm)?;
    id_token::issuer(&found, &signed.issuer)?;
    id_token::audience(&found, back.settings)?;
    Ok(found)
}
