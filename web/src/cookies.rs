//! Our cookies: all `__Host-`, Secure, HttpOnly, Lax (OB-01, OB-02). What is malformed counts as absent (OB-03).

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};

/// Binds stages; authenticates nothing.
pub(crate) const BROWSER: &str = "__Host-browser";
/// The secrets of up to four sessions.
pub(crate) const SESSION: &str = "__Host-session";
/// The chosen language.
pub(crate) const LANGUAGE: &str = "__Host-language";
/// The language that the application wished for (`ui_locales`), for the pages after the first; the person's choice takes it away.
pub(crate) const WISH: &str = "__Host-wish";
/// Accounts that the person wished to be remembered here, sealed.
pub(crate) const REMEMBERED: &str = "__Host-remembered";
/// Carries the token of a test sign-in from the address to the page, for a quarter of an hour.
pub(crate) const TEST: &str = "__Host-test";
/// Carries a reset's token from the address to the page.
pub(crate) const RESET: &str = "__Host-reset";
/// How long it does: as long as a page may stay open. What it opens ends by itself, most of it sooner.
pub(crate) const CARRIED: Duration = Duration::hours(1);

/// The secret of the portal's session.
pub(crate) const PORTAL: &str = "__Host-portal";
/// The secret of a session that began by a setup link.
pub(crate) const SETUP: &str = "__Host-setup";
/// Carries the token of a setup link from the address to the page, for a quarter of an hour.
pub(crate) const SETUP_LINK: &str = "__Host-setup-link";

/// Sessions in one browser at most.
pub(crate) const MOST_SESSIONS: usize = 4;
const SECRET_LENGTH: usize = 43;

/// The value of a cookie, when it stands once.
pub(crate) fn read(request: &HttpRequest, name: &str) -> Option<String> {
    let lines = request.headers().get_all("cookie").filter_map(|v| v.to_str().ok());
    let mut found = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('=')).filter(|(n, _)| *n == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) if value.len() <= 4_096 => Some(value.to_owned()),
        _ => None,
    }
}

/// A random text of ours: 43 characters of base64url.
pub(crate) fn is_secret(text: &str) -> bool {
    text.len() == SECRET_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The secrets in the session cookie.
pub(crate) fn sessions(value: &str) -> Vec<String> {
    value.split('~').filter(|secret| is_secret(secret)).take(MOST_SESSIONS).map(str::to_owned).collect()
}

/// The session cookie with a new secret in front.
pub(crate) fn with_session(secret: &str, others: &[String]) -> String {
    let mut all = vec![secret];
    all.extend(others.iter().map(String::as_str).filter(|other| *other != secret));
    all.truncate(MOST_SESSIONS);
    all.join("~")
}

/// A cookie of ours; without `days` it ends with the browser.
pub(crate) fn cookie(name: &'static str, value: String, days: Option<i64>) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax).finish();
    if let Some(days) = days {
        cookie.set_max_age(Duration::days(days));
    }
    cookie
}

/// Carries a token from an address to its page, for a quarter of an hour; what is none of ours is carried nowhere.
pub(crate) fn carrier(name: &'static str, token: &str) -> Cookie<'static> {
    let clean = if is_secret(token) { token.to_owned() } else { String::new() };
    let mut cookie = cookie(name, clean, None);
    cookie.set_max_age(Duration::minutes(15));
    cookie
}

/// Takes a cookie away.
pub(crate) fn gone(name: &'static str) -> Cookie<'static> {
    let mut cookie = cookie(name, String::new(), None);
    cookie.set_max_age(Duration::ZERO);
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    /// OB-02: the attributes of every cookie.
    #[test]
    fn ob_02_cookies_are_host_bound_secure_and_lax() {
        for name in [BROWSER, SESSION, LANGUAGE, WISH, REMEMBERED, RESET, PORTAL, SETUP, SETUP_LINK, TEST] {
            let text = cookie(name, "x".into(), Some(400)).to_string();
            assert_eq!(text, format!("{name}=x; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000"));
            assert!(name.starts_with("__Host-"));
        }
    }

    /// OB-03: tossed, doubled and overlong cookies count as absent, and never break a page.
    #[test]
    fn ob_03_malformed_cookies_count_as_absent() {
        let with = |line: &str| read(&TestRequest::default().insert_header(("cookie", line)).to_http_request(), BROWSER);
        assert_eq!(with("__Host-browser=a; other=b"), Some("a".into()));
        assert_eq!(with("__Host-browser=a; __Host-browser=b"), None);
        assert_eq!(with("browser=a"), None);
        assert_eq!(with(&format!("__Host-browser={}", "x".repeat(5_000))), None);
        assert_eq!(with(&"x=y; ".repeat(200)), None);
        let secret = "a".repeat(43);
        assert_eq!(sessions(&format!("{secret}~short~{}", "ü".repeat(43))), vec![secret.clone()]);
        assert_eq!(sessions(&vec![secret.clone(); 9].join("~")).len(), 4);
        assert_eq!(with_session("n", &[secret.clone(), "n".into()]), format!("n~{secret}"));
    }
}
