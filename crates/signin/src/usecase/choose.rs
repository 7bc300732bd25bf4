//! "Multiple accounts located": the person says which, before or after the proof.

use std::time::Duration;

use homeward_discovery::Home;
use homeward_local_credential::StoreFault;
use homeward_model::AccountHint;

use crate::{
    context::Context,
    reason::Reason,
    stage::{ChooseAccount, Pending, Proven},
    step::{Asking, FieldProblem, Step},
    usecase::{
        finish::{self, Proof},
        identify,
        limit::{Limit, limited},
        proven,
        realm::{self, Realm, Wish},
        refuse::{About, refuse},
        reset, twice,
    },
    visitor::Visitor,
};

/// Account numbers are no secret, but nobody needs to try more than this many from one place (LH-14).
const NUMBERS: Limit = Limit { what: "limit.account_number", most: 30, window: Duration::from_secs(600) };

/// An account number or partner label was typed, before a proof.
pub async fn name(ctx: &Context, stage: ChooseAccount, typed: String, visitor: &Visitor) -> Result<Step, StoreFault> {
    let asking = realm::asking(ctx, &stage.started).await?;
    if let Some(step) = limited(ctx, &NUMBERS, &stage.started, visitor).await? {
        return Ok(step);
    }
    let mut started = stage.started.clone();
    started.hints.account = AccountHint::parse(&typed);
    if started.hints.account.is_none() {
        let problem = if typed.trim().is_empty() { FieldProblem::Empty } else { FieldProblem::UnknownAccount };
        return Ok(Step::ChooseAccount { stage, asking, remembered: Vec::new(), problem: Some(problem) });
    }
    let Some(realm) = realm::resolve(ctx, &started, &stage.username, Wish::Any, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    if let Home::ChooseAccount { .. } = &realm.decision.home {
        return Ok(Step::ChooseAccount { stage, asking, remembered: Vec::new(), problem: Some(FieldProblem::UnknownAccount) });
    }
    if let Some(step) = identify::signed_in_already(ctx, &started, &stage.username, visitor).await? {
        return Ok(step);
    }
    identify::page(ctx, started, stage.username, &realm, visitor).await
}

/// An account was chosen among those whose password matched.
pub async fn proven(ctx: &Context, handle: &str, number: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(record) = proven::peek(ctx, handle, visitor).await?.filter(|r| r.pending == Pending::ChooseAccount) else {
        return chosen_before(ctx, handle, number, visitor).await;
    };
    let Some(realm) = realm::resolve(ctx, &record.started, &record.username, Wish::Password, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&record.started), visitor).await;
    };
    let chosen = record.users.iter().find(|u| is_number(&realm, u.account, number)).cloned();
    let Some(user) = chosen else {
        let problem = if number.is_empty() { FieldProblem::Empty } else { FieldProblem::UnknownAccount };
        return among(ctx, handle, &record, Some(problem), visitor).await;
    };
    let Some(record) = proven::take(ctx, handle, visitor).await? else { return chosen_before(ctx, handle, number, visitor).await };
    finish::with_expiry(ctx, Proof::of(record, user), Some(handle), visitor).await
}

/// The same choice once more ends where it has led (ALL-23): in the session, or on the page about an old password. Another choice begins again.
async fn chosen_before(ctx: &Context, handle: &str, number: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    if let Some(record) = proven::before(ctx, handle, visitor).await?.filter(|r| r.pending == Pending::ChooseAccount)
        && let Some(realm) = realm::resolve(ctx, &record.started, &record.username, Wish::Password, visitor).await?
        && let Some(user) = record.users.iter().find(|u| is_number(&realm, u.account, number))
    {
        let ended = async || match twice::session(ctx, &record, user, visitor).await? {
            None => twice::page(ctx, handle, user.user, visitor).await,
            found => Ok(found),
        };
        if let Some(step) = twice::awaited(ended).await? {
            return Ok(step);
        }
    }
    reset::stage_over(ctx, handle, visitor).await
}

/// The accounts whose password matched.
pub(super) async fn among(
    ctx: &Context,
    handle: &str,
    record: &Proven,
    problem: Option<FieldProblem>,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    let Some(realm) = realm::resolve(ctx, &record.started, &record.username, Wish::Password, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&record.started), visitor).await;
    };
    let accounts = record.users.iter().filter_map(|u| realm.shown(Some(u.account))).collect();
    let (asking, username) = (realm::asking_of(&realm.application), record.username.typed().to_owned());
    Ok(Step::ChooseProven { handle: handle.to_owned(), asking, username, accounts, problem })
}

fn is_number(realm: &Realm, account: homeward_model::AccountId, number: &str) -> bool {
    realm.candidate(account).is_some_and(|c| c.account.number.as_str() == number)
}
