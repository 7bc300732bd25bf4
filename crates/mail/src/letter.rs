//! What is told to whom.

use homeward_language::Language;
use homeward_model::{CaseNumber, EmailAddress, Timestamp};

use crate::steps::{self, Steps};

/// One mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The stored mailbox (LH-11).
    pub to: EmailAddress,
    /// The language.
    pub language: Language,
    /// The account's name.
    pub account_name: String,
    /// The account's number.
    pub account_number: String,
    /// A reference for questions.
    pub case: CaseNumber,
    /// What it says.
    pub message: Message,
}

/// What a mail says. Links lead to our own address only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the words of the text")]
pub enum Message {
    /// A password was changed, reset or first set (B-081).
    PasswordChanged { username: String, at: Timestamp, device: String, forgot_url: String },
    /// Code and link to reset a password (FOR-2).
    Reset { username: String, code: String, link: String, until: Timestamp },
    /// The organisation keeps the password: no code, no link to reset (B-062).
    ResetElsewhere { username: String, account: String, contact: Option<String>, sign_in_url: String },
    /// A password expires soon (LP-12).
    PasswordExpires { username: String, days: u32, change_url: String },
    /// An invitation to set the first password (B-103).
    Invitation { username: String, given_name: String, link: String, until: Timestamp },
    /// A code that signs in while the organisation's own sign-in is away; no link (B-167).
    SignInCode { username: String, account: String, code: String, until: Timestamp },
    /// From now on a password of one's own instead of the organisation's sign-in (B-169).
    FirstPassword { username: String, account: String, link: String, until: Timestamp },
    /// A code that proves a new e-mail address, sent there; no link (LR-15).
    EmailCode { username: String, account: String, code: String, until: Timestamp },
    /// The e-mail address is another one, told to the one before: the new one is masked, and the link takes it back (LR-15).
    EmailChanged { username: String, address: String, at: Timestamp, device: String, link: String, until: Timestamp },
    /// The address that this is sent to is no longer the one of the user: a change was taken back (LR-15).
    EmailTakenBack { username: String, account: String },
    /// An administrator has changed the username (B-038).
    UsernameChanged { before: String, username: String, account: String, sign_in_url: String },
    /// A copy of an application's refresh token was used: that sign-in was ended (OT-11).
    TokenCopied { username: String, application: String, at: Timestamp, sessions_url: String },
    /// From now on the organisation's sign-in instead of a password of one's own, which works beside it, opens the account portal alone, or nothing.
    NowAtProvider { username: String, provider: String, at: Timestamp, keeps_password: bool, for_portal: bool, sign_in_url: String },
    /// Something that an account's administrators must know.
    Alert(Alert),
    /// Somebody outside is asked to connect a provider (ADM-13).
    SetUp(SetUp),
    /// What is to be entered at a provider or in the DNS; no link (B7).
    Steps { name: String, steps: Steps },
}

/// A setup link for somebody outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUp {
    /// Who asks.
    pub name: String,
    /// The provider, when it is known.
    pub provider: Option<String>,
    /// Domains that are not proved yet.
    pub domains: Vec<String>,
    /// The link.
    pub link: String,
    /// Until when it works.
    pub until: Timestamp,
}

/// What an account's administrators are told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the words of the text")]
pub enum Alert {
    /// The last signing certificate of a provider ends in so many days; 0: today. `place`: where its console has it.
    CertificateEnds { provider: String, people: u32, thumbprint: String, until: Timestamp, days: u32, place: Option<String>, link: String },
    /// Answers name a signing certificate that nobody has added.
    UnknownCertificate { provider: String, failed: u32, since: Timestamp, thumbprint: String, trusted: Vec<String>, place: Option<String>, link: String },
    /// The provider publishes other values since then, which wait for somebody to look at them.
    ValuesWait { provider: String, since: Timestamp, link: String },
    /// The record of a domain was found without a button: the domain is proved (ADM-14).
    DomainProved { domain: String, link: String },
    /// The record that proves a domain is missing; the domain counts until then (LH-08).
    DomainLost { domain: String, until: Timestamp, link: String },
    /// It was missing for too long: the domain counts for nothing.
    DomainOff { domain: String, link: String },
    /// Somebody has signed in by emergency access (B-164); by a printed code when so many of them are left.
    /// `own`: to that very person.
    EmergencyAccess { username: String, at: Timestamp, device: String, network: String, codes_left: Option<u32>, own: bool, link: String },
    /// Somebody has taken a step in the portal that decides who gets in.
    Step(StepTold),
}

/// A step in the portal of which the account's administrators are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepTold {
    /// What.
    pub step: StepTaken,
    /// Who took it; `None`: somebody who looks after the account from above.
    pub by: Option<String>,
    /// Whom it concerns.
    pub about: Option<String>,
    /// Before and after.
    pub detail: String,
    /// When.
    pub at: Timestamp,
    /// From which network.
    pub network: String,
    /// How many of the kind there were since `since`; this is the last.
    pub count: u32,
    /// When the first of them was.
    pub since: Timestamp,
    /// Those before the last, the newest first, as far as the letter tells them one by one.
    pub before: Vec<StepBefore>,
    /// Whether the reader took one of them, or somebody with the reader's session.
    pub own: bool,
    /// Where it stands in Activity.
    pub link: String,
}

/// A step that another one of its kind came after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepBefore {
    /// Who took it; `None`: somebody who looks after the account from above.
    pub by: Option<String>,
    /// Whom it concerns.
    pub about: Option<String>,
    /// Before and after.
    pub detail: String,
    /// When.
    pub at: Timestamp,
    /// From which network.
    pub network: String,
}

/// Kinds of steps that are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTaken {
    /// A role was given or taken.
    Roles,
    /// How administrators sign in was changed.
    AdminSignIn,
    /// Single Sign-On was turned on or off.
    SignOn,
    /// Values of a connection that people sign in through were taken over.
    Values,
    /// A proved domain was given up.
    Domain,
    /// Passwords may be weaker.
    Passwords,
    /// A setup link was made.
    SetupLink,
    /// A token for the API was made.
    Token,
    /// An administrator was suspended or let in again, or has another username or no link to a provider any more.
    Administrators,
    /// Emergency access was given or taken, or its codes were printed.
    Emergency,
    /// Whom people ask about signing in was changed.
    Contact,
}

impl StepTaken {
    const ALL: [Self; 11] = [
        Self::Roles, Self::AdminSignIn, Self::SignOn, Self::Values, Self::Domain, Self::Passwords, Self::SetupLink, Self::Token, Self::Administrators, Self::Emergency,
        Self::Contact,
    ];
}

/// A thumbprint as consoles show it.
const OTHER_PRINT: &str = "C4:0B:91:3D:E7:2A:5F:88:16:D4:0E:B9:63:7C:A1:F5:28:9E:4B:70:DC:35:82:19:6F:E3:5A:07:BD:48:91:2E";
const PRINT: &str = "7F:3A:19:C2:5D:80:E4:61:0B:A7:33:9E:58:D1:2C:F6:84:4A:0D:7B:E9:15:62:C8:3F:90:AE:57:1D:B4:26:8C";
/// Where a console has it.
const PLACE: &str = "Entra: SAML Certificates › Certificate (Base64)";

/// One letter of each kind, for tests and for looking at.
pub fn samples(language: Language) -> Vec<Letter> {
    let at = Timestamp::from_seconds(1_795_356_131);
    let username = || "britta.simon@northwind.example".to_owned();
    let at_home = |path: &str| format!("https://signin.example.com{path}");
    let mut messages = vec![
        Message::PasswordChanged { username: username(), at, device: "Chrome – Windows".into(), forgot_url: at_home("/forgot") },
        Message::Reset { username: username(), code: "482913".into(), link: at_home("/reset?token=abc"), until: at },
        Message::ResetElsewhere { username: username(), account: "Northwind Dental".into(), contact: None, sign_in_url: at_home("/signin") },
        Message::ResetElsewhere { username: username(), account: "Northwind Dental".into(), contact: Some("IT desk, +1 555 0100".into()), sign_in_url: at_home("/signin") },
        Message::PasswordExpires { username: username(), days: 7, change_url: at_home("/changepassword") },
        Message::Invitation { username: username(), given_name: "Britta".into(), link: at_home("/invitation?token=abc"), until: at },
        Message::SignInCode { username: username(), account: "Northwind Dental".into(), code: "482913".into(), until: at },
        Message::FirstPassword { username: username(), account: "Northwind Dental".into(), link: at_home("/invitation?token=abc"), until: at },
        emergency_sample(None, false, at),
        emergency_sample(Some(7), false, at),
        emergency_sample(Some(0), false, at),
        emergency_sample(Some(6), true, at),
        Message::Alert(Alert::UnknownCertificate { provider: "Microsoft Entra ID".into(), failed: 3, since: at, thumbprint: PRINT.into(), trusted: vec![OTHER_PRINT.into()], place: Some(PLACE.into()), link: at_home("/portal/40817/activity/7F3K-Q2VD") }),
    ];
    let undo = at_home("/account/email/undo?token=abc");
    messages.extend([
        Message::EmailCode { username: username(), account: "Northwind Dental".into(), code: "482913".into(), until: at },
        Message::EmailChanged { username: username(), address: "b•••••@northwind.example".into(), at, device: "Chrome – Windows".into(), link: undo, until: at },
        Message::EmailTakenBack { username: "b•••••@northwind.example".into(), account: "Northwind Dental".into() },
        Message::UsernameChanged { before: "britta@northwind.example".into(), username: username(), account: "Northwind Dental".into(), sign_in_url: at_home("/signin") },
        Message::Alert(Alert::DomainProved { domain: "northwind.example".into(), link: at_home("/portal/40817/domains") }),
        Message::Alert(Alert::DomainLost { domain: "northwind.example".into(), until: at, link: at_home("/portal/40817/domains") }),
        Message::Alert(Alert::ValuesWait { provider: "Microsoft Entra ID".into(), since: at, link: at_home("/portal/40817/sign-on") }),
        Message::Alert(Alert::DomainOff { domain: "northwind.example".into(), link: at_home("/portal/40817/domains") }),
    ]);
    messages.push(Message::TokenCopied { username: username(), application: "Connect for Desktop".into(), at, sessions_url: at_home("/account") });
    let moved = |keeps_password, for_portal| Message::NowAtProvider { username: username(), provider: "Microsoft Entra ID".into(), at, keeps_password, for_portal, sign_in_url: at_home("/signin") };
    messages.extend([moved(false, false), moved(true, false), moved(false, true)]);
    let ends = |days, people, place: Option<&str>| {
        let (provider, thumbprint, link) = ("Microsoft Entra ID".into(), PRINT.into(), at_home("/portal/40817/sign-on"));
        Message::Alert(Alert::CertificateEnds { provider, people, thumbprint, until: at, days, place: place.map(str::to_owned), link })
    };
    messages.extend([ends(30, 48, Some(PLACE)), ends(1, 1, None), ends(0, 2, None)]);
    messages.extend(StepTaken::ALL.iter().zip(1..).map(|(step, count)| step_sample(*step, count, at)));
    messages.extend([Some("Microsoft Entra ID"), None].map(|provider| set_up_sample(provider, at)));
    messages.extend(steps::samples(at).map(|steps| Message::Steps { name: "Ana Trujillo".into(), steps }));
    let Ok(to) = EmailAddress::parse("britta.simon@northwind.example") else { return Vec::new() };
    let case = CaseNumber::generate(&Fixed);
    let letter = |message| Letter {
        to: to.clone(),
        language,
        account_name: "Northwind Dental".into(),
        account_number: "40817".into(),
        case: case.clone(),
        message,
    };
    messages.into_iter().map(letter).collect()
}

fn step_sample(step: StepTaken, count: u32, at: Timestamp) -> Message {
    let (by, about) = ((count % 2 == 1).then(|| "ana.trujillo@northwind.example".to_owned()), (step == StepTaken::Roles).then(|| "britta.simon@northwind.example".to_owned()));
    let link = "https://signin.example.com/portal/40817/activity".to_owned();
    let earlier = StepBefore { by: by.clone(), about: about.clone(), detail: "tested → draft".into(), at, network: "192.0.2.0/24".into() };
    let before = vec![earlier; usize::try_from(count.saturating_sub(1)).unwrap_or_default().min(3)];
    Message::Alert(Alert::Step(StepTold { step, by, about, detail: "draft → enforced".into(), at, network: "192.0.2.0/24".into(), count, since: at, before, own: step == StepTaken::SignOn, link }))
}

fn emergency_sample(codes_left: Option<u32>, own: bool, at: Timestamp) -> Message {
    let (username, link) = ("britta.simon@northwind.example".to_owned(), "https://signin.example.com/portal/40817/activity".to_owned());
    Message::Alert(Alert::EmergencyAccess { username, at, device: "Chrome – Windows".into(), network: "192.0.2.0/24".into(), codes_left, own, link })
}

fn set_up_sample(provider: Option<&str>, until: Timestamp) -> Message {
    let domains = provider.map(|_| "northwind.example".to_owned()).into_iter().collect();
    Message::SetUp(SetUp { name: "Ana Trujillo".into(), provider: provider.map(str::to_owned), domains, link: "https://signin.example.com/setup?token=abc".into(), until })
}

/// Samples always have the same reference.
struct Fixed;

impl homeward_model::Random for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        for (place, byte) in buffer.iter_mut().enumerate() {
            *byte = u8::try_from(place * 5 % 32).unwrap_or(0);
        }
    }
}
