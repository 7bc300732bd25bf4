//! "Email these steps" (B7): what somebody else has to enter at the provider or in the DNS, by mail, for whoever looks after that. Nothing in it is
//! secret, and nothing opens anything. The words are ours, but for the names of the account, the connection and whoever sends it.

use async_trait::async_trait;
use homeward_discovery::{Account, ConnectionState};
use homeward_federation::product::{Field, Label, Product, Side};
use homeward_model::{ConnectionId, DomainName, EmailAddress, Timestamp};

use crate::{
    authority::Action,
    domains::{Proof, record_name, record_value},
    entry::Granted,
    ports::{Deed, Fault},
    session::Portal,
    sign_on::{self, Stored},
};

/// Mails of an account within a day: they go to addresses that nobody has proved.
pub const MOST_A_DAY: u32 = 20;

/// Mails to one address within a day, whichever account sends them.
pub const MOST_TO_ONE: u32 = 5;

/// What is mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Steps {
    /// Our side of a connection, for the provider's console.
    Connection {
        /// The provider.
        provider: String,
        /// Whether people sign in there already.
        is_on: bool,
        /// Values to enter there: where, and what.
        give: Vec<(String, String)>,
        /// What to choose there: where, and what.
        choose: Vec<(String, String)>,
        /// Where the values stand that are needed here.
        back: Vec<String>,
        /// Whether a secret is among them.
        has_secret: bool,
    },
    /// The record that proves a domain.
    Domain {
        /// The domain.
        domain: String,
        /// The record's name.
        name: String,
        /// Its text.
        value: String,
        /// Until when it must be found.
        until: Option<Timestamp>,
    },
}

/// What the mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepsLetter {
    /// The account.
    pub account: Account,
    /// Who asks.
    pub name: String,
    /// What for.
    pub steps: Steps,
    /// The language of whoever sends it, by its code; nobody knows the reader's.
    pub language: String,
}

/// The mailroom, as far as steps are mailed.
#[async_trait]
pub trait StepsMail: Send + Sync {
    /// Hands one to the mailroom and puts it on record; `false` when the account has sent [`MOST_A_DAY`] within a day, or the address
    /// got [`MOST_TO_ONE`].
    async fn send(&self, to: &EmailAddress, letter: &StepsLetter, deed: &Deed) -> Result<bool, Fault>;
}

/// Something that can be mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its word: the id of a connection, or a domain.
    pub word: String,
    /// What people call it.
    pub name: String,
    /// Whether it is a domain.
    pub is_domain: bool,
}

/// Everything of the account that can be mailed: connections that somebody can still set up, and domains that are to be proved.
///
/// # Errors
/// `Fault`.
pub async fn choices(portal: &Portal, granted: &Granted) -> Result<Vec<Choice>, Fault> {
    granted.is_for(Action::MailSteps)?;
    let account = granted.account().id;
    let connections = portal.accounts.connections(account).await?.into_iter().map(|(connection, _)| connection);
    let mut all: Vec<Choice> = connections
        .filter(|connection| connection.state != ConnectionState::Retired)
        .map(|connection| Choice { word: connection.id.to_string(), name: connection.name, is_domain: false })
        .collect();
    for (claim, proof) in portal.domains.of(account).await? {
        if proof.as_ref().is_some_and(|proof| is_to_be_found(proof, portal.now())) {
            all.push(Choice { word: claim.domain.as_str().to_owned(), name: claim.domain.to_unicode(), is_domain: true });
        }
    }
    Ok(all)
}

/// Whether the record of a proof is looked for, and is not there.
fn is_to_be_found(proof: &Proof, now: Timestamp) -> bool {
    (proof.proved_at.is_none() && !proof.is_over(now)) || proof.lost_at.is_some() || proof.off_at.is_some()
}

/// What somebody wants.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The word of a [`Choice`].
    pub of: &'a str,
    /// The address.
    pub email: &'a str,
    /// The language of the mail, by its code.
    pub language: &'a str,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// It goes there.
    Done(EmailAddress),
    /// This account has no such connection or domain, or there is nothing to do for it.
    Unknown,
    /// The address cannot be one.
    Email,
    /// The account has sent [`MOST_A_DAY`] within a day, or the address got [`MOST_TO_ONE`].
    TooMany,
}

/// Mails the steps.
///
/// # Errors
/// `Fault`.
pub async fn mail(portal: &Portal, granted: &Granted, wanted: &Wanted<'_>) -> Result<Mailed, Fault> {
    granted.is_for(Action::MailSteps)?;
    let (actor, account) = (granted.actor()?, granted.account());
    let Ok(to) = EmailAddress::parse(wanted.email.trim()) else { return Ok(Mailed::Email) };
    let (steps, event) = match ConnectionId::parse(wanted.of) {
        Some(id) => (of_connection(portal, granted, id).await?, "portal.connection"),
        None => (of_domain(portal, granted, wanted.of).await?, "portal.domain"),
    };
    let Some(steps) = steps else { return Ok(Mailed::Unknown) };
    let what = match &steps {
        Steps::Connection { provider, .. } => provider,
        Steps::Domain { domain, .. } => domain,
    };
    let deed = granted.deed(portal, event, None, format!("{what}: steps mailed to {}", to.masked()));
    let letter = StepsLetter { account: account.clone(), name: actor.name(), steps, language: wanted.language.to_owned() };
    Ok(if portal.steps_mail.send(&to, &letter, &deed).await? { Mailed::Done(to) } else { Mailed::TooMany })
}

async fn of_connection(portal: &Portal, granted: &Granted, id: ConnectionId) -> Result<Option<Steps>, Fault> {
    let stored = portal.sign_on.one(granted.account().id, id).await?;
    Ok(stored.filter(|stored| stored.connection.state != ConnectionState::Retired).map(|stored| for_provider(portal, &stored)))
}

/// What the page of the connection says in its first two steps.
fn for_provider(portal: &Portal, stored: &Stored) -> Steps {
    let settings = stored.settings();
    let product = Product::of_connection(&settings);
    let given = sign_on::ours(&portal.base, stored);
    let on_side = |side: Side| product.labels.iter().filter(move |label| label.field.side() == side);
    let noted = |text: &str| text.replace('`', "");
    let choices_of_values = given.iter().filter(|given| !given.label.choose.is_empty()).map(|given| given.label);
    Steps::Connection {
        provider: stored.connection.name.clone(),
        is_on: stored.connection.state_at(portal.now()).is_in_use(),
        give: given.iter().map(|given| (given.label.path(), given.value.clone())).collect(),
        choose: choices_of_values.chain(on_side(Side::Choose)).map(|label| (label.path(), noted(label.choose))).collect(),
        back: on_side(Side::Take).map(Label::path).collect(),
        has_secret: on_side(Side::Take).any(|label| label.field == Field::ClientSecret),
    }
}

async fn of_domain(portal: &Portal, granted: &Granted, typed: &str) -> Result<Option<Steps>, Fault> {
    let Ok(domain) = DomainName::parse(typed) else { return Ok(None) };
    let found = portal.domains.of(granted.account().id).await?.into_iter().find(|(claim, _)| claim.domain == domain);
    let proof = found.and_then(|(_, proof)| proof).filter(|proof| is_to_be_found(proof, portal.now()));
    Ok(proof.map(|proof| Steps::Domain { domain: domain.to_unicode(), name: record_name(&domain), value: record_value(&proof.token), until: proof.until() }))
}
