//! The only place that turns a `Step` into a response.

use std::time::Duration;

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use homeward_provider::FormPost;
use homeward_signin::{
    Remembered, Step,
    step::{Departure, Onward, Resume},
    stage::{Departing, Errand, Started},
    usecase::{authorize::Begun, federated::{self, hear::NotHeard}, signout::{self, SignOut}, strangers::TooMany},
};
use maud::Markup;

use crate::{
    asked::Asked,
    cookies,
    form::Trouble,
    headers,
    screens::{self, Ended, OpenPage},
    stage::{self, Stage},
};

/// How long the way on from a completed sign-in may take.
const RESUME: Duration = Duration::from_secs(60);
/// Longest stage in an address, in bytes: proxies take 8 KiB for the whole line.
const MOST_IN_ADDRESS: usize = 6_000;
/// Accounts that a browser remembers at most.
const MOST_REMEMBERED: usize = 5;

pub(crate) type Answer = Result<HttpResponse, Trouble>;

/// A step after a GET or POST.
pub(crate) async fn step(asked: &Asked, step: Step) -> Answer {
    with(asked, step, false).await
}

/// A step; `remember` when the person ticked "Remember me on this device".
pub(crate) async fn with(asked: &Asked, step: Step, remember: bool) -> Answer {
    match step {
        Step::SignedIn { done, session_token, onward, asking } => {
            let mut response = go(asked, onward, asking.name.as_deref(), screens::leave).await?;
            set(&mut response, session_cookie(asked, &session_token).await?);
            if remember && !asking.private && let Some(cookie) = remembered(asked, done.user()).await? {
                set(&mut response, cookie);
            }
            Ok(response)
        }
        Step::GoOn { onward, asking, meanwhile } => {
            let page: Leave = if meanwhile { screens::leave_meanwhile } else { screens::leave };
            go(asked, onward, asking.name.as_deref(), page).await
        }
        Step::Depart { stage } => depart(asked, stage).await,
        other => {
            let secret = match &other {
                Step::PasswordChanged { session_token: Some(token), .. } => Some(session_cookie(asked, token).await?),
                _ => None,
            };
            let mut response = page_of(asked, &other, remember);
            if let Some(secret) = secret {
                set(&mut response, secret);
            }
            Ok(response)
        }
    }
}

/// The cookie with one more session. Once it is full, what names nothing any more goes before what is somebody's.
async fn session_cookie(asked: &Asked, secret: &str) -> Result<actix_web::cookie::Cookie<'static>, Trouble> {
    let before = &asked.visitor.sessions;
    let value = match before.len() < cookies::MOST_SESSIONS {
        true => cookies::with_session(secret, before),
        false => cookies::with_session(secret, &signout::named(asked.ctx(), &asked.visitor).await?),
    };
    Ok(cookies::cookie(cookies::SESSION, value, None))
}

/// The page that leaves. After a POST it has an address of its own, so that the browser's back button and a reload find a page and no form
/// to send again (SSO-4); a stage that is too long for an address leaves at once.
async fn depart(asked: &Asked, stage: Departing) -> Answer {
    if asked.is_post {
        let sealed = stage::seal(asked, &Stage::Departing(stage.clone()));
        if sealed.len() <= MOST_IN_ADDRESS {
            return Ok(see(asked, &format!("/signin/leave?stage={sealed}")));
        }
    }
    let step = federated::set_out(asked.ctx(), stage, &asked.visitor).await?;
    Ok(page_of(asked, &step, false))
}

/// `remember`: was ticked, for the end that is still to come.
fn page_of(asked: &Asked, step: &Step, remember: bool) -> HttpResponse {
    let sealed = stage::of(step).map(|stage| stage::seal(asked, &stage)).unwrap_or_default();
    let handle = stage::handle_of(step).unwrap_or_default();
    let markup = screens::render(step, &asked.chrome(sealed).with_handle(handle).with_remembers(remember).standing_at(OpenPage::of_step(step)));
    let (status, retry) = status(step);
    let mut builder = HttpResponse::build(status);
    if let Some(seconds) = retry {
        builder.insert_header(("Retry-After", seconds.to_string()));
    }
    if let Step::Leaving { departure: Departure::Post { action, .. }, .. } = step
        && let Some(origin) = origin(action)
    {
        // The one page whose form goes elsewhere says so (SSO-2): nothing that anybody typed is a part of its address.
        builder.insert_header(("Content-Security-Policy", headers::with_form_onward(&origin)));
    }
    finish(asked, builder, markup)
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> Option<String> {
    let origin = url::Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

fn status(step: &Step) -> (StatusCode, Option<u64>) {
    match step {
        Step::Pause { seconds, .. } => (StatusCode::TOO_MANY_REQUESTS, Some(*seconds)),
        Step::Busy { seconds, .. } => (StatusCode::SERVICE_UNAVAILABLE, Some(*seconds)),
        Step::AnswerRefused { .. } => (StatusCode::FORBIDDEN, None),
        Step::Refused { reason, .. } => (StatusCode::from_u16(reason.status()).unwrap_or(StatusCode::BAD_REQUEST), None),
        _ => (StatusCode::OK, None),
    }
}

/// A small page that leaves our origin for an address, by the name of the application that is there.
type Leave = fn(&str, Option<&str>, &screens::Chrome) -> Markup;

/// Where a completed sign-in leads. The way out of our origin goes through a page of ours, and no code stands in it (ALL-25).
async fn go(asked: &Asked, onward: Onward, app: Option<&str>, leave: Leave) -> Answer {
    match onward {
        Onward::Application { resume } => {
            let sealed = seal_resume(asked, &resume);
            let to = format!("/signin/continue?resume={sealed}");
            Ok(finish(asked, HttpResponse::Ok(), leave(&to, app, &asked.chrome(String::new()))))
        }
        Onward::ChangePassword { started, user } => {
            let address = change_address(&started);
            let join = if address.contains('?') { '&' } else { '?' };
            Ok(see(asked, &format!("{address}{join}stage={}", stage::seal(asked, &Stage::Own(user)))))
        }
        Onward::Own { user } => Ok(see(asked, &format!("/account?stage={}", stage::seal(asked, &Stage::Own(user))))),
        Onward::Consent { to } => Ok(see(asked, &homeward_signin::usecase::delegated::path_of(&to))),
        Onward::Email { user } => Ok(see(asked, &format!("/account/email?stage={}", stage::seal(asked, &Stage::Own(user))))),
        Onward::Home => Ok(see(asked, "/signin")),
        Onward::Start { to } => Ok(finish(asked, HttpResponse::Ok(), leave(&to, app, &asked.chrome(String::new())))),
    }
}

/// `/changepassword` with the application and the address it came with.
pub(crate) fn change_address(started: &Started) -> String {
    let Errand::ChangePassword { client: Some(client), return_to, .. } = &started.errand else { return "/changepassword".to_owned() };
    let mut query = vec![("client_id", client.as_str())];
    query.extend(return_to.as_deref().map(|to| ("return_to", to)));
    format!("/changepassword?{}", serde_urlencoded::to_string(query).unwrap_or_default())
}

fn seal_resume(asked: &Asked, resume: &Resume) -> String {
    asked.app.pages.seal(&["resume", &asked.visitor.browser], resume, asked.ctx().now().plus(RESUME))
}

/// The answer to an authorization request: a page, or the application's own address.
pub(crate) async fn begun(asked: &Asked, begun: Begun) -> Answer {
    match begun {
        Begun::Step(found) => step(asked, found).await,
        Begun::Redirect(url) => Ok(see(asked, &url)),
        Begun::Post(form) => form_post(asked, &form),
    }
}

/// The answer as a form of ours that posts itself to the application, and to nobody else. It holds a code: only a GET is answered
/// with it, and nobody keeps it (decision 0003).
fn form_post(asked: &Asked, form: &FormPost) -> Answer {
    let origin = url::Url::parse(&form.to).map_err(|_| Trouble::Malformed)?.origin().ascii_serialization();
    let mut response = page(asked, screens::post_back(&form.to, &form.fields, &asked.chrome(String::new())));
    let policy = HeaderValue::from_str(&headers::posting_to(&origin)).map_err(|_| Trouble::Malformed)?;
    response.headers_mut().insert(HeaderName::from_static("content-security-policy"), policy);
    Ok(response)
}

/// 303, by GET (RFC 9700 4.12).
pub(crate) fn see(asked: &Asked, to: &str) -> HttpResponse {
    let mut builder = HttpResponse::SeeOther();
    builder.insert_header(("Location", to));
    browser_cookie(asked, &mut builder);
    builder.finish()
}

/// A page of our own.
pub(crate) fn page(asked: &Asked, markup: Markup) -> HttpResponse {
    finish(asked, HttpResponse::Ok(), markup)
}

fn finish(asked: &Asked, mut builder: HttpResponseBuilder, markup: Markup) -> HttpResponse {
    browser_cookie(asked, &mut builder);
    builder.content_type("text/html; charset=utf-8").body(markup.into_string())
}

fn browser_cookie(asked: &Asked, builder: &mut HttpResponseBuilder) {
    if asked.new_browser {
        builder.cookie(cookies::cookie(cookies::BROWSER, asked.visitor.browser.clone(), Some(400)));
    }
}

fn set(response: &mut HttpResponse, cookie: actix_web::cookie::Cookie<'static>) {
    // A cookie of ours always writes; one that did not would leave the person signed out, not in.
    let _ = response.add_cookie(&cookie);
}

async fn remembered(asked: &Asked, user: homeward_model::UserId) -> Result<Option<actix_web::cookie::Cookie<'static>>, Trouble> {
    let Some((user, account)) = asked.ctx().directory.user(user).await? else { return Ok(None) };
    let new = Remembered { username: user.username, account: account.number, account_name: account.name };
    let mut all = vec![new.clone()];
    all.extend(asked.visitor.remembered.iter().filter(|r| r.username.key() != new.username.key() || r.account != new.account).cloned());
    all.truncate(MOST_REMEMBERED);
    Ok(Some(remembered_cookie(asked, &all)))
}

pub(crate) fn remembered_cookie(asked: &Asked, all: &[Remembered]) -> actix_web::cookie::Cookie<'static> {
    if all.is_empty() {
        return cookies::gone(cookies::REMEMBERED);
    }
    let until = asked.ctx().now().plus(Duration::from_secs(400 * 86_400));
    cookies::cookie(cookies::REMEMBERED, asked.app.pages.seal(&["remembered"], &all, until), Some(400))
}

/// Sign-out: the question, the way to a provider, or its end. While others are signed in in this browser the cookie stays, which names
/// their sessions, too; the last page says who they are.
pub(crate) async fn sign_out(asked: &Asked, out: SignOut) -> Answer {
    let others = signout::here(asked.ctx(), &asked.visitor).await?;
    let is_empty = signout::named(asked.ctx(), &asked.visitor).await?.is_empty();
    let forget = |response: &mut HttpResponse| {
        if is_empty {
            set(response, cookies::gone(cookies::SESSION));
        }
    };
    Ok(match out {
        SignOut::Confirm { stage, asking, whom, other } => {
            let not_back = stage.not_back.clone();
            let sealed = stage::seal(asked, &Stage::AwaitSignOut(stage));
            page(asked, screens::confirm_sign_out(&asked.chrome(sealed), asking.name.as_deref(), (&whom, other), not_back.as_ref()))
        }
        SignOut::Leaving { asking, place, departure, handle } => {
            let markup = screens::leaving_too(&asked.chrome(String::new()), asking.name.as_deref(), &place, &departure, &handle);
            let mut response = leaving(asked, &departure, markup);
            forget(&mut response);
            response
        }
        SignOut::Done { asking, redirect, not_back, open, closed, again } => {
            let ended = Ended { app: asking.name.as_deref(), onward: redirect.as_deref(), not_back: not_back.as_ref(), open: &open, closed: &closed, again: again.as_deref(), others: &others };
            let mut response = page(asked, screens::signed_out(&asked.chrome(String::new()), &ended));
            forget(&mut response);
            response
        }
        // Somebody may have signed in meanwhile: no cookie goes away.
        SignOut::Over => page(asked, screens::sign_out_over(&asked.chrome(String::new()))),
    })
}

/// A page that leaves our origin to sign out elsewhere. One whose form goes there lets the provider lead on.
pub(crate) fn leaving(asked: &Asked, departure: &Departure, markup: Markup) -> HttpResponse {
    let mut builder = HttpResponse::Ok();
    if let Departure::Post { action, .. } = departure
        && let Some(origin) = origin(action)
    {
        builder.insert_header(("Content-Security-Policy", headers::with_form_onward(&origin)));
    }
    finish(asked, builder, markup)
}

/// The page of what one network asked for too often.
pub(crate) fn too_many(asked: &Asked, too_many: &TooMany, signing_out: bool) -> HttpResponse {
    let mut builder = HttpResponse::TooManyRequests();
    builder.insert_header(("Retry-After", too_many.seconds.to_string()));
    finish(asked, builder, screens::too_many(&asked.chrome(String::new()), too_many, signing_out))
}

/// A page of a message that counts for nothing.
pub(crate) fn not_signed_out(asked: &Asked, not: &NotHeard) -> HttpResponse {
    finish(asked, HttpResponse::Forbidden(), screens::not_signed_out(&asked.chrome(String::new()), not))
}
