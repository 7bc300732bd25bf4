//! Every screen renders its samples, in every language: one frame, one heading, no word that is not in the catalogue.

use std::collections::BTreeSet;

use homeward_discovery::Hints;
use homeward_federation::{ConnectionSettings, Failure, Preset, Protocol, oidc::OidcSettings, report::for_person};
use homeward_language::{Language, Text};
use homeward_local_credential::{Expiry, PasswordPolicy, Strength, Violation};
use homeward_model::{CaseNumber, ClientId, ConnectionId, SessionId, SystemRandom, Timestamp, UserId, Username};
use homeward_signin::{
    Reason, Step,
    stage::{AwaitChange, AwaitCode, AwaitPassword, CodeFor, ChooseAccount, ConsentErrand, Errand, Leaving, LinkStage, NotBack, OfferSso, Started},
    step::{AccountShown, AnswerFailed, Asking, Check, ChooserEntry, Departure, EmailBarred, EmailPage, EmailProblem, FieldProblem, NameProblem, NamesPage, NewPassword, Notice, Onward, Over, OwnApplication, OwnDelegated, OwnPage, OwnSaid, OwnSession, TestPage, TestShown, TriesLeft, UndoPage},
    there::{Open, Place},
    usecase::{
        delegated::{AskPage, DonePage, PERMISSIONS, StartPage},
        federated::hear::NotHeard,
        signout::Here,
        strangers::TooMany,
    },
};

use super::{Chrome, Ended, back_to_provider, page_tests::{words, wrong_of}, confirm_sign_out, delegated, leave, leaving_too, not_signed_out, plain_error, render, sign_out_over, signed_out, static_page, too_many};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const LANGUAGES: [Language; 5] = [Language::English, Language::German, Language::French, Language::Spanish, Language::Pseudo];

fn started() -> Started {
    Started { id: "x".repeat(43), errand: Errand::Home, hints: Hints::default(), fresh: false, at: NOW, trace: None }
}

fn username() -> Username {
    Username::parse("0815").unwrap()
}

fn account(number: &str) -> AccountShown {
    AccountShown { name: "4711".into(), number: number.into(), colour: None, logo: None, contact: None }
}

fn new(policy: PasswordPolicy, wrong: bool) -> NewPassword {
    let violations = if wrong { vec![Violation::TooShort, Violation::HasSpace, Violation::Leaked, Violation::SameAsCurrent] } else { vec![] };
    NewPassword { policy, violations, strength: wrong.then_some(Strength::Fair), repeat_differs: wrong, current_wrong: wrong, neutral: false }
}

/// Every step that is a page, with and without what it may have. Names are digits: they are nobody's words.
fn samples() -> Vec<Step> {
    let asking = || Asking { name: Some("12".into()), private: false };
    let (stage, name) = (started(), username());
    let case = CaseNumber::generate(&SystemRandom);
    let typed = "0815".to_owned();
    let handle = "h".repeat(43);
    let change = |absent| Started { errand: Errand::ChangePassword { client: None, return_to: None, absent }, ..started() };
    let people = || [("", "4", true), ("5 6", "7", false), ("", "9", false)].map(|(person, key, remembered)| ChooserEntry { key: key.into(), person: person.into(), username: "1@2.3".into(), account: "8".into(), remembered }).to_vec();
    let mut all = vec![
        Step::Username { stage: stage.clone(), asking: asking(), typed: String::new(), problem: None, notice: None },
        Step::Username { stage: stage.clone(), asking: Asking::default(), typed: typed.clone(), problem: Some(FieldProblem::Empty), notice: Some(Notice::StartedAgain) },
        Step::Username { stage: stage.clone(), asking: asking(), typed: typed.clone(), problem: Some(FieldProblem::Malformed), notice: None },
        Step::ChooseAccount { stage: ChooseAccount { started: stage.clone(), username: name.clone() }, asking: asking(), remembered: vec![account("1")], problem: Some(FieldProblem::UnknownAccount) },
        Step::ChooseAccount { stage: ChooseAccount { started: stage.clone(), username: name.clone() }, asking: asking(), remembered: vec![], problem: Some(FieldProblem::Empty) },
        Step::ChooseProven { handle: handle.clone(), asking: asking(), username: typed.clone(), accounts: vec![account("1"), account("2")], problem: Some(FieldProblem::Empty) },
        Step::ChooseProven { handle: handle.clone(), asking: asking(), username: typed.clone(), accounts: (10..20).map(|n| account(&n.to_string())).collect(), problem: None },
        Step::MustChange { handle: handle.clone(), asking: asking(), username: typed.clone(), since: Expiry::Expired { days_since_change: 95 }, new: new(PasswordPolicy::classic(), true) },
        Step::MustChange { handle: handle.clone(), asking: asking(), username: typed.clone(), since: Expiry::MustChange, new: new(PasswordPolicy::modern(), false) },
        Step::MustChange { handle: handle.clone(), asking: asking(), username: typed.clone(), since: Expiry::MustChange, new: new(PasswordPolicy { need_letter: false, ..PasswordPolicy::classic() }, false) },
        Step::MustChange { handle: handle.clone(), asking: asking(), username: typed.clone(), since: Expiry::MustChange, new: new(PasswordPolicy { need_number: false, ..PasswordPolicy::classic() }, false) },
        Step::ExpiresSoon { handle: handle.clone(), asking: asking(), username: typed.clone(), days: 1 },
        Step::ExpiresSoon { handle: handle.clone(), asking: asking(), username: typed.clone(), days: 6 },
        Step::ChangePassword { stage: AwaitChange { started: stage.clone(), username: None, person: None }, asking: asking(), username: typed.clone(), new: new(PasswordPolicy::classic(), true), problem: None },
        Step::ChangePassword { stage: AwaitChange { started: stage.clone(), username: None, person: None }, asking: asking(), username: typed.clone(), new: NewPassword { current_wrong: true, neutral: true, ..new(PasswordPolicy::classic(), false) }, problem: Some(FieldProblem::Empty) },
        Step::KeptElsewhere { asking: asking(), account: account("1"), provider: Some(("9".into(), ConnectionId::generate(&SystemRandom))), reset: false },
        Step::KeptElsewhere { asking: asking(), account: AccountShown { contact: homeward_model::Contact::parse("5 55").ok(), ..account("1") }, provider: None, reset: true },
        Step::PasswordChanged { asking: asking(), first: false, return_to: Some("https://7.7.7.7/".into()), mailed: true, session_token: None, again: None },
        Step::PasswordChanged { asking: asking(), first: false, return_to: None, mailed: false, session_token: None, again: Some(Box::new((stage.clone(), typed.clone()))) },
        Step::PasswordChanged { asking: asking(), first: true, return_to: None, mailed: false, session_token: None, again: Some(Box::new((stage.clone(), typed.clone()))) },
        Step::PasswordChanged { asking: asking(), first: true, return_to: None, mailed: true, session_token: None, again: Some(Box::new((stage.clone(), typed.clone()))) },
        Step::Forgot { stage: stage.clone(), asking: asking(), typed: typed.clone(), problem: Some(FieldProblem::Empty) },
        Step::CheckMail { stage: AwaitCode { started: stage.clone(), username: name.clone(), selector: "s".into(), purpose: CodeFor::Reset }, asking: asking(), problem: Some(FieldProblem::WrongCode) },
        Step::CheckMail { stage: AwaitCode { started: stage.clone(), username: name.clone(), selector: "s".into(), purpose: CodeFor::SignIn }, asking: asking(), problem: None },
        Step::ConfirmReset { link: "3".into(), masked: "0•••••@1.2".into(), account: None, invitation: false },
        Step::ConfirmReset { link: "3".into(), masked: "0•••••@1.2".into(), account: Some(account("1")), invitation: true },
        Step::SetPassword { handle: handle.clone(), asking: asking(), username: typed.clone(), account: Some(account("1")), first: true, new: new(PasswordPolicy::classic(), false) },
        Step::SetPassword { handle, asking: asking(), username: typed.clone(), account: None, first: false, new: new(PasswordPolicy::modern(), true) },
        Step::LinkOver { typed: typed.clone(), over: Over::Link, asking: Asking::default(), stage: None },
        Step::LinkOver { typed: String::new(), over: Over::Invitation, asking: Asking::default(), stage: None },
        Step::LinkOver { typed: String::new(), over: Over::Reopen, asking: Asking::default(), stage: None },
        Step::LinkOver { typed: typed.clone(), over: Over::Waited, asking: asking(), stage: Some(Box::new(stage.clone())) },
        Step::Chooser { stage: stage.clone(), asking: asking(), entries: people() },
        Step::Chooser { stage: change(None), asking: asking(), entries: people() },
        Step::Chooser { stage: change(Some(UserId::generate(&SystemRandom))), asking: asking(), entries: people() },
        Step::Chooser { stage: Started { errand: Errand::Own, ..stage.clone() }, asking: Asking::default(), entries: people() },
        Step::Chooser { stage: Started { errand: Errand::Email, ..stage.clone() }, asking: Asking::default(), entries: people() },
        Step::Pause { stage: stage.clone(), typed: typed.clone(), asking: asking(), until: NOW, seconds: 60, code: "1.2".into(), case: case.clone() },
        Step::Pause { stage: stage.clone(), typed: String::new(), asking: asking(), until: NOW, seconds: 3600, code: "1.2".into(), case: case.clone() },
        Step::Busy { seconds: 2, case: case.clone(), again: Some(Box::new((stage.clone(), typed.clone()))) },
        Step::Busy { seconds: 2, case: case.clone(), again: None },
        Step::GoOn { onward: Onward::Home, asking: asking(), meanwhile: false },
        Step::GoOn { onward: Onward::Home, asking: asking(), meanwhile: true },
        Step::WhereTo { person: String::new(), username: typed.clone(), account: account("1"), applications: vec![] },
        Step::WhereTo { person: "5 6".into(), username: typed, account: account("1"), applications: vec![("12".into(), "https://7.7.7.7/".into())] },
        Step::OfferSso { stage: OfferSso { started: stage.clone(), username: name.clone() }, asking: asking(), account: Some(account("1")), provider: "9".into(), password_beside: true },
        Step::OfferSso { stage: OfferSso { started: stage.clone(), username: name.clone() }, asking: asking(), account: None, provider: String::new(), password_beside: false },
    ];
    for (uniform, problem) in [(true, None), (true, Some(FieldProblem::Empty)), (false, Some(FieldProblem::WrongPassword { tries_left: None })), (false, Some(FieldProblem::WrongPassword { tries_left: Some(TriesLeft { count: 2, minutes: 10 }) }))] {
        let stage = AwaitPassword { started: stage.clone(), username: name.clone(), wants_password: false };
        let account = (!uniform).then(|| account("1"));
        let named = if problem.is_some() { "1".to_owned() } else { String::new() };
        all.push(Step::Password { stage, asking: asking(), account, named, problem, sso: (!uniform).then(|| "9".into()), uniform, outage: problem.is_some() });
    }
    let leaving = |username| Leaving { started: stage.clone(), username };
    let post = Departure::Post { action: "https://7.7.7.7/".into(), fields: vec![("3".into(), "4".into())] };
    for (username, departure) in [(Some(name.clone()), Departure::Redirect { url: "https://7.7.7.7/".into() }), (None, post)] {
        all.push(Step::Leaving { stage: leaving(username), asking: asking(), account: Some(account("1")), departure });
    }
    let answers = [("replay.used", None), ("request.unsolicited", None), ("request.other_browser", None), ("request.over", None), ("connection.off", None), ("names.unknown_user", None), ("names.unknown_user", Some("0815"))];
    let answers = answers.map(|(code, name)| (Check::Allowed, code, name));
    let openid = ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new("https://7.7.7.7", "8"))));
    let checks = [(Check::Answered, "status.1"), (Check::MeantForUs, "issuer.1"), (Check::Signature, "sig.missing"), (Check::Answered, "1"), (Check::MeantForUs, "1"), (Check::Signature, "1"), (Check::Fresh, "1"), (Check::Names, "1"), (Check::Allowed, "1")].map(|(check, code)| (check, code, None));
    for (check, code, name) in answers.into_iter().chain(checks) {
        let said = (check == Check::Answered).then(|| "9".to_owned());
        let report = for_person(&Failure::differs(check, code, "3.3", "4.4"), Some(&openid));
        let is_asked = code != "request.other_browser";
        let begins = ConnectionId::parse("00000000-0000-7000-8000-000000000007").filter(|_| code == "request.unsolicited");
        let failed = AnswerFailed { check, code: code.into(), case: case.clone(), at: NOW, account: Some(account("1")), issuer: "9".into(), said, name: name.map(str::to_owned), report, is_asked, begins };
        all.push(Step::AnswerRefused { failed, asking: asking(), retry: Some(leaving(None)) });
    }
    let test = |failure: Option<&homeward_federation::Failure>, arrived, person: Option<&str>| {
        let report = homeward_federation::report(failure, None);
        Step::Test(TestPage::Result(Box::new(TestShown { account: account("1"), provider: "9".into(), report, arrived, person: person.map(str::to_owned), at: NOW })))
    };
    all.push(Step::Test(TestPage::Begin { account: account("1"), provider: "9".into() }));
    all.push(Step::Test(TestPage::Over));
    all.push(test(None, vec![("3".into(), vec!["4".into(), "5".into()]), ("6".into(), vec![])], Some("0•••••@1.2")));
    for check in Check::ALL {
        all.push(test(Some(&homeward_federation::Failure::differs(check, "1.2", "3", "4")), vec![], None));
    }
    for (person, said) in [("5 6", None), ("", Some(OwnSaid::Ended)), ("5", Some(OwnSaid::Named)), ("5", Some(OwnSaid::Mailed))] {
        all.push(Step::Own(Box::new(own_page(person, said))));
    }
    all.extend(profile_pages());
    for reason in Reason::ALL {
        all.push(Step::Refused { reason: *reason, case: case.clone(), at: NOW, asking: asking(), retry: Some(Box::new(leaving(None))) });
    }
    all
}

/// The person's own name and e-mail address, with and without what they may have.
fn profile_pages() -> Vec<Step> {
    let (user, username, provider) = (UserId::generate(&SystemRandom), "1@2.3".to_owned(), || Some("9".to_owned()));
    let names = |problem, kept| Step::Names(Box::new(NamesPage { user, username: username.clone(), account: account("1"), given: "5".into(), family: "6".into(), kept, problem }));
    let email = |address: Option<&str>, waiting: Option<&str>, kept, problem| {
        let (address, waiting) = (address.map(str::to_owned), waiting.map(str::to_owned));
        Step::Email(Box::new(EmailPage { user, username: username.clone(), account: account("1"), address, waiting, kept, barred: None, typed: "7".into(), problem }))
    };
    let barred = |why| match email(Some("4@2.3"), None, None, None) {
        Step::Email(page) => Step::Email(Box::new(EmailPage { barred: Some(why), ..*page })),
        other => other,
    };
    let mut all = vec![names(None, (None, None)), names(Some(NameProblem::Empty), (provider(), None)), names(None, (provider(), provider()))];
    all.extend([NameProblem::TooLong, NameProblem::Characters].map(|problem| names(Some(problem), (None, None))));
    all.extend([EmailProblem::Empty, EmailProblem::Malformed, EmailProblem::Same, EmailProblem::TooMany, EmailProblem::CodeOver].map(|problem| email(Some("4@2.3"), None, None, Some(problem))));
    all.extend([email(None, None, None, None), email(None, None, provider(), None), email(Some("4@2.3"), None, provider(), None)]);
    all.extend([None, Some(EmailProblem::WrongCode)].map(|problem| email(Some("4@2.3"), Some("7@2.3"), None, problem)));
    all.extend([EmailBarred::ResetFirst, EmailBarred::Outage, EmailBarred::Provider { portal: true }, EmailBarred::Provider { portal: false }].map(barred));
    let masked = "0•••••@1.2".to_owned();
    all.extend([UndoPage::Confirm { address: masked.clone(), username: masked }, UndoPage::Done, UndoPage::Over].map(Step::Undo));
    all
}

fn own_page(person: &str, said: Option<OwnSaid>) -> OwnPage {
    let (id, client) = (SessionId::generate(&SystemRandom), ClientId::parse("7").unwrap());
    let place = |device: &str, here| OwnSession { id, device: device.into(), since: NOW, last_used: NOW, here };
    let application = |device: Option<&str>| OwnApplication { client: client.clone(), session: id, name: "8".into(), device: device.map(str::to_owned), last_used: NOW };
    let done = said.is_some();
    let applications = if done { vec![] } else { vec![application(Some("9")), application(None)] };
    let user = UserId::generate(&SystemRandom);
    let delegated = if done { vec![] } else { vec![OwnDelegated { connection: ConnectionId::generate(&SystemRandom), name: "9".into(), since: NOW }] };
    OwnPage { user, delegated, person: person.into(), username: "1@2.3".into(), account: account("1"), sessions: vec![place("9", true), place("?", false)], applications, email: (!done).then(|| "4@2.3".to_owned()), several: done, said }
}

/// Which page a step is. Without a wildcard: a new step stops here until it has a sample.
fn kind(step: &Step) -> usize {
    match step {
        Step::Username { .. } => 0,
        Step::ChooseAccount { .. } => 1,
        Step::ChooseProven { .. } => 2,
        Step::Password { .. } => 3,
        Step::OfferSso { .. } => 4,
        Step::MustChange { .. } => 5,
        Step::ExpiresSoon { .. } => 6,
        Step::ChangePassword { .. } => 7,
        Step::KeptElsewhere { .. } => 8,
        Step::PasswordChanged { .. } => 9,
        Step::Forgot { .. } => 10,
        Step::CheckMail { .. } => 11,
        Step::ConfirmReset { .. } => 12,
        Step::SetPassword { .. } => 13,
        Step::LinkOver { .. } => 14,
        Step::Chooser { .. } => 15,
        Step::Pause { .. } => 16,
        Step::Busy { .. } => 17,
        // One page; a `Completed` cannot be made here, and who departs has no page.
        Step::SignedIn { .. } | Step::GoOn { .. } | Step::Depart { .. } => 18,
        Step::WhereTo { .. } => 19,
        Step::Refused { .. } => 20,
        Step::Leaving { .. } => 21,
        Step::AnswerRefused { .. } => 22,
        Step::Own(_) => 23,
        Step::Test(_) => 24,
        Step::Names(_) => 25,
        Step::Email(_) => 26,
        Step::Undo(_) => 27,
    }
}

fn pages(language: Language) -> Vec<String> {
    let chrome = || Chrome::new(Text::of(language), "00".into(), "s".repeat(80));
    let case = CaseNumber::generate(&SystemRandom);
    let mut pages: Vec<String> = samples().iter().map(|step| render(step, &chrome()).into_string()).collect();
    for portal in [false, true] {
        pages.extend([404, 405, 429, 500, 503].map(|status| plain_error(&chrome(), (status, None), &case, portal).into_string()));
        pages.extend(Reason::ALL.iter().map(|reason| plain_error(&chrome(), (reason.status(), Some(*reason)), &case, portal).into_string()));
    }
    for which in ["help", "privacy", "language"] {
        pages.push(static_page(&chrome(), which).into_string());
    }
    for permissions in [vec![], PERMISSIONS.iter().collect::<Vec<_>>()] {
        let asking = Asking { name: (!permissions.is_empty()).then(|| "12".to_owned()), private: true };
        let (connection, user, client) = (ConnectionId::generate(&SystemRandom), UserId::generate(&SystemRandom), ClientId::parse("7").unwrap());
        let errand = ConsentErrand { connection, user, client, return_to: None };
        let page = AskPage { errand, asking, username: "1@2.3".into(), account: account("1"), permissions: permissions.clone() };
        pages.push(delegated::ask(&chrome(), &page).into_string());
        let start = StartPage { stage: LinkStage { link: [0; 32] }, account: account("1"), permissions: (!permissions.is_empty()).then_some(permissions) };
        pages.push(delegated::start(&chrome(), &start).into_string());
    }
    for (name, back) in [(Some("9"), Some("https://7.7.7.7/")), (None, None)] {
        pages.push(delegated::granted(&chrome(), name, back).into_string());
        pages.push(delegated::done(&chrome(), &DonePage { account: account("1"), made: name.map(str::to_owned) }).into_string());
    }
    pages.push(leave("/signin", None, &chrome()).into_string());
    let here = |person: &str| Here { user: UserId::generate(&SystemRandom), person: person.into(), username: "1@2.3".into(), account: "4711".into() };
    let people = [here("5"), here("")];
    for (app, whom, other) in [(Some("12"), &people[..0], false), (None, &people[..], false), (Some("12"), &people[..1], true), (Some("12"), &people[..], true)] {
        pages.push(confirm_sign_out(&chrome(), app, (whom, other), None).into_string());
    }
    let not = NotBack { case: case.clone(), at: NOW };
    pages.push(confirm_sign_out(&chrome(), None, (&[], false), Some(&not)).into_string());
    pages.push(signed_out(&chrome(), &Ended { not_back: Some(&not), ..Ended::default() }).into_string());
    let place = || Place { account: "4711".into(), provider: "9".into() };
    let open = [Open::Elsewhere, Open::Offered, Open::NotConfirmed].map(|why| (place(), why));
    let (app, onward) = (Some("12"), Some("https://7.7.7.7/"));
    pages.push(signed_out(&chrome(), &Ended { app, onward, ..Ended::default() }).into_string());
    pages.push(signed_out(&chrome(), &Ended { app, onward, open: &open[..2], closed: &[place()], again: Some("h"), ..Ended::default() }).into_string());
    pages.push(signed_out(&chrome(), &Ended { open: &open, again: Some("h"), ..Ended::default() }).into_string());
    pages.push(signed_out(&chrome(), &Ended { onward, others: &people, ..Ended::default() }).into_string());
    let ways = [Departure::Redirect { url: "https://7.7.7.7/".into() }, Departure::Post { action: "https://7.7.7.7/".into(), fields: vec![("3".into(), "4".into())] }];
    for way in ways {
        pages.push(leaving_too(&chrome(), app, &place(), &way, "h").into_string());
        pages.push(back_to_provider(&chrome(), &way).into_string());
    }
    for code in ["request.unsolicited", "replay.used"] {
        pages.push(not_signed_out(&chrome(), &NotHeard { check: Check::MeantForUs, code: code.into(), case: case.clone(), at: NOW }).into_string());
    }
    for signing_out in [true, false] {
        pages.push(too_many(&chrome(), &TooMany { seconds: 61, code: "8", case: case.clone() }, signing_out).into_string());
    }
    pages.push(sign_out_over(&chrome()).into_string());
    pages
}

/// The machine's word for an answer that was refused stands as it is, with the number of the check before it.
fn machine(text: &str) -> bool {
    ["status.1", "issuer.1", "sig.missing", "replay.used", "request.unsolicited", "request.other_browser", "request.over", "connection.off", "names.unknown_user"].iter().any(|code| text.contains(code))
}

#[test]
fn every_screen_renders_its_samples() {
    let kinds: BTreeSet<usize> = samples().iter().map(kind).collect();
    assert_eq!(kinds, (0..28).collect(), "every step has a sample");
    for language in LANGUAGES {
        assert_eq!(wrong_of(&pages(language), language == Language::English), BTreeSet::new());
    }
}

/// I18-1: on no page stands a word that does not come from the catalogue. What stays plain is listed here.
#[test]
fn no_page_has_a_plain_english_word() {
    // And the words of providers' consoles.
    let own = ["Provider › Issuer", "Client › Scopes", "Assertion › NameID", "English (UK)", "Deutsch", "Français", "Español", "UTC", "rule-"];
    let codes: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    let mut looked = 0;
    for page in pages(Language::Pseudo) {
        for text in words(&page) {
            looked += 1;
            let text = text.trim();
            let is_case = text.len() == 9 && text.as_bytes()[4] == b'-';
            let plain = text.chars().filter(|c| c.is_alphabetic()).all(|c| c.is_ascii());
            let has_letters = text.chars().filter(char::is_ascii_alphabetic).count() > 1;
            let allowed = is_case || codes.contains(text) || machine(text) || own.iter().any(|word| text.contains(word)) || text.starts_with("&");
            assert!(!(plain && has_letters) || allowed, "{text:?} on {page}");
        }
    }
    assert!(looked > 1_000, "{looked}");
}
