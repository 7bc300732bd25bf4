//! A small HTTP/1.1 client that costs little beside what it measures: one request after the other, at one server or at several in turn.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that is kept open to each server.
pub struct Connection {
    streams: Vec<TcpStream>,
    next: usize,
    buffer: Vec<u8>,
}

/// An answer.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// The values of a header.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.lines().filter_map(move |line| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v))
    }
    /// The value of a field of a form.
    pub fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let mark = format!("name=\"{name}\" value=\"");
        text.split(&mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }
    /// Cookies that it sets, as a line to send back.
    pub fn cookies(&self) -> String {
        self.headers("set-cookie").filter_map(|c| c.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        Self::open_all(&[address]).await
    }
    /// Connects to several; each request goes to the next of them, as a proxy does that knows nobody.
    pub async fn open_all(addresses: &[SocketAddr]) -> std::io::Result<Self> {
        let mut streams = Vec::new();
        for address in addresses {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        Ok(Self { streams, next: 0, buffer: Vec::with_capacity(32 * 1024) })
    }
    /// Sends a request and reads its answer.
    pub async fn ask(&mut self, request: &[u8]) -> std::io::Result<Answer> {
        let place = self.next;
        self.next = (place + 1) % self.streams.len();
        let stream = &mut self.streams[place];
        stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).into_owned();
        let length = text.lines().find_map(|line| line.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case("content-length"))?.1.trim().parse().ok());
        let whole = head + length.unwrap_or(0_usize);
        while self.buffer.len() < whole {
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
        Ok(Answer { status, head: text, body: self.buffer[head..whole].to_vec() })
    }
}

/// A GET as a browser sends it, from the address that the trusted proxy tells.
pub fn get(path: &str, from: &str, cookies: &str) -> Vec<u8> {
    let cookies = if cookies.is_empty() { String::new() } else { format!("Cookie: {cookies}\r\n") };
    format!(
        "GET {path} HTTP/1.1\r\nHost: homeward.localhost\r\nX-Forwarded-For: {from}\r\nAccept: text/html\r\nAccept-Language: en-GB,en;q=0.9\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36\r\n{cookies}\r\n"
    )
    .into_bytes()
}

/// A POST of a form of the broker's own pages.
pub fn post(path: &str, from: &str, cookies: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let body = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&");
    let cookies = if cookies.is_empty() { String::new() } else { format!("Cookie: {cookies}\r\n") };
    format!(
        "POST {path} HTTP/1.1\r\nHost: homeward.localhost\r\nX-Forwarded-For: {from}\r\nAccept: text/html\r\nAccept-Language: en-GB,en;q=0.9\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36\r\n\
         Origin: null\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{cookies}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A POST of a form on a page of another site: it has no cookies.
pub fn deliver(path: &str, from: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let text = String::from_utf8_lossy(&post(path, from, "", fields)).into_owned();
    text.replacen("Origin: null\r\nSec-Fetch-Site: same-origin", "Origin: https://idp.example\r\nSec-Fetch-Site: cross-site", 1).into_bytes()
}

/// Percent-encodes.
pub fn escaped(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-._~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A different address for every number, over many networks.
pub fn address(number: u64) -> String {
    let scattered = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    format!("10.{}.{}.{}", scattered >> 16 & 255, scattered >> 8 & 255, scattered & 255)
}
