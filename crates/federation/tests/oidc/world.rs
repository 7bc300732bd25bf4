//! A connection, its provider, and one sign-in from going away to coming back.

use std::sync::Arc;

use homeward_egress::{Client, Limits, Rules, Spy};
use homeward_federation::{
    AttributeMapping, Connection, ConnectionSettings, Departure, Failure, Hint, IdpInitiated, Jit, Matching, Pending, PendingProtocol, Preset, Protocol, Skew, VerifiedAssertion, Wish,
    oidc::{CallbackParams, OidcSettings, RelyingParty},
};
use homeward_model::{AccountId, ConnectionId, SystemRandom, Timestamp};
use homeward_sealing::{RootKey, Sealer};

use crate::{provider::{Provider, Reply}, signing::{Fields, How, Token, half_hash, jwks, keys}};

pub const NOW: i64 = 1_800_000_000;
pub const CALLBACK: &str = "https://homeward.example/oidc/a/callback";
pub const CODE: &str = "code-1";
pub const ACCESS: &str = "access-1";

pub fn now() -> Timestamp {
    Timestamp::from_seconds(NOW)
}

pub struct World {
    pub provider: Provider,
    pub party: RelyingParty,
    pub connection: Connection,
    pub spy: Spy,
    pub sealer: Arc<Sealer>,
    /// The path of the issuer, empty or `/tenant/v2.0`.
    pub path: String,
}

/// One person under way.
pub struct Trip {
    pub url: url::Url,
    pub pending: Pending,
}

impl Trip {
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
    pub fn nonce(&self) -> &str {
        match &self.pending.protocol {
            PendingProtocol::Oidc { nonce, .. } => nonce,
            PendingProtocol::Saml { .. } => panic!("another protocol"),
        }
    }
}

impl World {
    pub async fn new() -> Self {
        Self::at("", Preset::Generic).await
    }
    /// A provider whose issuer has this path.
    pub async fn at(path: &str, preset: Preset) -> Self {
        let provider = Provider::start().await;
        let spy = Spy::default();
        let limits = Limits { total: std::time::Duration::from_millis(1_500), ..Limits::default() };
        let egress = Client::with_limits(Rules::development(), limits).unwrap().watched_by(Arc::new(spy.clone()));
        let sealer = Arc::new(Sealer::new(RootKey::generate(1, &SystemRandom), vec![]));
        let settings = OidcSettings::new(&format!("{}{path}", provider.origin), "homeward");
        let world = Self { party: RelyingParty::new(egress, Arc::clone(&sealer)), connection: connection(preset, settings), spy, sealer, path: path.to_owned(), provider };
        world.publish(&world.discovery());
        world.publish_keys(&[keys().ec.jwk("ec", r#","use":"sig","alg":"ES256""#), keys().rsa.jwk("rsa", ""), keys().ed.jwk("ed", "")]);
        world
    }
    pub fn settings(&mut self) -> &mut OidcSettings {
        match &mut self.connection.settings.protocol {
            Protocol::Oidc(settings) => settings,
            Protocol::Saml(_) => panic!("another protocol"),
        }
    }
    pub fn issuer(&self) -> String {
        format!("{}{}", self.provider.origin, self.path)
    }
    /// The honest discovery document.
    pub fn discovery(&self) -> Fields {
        let origin = &self.provider.origin;
        let mut document = Fields(vec![]);
        document.text("issuer", &self.issuer());
        document.text("authorization_endpoint", &format!("{origin}/authorize"));
        document.text("token_endpoint", &format!("{origin}/token"));
        document.text("userinfo_endpoint", &format!("{origin}/userinfo"));
        document.text("end_session_endpoint", &format!("{origin}/end?x=1"));
        document.text("jwks_uri", &format!("{origin}/jwks"));
        document.set("response_types_supported", r#"["code"]"#);
        document.set("subject_types_supported", r#"["public"]"#);
        // A provider that lists more than we accept widens nothing.
        document.set("id_token_signing_alg_values_supported", r#"["RS256","ES256","HS256","none"]"#);
        document
    }
    pub fn publish(&self, document: &Fields) {
        self.provider.reply(&format!("{}/.well-known/openid-configuration", self.path), Reply::json(document.json()));
    }
    pub fn publish_keys(&self, keys: &[String]) {
        self.provider.reply("/jwks", Reply::json(jwks(keys)));
    }
    pub async fn begin(&self, wish: Wish) -> Trip {
        let (departure, pending) = self.party.begin(&self.connection, CALLBACK, &wish, now(), &SystemRandom).await.unwrap();
        let Departure::Redirect { url } = departure else { panic!("a form") };
        Trip { url: url::Url::parse(&url).unwrap(), pending }
    }
    /// The honest ID token for a trip.
    pub fn token(&self, trip: &Trip) -> Token {
        let mut header = Fields(vec![]);
        header.text("alg", "ES256");
        header.text("kid", "ec");
        header.text("typ", "JWT");
        let mut claims = Fields(vec![]);
        claims.text("iss", &self.issuer());
        claims.text("aud", "homeward");
        claims.text("sub", "alice-1");
        claims.set("exp", &(NOW + 600).to_string());
        claims.set("iat", &NOW.to_string());
        claims.text("nonce", trip.nonce());
        claims.text("at_hash", &half_hash(ACCESS));
        claims.text("email", "alice@a.example");
        claims.set("email_verified", "true");
        Token { header, claims, key: &keys().ec, how: How::Es256, after: |text| text }
    }
    /// What the token endpoint will answer.
    pub fn answer(&self, id_token: &str) {
        self.provider.reply("/token", Reply::json(format!(r#"{{"access_token":"{ACCESS}","token_type":"Bearer","expires_in":300,"id_token":"{id_token}"}}"#)));
    }
    pub async fn finish_with(&self, trip: &Trip, raw_query: &str, at: Timestamp) -> Result<VerifiedAssertion, Failure> {
        let callback = CallbackParams::parse(raw_query).unwrap();
        self.party.finish(&self.connection, CALLBACK, &callback, &trip.pending, at).await
    }
    pub async fn finish(&self, trip: &Trip) -> Result<VerifiedAssertion, Failure> {
        self.finish_with(trip, &format!("code={CODE}&state=handle"), now()).await
    }
    /// A whole sign-in with a token that was changed first.
    pub async fn sign_in(&self, change: impl FnOnce(&mut Token)) -> Result<VerifiedAssertion, Failure> {
        self.sign_in_for(wish(), change).await
    }
    pub async fn sign_in_for(&self, wish: Wish, change: impl FnOnce(&mut Token)) -> Result<VerifiedAssertion, Failure> {
        let trip = self.begin(wish).await;
        let mut token = self.token(&trip);
        change(&mut token);
        self.answer(&token.signed());
        self.finish(&trip).await
    }
    /// The positive twin: the unchanged token signs in Alice, through this connection, and nobody else.
    pub async fn honest(&self) -> VerifiedAssertion {
        let verified = self.sign_in(|_| {}).await.unwrap();
        assert_eq!(verified.subject().value, "alice-1");
        assert_eq!(verified.subject().issuer, self.issuer());
        assert_eq!(verified.connection(), self.connection.id);
        verified
    }
    /// The changed token signs in nobody, for this reason.
    pub async fn refused(&self, what: &str, code: &str, change: impl FnOnce(&mut Token)) {
        let failure = self.sign_in(change).await.expect_err(what);
        assert_eq!(failure.code, code, "{what}: {failure:?}");
    }
}

pub fn wish() -> Wish {
    Wish { handle: "handle".to_owned(), ..Wish::default() }
}

fn connection(preset: Preset, settings: OidcSettings) -> Connection {
    Connection {
        id: ConnectionId::generate(&SystemRandom),
        account: AccountId::generate(&SystemRandom),
        name: "Example".to_owned(),
        settings: ConnectionSettings {
            preset,
            protocol: Protocol::Oidc(Box::new(settings)),
            hint: Hint::None,
            matching: Matching::default(),
            mapping: AttributeMapping::default(),
            jit: Jit::Off,
            idp_initiated: IdpInitiated::Refuse,
            skew: Skew::default(),
            foreign_domains: vec![],
            trusted_claims: vec![],
            sign_out_there: Default::default(),
            delegated: None,
        },
    }
}
