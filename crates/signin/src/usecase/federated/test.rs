//! The test sign-in of a connection, before it is on and after: by a link that works once, to the provider and back, through all
//! six checks, as if the connection were on for everybody. Nobody is signed in, and nothing is written but what it showed and the first
//! endpoints of an OpenID Provider. Values that wait to be taken over are tested the same way, as if they were the connection's, and stay
//! what they are: something that waits (ADM-11).

use std::time::Duration;

use homeward_discovery::{Candidates, ConnectionState, Known, Person, SsoMode, WayIn, way_in};
use homeward_federation::{Check, Connection, ConnectionSettings, Failure, Protocol, VerifiedAssertion, Wish, oidc::OidcSettings, report::report};
use homeward_local_credential::StoreFault;
use homeward_model::{CaseNumber, ConnectionId, UserId, random_token};
use homeward_sealing::sha256;
use homeward_trace::step;

use super::{
    answer::{self, Answered, Arrival},
    own,
    whom::{self, Refused},
};
use crate::{
    context::Context,
    federated::{Answer, Connected, HeardUpTo, Kept, Purpose, SsoReturned, SsoSent},
    stage::{Errand, Leaving},
    step::{Asking, Step, TestPage, TestShown},
    test_signin::{TestResult, arrived},
    usecase::{
        authorize,
        limit::{STRAYS, limited},
        realm,
        refuse::{About, audit},
    },
    visitor::Visitor,
};

/// How long a link works.
const LINK: Duration = Duration::from_secs(15 * 60);
/// How long the result can be read.
const RESULT: Duration = Duration::from_secs(30 * 86_400);

/// Makes a link to one test sign-in. Whoever has it may begin the test, and learns nothing else.
///
/// # Errors
/// `StoreFault`.
pub async fn link(ctx: &Context, connection: ConnectionId) -> Result<String, StoreFault> {
    let token = random_token(ctx.random.as_ref());
    ctx.federation.tests.keep_link(&sha256(token.as_bytes()), connection, ctx.now().plus(LINK)).await?;
    Ok(format!("{}/signin/test?token={token}", ctx.settings.issuer))
}

/// The page of a link. Opening it uses nothing up.
///
/// # Errors
/// `StoreFault`.
pub async fn open(ctx: &Context, token: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    if let Some(step) = limited(ctx, &STRAYS, &authorize::own(ctx, Errand::Home), visitor).await? {
        return Ok(step);
    }
    let connection = ctx.federation.tests.link(&sha256(token.as_bytes()), ctx.now()).await?;
    Ok(match testable(ctx, connection, None).await? {
        Some((connected, _)) => Step::Test(TestPage::Begin { account: realm::shown(&connected.account), provider: connected.route.name }),
        None => over(),
    })
}

pub(super) fn over() -> Step {
    Step::Test(TestPage::Over)
}

/// A connection that can be tested: in every state but the last. With the values that wait by this name, where one is given, in place of
/// what was taken over.
async fn testable(ctx: &Context, id: Option<ConnectionId>, waiting: Option<&str>) -> Result<Option<(Connected, Connection)>, StoreFault> {
    let Some(id) = id else { return Ok(None) };
    let found = ctx.federation.connections.connection(id).await?.filter(|c| c.route.state_at(ctx.now()) != ConnectionState::Retired);
    let Some(mut connected) = found else { return Ok(None) };
    if let Some(handle) = waiting {
        let Some(settings) = ctx.federation.tests.waiting(id, handle, ctx.now()).await? else { return Ok(None) };
        connected.connection = Some(Connection { id, account: connected.account.id, name: connected.route.name.clone(), settings });
    }
    Ok(connected.connection.clone().map(|known| (connected, known)))
}

/// "Begin the test": uses the link up, and away.
///
/// # Errors
/// `StoreFault`.
pub async fn begin(ctx: &Context, token: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    if let Some(step) = limited(ctx, &STRAYS, &authorize::own(ctx, Errand::Home), visitor).await? {
        return Ok(step);
    }
    let connection = ctx.federation.tests.take_link(&sha256(token.as_bytes()), ctx.now()).await?;
    let Some((connected, known)) = testable(ctx, connection, None).await? else { return Ok(over()) };
    match go(ctx, (&connected, &known), None, None, visitor).await? {
        Begun::Leaving(step) => Ok(*step),
        Begun::Result(result) => shown(ctx, &connected, &result, visitor).await,
    }
}

/// How a test began.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Begun {
    /// To the provider.
    Leaving(Box<Step>),
    /// It has its result already: nobody can be sent there.
    Result(Box<TestResult>),
}

/// Who begins a test in the account portal, and the setup link by which they do.
pub type Beginner = (UserId, Option<CaseNumber>);

/// Somebody in the account portal begins a test, of what was taken over or of the values that wait by this name: the page that leads to the
/// provider. `None`: its result is there already, because nobody can be sent there, or there is nothing that could be tested.
///
/// # Errors
/// `StoreFault`.
pub async fn begin_by(ctx: &Context, (connection, waiting): (ConnectionId, Option<&str>), by: Beginner, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let Some((connected, known)) = testable(ctx, Some(connection), waiting).await? else { return Ok(None) };
    match go(ctx, (&connected, &known), waiting, Some(by.clone()), visitor).await? {
        Begun::Leaving(step) => {
            // Until an answer is there: nothing has come back. It can take no other result's place, which is always newer.
            let waits = result(ctx, &known, Err(Failure::of(Check::Answered, "answer.awaited").into()), None);
            let (begun_by, begun_link) = (Some(by.0), by.1);
            let handle = random_token(ctx.random.as_ref());
            let waits = TestResult { by: begun_by, link: begun_link, ..waits };
            ctx.federation.tests.keep_test(&sha256(handle.as_bytes()), &visitor.browser, &waits, ctx.now().plus(RESULT)).await?;
            Ok(Some(*step))
        }
        Begun::Result(result) => {
            keep(ctx, &connected, &result, (&visitor.browser, visitor)).await?;
            Ok(None)
        }
    }
}

/// Away, as a sign-in would.
async fn go(ctx: &Context, (connected, known): (&Connected, &Connection), waiting: Option<&str>, by: Option<Beginner>, visitor: &Visitor) -> Result<Begun, StoreFault> {
    let (begun_by, begun_link) = by.map_or((None, None), |(user, link)| (Some(user), link));
    let about = About { account: Some(connected.account.id), ..About::default() };
    audit(ctx, "connection.test_begun", "ok", about, visitor, None).await?;
    // What was not taken over is not the connection's: nothing of it is entered.
    let known = &match waiting {
        Some(_) => known.clone(),
        None => with_endpoints(ctx, connected, known, visitor).await?,
    };
    let handle = random_token(ctx.random.as_ref());
    let wish = Wish { handle: handle.clone(), ..Wish::default() };
    let side = own::side(ctx, known).await?;
    let (departure, pending) = match ctx.federation.door.begin(known, &side, &wish, (ctx.now(), ctx.random.as_ref())).await {
        Ok(begun) => begun,
        Err(why) => {
            tracing::warn!(connection = %known.id, error = %why, "a test sign-in cannot begin");
            return Ok(Begun::Result(Box::new(TestResult { by: begun_by, link: begun_link, ..result(ctx, known, Err(why.failure().into()), None) })));
        }
    };
    let started = authorize::own(ctx, Errand::Home);
    let sent = SsoSent {
        started: started.clone(),
        username: None,
        account: connected.account.id,
        pending,
        browser: visitor.browser.clone(),
        language: visitor.language,
        purpose: Purpose::Test,
        begun_by,
        begun_link,
        waiting: waiting.map(str::to_owned),
    };
    ctx.federation.transactions.keep(&sha256(handle.as_bytes()), &sent, ctx.now().plus(SsoSent::LIFETIME)).await?;
    let account = Some(realm::shown(&connected.account));
    Ok(Begun::Leaving(Box::new(Step::Leaving { stage: Leaving { started, username: None }, asking: Asking::default(), account, departure })))
}

/// The connection as sign-ins will use it: the endpoints that an OpenID Provider publishes first are accepted before the test, which vouches
/// for them, too. Why they cannot be read, the way out says.
async fn with_endpoints(ctx: &Context, connected: &Connected, known: &Connection, visitor: &Visitor) -> Result<Connection, StoreFault> {
    let Protocol::Oidc(oidc) = &known.settings.protocol else { return Ok(known.clone()) };
    if oidc.accepted().is_some() {
        return Ok(known.clone());
    }
    let Ok(first) = ctx.federation.door.oidc().published(known, ctx.now()).await else { return Ok(known.clone()) };
    let about = About { account: Some(connected.account.id), detail: &first.token, ..About::default() };
    audit(ctx, "connection.endpoints_taken", "ok", about, visitor, None).await?;
    let taken = OidcSettings { endpoints: Some(Box::new(first)), ..(**oidc).clone() };
    let settings = ConnectionSettings { protocol: Protocol::Oidc(Box::new(taken)), ..known.settings.clone() };
    let is_entered = ctx.federation.connections.replace_settings(known.id, &known.settings, &settings).await?;
    Ok(if is_entered { Connection { settings, ..known.clone() } } else { known.clone() })
}

/// Keeps what a test showed, and writes it down; the handle by which its browser reads it.
async fn keep(ctx: &Context, connected: &Connected, result: &TestResult, (browser, visitor): (&str, &Visitor)) -> Result<String, StoreFault> {
    let outcome = result.failure.as_ref().map_or("ok", |failure| failure.code.as_str());
    audit(ctx, "connection.tested", outcome, About { account: Some(connected.account.id), ..About::default() }, visitor, None).await?;
    let handle = random_token(ctx.random.as_ref());
    ctx.federation.tests.keep_test(&sha256(handle.as_bytes()), browser, result, ctx.now().plus(RESULT)).await?;
    Ok(handle)
}

/// There is nothing any more that this answer could test. Whoever looked at values that wait sees in the portal what became of them.
async fn gone(ctx: &Context, sent: SsoSent) -> Result<Answered, StoreFault> {
    let connection = sent.pending.connection;
    let found = match sent.begun_by.is_some() && sent.waiting.is_some() {
        true => ctx.federation.connections.connection(connection).await?,
        false => None,
    };
    Ok(match found {
        Some(connected) => Answered::TestOf(connected.account.number, connection),
        None => Answered::Page { step: over(), browser: Some(sent.browser) },
    })
}

/// The answer to a test. Like every answer it is verified where it arrives; what it showed waits for the browser that began.
pub(super) async fn answered(ctx: &Context, arrival: &Arrival, (handle_hash, used): (&[u8; 32], bool), sent: SsoSent, visitor: &Visitor) -> Result<Answered, StoreFault> {
    let Some((connected, known)) = testable(ctx, Some(sent.pending.connection), sent.waiting.as_deref()).await? else { return gone(ctx, sent).await };
    let (verified, whole) = match used {
        true => (Err(Failure::of(Check::Fresh, "replay.used")), None),
        false if answer::is_elsewhere(arrival, &known) => (Err(Failure::of(Check::MeantForUs, "request.other_connection")), None),
        false => {
            let side = own::side(ctx, &known).await?;
            step("answer.verify", ctx.federation.door.finish_shown(&known, &side, arrival.unverified.clone(), &sent.pending, ctx.now())).await
        }
    };
    let judged = match verified {
        Err(failure) => result(ctx, &known, Err(failure.into()), None),
        Ok(assertion) => {
            let came = answer::kept(ctx, &assertion, &known)?;
            let returned = SsoReturned { sent: sent.clone(), answer: came };
            // Marked as used like any other; the result that goes with it is over already, so that nobody fetches it.
            let spare = random_token(ctx.random.as_ref());
            let kept = ctx.federation.transactions.keep_result(handle_hash, (assertion.replay(), HeardUpTo::default()), (&sha256(spare.as_bytes()), &returned), ctx.now()).await?;
            let person = match kept {
                Kept::Once => allowed(ctx, &connected, &returned.answer).await?,
                Kept::Used => Err(Failure::of(Check::Fresh, "replay.used").into()),
            };
            result(ctx, &known, person, Some(&assertion))
        }
    };
    // Whoever comes by a setup link invites nobody and sees nobody; by a link that was printed, nobody is there to compare and mend anything.
    let is_inside = sent.begun_by.is_some() && sent.begun_link.is_none();
    let unknown = judged.unknown.filter(|_| is_inside);
    let about = if is_inside { judged.about } else { Vec::new() };
    let certificate = judged.certificate.filter(|_| sent.begun_by.is_some());
    let whole = whole.filter(|_| sent.begun_by.is_some());
    let judged = TestResult { by: sent.begun_by, link: sent.begun_link, unknown, about, certificate, whole, ..judged };
    let handle = keep(ctx, &connected, &judged, (&sent.browser, visitor)).await?;
    Ok(match judged.by {
        Some(_) => Answered::TestOf(connected.account.number, judged.connection),
        None => Answered::Test(handle),
    })
}

/// Who is meant and whether they might come in, were the connection on for everybody: in part of a name.
async fn allowed(ctx: &Context, connected: &Connected, came: &Answer) -> Result<Result<String, Refused>, StoreFault> {
    let person = match whom::meant(ctx, connected, came, whom::Routed::WereItOn).await? {
        Ok(person) => person,
        Err(refused) => return Ok(Err(refused)),
    };
    let user = person.user();
    let Some(application) = realm::application(ctx, &authorize::own(ctx, Errand::Home)).await? else { return Ok(Err(Failure::of(Check::Allowed, "allowed.rules").into())) };
    let known = Known {
        username: &user.username,
        account: &connected.account.number,
        connection: None,
        application: &application,
        place: (None, homeward_discovery::DeviceKind::Unknown),
    };
    let found = ctx.directory.candidates(known.username, &known.hints()).await?;
    let candidates = switched_on(whom::with_new(found, user), connected);
    Ok(match way_in(&known, connected.route.id, Person::Stored, &candidates, ctx.now()) {
        WayIn::Open => Ok(user.username.masked()),
        WayIn::Outage | WayIn::No => Err(Refused { failure: Box::new(Failure::of(Check::Allowed, "allowed.rules")), about: vec![user.id] }),
    })
}

/// The account as it would be with this connection on for everybody, of every domain; where and from what people come is no matter of the test.
fn switched_on(mut candidates: Candidates, connected: &Connected) -> Candidates {
    for candidate in candidates.accounts.iter_mut().filter(|c| c.account.id == connected.account.id) {
        candidate.account.conditions.clear();
        if candidate.account.sso_mode == SsoMode::Off {
            candidate.account.sso_mode = SsoMode::Button;
        }
        candidate.account.connection = Some(connected.route.id);
        for claim in &mut candidate.domains {
            claim.connection = None;
        }
        for own in candidate.connections.iter_mut().filter(|c| c.id == connected.route.id) {
            (own.state, own.outage) = (ConnectionState::Enforced, None);
        }
    }
    candidates
}

fn result(ctx: &Context, known: &Connection, person: Result<String, Refused>, assertion: Option<&VerifiedAssertion>) -> TestResult {
    let (person, refused) = match person {
        Ok(person) => (Some(person), None),
        Err(refused) => (None, Some(refused)),
    };
    let unknown = refused.as_ref().map(|refused| &refused.failure).filter(|failure| failure.code == "names.unknown_user").and_then(|failure| failure.seen.clone());
    TestResult {
        connection: known.id,
        at: ctx.now(),
        arrived: assertion.map(arrived).unwrap_or_default(),
        person,
        by: None,
        link: None,
        settings: known.settings.digest(),
        unknown,
        failure: refused.as_ref().map(|refused| refused.failure.redacted()),
        certificate: refused.as_ref().and_then(|refused| refused.failure.certificate.as_deref().map(str::to_owned)),
        about: refused.map(|refused| refused.about).unwrap_or_default(),
        whole: None,
    }
}

/// The page of a result, for the browser that began and nobody else. It can be opened as often as one likes.
///
/// # Errors
/// `StoreFault`.
pub async fn read(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(found) = ctx.federation.tests.test(&sha256(handle.as_bytes()), &visitor.browser, ctx.now()).await? else { return Ok(over()) };
    match ctx.federation.connections.connection(found.connection).await? {
        Some(connected) => page(&connected, &found),
        None => Ok(over()),
    }
}

/// Keeps a result that is there at once, and shows it.
async fn shown(ctx: &Context, connected: &Connected, result: &TestResult, visitor: &Visitor) -> Result<Step, StoreFault> {
    keep(ctx, connected, result, (&visitor.browser, visitor)).await?;
    page(connected, result)
}

fn page(connected: &Connected, result: &TestResult) -> Result<Step, StoreFault> {
    let settings = connected.connection.as_ref().map(|known| &known.settings);
    Ok(Step::Test(TestPage::Result(Box::new(TestShown {
        account: realm::shown(&connected.account),
        provider: connected.route.name.clone(),
        report: report(result.failure.as_ref(), settings),
        arrived: result.arrived.clone(),
        person: result.person.clone(),
        at: result.at,
    }))))
}
