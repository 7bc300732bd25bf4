//! The attacks themselves: OR-01 to OR-24 and OE-01 to OE-04 of the security cases, as far as one answer can carry them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::attack::{At, Attack, By, Draft, Members};
use crate::Brand;

const fn token(id: &'static str, name: &'static str, title: &'static str, change: fn(&mut Draft<'_>)) -> Attack {
    Attack { id, name, title, brand: None, at: At::Token(change) }
}

const fn entra(id: &'static str, name: &'static str, title: &'static str, change: fn(&mut Draft<'_>)) -> Attack {
    Attack { id, name, title, brand: Some(Brand::Entra), at: At::Token(change) }
}

const fn callback(id: &'static str, name: &'static str, title: &'static str, change: fn(&mut Vec<(String, String)>)) -> Attack {
    Attack { id, name, title, brand: None, at: At::Callback(change) }
}

const fn tokens(id: &'static str, name: &'static str, title: &'static str, change: fn(&mut Members)) -> Attack {
    Attack { id, name, title, brand: None, at: At::Tokens(change) }
}

const fn userinfo(id: &'static str, name: &'static str, title: &'static str, change: fn(&mut Members)) -> Attack {
    Attack { id, name, title, brand: None, at: At::Userinfo(change) }
}

/// Somebody else, as JSON.
const OTHER: &str = "\"somebody-else\"";

pub(super) const ALL: &[Attack] = &[
    callback("OR-01", "no-state", "no state", |answer| answer.retain(|(name, _)| name != "state")),
    callback("OR-01", "two-states", "two states", |answer| answer.push(("state".into(), "another".into()))),
    callback("OR-02", "no-iss", "no issuer beside the code", |answer| answer.retain(|(name, _)| name != "iss")),
    callback("OR-02", "two-iss", "two issuers beside the code", |answer| answer.push(("iss".into(), "https://somebody-else.example".into()))),
    callback("OR-02", "mixed-up", "the code of one issuer under the name of another", |answer| {
        answer.iter_mut().filter(|(name, _)| name == "iss").for_each(|(_, value)| value.push_str("/other"));
    }),
    callback("OR-24", "front-channel", "a token beside the code", |answer| answer.push(("id_token".into(), "e30.e30.".into()))),
    token("OR-05", "no-nonce", "no nonce", |t| t.claims.remove("nonce")),
    token("OR-05", "nonce-list", "the nonce in a list", |t| { let nonce = format!("[{}]", t.claims.raw("nonce")); t.claims.set("nonce", nonce) }),
    token("OR-06", "none-in-mixed-case", "alg nOnE, without a signature", |t| { t.header.set("alg", "\"nOnE\""); t.by = By::Nobody }),
    token("OR-06", "hs256-by-pem", "HS256 with the public key (PEM)", |t| t.shared(t.public_pem())),
    token("OR-06", "hs256-by-der", "HS256 with the public key (DER)", |t| t.shared(t.means.provider.public_key())),
    token("OR-06", "hs256-by-jwk", "HS256 with the public key (JWK)", |t| t.shared(Draft::jwk(t.means.provider))),
    token("OR-06", "hs256-by-client-secret", "HS256 with the client secret", |t| t.shared(t.means.client_secret)),
    token("OR-06", "alg-in-lower-case", "alg rs256", |t| t.header.set("alg", "\"rs256\"")),
    token("OR-06", "no-alg", "no alg", |t| t.header.remove("alg")),
    token("OR-06", "rs256-as-ps256", "RS256 under the name PS256", |t| t.header.set("alg", "\"PS256\"")),
    token("OR-06", "rs256-as-es256", "RS256 under the name ES256", |t| t.header.set("alg", "\"ES256\"")),
    token("OR-07", "jwk-header", "a key in the header (jwk)", |t| t.brings("jwk", Draft::jwk(t.means.stranger))),
    token("OR-07", "jku-header", "the address of a key (jku)", |t| t.brings("jku", format!("\"{}\"", t.means.address))),
    token("OR-07", "x5u-header", "the address of a certificate (x5u)", |t| t.brings("x5u", format!("\"{}\"", t.means.address))),
    token("OR-07", "x5c-header", "a certificate in the header (x5c)", |t| {
        let certificate = base64::engine::general_purpose::STANDARD.encode(t.means.stranger.certificate());
        t.brings("x5c", format!("[\"{certificate}\"]"));
    }),
    token("OR-07", "crit-header", "an extension that must be understood (crit)", |t| t.header.set("crit", "[\"exp\"]")),
    token("OR-07", "b64-header", "a payload without base64 (b64)", |t| t.header.set("b64", "false")),
    token("OR-07", "zip-header", "a packed payload (zip)", |t| t.header.set("zip", "\"DEF\"")),
    token("OR-07", "kid-path", "a path as the name of the key", |t| t.header.set("kid", "\"../../dev/null\"")),
    token("OR-07", "kid-sql", "a query as the name of the key", |t| t.header.set("kid", "\"' OR 1=1 --\"")),
    token("OR-07", "kid-number", "a number as the name of the key", |t| t.header.set("kid", "7")),
    token("OR-07", "kid-of-the-right-one", "a key nobody knows, under the name of the right one", |t| t.by = By::Stranger),
    token("OR-07", "logout-token", "a logout token as the ID token", |t| t.header.set("typ", "\"logout+jwt\"")),
    token("OR-07", "access-token", "an access token as the ID token", |t| t.header.set("typ", "\"at+jwt\"")),
    token("OR-08", "json-form", "in JSON instead of the compact form", |t| {
        t.respell = |text| {
            let parts: Vec<&str> = text.split('.').collect();
            match parts.as_slice() {
                [header, payload, signature] => format!("{{\"protected\":\"{header}\",\"payload\":\"{payload}\",\"signature\":\"{signature}\"}}"),
                _ => String::new(),
            }
        }
    }),
    token("OR-08", "four-parts", "with a part too many", |t| t.respell = |text| text + ".e30"),
    token("OR-09", "padded", "with padding", |t| t.respell = |text| text + "=="),
    token("OR-09", "line-break", "with a line break", |t| t.respell = |text| text.replacen('.', ".\n", 1)),
    token("OR-09", "loose-bits", "another spelling of the same signature", |t| t.respell = loosened),
    token("OR-09", "signature-cut", "the end of the signature cut off", |t| t.respell = |mut text| { text.truncate(text.len().saturating_sub(6)); text }),
    token("OR-09", "signature-of-zeroes", "a signature of zeroes", |t| t.respell = |text| { let signed = text.rsplit_once('.').map(|(signed, _)| signed).unwrap_or_default(); format!("{signed}.{}", "A".repeat(342)) }),
    token("OR-09", "changed-afterwards", "claims changed after signing", |t| t.respell = |text| {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            [header, payload, signature] => {
                let claims = URL_SAFE_NO_PAD.decode(payload).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
                format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims.replacen('{', "{\"role\":\"admin\",", 1)))
            }
            _ => String::new(),
        }
    }),
    token("OR-10", "exp-as-text", "the end as text", |t| t.claims.set("exp", "\"9999999999\"")),
    token("OR-10", "exp-without-end", "an end that no number holds", |t| t.claims.set("exp", "1e400")),
    token("OR-10", "exp-negative", "an end before all time", |t| t.claims.set("exp", "-1")),
    token("OR-10", "nbf-as-text", "the beginning as text", |t| t.claims.set("nbf", "\"0\"")),
    token("OR-10", "aud-as-object", "an object as the audience", |t| t.claims.set("aud", "{}")),
    token("OR-10", "sub-as-number", "a number as the subject", |t| t.claims.set("sub", "1")),
    token("OR-10", "sub-twice", "two subjects", |t| t.claims.add("sub", OTHER)),
    token("OR-11", "no-exp", "no end", |t| t.claims.remove("exp")),
    token("OR-11", "no-iat", "no time of issue", |t| t.claims.remove("iat")),
    token("OR-11", "over", "over long ago", |t| t.claims.set("exp", "1")),
    token("OR-11", "of-old", "issued before anybody asked", |t| t.claims.set("iat", "1")),
    token("OR-11", "of-tomorrow", "issued in the future", |t| t.claims.set("iat", "4102444800")),
    token("OR-11", "not-yet", "valid in the future", |t| t.claims.set("nbf", "4102444800")),
    token("OR-12", "iss-with-slash", "the issuer with a slash", |t| longer(t, "iss", "/")),
    token("OR-12", "iss-longer", "an issuer that begins as the right one", |t| longer(t, "iss", "/other")),
    token("OR-12", "iss-as-list", "the issuer in a list", |t| { let issuer = format!("[{}]", t.claims.raw("iss")); t.claims.set("iss", issuer) }),
    token("OR-12", "no-issuer", "no issuer", |t| t.claims.remove("iss")),
    token("OR-13", "second-audience", "for us, and for somebody else", |t| { let both = format!("[{},{OTHER}]", t.claims.raw("aud")); t.claims.set("aud", both) }),
    token("OR-13", "no-audience", "for nobody", |t| t.claims.remove("aud")),
    token("OR-13", "longer-audience", "for a client whose id begins as ours", |t| longer(t, "aud", "2")),
    token("OR-13", "other-party", "asked for by somebody else (azp)", |t| t.claims.set("azp", OTHER)),
    token("OR-14", "no-subject", "about nobody", |t| t.claims.remove("sub")),
    token("OR-14", "empty-subject", "about a name without a letter", |t| t.claims.set("sub", "\"\"")),
    token("OR-14", "long-subject", "about a name of 300 letters", |t| t.claims.set("sub", format!("\"{}\"", "s".repeat(300)))),
    userinfo("OR-14", "userinfo-without-subject", "claims about nobody (userinfo)", |claims| claims.remove("sub")),
    userinfo("OR-14", "userinfo-of-another", "claims about somebody else (userinfo)", |claims| claims.set("sub", OTHER)),
    token("OR-15", "other-access-token", "the hash of another access token", |t| t.claims.set("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"")),
    token("OR-15", "other-code", "the hash of another code", |t| t.claims.set("c_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"")),
    tokens("OR-20", "no-id-token", "no ID token", |answer| answer.remove("id_token")),
    tokens("OR-20", "two-id-tokens", "two ID tokens", |answer| answer.add("id_token", "\"e30.e30.e30\"")),
    tokens("OR-20", "other-token-type", "tokens of another type", |answer| answer.set("token_type", "\"mac\"")),
    entra("OE-01", "other-tenant", "another tenant", |t| t.claims.set("tid", "\"0d3c2b1a-0000-4a52-9f0e-0c2b6a4d1e22\"")),
    entra("OE-01", "no-tenant", "no tenant", |t| t.claims.remove("tid")),
    entra("OE-01", "consumers", "the tenant of personal accounts", |t| {
        t.claims.set("tid", "\"9188040d-6c67-4c5b-b112-36a304b66dad\"");
        t.claims.set("iss", "\"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0\"");
    }),
    entra("OE-01", "version-1", "the issuer of tokens of version 1.0", |t| t.claims.set("iss", format!("\"https://sts.windows.net/{}/\"", t.claims.raw("tid").trim_matches('"')))),
    entra("OE-03", "no-object", "no object id", |t| t.claims.remove("oid")),
    entra("OE-04", "address-not-owned", "an address whose owner nobody has proved", |t| t.claims.set("xms_edov", "false")),
    entra("OE-04", "address-owned-as-text", "an address whose owner is proved by a text", |t| t.claims.set("xms_edov", "\"true\"")),
];

/// A text that goes on behind its end.
fn longer(token: &mut Draft<'_>, name: &str, more: &str) {
    let text = format!("\"{}{more}\"", token.claims.raw(name).trim_matches('"'));
    token.claims.set(name, text);
}

/// The last letter of 256 bytes in base64url has four bits that belong to nothing.
fn loosened(mut text: String) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = text.pop().and_then(|last| ALPHABET.find(last)).and_then(|at| ALPHABET.chars().nth(at + 1));
    text.extend(next);
    text
}
