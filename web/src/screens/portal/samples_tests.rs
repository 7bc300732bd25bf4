//! Every screen of the portal renders its samples, in every language, for somebody who may do everything and for somebody who only reads. Names are
//! digits: they are nobody's words.

use std::collections::{BTreeMap, BTreeSet};

use homeward_discovery::{Account, AccountState, AllowLocal, Application, ApplicationKind, AccountSelection, Connection, ConnectionState, Decision, DomainClaim, Home, Outage, RuleTrace, SsoMode, SsoRule, User, UserRule, UserState};
use homeward_federation::{Check, Failure, Preset, report::report};
use homeward_language::{Language, Text};
use homeward_local_credential::{EmergencyCode, PasswordPolicy};
use homeward_model::{AccountId, AccountNumber, ApiTokenId, CaseNumber, ClientId, Colour, ConnectionId, Contact, DomainName, EmailAddress, GrantId, Logo, LogoId, LogoText, SessionId, SystemRandom, Timestamp, UserId, Username, line::LineError};
use homeward_portal::{
    Action, Actor, Granted, Means, Relation, Role,
    activity::{self, Wanted},
    adding, administrators::Administrators, appearance, applications::{ApplicationList, ApplicationShown, SignsIn}, checked::Checked, contact::Asked,
    domain_undo::GivenUp, domains::{DomainDone, DomainShown, Found, Proof}, emergency::{Printed, Sheet}, entry::admit,
    home::{CertificateShown, CertificateState, ConnectionShown, DomainNews, DomainTrouble, News, Overview, ProviderNews, Standing},
    logo::picture::PictureError, meanwhile::Meanwhile, passwords::{self, Passwords, Saved}, people::{Done, ExclusionList, OneUser, Pasted, Way},
    sign_on::PRODUCTS, ports::{Excluded, HeadCount, Holder, Kind, Line, Listed, Place, PortalSession, Since, Trouble, Which}, rename::Renamed, setup_link::{self, LinkShown, Links, Made, Offered, SetupLink}, steps_mail::{self, Choice, Mailed},
    tokens::{self, ApiToken, Scope, TokenShown, Unfit}, why::{Answer, Obstacle},
};
use homeward_signin::Reason;
use maud::Markup;

use super::*;
use crate::{form::Form, screens::{Chrome, page_tests::{words, wrong_of}}};

#[path = "connection_samples_tests.rs"]
mod connections;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const LANGUAGES: [Language; 5] = [Language::English, Language::German, Language::French, Language::Spanish, Language::Pseudo];
/// What a step may leave in the address, and something that none does.
const SAID: [&str; 54] = [
    "again", "changed", "oneself", "wider", "federated", "last-way-in", "no-passwords", "not-sent", "invited", "added", "added-invited", "added-not-sent", "mailed", "not-mailed", "suspended", "resumed", "signed-out", "renamed",
    "unlinked", "unlink-sure", "emergency-given", "emergency-taken", "excluded", "included", "role-given", "role-taken", "too-much", "admin-sso-on", "admin-sso-off", "domain-added", "domain-proved", "domain-not-yet", "domain-back",
    "domain-not-back", "domain-too-many", "domain-given-up", "domain-everybodys", "link-ended", "domain-suffix", "domain-expired", "application-chosen", "application-unknown", "logo-saved", "logo-removed", "contact-saved",
    "colour-saved", "token-ended", "steps-sent", "policy-saved", "accepted", "switched", "undone", "not-tested", "nothing-of-ours",
];

/// Who looks, and in which language.
#[derive(Clone)]
struct Sight {
    granted: Granted,
    language: Language,
}

impl Sight {
    fn frame(&self) -> Frame<'_> {
        Frame { chrome: self.chrome(), granted: &self.granted, token: "t".repeat(43), now: NOW, meanwhile: None }
    }
    fn chrome(&self) -> Chrome {
        Chrome::new(Text::of(self.language), "00".into(), String::new())
    }
}

/// A case number of digits alone.
fn case() -> CaseNumber {
    CaseNumber::parse("2345-6789").unwrap()
}

fn id() -> UserId {
    UserId::generate(&SystemRandom)
}

fn days(count: i64) -> Timestamp {
    Timestamp::from_seconds(NOW.seconds() + count * 86_400)
}

fn account() -> Account {
    Account {
        id: AccountId::generate(&SystemRandom), number: AccountNumber::parse("4711").unwrap(), label: None, name: "47".into(), region: "1".into(), parent: None, state: AccountState::Active, sso_entitled: true,
        sso_mode: SsoMode::Button, allow_local: AllowLocal::Yes, connection: None, group_rules: vec![], pilot_groups: BTreeSet::new(), conditions: vec![], admin_sso: false, colour: Colour::parse("#0b5a58"),
        logo: Some(Logo { id: LogoId::new([7; 32]), width: 40, height: 20, alt: LogoText::parse("14").ok() }), contact: Contact::parse("5 55").ok(), language: None, preset: None,
    }
}

fn user(account: AccountId, state: UserState, rule: Option<UserRule>) -> User {
    User {
        id: id(), account, username: Username::parse("0815").unwrap(), email: (rule.is_none()).then(|| EmailAddress::parse("1@north.example").unwrap()), external_id: None, given_name: "5".into(), family_name: "6".into(), state,
        roles: BTreeSet::new(), groups: if rule.is_some() { BTreeSet::from(["7".to_owned(), "8".to_owned()]) } else { BTreeSet::new() }, rule, break_glass: false,
    }
}

fn connection(state: ConnectionState) -> Connection {
    let outage = (state == ConnectionState::Outage).then_some(Outage { until: days(1), back: ConnectionState::Enforced });
    Connection { id: ConnectionId::generate(&SystemRandom), account: AccountId::generate(&SystemRandom), name: "9".into(), state, outage }
}

/// Somebody with these roles, who looks at their own account or at one that they have entered.
fn sight(roles: &[Role], relation: Relation, language: Language) -> Sight {
    let (home, account) = (account(), account());
    let account = if relation == Relation::Own { home.clone() } else { account };
    let user = user(home.id, UserState::Active, None);
    let session = PortalSession { user: user.id, home: home.id, session: SessionId::generate(&SystemRandom), grant: GrantId::generate(&SystemRandom), proved_at: NOW, since: NOW, last_used: NOW, entered: Some(account.id) };
    let actor = Actor { means: Means::Session { hash: [0; 32], session, federated: false }, user, home, roles: roles.iter().copied().collect() };
    Sight { granted: admit(actor, (account, relation), Action::Open, (String::new(), NOW)).unwrap(), language }
}

fn certificate(state: CertificateState) -> CertificateShown {
    let digits = |count: usize| vec!["11"; count].join(":");
    CertificateShown { subject: "CN=9".into(), thumbprint: digits(32), sha1: digits(20), is_weakly_signed: state == CertificateState::Good, until: days(3), state }
}

fn line(event: &str, outcome: &str, detail: &str) -> Line {
    let by = id();
    Line {
        number: 1, at: days(-2), event: event.into(), outcome: outcome.into(), user: Some(by), application: ClientId::parse("7"), case: Some(case().as_str().to_owned()),
        // What is done by command names nobody.
        detail: if event.starts_with("operator.") { detail.to_owned() } else { format!("{detail} by {by}") }, network: None,
    }
}

fn application(sso: SsoRule) -> Application {
    Application { client_id: ClientId::parse("7").unwrap(), name: "12".into(), kind: ApplicationKind::Web, regions: BTreeSet::from(["1".to_owned()]), sso, sso_mode: None, account_selection: AccountSelection::Password, private: false }
}

/// Pages of the account: where it stands, its people, why, and who is on the list.
fn people(sight: &Sight) -> Vec<Markup> {
    let frame = sight.frame();
    let account = frame.granted.account();
    let mut pages = Vec::new();
    let shown = |state, protocol| ConnectionShown { connection: connection(state), protocol, certificates: vec![certificate(CertificateState::Ends(3)), certificate(CertificateState::Over), certificate(CertificateState::NotYet), certificate(CertificateState::Good)] };
    for standing in [Standing::NotEntitled, Standing::Off, Standing::Testing, Standing::Pilot, Standing::On, Standing::Outage] {
        let good_at = Some(days(-1));
        let connections: Vec<_> = if standing == Standing::Off { vec![] } else { ConnectionState::ALL.iter().map(|state| shown(*state, Some("SAML 2.0"))).chain([shown(ConnectionState::Draft, None)]).collect() };
        let news = vec![News::Away { why: "1".into(), good_at }, News::Address { why: "1".into(), good_at, stops: true }, News::Metadata { why: "1".into(), good_at: None }, News::Keys { why: "1".into(), good_at }, News::Refused { failed: 3, all: 4 }, News::Waiting { since: NOW }];
        let providers = connections.iter().map(|shown| ProviderNews { connection: shown.connection.id, news: news.clone() }).collect();
        let what = [DomainTrouble::Lost { until: NOW }, DomainTrouble::Off, DomainTrouble::ToProve];
        let failures = u64::from(!connections.is_empty());
        pages.push(home(&frame, &Overview {
            standing, providers, people: HeadCount { active: 9, ..HeadCount::default() }, at_provider: 3, trouble: Trouble { failures, people: failures, last: (failures > 0).then(|| line("signin.refused", "1", "")) },
            domains: if connections.is_empty() { vec![] } else { what.map(|what| DomainNews { domain: domain(), what }).to_vec() }, connections,
        }));
    }
    for (list, to) in [(vec![account.clone(), Account { state: AccountState::Suspended, ..account.clone() }], "3"), (vec![], "")] {
        pages.push(accounts(&frame, &list, &AccountsAsked { typed: "4", next: (!to.is_empty()).then_some("5"), to }));
    }
    let listed = |state, rule, last| Listed { user: user(account.id, state, rule), last_sign_in: last };
    let list = [(listed(UserState::Active, None, Some(NOW)), Way::SingleSignOn), (listed(UserState::Invited, Some(UserRule::Pilot), None), Way::Password), (listed(UserState::Suspended, Some(UserRule::Excluded), None), Way::Excluded), (listed(UserState::Deprovisioned, None, None), Way::Emergency)];
    use adding::Problem as P;
    let problems = [P::Username, P::Mixed, P::Taken, P::Foreign, P::Email, P::ForeignMailbox, P::NoMailbox, P::GivenName, P::FamilyName, P::TooMany].map(Some);
    for problem in problems.into_iter().chain([None]) {
        let add = AddView { username: "1".into(), at_provider: problem.is_some(), problem, ..AddView::default() };
        let list = if problem.is_some() { &list[..] } else { &[] };
        pages.push(users(&frame, list, &UsersAsked { typed: "1", sealed: "2", which: Which::Excluded, next: problem.map(|_| "3"), is_first: problem.is_none(), add: Some(&add) }));
    }
    pages.push(users(&frame, &[], &UsersAsked { typed: "", sealed: "", which: Which::All, next: None, is_first: true, add: None }));
    let one = |listed: Listed, way| OneUser { listed, way, has_password: true, places: vec![], excluded: None, sheet: None, links: vec![], hands_off: None };
    let place = |device: &str| Place { session: SessionId::generate(&SystemRandom), device: device.into(), method: String::new(), since: days(-3), last_used: NOW, applications: vec![("12".into(), true)] };
    let since = Since { at: NOW, by: Some("0815".into()) };
    let glass = Listed { user: User { break_glass: true, ..user(account.id, UserState::Active, None) }, last_sign_in: None };
    let mut some: Vec<OneUser> = list.into_iter().map(|(listed, way)| one(listed, way)).collect();
    some.push(OneUser { places: vec![place("9"), place("?")], links: vec![("9".into(), NOW)], ..one(listed(UserState::Active, None, Some(NOW)), Way::SingleSignOn) });
    some.push(OneUser { sheet: Some(Sheet { made_at: NOW, left: 3 }), ..one(glass.clone(), Way::Emergency) });
    some.push(one(glass, Way::Emergency));
    for excluded in [Some(since.clone()), Some(Since { by: None, ..since.clone() }), None] {
        some.push(OneUser { excluded, ..one(listed(UserState::Active, Some(UserRule::Excluded), None), Way::Excluded) });
    }
    some.extend([Done::Oneself, Done::Wider].map(|why| OneUser { hands_off: Some(why), ..one(listed(UserState::Active, None, None), Way::Password) }));
    for shown in &some {
        for problem in [None, Some(Renamed::Malformed), Some(Renamed::Mixed), Some(Renamed::Taken), Some(Renamed::Foreign)] {
            // A name that was typed comes from its form.
            if problem.is_none() || (frame.granted.may(Action::ChangeUsername) && shown.hands_off.is_none() && shown.listed.user.state != UserState::Deprovisioned) {
                pages.push(super::user(&frame, shown, &UserAsked { said: None, typed: "4", problem }));
            }
        }
    }
    for word in SAID {
        pages.push(super::user(&frame, &some[0], &UserAsked { said: said(word), typed: "", problem: None }));
    }
    let codes = (0..8).map(|_| EmergencyCode::generate(&SystemRandom)).collect();
    pages.push(emergency_sheet(&frame, (id(), &Printed { codes, username: "0815".into() }), "https://7.7.7.7"));
    let entries = some.iter().take(3).map(|one| (Excluded { user: one.listed.user.clone(), since: Some(since.clone()) }, true)).collect();
    let full = ExclusionList { entries, next: None, count: 3 };
    pages.push(exclusions(&frame, &ExclusionsView { list: &full, sought: "", sealed: "", next: Some("5"), said: said("excluded"), pasted: None, typed: "" }));
    pages.push(exclusions(&frame, &ExclusionsView { list: &ExclusionList { count: 3, ..ExclusionList::default() }, sought: "4", sealed: "5", next: None, said: None, pasted: None, typed: "" }));
    let pasted = Pasted { added: 1, there: 2, unknown: vec!["4".into()], rest: vec!["5".into()], refused: vec!["6".into()], no_passwords: false };
    for pasted in [Pasted { no_passwords: true, ..Pasted::default() }, pasted] {
        let typed = pasted.unknown.join("\n");
        // Who may not change the list pastes nothing.
        if frame.granted.may(Action::ChangeExclusions) {
            pages.push(exclusions(&frame, &ExclusionsView { list: &ExclusionList::default(), sought: "", sealed: "", next: None, said: None, pasted: Some(&pasted), typed: &typed }));
        }
    }
    for obstacle in [Obstacle::None, Obstacle::Invited, Obstacle::Suspended, Obstacle::Gone, Obstacle::AccountSuspended, Obstacle::Refused, Obstacle::NoPassword, Obstacle::SecondFactor, Obstacle::NotInPilot, Obstacle::CertificatesOver,
        Obstacle::DomainNotOwned, Obstacle::NoEmail, Obstacle::NoExternalId, Obstacle::Several] {
        pages.push(why(&frame, &answer(&some[0].listed, obstacle)));
    }
    pages
}

fn domain() -> DomainName {
    DomainName::parse("north.example").unwrap()
}

fn answer(listed: &Listed, obstacle: Obstacle) -> Answer {
    let (account, connection) = (listed.user.account, ConnectionId::generate(&SystemRandom));
    let sso = |redirect, password_beside| Home::SingleSignOn { account, connection, redirect, password_beside };
    let password = |sso| Home::Password { users: vec![], account: None, sso, outage: None };
    let home = match obstacle {
        Obstacle::None => sso(true, false),
        Obstacle::Invited => sso(true, true),
        Obstacle::Suspended => sso(false, false),
        Obstacle::Gone => password(Some(connection)),
        Obstacle::AccountSuspended => Home::ChooseAccount { accounts: vec![], named_unknown: false },
        Obstacle::Refused => Home::Refused { refusal: homeward_discovery::Refusal::NoConnection },
        Obstacle::NoPassword | Obstacle::SecondFactor | Obstacle::NotInPilot => password(None),
        Obstacle::CertificatesOver | Obstacle::DomainNotOwned | Obstacle::NoEmail | Obstacle::NoExternalId | Obstacle::Several => sso(true, false),
    };
    let rules = ["break_glass", "default"].map(|rule| RuleTrace { rule, applied: rule == "default", because: "1".into() }).to_vec();
    let attempts = if obstacle == Obstacle::None { vec![] } else { vec![line("signin.refused", "1", ""), line("signin.completed", "ok", "")] };
    Answer { listed: listed.clone(), application: application(SsoRule::Allowed), applications: vec![application(SsoRule::Allowed)], decision: Decision { home, rules }, provider: Some("9".into()), obstacle, attempts }
}

/// What is set for the account: domains, passwords, applications, the look, who administers, tokens, and what was done.
fn settings(sight: &Sight) -> Vec<Markup> {
    let frame = sight.frame();
    let account = frame.granted.account();
    let may = |action| frame.granted.may(action);
    let mut pages = Vec::new();
    let proof = |found: Option<Found>| Proof { token: "1".into(), looked: found.map(|found| (NOW, found)), made_at: Some(NOW), proved_at: None, lost_at: None, off_at: None, sought_at: Some(NOW) };
    let mut proofs: Vec<(Option<Timestamp>, Option<Proof>)> = [Found::Nothing, Found::Others(vec!["1".into()]), Found::Elsewhere("north.example".into()), Found::Elsewhere("2.north.example".into()), Found::NoAnswer, Found::Taken].map(|found| (None, Some(proof(Some(found))))).to_vec();
    proofs.extend([(None, None), (None, Some(proof(None))), (None, Some(Proof { made_at: None, ..proof(None) })), (None, Some(Proof { off_at: Some(NOW), ..proof(None) }))]);
    proofs.extend([(Some(NOW), None), (Some(NOW), Some(Proof { proved_at: Some(NOW), ..proof(None) })), (Some(NOW), Some(Proof { lost_at: Some(NOW), ..proof(None) }))]);
    let list: Vec<DomainShown> = proofs.into_iter().map(|(verified_at, proof)| DomainShown { claim: DomainClaim { domain: domain(), account: account.id, verified_at, connection: None }, proof, people: Some(3) }).collect();
    let given_up = [GivenUp { domain: domain(), at: NOW }];
    pages.push(domains(&frame, &DomainsView { list: &list, given_up: &given_up, said: said("domain-added"), typed: "", problem: None }));
    for problem in [DomainDone::Everybodys, DomainDone::Suffix, DomainDone::Already, DomainDone::TooMany, DomainDone::NoDomain] {
        if may(Action::ProveDomains) {
            pages.push(domains(&frame, &DomainsView { list: &[], given_up: &[], said: None, typed: "4", problem: Some(&problem) }));
        }
    }
    let found = |policy: PasswordPolicy| Passwords { against: policy.departs_from(), policy, people: 9, expired: 3 };
    let (classic, modern) = (found(PasswordPolicy::classic()), found(PasswordPolicy::modern()));
    for found in [&classic, &modern] {
        pages.push(passwords(&frame, &PasswordsView { found, said: said("policy-saved"), wanted: None }));
    }
    let wanted = passwords::Wanted { profile: "modern".into(), days: "4".into(), history: "5".into(), seen: None, agreed: None };
    for saved in [Saved::Concerns(3), Saved::Profile, Saved::Days, Saved::History] {
        if may(Action::ChangePasswords) {
            pages.push(super::passwords(&frame, &PasswordsView { found: &classic, said: None, wanted: Some((&wanted, saved)) }));
        }
    }
    let shown = |signs_in, is_default, starts| ApplicationShown { application: application(SsoRule::Allowed), starts, signs_in, is_default };
    let all = [SignsIn::AsAccount, SignsIn::Button, SignsIn::Redirect, SignsIn::SecondFactor, SignsIn::Password, SignsIn::UntilAdministrators].map(|how| shown(how, false, true));
    for (list, default) in [(all.to_vec(), None), (vec![shown(SignsIn::AsAccount, true, false)], ClientId::parse("7")), (vec![], ClientId::parse("7")), (vec![shown(SignsIn::AsAccount, true, true)], ClientId::parse("7"))] {
        pages.push(applications(&frame, &ApplicationList { applications: list, default }, said("application-chosen")));
    }
    pages.extend(looks(&frame));
    let holder = |state, has_password| Holder { user: user(account.id, state, None), roles: Role::ALL.into_iter().collect(), has_password };
    let holders = vec![(holder(UserState::Active, false), Role::ALL.to_vec()), (holder(UserState::Invited, true), vec![])];
    let list = Administrators { holders, may_give: if may(Action::ChangeRoles) { Role::ALL.to_vec() } else { vec![] } };
    pages.push(administrators(&frame, &AdministratorsView { list: &list, said: said("role-given"), typed: "", problem: None }));
    for problem in [GiveProblem::Unknown, GiveProblem::NotActive] {
        if may(Action::ChangeRoles) {
            pages.push(administrators(&frame, &AdministratorsView { list: &Administrators { holders: vec![], ..list.clone() }, said: None, typed: "4", problem: Some(problem) }));
        }
    }
    let token = ApiToken { id: ApiTokenId::generate(&SystemRandom), maker: id(), account: account.id, name: "12".into(), scopes: Scope::ALL.iter().copied().collect(), federated: false, made_at: NOW, expires_at: days(9), ended_at: None, last_used: None };
    let list = [TokenShown { token: ApiToken { last_used: Some(NOW), ..token.clone() }, maker: "0815".into(), may_end: true }, TokenShown { token, maker: "0815".into(), may_end: false }];
    pages.push(tokens(&frame, &TokensView { list: &list, said: said("token-ended"), wanted: None, secret: Some("4") }));
    let wanted = tokens::Wanted { name: "4".into(), days: "5".into(), scopes: vec!["users:read".into()] };
    for unfit in [Unfit::Name, Unfit::Days, Unfit::Scopes, Unfit::TooMany] {
        if may(Action::MakeTokens) {
            pages.push(tokens(&frame, &TokensView { list: &[], wanted: Some((&wanted, unfit)), ..TokensView::default() }));
        }
    }
    pages
}

/// Colour, logo, and whom people ask.
fn looks(frame: &Frame<'_>) -> Vec<Markup> {
    let grey = Colour::parse("#808080").unwrap();
    let unreadable = appearance::look("#808080");
    let mut views = vec![AppearanceView { typed: "4", shown: Some(grey), said: said("colour-saved"), is_saved: true, ..AppearanceView::default() }];
    if frame.granted.may(Action::ChangeAppearance) {
        views.extend([unreadable, appearance::Chosen::NoColour].map(|problem| AppearanceView { problem: Some(problem), ..AppearanceView::default() }));
        views.push(AppearanceView { waiting: frame.granted.account().logo.clone(), ..AppearanceView::default() });
        views.extend([PictureError::Empty, PictureError::TooLong, PictureError::Kind, PictureError::TooLarge, PictureError::Damaged, PictureError::TooDetailed].map(|problem| AppearanceView { picture: Some(problem), ..AppearanceView::default() }));
    }
    if frame.granted.may(Action::ChangeContact) {
        views.extend([None, Some(LineError::Empty), Some(LineError::Characters), Some(LineError::TooLong)].map(|problem| AppearanceView { alt: Some(("14", problem)), ..AppearanceView::default() }));
        views.extend([LineError::Characters, LineError::TooLong, LineError::Address].map(|problem| AppearanceView { contact: Some(("4", Asked::Unfit(problem))), ..AppearanceView::default() }));
    }
    views.iter().map(|view| super::appearance(frame, view)).collect()
}

/// Activity, a refused answer, links and mails for people outside, and the pages at the door.
fn outside(sight: &Sight) -> Vec<Markup> {
    let (frame, chrome) = (sight.frame(), || sight.chrome());
    let may = |action| frame.granted.may(action);
    let mut pages = Vec::new();
    let events = some_events();
    let lines: Vec<Line> = events.iter().map(|event| line(event, "ok", "1")).chain([line("signin.refused", "signin.password", "")]).collect();
    let names: BTreeMap<UserId, String> = lines.iter().take(3).filter_map(|line| line.user).map(|user| (user, "0815".to_owned())).collect();
    let wanted = Wanted { who: "4".into(), reference: "5".into(), failed: true, kind: Some(Kind::Changes), before: Some(3), ..Wanted::default() };
    for (found, next) in [(activity::Page { lines, names, who: "4".into(), ..activity::Page::default() }, Some("3")), (activity::Page { nonsense: true, ..activity::Page::default() }, None), (activity::Page::default(), None)] {
        pages.push(super::activity(&frame, &found, &ActivityAsked { wanted: &wanted, sealed: "2", next }));
    }
    let meanwhile = Meanwhile { line: line("portal.passwords", "ok", "1"), by: Some("0815".into()) };
    for meanwhile in [Meanwhile { by: None, ..meanwhile.clone() }, meanwhile] {
        let frame = Frame { meanwhile: Some(&meanwhile), ..sight.frame() };
        pages.push(home_of_nobody(&frame));
    }
    for failure in connections::failures() {
        let kept = Checked {
            reference: case(), at: NOW, connection: connection(ConnectionState::Enforced), preset: Preset::Generic, report: report(Some(&failure), None), application: Some("12".into()), asked: true,
            unknown: (failure.check == Check::Signature).then(|| "11:22".to_owned()),
        };
        pages.push(super::checked(&frame, &Checked { asked: false, application: None, unknown: None, ..kept.clone() }, None));
        pages.push(super::checked(&frame, &kept, None));
        let form = Form(vec![("fix".into(), "answer".into()), ("certificate".into(), "4".into())]);
        let typed = Typed { form: &form, problem: &homeward_portal::sign_on::enter::Problem::OtherCertificate };
        pages.push(super::checked(&frame, &kept, Some(&typed)));
    }
    let link = SetupLink {
        reference: case(), account: frame.granted.account().id, connection: None, maker: id(), roles: BTreeSet::from([Role::Administrator]), made_at: NOW, until: days(1), ended_at: None, opened_at: Some(NOW),
    };
    use setup_link::Standing as S;
    let shown = |standing| LinkShown { link: link.clone(), provider: (standing == S::Works).then(|| "9".to_owned()), maker: (standing == S::Works).then(|| "0815".to_owned()), standing };
    let full = Links { links: [S::Works, S::Ended, S::Over, S::Dead].map(shown).to_vec(), connections: vec![(ConnectionId::generate(&SystemRandom), "9".into())] };
    pages.push(setup_links(&frame, &full, &SetupLinksView { said: said("link-ended"), made: None }));
    let wanted = setup_link::Wanted { connection: "", hours: "4", email: "5", language: "en" };
    let done = Made::Done { address: "https://7.7.7.7".into(), link: link.clone(), mailed: Some(EmailAddress::parse("1@north.example").unwrap()) };
    for made in [done, Made::Connection, Made::Hours, Made::Email, Made::TooMany] {
        if may(Action::MakeSetupLink) {
            pages.push(setup_links(&frame, &Links::default(), &SetupLinksView { said: None, made: Some((&wanted, &made)) }));
        }
    }
    let choices = [Choice { word: "1".into(), name: "9".into(), is_domain: false }, Choice { word: "2".into(), name: "2".into(), is_domain: true }];
    let wanted = steps_mail::Wanted { of: "2", email: "4", language: "en" };
    pages.push(steps_mail(&frame, &[], &StepsView::default()));
    for sent in [Mailed::Done(EmailAddress::parse("1@north.example").unwrap()), Mailed::Unknown, Mailed::Email, Mailed::TooMany] {
        pages.push(super::steps_mail(&frame, &choices, &StepsView { said: said("steps-sent"), of: "1", sent: Some((&wanted, &sent)) }));
    }
    let actor = frame.granted.actor().unwrap();
    for (provider, here) in [(Some("9".to_owned()), Some(actor)), (None, None)] {
        let offered = Offered { reference: case(), maker: "5 6".into(), account: ("47".into(), AccountNumber::parse("4711").unwrap()), provider, until: days(1) };
        pages.push(setup_offer(&chrome(), &offered, here));
    }
    pages.push(setup_left(&chrome()));
    for reason in [Reason::PortalNoRole, Reason::PortalSetupOver, Reason::PortalNotAllowed, Reason::PortalForm] {
        pages.push(refused(&chrome(), reason, &case()));
    }
    pages
}

fn home_of_nobody(frame: &Frame<'_>) -> Markup {
    home(frame, &Overview { standing: Standing::Off, connections: vec![], people: HeadCount::default(), at_provider: 0, trouble: Trouble::default(), providers: vec![], domains: vec![] })
}

/// Events that have words, and one that has none.
fn some_events() -> [&'static str; 12] {
    ["signin.completed", "signin.answer_refused", "session.ended", "password.changed", "portal.user", "portal.exclusion", "portal.connection", "portal.domain", "portal.token", "profile.name", "operator.account", "1.2"]
}

fn pages(sight: &Sight) -> Vec<String> {
    [people(sight), settings(sight), outside(sight), connections::sign_on(sight), connections::services(sight)].into_iter().flatten().map(Markup::into_string).collect()
}

/// ALL-2, ALL-9, ALL-10: for whoever may do all, whoever came from above, and whoever only reads.
#[test]
fn every_screen_of_the_portal_renders_its_samples() {
    let mut sights = LANGUAGES.map(|language| sight(&Role::ALL, Relation::Own, language)).to_vec();
    sights.extend([sight(&[Role::Operator], Relation::Other, Language::English), sight(&[Role::Auditor], Relation::Own, Language::English)]);
    let mut found = BTreeSet::new();
    for sight in &sights {
        let pages = pages(sight);
        assert!(pages.len() > 200, "{}", pages.len());
        found.append(&mut wrong_of(&pages, sight.language == Language::English));
    }
    assert_eq!(found, BTreeSet::new());
}

/// I18-1: nor has a page of the portal a word that does not come from the catalogue, but for names of products and fields of their consoles.
#[test]
fn no_page_of_the_portal_has_a_plain_english_word() {
    let own = [
        "UTC", "SAML 2.0", "OpenID Connect", "SHA-1", "SHA-256", "north.", "example", "7.7.7.7", "https:", "/portal", "English (UK)", "Deutsch", "Directory (tenant) ID", "Application (client) ID", "Redirect URI", "Microsoft", "Okta", "Google Workspace", "AD FS", "PingOne", "NameID",
    ];
    let (mut looked, mut plain_words) = (0, BTreeSet::new());
    for page in pages(&sight(&Role::ALL, Relation::Own, Language::Pseudo)) {
        for text in words(&page) {
            looked += 1;
            let text = text.trim();
            let plain = text.chars().filter(|c| c.is_alphabetic()).all(|c| c.is_ascii());
            let has_letters = text.chars().filter(char::is_ascii_alphabetic).count() > 1;
            let is_theirs = PRODUCTS.iter().flat_map(|product| product.labels).any(|label| label.name == text);
            let is_code = Reason::ALL.iter().any(|reason| text.ends_with(reason.code()));
            if plain && has_letters && !own.iter().any(|word| text.contains(word)) && !is_theirs && !is_code && !text.starts_with('&') {
                plain_words.insert(text.to_owned());
            }
        }
    }
    assert_eq!(plain_words, BTreeSet::new());
    assert!(looked > 5_000, "{looked}");
}
