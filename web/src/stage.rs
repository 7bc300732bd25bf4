//! Stages on their way through the page: sealed here, opened here, bound to the browser.

use std::time::Duration;

use homeward_local_credential::StoreFault;
use homeward_model::{UserId, Username};
use homeward_signin::{
    Step,
    stage::{AwaitChange, AwaitCode, AwaitPassword, AwaitSignOut, ChooseAccount, ConsentErrand, Departing, Leaving, LinkStage, OfferSso, Started},
    step::{Over, UndoPage},
    usecase::identify,
};
use serde::{Deserialize, Serialize};

use crate::asked::Asked;

/// How long a page may stay open.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Every stage that a page can carry. Which one it is stands inside the seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    Started(Started),
    /// "Forgot password?", and the name that stands there.
    Forgot(Started, Option<Username>),
    /// "Who is signing in?", or whose page is meant.
    Chooser(Started),
    ChooseAccount(ChooseAccount),
    AwaitPassword(AwaitPassword),
    OfferSso(OfferSso),
    Leaving(Leaving),
    Departing(Departing),
    AwaitChange(AwaitChange),
    AwaitCode(AwaitCode),
    AwaitSignOut(AwaitSignOut),
    /// Whose own page it is.
    Own(UserId),
    /// Whose name is on the page.
    Names(UserId),
    /// Whose e-mail address is on the page.
    Email(UserId),
    AwaitConsent(ConsentErrand),
    AwaitLink(LinkStage),
    Mailed(Mailed),
}

/// The page behind the link of a mail. A cookie carries its token, so that the page's own address is enough to show it again; that uses nothing up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mailed {
    Reset,
    Invitation,
    /// Taking back a change of the e-mail address.
    Undo,
}

impl Mailed {
    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Reset => "/reset",
            Self::Invitation => "/invitation",
            Self::Undo => "/account/email/undo",
        }
    }
    const fn of(invitation: bool) -> Self {
        if invitation { Self::Invitation } else { Self::Reset }
    }
}

impl Stage {
    /// Where it began.
    pub fn started(&self) -> Option<&Started> {
        match self {
            Self::Started(started) | Self::Forgot(started, _) | Self::Chooser(started) => Some(started),
            Self::ChooseAccount(stage) => Some(&stage.started),
            Self::AwaitPassword(stage) => Some(&stage.started),
            Self::OfferSso(stage) => Some(&stage.started),
            Self::Leaving(stage) => Some(&stage.started),
            Self::Departing(stage) => Some(&stage.started),
            Self::AwaitChange(stage) => Some(&stage.started),
            Self::AwaitCode(stage) => Some(&stage.started),
            Self::AwaitSignOut(_) | Self::Own(_) | Self::Names(_) | Self::Email(_) | Self::AwaitConsent(_) | Self::AwaitLink(_) | Self::Mailed(_) => None,
        }
    }
    /// Whose own page it is, if it is one.
    pub const fn own(&self) -> Option<UserId> {
        match self {
            Self::Own(user) | Self::Names(user) | Self::Email(user) => Some(*user),
            _ => None,
        }
    }
    /// Who, when somebody said so.
    pub fn username(&self) -> Option<&Username> {
        match self {
            Self::Forgot(_, username) => username.as_ref(),
            Self::ChooseAccount(stage) => Some(&stage.username),
            Self::AwaitPassword(stage) => Some(&stage.username),
            Self::OfferSso(stage) => Some(&stage.username),
            Self::Leaving(stage) => stage.username.as_ref(),
            Self::Departing(stage) => stage.username.as_ref(),
            Self::AwaitCode(stage) => Some(&stage.username),
            Self::AwaitChange(stage) => stage.username.as_ref(),
            Self::Started(_) | Self::Chooser(_) | Self::AwaitSignOut(_) | Self::Own(_) | Self::Names(_) | Self::Email(_) | Self::AwaitConsent(_) | Self::AwaitLink(_) | Self::Mailed(_) => None,
        }
    }
}

/// The stage of a step, if it has one.
pub(crate) fn of(step: &Step) -> Option<Stage> {
    match step {
        Step::Username { stage, .. } | Step::Pause { stage, .. } => Some(Stage::Started(stage.clone())),
        Step::Forgot { stage, typed, .. } => Some(Stage::Forgot(stage.clone(), Username::parse(typed).ok())),
        Step::Chooser { stage, .. } => Some(Stage::Chooser(stage.clone())),
        Step::ChooseAccount { stage, .. } => Some(Stage::ChooseAccount(stage.clone())),
        Step::Password { stage, .. } => Some(Stage::AwaitPassword(stage.clone())),
        Step::OfferSso { stage, .. } => Some(Stage::OfferSso(stage.clone())),
        Step::Leaving { stage, .. } | Step::AnswerRefused { retry: Some(stage), .. } => Some(Stage::Leaving(stage.clone())),
        Step::ChangePassword { stage, .. } => Some(Stage::AwaitChange(stage.clone())),
        Step::CheckMail { stage, .. } => Some(Stage::AwaitCode(stage.clone())),
        Step::PasswordChanged { again: Some(again), .. } | Step::Busy { again: Some(again), .. } => Some(Stage::Started(again.0.clone())),
        Step::Refused { retry: Some(again), .. } => Some(Stage::Leaving((**again).clone())),
        Step::Own(page) => Some(Stage::Own(page.user)),
        Step::Names(page) => Some(Stage::Names(page.user)),
        Step::Email(page) => Some(Stage::Email(page.user)),
        Step::ConfirmReset { invitation, .. } => Some(Stage::Mailed(Mailed::of(*invitation))),
        Step::LinkOver { stage: Some(started), typed, .. } => Some(Stage::Forgot((**started).clone(), Username::parse(typed).ok())),
        Step::LinkOver { stage: None, over, .. } => Some(Stage::Mailed(Mailed::of(*over == Over::Invitation))),
        Step::Undo(UndoPage::Confirm { .. } | UndoPage::Over) => Some(Stage::Mailed(Mailed::Undo)),
        _ => None,
    }
}

/// The handle of a step after a proof, if it has one.
pub(crate) fn handle_of(step: &Step) -> Option<&str> {
    match step {
        Step::ChooseProven { handle, .. } | Step::MustChange { handle, .. } | Step::ExpiresSoon { handle, .. } | Step::SetPassword { handle, .. } => Some(handle),
        _ => None,
    }
}

pub(crate) fn seal(asked: &Asked, stage: &Stage) -> String {
    asked.app.pages.seal(&["stage", &asked.visitor.browser], stage, asked.ctx().now().plus(LIFETIME))
}

/// What a page sent back.
pub(crate) enum Sent {
    /// Ours, for this browser, in time.
    Good(Stage),
    /// Ours, for this browser, but over.
    Over(Stage),
    /// Not ours, or another browser's.
    Foreign,
}

pub(crate) fn open(asked: &Asked, sealed: &str) -> Sent {
    match asked.app.pages.open_any_time(&["stage", &asked.visitor.browser], sealed) {
        Ok((stage, until)) => {
            let stage: Stage = stage;
            if let Some(started) = stage.started() {
                started.has_a_hop();
            }
            if until > asked.ctx().now() { Sent::Good(stage) } else { Sent::Over(stage) }
        }
        Err(_) => Sent::Foreign,
    }
}

/// Whose page was chosen in this browser. Only a page of ours can say so: an address that somebody else made chooses nobody.
pub(crate) fn person(asked: &Asked, sealed: &str) -> Option<UserId> {
    match open(asked, sealed) {
        Sent::Good(stage) => stage.own(),
        Sent::Over(_) | Sent::Foreign => None,
    }
}

/// From the start, with the errand when it is known and the name as typed, or as the page had it (SES-1, ERR-2).
pub(crate) async fn restart(asked: &Asked, sent: &Sent, typed: &str) -> Result<Step, StoreFault> {
    let stage = match sent {
        Sent::Good(stage) | Sent::Over(stage) => Some(stage),
        Sent::Foreign => None,
    };
    let known = stage.and_then(Stage::username).map(Username::typed).filter(|_| typed.is_empty());
    identify::restart(asked.ctx(), stage.and_then(Stage::started), known.unwrap_or(typed).to_owned()).await
}
