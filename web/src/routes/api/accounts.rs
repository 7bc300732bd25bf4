//! Accounts: the list of those one may enter, and the first page of one.

use homeward_discovery::{Account, SsoMode};
use homeward_portal::{
    Action, entry,
    home::{self, CertificateShown, CertificateState, ConnectionShown, Standing},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    problem::Problem,
    reply::{Id, Page, Reply, Time},
    shown::LineShown,
};

/// An account in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Account", deny_unknown_fields)]
pub(super) struct AccountShown {
    /// Its number, which stands in every address.
    number: String,
    /// Its name.
    name: String,
    /// Its partner label.
    label: Option<String>,
    /// Its region.
    region: String,
    /// `active` or `suspended`.
    #[schemars(extend("enum" = ["active", "suspended"]))]
    state: &'static str,
}

impl AccountShown {
    fn of(account: &Account) -> Self {
        Self {
            number: account.number.as_str().to_owned(),
            name: account.name.clone(),
            label: account.label.as_ref().map(|label| label.as_str().to_owned()),
            region: account.region.clone(),
            state: account.state.word(),
        }
    }
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let text = call.query("q");
    let (limit, after) = call.paging::<String>(&call.asked_page()?, &text)?;
    let mut found = entry::accounts(call.portal(), &call.granted, text, (after.as_deref().unwrap_or_default(), limit.saturating_add(1))).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let next_cursor = found.last().filter(|_| has_more).map(|last| call.cursor(&text, &last.number.as_str()));
    Ok(Reply::shows(&Page { items: found.iter().map(AccountShown::of).collect(), next_cursor }))
}

/// A certificate of an identity provider.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Certificate", deny_unknown_fields)]
pub(super) struct Certificate {
    /// Whose it is, as it says itself.
    subject: String,
    /// SHA-256, in pairs.
    thumbprint: String,
    /// SHA-1, in pairs, as some consoles show it; an identifier for people, no proof.
    sha1_thumbprint: String,
    /// Whether it is signed with SHA-1 or MD5, which says nothing of its key.
    is_weakly_signed: bool,
    /// Until when.
    until: Time,
    /// What that means today.
    #[schemars(extend("enum" = ["good", "ends_soon", "over", "not_yet"]))]
    state: &'static str,
}

impl Certificate {
    pub fn of(shown: &CertificateShown) -> Self {
        let state = match shown.state {
            CertificateState::Good => "good",
            CertificateState::Ends(_) => "ends_soon",
            CertificateState::Over => "over",
            CertificateState::NotYet => "not_yet",
        };
        Self { subject: shown.subject.clone(), thumbprint: shown.thumbprint.clone(), sha1_thumbprint: shown.sha1.clone(), is_weakly_signed: shown.is_weakly_signed, until: Time(shown.until), state }
    }
}

/// A connection to an identity provider.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Connection", deny_unknown_fields)]
pub(super) struct ConnectionListed {
    /// Its id.
    pub id: Id,
    /// What people call the provider.
    pub name: String,
    /// Where it stands in its life.
    #[schemars(extend("enum" = ["draft", "tested", "pilot", "domains", "enforced", "outage", "retired"]))]
    pub state: &'static str,
    /// When an outage ends by itself.
    pub outage_until: Option<Time>,
    /// `SAML 2.0` or `OpenID Connect`; absent as long as nothing was entered.
    pub protocol: Option<&'static str>,
    /// Its certificates; OpenID Connect has none to look after.
    pub certificates: Vec<Certificate>,
}

impl ConnectionListed {
    pub fn of(shown: &ConnectionShown) -> Self {
        let connection = &shown.connection;
        Self {
            id: Id::of(connection.id),
            name: connection.name.clone(),
            state: connection.state.word(),
            outage_until: connection.outage.map(|outage| Time(outage.until)),
            protocol: shown.protocol,
            certificates: shown.certificates.iter().map(Certificate::of).collect(),
        }
    }
}

/// People of an account, counted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "People", deny_unknown_fields)]
struct People {
    /// May sign in.
    active: u64,
    /// Have not accepted the invitation.
    invited: u64,
    /// May not sign in for now.
    suspended: u64,
    /// Active, and on the exclusion list.
    excluded: u64,
    /// Active, and in the pilot.
    pilot: u64,
    /// Active, and let in by password whatever happens.
    emergency: u64,
    /// Who sign in at the identity provider.
    at_provider: u64,
}

/// The first page of an account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountState", deny_unknown_fields)]
pub(super) struct AccountDetail {
    /// The account.
    account: AccountShown,
    /// How Single Sign-On stands.
    #[schemars(extend("enum" = ["not_entitled", "off", "testing", "pilot", "on", "outage"]))]
    single_sign_on: &'static str,
    /// How it is offered.
    #[schemars(extend("enum" = ["off", "button", "redirect"]))]
    mode: &'static str,
    /// Whether administrators may come in by it, too.
    administrators_by_single_sign_on: bool,
    /// Connections that are not retired.
    connections: Vec<ConnectionListed>,
    /// People in numbers.
    people: People,
    /// Sign-ins that failed in the last day.
    failures: u64,
    /// How many people they were.
    failed_people: u64,
    /// The last of them with a reference.
    last_failure: Option<LineShown>,
}

const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::NotEntitled => "not_entitled",
        Standing::Off => "off",
        Standing::Testing => "testing",
        Standing::Pilot => "pilot",
        Standing::On => "on",
        Standing::Outage => "outage",
    }
}

pub(super) async fn one(call: &Call) -> Result<Reply, Problem> {
    let account = call.granted.account();
    let found = home::overview(call.portal(), &call.granted).await?;
    let count = found.people;
    let mode: SsoMode = account.sso_mode;
    Ok(Reply::shows(&AccountDetail {
        account: AccountShown::of(account),
        single_sign_on: word(found.standing),
        mode: mode.word(),
        administrators_by_single_sign_on: account.admin_sso,
        connections: found.connections.iter().map(ConnectionListed::of).collect(),
        people: People {
            active: count.active,
            invited: count.invited,
            suspended: count.suspended,
            excluded: count.excluded,
            pilot: count.pilot,
            emergency: count.emergency,
            at_provider: found.at_provider,
        },
        failures: found.trouble.failures,
        failed_people: found.trouble.people,
        last_failure: found.trouble.last.as_ref().filter(|_| call.granted.may(Action::ReadActivity)).map(|line| LineShown::of(line, &std::collections::BTreeMap::new())),
    }))
}
