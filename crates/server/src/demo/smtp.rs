//! A small SMTP receiver: in the demo, mails really travel by SMTP.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use super::mime::{self, Readable};

/// Mails that are kept; the oldest goes first.
const KEPT: usize = 100;
/// Bytes of one mail.
const LARGEST: usize = 256 * 1024;
/// Bytes of one line (RFC 5321 4.5.3.1 asks for 1,000).
const LONGEST_LINE: u64 = 8 * 1024;

pub(super) type Mails = Arc<Mutex<Vec<Mail>>>;

/// A mail that arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mail {
    /// Counts from 1.
    pub number: usize,
    /// The recipients of the envelope.
    pub to: String,
    /// What it says.
    pub says: Readable,
}

pub(super) struct Inbox {
    pub port: u16,
    pub mails: Mails,
}

/// Listens for mail on a free port.
pub(super) async fn start() -> Result<Inbox, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|e| format!("no port for mail: {e}"))?;
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
    Ok(Inbox { port, mails })
}

/// One conversation (RFC 5321), as much of it as our own sender needs.
async fn receive(mut read: impl AsyncBufRead + Unpin, mut write: impl AsyncWrite + Unpin, kept: &Mails) -> std::io::Result<()> {
    write.write_all(b"220 mail.localhost\r\n").await?;
    let mut recipients: Vec<String> = Vec::new();
    while let Some(line) = next_line(&mut read).await? {
        let command = line.trim_end().to_ascii_uppercase();
        let answer: &[u8] = match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => b"250 mail.localhost\r\n",
            "MAIL" | "RSET" => {
                recipients.clear();
                b"250 OK\r\n"
            }
            "RCPT" => {
                recipients.extend(line.split(['<', '>']).nth(1).map(str::to_owned));
                b"250 OK\r\n"
            }
            "DATA" if recipients.is_empty() => b"503 first RCPT\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let Some(raw) = body(&mut read).await? else { return Ok(()) };
                keep(kept, std::mem::take(&mut recipients).join(", "), &raw);
                b"250 OK\r\n"
            }
            "NOOP" => b"250 OK\r\n",
            "QUIT" => return write.write_all(b"221 bye\r\n").await,
            _ => b"502 not here\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}

fn keep(kept: &Mails, to: String, raw: &str) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let number = kept.last().map_or(1, |last| last.number + 1);
    kept.push(Mail { number, to, says: mime::read(raw) });
    let over = kept.len().saturating_sub(KEPT);
    kept.drain(..over);
}

async fn next_line(read: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let count = read.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    Ok((count > 0).then(|| String::from_utf8_lossy(&line).into_owned()))
}

/// The mail up to the lonely dot; `None` when the peer goes away before it: then there is no mail.
async fn body(read: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<String>> {
    let mut out = String::new();
    while let Some(line) = next_line(read).await? {
        if line.trim_end_matches(['\r', '\n']) == "." {
            return Ok(Some(out));
        }
        if out.len() < LARGEST {
            out.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn talk(said: &str) -> (Vec<Mail>, String) {
        let (mails, mut out) = (Mails::default(), Vec::new());
        receive(BufReader::new(said.as_bytes()), &mut out, &mails).await.unwrap();
        let kept = mails.lock().unwrap().clone();
        (kept, String::from_utf8(out).unwrap())
    }

    #[tokio::test]
    async fn a_conversation_keeps_the_mail() {
        let start = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@b.example>\r\nDATA\r\n";
        let (kept, out) = talk(&format!("{start}Subject: Hello\r\n\r\nFirst\r\n..dot\r\n.\r\nMAIL FROM:<a@b.example>\r\nDATA\r\nQUIT\r\n")).await;
        assert_eq!((kept.len(), kept[0].number, kept[0].to.as_str(), kept[0].says.subject.as_str()), (1, 1, "ann@b.example", "Hello"));
        assert_eq!(kept[0].says.text, "First\r\n.dot\r\n");
        assert!(out.contains("503 first RCPT\r\n") && out.ends_with("221 bye\r\n"), "{out}");
        let (kept, _) = talk(&format!("{start}Subject: Cut off\r\n\r\nFirst\r\n")).await;
        assert!(kept.is_empty(), "without its end there is no mail");
    }

    #[tokio::test]
    async fn our_own_sender_is_understood() {
        use homeward_mail::{Carrier, Queued, Rendered};
        let inbox = start().await.unwrap();
        let mail = crate::settings::Mail {
            host: "127.0.0.1".into(),
            port: inbox.port,
            tls: crate::settings::MailTls::None,
            username: None,
            password_file: None,
            password_env: None,
            from: "signin@homeward.example".into(),
            reply_to: None,
        };
        let text = "Grüße\n\nhttps://x.example/reset?token=abc.def=\n.\nend\n";
        let rendered = Rendered { sender: "Größe".into(), subject: "Passwort geändert – größer, länger und schöner als jemals".into(), text: text.into(), html: "<p>Grüße</p>".into() };
        let to = homeward_model::EmailAddress::parse("ann@example.org").unwrap();
        crate::mailer::Smtp::new(&mail, "homeward.localhost").unwrap().send(&Queued { id: 1, to, rendered: rendered.clone(), tries: 0 }).await.unwrap();
        let kept = inbox.mails.lock().unwrap().clone();
        assert_eq!((kept[0].to.as_str(), &kept[0].says.subject), ("ann@example.org", &rendered.subject));
        assert_eq!(kept[0].says.text.replace("\r\n", "\n").trim_end(), text.trim_end());
        assert_eq!(kept[0].says.html.trim_end(), "<p>Grüße</p>");
    }
}
