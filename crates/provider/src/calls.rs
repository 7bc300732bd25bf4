//! What the tests of the endpoints do again and again: ask for a code, redeem it, refresh, verify an ID token.

use aws_lc_rs::signature as sig;
use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
use homeward_model::ClientId;
use serde_json::Value;

use crate::{
    memory::{SECRET, World},
    request::AuthorizationRequest,
    Caller,
    token::token,
};

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

/// Basic with id and secret form-encoded (RFC 6749 2.3.1).
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// A call with this header.
pub fn caller(header: &str) -> Caller<'_> {
    Caller { authorization: Some(header), network: "192.0.2.0/24" }
}

pub async fn code(world: &World, client: &str, scope: &str, nonce: Option<&str>) -> String {
    let client = world.memory.0.lock().unwrap().clients[&ClientId::parse(client).unwrap()].clone();
    let mut params = pairs(&[
        ("client_id", client.client_id.as_str()), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", scope),
        ("code_challenge", CHALLENGE), ("code_challenge_method", "S256"),
    ]);
    params.extend(nonce.map(|n| ("nonce".to_owned(), n.to_owned())));
    let request: AuthorizationRequest = crate::authorize::parse(&params, &client, &world.ports.issuer).unwrap();
    crate::issue_code(&world.ports, &request, &world.who).await.unwrap()
}

pub fn form(code: &str) -> Vec<(String, String)> {
    pairs(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", "https://app.example/cb"), ("code_verifier", VERIFIER)])
}

pub fn but(form: &[(String, String)], name: &str, value: Option<&str>) -> Vec<(String, String)> {
    let mut form: Vec<_> = form.iter().filter(|(n, _)| n != name).cloned().collect();
    form.extend(value.map(|v| (name.to_owned(), v.to_owned())));
    form
}

pub async fn ask(world: &World, form: &[(String, String)]) -> Result<Value, &'static str> {
    token(&world.ports, &caller(&basic("app", SECRET)), form).await.map(|t| serde_json::from_str(&t).unwrap()).map_err(|e| e.error)
}

pub async fn refresh(world: &World, token: &str) -> Result<Value, &'static str> {
    ask(world, &pairs(&[("grant_type", "refresh_token"), ("refresh_token", token)])).await
}

pub fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("{name} in {answer}"))
}

/// Verifies a token with the published keys, by aws-lc-rs alone, and gives header and claims.
pub fn verified(world: &World, jwt: &str) -> (Value, Value) {
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let (header, body) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    let jwks: Value = serde_json::from_str(&world.ports.keys.jwks()).unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|k| k["kid"] == header["kid"]).unwrap();
    assert_eq!(key["alg"], header["alg"]);
    assert!(header.get("typ").is_none(), "an ID token has no typ; what will be another kind says so");
    let part = |name: &str| decode(key[name].as_str().unwrap());
    let good = match header["alg"].as_str().unwrap() {
        "ES256" => sig::UnparsedPublicKey::new(&sig::ECDSA_P256_SHA256_FIXED, [vec![4], part("x"), part("y")].concat()).verify(signed.as_bytes(), &decode(signature)),
        "EdDSA" => sig::UnparsedPublicKey::new(&sig::ED25519, part("x")).verify(signed.as_bytes(), &decode(signature)),
        "RS256" => sig::RsaPublicKeyComponents { n: part("n"), e: part("e") }.verify(&sig::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature)),
        other => panic!("{other}"),
    };
    good.expect("the signature verifies");
    (header, serde_json::from_slice(&decode(body)).unwrap())
}
