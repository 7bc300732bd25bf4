//! The password page was sent.

use homeward_discovery::Home;
use homeward_local_credential::{EmergencyCode, StoreFault};
use homeward_model::AccountHint;

use crate::{
    context::Context,
    reason::Reason,
    stage::{AwaitPassword, Started},
    step::{Asking, FieldProblem, Step},
    usecase::{
        attempt::{self, Tried},
        emergency, finish, identify,
        limit::{LOOK_UPS, limited, pause_of},
        realm::{self, Realm, Wish, asking_of, uniform},
        refuse::{About, refuse},
    },
    visitor::Visitor,
};

/// What the password page sends.
#[derive(Clone, Default)]
pub struct PasswordForm {
    /// The password as typed. A secret.
    pub password: String,
    /// The optional account number or partner label of the uniform page; empty when the field was, `None` when the page has none.
    pub account: Option<String>,
}

/// Tries the password. The decision is made again: what was allowed when the page was made may not be any more.
pub async fn submit(ctx: &Context, mut stage: AwaitPassword, form: PasswordForm, visitor: &Visitor) -> Result<Step, StoreFault> {
    let before = stage.started.hints.account.clone();
    let named = form.account.as_deref().map(str::trim);
    // What stands in the field is what counts: an account that was typed before and taken out again is not meant any more.
    if let Some(typed) = named {
        stage.started.hints.account = AccountHint::parse(typed);
    }
    let account = named.filter(|typed| !typed.is_empty());
    let nobody = account.is_some() && stage.started.hints.account.is_none();
    // The one that stood there already was counted with the username.
    if account.is_some()
        && (nobody || stage.started.hints.account != before)
        && let Some(step) = limited(ctx, &LOOK_UPS, &stage.started, visitor).await?
    {
        return Ok(step);
    }
    let wish = if stage.wants_password { Wish::Password } else { Wish::Any };
    let Some(realm) = realm::resolve(ctx, &stage.started, &stage.username, wish, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&stage.started), visitor).await;
    };
    let Home::Password { users, .. } = &realm.decision.home else {
        // The way has changed since the page was made: show the way that is right now.
        return identify::page(ctx, stage.started, stage.username, &realm, visitor).await;
    };
    let users = if nobody { &[][..] } else { users };
    if let Some(code) = EmergencyCode::parse(&form.password)
        && let Some(step) = emergency::enter(ctx, &stage, (&realm, users), &code, visitor).await?
    {
        return Ok(step);
    }
    match attempt::for_users(ctx, (&stage.started, &realm), &stage.username, users, (&form.password, visitor)).await? {
        Tried::Right(proofs) => finish::after_password(ctx, stage, &realm, proofs, visitor).await,
        Tried::Wrong { others: Some(until), .. } => pause_of(ctx, until, ("password.paused", stage.username.typed()), &stage.started, visitor).await,
        Tried::Wrong { tries_left, others: None } => Ok(page(ctx, (stage, named), &realm, Some(FieldProblem::WrongPassword { tries_left }))),
        Tried::Empty => Ok(page(ctx, (stage, named), &realm, Some(FieldProblem::Empty))),
        Tried::Step(step) => Ok(step),
    }
}

/// What the page's field for the account shows of a sign-in: what was typed there before, what the application asked for, or what was chosen in this browser.
pub(super) fn named(started: &Started) -> String {
    match &started.hints.account {
        Some(AccountHint::Number(number)) => number.as_str().to_owned(),
        Some(AccountHint::Label(label)) => label.as_str().to_owned(),
        None => String::new(),
    }
}

/// The password page for a stage, with what was typed as the account.
pub(super) fn page(ctx: &Context, (stage, typed): (AwaitPassword, Option<&str>), realm: &Realm, problem: Option<FieldProblem>) -> Step {
    let (account, sso, outage) = match &realm.decision.home {
        Home::Password { account, sso, outage, .. } => (*account, *sso, *outage),
        Home::SingleSignOn { .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => (None, None, None),
    };
    let connections = realm.candidates.accounts.iter().flat_map(|c| &c.connections);
    Step::Password {
        asking: asking_of(&realm.application),
        account: if uniform(ctx) { None } else { realm.shown(account) },
        named: typed.map_or_else(|| named(&stage.started), str::to_owned),
        problem,
        sso: sso.and_then(|id| connections.clone().find(|c| c.id == id)).map(|c| c.name.clone()),
        uniform: uniform(ctx),
        outage: outage.is_some(),
        stage,
    }
}
