//! One attempt with a password: counted before it is looked at, evaluated in the same shape for everybody.

use homeward_local_credential::{Guess, Guessed, PasswordVerified, Reservation, StoreFault};
use homeward_model::{Password, Timestamp, UserId, Username};
use homeward_sealing::sha256;
use homeward_trace::step;

use crate::{
    context::Context,
    stage::{AwaitPassword, ChooseAccount, Started},
    step::{Step, TriesLeft},
    usecase::{
        limit::pause_of,
        realm::{Realm, asking_of, uniform},
        refuse::{About, audit},
        strangers,
    },
    visitor::Visitor,
};

/// What came of it.
#[expect(clippy::large_enum_variant, reason = "made once a request and moved once")]
pub(super) enum Tried {
    /// The password of these users.
    Right(Vec<PasswordVerified>),
    /// Nobody's.
    Wrong {
        /// Tries left before the pause, when few.
        tries_left: Option<TriesLeft>,
        /// Until when the others of the name are paused, where it was tried for some of them only: it may be theirs.
        others: Option<Timestamp>,
    },
    /// Nothing was typed; not counted.
    Empty,
    /// A page of its own: a pause, or the queue is full.
    Step(Step),
}

/// What stands in for a text that can be no password, so that it costs what every other costs.
const UNUSABLE: &str = "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}";

/// Tries the password for the users that discovery allows.
pub(super) async fn with_password(
    ctx: &Context,
    stage: &AwaitPassword,
    realm: &Realm,
    typed: &str,
    visitor: &Visitor,
) -> Result<Tried, StoreFault> {
    for_users(ctx, (&stage.started, realm), &stage.username, realm.password_users(), (typed, visitor)).await
}

/// Tries the password for these users; with none it is wrong, after the same work.
pub(super) async fn for_users(
    ctx: &Context,
    (started, realm): (&Started, &Realm),
    username: &Username,
    users: &[UserId],
    (typed, visitor): (&str, &Visitor),
) -> Result<Tried, StoreFault> {
    if typed.is_empty() {
        return Ok(Tried::Empty);
    }
    let now = ctx.now();
    let Reserved { guess, users, reservation, others } = reserve(ctx, username, users, visitor).await?;
    let tries_left = match reservation {
        Reservation::Go { tries_left } => tries_left,
        Reservation::Pause { until } => {
            return pause_of(ctx, until, ("password.paused", username.typed()), started, visitor).await.map(Tried::Step);
        }
    };
    // Those of the name in its other accounts come along: their salt is taken when a hash is renewed, and what other systems' hashes cost is the same
    // whether their password counts here or not.
    let everybody: Vec<UserId> = realm.candidates.accounts.iter().filter_map(|c| c.user.as_ref().map(|user| user.id)).collect();
    let siblings = ctx.credentials.of_users(&everybody).await?;
    let credentials: Vec<_> = siblings.iter().filter(|credential| users.contains(&credential.user)).cloned().collect();
    let (password, usable) = match Password::parse(typed) {
        Ok(password) => (Some(password), true),
        Err(_) => (Password::parse(UNUSABLE).ok(), false),
    };
    let Some(password) = password else { return Ok(Tried::Wrong { tries_left: None, others }) };
    let checked = match step("password.verify", ctx.passwords.verify(&password, if usable { &credentials } else { &[] }, &siblings)).await {
        Ok(checked) => checked,
        Err(overloaded) => {
            ctx.guesses.cancelled(&guess, now).await?;
            let again = Some(Box::new((started.clone(), username.typed().to_owned())));
            return Ok(Tried::Step(Step::Busy { seconds: overloaded.retry_after.as_secs().max(1), case: strangers::error_page(ctx, 503), again }));
        }
    };
    if checked.verified.is_empty() {
        audit(ctx, "signin.password", "password.wrong", About::of(started), visitor, None).await?;
        // It may be that of an account which was not looked at: the person says which first. The uniform page asks for the account as it is.
        if checked.untried && others.is_none() && !uniform(ctx) {
            let stage = ChooseAccount { started: started.clone(), username: username.clone() };
            return Ok(Tried::Step(Step::ChooseAccount { stage, asking: asking_of(&realm.application), remembered: Vec::new(), problem: None }));
        }
        let tries_left = match tries_left {
            Some(count) => {
                let pause = ctx.guesses.pause_to_come(&guess, now).await?;
                Some(TriesLeft { count, minutes: u32::try_from(pause.as_secs().div_ceil(60)).unwrap_or(u32::MAX) })
            }
            None => None,
        };
        return Ok(Tried::Wrong { tries_left, others });
    }
    for credential in &checked.rehashed {
        ctx.credentials.rehash(credential).await?;
    }
    // Right for some of those who were tried is still a guess at the others, which was wrong: it stays counted, or whoever has the same name in an
    // account of their own would set the guess as their password there and guess on for ever. Right for an account that was named is none at the
    // others: it costs nothing and clears nothing (LG-08).
    match (checked.verified.len() == credentials.len(), credentials.len() == siblings.len()) {
        (true, true) => ctx.guesses.succeeded(&guess, now).await?,
        (true, false) => ctx.guesses.cancelled(&guess, now).await?,
        (false, _) => {}
    }
    let proved: Vec<(UserId, i64)> = checked.verified.iter().map(|one| (one.user(), one.version())).collect();
    ctx.known.remember((&sha256(visitor.browser.as_bytes()), visitor.language.code()), &proved, now).await?;
    Ok(Tried::Right(checked.verified))
}

/// A guess that was counted before anything was looked at, and for whom it may go on.
pub(super) struct Reserved<'a> {
    pub guess: Guess<'a>,
    pub users: Vec<UserId>,
    pub reservation: Reservation,
    /// Until when the others of the name are paused, where it may go on for some of them only.
    pub others: Option<Timestamp>,
}

/// Counts one guess at the users of a name.
pub(super) async fn reserve<'a>(ctx: &Context, username: &'a Username, users: &[UserId], visitor: &'a Visitor) -> Result<Reserved<'a>, StoreFault> {
    let now = ctx.now();
    let known = ctx.known.knows(&sha256(visitor.browser.as_bytes()), users).await?;
    let as_known = |known: bool| Guess {
        what: Guessed::Password,
        username_key: username.key(),
        network: visitor.network,
        known_browser: known.then_some(visitor.browser.as_str()),
    };
    // A browser is known when everybody whose password is tried has signed in with it. Whoever has the same name in one account buys no
    // guesses at another's (LG-08); and is not kept out by others' guesses either: then the password is tried for them alone.
    let (mut guess, mut users) = (as_known(!users.is_empty() && known.len() == users.len()), users.to_vec());
    let mut reservation = ctx.guesses.reserve(&guess, now).await?;
    let mut others = None;
    if let Reservation::Pause { until } = reservation
        && guess.known_browser.is_none()
        && !known.is_empty()
    {
        (guess, users, others) = (as_known(true), known, Some(until));
        reservation = ctx.guesses.reserve(&guess, now).await?;
    }
    Ok(Reserved { guess, users, reservation, others })
}
