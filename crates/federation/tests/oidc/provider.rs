//! An OpenID Provider of a few lines: it answers each path with the bytes it was told to.

use std::{collections::HashMap, sync::{Arc, Mutex}};

use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::TcpListener};

/// What a path answers.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(body: impl Into<String>) -> Self {
        Self { status: 200, headers: vec![("content-type".to_owned(), "application/json".to_owned())], body: body.into().into_bytes() }
    }
    pub fn status(status: u16, body: &str) -> Self {
        Self { status, ..Self::json(body) }
    }
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// What was asked.
#[derive(Clone)]
pub struct Asked {
    pub line: String,
    pub head: String,
    pub body: String,
}

#[derive(Default)]
struct Script {
    replies: HashMap<String, Reply>,
    asked: Vec<Asked>,
}

/// The server, on a free loopback port until the test ends.
#[derive(Clone)]
pub struct Provider {
    pub origin: String,
    script: Arc<Mutex<Script>>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script::default()));
        let shared = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let Some(asked) = read(&mut socket).await else { return };
                    let path = asked.line.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
                    let reply = {
                        let mut script = shared.lock().unwrap();
                        script.asked.push(asked);
                        script.replies.get(&path).cloned().unwrap_or_else(|| Reply::status(404, "{}"))
                    };
                    let mut bytes = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\nconnection: close\r\n", reply.status, reply.body.len());
                    for (name, value) in &reply.headers {
                        bytes.push_str(&format!("{name}: {value}\r\n"));
                    }
                    let _ = socket.write_all(&[bytes.as_bytes(), b"\r\n", &reply.body].concat()).await;
                    let _ = socket.shutdown().await;
                });
            }
        });
        Self { origin, script }
    }
    pub fn reply(&self, path: &str, reply: Reply) {
        self.script.lock().unwrap().replies.insert(path.to_owned(), reply);
    }
    /// Every request to the path so far.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        let script = self.script.lock().unwrap();
        script.asked.iter().filter(|asked| asked.line.split(' ').nth(1).is_some_and(|target| target.split('?').next() == Some(path))).cloned().collect()
    }
}

async fn read(socket: &mut tokio::net::TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16_384];
    loop {
        let length = socket.read(&mut buffer).await.ok()?;
        bytes.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let announced = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(|n| n.parse::<usize>().unwrap())).unwrap_or(0);
            if body.len() >= announced {
                return Some(Asked { line: head.lines().next().unwrap_or_default().to_owned(), head: head.to_owned(), body: body.to_owned() });
            }
        }
        if length == 0 {
            return None;
        }
    }
}
