use serde_json::Value;

use super::*;

/// OT-34: the metadata names our addresses and nothing that is not there.
#[test]
fn ot_34_metadata_names_what_is_there() {
    let issuer = Issuer::parse("https://signin.example", false).unwrap();
    let document: Value = serde_json::from_str(&metadata(&issuer, &["en", "de"], false)).unwrap();
    assert_eq!(document["issuer"], "https://signin.example");
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            assert!(value.as_str().unwrap().starts_with("https://signin.example/oauth2/"), "{name}");
        }
    }
    for absent in ["registration_endpoint", "device_authorization_endpoint", "check_session_iframe", "frontchannel_logout_supported"] {
        assert!(document.get(absent).is_none(), "{absent}");
    }
    let supported = |name: &str| document[name].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(supported("response_types_supported"), ["code"]);
    assert_eq!(supported("response_modes_supported"), ["query", "form_post"]);
    assert_eq!(supported("code_challenge_methods_supported"), ["S256"]);
    assert_eq!(supported("grant_types_supported"), ["authorization_code", "refresh_token"]);
    let with: Value = serde_json::from_str(&metadata(&issuer, &["en"], true)).unwrap();
    assert_eq!(with["grant_types_supported"][2], crate::exchange::GRANT_TYPE, "only when it is on");
    assert_eq!(document["authorization_response_iss_parameter_supported"], true, "OA-20");
    for off in ["request_parameter_supported", "request_uri_parameter_supported", "require_pushed_authorization_requests"] {
        assert_eq!(document[off], false, "{off}: its default is not always false");
    }
}
