//! The stages of a sign-in. A stage is a struct with the data it has; what moves it on stands in `usecase`.
//!
//! Stages without a proof travel sealed in the page (`web` seals them, bound to kind, route and browser). Stages after a
//! proof carry only the handle of a server record (`ports::ProvenStages`): single use, ten minutes or half an hour, bound to the version
//! of the credential. `Completed` is never read from outside: it has no `Deserialize`.

use homeward_discovery::Hints;
use homeward_model::{AccountId, CaseNumber, ClientId, ConnectionId, EmailAddress, SessionId, Timestamp, UserId, Username};
use homeward_provider::{AuthorizationRequest, Prompt};
use homeward_sealing::sha256;
use homeward_trace::TraceId;
use serde::{Deserialize, Serialize};

/// What the person came for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// An application asked for a sign-in (OpenID Connect Core 3.1.2.1). The request has been validated; it is validated
    /// again, from its parameters, before a code is issued.
    Application(Box<AuthorizationRequest>),
    /// `/changepassword`, and where to go afterwards (B-069).
    ChangePassword {
        /// The application that sent the person, when one did.
        client: Option<ClientId>,
        /// A registered address of that application.
        return_to: Option<String>,
        /// Whom the application means, by an ID token of ours for it, when that is nobody who is signed in in this browser.
        #[serde(default)]
        absent: Option<UserId>,
    },
    /// The person wants to change their own e-mail address, and proves themselves anew for that.
    Email,
    /// The person came to our own address.
    Home,
    /// The person wants to see their own page, `/account`.
    Own,
    /// The account's tile at the identity provider was clicked: on to the account's default application (B-086, B-095).
    Tile,
    /// The person shall allow an application to act for them at their organisation's own services.
    Consent(ConsentErrand),
}

/// What a person is asked to allow, for whom, and where to go afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentErrand {
    /// The connection whose delegated access is meant.
    pub connection: ConnectionId,
    /// The person whose consent is needed.
    pub user: UserId,
    /// The application that needs it.
    pub client: ClientId,
    /// A registered address of that application.
    pub return_to: Option<String>,
}

/// An administrator has opened a one-time link. Sealed for the browser; the link itself stays out of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkStage {
    /// SHA-256 of the link.
    pub link: [u8; 32],
}

/// Nobody has said who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Names this sign-in; drawn at its start. One start ends in at most one session (ALL-23).
    pub id: String,
    /// What for.
    pub errand: Errand,
    /// What the request wished for.
    pub hints: Hints,
    /// The person must prove themselves now, whatever session there is. Ask `must_prove`: the request has a say, too.
    pub fresh: bool,
    /// When it began.
    pub at: Timestamp,
    /// The trace of a caller that the operator trusts. Without one the trace follows from `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
}

impl Started {
    /// The trace of this sign-in: all its hops have the same, whichever node answers. Nobody who has not made the id can choose it, and
    /// the id does not follow from it.
    pub fn trace(&self) -> TraceId {
        self.trace.unwrap_or_else(|| TraceId::of_sign_in(&sha256(format!("trace {}", self.id).as_bytes())))
    }
    /// The request that is under way is a hop of this sign-in.
    pub fn has_a_hop(&self) {
        homeward_trace::belongs_to(|| self.trace());
    }
    /// Whether the person must prove themselves now, whatever session there is: because the stage says so, or because the request does
    /// (`prompt=login`), which every way back to the start keeps (OA-22, OA-23).
    pub fn must_prove(&self) -> bool {
        self.fresh || matches!(&self.errand, Errand::Application(request) if request.prompt.contains(&Prompt::Login))
    }
    /// How old a proof may be at most, in seconds (`max_age`).
    pub fn most_age(&self) -> Option<u64> {
        match &self.errand {
            Errand::Application(request) => request.max_age,
            Errand::ChangePassword { .. } | Errand::Email | Errand::Home | Errand::Own | Errand::Tile | Errand::Consent(_) => None,
        }
    }
    /// The languages that the application wishes for (OpenID Connect Core 3.1.2.1).
    pub fn ui_locales(&self) -> Option<&str> {
        match &self.errand {
            Errand::Application(request) => request.ui_locales.as_deref(),
            Errand::ChangePassword { .. } | Errand::Email | Errand::Home | Errand::Own | Errand::Tile | Errand::Consent(_) => None,
        }
    }
}

/// We know the name; the person must say which account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChooseAccount {
    /// Where it began.
    pub started: Started,
    /// Who.
    pub username: Username,
}

/// We wait for the password. How often it was tried is counted on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitPassword {
    /// Where it began; its hints include an account that was chosen on the way.
    pub started: Started,
    /// Who.
    pub username: Username,
    /// "Enter your password" was chosen beside Single Sign-On.
    pub wants_password: bool,
}

/// The person is offered the organisation's identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferSso {
    /// Where it began.
    pub started: Started,
    /// Who.
    pub username: Username,
}

/// The person is on the way to the identity provider. Kept in the page for the way back only (SSO-4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    /// Where it began.
    pub started: Started,
    /// Who, when somebody said so.
    pub username: Option<Username>,
}

/// Where the person is to be sent is decided; the page that sends them there is made by a GET, once, so that back and reload find no form
/// to send again (SSO-4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departing {
    /// Where it began.
    pub started: Started,
    /// Who, when somebody said so.
    pub username: Option<Username>,
    /// The connection that discovery chose.
    pub connection: ConnectionId,
    /// The handle of the transaction that this departure begins. A second departure under it is none.
    pub handle: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// We wait for the current and a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitChange {
    /// Where it began; its errand is `ChangePassword`.
    pub started: Started,
    /// Who, as typed. `None`: `person`, who is signed in.
    pub username: Option<Username>,
    /// Whose page it is, of those who are signed in in this browser.
    #[serde(default)]
    pub person: Option<UserId>,
}

/// The person is asked whether they want to sign out (OpenID Connect RP-Initiated Logout 1.0, 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitSignOut {
    /// The application that asked.
    pub client: Option<ClientId>,
    /// A registered address to go to afterwards, with `state`.
    pub redirect: Option<String>,
    /// Who was signed in when the page was made: nobody else signs out by it.
    #[serde(default)]
    pub shown: Vec<UserId>,
    /// Whom the application means, by an ID token of ours for it: perhaps nobody who is signed in here.
    #[serde(default)]
    pub meant: Option<UserId>,
    /// The application wants the person back where nobody goes: they are told.
    #[serde(default)]
    pub not_back: Option<NotBack>,
}

/// After a sign-out the person stays here, although the application wants them back: the address is not one of its own (`Reason::SignOutReturn`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotBack {
    /// The number of the case.
    pub case: CaseNumber,
    /// When it was refused.
    pub at: Timestamp,
}

/// A mail with link and code may be under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitCode {
    /// Where it began.
    pub started: Started,
    /// Who, as typed.
    pub username: Username,
    /// The selector of what was sent; a decoy of the same form for unknown usernames.
    pub selector: String,
    /// What it is for.
    #[serde(default)]
    pub purpose: CodeFor,
}

/// What a code by mail was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeFor {
    /// To set another password.
    #[default]
    Reset,
    /// To sign in while the organisation's provider is away.
    SignIn,
}

/// What a server record after a proof holds. The page carries its handle only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// Where it began.
    pub started: Started,
    /// The name that was typed.
    pub username: Username,
    /// Who has proved themselves, with the version of the credential that proved it: several when one password fits
    /// several accounts.
    pub users: Vec<ProvenUser>,
    /// What remains to be done.
    pub pending: Pending,
    /// How it was proved.
    pub method: Method,
    /// When it was proved.
    pub proved_at: Timestamp,
    /// The browser it belongs to (`__Host-browser`).
    pub browser: String,
    /// The address whose mailbox proved it, where one did: the record is void once the person has another.
    #[serde(default)]
    pub mailed_to: Option<EmailAddress>,
}

/// One user whose proof was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenUser {
    /// The user.
    pub user: UserId,
    /// The user's account.
    pub account: AccountId,
    /// The version of the credential that was proved; another version voids the record.
    pub version: i64,
}

/// What remains between a proof and the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pending {
    /// To say which account.
    ChooseAccount,
    /// To replace a password that has expired or must be changed.
    MustChange,
    /// To choose between changing now and later.
    ExpiresSoon,
    /// To set a new password by a reset link or code.
    SetNew,
    /// To set the first password by an invitation.
    SetFirst,
}

/// How somebody proved who they are (RFC 8176 names).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// The account's own password.
    #[serde(rename = "pwd")]
    Password,
    /// A link or code that was sent to the stored mailbox.
    #[serde(rename = "mail")]
    Mail,
    /// A printed code that works once, of somebody with emergency access.
    #[serde(rename = "otp")]
    Code,
    /// An assertion of the organisation's SAML provider.
    #[serde(rename = "saml")]
    Saml,
    /// An ID token of the organisation's OpenID Provider.
    #[serde(rename = "oidc")]
    Oidc,
}

impl Method {
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Mail => "mail",
            Self::Code => "otp",
            Self::Saml => "saml",
            Self::Oidc => "oidc",
        }
    }
    /// The word for an application (`amr`). A printed code is no possession of the person's, which `otp` is read as: it has a word of our own.
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Code => "emergency",
            Self::Password | Self::Mail | Self::Saml | Self::Oidc => self.word(),
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Password, Self::Mail, Self::Code, Self::Saml, Self::Oidc].into_iter().find(|method| method.word() == word)
    }
    /// Whether the organisation's identity provider proved it, and not we: which row of the table of sessions holds
    /// (`homeward_provider::SessionRules`).
    pub const fn is_federated(self) -> bool {
        matches!(self, Self::Saml | Self::Oidc)
    }
}

/// The end: a session exists. Not `Deserialize`: nothing from outside can be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    pub(crate) session: SessionId,
    pub(crate) user: UserId,
    pub(crate) account: AccountId,
}

impl Completed {
    /// The session that was made or found.
    pub fn session(&self) -> SessionId {
        self.session
    }
    /// Who is signed in.
    pub fn user(&self) -> UserId {
        self.user
    }
    /// In which account.
    pub fn account(&self) -> AccountId {
        self.account
    }
}
