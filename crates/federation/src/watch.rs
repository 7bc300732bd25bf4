//! Looks at a provider: whether its documents can be read and its sign-in page answers. Asked for by a worker, never by a sign-in.

use homeward_egress::{Authorization, Client, Conditions};
use homeward_model::Timestamp;

use crate::{
    Connection, Door, Protocol, away,
    health::{Look, Watched},
    oidc::OidcSettings,
    refresh::{Refreshed, Verdict, judge},
    saml::SamlSettings,
};

/// What came of reading metadata.
pub struct Read {
    /// What is kept of it from now on.
    pub kept: Refreshed,
    /// What is to be done; `None`: nothing came, or nothing new.
    pub verdict: Option<Verdict>,
}

impl Door {
    /// Reads the metadata of a connection with an address for it; `None` without one.
    pub async fn refresh(&self, settings: &SamlSettings, mut kept: Refreshed, now: Timestamp) -> Option<Read> {
        let address = settings.metadata_url.as_ref()?;
        // What was refused is asked for whole, too: it may have been entered since.
        let conditions = if kept.staged.is_some() || kept.refuses() { Conditions::default() } else { kept.conditions() };
        let answer = self.egress().get(address.as_str(), Authorization::None, &conditions).await;
        kept.asked_at = Some(now);
        let judged = match answer {
            Err(error) => Err(error.word().to_owned()),
            Ok(answer) if answer.status == 304 => Ok(None),
            Ok(answer) if answer.status == 200 => {
                let fresh = answer.conditions();
                (kept.etag, kept.last_modified) = (fresh.etag, fresh.last_modified);
                let judged = judge(settings, &answer.body, &kept, now);
                if kept.refuses() && judged == Ok(Verdict::Same) {
                    kept.entered_metadata(settings, &answer.body, now);
                }
                judged.map(Some)
            }
            Ok(answer) => Err(away::status(answer.status)),
        };
        let verdict = match judged {
            Ok(verdict) => {
                (kept.good_at, kept.failed) = (Some(now), None);
                verdict
            }
            Err(why) => {
                // Asked for whole the next time: what it was is not used.
                (kept.failed, kept.etag, kept.last_modified) = (Some(why), None, None);
                None
            }
        };
        match &verdict {
            Some(Verdict::Wait(staged)) if kept.staged.as_ref().is_none_or(|old| (&old.digest, old.brings_back) != (&staged.digest, staged.brings_back)) => kept.staged = Some(staged.clone()),
            Some(Verdict::Wait(_)) => return Some(Read { kept, verdict: None }),
            Some(Verdict::Same | Verdict::Refused | Verdict::Take(..)) => kept.staged = None,
            None => {}
        }
        Some(Read { kept, verdict })
    }

    /// Looks at the provider of a connection. `before`: what was seen the last time; `metadata`: of a SAML provider, as it was read.
    pub async fn watch(&self, connection: &Connection, before: &Watched, metadata: Option<&Refreshed>, now: Timestamp) -> Watched {
        match &connection.settings.protocol {
            Protocol::Saml(settings) => {
                let address = settings.sso_redirect.as_ref().or(settings.sso_post.as_ref());
                let found = match address {
                    Some(address) => answers(self.egress(), address.as_str()).await,
                    None => Err("no address".to_owned()),
                };
                let metadata = metadata.and_then(|read| read.asked_at.map(|at| Look { at, good_at: read.good_at, why: read.failed.clone() }));
                Watched { metadata, keys: None, sign_in: Some(Look::now(found, before.sign_in.as_ref(), now)) }
            }
            Protocol::Oidc(settings) => self.watch_oidc((connection, settings), before, now).await,
        }
    }

    async fn watch_oidc(&self, (connection, settings): (&Connection, &OidcSettings), before: &Watched, now: Timestamp) -> Watched {
        let party = self.oidc();
        let read = party.published(connection, now).await;
        let keys = party.look(connection, now).await.map_err(|failure| word(&failure));
        let sign_in = match &read {
            Ok(published) => answers(self.egress(), &settings.accepted().unwrap_or(published).authorization).await,
            Err(failure) => Err(word(failure)),
        };
        Watched {
            metadata: Some(Look::now(read.map(|_| ()).map_err(|failure| word(&failure)), before.metadata.as_ref(), now)),
            keys: Some(Look::now(keys, before.keys.as_ref(), now)),
            sign_in: Some(Look::now(sign_in, before.sign_in.as_ref(), now)),
        }
    }
}

fn word(failure: &crate::Failure) -> String {
    failure.seen.clone().filter(|seen| !seen.is_empty()).unwrap_or_else(|| failure.code.clone())
}

/// Whether something answers there. A request without a question is refused by every provider, so any answer but a server's own
/// trouble will do.
async fn answers(client: &Client, address: &str) -> Result<(), String> {
    match client.get(address, Authorization::None, &Conditions::default()).await {
        Ok(answer) if answer.status < 500 => Ok(()),
        Ok(answer) => Err(away::status(answer.status)),
        Err(error) => Err(error.word().to_owned()),
    }
}
