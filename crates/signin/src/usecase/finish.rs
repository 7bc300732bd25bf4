//! From a proof to a session. The only place that makes a `Completed`, and every way in takes a proof.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_discovery::{Account, Application, SsoRule, User};
use homeward_local_credential::{Expiry, PasswordVerified, StoreFault};
use homeward_model::{SessionId, Timestamp, UserId, Username};
use homeward_provider::Stopgap;
use homeward_sealing::sha256;

use crate::{
    context::Context,
    federated::Upstream,
    ports::{CameBy, FoundSession, Session},
    reason::Reason,
    stage::{AwaitPassword, Completed, Errand, Method, Pending, Proven, ProvenUser, Started},
    step::{AccountShown, Asking, NewPassword, Notice, Onward, Resume, Step},
    there::There,
    usecase::{
        alerts, authorize, identify, proven,
        realm::{self, LetIn, Realm, asking_of},
        refuse::{About, event, refuse},
        session,
    },
    visitor::Visitor,
};

/// "Not now" counts for a day (EXP-2).
const PUT_OFF: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// A proof of who somebody is, on its way to a session. Made from a `PasswordVerified` or from a server record that was
/// made from one; there is no other way.
pub(super) struct Proof {
    pub started: Started,
    pub username: Username,
    pub user: ProvenUser,
    pub method: Method,
    pub at: Timestamp,
    /// The identity provider's side of it.
    pub provided: Option<Provided>,
}

impl Proof {
    /// That of a server record, for one of its users.
    pub fn of(record: Proven, user: ProvenUser) -> Self {
        Self { started: record.started, username: record.username, user, method: record.method, at: record.proved_at, provided: None }
    }
}

/// What an identity provider's answer brings to a proof.
pub(super) struct Provided {
    /// What it proved.
    pub upstream: Upstream,
    /// What the session keeps for signing out there.
    pub there: There,
    /// SHA-256 of the handle by which it was fetched.
    pub answer: [u8; 32],
}

/// The password is right, for one account or for several.
pub(super) async fn after_password(
    ctx: &Context,
    stage: AwaitPassword,
    realm: &Realm,
    proofs: Vec<PasswordVerified>,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    let users: Vec<ProvenUser> = proofs
        .iter()
        .filter_map(|p| realm.user(p.user()).map(|(u, c)| ProvenUser { user: u.id, account: c.account.id, version: p.version() }))
        .collect();
    match users.as_slice() {
        [only] => {
            let proof = Proof { started: stage.started, username: stage.username, user: only.clone(), method: Method::Password, at: ctx.now(), provided: None };
            with_expiry(ctx, proof, None, visitor).await
        }
        [] => identify::again(ctx, stage.started, stage.username.typed().to_owned(), Some(Notice::StartedAgain)).await,
        _ => {
            let record = Proven {
                started: stage.started,
                username: stage.username,
                users,
                pending: Pending::ChooseAccount,
                method: Method::Password,
                proved_at: ctx.now(),
                browser: visitor.browser.clone(),
                mailed_to: None,
            };
            let accounts = accounts(realm, &record);
            let (handle, record) = proven::keep(ctx, None, record).await?;
            let asking = asking_of(&realm.application);
            Ok(Step::ChooseProven { handle, asking, username: record.username.typed().to_owned(), accounts, problem: None })
        }
    }
}

fn accounts(realm: &Realm, record: &Proven) -> Vec<AccountShown> {
    record.users.iter().filter_map(|u| realm.shown(Some(u.account))).collect()
}

/// One user has proved themselves; the password may have expired, or do so soon. `after`: the handle of the page where they said which account.
pub(super) async fn with_expiry(ctx: &Context, proof: Proof, after: Option<&str>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let credential = ctx.credentials.of_users(&[proof.user.user]).await?.into_iter().find(|c| c.version == proof.user.version);
    let Some(credential) = credential else { return over(ctx, proof).await };
    let policy = ctx.directory.password_policy(proof.user.account).await?;
    let expiry = if credential.must_change { Expiry::MustChange } else { policy.expiry(credential.changed_at, ctx.now()) };
    let new = NewPassword { policy, violations: Vec::new(), strength: None, repeat_differs: false, current_wrong: false, neutral: false };
    let asking = realm::asking(ctx, &proof.started).await?;
    let username = proof.username.typed().to_owned();
    match expiry {
        Expiry::Never | Expiry::Fine => complete(ctx, proof, visitor).await,
        Expiry::Expired { .. } | Expiry::MustChange => {
            let (handle, _) = proven::keep(ctx, after, pending(proof, Pending::MustChange, visitor)).await?;
            Ok(Step::MustChange { handle, asking, username, since: expiry, new })
        }
        Expiry::Soon { days } => {
            let put_off = ctx.known.put_off(proof.user.user).await?;
            if put_off.is_some_and(|at| ctx.now().since(at) < PUT_OFF) || identify::is_change(&proof.started) {
                return complete(ctx, proof, visitor).await;
            }
            let (handle, _) = proven::keep(ctx, after, pending(proof, Pending::ExpiresSoon, visitor)).await?;
            Ok(Step::ExpiresSoon { handle, asking, username, days })
        }
    }
}

/// A server record for what remains after a proof.
pub(super) fn pending(proof: Proof, pending: Pending, visitor: &Visitor) -> Proven {
    Proven {
        started: proof.started,
        username: proof.username,
        users: vec![proof.user],
        pending,
        method: proof.method,
        proved_at: proof.at,
        browser: visitor.browser.clone(),
        mailed_to: None,
    }
}

/// The proof is no longer current: from the start, with the name kept.
pub(super) async fn over(ctx: &Context, proof: Proof) -> Result<Step, StoreFault> {
    let fresh = Started { id: homeward_model::random_token(ctx.random.as_ref()), ..proof.started };
    identify::again(ctx, fresh, proof.username.typed().to_owned(), Some(Notice::StartedAgain)).await
}

/// Makes the session. The user, the account and the application are looked up once more.
pub(super) async fn complete(ctx: &Context, proof: Proof, visitor: &Visitor) -> Result<Step, StoreFault> {
    let live = session::live(ctx, visitor).await?;
    let renews = live.iter().find(|f| f.user.id == proof.user.user).map(|f| f.session.id);
    end_in(ctx, proof, renews, visitor).await
}

/// The session of a proof that had one before. None goes on by it.
pub(super) async fn complete_again(ctx: &Context, proof: Proof, visitor: &Visitor) -> Result<Step, StoreFault> {
    end_in(ctx, proof, None, visitor).await
}

async fn end_in(ctx: &Context, proof: Proof, renews: Option<SessionId>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let found = ctx.directory.user(proof.user.user).await?;
    let Some((user, account)) = found.filter(|(u, a)| is_active(u, a) && a.id == proof.user.account) else {
        return over(ctx, proof).await;
    };
    let Some(application) = realm::application(ctx, &proof.started).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&proof.started), visitor).await;
    };
    let about = About { user: Some(user.id), account: Some(account.id), ..About::of(&proof.started) };
    let has_second_factor = proof.provided.as_ref().is_some_and(|provided| provided.upstream.has_second_factor());
    if let Some(reason) = barred(&application, &account, has_second_factor) {
        return refuse(ctx, reason, asking_of(&application), Some(anew(ctx, &proof.started)), about, visitor).await;
    }
    let stopgap = match &proof.provided {
        Some(_) => None,
        // Time has passed since the proof, perhaps minutes: it counts if the rules still let it in.
        None => {
            let (who, how) = ((&user, &account), (&proof.started.hints, proof.method));
            let let_in = if identify::is_change(&proof.started) {
                realm::lets_change(ctx, &application, who, how, visitor).await?
            } else {
                realm::lets_in(ctx, &application, who, how, visitor).await?
            };
            match let_in {
                LetIn::Yes => None,
                LetIn::For(stopgap) => Some(stopgap),
                LetIn::No => return over(ctx, proof).await,
            }
        }
    };
    let (token, session) = session_of(ctx, &proof, stopgap, visitor);
    let browser = sha256(visitor.browser.as_bytes());
    let by = proof.provided.as_ref().map(|provided| CameBy { answer: &provided.answer, there: &provided.there, browser: &browser, language: visitor.language.code() });
    let line = event(ctx, "signin.completed", "ok", About { detail: proof.method.word(), ..about }, visitor, None);
    let Some((kept, is_new)) = ctx.sessions.start(&session, by, renews, &line).await? else {
        // The provider, or whoever changed the connection, has ended what it proved.
        let anew = anew(ctx, &proof.started);
        return refuse(ctx, Reason::ReturnOver, asking_of(&application), Some(anew), about, visitor).await;
    };
    if kept.ended.is_some() || kept.user != user.id || kept.token_hash != session.token_hash {
        // This sign-in has ended in a session before, and that one is over (OB-12), or went on by another sign-in and is not in this browser's hands.
        return over(ctx, proof).await;
    }
    // A form that was sent twice ends in one session, and is told once.
    if is_new {
        (ctx.count)(&line);
    }
    // A printed code was told when it was spent.
    if user.break_glass && proof.provided.is_none() && proof.method != Method::Code && is_new {
        alerts::emergency(ctx, (&user, &account), None, visitor).await;
    }
    let done = Completed { session: kept.id, user: user.id, account: account.id };
    let mut asking = asking_of(&application);
    let onward = match (&proof.started.errand, ctx.directory.default_start(account.id).await?) {
        (Errand::Tile, Some(to)) => {
            // Only here it is certain whose account it is, and so which application the tile opens.
            asking.private |= realm::opens_private(ctx, account.id).await?;
            Onward::Start { to }
        }
        _ => onward(proof.started, kept.id, user.id),
    };
    Ok(Step::SignedIn { done, session_token: token, onward, asking })
}

fn is_active(user: &User, account: &Account) -> bool {
    user.state == homeward_discovery::UserState::Active && account.state == homeward_discovery::AccountState::Active
}

/// What bars an account from an application, known only once the account is.
pub(super) fn barred(application: &Application, account: &Account, has_second_factor: bool) -> Option<Reason> {
    if !application.regions.is_empty() && !application.regions.contains(&account.region) {
        return Some(Reason::ApplicationNotInRegion);
    }
    // Only verified upstream claims can meet this, and a password brings none (architecture section 4).
    (application.sso == SsoRule::RequiresSecondFactor && !has_second_factor).then_some(Reason::SecondFactor)
}

/// The session and its secret. The secret follows from the sign-in's own random id under a key of ours: submitting the
/// same page twice gives one session, and nobody can guess it.
fn session_of(ctx: &Context, proof: &Proof, stopgap: Option<Stopgap>, visitor: &Visitor) -> (String, Session) {
    let token = token_of(ctx, &proof.started, proof.user.user, visitor);
    let now = ctx.now();
    let session = Session {
        id: SessionId::generate(ctx.random.as_ref()),
        token_hash: sha256(token.as_bytes()),
        user: proof.user.user,
        account: proof.user.account,
        credential_version: proof.user.version,
        method: proof.method,
        authenticated_at: proof.at,
        last_seen: now,
        ended: None,
        device: visitor.device_text.clone(),
        upstream: proof.provided.as_ref().map(|provided| provided.upstream.clone()),
        proof: 0,
        stopgap,
    };
    (token, session)
}

/// The secret of the session that a start ends in.
pub(super) fn token_of(ctx: &Context, started: &Started, user: UserId, visitor: &Visitor) -> String {
    let user = user.to_string();
    let parts: [&[u8]; 3] = [started.id.as_bytes(), user.as_bytes(), visitor.browser.as_bytes()];
    URL_SAFE_NO_PAD.encode(ctx.session_mac.sign(&parts))
}

/// Whether this start ended in this session.
pub(super) fn came_from(ctx: &Context, started: &Started, found: &FoundSession, visitor: &Visitor) -> bool {
    sha256(token_of(ctx, started, found.user.id, visitor).as_bytes()) == found.session.token_hash
}

/// Where a completed sign-in leads.
pub(super) fn onward(started: Started, session: SessionId, user: UserId) -> Onward {
    match started.errand {
        Errand::Application(request) => Onward::Application { resume: Resume { request, session, user, trace: homeward_trace::current() } },
        Errand::ChangePassword { .. } => Onward::ChangePassword { started: Box::new(started), user },
        Errand::Consent(consent) => Onward::Consent { to: Box::new(consent) },
        Errand::Email => Onward::Email { user },
        Errand::Own => Onward::Own { user },
        Errand::Home | Errand::Tile => Onward::Home,
    }
}

/// A new sign-in for the same errand, for pages that lead back to it. Who was to prove themselves anew still is (OA-22).
pub(super) fn anew(ctx: &Context, started: &Started) -> Started {
    Started { hints: started.hints.clone(), fresh: started.fresh, ..authorize::own(ctx, started.errand.clone()) }
}
