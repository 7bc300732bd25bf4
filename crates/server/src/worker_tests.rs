use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::Mutex,
};

use homeward_mail::{Letter, Message, render};
use homeward_language::Language;
use homeward_model::{CaseNumber, EmailAddress, SystemClock, SystemRandom, random_token};
use homeward_sealing::RootKey;

use super::*;
use crate::{
    mailer::Smtp,
    settings::{Mail, MailTls},
};

/// A mail server at which one mailbox does not exist; gives its port and the mailboxes that it was asked for.
fn mail_server() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Vec<String>>>::default());
    let noted = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, noted) = (stream.unwrap(), noted.clone());
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let _ = stream.write_all(b"220 mail.example ESMTP\r\n");
                let mut in_letter = false;
                while let Some(Ok(line)) = lines.next() {
                    let recipient = line.strip_prefix("RCPT TO:<").and_then(|rest| rest.split('>').next());
                    if let Some(recipient) = recipient.filter(|_| !in_letter) {
                        noted.lock().unwrap().push(recipient.to_owned());
                    }
                    let answer = match line.as_str() {
                        "." => "250 taken",
                        _ if in_letter => continue,
                        "DATA" => "354 go on",
                        _ if recipient.is_some_and(|recipient| recipient.starts_with("nobody@")) => "550 no such mailbox",
                        _ => "250 ok",
                    };
                    in_letter = line == "DATA";
                    let _ = stream.write_all(format!("{answer}\r\n").as_bytes());
                }
            });
        }
    });
    (port, asked)
}

/// LR-18: more mails than are tried at once go to a mailbox that refuses all of them: those behind them go out in the same turn, and the others are tried
/// again later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lr_18_a_mailbox_that_refuses_keeps_back_nobodys_mail() {
    let folder = std::env::temp_dir().join(format!("homeward-worker-{}", random_token(&SystemRandom)));
    std::fs::create_dir_all(&folder).unwrap();
    let store = Store::open(&folder.join("a.db")).await.unwrap();
    let outbox = store.outbox(Arc::new(Sealer::new(RootKey::generate(1, &SystemRandom), Vec::new())));
    let clock = SystemClock;
    let put = async |to: &str| {
        let letter = Letter {
            to: EmailAddress::parse(to).unwrap(),
            language: Language::English,
            account_name: "Northwind".into(),
            account_number: "40817".into(),
            case: CaseNumber::generate(&SystemRandom),
            message: Message::EmailTakenBack { username: "ann".into(), account: "Northwind".into() },
        };
        outbox.put(&letter, &render(&letter, "Sign In"), clock.now()).await.unwrap();
    };
    for _ in 0..41 {
        put("nobody@north.example").await;
    }
    put("ann@north.example").await;
    let (port, asked) = mail_server();
    let mail = Mail {
        host: "127.0.0.1".into(),
        port,
        tls: MailTls::None,
        username: None,
        password_file: None,
        password_env: None,
        from: "signin@north.example".into(),
        reply_to: None,
    };
    let (smtp, sent) = (Smtp::new(&mail, "signin.north.example").unwrap(), Mutex::new(0));
    let (_stop, stopped) = watch::channel(false);
    assert!(!deliver((&outbox, &smtp, &clock), |count| *sent.lock().unwrap() += count, &stopped).await, "nothing is left");
    let asked = asked.lock().unwrap().clone();
    assert_eq!((asked.len(), asked.last().map(String::as_str), *sent.lock().unwrap()), (42, Some("ann@north.example"), 1));
    let figures = store.figures(clock.now()).await.unwrap();
    assert_eq!((figures.mails_waiting, figures.mails_given_up), (41, 0), "they are tried again, and not at once");
    store.close().await;
    std::fs::remove_dir_all(folder).unwrap();
}

/// LP-12, LR-18: what takes long is done beside the mail, which does not wait for it, by one at a time; at the end it is waited for.
#[tokio::test]
async fn lp_12_reminders_that_take_long_keep_back_nobodys_mail() {
    let (gate, done) = (Arc::new(Notify::new()), Arc::new(Mutex::new(Vec::new())));
    let turn = |name: &'static str| {
        let (gate, done) = (gate.clone(), done.clone());
        async move {
            gate.notified().await;
            done.lock().unwrap().push(name);
        }
    };
    let mut turns = Turns::default();
    turns.begin(turn("first"));
    turns.begin(turn("while the first goes on"));
    assert_eq!((turns.0.len(), done.lock().unwrap().len()), (1, 0), "whoever begins one goes on at once");
    gate.notify_one();
    turns.0.join_next().await.unwrap().unwrap();
    turns.begin(turn("after it"));
    gate.notify_one();
    turns.end().await;
    assert_eq!(*done.lock().unwrap(), ["first", "after it"]);
}
