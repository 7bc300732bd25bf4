//! The token request (RFC 6749 4.1.3, OpenID Connect Core 3.1.3.1), built and sent by `oauth2`.

use homeward_model::{ConnectionId, Timestamp};
use homeward_sealing::{Sealer, sha256};
use jsonwebtoken::{EncodingKey, Header};
use oauth2::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, EmptyExtraTokenFields, ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RequestTokenError, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
    basic::{BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Algorithm, ClientAuthentication, bridge::{self, BridgeError}, secret::Purpose};
use crate::{Check, Failure};

/// The member that OpenID Connect adds to a token response.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct WithIdToken {
    #[serde(default)]
    pub id_token: Option<String>,
}

impl ExtraTokenFields for WithIdToken {}

/// A client of `oauth2` whose token responses have these members, too.
pub(crate) type CodeClient<Extra> = Client<BasicErrorResponse, StandardTokenResponse<Extra, BasicTokenType>, BasicTokenIntrospectionResponse, StandardRevocableToken, BasicRevocationErrorResponse>;

/// What the token endpoint gave. Secrets: neither is shown or logged.
pub(crate) struct Tokens {
    pub id_token: Zeroizing<String>,
    pub access_token: Zeroizing<String>,
}

/// Everything that a token request needs beside the code.
pub(crate) struct TokenRequest<'a> {
    pub egress: &'a homeward_egress::Client,
    pub sealer: &'a Sealer,
    pub connection: ConnectionId,
    pub client_id: &'a str,
    pub authentication: &'a ClientAuthentication,
    /// The present secret of the installation's registration, for a connection of it.
    pub own: Option<&'a str>,
    /// The token endpoint.
    pub endpoint: &'a str,
    /// Unique to this request: becomes the `jti` of an assertion.
    pub unique: &'a str,
    pub now: Timestamp,
}

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// How the client shows itself in one request.
pub(crate) struct Shown {
    pub kind: AuthType,
    pub secret: Option<ClientSecret>,
    pub assertion: Option<Zeroizing<String>>,
}

impl TokenRequest<'_> {
    /// Opens the secret or signs an assertion. Connections of the installation's registration show its present secret, also those that were
    /// made with a copy of an older one; a key of their own stays theirs.
    pub fn shown(&self) -> Result<Shown, Failure> {
        if let (Some(own), ClientAuthentication::None | ClientAuthentication::SecretBasic { .. } | ClientAuthentication::SecretPost { .. }) = (self.own, self.authentication) {
            return Ok(Shown { kind: AuthType::RequestBody, secret: Some(ClientSecret::new(own.to_owned())), assertion: None });
        }
        let unusable = || Failure::of(Check::Answered, "settings.secret");
        let open = |sealed: &super::SealedSecret, purpose| sealed.open(self.sealer, self.connection, purpose).ok_or_else(unusable);
        let secret = |sealed: &super::SealedSecret| Ok::<_, Failure>(Some(ClientSecret::new(open(sealed, Purpose::ClientSecret)?.to_string())));
        Ok(match self.authentication {
            ClientAuthentication::None => Shown { kind: AuthType::RequestBody, secret: None, assertion: None },
            ClientAuthentication::SecretBasic { secret: sealed } => Shown { kind: AuthType::BasicAuth, secret: secret(sealed)?, assertion: None },
            ClientAuthentication::SecretPost { secret: sealed } => Shown { kind: AuthType::RequestBody, secret: secret(sealed)?, assertion: None },
            ClientAuthentication::PrivateKeyJwt { key, algorithm, key_id, thumbprint } => {
                let pem = open(key, Purpose::ClientKey)?;
                let signed = self.assertion(&pem, *algorithm, key_id, thumbprint.as_deref()).ok_or_else(unusable)?;
                Shown { kind: AuthType::RequestBody, secret: None, assertion: Some(signed) }
            }
        })
    }
    /// The assertion of RFC 7523 3: for this endpoint, for a minute, once.
    fn assertion(&self, pem: &str, algorithm: Algorithm, key_id: &str, thumbprint: Option<&str>) -> Option<Zeroizing<String>> {
        let (algorithm, key) = match algorithm {
            Algorithm::Rs256 => (jsonwebtoken::Algorithm::RS256, EncodingKey::from_rsa_pem(pem.as_bytes())),
            Algorithm::Ps256 => (jsonwebtoken::Algorithm::PS256, EncodingKey::from_rsa_pem(pem.as_bytes())),
            Algorithm::Es256 => (jsonwebtoken::Algorithm::ES256, EncodingKey::from_ec_pem(pem.as_bytes())),
            Algorithm::EdDsa => (jsonwebtoken::Algorithm::EdDSA, EncodingKey::from_ed_pem(pem.as_bytes())),
        };
        let header = Header { kid: Some(key_id.to_owned()), x5t_s256: thumbprint.map(str::to_owned), ..Header::new(algorithm) };
        let jti: String = sha256(self.unique.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let now = self.now.seconds();
        let claims = Assertion { iss: self.client_id, sub: self.client_id, aud: self.endpoint, jti, iat: now, nbf: now, exp: now.saturating_add(60) };
        jsonwebtoken::encode(&header, &claims, &key.ok()?).ok().map(Zeroizing::new)
    }
    /// Redeems a code. The code is sent to this endpoint and to no other.
    pub async fn redeem(&self, code: &str, redirect_uri: &str, verifier: &str) -> Result<Tokens, Failure> {
        let shown = self.shown()?;
        let endpoint = TokenUrl::new(self.endpoint.to_owned()).map_err(|_| Failure::of(Check::Answered, "provider.endpoint_refused"))?;
        let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| Failure::of(Check::Answered, "settings.redirect_uri"))?;
        let mut client = CodeClient::<WithIdToken>::new(ClientId::new(self.client_id.to_owned())).set_auth_type(shown.kind).set_redirect_uri(redirect);
        if let Some(secret) = shown.secret {
            client = client.set_client_secret(secret);
        }
        let client = client.set_token_uri(endpoint);
        let mut request = client.exchange_code(AuthorizationCode::new(code.to_owned())).set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        if let Some(assertion) = &shown.assertion {
            request = request.add_extra_param("client_assertion_type", ASSERTION_TYPE).add_extra_param("client_assertion", assertion.to_string());
        }
        let send = |request| bridge::carry(self.egress.clone(), request);
        let response = request.request_async(&send).await.map_err(|error| refusal(&error))?;
        if *response.token_type() != BasicTokenType::Bearer {
            return Err(Failure::of(Check::Answered, "token.type"));
        }
        let id_token = response.extra_fields().id_token.clone().ok_or_else(|| Failure::of(Check::Answered, "token.no_id_token"))?;
        Ok(Tokens { id_token: Zeroizing::new(id_token), access_token: Zeroizing::new(response.access_token().secret().clone()) })
    }
}

/// RFC 7523 2.2.
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why the token endpoint gave nothing: it does not accept who we say that we are, it does not take the code, or something else. The library's error can hold
/// the whole answer; only a word of RFC 6749 5.2 is kept.
pub(crate) fn refusal(error: &RequestTokenError<BridgeError, BasicErrorResponse>) -> Failure {
    match error {
        RequestTokenError::ServerResponse(said) => match said.error() {
            word @ BasicErrorResponseType::InvalidClient => Failure::differs(Check::Answered, "token.client_refused", word.as_ref(), ""),
            word @ BasicErrorResponseType::InvalidGrant => Failure::differs(Check::Answered, "token.code_refused", word.as_ref(), ""),
            BasicErrorResponseType::Extension(_) => Failure::of(Check::Answered, "token.refused"),
            word => Failure::differs(Check::Answered, "token.refused", word.as_ref(), ""),
        },
        RequestTokenError::Request(BridgeError::Unauthorized) => Failure::differs(Check::Answered, "token.client_refused", "401", ""),
        RequestTokenError::Request(BridgeError::Egress(error)) => Failure::differs(Check::Answered, "token.unreachable", error.word(), ""),
        RequestTokenError::Request(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Failure::of(Check::Answered, "token.malformed"),
    }
}

/// Only to name the type where nothing is added.
pub(crate) type NothingMore = EmptyExtraTokenFields;
