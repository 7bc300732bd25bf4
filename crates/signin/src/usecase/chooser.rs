//! "Who is signing in?": the sessions of this browser, and the accounts it remembers.

use homeward_discovery::{Hints, Home};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountHint, Username};
use homeward_provider::AuthorizationRequest;

use crate::{
    context::Context,
    ports::FoundSession,
    reason::Reason,
    stage::{Errand, Started},
    step::{ChooserEntry, Step},
    usecase::{
        authorize, finish, identify, realm,
        refuse::{About, refuse},
        session,
    },
    visitor::{Remembered, Visitor},
};

/// The entries: live sessions first, then remembered accounts without one.
pub(super) fn entries(live: &[FoundSession], remembered: &[Remembered]) -> Vec<ChooserEntry> {
    let sessions = live.iter().map(|found| ChooserEntry {
        key: found.session.id.to_string(),
        person: format!("{} {}", found.user.given_name, found.user.family_name).trim().to_owned(),
        username: found.user.username.typed().to_owned(),
        account: found.account.name.clone(),
        remembered: false,
    });
    let is_live = |r: &Remembered| live.iter().any(|f| f.user.username.key() == r.username.key() && f.account.number == r.account);
    let rest = remembered.iter().filter(|r| !is_live(r)).map(|r| ChooserEntry {
        key: key_of(r),
        person: String::new(),
        username: r.username.typed().to_owned(),
        account: r.account_name.clone(),
        remembered: true,
    });
    sessions.chain(rest).collect()
}

/// Those of the remembered accounts that a request can be for: its person, its name, its account, as with sessions (CHO-1, OA-26).
pub(super) async fn fitting(ctx: &Context, request: &AuthorizationRequest, hinted: Option<&Username>, remembered: &[Remembered]) -> Result<Vec<Remembered>, StoreFault> {
    let meant = match request.subject {
        Some(user) => ctx.directory.user(user).await?,
        None => None,
    };
    let asked = request.account_hint.as_deref().map(AccountHint::parse);
    let mut fit = Vec::new();
    for one in remembered {
        let is_meant = request.subject.is_none() || meant.as_ref().is_some_and(|(user, account)| user.username.key() == one.username.key() && account.number == one.account);
        let is_named = hinted.is_none_or(|name| name.key() == one.username.key());
        let is_there = match &asked {
            None => true,
            Some(None) => false,
            Some(Some(hint)) => is_in(ctx, hint, one).await?,
        };
        if is_meant && is_named && is_there {
            fit.push(one.clone());
        }
    }
    Ok(fit)
}

/// Whether a hint names the account in which the browser remembers this name.
async fn is_in(ctx: &Context, hint: &AccountHint, remembered: &Remembered) -> Result<bool, StoreFault> {
    if let AccountHint::Number(number) = hint {
        return Ok(*number == remembered.account);
    }
    let hints = Hints { account: Some(hint.clone()), ..Hints::default() };
    let candidates = ctx.directory.candidates(&remembered.username, &hints).await?;
    Ok(candidates.accounts.iter().any(|found| found.account.number == remembered.account && authorize::names(hint, &found.account)))
}

/// The key of a remembered account in the form.
pub fn key_of(remembered: &Remembered) -> String {
    format!("{}/{}", remembered.account, remembered.username.typed())
}

/// An entry was chosen.
pub async fn pick(ctx: &Context, started: Started, key: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let live = session::live(ctx, visitor).await?;
    let asking = realm::asking(ctx, &started).await?;
    if let Some(found) = live.iter().find(|f| f.session.id.to_string() == key) {
        // A page of ours for one of those who are signed in: it asks for what it needs by itself.
        if matches!(started.errand, Errand::ChangePassword { .. } | Errand::Email | Errand::Own) {
            session::touch(ctx, found).await?;
            return Ok(Step::GoOn { onward: finish::onward(started, found.session.id, found.user.id), asking, meanwhile: false });
        }
        // The application asked for another account: this session is none of that (OA-26).
        if started.hints.account.as_ref().is_some_and(|hint| !authorize::names(hint, &found.account)) {
            return identify::resolved(ctx, started, found.user.username.clone(), None, visitor).await;
        }
        let application = realm::application(ctx, &started).await?;
        let opens = match &application {
            Some(application) if matches!(started.errand, Errand::Application(_)) => realm::opens(ctx, found.clone(), application, visitor).await?.is_some(),
            Some(_) if matches!(started.errand, Errand::Consent(_)) => realm::counts_here(ctx, found, visitor).await?,
            Some(_) | None => true,
        };
        let remembered = match &started.errand {
            Errand::Application(request) => session::remembered(ctx, found, request).await?,
            Errand::ChangePassword { .. } | Errand::Email | Errand::Home | Errand::Own | Errand::Tile | Errand::Consent(_) => true,
        };
        let barred = application.as_ref().and_then(|a| finish::barred(a, &found.account, found.session.has_second_factor()));
        // A session without a second factor turns nobody away whose provider can ask for one.
        let weak = barred == Some(Reason::SecondFactor) && has_provider(ctx, &started, found, visitor).await?;
        if !session::may_answer(ctx, &started, found) || !remembered || weak || (!opens && barred.is_none()) {
            let mut stage = started;
            stage.hints.account = Some(AccountHint::Number(found.account.number.clone()));
            return identify::resolved(ctx, stage, found.user.username.clone(), None, visitor).await;
        }
        if let Some(reason) = barred {
            let about = About { user: Some(found.user.id), account: Some(found.account.id), ..About::of(&started) };
            return refuse(ctx, reason, asking, Some(finish::anew(ctx, &started)), about, visitor).await;
        }
        session::touch(ctx, found).await?;
        let meanwhile = found.session.authenticated_at >= started.at;
        return Ok(Step::GoOn { onward: finish::onward(started, found.session.id, found.user.id), asking, meanwhile });
    }
    match visitor.remembered.iter().find(|r| key_of(r) == key) {
        Some(remembered) => {
            let mut stage = started;
            // The account that the application asked for stays (OA-26).
            let fits = match &stage.hints.account {
                Some(hint) => is_in(ctx, hint, remembered).await?,
                None => true,
            };
            if fits {
                stage.hints.account = Some(AccountHint::Number(remembered.account.clone()));
            }
            identify::resolved(ctx, stage, remembered.username.clone(), None, visitor).await
        }
        None => other(ctx, started).await,
    }
}

/// Whether the person of a session can go to a provider for this.
async fn has_provider(ctx: &Context, started: &Started, found: &FoundSession, visitor: &Visitor) -> Result<bool, StoreFault> {
    let mut stage = started.clone();
    stage.hints.account = Some(AccountHint::Number(found.account.number.clone()));
    let realm = realm::resolve(ctx, &stage, &found.user.username, realm::Wish::Any, visitor).await?;
    Ok(realm.is_some_and(|realm| matches!(realm.decision.home, Home::SingleSignOn { .. } | Home::Password { sso: Some(_), .. })))
}

/// Which of several people a page of ours is for, when more than one is signed in in this browser (CHO-2).
///
/// # Errors
/// `StoreFault`.
pub async fn whose(ctx: &Context, started: Started, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let live = session::live(ctx, visitor).await?;
    if live.len() < 2 {
        return Ok(None);
    }
    among(ctx, started, &live, visitor).await.map(Some)
}

/// The chooser of a page of ours.
pub(super) async fn among(ctx: &Context, started: Started, live: &[FoundSession], visitor: &Visitor) -> Result<Step, StoreFault> {
    let started = noticing(started, live);
    let asking = realm::asking(ctx, &started).await?;
    Ok(Step::Chooser { stage: started, asking, entries: entries(live, &visitor.remembered) })
}

/// Whoever was absent may have signed in since.
fn noticing(mut started: Started, live: &[FoundSession]) -> Started {
    if let Errand::ChangePassword { absent, .. } = &mut started.errand
        && live.iter().any(|found| Some(found.user.id) == *absent)
    {
        *absent = None;
    }
    started
}

/// "Use another account".
pub async fn other(ctx: &Context, started: Started) -> Result<Step, StoreFault> {
    identify::again(ctx, started, String::new(), None).await
}

/// The chooser again, after an entry was removed or in another language; without entries the username page (CHO-1).
///
/// # Errors
/// `StoreFault`.
pub async fn again(ctx: &Context, started: Started, visitor: &Visitor) -> Result<Step, StoreFault> {
    let mut live = session::live(ctx, visitor).await?;
    let mut remembered = visitor.remembered.clone();
    if let (Errand::Application(request), Some(application)) = (&started.errand, realm::application(ctx, &started).await?) {
        let hinted = authorize::hinted(ctx, request).await?;
        live.retain(|found| authorize::serves(ctx, found, request, &application, hinted.as_ref()));
        let mut open = Vec::new();
        for found in live {
            if let Some(found) = realm::opens(ctx, found, &application, visitor).await?
                && session::remembered(ctx, &found, request).await?
            {
                open.push(found);
            }
        }
        live = open;
        remembered = fitting(ctx, request, hinted.as_ref(), &remembered).await?;
    }
    let started = noticing(started, &live);
    let entries = entries(&live, &remembered);
    if entries.is_empty() {
        return other(ctx, started).await;
    }
    let asking = realm::asking(ctx, &started).await?;
    Ok(Step::Chooser { stage: started, asking, entries })
}
