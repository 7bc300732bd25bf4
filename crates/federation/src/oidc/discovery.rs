//! A provider's discovery document (OpenID Connect Discovery 1.0, 3): the only source of its endpoints.

use homeward_egress::Rules;
use openidconnect::{
    AdditionalProviderMetadata, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
        CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};

use super::{entra, json};
use crate::{Check, Failure};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct More {
    #[serde(default)]
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for More {}

type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What we take from a discovery document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// `issuer`: the connection's, or Entra's template for many tenants.
    pub issuer: String,
    /// Where people are sent.
    pub authorization: String,
    /// Where codes are redeemed.
    pub token: String,
    /// Where the keys are.
    pub keys: String,
    /// Where more claims are.
    pub userinfo: Option<String>,
    /// Where people sign out.
    pub end_session: Option<String>,
    /// Answers carry `iss` (RFC 9207).
    pub names_issuer: bool,
}

/// Where the document of an issuer lies (Discovery 4).
pub(crate) fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer))
}

impl Document {
    /// Reads the document for `issuer`. `many_tenants`: Entra's template may stand in its place.
    pub fn read(bytes: &[u8], issuer: &str, many_tenants: bool, rules: &Rules) -> Result<Self, Failure> {
        let malformed = || Failure::of(Check::Answered, "provider.discovery_malformed");
        // The library takes the last of two equal names; so they are refused first.
        json::read_object(bytes).map_err(|_| malformed())?;
        let metadata: Metadata = serde_json::from_slice(bytes).map_err(|_| malformed())?;
        let named = metadata.issuer().as_str();
        if named != issuer && !(many_tenants && entra::is_template_of(named, issuer)) {
            return Err(Failure::differs(Check::MeantForUs, "provider.issuer_differs", named, issuer));
        }
        let endpoint = |address: &str| match rules.check(address) {
            Ok(_) => Ok(address.to_owned()),
            Err(_) => Err(Failure::differs(Check::Answered, "provider.endpoint_refused", address, "https")),
        };
        let optional = |address: Option<&str>| address.map(endpoint).transpose();
        let more = metadata.additional_metadata();
        Ok(Self {
            issuer: named.to_owned(),
            authorization: endpoint(metadata.authorization_endpoint().as_str())?,
            token: endpoint(metadata.token_endpoint().ok_or_else(malformed)?.as_str())?,
            keys: endpoint(metadata.jwks_uri().as_str())?,
            userinfo: optional(metadata.userinfo_endpoint().map(|url| url.as_str()))?,
            end_session: optional(more.end_session_endpoint.as_deref())?,
            names_issuer: more.authorization_response_iss_parameter_supported.unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn document(issuer: &str, change: &str) -> Vec<u8> {
        format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://idp.example/a","token_endpoint":"https://idp.example/t","jwks_uri":"https://keys.example/k",
            "response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["none","HS256","XX"]{change}}}"#
        )
        .into_bytes()
    }

    fn code(bytes: &[u8]) -> String {
        Document::read(bytes, "https://idp.example", false, &Rules::default()).map_or_else(|failure| failure.code, |_| "ok".to_owned())
    }

    /// OR-19: the issuer is exact, every endpoint https and public, nothing stands twice.
    #[test]
    fn or_19_the_document_is_that_of_the_issuer() {
        let good = Document::read(&document("https://idp.example", ""), "https://idp.example", false, &Rules::default()).unwrap();
        assert_eq!((good.token.as_str(), good.names_issuer), ("https://idp.example/t", false));
        for other in ["https://idp.example/", "https://IDP.example", "http://idp.example", "https://idp.example.evil", "https://idp.exampl"] {
            assert_eq!(code(&document(other, "")), "provider.issuer_differs", "{other}");
        }
        assert_eq!(code(&document("https://idp.example", r#","end_session_endpoint":"http://idp.example/o""#)), "provider.endpoint_refused");
        assert_eq!(code(&document("https://idp.example", r#","userinfo_endpoint":"https://169.254.169.254/u""#)), "provider.endpoint_refused");
        assert_eq!(code(&document("https://idp.example", r#","issuer":"https://idp.example""#)), "provider.discovery_malformed");
        let text = String::from_utf8(document("https://idp.example", "")).unwrap();
        assert_eq!(code(text.replace("https://idp.example/t", "http://idp.example/t").as_bytes()), "provider.endpoint_refused");
        assert_eq!(code(text.replace("https://keys.example/k", "https://127.0.0.1/k").as_bytes()), "provider.endpoint_refused");
        assert_eq!(code(text.replace("\"token_endpoint\"", "\"other\"").as_bytes()), "provider.discovery_malformed");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_document_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Document::read(&bytes, "https://idp.example", false, &Rules::default()).is_err());
        }
    }
}
