//! An OpenID Provider of a few lines on the loopback address: it gives every code the token that the code itself names.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use homeward_model::{Clock, SystemClock};
use homeward_simulator::{
    KeyKind, SigningKey, Validity,
    oidc::{self, SignAs},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What we are called there.
pub const CLIENT: &str = "homeward";

/// The provider, until the process ends.
pub struct Provider {
    /// Its issuer.
    pub issuer: String,
    key: SigningKey,
    /// Documents and keys that were fetched.
    fetched: AtomicU64,
    /// Codes that were redeemed.
    redeemed: AtomicU64,
}

impl Provider {
    /// Starts it on a free port.
    pub async fn start() -> Result<Arc<Self>, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
        let address: SocketAddr = listener.local_addr().map_err(|e| e.to_string())?;
        let key = SigningKey::new("bench", KeyKind::P256, Validity::default()).map_err(|e| e.to_string())?;
        let provider = Arc::new(Self { issuer: format!("http://{address}"), key, fetched: AtomicU64::new(0), redeemed: AtomicU64::new(0) });
        let shared = Arc::clone(&provider);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&shared).serve(socket));
            }
        });
        Ok(provider)
    }
    /// Documents and keys that were fetched, and codes that were redeemed.
    pub fn asked(&self) -> (u64, u64) {
        (self.fetched.load(Ordering::Relaxed), self.redeemed.load(Ordering::Relaxed))
    }
    /// The code for somebody: their number, and the nonce of the request.
    pub fn code(number: u64, nonce: &str) -> String {
        format!("{number}.{nonce}")
    }
    async fn serve(self: Arc<Self>, mut socket: TcpStream) {
        let mut bytes = Vec::new();
        let mut part = [0; 8_192];
        while let Ok(length @ 1..) = socket.read(&mut part).await {
            bytes.extend_from_slice(&part[..length]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let announced = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").and_then(|n| n.trim().parse::<usize>().ok())).unwrap_or(0);
            if body.len() < announced {
                continue;
            }
            let answer = self.answer(head.split(' ').nth(1).unwrap_or_default(), body).to_string();
            let whole = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
            bytes.clear();
            if socket.write_all(whole.as_bytes()).await.is_err() {
                return;
            }
        }
    }
    fn answer(&self, path: &str, body: &str) -> Value {
        let issuer = &self.issuer;
        match path {
            "/token" => {
                self.redeemed.fetch_add(1, Ordering::Relaxed);
                let code = body.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap_or_default();
                let (number, nonce) = code.split_once('.').unwrap_or_default();
                let now = SystemClock.now().seconds();
                let claims = json!({
                    "iss": issuer, "aud": CLIENT, "sub": number, "nonce": nonce, "iat": now, "exp": now + 300,
                    "email": crate::openid::guest(number.parse().unwrap_or_default()), "email_verified": true,
                });
                json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": oidc::sign(&self.key, "JWT", &claims, &SignAs::Right) })
            }
            "/keys" => {
                self.fetched.fetch_add(1, Ordering::Relaxed);
                oidc::jwks(&[&self.key])
            }
            _ => {
                self.fetched.fetch_add(1, Ordering::Relaxed);
                json!({
                    "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
                    "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
                })
            }
        }
    }
}
