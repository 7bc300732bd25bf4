//! The person told us who they are; find their home realm and go there.

use homeward_discovery::Home;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountHint, Username, username::UsernameError};
use homeward_provider::Prompt;

use crate::{
    context::Context,
    reason::Reason,
    stage::{AwaitChange, AwaitPassword, ChooseAccount, Errand, Leaving, OfferSso, Started},
    step::{AccountShown, Asking, FieldProblem, Notice, Step},
    usecase::{
        attempt::{self, Tried},
        authorize::{self, Begun},
        change, chooser,
        federated::depart,
        finish,
        limit::looked_up,
        password,
        realm::{self, Realm, Wish, asking_of, uniform},
        refuse::{About, reason, refuse, refuse_to},
        session,
    },
    visitor::Visitor,
};

/// What the username page sends.
#[derive(Clone, Debug, Default)]
pub struct IdentifyForm {
    /// The username as typed.
    pub username: String,
    /// What a password manager put into the hidden field (USR-2). A secret.
    pub prefill: Option<String>,
}

/// The username page was sent.
///
/// # Errors
/// `StoreFault`.
pub async fn submit(ctx: &Context, started: Started, form: IdentifyForm, visitor: &Visitor) -> Result<Step, StoreFault> {
    let username = match Username::parse(&form.username) {
        Ok(username) => username,
        Err(why) => {
            let problem = if why == UsernameError::Empty { FieldProblem::Empty } else { FieldProblem::Malformed };
            let asking = realm::asking(ctx, &started).await?;
            return Ok(Step::Username { stage: started, asking, typed: form.username, problem: Some(problem), notice: None });
        }
    };
    if let Some(step) = looked_up(ctx, &username, &started, visitor).await? {
        return Ok(step);
    }
    if let Some(step) = signed_in_already(ctx, &started, &username, visitor).await? {
        return Ok(step);
    }
    resolved(ctx, started, username, form.prefill.filter(|p| !p.is_empty()), visitor).await
}

/// Somebody who is signed in in this browser needs their username only (B-022), for example after signing in in another tab
/// (SES-2); not when the application wants a fresh proof, and not while a name of several accounts does not say which is meant (B-039).
pub(super) async fn signed_in_already(ctx: &Context, started: &Started, username: &Username, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let Errand::Application(_) = &started.errand else { return Ok(None) };
    let hint = started.hints.account.as_ref();
    let mut live = session::live(ctx, visitor).await?;
    live.retain(|found| found.user.username.key() == username.key() && hint.is_none_or(|hint| authorize::names(hint, &found.account)));
    let [found] = live.as_slice() else { return Ok(None) };
    if hint.is_none() && ctx.directory.candidates(username, &started.hints).await?.accounts.iter().filter(|c| c.user.is_some()).count() > 1 {
        return Ok(None);
    }
    chooser::pick(ctx, started.clone(), &found.session.id.to_string(), visitor).await.map(Some)
}

/// The username page again: "Not you?", another language, or a stage whose time was over. Which account was chosen is forgotten;
/// the one that the application asked for is not (OA-26).
pub async fn again(ctx: &Context, started: Started, typed: String, notice: Option<Notice>) -> Result<Step, StoreFault> {
    let asking = realm::asking(ctx, &started).await?;
    let mut stage = started;
    stage.hints.account = match &stage.errand {
        Errand::Application(request) => request.account_hint.as_deref().and_then(AccountHint::parse),
        Errand::ChangePassword { .. } | Errand::Email | Errand::Home | Errand::Own | Errand::Tile | Errand::Consent(_) => None,
    };
    Ok(Step::Username { stage, asking, typed, problem: None, notice })
}

/// The page of a name once more, by GET: the browser's back button or a reload (SES-3). Whoever has signed in since goes on
/// instead of seeing a password form as if they had not; an application whose request was answered is not answered twice.
pub async fn back(ctx: &Context, started: Started, typed: String, visitor: &Visitor) -> Result<Begun, StoreFault> {
    if typed.is_empty() {
        return again(ctx, started, typed, None).await.map(Begun::Step);
    }
    let live = session::live(ctx, visitor).await?;
    let answered = live.iter().any(|found| finish::came_from(ctx, &started, found, visitor));
    match (&started.errand, answered) {
        (Errand::Application(request), true) => {
            let client = ctx.provider.clients.client(&request.client_id).await.map_err(authorize::fault)?;
            match client.and_then(|client| client.start_url.clone()) {
                Some(start) => Ok(Begun::Redirect(start)),
                None => authorize::home(ctx, visitor).await.map(Begun::Step),
            }
        }
        (Errand::Home, _) if !live.is_empty() => authorize::home(ctx, visitor).await.map(Begun::Step),
        _ => submit(ctx, started, IdentifyForm { username: typed, prefill: None }, visitor).await.map(Begun::Step),
    }
}

/// A page of a sign-in is looked at again, and somebody has signed in in another tab since: it goes on to its own application as soon as that is the
/// person it asks for and their session serves it (SES-2). Nothing is refused and nothing is asked here.
///
/// # Errors
/// `StoreFault`.
pub async fn meanwhile(ctx: &Context, started: &Started, username: Option<&Username>, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let Errand::Application(request) = &started.errand else { return Ok(None) };
    let Some(application) = realm::application(ctx, started).await? else { return Ok(None) };
    let hinted = authorize::hinted(ctx, request).await?;
    let mut live = session::live(ctx, visitor).await?;
    live.retain(|found| {
        found.session.authenticated_at >= started.at
            && started.hints.account.as_ref().is_none_or(|hint| authorize::names(hint, &found.account))
            && !finish::came_from(ctx, started, found, visitor)
            && username.is_none_or(|name| name.key() == found.user.username.key())
            && authorize::serves(ctx, found, request, &application, hinted.as_ref())
    });
    let [found] = live.as_slice() else { return Ok(None) };
    let opens = realm::opens(ctx, found.clone(), &application, visitor).await?.is_some();
    // Who was to choose, or to prove themselves anew, is still to do so.
    let is_asked = !session::may_answer(ctx, started, found) || request.prompt.contains(&Prompt::SelectAccount);
    if is_asked || !opens || !session::remembered(ctx, found, request).await? {
        return Ok(None);
    }
    let step = chooser::pick(ctx, started.clone(), &found.session.id.to_string(), visitor).await?;
    Ok(matches!(step, Step::GoOn { .. }).then_some(step))
}

/// From the start, because a page was left open for too long or is not one of ours; the errand and the name are kept where
/// they are known (SES-1, ERR-2).
pub async fn restart(ctx: &Context, started: Option<&Started>, typed: String) -> Result<Step, StoreFault> {
    let fresh = match started {
        Some(started) => finish::anew(ctx, started),
        None => authorize::own(ctx, Errand::Home),
    };
    again(ctx, fresh, typed, Some(Notice::StartedAgain)).await
}

/// The page that discovery leads to.
pub(super) async fn resolved(
    ctx: &Context,
    started: Started,
    username: Username,
    prefill: Option<String>,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    let Some(realm) = realm::resolve(ctx, &started, &username, Wish::Any, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    if let (Some(typed), Home::Password { .. }, false) = (prefill, &realm.decision.home, is_change(&started)) {
        let stage = AwaitPassword { started, username, wants_password: false };
        return match attempt::with_password(ctx, &stage, &realm, &typed, visitor).await? {
            Tried::Right(proofs) => finish::after_password(ctx, stage, &realm, proofs, visitor).await,
            // A wrong filled-in password is no error of the person (USR-4).
            Tried::Wrong { .. } | Tried::Empty => page(ctx, stage.started, stage.username, &realm, visitor).await,
            Tried::Step(step) => Ok(step),
        };
    }
    page(ctx, started, username, &realm, visitor).await
}

pub(super) fn is_change(started: &Started) -> bool {
    matches!(started.errand, Errand::ChangePassword { .. })
}

/// The page for a decision.
pub(super) async fn page(
    ctx: &Context,
    started: Started,
    username: Username,
    realm: &Realm,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    let asking = asking_of(&realm.application);
    match &realm.decision.home {
        Home::Password { .. } if is_change(&started) => {
            change::page(ctx, AwaitChange { started, username: Some(username), person: None }, realm).await
        }
        Home::Password { account, sso, outage, .. } => Ok(Step::Password {
            named: password::named(&started),
            stage: AwaitPassword { started, username, wants_password: false },
            asking,
            account: realm.shown(*account),
            problem: None,
            sso: sso.and_then(|id| provider_name(realm, id)),
            uniform: uniform(ctx),
            outage: outage.is_some(),
        }),
        Home::SingleSignOn { account, connection, redirect, password_beside } => {
            let provider = provider_name(realm, *connection).unwrap_or_default();
            if is_change(&started) && !uniform(ctx) && !password_beside {
                let account = realm.shown(Some(*account)).unwrap_or_else(|| AccountShown { name: String::new(), number: String::new(), colour: None, logo: None, contact: None });
                return Ok(Step::KeptElsewhere { asking, account, provider: Some((provider, *connection)), reset: false });
            }
            if *redirect && !password_beside {
                return Ok(depart::depart(ctx, started, Some(username), *connection));
            }
            let account = if uniform(ctx) { None } else { realm.shown(Some(*account)) };
            Ok(Step::OfferSso { stage: OfferSso { started, username }, asking, account, provider, password_beside: *password_beside })
        }
        Home::ChooseAccount { accounts, named_unknown } => {
            let remembered = visitor.remembered.iter().filter(|r| r.username.key() == username.key());
            let mine = remembered
                .filter_map(|r| realm.candidates.accounts.iter().find(|c| c.account.number == r.account && accounts.contains(&c.account.id)))
                .map(|c| realm::shown(&c.account))
                .collect();
            let problem = named_unknown.then_some(FieldProblem::UnknownAccount);
            Ok(Step::ChooseAccount { stage: ChooseAccount { started, username }, asking, remembered: mine, problem })
        }
        Home::Refused { refusal } => {
            // "Try again" goes on with the name: it is sealed in the page, for this browser.
            let again = Leaving { started: started.clone(), username: Some(username) };
            refuse_to(ctx, reason(*refusal), asking, Some(again), About::of(&started), visitor).await
        }
    }
}

pub(super) fn provider_name(realm: &Realm, connection: homeward_model::ConnectionId) -> Option<String> {
    realm.candidates.accounts.iter().flat_map(|c| &c.connections).find(|c| c.id == connection).map(|c| c.name.clone())
}
