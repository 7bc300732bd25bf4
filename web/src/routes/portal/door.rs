//! The door: who asks, for which account, to do what. A handler gets a `Visit` or a `Step` only from here.

use actix_web::{
    Error, FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    error::InternalError,
    http::Method,
    web::Bytes,
};
use futures_util::future::LocalBoxFuture;
use homeward_model::{AccountId, CaseNumber, UserId};
use homeward_portal::{Actor, Denied, Fault, Granted, Portal, entry, meanwhile::{self, Meanwhile}, setup_link::Guest};
use homeward_signin::{Reason, usecase::strangers};

use super::{arrive, setup, table};
use crate::{
    asked::Asked,
    form::{Form, OwnForm, Trouble},
    upload::Sent,
    respond,
    screens::portal::{self as screens, Frame},
};

/// How long a page of the portal may stay open before its buttons do nothing.
const FORM: std::time::Duration = std::time::Duration::from_secs(3600);

/// A page of the portal that somebody may see.
pub(crate) struct Visit {
    pub asked: Asked,
    pub granted: Granted,
    /// The query.
    pub query: Form,
    /// Parts of the address by name.
    parts: Vec<(String, String)>,
    /// The page that it is, or is under.
    pattern: &'static str,
    /// What somebody else did to what the page shows, when the one who asks comes too late with a change of theirs.
    meanwhile: Option<Meanwhile>,
}

/// A step that somebody may take, with a form that one of our own pages sent.
pub(crate) struct Step {
    pub visit: Visit,
    pub form: OwnForm,
}

/// A step with a file.
pub(crate) struct Upload {
    pub step: Step,
    pub file: Bytes,
}

/// A step whose page has a field for a file, and another form without one; the file is empty then.
pub(crate) struct MayUpload(pub Upload);

impl Visit {
    pub fn portal(&self) -> &Portal {
        &self.asked.app.portal
    }
    /// A part of the address.
    pub fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
    /// The user that the address names; `None` when it is no id.
    pub fn user(&self) -> Option<homeward_model::UserId> {
        homeward_model::UserId::parse(self.part("user"))
    }
    /// An address in this account.
    pub fn at(&self, rest: &str) -> String {
        format!("/portal/{}{rest}", self.granted.account().number)
    }
    /// The frame of a page.
    pub fn frame(&self) -> Frame<'_> {
        let token = self.asked.app.pages.seal(&["portal-form", &mark(&self.granted)], &(), self.portal().now().plus(FORM));
        Frame { chrome: self.asked.chrome(String::new()), granted: &self.granted, token, now: self.portal().now(), meanwhile: self.meanwhile.as_ref() }
    }
    /// The same visit, told what somebody else has changed of what its page shows (ADM-7).
    pub async fn too_late(mut self) -> Result<Self, Fault> {
        self.meanwhile = meanwhile::last(self.portal(), &self.granted, table::changes(self.pattern), self.user()).await?;
        Ok(self)
    }
    /// A mark in a list, for the address of the next page: opaque, and good for this list of this account only.
    pub fn cursor(&self, list: &str, place: &impl serde::Serialize) -> String {
        let until = self.portal().now().plus(std::time::Duration::from_secs(24 * 3600));
        self.asked.app.pages.seal(&["portal-cursor", list, self.granted.account().number.as_str()], place, until)
    }
    /// Where a mark points; `None` when there is none, or it is none of ours for this list.
    pub fn opened<T: serde::de::DeserializeOwned>(&self, list: &str) -> Option<T> {
        self.unsealed("after", list)
    }
    /// What was looked for: names stand sealed in addresses.
    pub fn sought(&self, list: &str) -> String {
        self.unsealed("s", &format!("{list}-find")).unwrap_or_default()
    }
    /// The same, for an address.
    pub fn seek(&self, list: &str, text: &str) -> String {
        let text: String = text.trim().chars().take(254).collect();
        if text.is_empty() { text } else { self.cursor(&format!("{list}-find"), &text) }
    }
    /// A name that a test sign-in asked about, sealed into an address.
    pub fn newcomer(&self) -> String {
        self.unsealed("add", "newcomer").unwrap_or_default()
    }
    /// The address of the form for somebody new, with that name.
    pub fn invite_by(&self, name: &str) -> String {
        let query = screens::query(&[("add", &self.cursor("newcomer", &name))]);
        self.at(&format!("/users{query}#add"))
    }
    /// A name that a user is to have, sealed into an address.
    pub fn new_name(&self) -> String {
        self.unsealed("to", "rename").unwrap_or_default()
    }
    /// The address of the page where a user gets that name.
    pub fn rename_to(&self, user: UserId, name: &str) -> String {
        let query = screens::query(&[("to", &self.cursor("rename", &name))]);
        self.at(&format!("/users/{user}{query}#username"))
    }
    fn unsealed<T: serde::de::DeserializeOwned>(&self, name: &str, list: &str) -> Option<T> {
        let sealed = self.query.optional(name)?;
        self.asked.app.pages.open(&["portal-cursor", list, self.granted.account().number.as_str()], sealed, self.portal().now()).ok()
    }
    /// Where somebody was going who had to enter this account first; its first page otherwise.
    pub fn way_on(&self, sealed: &str) -> String {
        let home = self.granted.actor().map(|actor| actor.home.number.as_str()).unwrap_or_default();
        let to: Option<String> = self.asked.app.pages.open(&["portal-way-on", home], sealed, self.portal().now()).ok();
        to.filter(|to| to.starts_with(&self.at("/"))).unwrap_or_else(|| self.at(""))
    }
    /// Nothing is there, for this person.
    pub fn nothing() -> HttpResponse {
        HttpResponse::NotFound().finish()
    }
}

/// What binds a form to its session.
fn mark(granted: &Granted) -> String {
    granted.session().into_iter().flatten().map(|byte| format!("{byte:02x}")).collect()
}

fn stop(response: HttpResponse) -> Error {
    InternalError::from_response("stopped at the door", response).into()
}

fn failed(fault: homeward_portal::Fault) -> Error {
    Trouble::from(fault).into()
}

/// Whom a refusal is about: a person in their own account, or nobody in the account of a setup link.
type About = (Option<UserId>, Option<AccountId>);

/// Puts a refusal on record.
async fn refused(asked: &Asked, (reason, what): (Reason, String), about: About) -> CaseNumber {
    strangers::portal_refused(asked.ctx(), (reason, what), about, asked.visitor.network).await
}

/// What was asked for, and by which link.
fn what(route: &str, is_step: bool, link: Option<&Guest>) -> String {
    let through = link.map(|guest| format!(" through the setup link {}", guest.link.reference)).unwrap_or_default();
    format!("{} {route}{through}", if is_step { "POST" } else { "GET" })
}

/// Asks everything that is to be asked. A page that may not be seen is answered here.
async fn open(request: &HttpRequest) -> Result<Visit, Error> {
    let asked = Asked::extract(request).await?;
    let step = request.method() == Method::POST;
    let Some(route) = request.match_pattern().and_then(|pattern| table::find(step, &pattern)) else { return Err(stop(Visit::nothing())) };
    if let Some(actor) = arrive::present(&asked, request).await.map_err(failed)? {
        return as_actor(asked, request, (route, actor)).await;
    }
    match setup::present(&asked, request).await.map_err(failed)? {
        Some(guest) => as_guest(asked, request, (route, guest)).await,
        None if setup::was_here(request) => Err(stop(setup::over(&asked).await)),
        None => Err(stop(arrive::send(&asked, &back(request, step)))),
    }
}

/// Where somebody lands who has to do something else first.
fn back(request: &HttpRequest, step: bool) -> String {
    match step {
        true => request.path().rsplit_once('/').map_or("/portal", |(page, _)| page).to_owned(),
        false => request.uri().path_and_query().map_or("/portal", |path| path.as_str()).to_owned(),
    }
}

async fn visit(asked: Asked, request: &HttpRequest, (granted, route): (Granted, table::Route)) -> Result<Visit, Error> {
    let parts = request.match_info().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let visit = Visit { asked, granted, query: Form::parse(request.query_string()), parts, pattern: route.pattern, meanwhile: None };
    match !route.step && visit.query.get("said") == "changed" {
        true => visit.too_late().await.map_err(failed),
        false => Ok(visit),
    }
}

async fn as_actor(asked: Asked, request: &HttpRequest, (route, actor): (table::Route, Actor)) -> Result<Visit, Error> {
    let number = request.match_info().get("number").unwrap_or_default();
    let (home, username) = (actor.home.number.clone(), actor.user.username.typed().to_owned());
    let about = (Some(actor.user.id), Some(actor.home.id));
    let portal = asked.app.portal.clone();
    match entry::enter(&portal, actor, number, route.action, asked.visitor.network.to_string()).await.map_err(failed)? {
        Ok(granted) => visit(asked, request, (granted, route)).await,
        Err(Denied::EnterFirst) => {
            let way = asked.app.pages.seal(&["portal-way-on", home.as_str()], &back(request, route.step), portal.now().plus(FORM));
            let query = screens::query(&[("q", number), ("to", &way)]);
            Err(stop(respond::see(&asked, &format!("/portal/{home}/accounts{query}"))))
        }
        Err(Denied::ProveAgain) => Err(stop(arrive::send_again(&asked, &back(request, route.step), &username).await.map_err(failed)?)),
        // Nobody with a session is out of scope.
        Err(denied @ (Denied::NoAccount | Denied::NotAllowed | Denied::OutOfScope(_))) => Err(stop(turned_away(&asked, &denied, what(route.pattern, route.step, None), about).await)),
    }
}

async fn as_guest(asked: Asked, request: &HttpRequest, (route, guest): (table::Route, Guest)) -> Result<Visit, Error> {
    let number = request.match_info().get("number").unwrap_or_default();
    let (asked_for, about) = (what(route.pattern, route.step, Some(&guest)), (None, Some(guest.account.id)));
    match entry::enter_by_link(guest, number, route.action, asked.visitor.network.to_string()) {
        Ok(granted) => visit(asked, request, (granted, route)).await,
        Err(denied) => Err(stop(turned_away(&asked, &denied, asked_for, about).await)),
    }
}

/// The page of a refusal that nothing can be done about here.
async fn turned_away(asked: &Asked, denied: &Denied, asked_for: String, about: About) -> HttpResponse {
    if *denied == Denied::NoAccount {
        refused(asked, (Reason::PortalNoAccount, asked_for), about).await;
        return Visit::nothing();
    }
    let case = refused(asked, (Reason::PortalNotAllowed, asked_for), about).await;
    arrive::refusal(asked, Reason::PortalNotAllowed, &case)
}

impl FromRequest for Visit {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { open(&request).await })
    }
}

/// A step with a form of one of our own pages.
async fn own(request: &HttpRequest, visit: Visit, form: OwnForm) -> Result<Step, Error> {
    let ours = visit.asked.app.pages.open::<()>(&["portal-form", &mark(&visit.granted)], form.get("token"), visit.portal().now());
    if ours.is_ok() {
        return Ok(Step { visit, form });
    }
    // Another site's, another session's, or a page that was open for too long: nothing is done (AD-09).
    let about = match (visit.granted.actor(), visit.granted.guest()) {
        (Ok(actor), _) => (Some(actor.user.id), Some(actor.home.id)),
        (Err(_), guest) => (None, guest.map(|guest| guest.account.id)),
    };
    let asked_for = what(&request.match_pattern().unwrap_or_default(), true, visit.granted.guest());
    refused(&visit.asked, (Reason::PortalForm, asked_for), about).await;
    let page = request.path().rsplit_once('/').map_or("/portal", |(page, _)| page);
    Err(stop(respond::see(&visit.asked, &format!("{page}?said=again"))))
}

impl FromRequest for Step {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = OwnForm::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let visit = open(&request).await?;
            own(&request, visit, form.await?).await
        })
    }
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = Sent::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let visit = open(&request).await?;
            let Sent { form, file } = sent.await?;
            Ok(Self { step: own(&request, visit, form).await?, file })
        })
    }
}

impl FromRequest for MayUpload {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("multipart/") {
            let upload = Upload::from_request(request, payload);
            return Box::pin(async move { Ok(Self(upload.await?)) });
        }
        let step = Step::from_request(request, payload);
        Box::pin(async move { Ok(Self(Upload { step: step.await?, file: Bytes::new() })) })
    }
}
