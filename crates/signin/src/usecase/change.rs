//! `/changepassword`, the forced change, and the offer before expiry.

use homeward_discovery::Home;
use homeward_local_credential::{Expiry, PasswordPolicy, Person, StoreFault, Violation};
use homeward_model::{AccountHint, AccountId, ClientId, ConnectionId, Password, UserId, Username};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    ports::FoundSession,
    reason::Reason,
    stage::{AwaitChange, Errand, Pending, Proven, ProvenUser, Started},
    step::{AccountShown, Asking, FieldProblem, NewPassword, Notice, Step},
    usecase::{
        attempt::{self, Tried},
        authorize, chooser, finish::{self, Proof}, identify,
        limit::pause_of,
        new_password::{self, NewForm, Outcome, Owner},
        own,
        pending, proven,
        realm::{self, Realm, Wish, asking_of},
        refuse::{About, event, refuse},
        reset, session, twice,
    },
    visitor::Visitor,
};

/// What the page `/changepassword` sends. Secrets.
#[derive(Clone, Default)]
pub struct ChangeForm {
    /// The current password.
    pub current: String,
    /// The new one.
    pub new: String,
    /// The new one again.
    pub repeat: String,
}

/// How the page was opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening<'a> {
    /// The application that sent the person.
    pub client: Option<&'a str>,
    /// Where it wants them back.
    pub return_to: Option<&'a str>,
    /// Whom it means. It chooses among those who are signed in, and opens nobody's page.
    pub login_hint: Option<&'a str>,
    /// An ID token of ours for the application, which says it more exactly.
    pub id_token_hint: Option<&'a str>,
    /// Who was chosen in this browser.
    pub person: Option<UserId>,
}

/// The page was opened, perhaps by an application that wants the person back (B-069). Where several people are signed in and
/// nothing says who is meant, that is asked first (CHO-2).
pub async fn open(ctx: &Context, opening: Opening<'_>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Opening { client, return_to, .. } = opening;
    let refused = |reason| refuse(ctx, reason, Asking::default(), None, About::default(), visitor);
    let client = match client {
        None if return_to.is_some() => return refused(Reason::ReturnTo).await,
        None => None,
        Some(text) => {
            let Some(id) = ClientId::parse(text) else { return refused(Reason::UnknownApplication).await };
            let Some(found) = ctx.provider.clients.client(&id).await.map_err(authorize::fault)? else {
                return refused(Reason::UnknownApplication).await;
            };
            if return_to.is_some_and(|to| !found.return_to.iter().any(|registered| registered == to)) {
                return refused(Reason::ReturnTo).await;
            }
            Some(id)
        }
    };
    let live = session::live(ctx, visitor).await?;
    let hinted = client.as_ref().and_then(|client| by_token(ctx, client, opening));
    let found = meant(ctx, &live, client.as_ref(), (opening, hinted)).await?;
    let absent = hinted.filter(|person| live.iter().all(|found| found.user.id != *person));
    let started = authorize::own(ctx, Errand::ChangePassword { client, return_to: return_to.map(str::to_owned), absent });
    match found {
        Some(found) => signed_in(ctx, started, found, visitor).await,
        None if live.is_empty() => identify::again(ctx, started, String::new(), None).await,
        None => chooser::among(ctx, started, &live, visitor).await,
    }
}

/// Whom the application means, by an ID token of ours that was made for it.
fn by_token(ctx: &Context, client: &ClientId, opening: Opening<'_>) -> Option<UserId> {
    opening.id_token_hint.and_then(|hint| homeward_provider::authorize::person_of(&ctx.provider, hint, client))
}

/// Who of those who are signed in is meant: whoever was chosen, the only one unless the application's ID token names another, the one whom the
/// application names, or else the only one who is signed in at the application from this browser.
async fn meant<'a>(
    ctx: &Context,
    live: &'a [FoundSession],
    client: Option<&ClientId>,
    (opening, hinted): (Opening<'_>, Option<UserId>),
) -> Result<Option<&'a FoundSession>, StoreFault> {
    if let Some(chosen) = live.iter().find(|found| opening.person == Some(found.user.id)) {
        return Ok(Some(chosen));
    }
    if let [only] = live {
        return Ok(Some(only).filter(|found| hinted.is_none_or(|person| person == found.user.id)));
    }
    let Some(client) = client else { return Ok(None) };
    let mut known = Vec::new();
    for found in live {
        let is_meant = match (hinted, opening.login_hint) {
            (Some(person), _) => person == found.user.id,
            (None, Some(hint)) => Username::parse(hint).is_ok_and(|name| name.key() == found.user.username.key()),
            (None, None) => ctx.sessions.grant_under(found.session.id, found.user.id, Some(client), ctx.now()).await?.is_some(),
        };
        known.extend(is_meant.then_some(found));
    }
    Ok(if let [only] = known.as_slice() { Some(only) } else { None })
}

async fn signed_in(ctx: &Context, mut started: Started, found: &FoundSession, visitor: &Visitor) -> Result<Step, StoreFault> {
    started.hints.account = Some(AccountHint::Number(found.account.number.clone()));
    let Some(realm) = realm::resolve(ctx, &started, &found.user.username, Wish::Password, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    if let Some(step) = elsewhere(ctx, (&realm, &started), (found, visitor), false) {
        return Ok(step);
    }
    let new = new_password::blank(ctx, &found.account).await?;
    let username = found.user.username.typed().to_owned();
    let stage = AwaitChange { started, username: None, person: Some(found.user.id) };
    Ok(Step::ChangePassword { stage, asking: asking_of(&realm.application), username, new, problem: None })
}

/// What somebody who is signed in is told whose organisation keeps the password (CHG-9); nothing where we keep it.
pub(super) fn elsewhere(ctx: &Context, (realm, started): (&Realm, &Started), (found, visitor): (&FoundSession, &Visitor), reset: bool) -> Option<Step> {
    let kept_here = realm::keepers(ctx, realm, (started, &found.user.username), visitor).contains(&found.user.id);
    (!kept_here).then(|| Step::KeptElsewhere { asking: asking_of(&realm.application), account: realm::shown(&found.account), provider: provider(realm), reset })
}

/// Where the organisation keeps the password, as far as the rules lead there.
fn provider(realm: &Realm) -> Option<(String, ConnectionId)> {
    match &realm.decision.home {
        Home::SingleSignOn { connection, .. } => identify::provider_name(realm, *connection).map(|name| (name, *connection)),
        Home::Password { .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => None,
    }
}

/// The page for somebody who gave a username and is not signed in. It shows an account's own policy only where pages may
/// say that the account is known.
pub(super) async fn page(ctx: &Context, stage: AwaitChange, realm: &Realm) -> Result<Step, StoreFault> {
    let new = blank_for(ctx, nameable(ctx, realm)).await?;
    let username = stage.username.as_ref().map(|u| u.typed().to_owned()).unwrap_or_default();
    Ok(Step::ChangePassword { stage, asking: asking_of(&realm.application), username, new, problem: None })
}

/// The account that the page may name before a proof.
fn nameable(ctx: &Context, realm: &Realm) -> Option<AccountId> {
    match &realm.decision.home {
        Home::Password { account, .. } if authorize::open(ctx) => *account,
        _ => None,
    }
}

/// An empty form; without an account it shows nobody's policy.
async fn blank_for(ctx: &Context, account: Option<AccountId>) -> Result<NewPassword, StoreFault> {
    let policy = match account {
        Some(account) => ctx.directory.password_policy(account).await?,
        None => PasswordPolicy::classic(),
    };
    Ok(NewPassword { policy, violations: Vec::new(), strength: None, repeat_differs: false, current_wrong: false, neutral: account.is_none() })
}

/// Current, new and repeated password were sent.
pub async fn submit(ctx: &Context, stage: AwaitChange, form: ChangeForm, visitor: &Visitor) -> Result<Step, StoreFault> {
    let mut started = stage.started.clone();
    let new_form = NewForm { new: form.new.clone(), repeat: form.repeat.clone() };
    let found = match (&stage.username, stage.person) {
        (None, Some(person)) => own::own(ctx, person, visitor).await?,
        (Some(_), _) | (None, None) => None,
    };
    let username: Username = match (&stage.username, &found) {
        (Some(username), _) => username.clone(),
        (None, Some(found)) => {
            started.hints.account = Some(AccountHint::Number(found.account.number.clone()));
            found.user.username.clone()
        }
        (None, None) => {
            // The same form may have set the password already, and have given the session another secret (ALL-23).
            return match twice::change(ctx, &stage, stage.person.as_slice(), &new_form, visitor).await? {
                Some(step) => Ok(step),
                None => identify::again(ctx, started, String::new(), Some(Notice::StartedAgain)).await,
            };
        }
    };
    let Some(realm) = realm::resolve(ctx, &started, &username, Wish::Password, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    let mut users = realm::keepers(ctx, &realm, (&started, &username), visitor);
    users.retain(|user| found.as_ref().is_none_or(|f| f.user.id == *user));
    let asking = asking_of(&realm.application);
    let proofs = match attempt::for_users(ctx, (&started, &realm), &username, &users, (&form.current, visitor)).await? {
        Tried::Right(proofs) => proofs,
        Tried::Step(step) => return Ok(step),
        Tried::Wrong { others: Some(until), .. } => return pause_of(ctx, until, ("password.paused", username.typed()), &started, visitor).await,
        Tried::Wrong { .. } | Tried::Empty => {
            // It was the right one until the same form set another.
            if !form.current.is_empty()
                && let Some(step) = twice::change(ctx, &stage, &users, &new_form, visitor).await?
            {
                return Ok(step);
            }
            let problem = form.current.is_empty().then_some(FieldProblem::Empty);
            let new = NewPassword { current_wrong: true, ..besides(ctx, found.as_ref(), (&realm, &username), &form).await? };
            return Ok(Step::ChangePassword { stage, asking, username: username.typed().to_owned(), new, problem });
        }
    };
    let [proof] = proofs.as_slice() else {
        // One password in several accounts: which of them is meant has to be said first.
        return which(ctx, started, username, &realm, &proofs, visitor).await;
    };
    let Some((user, candidate)) = realm.user(proof.user()) else { return identify::restart(ctx, Some(&started), username.typed().to_owned()).await };
    let owner = Owner { user: user.clone(), account: candidate.account.clone(), proved: proof.version(), by_mail: false, first: false };
    let keep = found.as_ref().map(|f| f.session.id);
    let about = About { user: Some(owner.user.id), account: Some(owner.account.id), ..About::of(&started) };
    let line = event(ctx, "password.changed", "ok", about, visitor, None);
    match new_password::store(ctx, &owner, &new_form, (keep, line, &started), visitor).await? {
        Outcome::Stored(version) => {
            let user = ProvenUser { user: owner.user.id, account: owner.account.id, version };
            let proof = Proof { started, username, user, method: crate::stage::Method::Password, at: ctx.now(), provided: None };
            let session_token = match &found {
                Some(found) => rotated(ctx, proof, found, visitor).await?,
                None => None,
            };
            Ok(told(asking, &stage.started, &owner, session_token))
        }
        Outcome::SetBefore(version) => match twice::awaited(async || twice::changed(ctx, &stage, (&owner, version), visitor).await).await? {
            Some(step) => Ok(step),
            None => new_password::conflict(ctx, (&started, asking), &owner, visitor).await,
        },
        Outcome::Again(new) => Ok(Step::ChangePassword { stage, asking, username: username.typed().to_owned(), new, problem: None }),
        Outcome::Conflict => new_password::conflict(ctx, (&started, asking), &owner, visitor).await,
        Outcome::Wait(step) => Ok(*step),
    }
}

/// What is wrong beside the current password, as far as it can be said without it (CHG-6): by the policy that the page shows, and for whoever is signed
/// in by their own names, too. Whether it was used before is told after the proof only.
async fn besides(ctx: &Context, found: Option<&FoundSession>, (realm, username): (&Realm, &Username), form: &ChangeForm) -> Result<NewPassword, StoreFault> {
    let sent = NewForm { new: form.new.clone(), repeat: form.repeat.clone() };
    if let Some(found) = found {
        let owner = Owner { user: found.user.clone(), account: found.account.clone(), proved: 0, by_mail: false, first: false };
        return Ok(new_password::examine(ctx, &owner, &sent).await?.0);
    }
    let account = nameable(ctx, realm);
    let mut new = blank_for(ctx, account).await?;
    new.repeat_differs = sent.new != sent.repeat;
    match (Password::parse(&sent.new), account.and_then(|account| realm.candidate(account))) {
        (Ok(password), Some(candidate)) => {
            let (name, number) = (&candidate.account.name, candidate.account.number.as_str());
            let who = Person { username: username.key(), names: &[], account_name: name, account_number: number, product: &ctx.settings.product };
            new.violations = new.policy.violations(&password, &who, &ctx.leaked);
        }
        (Err(_), _) if sent.new.is_empty() => new.violations = vec![Violation::TooShort],
        (Ok(_) | Err(_), _) => {}
    }
    Ok(new)
}

/// The page that says it.
pub(super) fn told(asking: Asking, started: &Started, owner: &Owner, session_token: Option<String>) -> Step {
    let return_to = match &started.errand {
        Errand::ChangePassword { return_to, .. } => return_to.clone(),
        Errand::Application(_) | Errand::Email | Errand::Home | Errand::Own | Errand::Tile | Errand::Consent(_) => None,
    };
    Step::PasswordChanged { asking, first: owner.first, return_to, mailed: owner.user.email.is_some(), session_token, again: None }
}

/// Another secret for the session that stays, at every change (CHG-8): the secret follows from the start's id, so each has an id of its own, also where the
/// same page is sent again by the back button. One that the organisation's provider proved stays what it is: its method, its end, and where it is signed out.
async fn rotated(ctx: &Context, proof: Proof, found: &FoundSession, visitor: &Visitor) -> Result<Option<String>, StoreFault> {
    let started = Started { id: twice::start_after(ctx, &found.session.token_hash, proof.user.version), ..proof.started };
    let proof = Proof { started, ..proof };
    if found.session.upstream.is_some() {
        let token = finish::token_of(ctx, &proof.started, found.user.id, visitor);
        let is_new = ctx.profiles.rotate(found.session.id, (&found.session.token_hash, &sha256(token.as_bytes()))).await?;
        return Ok(is_new.then_some(token));
    }
    match finish::complete(ctx, proof, visitor).await? {
        Step::SignedIn { session_token, .. } => Ok(Some(session_token)),
        _ => Ok(None),
    }
}

async fn which(
    ctx: &Context,
    started: Started,
    username: Username,
    realm: &Realm,
    proofs: &[homeward_local_credential::PasswordVerified],
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    let users = proofs
        .iter()
        .filter_map(|p| realm.user(p.user()).map(|(u, c)| ProvenUser { user: u.id, account: c.account.id, version: p.version() }))
        .collect();
    let record = Proven {
        started,
        username,
        users,
        pending: Pending::ChooseAccount,
        method: crate::stage::Method::Password,
        proved_at: ctx.now(),
        browser: visitor.browser.clone(),
        mailed_to: None,
    };
    let accounts: Vec<AccountShown> = record.users.iter().filter_map(|u| realm.shown(Some(u.account))).collect();
    let (handle, record) = proven::keep(ctx, None, record).await?;
    let username = record.username.typed().to_owned();
    Ok(Step::ChooseProven { handle, asking: asking_of(&realm.application), username, accounts, problem: None })
}

/// The forced change was sent: the password was proved a moment ago, and must be replaced before anything else (EXP-1).
pub async fn replace(ctx: &Context, handle: &str, form: NewForm, visitor: &Visitor) -> Result<Step, StoreFault> {
    let standing = proven::peek(ctx, handle, visitor).await?;
    // The same form may have set the password already (ALL-23).
    let is_over = standing.is_none();
    let found = if is_over { proven::outdated(ctx, handle, visitor).await? } else { standing };
    let Some(record) = found.filter(|r| r.pending == Pending::MustChange) else {
        return reset::stage_over(ctx, handle, visitor).await;
    };
    let Some(user) = record.users.first().cloned() else { return reset::stage_over(ctx, handle, visitor).await };
    let Some((found, account)) = ctx.directory.user(user.user).await? else { return reset::stage_over(ctx, handle, visitor).await };
    let owner = Owner { user: found, account, proved: user.version, by_mail: false, first: false };
    let asking = realm::asking(ctx, &record.started).await?;
    let username = record.username.typed().to_owned();
    let about = About { user: Some(user.user), account: Some(user.account), detail: "forced", ..About::of(&record.started) };
    let line = event(ctx, "password.changed", "ok", about, visitor, None);
    match new_password::store(ctx, &owner, &form, (None, line, &record.started), visitor).await? {
        Outcome::Stored(version) => {
            finish::complete(ctx, Proof::of(record, ProvenUser { version, ..user }), visitor).await
        }
        Outcome::Again(new) => {
            let since = pending::since(ctx, user.user, &new.policy).await?;
            Ok(Step::MustChange { handle: handle.to_owned(), asking, username, since, new })
        }
        Outcome::SetBefore(_) => match twice::awaited(async || twice::session(ctx, &record, &user, visitor).await).await? {
            Some(step) => Ok(step),
            None => reset::stage_over(ctx, handle, visitor).await,
        },
        Outcome::Conflict if is_over => reset::stage_over(ctx, handle, visitor).await,
        Outcome::Conflict => new_password::conflict(ctx, (&record.started, asking), &owner, visitor).await,
        Outcome::Wait(step) => Ok(*step),
    }
}

/// "Sign out" instead of the forced change: what the password proved ends, so that nobody goes on with it in this browser (EXP-1).
///
/// # Errors
/// `StoreFault`.
pub async fn give_up(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<(), StoreFault> {
    proven::forget(ctx, handle, visitor).await
}

/// "Change password" or "Not now", before the password expires (EXP-2).
pub async fn soon(ctx: &Context, handle: &str, now: bool, visitor: &Visitor) -> Result<Step, StoreFault> {
    let taken = match proven::peek(ctx, handle, visitor).await? {
        Some(record) if record.pending == Pending::ExpiresSoon => proven::take(ctx, handle, visitor).await?,
        _ => None,
    };
    let Some(record) = taken else { return answered_before(ctx, handle, now, visitor).await };
    let Some(user) = record.users.first().cloned() else { return reset::stage_over(ctx, handle, visitor).await };
    let proof = Proof::of(record, user);
    if !now {
        ctx.known.note_put_off(proof.user.user, ctx.now()).await?;
        return finish::complete(ctx, proof, visitor).await;
    }
    let Some((_, account)) = ctx.directory.user(proof.user.user).await? else { return finish::over(ctx, proof).await };
    let asking = realm::asking(ctx, &proof.started).await?;
    let username = proof.username.typed().to_owned();
    let new = new_password::blank(ctx, &account).await?;
    let credential = ctx.credentials.of_users(&[proof.user.user]).await?.into_iter().next();
    let since = credential.map_or(Expiry::Never, |c| new.policy.expiry(c.changed_at, ctx.now()));
    let (handle, _) = proven::keep(ctx, Some(handle), finish::pending(proof, Pending::MustChange, visitor)).await?;
    Ok(Step::MustChange { handle, asking, username, since, new })
}

/// The same answer once more ends where it has led (ALL-23); the other one begins again.
async fn answered_before(ctx: &Context, handle: &str, now: bool, visitor: &Visitor) -> Result<Step, StoreFault> {
    if let Some(record) = proven::before(ctx, handle, visitor).await?.filter(|r| r.pending == Pending::ExpiresSoon)
        && let Some(user) = record.users.first()
    {
        let change = proven::next(ctx, handle);
        let ended = async || match now {
            true => twice::page(ctx, handle, user.user, visitor).await,
            // Not where they went on to the change, and signed in by that.
            false if proven::about(ctx, &change, visitor).await?.is_some() => Ok(None),
            false => twice::session(ctx, &record, user, visitor).await,
        };
        if let Some(step) = twice::awaited(ended).await? {
            return Ok(step);
        }
    }
    reset::stage_over(ctx, handle, visitor).await
}
