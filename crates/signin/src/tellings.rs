//! Mails to people about what applications did with their grants. The provider has them made before the step that they tell of, so that both
//! are one: nobody is signed out without a word because something ended in between.

use std::sync::Arc;

use async_trait::async_trait;
use homeward_local_credential::StoreFault;
use homeward_mail::{Letter, Message, Outbox, render};
use homeward_model::{CaseNumber, Clock, Random};
use homeward_provider::{Concerned, Telling, Tellings};

use crate::{
    ports::{Directory, KnownBrowsers},
    usecase::letters,
};

/// Makes them by the directory of people and applications.
pub struct GrantTellings {
    /// People and applications.
    pub directory: Arc<dyn Directory>,
    /// The languages that people read.
    pub known: Arc<dyn KnownBrowsers>,
    /// Seals mails.
    pub outbox: Arc<dyn Outbox>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Our issuer, without a slash at its end.
    pub issuer: String,
    /// What the installation is called.
    pub product: String,
    /// Wakes the worker that sends mails.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}

impl GrantTellings {
    async fn of_copied(&self, concerned: &Concerned) -> Result<Option<Telling>, StoreFault> {
        let Some((user, account)) = self.directory.user(concerned.user).await? else { return Ok(None) };
        let Some(to) = user.email.clone() else { return Ok(None) };
        let application = self.directory.application(&concerned.client).await?.map_or_else(|| concerned.client.as_str().to_owned(), |application| application.name);
        let message = Message::TokenCopied { username: user.username.typed().to_owned(), application, at: self.clock.now(), sessions_url: format!("{}/account", self.issuer) };
        let letter = Letter {
            to,
            language: letters::language_of(self.known.as_ref(), &user, &account).await?,
            account_name: account.name,
            account_number: account.number.as_str().to_owned(),
            case: CaseNumber::generate(self.random.as_ref()),
            message,
        };
        let resting = self.outbox.resting(&letter, &render(&letter, &self.product)).map_err(|e| StoreFault(e.to_string()))?;
        Ok(Some(Telling { recipient: resting.recipient, doc: resting.doc }))
    }
}

#[async_trait]
impl Tellings for GrantTellings {
    async fn copied(&self, concerned: &Concerned) -> Option<Telling> {
        self.of_copied(concerned).await.unwrap_or_else(|error| {
            tracing::error!(%error, "mail about a copied token");
            None
        })
    }
    fn waits(&self) {
        (self.wake)();
    }
}
