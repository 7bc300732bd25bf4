//! A small SMTP receiver and the page that shows what arrived: in the demo, mails really travel by SMTP.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use homeward_web::assets;
use maud::{DOCTYPE, PreEscaped, html};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};

/// Mails that are kept; the oldest goes first.
const KEPT: usize = 100;
/// Bytes of one mail.
const LARGEST: usize = 256 * 1024;

type Mails = Arc<Mutex<Vec<Mail>>>;

#[derive(Clone, Debug, Default)]
pub(super) struct Mail {
    to: String,
    raw: String,
}

pub(super) struct Mailbox {
    pub port: u16,
    pub mails: Mails,
}

/// Listens for mail on a free port.
pub(super) async fn start() -> Result<Mailbox, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|e| e.to_string())?;
    let port = listener.local_addr().map_err(|e| e.to_string())?.port();
    let mails = Mails::default();
    let kept = Arc::clone(&mails);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let kept = Arc::clone(&kept);
            tokio::spawn(async move {
                let (read, write) = stream.split();
                let _ = receive(BufReader::new(read), write, &kept).await;
            });
        }
    });
    Ok(Mailbox { port, mails })
}

/// One conversation (RFC 5321), as much of it as our own sender needs.
async fn receive(mut read: BufReader<impl AsyncRead + Unpin>, mut write: impl AsyncWrite + Unpin, kept: &Mails) -> std::io::Result<()> {
    write.write_all(b"220 mail.localhost\r\n").await?;
    let (mut line, mut mail) = (String::new(), Mail::default());
    loop {
        line.clear();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let upper = line.trim_end().to_ascii_uppercase();
        let answer = match upper.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => "250 mail.localhost\r\n",
            "RCPT" => {
                mail.to = line.trim_end().split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 OK\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                mail.raw = body(&mut read).await?;
                let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                kept.push(std::mem::take(&mut mail));
                let over = kept.len().saturating_sub(KEPT);
                kept.drain(..over);
                "250 OK\r\n"
            }
            "MAIL" | "RSET" | "NOOP" => "250 OK\r\n",
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 not here\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
}

async fn body(read: &mut BufReader<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let (mut out, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if read.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(out);
        }
        if out.len() < LARGEST {
            out.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }
}

/// Headers and text part of a mail of ours: multipart, the text first, quoted-printable, base64 or plain.
fn readable(raw: &str) -> (String, String) {
    let (head, rest) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
    let subject = head.replace("\r\n ", " ").lines().find_map(|l| l.strip_prefix("Subject: ").map(str::to_owned)).unwrap_or_default();
    let (part_head, part) = rest.split_once("\r\n\r\n").unwrap_or(("", rest));
    let end = part.find("\r\n--").unwrap_or(part.len());
    let text = part.get(..end).unwrap_or(part);
    let encoding = part_head.to_ascii_lowercase();
    let text = if encoding.contains("quoted-printable") { quoted_printable(text) } else { text.to_owned() };
    (subject, text)
}

fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = joined.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        let pair: String = [bytes.next(), bytes.next()].into_iter().flatten().map(char::from).collect();
        out.extend(u8::from_str_radix(&pair, 16));
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The page with the mails, newest first.
pub(super) fn serve(listen: SocketAddr, mails: Mails) -> Result<ServerHandle, String> {
    let server = HttpServer::new(move || {
        let mails = web::Data::from(Arc::clone(&mails));
        App::new().app_data(mails).route("/", web::get().to(page)).route("/ui.css", web::get().to(style))
    });
    let server = server.workers(1).disable_signals().bind(listen).map_err(|e| format!("{listen}: {e}. Choose another --port"))?.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

/// The stylesheet of the sign-in pages, for the demo's own pages.
pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(assets::all().css.plain)
}

async fn page(mails: web::Data<Mutex<Vec<Mail>>>) -> HttpResponse {
    let mails = mails.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width, initial-scale=1"; title { "Mails" } link rel="stylesheet" href="/ui.css"; }
            body class="journey" {
                main class="line stack" {
                    h1 { "Mails" }
                    @if mails.is_empty() { p class="muted" { "Nothing has been sent yet. Reload this page after asking for a reset." } }
                    @for mail in mails.iter().rev() {
                        @let (subject, text) = readable(&mail.raw);
                        article class="card" {
                            div { h2 { (subject) } p class="muted sm" { "To " (mail.to) } }
                            @for paragraph in text.split("\r\n\r\n") { p { (PreEscaped(linked(paragraph))) } }
                        }
                    }
                }
            }
        }
    };
    HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header(("Cache-Control", "no-store")).body(markup.into_string())
}

/// Escaped text with its links.
fn linked(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let bare = word.trim();
        if bare.starts_with("http://") || bare.starts_with("https://") { html! { a href=(bare) { (bare) } " " } } else { html! { (word) } }
    });
    words.map(maud::Markup::into_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_conversation_keeps_the_mail_and_its_text_is_readable() {
        let talk = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@b.example>\r\nDATA\r\nSubject: Hello\r\n\r\n--x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=C3=A9 <b>=\r\n!\r\n..dot\r\n--x--\r\n.\r\nQUIT\r\n";
        let (mails, mut out) = (Mails::default(), Vec::new());
        receive(BufReader::new(talk.as_bytes()), &mut out, &mails).await.unwrap();
        let kept = mails.lock().unwrap().clone();
        assert_eq!((kept.len(), kept[0].to.as_str()), (1, "ann@b.example"));
        let (subject, text) = readable(&kept[0].raw);
        assert_eq!((subject.as_str(), text.as_str()), ("Hello", "Café <b>!\r\n.dot"));
        assert_eq!(linked("a <b> https://x.example/?a=1&b=2"), "a &lt;b&gt; <a href=\"https://x.example/?a=1&amp;b=2\">https://x.example/?a=1&amp;b=2</a> ");
        assert!(String::from_utf8(out).unwrap().ends_with("221 bye\r\n"));
    }
}
