//! An answer arrives, without cookies when it comes by a form. It is verified against the transaction it names and against
//! nothing else; one that fails uses nothing up, one that holds is kept for the browser that began.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_federation::{Check, Connection, Failure, IdpInitiated, OurSide, Protocol, UnverifiedAnswer, VerifiedAssertion};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountNumber, ConnectionId, random_token};
use homeward_sealing::sha256;
use homeward_trace::step;

use super::{depart, own, refused, several, test};
use crate::{
    context::Context,
    federated::{Answer, Connected, HeardUpTo, Kept, Purpose, SsoReturned, SsoSent, Tried},
    stage::Errand,
    step::Step,
    usecase::{
        authorize, finish,
        limit::{LATE, STRAYS, UNASKED, limited, limited_at, pause},
    },
    visitor::Visitor,
};

/// Where an answer leads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once a request and moved once")]
pub enum Answered {
    /// To `/signin/return` with this handle, by a GET that has the browser's cookies.
    Fetch(String),
    /// The provider began, and a request of ours follows: by a GET of ours, because only that has the browser's cookies.
    Begin(ConnectionId),
    /// To `/signin/test/result` with this handle: a test sign-in has its result.
    Test(String),
    /// To the account portal, where this connection's test was begun.
    TestOf(AccountNumber, ConnectionId),
    /// It failed, or cannot be placed: a page, for the browser that began where one did.
    Page {
        /// The page.
        step: Step,
        /// The browser that its stage belongs to.
        browser: Option<String>,
    },
}

impl Answered {
    fn page(step: Step, sent: &SsoSent) -> Self {
        Self::Page { step, browser: Some(sent.browser.clone()) }
    }
    fn nobodys(step: Step) -> Self {
        Self::Page { step, browser: None }
    }
}

/// An answer as it came: which connection its address names, and the handle that came with it (`RelayState`, `state`).
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The address it was sent to.
    pub at: At,
    /// The handle. It is believed only as far as it finds a transaction.
    pub handle: String,
    /// The rest.
    pub unverified: UnverifiedAnswer,
    /// The browser that carries it, where its cookies came along. A form from another site has none.
    pub browser: Option<String>,
    /// The origin of the page that sent it, as the browser says.
    pub origin: Option<String>,
}

/// Where an answer arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// At the address of one connection.
    Connection(ConnectionId),
    /// At a path that connections brought along from another product (B-181); the transaction says which one it is.
    Path(String),
}

impl At {
    fn connection(&self) -> Option<ConnectionId> {
        match self {
            Self::Connection(id) => Some(*id),
            Self::Path(_) => None,
        }
    }
}

/// An answer that came in an address, where only a form counts (SB-01): a test sign-in of this very browser says so. `None` for every other.
///
/// # Errors
/// `StoreFault`.
pub async fn by_redirect(ctx: &Context, at: At, handle: &str, visitor: &Visitor) -> Result<Option<Answered>, StoreFault> {
    let hash = sha256(handle.as_bytes());
    let is_own_test = |sent: &SsoSent| sent.purpose == Purpose::Test && sent.browser == visitor.browser;
    // Whose it is comes first: opening such an address takes no try from anybody's sign-in.
    if !ctx.federation.transactions.sent(&hash, ctx.now()).await?.is_some_and(|sent| is_own_test(&sent)) {
        return Ok(None);
    }
    let Some(found) = ctx.federation.transactions.try_answer(&hash, ctx.now()).await? else { return Ok(None) };
    let arrival = Arrival { at, handle: handle.to_owned(), unverified: UnverifiedAnswer::SamlByRedirect, browser: Some(visitor.browser.clone()), origin: None };
    test::answered(ctx, &arrival, (&hash, found.used), found.sent, visitor).await.map(Some)
}

/// Verifies an answer.
///
/// # Errors
/// `StoreFault`.
pub async fn receive(ctx: &Context, arrival: Arrival, visitor: &Visitor) -> Result<Answered, StoreFault> {
    let hash = sha256(arrival.handle.as_bytes());
    let found = match arrival.handle.is_empty() {
        true => None,
        false => ctx.federation.transactions.try_answer(&hash, ctx.now()).await?,
    };
    let Some(found) = found else {
        if let Some(late) = late(ctx, &arrival, &hash, visitor).await? {
            return Ok(late);
        }
        let tile = tile_of(ctx, &arrival).await?;
        if let Some(step) = limited_at(ctx, (&UNASKED, tile), &authorize::own(ctx, Errand::Home), visitor).await? {
            return Ok(Answered::nobodys(step));
        }
        return unsolicited(ctx, arrival, visitor).await;
    };
    let sent = found.sent;
    sent.started.has_a_hop();
    // Another browser carries it (OR-01, SF-21): nothing is asked of the provider and nothing is used up.
    if arrival.browser.as_ref().is_some_and(|browser| *browser != sent.browser) {
        // And nothing of the other browser's sign-in is shown here.
        return refused::elsewhere(ctx, &sent, visitor).await.map(Answered::nobodys);
    }
    if sent.purpose == Purpose::Test {
        return test::answered(ctx, &arrival, (&hash, found.used), sent, visitor).await;
    }
    if found.used {
        return refused::page(ctx, Failure::of(Check::Fresh, "replay.used"), &sent, visitor).await.map(|step| Answered::page(step, &sent));
    }
    let heard = ctx.federation.transactions.heard_up_to().await?;
    match verified(ctx, &arrival, &sent).await? {
        Ok((answer, mark)) => {
            let result = random_token(ctx.random.as_ref());
            let returned = SsoReturned { sent, answer };
            let kept = ctx.federation.transactions.keep_result(&hash, (&mark, heard), (&sha256(result.as_bytes()), &returned), ctx.now().plus(SsoReturned::LIFETIME)).await?;
            match kept {
                Kept::Once => Ok(Answered::Fetch(result)),
                Kept::Used => refused::page(ctx, Failure::of(Check::Fresh, "replay.used"), &returned.sent, visitor).await.map(|step| Answered::page(step, &returned.sent)),
            }
        }
        Err(failure) => refused::page(ctx, failure, &sent, visitor).await.map(|step| Answered::page(step, &sent)),
    }
}

/// An answer to a sign-in of ours that takes none any more: the person was away for too long, or it was answered too often (SF-28). Nothing of it is verified;
/// "Try again" leads to what the sign-in was for.
async fn late(ctx: &Context, arrival: &Arrival, hash: &[u8; 32], visitor: &Visitor) -> Result<Option<Answered>, StoreFault> {
    if arrival.handle.is_empty() {
        return Ok(None);
    }
    let Some(Tried { sent, used }) = ctx.federation.transactions.past(hash).await? else { return Ok(None) };
    // No try is counted any more, and each leaves a record. Whoever has the handle has begun, or got it from who has: nobody else's late answers count.
    let who = URL_SAFE_NO_PAD.encode(hash);
    if let Some(wait) = ctx.guesses.allow(LATE.what, &who, LATE.most, LATE.window, ctx.now()).await? {
        let step = pause(ctx, ctx.now().plus(wait), LATE.what, &finish::anew(ctx, &sent.started), visitor).await?;
        return Ok(Some(Answered::nobodys(step)));
    }
    sent.started.has_a_hop();
    if arrival.browser.as_ref().is_some_and(|browser| *browser != sent.browser) {
        return refused::elsewhere(ctx, &sent, visitor).await.map(|step| Some(Answered::nobodys(step)));
    }
    let failure = match used {
        true => Failure::of(Check::Fresh, "replay.used"),
        false => Failure::of(Check::MeantForUs, "request.over"),
    };
    let step = match sent.purpose {
        Purpose::Test => test::over(),
        Purpose::SignIn | Purpose::Unsolicited => refused::page(ctx, failure, &sent, visitor).await?,
    };
    Ok(Some(Answered::page(step, &sent)))
}

/// The connection, where a page of its own provider has sent the answer and it takes such answers. No page elsewhere can make a browser say so:
/// what those send through a network is counted apart, and uses up nothing of the tile of the people in it. Nor does another connection's provider.
/// At an address that several share it is one of those whose provider the answer names; nothing is verified for the count, and a long answer is not
/// read for it. A page without an origin (`null`) may be anybody's, and is counted as one elsewhere.
async fn tile_of(ctx: &Context, arrival: &Arrival) -> Result<Option<ConnectionId>, StoreFault> {
    let Some(origin) = arrival.origin.as_deref().filter(|origin| *origin != "null") else { return Ok(None) };
    let named = match &arrival.at {
        At::Connection(id) => vec![*id],
        At::Path(path) => match read_for_count(&arrival.unverified) {
            Some(issuer) => ctx.federation.connections.at_path(path, &issuer).await?,
            None => Vec::new(),
        },
    };
    for id in named {
        let connected = ctx.federation.connections.connection(id).await?.filter(depart::is_on(ctx.now()));
        let known = connected.and_then(|connected| connected.connection).filter(|known| known.settings.idp_initiated != IdpInitiated::Refuse);
        let Some(Protocol::Saml(saml)) = known.map(|known| known.settings.protocol) else { continue };
        if [&saml.sso_redirect, &saml.sso_post].into_iter().flatten().any(|address| address.origin() == origin) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Longest answer that is read before it is counted, in characters of its form.
const MOST_READ_FOR_COUNT: usize = 64 * 1024;

/// The issuer that an answer names, unless it is too long to be read for a count.
fn read_for_count(unverified: &UnverifiedAnswer) -> Option<String> {
    match unverified {
        UnverifiedAnswer::Saml(response) if response.len() <= MOST_READ_FOR_COUNT => unverified.unverified_issuer(),
        UnverifiedAnswer::Saml(_) | UnverifiedAnswer::SamlByRedirect | UnverifiedAnswer::Oidc(_) => None,
    }
}

type Verified = Result<(Answer, homeward_federation::ReplayMark), Failure>;

/// The connection is read once more: disabled means disabled now (ST-13).
async fn verified(ctx: &Context, arrival: &Arrival, sent: &SsoSent) -> Result<Verified, StoreFault> {
    let asked = sent.pending.connection;
    if arrival.at.connection().is_some_and(|named| named != asked) {
        return Ok(Err(Failure::of(Check::MeantForUs, "request.other_connection")));
    }
    let connected = ctx.federation.connections.connection(asked).await?;
    let Some(Connected { connection: Some(known), .. }) = connected.filter(depart::is_on(ctx.now())) else {
        return Ok(Err(Failure::of(Check::Allowed, "connection.off")));
    };
    let finished = verified_by(ctx, arrival, sent, &known).await?;
    match finished {
        Ok(assertion) => Ok(Ok((kept(ctx, &assertion, &known)?, assertion.replay().clone()))),
        Err(failure) => Ok(Err(failure)),
    }
}

/// Whether it came to none of the connection's own addresses.
pub(super) fn is_elsewhere(arrival: &Arrival, known: &Connection) -> bool {
    match &arrival.at {
        At::Connection(named) => *named != known.id || !known.settings.answers_at_own_address(),
        At::Path(path) => known.settings.shared_path() != Some(path),
    }
}

/// The answer, verified with the keys of this connection, when it came to one of its own addresses.
async fn verified_by(ctx: &Context, arrival: &Arrival, sent: &SsoSent, known: &Connection) -> Result<Result<VerifiedAssertion, Failure>, StoreFault> {
    if is_elsewhere(arrival, known) {
        return Ok(Err(Failure::of(Check::MeantForUs, "request.other_connection")));
    }
    let side = own::side(ctx, known).await?;
    Ok(step("answer.verify", ctx.federation.door.finish(known, &side, arrival.unverified.clone(), Some(&sent.pending), ctx.now())).await)
}

/// What is kept of an assertion for a minute.
pub(super) fn kept(ctx: &Context, assertion: &VerifiedAssertion, known: &Connection) -> Result<Answer, StoreFault> {
    Answer::of(assertion, &known.settings, &ctx.federation.sealer).ok_or_else(|| StoreFault("an answer could not be sealed".to_owned()))
}

/// An answer that belongs to no transaction of ours: the provider began, or its sign-in is long forgotten (B-033, B-175, SF-23).
async fn unsolicited(ctx: &Context, arrival: Arrival, visitor: &Visitor) -> Result<Answered, StoreFault> {
    // Before the connection is read: what is changed after this counts against the answer.
    let heard = ctx.federation.transactions.heard_up_to().await?;
    let connected = match &arrival.at {
        At::Connection(id) => ctx.federation.connections.connection(*id).await?,
        At::Path(path) => of_issuer(ctx, path, &arrival.unverified).await?,
    };
    let connected = connected.filter(depart::is_on(ctx.now()));
    let rule = connected.as_ref().and_then(|c| c.connection.as_ref()).map(|known| known.settings.idp_initiated);
    match (rule, connected) {
        // The answer itself is not verified: it signs nobody in, and cannot.
        (Some(IdpInitiated::Convert), Some(connected)) => Ok(Answered::Begin(connected.route.id)),
        (Some(IdpInitiated::Accept), Some(connected)) => accept(ctx, arrival, (connected, heard), visitor).await,
        (_, connected) => match stray(ctx, visitor).await? {
            Some(pause) => Ok(pause),
            None => refused::unasked(ctx, connected.as_ref(), &arrival.at, visitor).await.map(Answered::nobodys),
        },
    }
}

/// Counts an answer that leads nowhere, before it leaves a record; `Some` is what comes of one too many.
async fn stray(ctx: &Context, visitor: &Visitor) -> Result<Option<Answered>, StoreFault> {
    Ok(limited(ctx, &STRAYS, &authorize::own(ctx, Errand::Home), visitor).await?.map(Answered::nobodys))
}

/// Of the connections that share an address, the one whose provider the answer names: what is off, or refuses such answers where another takes
/// them, is none of them (B-181). Of several that are left, the one that the answer is good for.
async fn of_issuer(ctx: &Context, path: &str, unverified: &UnverifiedAnswer) -> Result<Option<Connected>, StoreFault> {
    let Some(issuer) = unverified.unverified_issuer() else { return Ok(None) };
    let mut found = Vec::new();
    for id in ctx.federation.connections.at_path(path, &issuer).await? {
        found.extend(ctx.federation.connections.connection(id).await?.filter(depart::is_on(ctx.now())));
    }
    let is_good = async |known: &Connection, side: &OurSide| {
        known.settings.idp_initiated != IdpInitiated::Refuse && step("answer.verify", ctx.federation.door.finish(known, side, unverified.clone(), None, ctx.now())).await.is_ok()
    };
    Ok(several::meant(ctx, found, is_good).await)
}

/// The connection's switch lets such answers sign in: verified like any other, without a request, used once, and to the
/// account's default application only. RelayState leads nowhere.
async fn accept(ctx: &Context, arrival: Arrival, (connected, heard): (Connected, HeardUpTo), visitor: &Visitor) -> Result<Answered, StoreFault> {
    let Some(known) = &connected.connection else { return refused::unasked(ctx, Some(&connected), &arrival.at, visitor).await.map(Answered::nobodys) };
    let side = own::side(ctx, known).await?;
    let sent = refused::nobody_asked(ctx, &connected, visitor);
    let failure = match step("answer.verify", ctx.federation.door.finish(known, &side, arrival.unverified, None, ctx.now())).await {
        Ok(assertion) => {
            let answer = kept(ctx, &assertion, known)?;
            let (result, handle) = (random_token(ctx.random.as_ref()), random_token(ctx.random.as_ref()));
            let hash = sha256(handle.as_bytes());
            ctx.federation.transactions.keep(&hash, &sent, ctx.now().plus(SsoReturned::LIFETIME)).await?;
            let returned = SsoReturned { sent: sent.clone(), answer };
            match ctx.federation.transactions.keep_result(&hash, (assertion.replay(), heard), (&sha256(result.as_bytes()), &returned), ctx.now().plus(SsoReturned::LIFETIME)).await? {
                Kept::Once => return Ok(Answered::Fetch(result)),
                Kept::Used => Failure::of(Check::Fresh, "replay.used"),
            }
        }
        Err(failure) => failure,
    };
    match stray(ctx, visitor).await? {
        Some(pause) => Ok(pause),
        None => refused::page(ctx, failure, &sent, visitor).await.map(|step| Answered::page(step, &sent)),
    }
}
