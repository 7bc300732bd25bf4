//! From the callback to a verified assertion. Reads like the list of checks that it is.

use homeward_model::Timestamp;

use super::{
    CallbackParams, OidcSettings, RelyingParty,
    cache::Asker,
    id_token::{self, Expected},
    jws::Unverified,
    json::Object,
    keys::NoKey,
    logout,
    people,
    relying_party::Provider,
    token_request::{TokenRequest, Tokens},
    userinfo,
    witness::Witness,
};
use crate::{Check, Connection, Failure, Pending, PendingProtocol, VerifiedAssertion};

/// One return.
pub(super) struct Return<'a> {
    pub party: &'a RelyingParty,
    pub connection: &'a Connection,
    pub settings: &'a OidcSettings,
    pub pending: &'a Pending,
    pub now: Timestamp,
    pub witness: Option<&'a Witness>,
}

impl Return<'_> {
    /// Every check, in order. No request leaves before the answer is known to belong to this connection's issuer (OR-02).
    pub async fn run(&self, redirect_uri: &str, callback: &CallbackParams) -> Result<VerifiedAssertion, Failure> {
        let (nonce, verifier) = self.secrets()?;
        let provider = self.party.provider(self.connection, self.settings, self.now).await?;
        self.issuer_of_response(callback, &provider)?;
        let code = code(callback)?;
        let request = TokenRequest {
            egress: &self.party.egress,
            sealer: &self.party.sealer,
            connection: self.connection.id,
            client_id: &self.settings.client_id,
            authentication: &self.settings.authentication,
            own: self.party.own.as_ref().and_then(|own| own.of(self.settings)),
            endpoint: &provider.document.token,
            unique: verifier,
            now: self.now,
        };
        let tokens = request.redeem(code, redirect_uri, verifier).await?;
        if let Some(witness) = self.witness {
            witness.came(&tokens.id_token);
        }
        let verified = self.proved(&provider, &tokens, code, nonce).await?;
        let more = match (&provider.document.userinfo, self.settings.userinfo) {
            (Some(address), true) => userinfo::fetch(self, address, &provider, &tokens.access_token, &verified).await?,
            (None, true) => return Err(Failure::of(Check::Answered, "userinfo.no_endpoint")),
            (_, false) => Object::new(),
        };
        if let Some(witness) = self.witness.filter(|_| !more.is_empty()) {
            witness.also(&more);
        }
        let mut assertion = people::assertion(self, verified, more, nonce)?;
        if logout::takes_token(self.connection) {
            assertion.farewell.id_token = Some(tokens.id_token.to_string());
        }
        Ok(assertion)
    }
    /// The assertion of an ID token that came beside other tokens. The caller has compared `state` and redeemed the code.
    pub async fn prove(&self, tokens: &Tokens, code: &str) -> Result<VerifiedAssertion, Failure> {
        let (nonce, _) = self.secrets()?;
        let provider = self.party.provider(self.connection, self.settings, self.now).await?;
        let verified = self.proved(&provider, tokens, code, nonce).await?;
        people::assertion(self, verified, Object::new(), nonce)
    }
    async fn proved(&self, provider: &Provider, tokens: &Tokens, code: &str, nonce: &str) -> Result<Signed, Failure> {
        let verified = signed_claims(self.party, self.connection, self.settings, &tokens.id_token, provider, self.now).await?;
        if let Some(witness) = self.witness {
            witness.is_signed();
        }
        let expected = Expected { settings: self.settings, pending: self.pending, skew: self.connection.settings.skew.seconds(), now: self.now, nonce };
        id_token::check(&verified, &expected)?;
        id_token::check_hashes(&verified, &tokens.access_token, code)?;
        Ok(verified)
    }
    fn secrets(&self) -> Result<(&str, &str), Failure> {
        match &self.pending.protocol {
            _ if self.pending.connection != self.connection.id => Err(Failure::of(Check::MeantForUs, "callback.other_connection")),
            PendingProtocol::Oidc { nonce, verifier } if !nonce.is_empty() && !verifier.is_empty() => Ok((nonce, verifier)),
            _ => Err(Failure::of(Check::MeantForUs, "callback.other_protocol")),
        }
    }
    /// RFC 9207 2.4: the answer names the issuer that was asked; it must when the issuer says that it does.
    fn issuer_of_response(&self, callback: &CallbackParams, provider: &Provider) -> Result<(), Failure> {
        let expected = provider.document.issuer.as_str();
        match callback.issuer.as_deref() {
            Some(named) if named == expected => Ok(()),
            // Entra for many tenants names the tenant in its place; the ID token decides which.
            Some(named) if expected.contains("{tenantid}") && same_but_tenant(named, expected) => Ok(()),
            Some(named) => Err(Failure::differs(Check::MeantForUs, "callback.issuer_differs", named, expected)),
            None if provider.document.names_issuer || self.settings.require_response_issuer => Err(Failure::of(Check::MeantForUs, "callback.issuer_missing")),
            None => Ok(()),
        }
    }
}

fn same_but_tenant(named: &str, template: &str) -> bool {
    let Some((before, after)) = template.split_once("{tenantid}") else { return false };
    named.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).is_some_and(super::is_tenant_id)
}

/// The code, when the answer is one and nothing else.
fn code(callback: &CallbackParams) -> Result<&str, Failure> {
    if callback.front_channel_token {
        return Err(Failure::of(Check::Answered, "callback.front_channel_token"));
    }
    match (&callback.error, &callback.code) {
        (Some(error), None) => Err(Failure::differs(Check::Answered, "callback.error", &described(error, callback.description.as_deref()), "")),
        (None, Some(code)) => Ok(code),
        _ => Err(Failure::of(Check::Answered, "callback.no_code")),
    }
}

fn described(error: &str, description: Option<&str>) -> String {
    description.map_or_else(|| error.to_owned(), |text| format!("{error}: {text}"))
}

/// Claims that a key of this provider vouches for, with the issuer that they must name.
pub(super) struct Signed {
    pub claims: Object,
    pub issuer: String,
}

/// Reads an ID token and verifies it with a key of the connection's provider (OR-06 to OR-09, OR-16, OR-17).
async fn signed_claims(party: &RelyingParty, connection: &Connection, settings: &OidcSettings, token: &str, provider: &Provider, now: Timestamp) -> Result<Signed, Failure> {
    let unverified = Unverified::read(token)?;
    unverified.has_type(&["jwt"])?;
    let lookup = KeyLookup { party, provider, now, asker: Asker::SignIn };
    lookup.verify(connection, settings, &unverified).await
}

/// How the key of a token is found.
pub(super) struct KeyLookup<'a> {
    pub party: &'a RelyingParty,
    pub provider: &'a Provider,
    pub now: Timestamp,
    pub asker: Asker,
}

impl KeyLookup<'_> {
    /// The claims, verified; and the issuer that a token of this connection must name.
    pub async fn verify(&self, connection: &Connection, settings: &OidcSettings, unverified: &Unverified<'_>) -> Result<Signed, Failure> {
        let algorithm = unverified.algorithm(&settings.algorithms)?;
        let id = unverified.key_id()?;
        let (client, document) = (&self.party.egress, &self.provider.document);
        let mut keys = self.provider.issuer.keys(client, document, self.now).await?;
        if matches!(keys.choose(id, algorithm), Err(NoKey::Unknown))
            && let Some(newer) = self.provider.issuer.newer_keys(client, document, self.now, self.asker).await
        {
            keys = newer;
        }
        let key = keys.choose(id, algorithm).map_err(|reason| match reason {
            NoKey::Unknown => Failure { keys_read_at: self.provider.issuer.health().keys_at, ..Failure::differs(Check::Signature, "signature.key_unknown", id.unwrap_or_default(), "") },
            NoKey::IdMissing => Failure::of(Check::Signature, "signature.key_id_missing"),
            NoKey::Ambiguous => Failure::of(Check::Signature, "signature.key_ambiguous"),
        })?;
        let claims = unverified.verified_by(key, algorithm)?;
        let issuer = super::entra::expected_issuer(connection, settings, &document.issuer, &claims)?;
        if super::entra::applies(settings, connection.settings.preset) && !super::entra::key_speaks_for(key, &issuer, &claims) {
            return Err(Failure::differs(Check::Signature, "signature.key_issuer", key.issuer.as_deref().unwrap_or_default(), &issuer));
        }
        Ok(Signed { claims, issuer })
    }
}
