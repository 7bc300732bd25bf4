//! "Who is signing in?": the sessions of this browser, and the accounts it remembers.

use homeward_local_credential::StoreFault;
use homeward_model::AccountHint;

use crate::{
    context::Context,
    ports::FoundSession,
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
        if matches!(started.errand, Errand::ChangePassword { .. } | Errand::Own) {
            session::touch(ctx, found).await?;
            return Ok(Step::GoOn { onward: finish::onward(started, found.session.id, found.user.id), asking, meanwhile: false });
        }
        let too_old = match &started.errand {
            Errand::Application(request) => {
                request.max_age.is_some_and(|most| ctx.now().since(found.session.proved_at()).as_secs() > most)
            }
            Errand::ChangePassword { .. } | Errand::Email | Errand::Home | Errand::Own | Errand::Tile | Errand::Consent(_) => false,
        };
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
        if started.fresh || too_old || !remembered || (!opens && barred.is_none()) {
            let mut stage = started;
            stage.hints.account = Some(AccountHint::Number(found.account.number.clone()));
            return identify::resolved(ctx, stage, found.user.username.clone(), None, visitor).await;
        }
        if let Some(reason) = barred {
            let about = About { user: Some(found.user.id), account: Some(found.account.id), ..About::of(&started) };
            return refuse(ctx, reason, asking, None, about, visitor).await;
        }
        session::touch(ctx, found).await?;
        let meanwhile = found.session.authenticated_at >= started.at;
        return Ok(Step::GoOn { onward: finish::onward(started, found.session.id, found.user.id), asking, meanwhile });
    }
    match visitor.remembered.iter().find(|r| key_of(r) == key) {
        Some(remembered) => {
            let mut stage = started;
            stage.hints.account = Some(AccountHint::Number(remembered.account.clone()));
            identify::resolved(ctx, stage, remembered.username.clone(), None, visitor).await
        }
        None => other(ctx, started).await,
    }
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
    let asking = realm::asking(ctx, &started).await?;
    Ok(Step::Chooser { stage: started, asking, entries: entries(live, &visitor.remembered) })
}

/// "Use another account".
pub async fn other(ctx: &Context, started: Started) -> Result<Step, StoreFault> {
    identify::again(ctx, started, String::new(), None).await
}

/// The chooser again, after an entry was removed; without entries the username page (CHO-1).
///
/// # Errors
/// `StoreFault`.
pub async fn again(ctx: &Context, started: Started, visitor: &Visitor) -> Result<Step, StoreFault> {
    let entries = entries(&session::live(ctx, visitor).await?, &visitor.remembered);
    if entries.is_empty() {
        return other(ctx, started).await;
    }
    let asking = realm::asking(ctx, &started).await?;
    Ok(Step::Chooser { stage: started, asking, entries })
}
