//! Domains of the account, and their proofs.

use homeward_model::DomainName;
use homeward_portal::{
    domain_undo::{self, TakenBack},
    domains::{self, DomainDone, DomainShown, Found, MOST, Proof, record_name, record_value},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::{Page, Reply, Time},
    shown::{changed, english},
    values::Text,
};

/// A domain.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Domain {
    /// Its name, as A-labels.
    domain: String,
    /// When it was proved; until then it counts for nothing.
    proved_at: Option<Time>,
    /// Since when the record that proved it is not there any more.
    lost_at: Option<Time>,
    /// The TXT record that proves it, and stays where it is.
    record: Option<Record>,
}

/// A TXT record to set.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Record {
    /// Its name.
    name: String,
    /// Its text.
    value: String,
    /// When it was last looked for.
    looked_at: Option<Time>,
    /// What was there instead.
    found: Option<FoundInstead>,
    /// When it is looked for next without being asked; `null`: it is not. What was begun by a token is not.
    next_look_at: Option<Time>,
}

/// What was found instead of the record.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FoundInstead {
    /// `nothing`; `others`: other TXT records; `elsewhere`: the right one under another name; `no_answer`; `taken`: another account has proved the domain.
    #[schemars(extend("enum" = ["nothing", "others", "elsewhere", "no_answer", "taken"]))]
    what: &'static str,
    /// The other records, in part.
    records: Vec<String>,
    /// The other name.
    name: Option<String>,
}

impl FoundInstead {
    fn of(found: &Found) -> Self {
        let (what, records, name) = match found {
            Found::Nothing => ("nothing", Vec::new(), None),
            Found::Others(records) => ("others", records.clone(), None),
            Found::Elsewhere(name) => ("elsewhere", Vec::new(), Some(name.clone())),
            Found::NoAnswer => ("no_answer", Vec::new(), None),
            Found::Taken => ("taken", Vec::new(), None),
        };
        Self { what, records, name }
    }
}

impl Record {
    fn of(domain: &DomainName, proof: &Proof) -> Self {
        let looked = proof.looked.as_ref();
        Self {
            name: record_name(domain),
            value: record_value(&proof.token),
            looked_at: looked.map(|(at, _)| Time(*at)),
            found: looked.map(|(_, found)| FoundInstead::of(found)),
            next_look_at: proof.sought_at.map(Time),
        }
    }
}

impl Domain {
    fn of(shown: &DomainShown) -> Self {
        let domain = &shown.claim.domain;
        let proof = shown.proof.as_ref();
        Self {
            domain: domain.as_str().to_owned(),
            proved_at: shown.claim.verified_at.map(Time),
            lost_at: proof.and_then(|proof| proof.lost_at).map(Time),
            record: proof.map(|proof| Record::of(domain, proof)),
        }
    }
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let all = domains::list(call.portal(), &call.granted).await?;
    Ok(Reply::shows(&Page { items: all.iter().map(Domain::of).collect(), next_cursor: None }))
}

/// The domain of the address, to the letter.
fn named(call: &Call) -> Result<DomainName, Problem> {
    DomainName::parse(call.part("domain")).ok().filter(|domain| domain.as_str() == call.part("domain")).ok_or_else(Problem::nothing)
}

async fn found(call: &Call, domain: &DomainName) -> Result<Domain, Problem> {
    let all = domains::list(call.portal(), &call.granted).await?;
    all.iter().find(|shown| shown.claim.domain == *domain).map(Domain::of).ok_or_else(Problem::nothing)
}

pub(super) async fn one(call: &Call) -> Result<Reply, Problem> {
    let domain = named(call)?;
    Ok(Reply::shows(&found(call, &domain).await?))
}

/// A domain to add.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "domain": "northwind.example" }]))]
pub(super) struct NewDomain {
    /// Its name, for example `northwind.example`.
    domain: Text<254>,
}

pub(super) async fn add(call: &Call) -> Result<Reply, Problem> {
    let asked: NewDomain = call.body()?;
    let t = english();
    match domains::add(call.portal(), &call.granted, &asked.domain.0).await? {
        DomainDone::Added(domain) => Ok(Reply::made(&found(call, &domain).await?, call.at(&format!("/domains/{domain}")))),
        DomainDone::NoDomain => Err(Problem::unfit("domain.malformed", t.s("portal-domain-none"))),
        DomainDone::Everybodys => Err(Problem::unfit("domain.everybodys", t.s("portal-domain-everybodys"))),
        DomainDone::Suffix => Err(Problem::unfit("domain.suffix", t.s("portal-domain-suffix"))),
        DomainDone::TooMany => Err(too_many()),
        DomainDone::Already | DomainDone::Proved(_) | DomainDone::NotYet(..) | DomainDone::GivenUp(_) | DomainDone::Expired(_) | DomainDone::Unknown => Err(changed()),
    }
}

pub(super) async fn check(call: &Call) -> Result<Reply, Problem> {
    let domain = named(call)?;
    match domains::check(call.portal(), &call.granted, domain.as_str()).await? {
        DomainDone::Proved(domain) | DomainDone::NotYet(domain, _) => Ok(Reply::shows(&found(call, &domain).await?)),
        DomainDone::Everybodys => Err(Problem::conflict("domain.everybodys", english().s("portal-domain-everybodys"))),
        DomainDone::Suffix => Err(Problem::conflict("domain.suffix", english().s("portal-domain-suffix"))),
        DomainDone::Expired(_) => Err(Problem::conflict("domain.expired", english().s("portal-domain-expired-text"))),
        DomainDone::Already => Err(changed()),
        _ => Err(Problem::nothing()),
    }
}

pub(super) async fn give_up(call: &Call) -> Result<Reply, Problem> {
    let domain = named(call)?;
    match domains::give_up(call.portal(), &call.granted, domain.as_str()).await? {
        DomainDone::GivenUp(_) => Ok(Reply::done()),
        _ => Err(Problem::nothing()),
    }
}

fn too_many() -> Problem {
    Problem::conflict("domain.too_many", english().f("portal-domain-too-many", &[("most", i64::try_from(MOST).unwrap_or(0).into())]))
}

/// A domain that was given up.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct GivenUpDomain {
    /// Its name, as A-labels.
    domain: String,
    /// When it was given up.
    given_up_at: Time,
    /// Until when it can be taken back.
    until: Time,
}

pub(super) async fn given_up(call: &Call) -> Result<Reply, Problem> {
    let all = domain_undo::list(call.portal(), &call.granted).await?;
    let items = all.iter().map(|gone| GivenUpDomain { domain: gone.domain.as_str().to_owned(), given_up_at: Time(gone.at), until: Time(gone.until()) }).collect();
    Ok(Reply::shows(&Page { items, next_cursor: None }))
}

pub(super) async fn take_back(call: &Call) -> Result<Reply, Problem> {
    match domain_undo::take_back(call.portal(), &call.granted, named(call)?.as_str()).await? {
        TakenBack::Done(_) => Ok(Reply::done()),
        TakenBack::Already => Err(changed()),
        TakenBack::TooMany => Err(too_many()),
        TakenBack::Gone => Err(Problem::nothing()),
    }
}
