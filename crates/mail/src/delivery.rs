//! The outbox and its delivery: a request never waits for SMTP, and a mail is tried again for a day (LR-18).

use std::time::Duration;

use async_trait::async_trait;
use homeward_model::{Clock, EmailAddress, Timestamp};

use crate::{letter::Letter, render::Rendered};

/// The store did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the outbox failed: {0}")]
pub struct MailFault(pub String);

/// A mail that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Its number.
    pub id: i64,
    /// To whom.
    pub to: EmailAddress,
    /// What.
    pub rendered: Rendered,
    /// How often it was tried.
    pub tries: u32,
}

/// A mail as it rests in the outbox, to be kept in one step with what it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resting {
    /// To whom.
    pub recipient: String,
    /// What, unreadable without the root key.
    pub doc: String,
}

/// Mails on their way out.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// One as it will rest, kept nowhere yet.
    fn resting(&self, letter: &Letter, rendered: &Rendered) -> Result<Resting, MailFault>;
    /// Keeps one.
    async fn put(&self, letter: &Letter, rendered: &Rendered, now: Timestamp) -> Result<(), MailFault>;
    /// Those that are due, oldest first; the caller has them for five minutes, so that two workers never send one mail.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Queued>, MailFault>;
    /// It is out: what it said is forgotten.
    async fn sent(&self, id: i64, now: Timestamp) -> Result<(), MailFault>;
    /// It did not go out; `None`: it never will.
    async fn failed(&self, id: i64, retry_at: Option<Timestamp>, error: &str) -> Result<(), MailFault>;
}

/// What carries mails, for example SMTP.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Hands one over.
    async fn send(&self, mail: &Queued) -> Result<(), String>;
}

/// How long to wait before the next try; `None` after a day.
fn pause(tries: u32) -> Option<Duration> {
    let minutes = [1, 5, 15, 60, 120, 240, 480, 520];
    minutes.get(usize::try_from(tries).ok()?).map(|m| Duration::from_secs(m * 60))
}

/// What became of mails that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many were tried. Without any, none is due any more.
    pub tried: u32,
    /// How many of them went out.
    pub sent: u32,
}

/// Sends some of what is due. There may be more, as long as any were tried, whether they went out or not.
///
/// # Errors
/// `MailFault` when the outbox fails; a carrier that fails is no error, the mail is tried again.
pub async fn deliver_due(outbox: &dyn Outbox, carrier: &dyn Carrier, clock: &dyn Clock) -> Result<Delivered, MailFault> {
    let (mut done, begun) = (Delivered::default(), clock.now());
    for mail in outbox.due(begun, 20).await? {
        // What was taken is another broker's again after five minutes: nobody gets a mail twice because a mail server is slow.
        if clock.now().since(begun) > Duration::from_secs(200) {
            break;
        }
        done.tried += 1;
        match carrier.send(&mail).await {
            Ok(()) => {
                outbox.sent(mail.id, clock.now()).await?;
                done.sent += 1;
            }
            Err(error) => outbox.failed(mail.id, pause(mail.tries).map(|p| clock.now().plus(p)), &error).await?,
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LR-18: tries go on for about a day and then end.
    #[test]
    fn lr_18_a_mail_is_tried_for_a_day() {
        let total: u64 = (0..).map_while(pause).map(|p| p.as_secs()).sum();
        assert!((86_000..90_000).contains(&total), "{total}");
        assert_eq!(pause(8), None);
    }
}
