//! What the person sees next. The only thing a use case returns; `web/respond` renders it.

pub use homeward_federation::{Check, Departure, Kind, Report, report::{Finding, Line, Outcome, title}};
use homeward_local_credential::{Expiry, PasswordPolicy, Strength, Violation};
use homeward_model::{CaseNumber, ClientId, Colour, ConnectionId, Contact, Logo, SessionId, Timestamp, UserId};

pub use crate::step_profile::{EmailBarred, EmailPage, EmailProblem, NameProblem, NamesPage, UndoPage};
use crate::{
    reason::Reason,
    stage::{AwaitChange, AwaitCode, AwaitPassword, ChooseAccount, Completed, ConsentErrand, Departing, Leaving, OfferSso, Started},
};

/// The application, as a page names it: from the register, never from the request (USR-10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asking {
    /// Its registered name; `None` on our own address.
    pub name: Option<String>,
    /// Whether no device remembers who signs in to it (CHO-4).
    pub private: bool,
}

/// An account, as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountShown {
    /// The account's name.
    pub name: String,
    /// The account's number.
    pub number: String,
    /// The account's colour.
    pub colour: Option<Colour>,
    /// The account's logo.
    pub logo: Option<Logo>,
    /// Whom the account's people ask.
    pub contact: Option<Contact>,
}

/// What is wrong with a username or an account that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// Nothing was typed (USR-5).
    Empty,
    /// It can be no username.
    Malformed,
    /// "We could not find that account for this username" (MUL-5).
    UnknownAccount,
    /// Username and password do not match (PWD-5).
    WrongPassword {
        /// What is left before the pause; shown from the third wrong try on.
        tries_left: Option<TriesLeft>,
    },
    /// The code from the mail is wrong, used or old (LR-17: not told apart).
    WrongCode,
}

/// How many tries are left, and what comes after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriesLeft {
    /// So many.
    pub count: u32,
    /// Minutes that the pause will take: each is longer than the one before.
    pub minutes: u32,
}

/// Why a page is shown again without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// "That took a while, so we started again." (SES-1, ERR-2)
    StartedAgain,
}

/// Why a link leads no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It is used, old or wrong.
    Link,
    /// The same of an invitation whose person is still invited.
    Invitation,
    /// The browser does not have it any more, or has another one: it has to be opened once more.
    Reopen,
    /// It is used up, and the page behind it was open for too long.
    Waited,
}

/// What a page with a new password shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPassword {
    /// The policy, for its list, `passwordrules` and `maxlength`-free fields.
    pub policy: PasswordPolicy,
    /// What the last try violated; empty on the first showing.
    pub violations: Vec<Violation>,
    /// How strong the last try was; it informs and never refuses.
    pub strength: Option<Strength>,
    /// The repetition differed.
    pub repeat_differs: bool,
    /// The current password was wrong.
    pub current_wrong: bool,
    /// Whether the policy is not to be shown: nothing is proved yet, and it would tell whose account it is (CHG-3, LH-01).
    pub neutral: bool,
}

/// One entry of the chooser: a live session or a remembered account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooserEntry {
    /// What the form sends.
    pub key: String,
    /// The person's name.
    pub person: String,
    /// The username.
    pub username: String,
    /// The account's name.
    pub account: String,
    /// Whether the browser only remembers it: it can be removed from there. A session ends by signing out.
    pub remembered: bool,
}

/// What the page tells of an answer that failed. Values of certificates and people are for the administrator, by the case number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFailed {
    /// Which check failed, 1 to 6.
    pub check: Check,
    /// The machine's word.
    pub code: String,
    /// The number of the case.
    pub case: CaseNumber,
    /// When.
    pub at: Timestamp,
    /// The account whose provider answered.
    pub account: Option<AccountShown>,
    /// The provider's entity ID or issuer.
    pub issuer: String,
    /// What the provider itself said, when it said no (SSO-8).
    pub said: Option<String>,
    /// The name that was typed or asserted, when nobody has it.
    pub name: Option<String>,
    /// The six checks, as far as the person may see them.
    pub report: Report,
    /// Whether it answers a sign-in that began in this browser.
    pub is_asked: bool,
    /// Where "Try again" begins at once: the connection of an answer that nobody asked for (SSO-7).
    pub begins: Option<ConnectionId>,
}

impl AnswerFailed {
    /// The kind of trouble.
    pub fn kind(&self) -> Kind {
        Kind::of(self.check, &self.code)
    }
}

/// The person's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPage {
    /// Whose.
    pub user: UserId,
    /// The person's name.
    pub person: String,
    /// The username.
    pub username: String,
    /// The account.
    pub account: AccountShown,
    /// Where they are signed in, the last used first.
    pub sessions: Vec<OwnSession>,
    /// Applications that remember them, the last used first.
    pub applications: Vec<OwnApplication>,
    /// Where they let applications act for them.
    pub delegated: Vec<OwnDelegated>,
    /// The e-mail address.
    pub email: Option<String>,
    /// What was done just now.
    pub said: Option<OwnSaid>,
    /// Whether others may be signed in in this browser, too: the ways on from this page say whose it is.
    pub several: bool,
}

/// What was done on the person's own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnSaid {
    /// Something was ended.
    Ended,
    /// The name is another one.
    Named,
    /// The e-mail address is another one.
    Mailed,
}

/// Consent that a person has given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDelegated {
    /// Through which connection.
    pub connection: ConnectionId,
    /// What people call the provider.
    pub name: String,
    /// When.
    pub since: Timestamp,
}

/// One session of the person's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// Browser and system; `?` when it said nothing of itself.
    pub device: String,
    /// When the person proved themselves.
    pub since: Timestamp,
    /// When it was last used, to the minute.
    pub last_used: Timestamp,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// One application of the person's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnApplication {
    /// Which.
    pub client: ClientId,
    /// Under which session.
    pub session: SessionId,
    /// Its registered name.
    pub name: String,
    /// Browser and system of the sign-in.
    pub device: Option<String>,
    /// When it was last used.
    pub last_used: Timestamp,
}

/// The pages of a test sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestPage {
    /// The link was opened; nothing has happened.
    Begin {
        /// Whose connection.
        account: AccountShown,
        /// Its name.
        provider: String,
    },
    /// What it showed.
    Result(Box<TestShown>),
    /// The link or the result is over, or another browser's.
    Over,
}

/// What a test sign-in showed. For an administrator; no value of a person stands in it whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestShown {
    /// Whose connection.
    pub account: AccountShown,
    /// Its name.
    pub provider: String,
    /// The six checks.
    pub report: Report,
    /// What arrived, in part.
    pub arrived: Vec<(String, Vec<String>)>,
    /// Whom it means, in part.
    pub person: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What the person sees next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of a view are the words of the wireframes")]
#[expect(clippy::large_enum_variant, reason = "made once a request and moved once")]
pub enum Step {
    /// The username page (A1).
    Username { stage: Started, asking: Asking, typed: String, problem: Option<FieldProblem>, notice: Option<Notice> },
    /// "Multiple accounts located", before a proof: one text field, or the accounts this browser remembers (A2).
    ChooseAccount { stage: ChooseAccount, asking: Asking, remembered: Vec<AccountShown>, problem: Option<FieldProblem> },
    /// "Multiple accounts located", after the password: the accounts whose password matched.
    ChooseProven { handle: String, asking: Asking, username: String, accounts: Vec<AccountShown>, problem: Option<FieldProblem> },
    /// The password page (A3).
    Password {
        stage: AwaitPassword,
        asking: Asking,
        account: Option<AccountShown>,
        /// What stands in the field for the account, where the page has one: what was typed, and else what the stage goes by.
        named: String,
        problem: Option<FieldProblem>,
        /// A provider to offer beside the password, by name.
        sso: Option<String>,
        /// Closed disclosure: an optional account number and a Single Sign On form stand on every such page.
        uniform: bool,
        /// The organisation's provider is away: a code by mail is offered to whoever comes.
        outage: bool,
    },
    /// Single Sign On, perhaps with "Enter your password" (A4).
    OfferSso { stage: OfferSso, asking: Asking, account: Option<AccountShown>, provider: String, password_beside: bool },
    /// To a provider: no page of its own. After a POST a GET of ours makes the page that leaves.
    Depart { stage: Departing },
    /// "Taking you to Northwind Dental's sign-in page" (A5): leaves by an address or by a form.
    Leaving { stage: Leaving, asking: Asking, account: Option<AccountShown>, departure: Departure },
    /// The organisation's sign-in answered, and one of the six checks failed (A10).
    AnswerRefused { failed: AnswerFailed, asking: Asking, retry: Option<Leaving> },
    /// The password must be replaced now (A7, EXP-1). No current password is asked for: it was just proved.
    MustChange { handle: String, asking: Asking, username: String, since: Expiry, new: NewPassword },
    /// The password expires soon (A7, EXP-2).
    ExpiresSoon { handle: String, asking: Asking, username: String, days: u32 },
    /// `/changepassword` (A8): current, new, repeat. Signed out, it comes right after the username.
    ChangePassword { stage: AwaitChange, asking: Asking, username: String, new: NewPassword, problem: Option<FieldProblem> },
    /// The organisation keeps the password (CHG-9).
    KeptElsewhere {
        asking: Asking,
        account: AccountShown,
        provider: Option<(String, ConnectionId)>,
        /// Whether somebody who is signed in asked to reset it: they may have meant another username.
        reset: bool,
    },
    /// The password was changed (CHG-8). `return_to` is a registered address; `session_token` replaces the session's cookie;
    /// `again` leads back to the sign-in that was under way, with the username filled in; `first`: there was none before, and nobody to sign out.
    PasswordChanged {
        asking: Asking,
        first: bool,
        return_to: Option<String>,
        mailed: bool,
        session_token: Option<String>,
        again: Option<Box<(Started, String)>>,
    },
    /// "Reset your password" (A9, 1).
    Forgot { stage: Started, asking: Asking, typed: String, problem: Option<FieldProblem> },
    /// "Check your email" (A9, 2). The same for everybody.
    CheckMail { stage: AwaitCode, asking: Asking, problem: Option<FieldProblem> },
    /// "Reset the password for b•••••@…?" (A9, 3): opened by the link; nothing is used up yet.
    /// `link` says which link it is, and is no secret; `account` stands where the username has several.
    ConfirmReset { link: String, masked: String, account: Option<AccountShown>, invitation: bool },
    /// New password after a reset, or the first one after an invitation (A9, 4).
    SetPassword { handle: String, asking: Asking, username: String, account: Option<AccountShown>, first: bool, new: NewPassword },
    /// The link or code, or the page behind it, is over (FOR-4); the username and what the person came for are kept when they are known.
    LinkOver { typed: String, over: Over, asking: Asking, stage: Option<Box<Started>> },
    /// "Who is signing in?" (A6)
    Chooser { stage: Started, asking: Asking, entries: Vec<ChooserEntry> },
    /// A pause after too many tries (PWD-12); `code`: of what. The sign-in goes on after it, with the name as typed where one was.
    Pause { stage: Started, typed: String, asking: Asking, until: Timestamp, seconds: u64, code: String, case: CaseNumber },
    /// The hashing queue is full: 503 with `Retry-After`. The sign-in that goes on after it, with the name as typed, where it is one.
    Busy { seconds: u64, case: CaseNumber, again: Option<Box<(Started, String)>> },
    /// Signed in: a session cookie to set, and the way on.
    SignedIn { done: Completed, session_token: String, onward: Onward, asking: Asking },
    /// The session that is there already serves; no cookie changes. `meanwhile`: it began after this page, in another tab (SES-2).
    GoOn { onward: Onward, asking: Asking, meanwhile: bool },
    /// "You are signed in. Where to?": names and addresses of applications.
    WhereTo { person: String, username: String, account: AccountShown, applications: Vec<(String, String)> },
    /// The person's own page.
    Own(Box<OwnPage>),
    /// The person's own name.
    Names(Box<NamesPage>),
    /// The person's own e-mail address.
    Email(Box<EmailPage>),
    /// A change of an e-mail address, taken back (LR-15).
    Undo(UndoPage),
    /// A test sign-in of a connection (ADM-11).
    Test(TestPage),
    /// Refused, with a reason that stands in log and audit too.
    Refused { reason: Reason, case: CaseNumber, at: Timestamp, asking: Asking, retry: Option<Box<Leaving>> },
}

impl Step {
    /// Where the sign-in of a first page began: of the pages that an authorization request can lead to.
    pub fn started(&self) -> Option<&Started> {
        match self {
            Self::Username { stage, .. } | Self::Chooser { stage, .. } | Self::Pause { stage, .. } => Some(stage),
            Self::ChooseAccount { stage, .. } => Some(&stage.started),
            Self::Password { stage, .. } => Some(&stage.started),
            Self::OfferSso { stage, .. } => Some(&stage.started),
            Self::Depart { stage } => Some(&stage.started),
            Self::Leaving { stage, .. } => Some(&stage.started),
            Self::Busy { again: Some(again), .. } => Some(&again.0),
            Self::Refused { retry: Some(again), .. } => Some(&again.started),
            _ => None,
        }
    }
}

/// Where a completed sign-in leads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "one field each, named by its type")]
pub enum Onward {
    /// Back to the authorization endpoint, which now finds the session: `web` leaves through the small page.
    Application { resume: Resume },
    /// To `/changepassword`, for this person.
    ChangePassword { started: Box<Started>, user: UserId },
    /// To this person's own page.
    Own { user: UserId },
    /// To the page on which the person allows what an application asked for.
    Consent { to: Box<ConsentErrand> },
    /// To the page on which this person changes their e-mail address.
    Email { user: UserId },
    /// To the page of the person's applications.
    Home,
    /// To the registered start address of an application.
    Start { to: String },
}

/// A validated request whose `prompt` and `max_age` were met by a session. Travels sealed for one minute and works only
/// together with that session's cookie; the request is validated again from its parameters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Resume {
    /// The request.
    pub request: Box<homeward_provider::AuthorizationRequest>,
    /// The session that met it.
    pub session: homeward_model::SessionId,
    /// Who; another user in that cookie starts over.
    pub user: UserId,
    /// The trace of the sign-in, where traces are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<homeward_trace::TraceId>,
}
