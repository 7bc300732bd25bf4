//! An application asks for a sign-in, or the person comes on their own.

use homeward_discovery::{Account, Application, Disclosure, Hints, SsoRule};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountHint, ConnectionId, DomainName, Username, random_token};
use homeward_provider::{
    AuthorizationRequest, FormPost, PageReason, Prompt, Reply, SignedIn,
    authorize::{self, Wrong},
    issue_code,
    pushed::{self, Pushed},
};

use crate::{
    context::Context,
    ports::FoundSession,
    reason::Reason,
    stage::{Errand, Started},
    step::{Asking, FieldProblem, Notice, Resume, Step},
    usecase::{
        chooser, finish, identify,
        limit::looked_up,
        realm::{self, asking_of},
        refuse::{About, refuse, told},
        session,
    },
    visitor::Visitor,
};

/// The first answer to an application's request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once a request and moved once")]
pub enum Begun {
    /// A page of ours.
    Step(Step),
    /// A registered address of the application, with a code or an error. Only a GET may answer with it.
    Redirect(String),
    /// The same as a form that the browser posts. Only a GET may answer with it.
    Post(FormPost),
}

impl From<Reply> for Begun {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Redirect(url) => Self::Redirect(url),
            Reply::Post(form) => Self::Post(form),
        }
    }
}

/// An authorization request (OpenID Connect Core 3.1.2.1), by GET or POST.
pub async fn begin(ctx: &Context, params: &[(String, String)], visitor: &Visitor) -> Result<Begun, StoreFault> {
    let client_id = match authorize::client_id(params) {
        Ok(client_id) => client_id,
        Err(why) => return page(ctx, why, visitor).await,
    };
    let application = ctx.directory.application(&client_id).await?;
    let client = ctx.provider.clients.client(&client_id).await.map_err(fault)?;
    let (Some(application), Some(client)) = (application, client) else {
        return page(ctx, PageReason::UnknownClient, visitor).await;
    };
    let resolved = pushed::resolve(&ctx.provider, &client, params).await.map_err(fault)?;
    let params = match &resolved {
        Pushed::Plain => params,
        Pushed::Request(pushed) => pushed,
        Pushed::Unknown | Pushed::Missing => return page(ctx, PageReason::RequestUri, visitor).await,
    };
    match authorize::check(&ctx.provider, params, &client) {
        Ok(request) => enter(ctx, request, &application, visitor).await,
        Err(Wrong::Told(wrong)) => {
            let about = About { client: Some(&client_id), detail: wrong.description, ..About::default() };
            let case = told(ctx, wrong.error, about, visitor).await;
            Ok(wrong.reply(&ctx.provider.issuer, &case).into())
        }
        Err(Wrong::Page(why)) => page(ctx, why, visitor).await,
    }
}

async fn page(ctx: &Context, why: PageReason, visitor: &Visitor) -> Result<Begun, StoreFault> {
    let reason = match why {
        PageReason::UnknownClient => Reason::UnknownApplication,
        PageReason::RedirectUri => Reason::RedirectUri,
        PageReason::Malformed => Reason::MalformedRequest,
        PageReason::RequestUri => Reason::RequestUri,
    };
    refuse(ctx, reason, Asking::default(), None, About::default(), visitor).await.map(Begun::Step)
}

/// Decides between the session that is there, the chooser and the username page.
async fn enter(
    ctx: &Context,
    request: AuthorizationRequest,
    application: &Application,
    visitor: &Visitor,
) -> Result<Begun, StoreFault> {
    let hinted = hinted(ctx, &request).await?;
    let mut live = session::live(ctx, visitor).await?;
    live.retain(|found| serves(ctx, found, &request, application, hinted.as_ref()));
    let mut open = Vec::new();
    for found in live {
        if let Some(found) = realm::opens(ctx, found, application, visitor).await?
            && session::remembered(ctx, &found, &request).await?
        {
            open.push(found);
        }
    }
    let live = open;
    if request.prompt.contains(&Prompt::None) {
        return silent(ctx, &request, &live, visitor).await;
    }
    let select = request.prompt.contains(&Prompt::SelectAccount) || live.len() > 1;
    let asking = asking_of(application);
    let started = started(ctx, request, false);
    let must_prove = started.must_prove();
    if !must_prove && select {
        let remembered = match &started.errand {
            Errand::Application(request) => chooser::fitting(ctx, request, hinted.as_ref(), &visitor.remembered).await?,
            _ => Vec::new(),
        };
        let entries = chooser::entries(&live, &remembered);
        if !entries.is_empty() {
            return Ok(Begun::Step(Step::Chooser { stage: started, asking, entries }));
        }
    }
    match (live.first(), &started.errand) {
        (Some(found), Errand::Application(request)) if !must_prove && !select => {
            code(ctx, request, found, visitor).await
        }
        _ => first_page(ctx, started, asking, hinted, visitor).await.map(Begun::Step),
    }
}

/// Who is meant: the person of a valid `id_token_hint`, or the name in `login_hint`.
pub(super) async fn hinted(ctx: &Context, request: &AuthorizationRequest) -> Result<Option<Username>, StoreFault> {
    let named = match request.subject {
        Some(user) => ctx.provider.subjects.subject(user).await.map_err(fault)?.map(|subject| subject.username),
        None => None,
    };
    Ok(named.as_deref().or(request.login_hint.as_deref()).and_then(|name| Username::parse(name).ok()))
}

/// `login_hint` answers the question of the username page; the page behind it offers "Not you?" (USR-9).
async fn first_page(
    ctx: &Context,
    started: Started,
    asking: Asking,
    hinted: Option<Username>,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    match hinted {
        Some(username) => match looked_up(ctx, &username, &started, visitor).await? {
            Some(step) => Ok(step),
            None => identify::resolved(ctx, started, username, None, visitor).await,
        },
        None => Ok(Step::Username { stage: started, asking, typed: String::new(), problem: None::<FieldProblem>, notice: None::<Notice> }),
    }
}

/// Whether a session serves this request: recent enough, the person that is meant, the account that is meant, in a region
/// of the application, and strong enough.
pub(super) fn serves(
    ctx: &Context,
    found: &FoundSession,
    request: &AuthorizationRequest,
    application: &Application,
    hinted: Option<&Username>,
) -> bool {
    let account = request.account_hint.as_deref().map(AccountHint::parse);
    session::is_young(ctx, found, request.max_age)
        && request.is_content_with(signed_in(found).acr())
        && request.subject.is_none_or(|user| user == found.user.id)
        && hinted.is_none_or(|name| name.key() == found.user.username.key())
        && account.is_none_or(|hint| hint.is_some_and(|hint| names(&hint, &found.account)))
        && (application.regions.is_empty() || application.regions.contains(&found.account.region))
        && (application.sso != SsoRule::RequiresSecondFactor || found.session.has_second_factor())
}

/// Whether a hint names this account.
pub(super) fn names(hint: &AccountHint, account: &Account) -> bool {
    match hint {
        AccountHint::Number(number) => *number == account.number,
        AccountHint::Label(label) => account.label.as_ref().is_some_and(|l| l.key() == label.key()),
    }
}

/// `prompt=none` (Core 3.1.2.6): a code, or an error for the application; never a page.
async fn silent(
    ctx: &Context,
    request: &AuthorizationRequest,
    live: &[FoundSession],
    visitor: &Visitor,
) -> Result<Begun, StoreFault> {
    // No refusal: the application asked whether somebody is there, and hears that nobody is.
    let error = |code, words| Ok(request.error(&ctx.provider.issuer, code, words).into());
    match live {
        [] => error("login_required", "Nobody is signed in here for this request."),
        [found] => code(ctx, request, found, visitor).await,
        _ => error("account_selection_required", "Several people are signed in here."),
    }
}

/// Issues a code for a session and gives the application's address with it; an error when the session is not what the request
/// insists on. A wish that is not met is no error: `acr` tells the truth (OA-27).
async fn code(ctx: &Context, request: &AuthorizationRequest, found: &FoundSession, visitor: &Visitor) -> Result<Begun, StoreFault> {
    let about = |detail| About { user: Some(found.user.id), account: Some(found.account.id), client: Some(&request.client_id), detail };
    if request.subject.is_some_and(|user| user != found.user.id) {
        return denied(ctx, request, "login_required", about("Somebody else signed in than the request is for."), visitor).await;
    }
    let who = signed_in(found);
    if !request.takes(who.acr()) {
        return denied(ctx, request, "unmet_authentication_requirements", about("None of the essential acr values was met."), visitor).await;
    }
    session::touch(ctx, found).await?;
    let code = issue_code(&ctx.provider, request, &who).await.map_err(fault)?;
    Ok(request.success(&ctx.provider.issuer, &code).into())
}

/// Who a session is, for the provider.
pub(super) fn signed_in(found: &FoundSession) -> SignedIn {
    SignedIn {
        user: found.user.id,
        account: found.account.id,
        session: found.session.id,
        auth_time: found.session.proved_at(),
        amr: found.session.amr(),
        credential_version: found.session.credential_version,
        federated: found.session.method.is_federated(),
        connection: found.session.upstream.as_ref().map(|upstream| upstream.connection),
        proof: found.session.proof,
        stopgap: found.session.stopgap,
    }
}

/// A valid request that is refused after all: the application is told, and it is on record.
async fn denied(ctx: &Context, request: &AuthorizationRequest, error: &'static str, about: About<'_>, visitor: &Visitor) -> Result<Begun, StoreFault> {
    let case = told(ctx, error, about, visitor).await;
    Ok(request.refused(&ctx.provider.issuer, (error, about.detail), &case).into())
}

/// Back from our own small page: the session that has just met the request gets its code. Nothing is taken from the
/// sealed value but which request and which session; both are looked up again.
pub async fn resume(ctx: &Context, resume: Resume, visitor: &Visitor) -> Result<Begun, StoreFault> {
    if let Some(trace) = resume.trace {
        homeward_trace::belongs_to(|| trace);
    }
    let client_id = resume.request.client_id.clone();
    let application = ctx.directory.application(&client_id).await?;
    let client = ctx.provider.clients.client(&client_id).await.map_err(fault)?;
    let (Some(application), Some(client)) = (application, client) else {
        return page(ctx, PageReason::UnknownClient, visitor).await;
    };
    if !client.may_return_to(&resume.request.redirect_uri) {
        return page(ctx, PageReason::RedirectUri, visitor).await;
    }
    let live = session::live(ctx, visitor).await?;
    match live.into_iter().find(|f| f.session.id == resume.session && f.user.id == resume.user) {
        Some(found) => match finish::barred(&application, &found.account, found.session.has_second_factor()) {
            None => {
                let username = found.user.username.clone();
                if let Some(found) = realm::opens(ctx, found, &application, visitor).await? {
                    return code(ctx, &resume.request, &found, visitor).await;
                }
                let stage = started(ctx, *resume.request, true);
                identify::resolved(ctx, stage, username, None, visitor).await.map(Begun::Step)
            }
            Some(reason) => {
                let about = About { user: Some(found.user.id), account: Some(found.account.id), client: Some(&client_id), detail: "" };
                let stage = started(ctx, *resume.request, true);
                refuse(ctx, reason, asking_of(&application), Some(stage), about, visitor).await.map(Begun::Step)
            }
        },
        None => {
            let asking = asking_of(&application);
            let stage = started(ctx, *resume.request, true);
            Ok(Begun::Step(Step::Username { stage, asking, typed: String::new(), problem: None, notice: Some(Notice::StartedAgain) }))
        }
    }
}

/// The person came to our own address: where to, the account's default application first, or who are you?
pub async fn home(ctx: &Context, visitor: &Visitor) -> Result<Step, StoreFault> {
    match session::live(ctx, visitor).await?.first() {
        Some(found) => {
            let mut applications = ctx.directory.start_pages(&found.account.region).await?;
            if let Some(default) = ctx.directory.default_start(found.account.id).await? {
                applications.sort_by_key(|(_, start)| *start != default);
            }
            Ok(Step::WhereTo {
                person: format!("{} {}", found.user.given_name, found.user.family_name).trim().to_owned(),
                username: found.user.username.typed().to_owned(),
                account: super::realm::shown(&found.account),
                applications,
            })
        }
        None => {
            let stage = own(ctx, Errand::Home);
            Ok(Step::Username { stage, asking: Asking::default(), typed: String::new(), problem: None, notice: None })
        }
    }
}

fn started(ctx: &Context, request: AuthorizationRequest, fresh: bool) -> Started {
    // Under closed disclosure a hint may name an account; it shows itself and nothing else, and decides only what the form could.
    let hints = Hints {
        account: request.account_hint.as_deref().and_then(AccountHint::parse),
        domain: request.domain_hint.as_deref().and_then(|d| DomainName::parse(d).ok()),
        connection: request.connection_hint.as_deref().and_then(ConnectionId::parse),
    };
    Started { hints, fresh, ..own(ctx, Errand::Application(Box::new(request))) }
}

/// A new sign-in for an errand.
pub(super) fn own(ctx: &Context, errand: Errand) -> Started {
    let started = Started { id: random_token(ctx.random.as_ref()), errand, hints: Hints::default(), fresh: false, at: ctx.now(), trace: homeward_trace::followed() };
    started.has_a_hop();
    started
}

pub(super) fn fault(fault: homeward_provider::StoreFault) -> StoreFault {
    StoreFault(fault.to_string())
}

/// What may be said before a proof; a short name for the use cases.
pub(super) fn open(ctx: &Context) -> bool {
    ctx.settings.disclosure == Disclosure::Open
}
