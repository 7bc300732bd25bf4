//! The client against real sockets on free loopback ports.

use std::{net::{IpAddr, SocketAddr}, sync::{Arc, Mutex}};

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::{io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt}, net::TcpListener};

use super::*;
use crate::{Spy, resolve::Found};

/// Answers every connection with the same bytes and counts them.
async fn server(answer: Vec<u8>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            serve(&mut socket, &answer, &seen).await;
        }
    });
    (address, requests)
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut S, answer: &[u8], seen: &Mutex<Vec<String>>) {
    let mut buffer = vec![0; 65_536];
    let length = socket.read(&mut buffer).await.unwrap_or(0);
    seen.lock().unwrap().push(String::from_utf8_lossy(&buffer[..length]).into_owned());
    let _ = socket.write_all(answer).await;
    let _ = socket.shutdown().await;
}

fn answer(status: &str, head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{head}\r\n{body}", body.len()).into_bytes()
}

fn quick() -> Limits {
    Limits { total: Duration::from_millis(1_500), connect: Duration::from_millis(400), body: 1_000 }
}

fn developer() -> Client {
    Client::with_limits(Rules::development(), quick()).unwrap()
}

async fn fetch(client: &Client, address: &str) -> Result<Answer, EgressError> {
    client.get(address, Authorization::None, &Conditions::default()).await
}

/// OR-18, SM-01: what the rules withhold never leaves; the twin does.
#[tokio::test]
async fn sm_01_only_allowed_addresses_are_asked() {
    let (address, requests) = server(answer("200 OK", "etag: \"1\"\r\n", "hello")).await;
    let spy = Spy::default();
    let strict = Client::new(Rules::default()).unwrap().watched_by(Arc::new(spy.clone()));
    for text in [format!("http://{address}/"), format!("https://{address}/"), "https://169.254.169.254/latest".to_owned(), format!("https://0x7f.1:{}/", address.port()), "file:///etc/passwd".to_owned()] {
        assert!(matches!(fetch(&strict, &text).await, Err(EgressError::NotHttps | EgressError::Forbidden | EgressError::BadAddress)), "{text}");
    }
    assert_eq!(fetch(&strict, &format!("https://localhost:{}/", address.port())).await.unwrap_err(), EgressError::Forbidden);
    assert!(requests.lock().unwrap().is_empty());
    assert_eq!(spy.seen(), [format!("GET https://localhost:{}/", address.port())]);
    assert_eq!(strict.counts().of(Outcome::Withheld), 6);

    let spy = Spy::default();
    let client = developer().watched_by(Arc::new(spy.clone()));
    let whole = fetch(&client, &format!("http://{address}/x?code=secret")).await.unwrap();
    assert_eq!((whole.status, whole.body.as_slice()), (200, &b"hello"[..]));
    assert_eq!(whole.conditions().etag.as_deref(), Some("\"1\""));
    assert_eq!(spy.seen(), [format!("GET http://{address}/x")]);
    assert_eq!(client.counts().of(Outcome::Answered), 1);
}

/// A source whose answer changes at every look-up.
struct Rebinding(Mutex<Vec<Vec<IpAddr>>>);

impl Lookup for Rebinding {
    fn lookup(&self, _: String) -> Found {
        let next = self.0.lock().unwrap().pop().unwrap_or_default();
        Box::pin(async move { Ok(next) })
    }
}

/// SM-01: a name that leads inside is refused, whenever it does; private addresses beside public ones are left out.
#[tokio::test]
async fn sm_01_names_that_lead_inside_are_refused() {
    let (address, requests) = server(answer("200 OK", "", "")).await;
    let inside: Vec<IpAddr> = vec!["127.0.0.1".parse().unwrap(), "::ffff:127.0.0.1".parse().unwrap(), "10.0.0.1".parse().unwrap()];
    let source = Arc::new(Rebinding(Mutex::new(vec![inside.clone(), inside.clone()])));
    let client = Client::build(Rules::default(), quick(), source).unwrap();
    for _ in 0..2 {
        assert_eq!(fetch(&client, &format!("https://rebind.example:{}/", address.port())).await.unwrap_err(), EgressError::Forbidden);
    }
    assert!(requests.lock().unwrap().is_empty());
    // The same name works once the operator allows the host: then the connection is made (and ends, since no TLS is there).
    let source = Arc::new(Rebinding(Mutex::new(vec![vec!["127.0.0.1".parse().unwrap()]])));
    let allowed = Client::build(Rules { hosts: vec!["rebind.example".to_owned()], ..Rules::default() }, quick(), source).unwrap();
    assert_eq!(fetch(&allowed, &format!("https://rebind.example:{}/", address.port())).await.unwrap_err(), EgressError::Unreachable);
    assert_eq!(requests.lock().unwrap().len(), 1);
}

/// OR-20, SM-01: no redirect is followed; it is an answer like any other.
#[tokio::test]
async fn or_20_redirects_are_not_followed() {
    let (target, reached) = server(answer("200 OK", "", "secret")).await;
    let (address, _) = server(answer("302 Found", &format!("location: http://{target}/\r\n"), "")).await;
    let whole = fetch(&developer(), &format!("http://{address}/")).await.unwrap();
    assert_eq!(whole.status, 302);
    assert!(reached.lock().unwrap().is_empty());
}

/// OR-20, SM-01: size and time are bounded, announced or not.
#[tokio::test]
async fn or_20_bodies_are_bounded() {
    let exact = server(answer("200 OK", "", &"x".repeat(1_000))).await.0;
    assert_eq!(fetch(&developer(), &format!("http://{exact}/")).await.unwrap().body.len(), 1_000);
    let announced = server(answer("200 OK", "", &"x".repeat(1_001))).await.0;
    assert_eq!(fetch(&developer(), &format!("http://{announced}/")).await.unwrap_err(), EgressError::TooLarge);
    let unannounced = server(format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(5_000)).into_bytes()).await.0;
    assert_eq!(fetch(&developer(), &format!("http://{unannounced}/")).await.unwrap_err(), EgressError::TooLarge);
    let short = server(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()).await.0;
    assert_eq!(fetch(&developer(), &format!("http://{short}/")).await.unwrap_err(), EgressError::Garbled);
    let noise = server(b"\0\0\0 not http\r\n\r\n".to_vec()).await.0;
    assert_eq!(fetch(&developer(), &format!("http://{noise}/")).await.unwrap_err(), EgressError::Garbled);
}

/// OR-20, DS-09: a server that sends a byte now and then is left after the time.
#[tokio::test]
async fn or_20_a_slow_drip_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4_096]).await.unwrap();
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n").await.unwrap();
        let mut beat = tokio::time::interval(Duration::from_millis(100));
        loop {
            beat.tick().await;
            if socket.write_all(b"x").await.is_err() {
                return;
            }
        }
    });
    assert_eq!(fetch(&developer(), &format!("http://{address}/")).await.unwrap_err(), EgressError::TooSlow);
}

/// OR-18, DS-09: a closed port, a port that says nothing and a name that does not exist are one error.
#[tokio::test]
async fn or_18_closed_and_silent_ports_look_the_same() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for text in [format!("https://{closed}/"), format!("https://{}/", silent.local_addr().unwrap()), "https://does-not-exist.invalid/".to_owned()] {
        assert_eq!(fetch(&developer(), &text).await.unwrap_err(), EgressError::Unreachable, "{text}");
    }
}

struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    pem: String,
}

fn authority() -> Authority {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    Authority { issuer: rcgen::Issuer::new(params, key), pem }
}

/// Speaks TLS with a certificate for `name`.
async fn tls_server(authority: &Authority, name: &str) -> SocketAddr {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority.issuer).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate.der().to_vec())], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            if let Ok(mut socket) = acceptor.accept(socket).await {
                serve(&mut socket, &answer("200 OK", "", "over TLS"), &Mutex::default()).await;
            }
        }
    });
    address
}

/// OR-20, KS-09: a certificate for another name, or of an unknown authority, ends the exchange.
#[tokio::test]
async fn or_20_certificates_must_fit_the_name() {
    let authority = authority();
    let port = tls_server(&authority, "idp.localhost").await.port();
    let trusting = Client::with_limits(Rules { authorities: vec![authority.pem.clone()], ..Rules::development() }, quick()).unwrap();
    assert_eq!(fetch(&trusting, &format!("https://idp.localhost:{port}/")).await.unwrap().body, b"over TLS");
    assert_eq!(fetch(&trusting, &format!("https://other.localhost:{port}/")).await.unwrap_err(), EgressError::Untrusted);
    assert_eq!(fetch(&developer(), &format!("https://idp.localhost:{port}/")).await.unwrap_err(), EgressError::Untrusted);
    assert_eq!(Client::new(Rules { authorities: vec!["nonsense".to_owned()], ..Rules::default() }).err(), Some(SetUpError::Authority));
}

#[tokio::test]
async fn forms_and_json_carry_what_was_given() {
    let (address, requests) = server(answer("201 Created", "", "{}")).await;
    let client = developer();
    let form = client.post_form(&format!("http://{address}/token"), Authorization::Basic("a", "b"), &[("grant_type", "x y"), ("code", "ü&")]).await.unwrap();
    assert_eq!(form.status, 201);
    client.post_json(&format!("http://{address}/hook"), Authorization::Bearer("t"), b"{\"a\":1}".to_vec()).await.unwrap();
    let seen = requests.lock().unwrap();
    assert!(seen[0].contains("authorization: Basic YTpi\r\n") && seen[0].ends_with("grant_type=x+y&code=%C3%BC%26"), "{}", seen[0]);
    assert!(seen[1].contains("authorization: Bearer t\r\n") && seen[1].contains("content-type: application/json\r\n") && seen[1].ends_with("{\"a\":1}"), "{}", seen[1]);
}
