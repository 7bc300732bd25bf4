//! A connection as the API shows it: the four steps of its page. No secret is among it (AD-05).

use homeward_discovery::AllowLocal;
use homeward_portal::{
    lifecycle::Effect,
    sign_on::{Detail, Entered, Given, RequestSigning, mapping::Mapped, tested::TestShown, turn::Switches},
    standing::OfferBack,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::checks::{CheckResult, FailedCheck};
use super::super::{
    accounts::{Certificate, ConnectionListed},
    reply::{Id, Time},
    shown::Person,
};

/// A connection with everything that its page shows.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in super::super) struct ConnectionDetail {
    /// The connection.
    connection: ConnectionListed,
    /// The provider's product.
    product: &'static str,
    /// Step 1: what the provider needs of us, in the words of its console.
    give: Vec<Give>,
    /// Where our SAML metadata is.
    our_metadata: Option<String>,
    /// Step 2: what was entered.
    entered: EnteredShown,
    /// Whether all is there that a sign-in needs.
    is_complete: bool,
    /// Whether values wait to be looked at and taken over.
    has_proposal: bool,
    /// Since when changed metadata waits at its address.
    metadata_waits_since: Option<Time>,
    /// Whether its OpenID Provider publishes other endpoints than those that count.
    has_published: bool,
    /// Which attribute is what.
    mapping: MappingShown,
    /// Step 3: the last test sign-in.
    test: Option<TestResult>,
    /// Whether a test has passed in the last thirty days with what is entered now.
    is_tested: bool,
    /// Step 4: how it is offered, and whom each step would concern.
    switches: SwitchesShown,
}

/// A value to give to the provider.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Give {
    /// Where it goes, as that console prints it.
    label: String,
    /// The value.
    value: String,
}

impl Give {
    fn of(given: &Given) -> Self {
        Self { label: given.label.path(), value: given.value.clone() }
    }
}

/// What was entered of the provider.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EnteredShown {
    /// SAML: the single sign-on service.
    sign_in_url: String,
    /// The entity ID, or the issuer.
    issuer: String,
    /// SAML: where it publishes its metadata.
    metadata_url: String,
    /// SAML: its certificates.
    certificates: Vec<Certificate>,
    /// SAML: whether and how our requests are signed: `with_our_key`, `rsa_sha256`, `ecdsa_sha256` or `unsigned`. The operator sets it.
    request_signing: Option<&'static str>,
    /// SAML: until when signatures with SHA-1 are let through. The operator sets it.
    allow_sha1_until: Option<Time>,
    /// SAML: until when AES-CBC inside an answer that is not signed is let through. The operator sets it.
    allow_cbc_in_unsigned_response_until: Option<Time>,
    /// OpenID Connect: what we are called there.
    client_id: String,
    /// OpenID Connect: whether a client secret is kept. It is shown to nobody.
    has_secret: bool,
    /// OpenID Connect: how we prove ourselves there: `none`, `client_secret_basic`, `client_secret_post` or `private_key_jwt`.
    client_authentication: String,
    /// Google: domains of the organisation.
    domains: Vec<String>,
}

impl EnteredShown {
    fn of(entered: Entered) -> Self {
        Self {
            certificates: entered.certificates.iter().map(Certificate::of).collect(),
            sign_in_url: entered.sign_in_url,
            request_signing: entered.request_signing.map(RequestSigning::word),
            allow_sha1_until: entered.sha1_until.map(Time),
            allow_cbc_in_unsigned_response_until: entered.cbc_until.map(Time),
            issuer: entered.issuer,
            metadata_url: entered.metadata_url,
            client_id: entered.client_id,
            has_secret: entered.has_secret,
            client_authentication: entered.proof.to_owned(),
            domains: entered.domains,
        }
    }
}

/// Which attribute or claim is what; empty: none.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct MappingShown {
    /// By what people here are found: `username`, `email` or `external_id`.
    local: String,
    /// What names the person there; empty: NameID, or `sub`.
    person: String,
    /// Where the e-mail address comes from.
    email: String,
    /// Where the given name comes from.
    given_name: String,
    /// Where the family name comes from.
    family_name: String,
    /// Where groups come from.
    groups: String,
    /// Where roles inside the account come from.
    roles: String,
}

impl MappingShown {
    fn of(map: Mapped) -> Self {
        Self {
            local: map.local,
            person: map.person,
            email: map.email,
            given_name: map.given_name,
            family_name: map.family_name,
            groups: map.groups,
            roles: map.roles,
        }
    }
}

/// A test sign-in, as the six checks.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TestResult {
    /// When.
    at: Time,
    /// Who began it, when it is somebody of this account.
    by: Option<String>,
    /// The user that it means, in part.
    person: Option<String>,
    /// The checks in their order.
    checks: Vec<CheckResult>,
    /// The first that failed.
    failed: Option<FailedCheck>,
}

impl TestResult {
    fn of(test: TestShown) -> Self {
        Self {
            at: Time(test.at),
            by: test.by,
            person: test.person,
            failed: FailedCheck::of(&test.report),
            checks: CheckResult::all(&test.report),
        }
    }
}

/// Whom a step would concern.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EffectShown {
    /// Users who may sign in at all.
    users: usize,
    /// Of those, who sign in at the provider.
    at_provider: usize,
    /// Who keep their password beside it.
    keep_password: usize,
    /// Who come back to a password and have none.
    without_password: usize,
    /// Of those who keep a password, whose way in depends on no provider.
    emergency: usize,
}

impl EffectShown {
    fn of(effect: &Effect) -> Self {
        Self {
            users: effect.users,
            at_provider: effect.at_provider,
            keep_password: effect.keep_password,
            without_password: effect.without_password,
            emergency: effect.break_glass,
        }
    }
}

/// Step 4.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SwitchesShown {
    /// How the account offers it.
    #[schemars(extend("enum" = ["off", "button", "redirect"]))]
    mode: &'static str,
    /// Whether passwords work beside it.
    passwords_beside: bool,
    /// Whether the contract includes it.
    is_entitled: bool,
    /// Whom it concerns now.
    present: EffectShown,
    /// Whom the pilot would concern.
    pilot: EffectShown,
    /// Whom it would concern when it is on for the domains that the account has proved.
    domains: EffectShown,
    /// Whom it would concern when it is on for everybody.
    enforced: EffectShown,
    /// Whom it would concern when it is off.
    retired: EffectShown,
    /// Users whose username is of no domain that the account has proved.
    unmatched: usize,
    /// Who is in the pilot, at most 200.
    pilot_people: Vec<Person>,
    /// Groups: those of the pilot, and then those that could be.
    groups: Vec<GroupShown>,
    /// The last step, while it can be taken back.
    undo: Option<UndoShown>,
    /// The account's people are led to this other connection.
    other_connection: Option<String>,
}

/// A group of the account's people.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct GroupShown {
    /// Its name.
    name: String,
    /// Whether it is in the pilot.
    in_pilot: bool,
    /// Active users in it.
    people: usize,
    /// Of those, who sign in at the provider in a pilot because of this group alone.
    moves: usize,
}

/// A step that can be taken back.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UndoShown {
    /// What names it.
    step: String,
    /// Until when it can be taken back.
    until: Time,
    /// To which state that leads.
    leads_to: &'static str,
    /// What becomes of how the account offers it, where the step has changed that: it is `restored`, or `stays` because somebody has changed it since.
    offer: Option<&'static str>,
}

const fn word(offer: OfferBack) -> &'static str {
    match offer {
        OfferBack::To(_) => "restored",
        OfferBack::Stays => "stays",
    }
}

impl SwitchesShown {
    fn of(switches: Switches) -> Self {
        Self {
            mode: switches.mode.word(),
            passwords_beside: switches.local == AllowLocal::Yes,
            is_entitled: switches.is_entitled,
            present: EffectShown::of(&switches.present),
            pilot: EffectShown::of(&switches.pilot),
            domains: EffectShown::of(&switches.domains),
            enforced: EffectShown::of(&switches.everybody),
            retired: EffectShown::of(&switches.off),
            unmatched: switches.unmatched,
            pilot_people: switches.people.into_iter().map(|(id, username)| Person { id: Id::of(id), username }).collect(),
            groups: switches.groups.into_iter().map(|group| GroupShown { name: group.name, in_pilot: group.is_in, people: group.people, moves: group.moves }).collect(),
            undo: switches.undo.map(|undo| UndoShown { step: undo.seen, until: Time(undo.until), leads_to: undo.back.word(), offer: undo.offer.map(word) }),
            other_connection: switches.other,
        }
    }
}

impl ConnectionDetail {
    pub(super) fn of(detail: Detail) -> Self {
        let protocol = match detail.product.speaks {
            homeward_portal::sign_on::Speaks::Saml => "SAML 2.0",
            homeward_portal::sign_on::Speaks::Oidc => "OpenID Connect",
        };
        let shown = homeward_portal::home::ConnectionShown { connection: detail.connection, protocol: Some(protocol), certificates: detail.entered.certificates.clone() };
        Self {
            connection: ConnectionListed::of(&shown),
            product: detail.product.name,
            give: detail.give.iter().map(Give::of).collect(),
            our_metadata: detail.our_metadata,
            entered: EnteredShown::of(detail.entered),
            is_complete: detail.is_complete,
            has_proposal: detail.proposal.is_some(),
            metadata_waits_since: detail.waits.map(Time),
            has_published: detail.moves.is_some(),
            mapping: MappingShown::of(detail.mapped),
            test: detail.test.map(TestResult::of),
            is_tested: detail.is_tested,
            switches: SwitchesShown::of(detail.switches),
        }
    }
}
