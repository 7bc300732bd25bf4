//! Samples of the pages of connections: Single Sign-On in four steps for every product, with each check that can fail, and connected services.

use homeward_federation::{IdpInitiated, Kind as Trouble, waiting::Difference, whole::{Document, DocumentKind, Ink, Line, Piece, Run, Whole}};
use homeward_portal::{
    lifecycle::Effect,
    services::{self, DelegatedSettingsError, Entered as Registration, Forgets, PERMISSIONS, Resource, Service, Shown, State, WhyConsent, enter::Problem as Unfit, people::{Answer, Tests, Tried}, ports::{Allowed, Mark, Registered}},
    sign_on::{
        CertificateProblem, Detail, Entered, Field, Given, IdField, MetadataProblem, PRODUCTS, PasteProblem, Pasted, Product, RequestSigning, SettingsError, Speaks,
        difference::{Row, What}, enter::{Problem, ProposalShown}, groups::Group, mapping::Mapped, mend::{Mend, Whom}, pilot::Piloted, published::Moves, tested::{TestShown, WholeShown}, turn::{LastStep, Switches},
    },
};

use super::*;

/// One failure of every kind there is.
pub(super) fn failures() -> Vec<Failure> {
    let codes = [
        (Check::Answered, "answer.awaited"), (Check::Answered, "status.1"), (Check::Answered, "token.client_refused"), (Check::Answered, "token.code_refused"), (Check::Answered, "token.refused"), (Check::Answered, "token.away"), (Check::Answered, "provider.wrong_address"), (Check::Answered, "1"), (Check::Answered, "settings.1"), (Check::Answered, "connection.off"),
        (Check::MeantForUs, "issuer.1"), (Check::MeantForUs, "audience.1"), (Check::MeantForUs, "destination.1"), (Check::MeantForUs, "request.unsolicited"), (Check::MeantForUs, "request.other_browser"), (Check::MeantForUs, "request.over"), (Check::Signature, "sig.missing"),
        (Check::Signature, "sig.untrusted_key"), (Check::Signature, "signature.key_unknown"), (Check::Signature, "sig.digest_mismatch"), (Check::Signature, "sig.algorithm"), (Check::Signature, "enc.1"), (Check::Signature, "sig.certificate_expired"), (Check::Signature, "1"),
        (Check::Fresh, "1"), (Check::Fresh, "replay.used"), (Check::Fresh, "authn.1"), (Check::Names, "names.missing"), (Check::Names, "names.transient"), (Check::Names, "names.ambiguous"), (Check::Names, "names.unknown_user"),
        (Check::Names, "idp.domain_not_owned"), (Check::Names, "idp.email_not_verified"), (Check::Names, "names.bound_elsewhere"), (Check::Names, "1"), (Check::Allowed, "user.not_active"), (Check::Allowed, "user.1"), (Check::Allowed, "user.second_factor"),
    ];
    codes.map(|(check, code)| Failure::differs(check, code, "3.3", "4.4")).to_vec()
}

fn whom(state: UserState) -> Whom {
    Whom { id: id(), username: "0815".into(), state, is_excluded: state == UserState::Active }
}

/// Every way to mend something.
fn mends(product: &'static Product) -> Vec<Mend> {
    let given = product.label(Field::EntityId).map(|label| Given { label, value: "1".into() });
    vec![
        Mend::Issuer("1".into()), Mend::Certificate(Box::new(certificate(CertificateState::Good))), Mend::Metadata("1".into()), Mend::Named(vec!["1".into()]), Mend::Convert, Mend::Give(given.into_iter().collect()), Mend::OurMetadata,
        Mend::People([UserState::Active, UserState::Invited, UserState::Suspended].map(whom).to_vec()), Mend::Closest(whom(UserState::Active)), Mend::Code,
    ]
}

fn test(failure: Option<&Failure>, mends: Vec<Mend>) -> TestShown {
    let arrived = vec![("1".into(), vec!["2".into()]), ("3".into(), vec![]), ("4".into(), vec!["5".into()])];
    let is_there = failure.is_none();
    TestShown {
        report: report(failure, None), mends, is_of_waiting: false, at: NOW, by: is_there.then(|| "0815".to_owned()), link: (!is_there).then(|| case()), person: is_there.then(|| "1".to_owned()), arrived,
        unknown: (!is_there).then(|| "0816".to_owned()), has_whole: true,
    }
}

fn detail(product: &'static Product, state: ConnectionState) -> Detail {
    let fields = [Field::EntityId, Field::ReplyUrl, Field::OurMetadata, Field::SignOnUrl, Field::LogoutUrl, Field::RedirectUri, Field::PostLogoutUri, Field::BackChannelUri];
    let some = |users| Effect { users, at_provider: users, keep_password: 1, without_password: users, break_glass: 0 };
    let is_entered = state != ConnectionState::Draft;
    let certificates = if is_entered { vec![certificate(CertificateState::Good), CertificateShown { thumbprint: "22:22".into(), ..certificate(CertificateState::Over) }] } else { vec![] };
    let group = |name: &str, is_in| Group { name: name.into(), is_in, people: 3, moves: 2 };
    Detail {
        connection: connection(state),
        product,
        give: fields.iter().filter_map(|field| product.label(*field)).map(|label| Given { label, value: "1".into() }).collect(),
        is_registered: false,
        default_application: is_entered.then(|| "12".to_owned()),
        our_metadata: Some("/1".into()),
        entered: Entered { sign_in_url: "1".into(), issuer: "2".into(), metadata_url: "3".into(), certificates, accepts_ended: state != ConnectionState::Tested, request_signing: is_entered.then_some(RequestSigning::Unsigned), sha1_until: is_entered.then_some(NOW), cbc_until: is_entered.then_some(NOW), client_id: "4".into(), has_secret: is_entered, proof: "6", domains: vec!["5".into()] },
        is_complete: is_entered,
        proposal: None,
        waits: is_entered.then_some(NOW),
        moves: (product.speaks == Speaks::Oidc).then(|| Moves { digest: "1".into(), rows: vec![Difference { field: "1".into(), now: None, new: Some("2".into()) }], since: NOW }),
        mapped: Mapped { local: "email".into(), person: if is_entered { "3".into() } else { String::new() }, email: "4".into(), groups: "5".into(), ..Mapped::default() },
        test: None,
        is_tested: state != ConnectionState::Retired,
        values: "1".into(),
        switches: Switches {
            mode: SsoMode::Button, local: if state == ConnectionState::Pilot { AllowLocal::Yes } else { AllowLocal::No }, is_entitled: state != ConnectionState::Draft, present: some(3), pilot: some(1), domains: some(5), everybody: some(9), off: some(4), unmatched: 2,
            people: if state == ConnectionState::Pilot { vec![(id(), "0815".into())] } else { vec![] }, groups: if state == ConnectionState::Pilot { vec![group("7", true), group("8", false)] } else { vec![] },
            undo: Some(LastStep { seen: "1".into(), until: days(1), back: ConnectionState::Tested, offer: None }), other: None,
        },
        takes_azure: !is_entered,
        begun_there: is_entered.then_some(IdpInitiated::Convert),
    }
}

/// Each value that can change, now and new.
fn rows() -> Vec<Row> {
    use What as W;
    let all = [
        W::SignInUrl, W::IdpIdentifier, W::LogoutUrl, W::MetadataUrl, W::Issuer, W::ClientId, W::ClientSecret, W::Domains, W::Local, W::Person, W::Email, W::GivenName, W::FamilyName, W::Groups, W::Roles, W::BegunThere, W::Cloud,
        W::Tenant, W::Application, W::RedirectUri, W::Permissions, W::ServiceSecret,
    ];
    let plain = all.into_iter().enumerate().map(|(place, what)| Row { what, now: (place % 3 > 0).then(|| "1".to_owned()), new: (place % 3 != 1).then(|| "2".to_owned()), changes: place % 2 == 0, certificate: None });
    let certificates = [(true, true), (true, false), (false, true)].map(|(now, new)| Row {
        what: W::Certificate, now: now.then(|| "1".to_owned()), new: new.then(|| "1".to_owned()), changes: now != new, certificate: Some(certificate(CertificateState::Good)),
    });
    plain.chain(certificates).collect()
}

/// Everything that can be wrong with what was typed, with the form that it was typed into.
fn problems() -> Vec<(&'static str, Problem)> {
    let of = |how, problems: Vec<Problem>| problems.into_iter().map(move |problem| (how, problem));
    let metadata = [
        MetadataProblem::Unreadable("1"), MetadataProblem::NotMetadata, MetadataProblem::Several(vec!["1".into(), "2".into()]), MetadataProblem::NoProvider, MetadataProblem::NoEntityId, MetadataProblem::Expired("1".into()),
        MetadataProblem::NoSignInAddress, MetadataProblem::NoCertificate,
    ];
    let pasted = [PasteProblem::Empty, PasteProblem::Xml, PasteProblem::CutOff].into_iter().chain(
        [CertificateProblem::PrivateKey, CertificateProblem::Unreadable, CertificateProblem::SmallKey, CertificateProblem::OddKey].map(|problem| PasteProblem::Certificate { number: 2, problem }),
    );
    of("metadata", metadata.map(Problem::Metadata).to_vec())
        .chain(of("address", vec![Problem::Address, Problem::Unreachable("1".into()), Problem::Metadata(MetadataProblem::Several(vec!["1".into()]))]))
        .chain(of("hand", pasted.map(Problem::Certificates).chain([Problem::Empty, Problem::EntityId, Problem::NoCertificate, Problem::Same, Problem::OthersWait]).collect()))
        .chain(of("mapping", vec![Problem::Mapping, Problem::Same]))
        .collect()
}

/// The same of an OpenID Provider.
fn openid_problems() -> Vec<(&'static str, Problem)> {
    let ids = [Pasted::ObjectId, Pasted::ApplicationUri, Pasted::Other(IdField::Tenant), Pasted::Other(IdField::Application), Pasted::NoOrganisation, Pasted::NoId];
    let settings = [SettingsError::VersionOne, SettingsError::Tenants, SettingsError::ClientId, SettingsError::HostedDomains, SettingsError::Issuer];
    let all = ids.clone().map(Problem::Application).into_iter().chain(ids.map(Problem::Tenant)).chain(settings.map(Problem::OpenId)).chain([Problem::Documents("1".into()), Problem::Secret, Problem::Proof, Problem::Same]);
    all.map(|problem| ("openid", problem)).collect()
}

/// The list, a new one, one of each product in each state, what cannot be used, each check that failed, and the whole answer.
pub(super) fn sign_on(sight: &Sight) -> Vec<Markup> {
    let frame = sight.frame();
    let may = |action| frame.granted.may(action);
    let mut pages = Vec::new();
    let shown = ConnectionShown { connection: connection(ConnectionState::Pilot), protocol: Some("SAML 2.0"), certificates: vec![certificate(CertificateState::Good)] };
    pages.push(sign_on_list(&frame, &[]));
    pages.push(sign_on_list(&frame, &[shown]));
    pages.extend([true, false].map(|has_azure| add_sign_on(&frame, (said("too-many"), has_azure), None)));
    pages.push(add_sign_on(&frame, (said("sole-way"), false), None));
    pages.extend([LineError::Address, LineError::Characters].map(|problem| add_sign_on(&frame, (None, true), Some(("9", problem)))));
    for product in PRODUCTS {
        for state in ConnectionState::ALL {
            pages.push(super::sign_on(&frame, &detail(product, *state), &SignOnView::default()));
        }
    }
    let (saml, oidc) = (Product::of(Preset::Entra, Speaks::Saml), Product::of(Preset::Google, Speaks::Oidc));
    for word in SAID {
        let view = SignOnView { said: sign_on_said(word), uninvited: Some(3), ..SignOnView::default() };
        pages.push(super::sign_on(&frame, &detail(saml, ConnectionState::Tested), &view));
    }
    if may(Action::PrepareSignOn) {
        for (product, (how, problem)) in problems().into_iter().map(|typed| (saml, typed)).chain(openid_problems().into_iter().map(|typed| (oidc, typed))) {
            let form = Form(vec![("how".into(), how.into()), ("metadata".into(), "4".into()), ("issuer".into(), "5".into())]);
            let state = if how == "mapping" { ConnectionState::Tested } else { ConnectionState::Draft };
            pages.push(super::sign_on(&frame, &detail(product, state), &SignOnView { typed: Some(Typed { form: &form, problem: &problem }), ..SignOnView::default() }));
        }
    }
    for (is_stale, state) in [(true, ConnectionState::Draft), (false, ConnectionState::Enforced)] {
        let proposal = ProposalShown { handle: "1".into(), rows: rows(), at: NOW, is_stale, anew: usize::from(is_stale) + 1, link: is_stale.then(|| case()), brings_back: is_stale };
        let tested = (!is_stale).then(|| TestShown { is_of_waiting: true, ..test(None, vec![]) });
        pages.push(super::sign_on(&frame, &Detail { proposal: Some(proposal), test: tested, is_tested: false, ..detail(saml, state) }, &SignOnView::default()));
    }
    pages.push(super::sign_on(&frame, &Detail { begun_there: Some(IdpInitiated::Accept), ..detail(saml, ConnectionState::Draft) }, &SignOnView::default()));
    pages.push(super::sign_on(&frame, &Detail { is_registered: true, give: vec![], ..detail(saml, ConnectionState::Tested) }, &SignOnView::default()));
    pages.push(super::sign_on(&frame, &Detail { test: Some(test(None, vec![])), is_tested: false, ..detail(saml, ConnectionState::Tested) }, &SignOnView::default()));
    for failure in failures() {
        let of = |mends| Detail { test: Some(test(Some(&failure), mends)), ..detail(saml, ConnectionState::Tested) };
        pages.push(super::sign_on(&frame, &of(vec![]), &SignOnView { invite: Some("/1".into()), ..SignOnView::default() }));
        if may(Action::PrepareSignOn) {
            pages.push(super::sign_on(&frame, &of(mends(saml)), &SignOnView { invite: Some("/1".into()), rename: Some("/2".into()), code: Some("1".into()), ..SignOnView::default() }));
        }
    }
    if may(Action::SwitchSignOn) {
        let piloted = Piloted { added: 1, refused: vec!["4".into()], rest: vec!["5".into()] };
        pages.push(super::sign_on(&frame, &detail(saml, ConnectionState::Pilot), &SignOnView { piloted: Some(&piloted), ..SignOnView::default() }));
    }
    let other = detail(saml, ConnectionState::Tested);
    pages.push(super::sign_on(&frame, &Detail { switches: Switches { other: Some("9".into()), ..other.switches.clone() }, ..other }, &SignOnView::default()));
    pages.push(whole_answer(&frame, &WholeShown { connection: connection(ConnectionState::Draft), answer: None }));
    for is_signed in [true, false] {
        let line = Line { depth: 12, pieces: [Ink::Sign, Ink::Name, Ink::Attribute, Ink::Value, Ink::Part].map(|ink| Piece(ink, "1".into())).to_vec() };
        let run = |is_signed| Run { is_signed, lines: vec![line.clone()] };
        let kinds = [DocumentKind::Response, DocumentKind::Opened, DocumentKind::Header, DocumentKind::Claims, DocumentKind::UserInfo];
        let documents = kinds.map(|kind| Document { kind, runs: vec![run(is_signed), run(false)], is_cut: is_signed }).to_vec();
        pages.push(whole_answer(&frame, &WholeShown { connection: connection(ConnectionState::Draft), answer: Some((NOW, Whole { documents })) }));
    }
    pages
}

fn one_service(consent: State, is_set_up: bool, state: ConnectionState) -> Service {
    let permissions: BTreeSet<String> = PERMISSIONS.iter().map(|permission| permission.name.to_owned()).collect();
    let allowed = |clients: &[&str]| Allowed { user: id(), username: "0815".into(), permissions: permissions.clone(), clients: clients.iter().map(|client| (*client).to_owned()).collect(), at: NOW };
    let people = u64::from(consent == State::NotNeeded);
    Service {
        connection: connection(state), is_set_up, entered: Registration { cloud: "1".into(), tenant: "2".into(), application: "3".into(), redirect_uri: "4".into(), permissions: permissions.clone(), has_secret: is_set_up },
        needs_claim: is_set_up, clouds: vec![("1".into(), "2".into()), ("3".into(), "4".into())], proposal: None, consent, applications: if people > 0 { vec![Registered { client: "7".into(), name: "12".into(), permissions: permissions.clone() }] } else { vec![] },
        people, allowed: if people > 0 { vec![allowed(&["7", "8"]), allowed(&[])] } else { vec![] }, next: Some(Mark { at: NOW, user: id() }),
    }
}

/// Connected services: the list, how consent stands, what cannot be used, what waits, and whether tokens are alive.
pub(super) fn services(sight: &Sight) -> Vec<Markup> {
    let frame = sight.frame();
    let may = |action| frame.granted.may(action);
    let list = [true, false].map(|is_set_up| Shown { connection: connection(ConnectionState::Enforced), is_set_up, people: 3 });
    let mut pages = vec![super::services(&frame, &[]), super::services(&frame, &list)];
    let states = [State::NotNeeded, State::Needed, State::Given(NOW), State::Partly(NOW, vec!["1".into()])];
    for consent in &states {
        for (is_set_up, state) in [(true, ConnectionState::Enforced), (true, ConnectionState::Draft), (false, ConnectionState::Draft)] {
            let view = ServiceView { said: service_said("consented"), link: Some(("https://7.7.7.7", days(1))), next: Some("5"), is_first: is_set_up, tokens: is_set_up, ..ServiceView::default() };
            pages.push(service(&frame, &one_service(consent.clone(), is_set_up, state), &view));
        }
    }
    let of = || one_service(State::NotNeeded, true, ConnectionState::Enforced);
    for (is_stale, forgets) in [(true, None), (false, Some(Forgets { people: 3, consent: true }))] {
        let proposal = services::Proposed { handle: "1".into(), rows: rows(), at: NOW, is_stale, forgets };
        pages.push(service(&frame, &Service { proposal: Some(proposal), ..of() }, &ServiceView::default()));
    }
    let answers = [Answer::Live(NOW, BTreeSet::from(["1".to_owned()])), Answer::Refused("1".into()), Answer::Busy, Answer::Unusable].into_iter();
    let answers = answers.chain([WhyConsent::NeverGiven, WhyConsent::TakenBack, WhyConsent::MoreIsNeeded].map(Answer::ConsentNeeded));
    let tried = answers.map(|answer| Tried { resource: if answer == Answer::Busy { Resource::Exchange } else { Resource::Graph }, answer }).collect();
    pages.push(service(&frame, &of(), &ServiceView { tests: Some(&Tests { username: "0815".into(), tried }), ..ServiceView::default() }));
    use DelegatedSettingsError as E;
    let settings = [E::Cloud, E::Tenant, E::Application, E::ApplicationUri, E::SameId, E::RedirectUri, E::Permissions].map(Unfit::Settings);
    let problems = settings.into_iter().chain([Unfit::Application(Pasted::ObjectId), Unfit::Tenant(Pasted::NoId), Unfit::Elsewhere, Unfit::Secret, Unfit::Same]);
    for problem in problems.filter(|_| may(Action::PrepareServices)) {
        for overview in ["", "6"] {
            let form = Form(vec![("overview".into(), overview.into())]);
            pages.push(service(&frame, &of(), &ServiceView { typed: Some((&form, &problem)), ..ServiceView::default() }));
        }
    }
    pages
}

/// A kind of trouble without a sample would be a page that nobody has looked at.
#[test]
fn every_kind_of_trouble_has_a_sample() {
    let kinds: std::collections::HashSet<Trouble> = failures().iter().map(Failure::kind).collect();
    assert_eq!(kinds.len(), Trouble::ALL.len(), "{kinds:?}");
}
