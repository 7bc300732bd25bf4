//! The simulator's own pages. They look like nobody else's on purpose: a person must see that this is not Homeward.

use actix_web::{HttpRequest, HttpResponse, cookie::{Cookie, SameSite}, web};

use super::{
    oidc, page, refuse, saml,
    saml::Fields,
    state::Play,
};
use crate::{Brand, Profile, oidc::Attack, saml::mutation};

/// The session's cookie.
pub(super) const COOKIE: &str = "simulated-session";

/// Text for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#fdf6ec;--card:#fff;--ink:#2b2118;--soft:#7a6a58;--line:#e6d8c3;--mark:#c2410c;--on:#fff}\
@media(prefers-color-scheme:dark){:root{--paper:#1c1612;--card:#2a211a;--ink:#f6ead9;--soft:#bba78d;--line:#4a3b2d;--mark:#fb923c;--on:#1c1612}}\
*{box-sizing:border-box}body{margin:0;min-height:100vh;background:var(--paper) repeating-linear-gradient(135deg,transparent 0 22px,color-mix(in srgb,var(--mark) 5%,transparent) 22px 24px);\
color:var(--ink);font:16px/1.5 Georgia,'Noto Serif',serif;display:grid;place-items:center;padding:1.5rem}\
main{width:min(30rem,100%);background:var(--card);border:1px solid var(--line);border-top:6px solid var(--mark);padding:2rem;box-shadow:0 12px 40px #0002}\
h1{font-size:1.45rem;line-height:1.25;margin:0 0 .35rem}p{margin:.35rem 0 1rem;color:var(--soft)}h2{font-size:1rem;margin:1.5rem 0 .5rem}\
label{display:block;margin:.9rem 0 .25rem;font-weight:700}input,select{width:100%;font:inherit;padding:.6rem .7rem;border:1px solid var(--soft);border-radius:2px;background:transparent;color:inherit}\
select option,select optgroup{background:var(--card);color:var(--ink)}\
button{font:inherit;font-weight:700;padding:.65rem 1.1rem;border:0;border-radius:2px;background:var(--mark);color:var(--on);cursor:pointer;width:100%;margin-top:1.1rem}\
button.person{background:transparent;color:var(--ink);border:1px solid var(--line);text-align:left;font-weight:400;margin-top:.4rem}button.person b{display:block}\
button:hover{filter:brightness(1.08)}:focus-visible{outline:3px solid var(--mark);outline-offset:2px}small{color:var(--soft)}ul{padding-left:1.1rem}code{overflow-wrap:anywhere}a{color:var(--mark)}";

/// A whole page.
pub(super) fn layout(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        title = escape(title)
    )
}

/// What is wrong, in words.
pub(super) fn problem(sentence: &str) -> String {
    layout("Simulated identity provider", &format!("<h1>This request cannot be answered</h1><p>{}</p>", escape(sentence)))
}

fn hidden(fields: &[(&'static str, String)]) -> String {
    fields.iter().map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))).collect()
}

fn profiles(saml: bool, brand: Brand) -> String {
    let option = |value: &str, text: &str| format!("<option value=\"{value}\">{}</option>", escape(text));
    let skip = |profile: &Profile| match profile {
        Profile::Encrypted | Profile::Transient | Profile::Empty | Profile::NotBase64 | Profile::ByRedirect => !saml,
        Profile::AlgNone | Profile::Hmac | Profile::WrongSecret | Profile::WrongTokenIssuer | Profile::WrongTokenHash => saml,
        Profile::OtherSubject | Profile::NoKeyId | Profile::OtherKeyId | Profile::BorrowedKeyId => saml,
        _ => false,
    };
    let named: String = Profile::NAMED.iter().filter(|(_, profile, _)| !skip(profile)).map(|(name, _, text)| option(name, text)).collect();
    let cases: String = if saml {
        mutation::catalogue().iter().map(|case| option(&format!("case:{}", case.id), &format!("{} {}", case.id, case.title))).collect()
    } else {
        let here = Attack::ALL.iter().filter(|attack| attack.brand.is_none_or(|only| only == brand));
        here.map(|attack| option(&format!("attack:{}", attack.name), &format!("{} {}", attack.id, attack.title))).collect()
    };
    format!("<optgroup label=\"Ways to answer\">{named}</optgroup><optgroup label=\"Attacks\">{cases}</optgroup>")
}

/// The sign-in page; `fields` is what is asked.
pub(super) fn sign_in_page(play: &Play, brand: Brand, hint: &str, fields: &[(&'static str, String)], note: &str) -> String {
    let title = format!("Simulated {} sign-in", brand.name());
    let saml = fields.iter().any(|(name, value)| *name == "kind" && value == "saml");
    let people: String = play.settings.people.iter().map(|person| {
        format!(
            "<button class=\"person\" name=\"person\" value=\"{}\"><b>{} {}</b><small>{}</small></button>",
            escape(&person.username), escape(&person.given_name), escape(&person.family_name), escape(&person.username)
        )
    }).collect();
    let people = if people.is_empty() { people } else { format!("<h2>Or be one of these</h2>{people}") };
    let note = if note.is_empty() { String::new() } else { format!("<p role=\"alert\"><strong>{}</strong></p>", escape(note)) };
    let body = format!(
        "<h1>{title}</h1><p>This is not a real provider. Every password is right.</p>{note}<form method=\"post\" action=\"/{path}/signin\">{hidden}\
         <label for=\"username\">Username</label><input id=\"username\" name=\"username\" value=\"{hint}\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"{first}>\
         <label for=\"password\">Password</label><input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"off\"{second}>\
         <label for=\"profile\">Answer as</label><select id=\"profile\" name=\"profile\">{profiles}</select>\
         <button>Sign in</button>{people}</form>",
        title = escape(&title),
        path = brand.path(),
        hidden = hidden(fields),
        hint = escape(hint),
        first = if hint.is_empty() { " autofocus" } else { "" },
        second = if hint.is_empty() { "" } else { " autofocus" },
        profiles = profiles(saml, brand),
    );
    layout(&title, &body)
}

/// The code that is right.
const CODE: &str = "123456";

/// The page that asks for a code; `fields` is what is asked.
fn code_page(brand: Brand, username: &str, fields: &[(&'static str, String)], note: &str) -> String {
    let title = format!("Simulated {} code", brand.name());
    let note = if note.is_empty() { String::new() } else { format!("<p role=\"alert\"><strong>{}</strong></p>", escape(note)) };
    let body = format!(
        "<h1>{title}</h1><p>{username}: enter the code from your app. This is not a real provider: the code is {CODE}.</p>{note}\
         <form method=\"post\" action=\"/{path}/signin\">{hidden}<input type=\"hidden\" name=\"username\" value=\"{username}\"><input type=\"hidden\" name=\"profile\" value=\"code\">\
         <label for=\"code\">Code</label><input id=\"code\" name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" autofocus><button>Verify</button></form>",
        title = escape(&title),
        username = escape(username),
        path = brand.path(),
        hidden = hidden(fields),
    );
    layout(&title, &body)
}

/// The page that posts a SAML message by itself, and by its button when scripts are off.
pub(super) fn posting(to: &str, response: &str, relay_state: Option<&str>) -> String {
    posting_as("SAMLResponse", to, response, relay_state)
}

pub(super) fn posting_as(parameter: &'static str, to: &str, message: &str, relay_state: Option<&str>) -> String {
    let mut fields = vec![(parameter, message.to_owned())];
    fields.extend(relay_state.map(|state| ("RelayState", state.to_owned())));
    let body = format!(
        "<h1>Going back to the application</h1><p>The simulated provider has made its answer.</p>\
         <form id=\"answer\" method=\"post\" action=\"{}\">{}<button>Continue</button></form><script>document.getElementById('answer').submit()</script>",
        escape(to),
        hidden(&fields)
    );
    layout("Simulated identity provider", &body)
}

/// The form of the sign-in page: a typed name or a chosen person.
pub(super) async fn sign_in(play: web::Data<Play>, brand: web::Path<String>, form: web::Form<Fields>) -> HttpResponse {
    let Some(brand) = Brand::parse(&brand) else { return refuse("There is no provider of this name.") };
    let field = |name: &str| form.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let saml_kind = field("kind") == Some("saml");
    let fields = || if saml_kind { saml::Ask::from_fields(&form).fields() } else { oidc::Ask::from_fields(&form).fields() };
    let Some(username) = field("person").or(field("username")) else {
        return page(sign_in_page(&play, brand, "", &fields(), "Type a username, or choose somebody."));
    };
    let mut profile = Profile::parse(field("profile").unwrap_or_default());
    if profile == Profile::Right && !saml_kind && oidc::Ask::from_fields(&form).takes_second_factor(brand) {
        profile = Profile::Code;
    }
    match profile {
        Profile::WrongPassword => return page(sign_in_page(&play, brand, username, &fields(), "This password is wrong. Try again.")),
        Profile::Code if field("code").is_none() => return page(code_page(brand, username, &fields(), "")),
        Profile::Code if field("code") != Some(CODE) => return page(code_page(brand, username, &fields(), "This code is wrong.")),
        Profile::Down => return HttpResponse::ServiceUnavailable().body(problem("The simulated provider is down.")),
        Profile::Slow => tokio::time::sleep(std::time::Duration::from_secs(10)).await,
        _ => {}
    }
    let (cookie, session) = play.begin(brand, play.person(username), profile == Profile::Code);
    let mut response = if saml_kind {
        saml::answer(&play, &session, &saml::Ask::from_fields(&form), &profile)
    } else {
        oidc::answer(&play, &session, &oidc::Ask::from_fields(&form), &profile)
    };
    let cookie = Cookie::build(COOKIE, cookie).path("/").http_only(true).same_site(SameSite::Lax).finish();
    // A cookie of our own making has no character that a header may not have.
    let _ = response.add_cookie(&cookie);
    response
}

pub(super) async fn home(play: web::Data<Play>) -> HttpResponse {
    let base = &play.settings.base;
    let brands: String = Brand::ALL
        .into_iter()
        .map(|brand| {
            format!(
                "<h2>{}</h2><ul><li>SAML entity ID <code>{}</code></li><li><a href=\"/{path}/saml/metadata\">SAML metadata</a></li>\
                 <li>OpenID Connect issuer <code>{issuer}</code></li><li><a href=\"{issuer}/.well-known/openid-configuration\">Discovery</a></li></ul>",
                escape(brand.name()),
                escape(&brand.entity_id(base)),
                path = brand.path(),
                issuer = escape(&brand.issuer(base))
            )
        })
        .collect();
    page(layout("Simulated identity providers", &format!("<h1>Simulated identity providers</h1><p>They play for demonstrations and tests; any password is right.</p><p><a href=\"/tiles\">Applications as tiles</a></p>{brands}")))
}

pub(super) async fn tiles(play: web::Data<Play>, request: HttpRequest) -> HttpResponse {
    let cookie = request.cookie(COOKIE);
    let session = Brand::ALL.into_iter().find_map(|brand| play.session(brand, cookie.as_ref().map(|c| c.value())));
    let who = session.as_ref().map_or("Nobody is signed in here yet; a tile asks first.".to_owned(), |s| format!("Signed in at the simulated {} as {}.", s.brand.name(), s.person.username));
    let tiles: String = play.service_providers().iter().map(|sp| {
        format!(
            "<form method=\"post\" action=\"/{}/saml/tile\"><input type=\"hidden\" name=\"entity_id\" value=\"{}\"><button class=\"person\"><b>{}</b><small>by the simulated {}</small></button></form>",
            sp.brand.path(), escape(&sp.entity_id), escape(&sp.name), escape(sp.brand.name())
        )
    }).collect();
    let tiles = if tiles.is_empty() { "<p>No application is registered here.</p>".to_owned() } else { tiles };
    let out = session.map(|s| format!("<form method=\"post\" action=\"/{}/signout\"><button>Sign out everywhere</button></form>", s.brand.path())).unwrap_or_default();
    page(layout("Applications", &format!("<h1>Applications</h1><p>{}</p>{tiles}{out}", escape(&who))))
}
