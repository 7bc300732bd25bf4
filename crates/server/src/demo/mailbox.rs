//! The page that shows the mails that arrived, newest first.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use homeward_web::assets;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::smtp::{Mail, Mails};

/// Serves the page.
pub(super) fn serve(listen: SocketAddr, mails: Mails) -> Result<ServerHandle, String> {
    let server = HttpServer::new(move || {
        let mails = web::Data::from(Arc::clone(&mails));
        App::new()
            .app_data(mails)
            .route("/", web::get().to(page))
            .route("/html/{number}", web::get().to(as_html))
            .route("/ui.css", web::get().to(style))
    });
    let server = server.workers(1).disable_signals().bind(listen).map_err(|e| format!("{listen}: {e}. Choose another --port"))?.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

/// The stylesheet of the sign-in pages, for the demo's own pages, which show JSON besides.
pub(super) async fn style() -> HttpResponse {
    const OWN: &[u8] = b"\n@layer parts { pre { margin: 0; white-space: pre-wrap; } }\n";
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body([assets::all().css.plain, OWN].concat())
}

async fn page(mails: web::Data<Mutex<Vec<Mail>>>) -> HttpResponse {
    let mails = mails.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width, initial-scale=1"; title { "Mails" } link rel="stylesheet" href="/ui.css"; }
            body class="journey" {
                main class="line stack" {
                    div class="row" { h1 { "Mails" } a href="/" { "Look again" } }
                    @if mails.is_empty() { p class="muted" { "Nothing has been sent yet. Look again after asking for a reset." } }
                    @for mail in mails.iter().rev() { (card(mail)) }
                }
            }
        }
    };
    HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header(("Cache-Control", "no-store")).body(markup.into_string())
}

fn card(mail: &Mail) -> Markup {
    let text = mail.says.text.replace("\r\n", "\n");
    html! {
        article class="card" {
            div { h2 { (mail.says.subject) } p class="muted sm" { "To " (mail.to) } }
            @for paragraph in text.trim().split("\n\n") { p { (PreEscaped(linked(paragraph))) } }
            @if !mail.says.html.is_empty() { p class="sm" { a href={ "/html/" (mail.number) } { "The same as HTML" } } }
        }
    }
}

/// The HTML part by itself, without the right to do anything.
async fn as_html(mails: web::Data<Mutex<Vec<Mail>>>, number: web::Path<usize>) -> HttpResponse {
    let mails = mails.lock().unwrap_or_else(PoisonError::into_inner);
    match mails.iter().find(|mail| mail.number == *number) {
        Some(mail) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation-by-user-activation allow-popups"))
            .insert_header(("Cache-Control", "no-store"))
            .body(mail.says.html.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}

/// Escaped text with its links and line breaks.
fn linked(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let bare = word.trim_end();
        let end = if word.ends_with('\n') { html! { br; } } else { html! { (word.strip_prefix(bare).unwrap_or_default()) } };
        if bare.starts_with("http://") || bare.starts_with("https://") { html! { a href=(bare) { (bare) } (end) } } else { html! { (bare) (end) } }
    });
    words.map(Markup::into_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_links_and_everything_else_is_text() {
        assert_eq!(
            linked("a <b>:\nhttps://x.example/?a=1&b=2 \"c\""),
            "a &lt;b&gt;:<br><a href=\"https://x.example/?a=1&amp;b=2\">https://x.example/?a=1&amp;b=2</a> &quot;c&quot;"
        );
    }
}
