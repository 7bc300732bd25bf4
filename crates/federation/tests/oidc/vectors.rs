//! Tokens that the standards print (RFC 7515 appendix A, RFC 8037 appendix A; IETF Trust, code components), at a provider that publishes their keys. A good
//! signature of an accepted algorithm leads as far as the claims, which are about somebody else; everything before that is a signature's verdict.

use crate::world::World;

const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
/// RFC 7515 A.1: HS256.
const SHARED: (&str, &str) = ("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
/// RFC 7515 A.3: ES256.
const CURVE: (&str, &str) = ("eyJhbGciOiJFUzI1NiJ9", "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
/// RFC 8037 A.4: EdDSA over a text that is no JSON.
const EDWARDS: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

const KEYS: [&str; 3] = [
    r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
    r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
];

/// OR-06, OR-08: which of the printed tokens have a signature that counts here.
#[tokio::test]
async fn or_06_or_08_tokens_that_the_standards_print() {
    World::new().await.honest().await;
    let world = World::new().await;
    world.publish_keys(&KEYS.map(str::to_owned));
    let token = |(header, signature): (&str, &str)| format!("{header}.{PAYLOAD}.{signature}");
    // A character in the middle: the last one has bits that belong to nobody.
    let bent = |token: String| { let at = token.len() - 20; let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" }; format!("{}{other}{}", &token[..at], &token[at + 1..]) };
    let cases = [
        ("RFC 7515 A.3", token(CURVE), "id_token.issuer"),
        ("RFC 7515 A.3, bent", bent(token(CURVE)), "jws.signature"),
        ("RFC 7515 A.1", token(SHARED), "jws.algorithm"),
        ("RFC 7515 A.5", token(("eyJhbGciOiJub25lIn0", "")), "jws.algorithm"),
        ("RFC 7515 A.3 under the header of A.1", token((SHARED.0, CURVE.1)), "jws.algorithm"),
        ("RFC 8037 A.4", EDWARDS.to_owned(), "jws.payload"),
        ("RFC 8037 A.4, bent", bent(EDWARDS.to_owned()), "jws.signature"),
    ];
    for (what, text, code) in cases {
        let trip = world.begin(crate::world::wish()).await;
        world.answer(&text);
        let failure = world.finish(&trip).await.expect_err(what);
        assert_eq!(failure.code, code, "{what}: {failure:?}");
    }
}
