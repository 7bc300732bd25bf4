//! Values of a provider that wait: entered in one of eight ways, looked at beside what is there, and taken over or discarded by the ETag of
//! what was looked at (SM-06).

use homeward_portal::sign_on::{
    self as connections, compare,
    enter::{self, Accepted, Problem as Unfit, ProposalShown, Proposed},
    mapping::{self, Mapped},
    mend::{self, Fix},
    typed::{ByHand, OpenId, Proof},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{
    call::Call,
    problem::Problem,
    reply::{Reply, Time},
    shown::{changed, english},
    values::Text,
};
use super::named;
use crate::screens::portal as screens;

/// Values of a provider, in one of eight ways.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "how", deny_unknown_fields)]
#[schemars(extend("examples" = [{ "how": "mapping", "local": "email", "email": "mail", "given_name": "givenName", "family_name": "sn" }, { "how": "address", "address": "https://idp.northwind.example/metadata" }]))]
pub(in super::super) enum NewProposal {
    /// SAML metadata.
    Metadata {
        /// The document.
        metadata: Text<400_000>,
        /// The entity ID, when it describes several providers.
        entity_id: Option<Text<1000>>,
    },
    /// SAML metadata from an address, which is read again from time to time.
    Address {
        /// Where it is.
        address: Text<2000>,
        /// The entity ID, when it describes several providers.
        entity_id: Option<Text<1000>>,
    },
    /// The metadata that changed at the connection's address and waits.
    Waiting {},
    /// Values of a SAML provider, one by one.
    Hand {
        /// Its single sign-on service.
        sign_in_url: Text<2000>,
        /// Its entity ID.
        entity_id: Text<1000>,
        /// Certificates to add, in PEM or as metadata has them.
        certificates: Option<Text<100_000>>,
        /// SHA-256 thumbprints of those that stay; all others go.
        #[serde(default)]
        keep_certificates: Vec<Text<100>>,
    },
    /// Values of an OpenID Provider.
    Openid {
        /// Its issuer; at Microsoft Entra ID the Directory (tenant) ID serves as well.
        issuer: Text<2000>,
        /// What we are called there.
        client_id: Text<500>,
        /// The client secret. It is kept sealed and shown to nobody. Absent: the one that is kept, or none.
        client_secret: Option<Text<4096>>,
        /// How we prove ourselves at its token endpoint. Absent: as it was; a first secret goes in a header.
        client_authentication: Option<Proves>,
        /// Google: the organisation's domains.
        domains: Option<Text<2000>>,
    },
    /// What the last test sign-in showed, to mend the check that failed.
    Test {
        /// What of it.
        fix: Taken,
    },
    /// The certificate that a refused answer was signed with, fetched at the provider; it is added beside those that are there.
    Answer {
        /// The reference of the answer.
        reference: Text<20>,
        /// The certificate, in PEM.
        certificate: Text<100_000>,
    },
    /// Which attribute or claim is what; empty or absent: none.
    Mapping {
        /// By what people here are found.
        local: Local,
        /// What names the person there; absent: NameID, or `sub`.
        person: Option<Text<500>>,
        /// Where the e-mail address comes from.
        email: Option<Text<500>>,
        /// Where the given name comes from.
        given_name: Option<Text<500>>,
        /// Where the family name comes from.
        family_name: Option<Text<500>>,
        /// Where groups come from.
        groups: Option<Text<500>>,
        /// Where roles inside the account come from.
        roles: Option<Text<500>>,
    },
}

/// What is taken of the last test.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "take", deny_unknown_fields)]
pub(in super::super) enum Taken {
    /// The issuer that a signed answer named.
    Issuer {},
    /// The certificate that the answer named, beside those that are there.
    Certificate {
        /// Its thumbprint, SHA-256 or SHA-1, as the provider's console shows it.
        thumbprint: Text<200>,
    },
    /// The metadata at the connection's address, read again.
    Metadata {},
    /// An attribute that arrived names the person.
    Named {
        /// Which.
        attribute: Text<500>,
    },
    /// Sign-ins that begin at the provider lead to one of ours.
    Convert {},
}

impl Taken {
    fn fix(&self) -> Fix<'_> {
        match self {
            Self::Issuer {} => Fix::Issuer,
            Self::Certificate { thumbprint } => Fix::Certificate(&thumbprint.0),
            Self::Metadata {} => Fix::Metadata,
            Self::Named { attribute } => Fix::Named(&attribute.0),
            Self::Convert {} => Fix::Convert,
        }
    }
}

/// How we prove ourselves at a token endpoint, in the words of registrations. `private_key_jwt` is the operator's to set up.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum Proves {
    /// Not at all: a public client, with PKCE.
    None,
    /// By the secret, in a header.
    ClientSecretBasic,
    /// By the secret, in the form.
    ClientSecretPost,
}

impl Proves {
    const fn proof(self) -> Proof {
        match self {
            Self::None => Proof::None,
            Self::ClientSecretBasic => Proof::Basic,
            Self::ClientSecretPost => Proof::Post,
        }
    }
}

/// By what people here are found.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum Local {
    /// The username.
    Username,
    /// The e-mail address.
    Email,
    /// The number or name that the organisation's directory gives.
    ExternalId,
}

impl Local {
    const fn word(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::ExternalId => "external_id",
        }
    }
}

/// Values that wait, beside what is there.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Proposal", deny_unknown_fields)]
pub(in super::super) struct ProposalDetail {
    /// When they were entered.
    at: Time,
    /// Whether something else was entered since, so that they can only be discarded.
    is_stale: bool,
    /// Every value that is there before or after.
    rows: Vec<Row>,
}

/// One value now and new. A secret shows as dots.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in super::super) struct Row {
    /// Which.
    what: &'static str,
    /// What is there now.
    now: Option<String>,
    /// What would be there.
    new: Option<String>,
    /// Whether they differ.
    changes: bool,
}

impl Row {
    /// A row of what waits.
    pub(in super::super) fn of(row: &connections::difference::Row) -> Self {
        Self { what: row.what.word(), now: row.now.clone(), new: row.new.clone(), changes: row.changes }
    }
}

impl ProposalDetail {
    fn of(proposal: &ProposalShown) -> Self {
        Self { at: Time(proposal.at), is_stale: proposal.is_stale, rows: proposal.rows.iter().map(Row::of).collect() }
    }
}

async fn found(call: &Call) -> Result<ProposalShown, Problem> {
    let detail = connections::detail(call.portal(), &call.granted, named(call)?).await?.ok_or_else(Problem::nothing)?;
    detail.proposal.ok_or_else(Problem::nothing)
}

pub(in super::super) async fn one(call: &Call) -> Result<Reply, Problem> {
    let found = found(call).await?;
    Ok(Reply::shows(&ProposalDetail::of(&found)).tagged(&found.handle))
}

fn text<const MOST: usize>(text: &Option<Text<MOST>>) -> &str {
    text.as_ref().map(|text| text.0.as_str()).unwrap_or_default()
}

fn wanted<const MOST: usize>(text: &Option<Text<MOST>>) -> Option<&str> {
    text.as_ref().map(|text| text.0.as_str())
}

async fn propose(call: &Call, asked: &NewProposal) -> Result<Proposed, Problem> {
    let (portal, granted, id) = (call.portal(), &call.granted, named(call)?);
    Ok(match asked {
        NewProposal::Metadata { metadata, entity_id } => enter::by_metadata(portal, granted, id, (&metadata.0, wanted(entity_id))).await?,
        NewProposal::Address { address, entity_id } => enter::by_address(portal, granted, id, (&address.0, wanted(entity_id))).await?,
        NewProposal::Waiting {} => enter::by_waiting(portal, granted, id).await?,
        NewProposal::Hand { sign_in_url, entity_id, certificates, keep_certificates } => {
            let stay: Vec<String> = keep_certificates.iter().map(|one| one.0.clone()).collect();
            let typed = ByHand { sign_in_url: &sign_in_url.0, entity_id: &entity_id.0, certificates: text(certificates), stay: &stay };
            enter::by_hand(portal, granted, id, &typed).await?
        }
        NewProposal::Openid { issuer, client_id, client_secret, client_authentication, domains } => {
            let proof = client_authentication.map(Proves::proof).unwrap_or_default();
            let typed = OpenId { issuer: &issuer.0, client_id: &client_id.0, secret: text(client_secret), proof, domains: text(domains) };
            enter::by_openid(portal, granted, id, &typed).await?
        }
        NewProposal::Answer { reference, certificate } => compare::by_reference(portal, granted, id, (&reference.0, &certificate.0)).await?,
        NewProposal::Test { fix } => mend::by_test(portal, granted, id, fix.fix()).await?,
        NewProposal::Mapping { local, person, email, given_name, family_name, groups, roles } => {
            let own = |name: &Option<Text<500>>| text(name).to_owned();
            let typed = Mapped {
                local: local.word().to_owned(),
                person: own(person),
                email: own(email),
                given_name: own(given_name),
                family_name: own(family_name),
                groups: own(groups),
                roles: own(roles),
            };
            mapping::by_mapping(portal, granted, id, &typed).await?
        }
    })
}

/// The code of what cannot be used.
const fn code(problem: &Unfit) -> &'static str {
    match problem {
        Unfit::Empty => "values.empty",
        Unfit::Metadata(_) => "values.metadata",
        Unfit::Certificates(_) => "values.certificates",
        Unfit::Address => "values.address",
        Unfit::Unreachable(_) => "values.unreachable",
        Unfit::EntityId => "values.entity_id",
        Unfit::NoCertificate => "values.no_certificate",
        Unfit::Application(_) => "values.client_id",
        Unfit::Tenant(_) => "values.tenant",
        Unfit::OpenId(_) => "values.openid",
        Unfit::Documents(_) => "values.documents",
        Unfit::Secret => "values.secret",
        Unfit::Proof => "values.client_authentication",
        Unfit::Mapping => "values.mapping",
        Unfit::Same => "values.same",
        Unfit::NoTest => "values.no_test",
        Unfit::Thumbprint => "values.thumbprint",
        Unfit::OtherCertificate => "values.other_certificate",
        Unfit::NoAnswer => "values.no_answer",
        Unfit::OthersWait => "values.others_wait",
    }
}

pub(in super::super) async fn put(call: &Call) -> Result<Reply, Problem> {
    let asked: NewProposal = call.body()?;
    match propose(call, &asked).await? {
        Proposed::Waits => {
            let found = found(call).await?;
            Ok(Reply::made(&ProposalDetail::of(&found), call.at(&format!("/connections/{}/proposal", named(call)?))).tagged(&found.handle))
        }
        Proposed::Refused(problem) => Err(Problem::unfit(code(&problem), screens::unfit(english(), &problem))),
        Proposed::Nobody => Err(Problem::nothing()),
    }
}

/// What became of what was looked at.
pub(in super::super) fn settled(settled: Option<bool>) -> Result<Reply, Problem> {
    match settled {
        Some(true) => Ok(Reply::done()),
        Some(false) => Err(Problem::other()),
        None => Err(Problem::nothing()),
    }
}

pub(in super::super) async fn accept(call: &Call) -> Result<Reply, Problem> {
    match enter::accept(call.portal(), &call.granted, named(call)?, call.seen()).await? {
        Accepted::Done => Ok(Reply::done()),
        Accepted::Others => Err(Problem::other()),
        Accepted::IsOn => Err(changed()),
        Accepted::Nobody => Err(Problem::nothing()),
    }
}

pub(in super::super) async fn discard(call: &Call) -> Result<Reply, Problem> {
    settled(enter::discard(call.portal(), &call.granted, named(call)?, call.seen()).await?)
}
