//! Config OP: the metadata and the keys.

use serde_json::Value;

use crate::op::{ISSUER, Op};

/// OT-34.
#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let mut op = Op::start().await;
    let page = op.browser.get("/.well-known/openid-configuration").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("application/json")));
    let metadata: Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(metadata["issuer"], ISSUER);
    let list = |name: &str| metadata[name].as_array().unwrap_or_else(|| panic!("{name}")).clone();
    for (name, needed) in [
        ("response_types_supported", "code"), ("subject_types_supported", "public"), ("id_token_signing_alg_values_supported", "RS256"), ("scopes_supported", "openid"),
        ("claims_supported", "sub"), ("grant_types_supported", "authorization_code"), ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("code_challenge_methods_supported", "S256"), ("response_modes_supported", "query"),
    ] {
        assert!(list(name).contains(&needed.into()), "{name}");
    }
    let mut addresses = 0;
    for (name, value) in metadata.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let path = value.as_str().unwrap().strip_prefix(ISSUER).unwrap_or_else(|| panic!("{name}"));
            // Each is there: whatever it says to an empty request, it is not that it knows of no such page.
            let answer = op.browser.get(path).await;
            assert_ne!(answer.status, 404, "{name}");
            addresses += 1;
        }
    }
    assert_eq!(addresses, 8);
    assert_eq!((&metadata["request_parameter_supported"], &metadata["request_uri_parameter_supported"]), (&false.into(), &false.into()));
    assert_eq!(metadata["claims_parameter_supported"], true);
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    // Whoever offers private_key_jwt says with which algorithms, and never with none (RFC 8414 2).
    for endpoint in ["token", "revocation", "introspection"] {
        assert!(list(&format!("{endpoint}_endpoint_auth_methods_supported")).contains(&"private_key_jwt".into()), "{endpoint}");
        let algorithms = list(&format!("{endpoint}_endpoint_auth_signing_alg_values_supported"));
        assert!(algorithms.contains(&"RS256".into()) && !algorithms.contains(&"none".into()), "{endpoint}: {algorithms:?}");
    }
}

/// OT-32: public parameters only, each key with a name of its own.
#[tokio::test]
async fn oidcc_server_jwks() {
    let mut op = Op::start().await;
    let page = op.browser.get("/oauth2/jwks").await;
    let jwks: Value = serde_json::from_str(&page.body).unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    let algorithms: std::collections::BTreeSet<&str> = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!(algorithms, ["ES256", "EdDSA", "RS256"].into(), "one for each that the metadata names");
    let kids: std::collections::BTreeSet<&str> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), keys.len());
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        assert_eq!(key["use"], "sig");
        let public: &[&str] = match key["kty"].as_str().unwrap() {
            "EC" => &["crv", "x", "y"],
            "RSA" => &["n", "e"],
            "OKP" => &["crv", "x"],
            other => panic!("{other}"),
        };
        for name in public {
            assert!(key[*name].as_str().is_some_and(|value| !value.is_empty() && !value.contains(['=', '+', '/'])), "{name}");
        }
    }
}
