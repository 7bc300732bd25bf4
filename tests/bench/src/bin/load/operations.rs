//! What is done again and again: each is a whole operation, as a browser and an application do it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use homeward_bench::{
    http::{self, Connection},
    openid, openid_provider, saml_provider, scene,
};

/// A kind of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Authorize, username, password, code, tokens.
    Password,
    /// Authorize, username, away, an answer by SAML, its result, code, tokens.
    Saml,
    /// The same with a callback of OpenID Connect.
    Oidc,
    /// A refresh with rotation.
    Refresh,
    /// The username page, and a username sent: who is asked to prove it.
    Discovery,
    /// The username page alone.
    Page,
}

impl Kind {
    /// What a run measures one by one; the page has a part of its own.
    pub const ALL: [Self; 5] = [Self::Password, Self::Saml, Self::Oidc, Self::Refresh, Self::Discovery];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Saml => "saml",
            Self::Oidc => "oidc",
            Self::Refresh => "refresh",
            Self::Discovery => "discovery",
            Self::Page => "page",
        }
    }
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How one went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    Well,
    /// The queue for passwords was full: 503, come again.
    Busy,
}

/// Whom the brokers work with.
pub(crate) struct World {
    saml: saml_provider::Provider,
    callback: String,
    _openid: Arc<openid_provider::Provider>,
    next: AtomicU64,
}

impl World {
    pub fn new(saml: saml_provider::Provider, callback: String, openid: Arc<openid_provider::Provider>) -> Self {
        Self { saml, callback, _openid: openid, next: AtomicU64::new(0) }
    }
    /// Does one. `token` is what the driver refreshes.
    pub async fn once(&self, kind: Kind, connection: &mut Connection, token: &mut String) -> Result<Went, String> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match kind {
            Kind::Password => return Ok(scene::sign_in(connection, number).await?.map_or(Went::Busy, |_| Went::Well)),
            Kind::Saml => drop(self.saml.sign_in(connection, number).await?),
            Kind::Oidc => {
                let away = openid::depart(connection, number).await?;
                let (from, to) = openid::come_back(connection, &self.callback, away).await?;
                scene::redeem(connection, &from, &to).await?;
            }
            Kind::Refresh => *token = scene::refresh(connection, token).await?,
            Kind::Discovery => {
                let from = http::address(7_000_000 + number);
                let (standing, name) = (scene::stand(connection, &from).await?, scene::signer(number));
                let sent = http::post("/signin/username", &from, &standing.cookies, &[("stage", &standing.stage), ("username", &name)]);
                let page = connection.ask(&sent).await.map_err(|e| e.to_string())?;
                if page.status != 200 {
                    return Err(format!("a username: {}", page.head));
                }
            }
            Kind::Page => drop(scene::stand(connection, &http::address(8_000_000 + number)).await?),
        }
        Ok(Went::Well)
    }
    /// Signs somebody in; gives the token to refresh.
    pub async fn token(&self, connection: &mut Connection) -> Result<String, String> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if let Some(token) = scene::sign_in(connection, number).await? {
                return Ok(token);
            }
        }
    }
}
