//! What the four steps need from outside. Every question names the account beside the connection: another account's answers as if
//! it were not there (AD-03).

use async_trait::async_trait;
use homeward_discovery::{AllowLocal, SsoMode, User};
use homeward_federation::{Connection, ConnectionSettings, Failure, Naming, health::Health, oidc::{Endpoints, SealedSecret}, refresh::Refreshed, saml::EndpointUrl, whole::Whole};
use homeward_model::{AccountId, CaseNumber, ConnectionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{Stored, told::Telling};
use crate::{
    lifecycle::Alike,
    ports::{Deed, Fault, Moved},
    standing::{Standing, Taken},
};

/// Values of a provider that somebody has entered and nobody has taken over yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// For which connection.
    pub connection: ConnectionId,
    /// A random word: what was looked at is what is taken over (SM-06).
    pub handle: String,
    /// What was entered for the connection at that time.
    pub from: Option<ConnectionSettings>,
    /// What it would be.
    pub to: ConnectionSettings,
    /// When.
    pub at: Timestamp,
    /// Who, or who answers for the link.
    pub by: UserId,
    /// The setup link by which it was entered.
    #[serde(default)]
    pub link: Option<CaseNumber>,
}

impl Proposal {
    /// Whether it concerns the connection's delegated access and nothing of a sign-in.
    pub fn is_of_services(&self) -> bool {
        let plain = |settings: &ConnectionSettings| ConnectionSettings { delegated: None, ..settings.clone() };
        match &self.from {
            Some(from) => from.delegated != self.to.delegated && plain(from) == plain(&self.to),
            None => self.to.delegated.is_some(),
        }
    }
}

/// An administrator's word about what a provider has published and what waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Which connection.
    pub connection: ConnectionId,
    /// What was seen.
    pub digest: String,
    /// What is entered for the connection at that time.
    pub from: ConnectionSettings,
    /// What it would be; `None`: it is refused.
    pub to: Option<ConnectionSettings>,
}

/// What a test sign-in showed. No value in it is whole but the name of somebody who is to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// When.
    pub at: Timestamp,
    /// Who began it, when it was somebody in the portal.
    pub by: Option<UserId>,
    /// The setup link by which that was done.
    pub link: Option<CaseNumber>,
    /// SHA-256 over the settings that were tested; an old record has none.
    pub settings: Option<[u8; 32]>,
    /// The check that failed.
    pub failure: Option<Failure>,
    /// What arrived, by name.
    pub arrived: Vec<(String, Vec<String>)>,
    /// The user that it means.
    pub person: Option<String>,
    /// The name that nobody of the account has.
    pub unknown: Option<String>,
    /// The users that it means, where it is about them that it failed.
    pub about: Vec<UserId>,
    /// The certificate that nobody has added, as the answer names it. Nothing proves it.
    pub certificate: Option<String>,
    /// The whole answer, with values in part, where there was one to read.
    pub whole: Option<Whole>,
}

/// How an account offers Single Sign-On.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// A button, or at once.
    pub mode: SsoMode,
    /// Whether passwords work beside it.
    pub local: AllowLocal,
    /// The connection that its people are led to.
    pub connection: Option<ConnectionId>,
}

/// What is switched, in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turning {
    /// The step of the connection.
    pub taken: Option<Taken>,
    /// It takes this step back, to here.
    pub undone: Option<(Taken, Standing)>,
    /// How the account offers it: before and after.
    pub offer: Option<(Offer, Offer)>,
    /// The values that are turned on: others would stop it.
    pub values: Option<ConnectionSettings>,
    /// Those whom it moves to the provider are told of it afterwards.
    pub telling: Option<Telling>,
}

/// Connections of an account, as its administrators change them.
#[async_trait]
pub trait Connections: Send + Sync {
    /// One of this account.
    async fn one(&self, account: AccountId, id: ConnectionId) -> Result<Option<Stored>, Fault>;
    /// Keeps a new one; the account's first one becomes the one that its people are led to. Done by a setup link, it becomes the one that
    /// the link opens; `Otherwise`: the link opens another. `LastWayIn`: nobody could administer the account once this one is on.
    async fn add(&self, new: &Stored, deed: &Deed) -> Result<Moved, Fault>;
    /// Keeps a proposal in place of the one before, until then. One that was entered by a setup link takes the place of none that was not
    /// entered by that link; `false` then.
    async fn propose(&self, account: AccountId, proposal: &Proposal, until: Timestamp) -> Result<bool, Fault>;
    /// The proposal of a connection that is not over.
    async fn proposal(&self, account: AccountId, id: ConnectionId, now: Timestamp) -> Result<Option<Proposal>, Fault>;
    /// Forgets it, if it is still the one that waits and, where a setup link is named, was entered by that link; `false` otherwise.
    async fn discard(&self, account: AccountId, id: ConnectionId, handle: &str, by: Option<&CaseNumber>) -> Result<bool, Fault>;
    /// Takes a proposal over, if it is still the one that waits and the connection is still as it was then. A connection that is
    /// not on has to be tested anew; one that is on stays as it is when this is done by a setup link.
    async fn enter(&self, account: AccountId, proposal: &Proposal, deed: &Deed) -> Result<bool, Fault>;
    /// What the connection's provider has published, and what of it waits for somebody's word.
    async fn refreshed(&self, account: AccountId, id: ConnectionId) -> Result<Refreshed, Fault>;
    /// Carries a word out, if what was seen still waits and the connection is still as it was then. A connection that is not on has to
    /// be tested anew with what was taken over.
    async fn settle(&self, account: AccountId, word: &Word, deed: &Deed) -> Result<bool, Fault>;
    /// The last test of a connection.
    async fn last_test(&self, account: AccountId, id: ConnectionId) -> Result<Option<Tested>, Fault>;
    /// Whether a test has passed since then with the values that are entered now.
    async fn has_passed(&self, account: AccountId, id: ConnectionId, since: Timestamp) -> Result<bool, Fault>;
    /// The last step that was not taken back.
    async fn last_step(&self, account: AccountId, id: ConnectionId) -> Result<Option<Taken>, Fault>;
    /// Switches, if everything still stands where it stood and somebody stays who could turn it back.
    async fn turn(&self, account: AccountId, turning: &Turning, deed: &Deed) -> Result<Moved, Fault>;
    /// Puts a group into the account's pilot or takes it out, if it is not so already and somebody stays who could take it back. Those whom it
    /// moves are told afterwards, as `telling` says.
    async fn set_pilot_group(&self, account: AccountId, group: (&str, bool), telling: Option<&Telling>, deed: &Deed) -> Result<Moved, Fault>;
    /// Active users, counted by what decides where they sign in.
    async fn alike(&self, account: AccountId) -> Result<Vec<Alike>, Fault>;
    /// Active users whose username is of no domain that the account has proved: a provider's word about them counts for nothing.
    async fn unmatched(&self, account: AccountId) -> Result<usize, Fault>;
    /// How many people are known at a connection's provider by other names than these: with these expected, they link anew.
    async fn linked_otherwise(&self, account: AccountId, id: ConnectionId, naming: &Naming) -> Result<usize, Fault>;
    /// Who is in the pilot, by username, at most `limit`.
    async fn pilot(&self, account: AccountId, limit: u32) -> Result<Vec<User>, Fault>;
    /// Active users without a password, at most `limit`.
    async fn without_password(&self, account: AccountId, limit: u32) -> Result<Vec<UserId>, Fault>;
}

/// Identity providers, as far as values of theirs are looked at before they are taken over.
#[async_trait]
pub trait Providers: Send + Sync {
    /// Reads metadata from an address.
    ///
    /// # Errors
    /// In a word or two, why not.
    async fn metadata(&self, address: &EndpointUrl) -> Result<Vec<u8>, String>;
    /// Reads the documents of an OpenID Provider: where it is asked.
    ///
    /// # Errors
    /// In a word or two, why they cannot be used.
    async fn look(&self, connection: &Connection) -> Result<Endpoints, String>;
    /// What is known of a provider: by the broker's last look, and by how sign-ins ended in the last hour.
    ///
    /// # Errors
    /// `Fault`.
    async fn health(&self, connection: ConnectionId, settings: &ConnectionSettings) -> Result<Health, Fault>;
    /// Seals a client secret for one connection; `None` only when the cryptographic library fails.
    fn seal(&self, connection: ConnectionId, secret: &str) -> Option<SealedSecret>;
}
