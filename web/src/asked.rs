//! What a handler knows of the request: the visitor, the language, the frame of the page.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web::Data};
use homeward_language::{Language, Text};
use homeward_model::{NetworkPrefix, random_token};
use homeward_signin::{Context, Remembered, Visitor};
use std::future::{Ready, ready};

use crate::{app::App, cookies, form::Form, network::{Known, client_address}, screens::Chrome};

/// A request.
pub(crate) struct Asked {
    pub app: Data<App>,
    pub visitor: Visitor,
    /// Whether the browser has no `__Host-browser` yet.
    pub new_browser: bool,
    /// Whether a form was sent: its page would be sent again by the browser's back button.
    pub is_post: bool,
}

impl Asked {
    pub fn ctx(&self) -> &Context {
        &self.app.signin
    }
    /// For a form from another site: it has no cookies, and the answer sets none.
    pub fn without_cookies(&mut self) {
        self.new_browser = false;
    }
    /// With the browser that a transaction belongs to, for the seal of the page's stage: it opens only together with that browser's
    /// own cookie. The value itself is never given away: whoever has it is that browser.
    pub fn with_browser(mut self, browser: Option<String>) -> Self {
        if let Some(browser) = browser {
            self.visitor.browser = browser;
            self.new_browser = false;
        }
        self
    }
    pub fn chrome(&self, stage: String) -> Chrome {
        Chrome::new(Text::of(self.visitor.language), self.app.signin.settings.product.clone(), stage)
    }
}

impl FromRequest for Asked {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(app) = request.app_data::<Data<App>>().cloned() else {
            return ready(Err(actix_web::error::ErrorInternalServerError("")));
        };
        let browser = cookies::read(request, cookies::BROWSER).filter(|value| cookies::is_secret(value));
        let new_browser = browser.is_none();
        let browser = browser.unwrap_or_else(|| random_token(app.signin.random.as_ref()));
        let agent = header(request, "user-agent");
        let known = app.networks.present();
        let address = address(request, &known);
        let zone = known.zones.iter().find(|(_, networks)| networks.iter().any(|n| n.contains(address))).map(|(name, _)| name.clone());
        let visitor = Visitor {
            network: NetworkPrefix::of(address),
            zone,
            sessions: cookies::read(request, cookies::SESSION).map(|value| cookies::sessions(&value)).unwrap_or_default(),
            device: device(agent),
            device_text: device_text(agent),
            language: language(request, app.pseudo_language),
            remembered: remembered(request, &app),
            browser,
        };
        ready(Ok(Self { app, visitor, new_browser, is_post: request.method() == Method::POST }))
    }
}

/// Where a request comes from, behind proxies that are believed.
fn address(request: &HttpRequest, known: &Known) -> IpAddr {
    let forwarded: Vec<&str> = request.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).collect();
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |a| a.ip());
    client_address(peer, &forwarded, &known.trusted_proxies)
}

/// The network of a request, for limits.
pub(crate) fn network(request: &HttpRequest, app: &App) -> NetworkPrefix {
    NetworkPrefix::of(address(request, &app.networks.present()))
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// `ui_locales` of the request, or of the one that began this sign-in, the person's choice, then what the browser accepts.
pub(crate) fn language(request: &HttpRequest, pseudo: bool) -> Language {
    // Few requests have the parameter, and every request comes through here.
    let query = if request.query_string().contains("ui_locales") { Form::parse(request.query_string()) } else { Form::default() };
    let (began, chosen) = (cookies::read(request, cookies::WISH), cookies::read(request, cookies::LANGUAGE));
    let wish = Language::negotiate(&[query.optional("ui_locales"), began.as_deref(), chosen.as_deref()], Some(header(request, "accept-language")));
    if wish == Language::Pseudo && !pseudo { Language::English } else { wish }
}

fn remembered(request: &HttpRequest, app: &App) -> Vec<Remembered> {
    let sealed = cookies::read(request, cookies::REMEMBERED).unwrap_or_default();
    app.pages.open(&["remembered"], &sealed, app.signin.now()).unwrap_or_default()
}

fn device(agent: &str) -> homeward_discovery::DeviceKind {
    use homeward_discovery::DeviceKind::{Computer, Mobile, Unknown};
    let has = |words: &[&str]| words.iter().any(|word| agent.contains(word));
    if has(&["Mobile", "Android", "iPhone", "iPad"]) {
        Mobile
    } else if has(&["Windows", "Macintosh", "X11", "CrOS"]) {
        Computer
    } else {
        Unknown
    }
}

/// Browser and system in a few words of our own: nothing of the header itself gets into mails and lists.
fn device_text(agent: &str) -> String {
    let first = |words: &[(&str, &'static str)]| words.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} – {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_discovery::DeviceKind;

    #[test]
    fn a_device_is_told_in_words_of_ours() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";
        assert_eq!((device_text(chrome).as_str(), device(chrome)), ("Chrome – Windows", DeviceKind::Computer));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!((device_text(phone).as_str(), device(phone)), ("Safari – iPhone", DeviceKind::Mobile));
        assert_eq!((device_text("<script>\r\n").as_str(), device("curl/8")), ("?", DeviceKind::Unknown));
    }
}
