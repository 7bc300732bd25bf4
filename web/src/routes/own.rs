//! Pages and files of our own: sign-out, language, help, assets, health.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use homeward_language::{Language, Text};
use homeward_model::{Timestamp, UserId};
use homeward_signin::usecase::{
    pending,
    signout::{self, Whose},
};

use crate::{
    app::App,
    asked::Asked,
    assets, cookies,
    form::{Form, OwnForm},
    respond::{self, Answer},
    routes::signin,
    screens::{self, OpenPage},
    stage::{self, Sent, Stage},
};

pub(crate) async fn well_known_change(asked: Asked) -> HttpResponse {
    respond::see(&asked, "/changepassword")
}

pub(crate) async fn sign_out(asked: Asked) -> Answer {
    let out = signout::begin(asked.ctx(), &[], &asked.visitor).await?;
    respond::sign_out(&asked, out).await
}

pub(crate) async fn confirm_sign_out(asked: Asked, form: OwnForm) -> Answer {
    let out = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::AwaitSignOut(stage)) => signout::confirm(asked.ctx(), stage, whose(form.get("who")), &asked.visitor).await?,
        _ => signout::begin(asked.ctx(), &[], &asked.visitor).await?,
    };
    respond::sign_out(&asked, out).await
}

/// `everybody`, or the person's id.
fn whose(text: &str) -> Whose {
    match text {
        "everybody" => Whose::Everybody,
        text => UserId::parse(text).map_or(Whose::Unsaid, Whose::One),
    }
}

pub(crate) async fn language(asked: Asked, request: HttpRequest) -> HttpResponse {
    let from = OpenPage::of(Form::parse(request.query_string()).get("from"));
    respond::page(&asked, screens::static_page(&asked.chrome(String::new()).standing_at(from), "language"))
}

pub(crate) async fn language_by_post(asked: Asked, form: OwnForm) -> HttpResponse {
    let chrome = asked.chrome(form.get("stage").to_owned()).with_handle(form.get("handle"));
    respond::page(&asked, screens::static_page(&chrome, "language"))
}

/// Sets the language and goes back to the sign-in that was under way, or to the page that it was chosen on.
pub(crate) async fn set_language(mut asked: Asked, form: OwnForm) -> Answer {
    let chosen = Language::from_tag(form.get("language")).filter(|l| *l != Language::Pseudo).unwrap_or(asked.visitor.language);
    asked.visitor.language = chosen;
    let mut response = match (form.optional("handle"), stage::open(&asked, form.get("stage"))) {
        (Some(handle), _) => {
            let step = pending::again(asked.ctx(), handle, &asked.visitor).await?;
            respond::step(&asked, step).await?
        }
        (None, Sent::Good(stage)) => signin::reopen(&asked, stage).await?,
        (None, Sent::Over(_) | Sent::Foreign) => respond::see(&asked, OpenPage::of(form.get("from")).map_or("/signin", OpenPage::path)),
    };
    let _ = response.add_cookie(&cookies::gone(cookies::WISH));
    let _ = response.add_cookie(&cookies::cookie(cookies::LANGUAGE, Text::of(chosen).language().code().to_owned(), Some(400)));
    Ok(response)
}

pub(crate) async fn help(asked: Asked) -> HttpResponse {
    respond::page(&asked, screens::static_page(&asked.chrome(String::new()).standing_at(Some(OpenPage::Help)), "help"))
}

pub(crate) async fn privacy(asked: Asked) -> HttpResponse {
    respond::page(&asked, screens::static_page(&asked.chrome(String::new()).standing_at(Some(OpenPage::Privacy)), "privacy"))
}

pub(crate) async fn asset(request: HttpRequest) -> HttpResponse {
    let Some(asset) = assets::find(request.path()) else { return HttpResponse::NotFound().finish() };
    let accepts = request.headers().get("accept-encoding").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let takes = |coding: &str| accepts.split(',').any(|part| part.split(';').next().is_some_and(|name| name.trim() == coding));
    let mut builder = HttpResponse::Ok();
    builder.content_type(asset.content_type).insert_header(("Cache-Control", "public, max-age=31536000, immutable")).insert_header(("Vary", "Accept-Encoding"));
    if takes("br") {
        builder.insert_header(("Content-Encoding", "br")).body(asset.brotli)
    } else if takes("gzip") {
        builder.insert_header(("Content-Encoding", "gzip")).body(asset.gzip)
    } else {
        builder.body(asset.plain)
    }
}

/// The stylesheet of an account's colour.
pub(crate) async fn colour(request: HttpRequest) -> HttpResponse {
    match assets::colour_css(request.match_info().get("file").unwrap_or_default()) {
        Some(css) => HttpResponse::Ok().content_type("text/css; charset=utf-8").insert_header(("Cache-Control", "public, max-age=31536000, immutable")).body(css),
        None => HttpResponse::NotFound().finish(),
    }
}

/// What a picture may do when it is opened by itself: nothing (AD-11).
const PICTURE: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// The logo of an account, under the name that follows from its bytes. It was written here as PNG, whatever was sent.
pub(crate) async fn logo(app: Data<App>, request: HttpRequest) -> Answer {
    let Some(id) = request.match_info().get("file").and_then(assets::logo_id) else { return Ok(HttpResponse::NotFound().finish()) };
    Ok(match app.portal.logos.png(id).await? {
        Some(png) => HttpResponse::Ok()
            .content_type("image/png")
            .insert_header(("Cache-Control", "public, max-age=31536000, immutable"))
            .insert_header(("Content-Disposition", "inline; filename=\"logo.png\""))
            .insert_header(("Content-Security-Policy", PICTURE))
            .body(png),
        None => HttpResponse::NotFound().finish(),
    })
}

/// How long what `security.txt` says may be believed, in seconds: it is made at every request.
const BELIEVED: i64 = 180 * 86_400;

/// Whom to tell of a weakness (RFC 9116). Where nobody is named there is no such page.
pub(crate) async fn security_txt(app: Data<App>) -> HttpResponse {
    if app.security_contacts.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    let until = app.signin.now().seconds().saturating_add(BELIEVED);
    let until = screens::moment(Timestamp::from_seconds(until - until.rem_euclid(86_400))).replace(' ', "T");
    let contacts: String = app.security_contacts.iter().map(|contact| format!("Contact: {contact}\n")).collect();
    let text = format!("{contacts}Expires: {until}Z\nCanonical: {}/.well-known/security.txt\n", app.signin.settings.issuer);
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

pub(crate) async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Whether requests can be sent to this broker. Counters that are away are away for all, as a rule: people are told so, by a page, and the rest goes on.
pub(crate) async fn ready(app: Data<App>) -> HttpResponse {
    let found = (app.ready)().await;
    readiness(found.serves, found.counts)
}

/// Whether this broker can do everything, for a proxy that has others to ask, and comes back to this one when no other can either.
pub(crate) async fn ready_and_counting(app: Data<App>) -> HttpResponse {
    let found = (app.ready)().await;
    readiness(found.serves && found.counts, found.counts)
}

fn readiness(ready: bool, counts: bool) -> HttpResponse {
    let mut answer = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    let counters = if counts { "here" } else { "away" };
    answer.content_type("application/json").body(format!("{{\"ready\":{ready},\"counters\":\"{counters}\"}}\n"))
}
