//! A small DNS server of a test's own: real packets by UDP on a free port (RFC 1035), with the TXT records that the test sets.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{net::UdpSocket, task::JoinHandle};

type Records = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A name server. Ends with its value.
pub struct NameServer {
    address: SocketAddr,
    records: Records,
    /// Whether it answers at all.
    fails: Arc<Mutex<bool>>,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl NameServer {
    /// Starts one that knows no name.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (records, fails, asked) = (Records::default(), Arc::<Mutex<bool>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let task = tokio::spawn(serve(socket, records.clone(), fails.clone(), asked.clone()));
        Self { address, records, fails, asked, task }
    }
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
    /// Sets the TXT records of a name; none: there is no such name.
    pub fn set(&self, name: &str, texts: &[&str]) {
        let mut records = self.records.lock().unwrap();
        if texts.is_empty() {
            records.remove(name);
        } else {
            records.insert(name.to_owned(), texts.iter().map(|text| (*text).to_owned()).collect());
        }
    }
    /// From now on it answers with a failure (SERVFAIL), or properly again.
    pub fn fail(&self, fails: bool) {
        *self.fails.lock().unwrap() = fails;
    }
    /// The names that were asked for, in lower case.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(socket: UdpSocket, records: Records, fails: Arc<Mutex<bool>>, asked: Arc<Mutex<Vec<String>>>) {
    let mut packet = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut packet).await {
        let query = &packet[..length];
        let Some((name, end)) = question(query) else { continue };
        asked.lock().unwrap().push(name.clone());
        let found = records.lock().unwrap().get(&name).cloned();
        let code = match (&found, *fails.lock().unwrap()) {
            (_, true) => 2,
            (None, false) => 3,
            (Some(_), false) => 0,
        };
        let texts = found.filter(|_| code == 0).unwrap_or_default();
        // Answer, recursion desired and available; the question as it came, in its own mixture of cases.
        let mut answer = vec![query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, u8::try_from(texts.len()).unwrap(), 0, 0, 0, 0];
        answer.extend(&query[12..end]);
        for text in &texts {
            // TXT, IN, one minute; a text is cut into strings of at most 255 bytes.
            let parts: Vec<u8> = text.as_bytes().chunks(255).flat_map(|part| std::iter::once(u8::try_from(part.len()).unwrap()).chain(part.iter().copied())).collect();
            answer.extend([0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
            answer.extend(u16::try_from(parts.len()).unwrap().to_be_bytes());
            answer.extend(parts);
        }
        let _ = socket.send_to(&answer, from).await;
    }
}

/// The name of the only question, in lower case, and where the question ends.
fn question(packet: &[u8]) -> Option<(String, usize)> {
    let (mut at, mut labels) = (12, Vec::new());
    loop {
        let length = usize::from(*packet.get(at)?);
        if length == 0 {
            return Some((labels.join("."), at + 5));
        }
        labels.push(String::from_utf8_lossy(packet.get(at + 1..at + 1 + length)?).to_ascii_lowercase());
        at += 1 + length;
    }
}
