//! Whatever we accept, the verifier of `openidconnect` accepts, too (decision 0009). The other way round it does not hold: the
//! cases below are those that it lets through and we do not.

use chrono::DateTime;
use openidconnect::{
    ClientId, IssuerUrl, JsonWebKeySet, Nonce,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKey, CoreJwsSigningAlgorithm},
};

use crate::{signing::{How, Token, keys}, world::{NOW, World, wish}};

fn library_accepts(issuer: &str, nonce: &str, token: &str) -> bool {
    let set: Vec<CoreJsonWebKey> = [keys().ec.jwk("ec", ""), keys().rsa.jwk("rsa", ""), keys().ed.jwk("ed", "")].iter().map(|jwk| serde_json::from_str(jwk).unwrap()).collect();
    let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new("homeward".to_owned()), IssuerUrl::new(issuer.to_owned()).unwrap(), JsonWebKeySet::new(set))
        .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256, CoreJwsSigningAlgorithm::RsaSsaPssSha256, CoreJwsSigningAlgorithm::EdDsa])
        .set_allowed_jose_types([openidconnect::JsonWebTokenType::new("JWT".to_owned()).normalize().unwrap()])
        .set_time_fn(|| DateTime::from_timestamp(NOW, 0).unwrap());
    let Ok(token) = serde_json::from_value::<CoreIdToken>(token.into()) else { return false };
    token.claims(&verifier, &Nonce::new(nonce.to_owned())).is_ok()
}

/// Signs a token, asks both.
async fn both(world: &World, change: fn(&mut Token)) -> (bool, bool) {
    let trip = world.begin(wish()).await;
    let mut token = world.token(&trip);
    change(&mut token);
    let text = token.signed();
    world.answer(&text);
    let ours = world.finish(&trip).await.is_ok();
    (ours, library_accepts(&world.issuer(), trip.nonce(), &text))
}

#[tokio::test]
async fn what_we_accept_the_library_accepts() {
    let world = World::new().await;
    let good: [fn(&mut Token); 5] = [
        |_| {},
        |t| { t.header.text("alg", "RS256"); t.header.text("kid", "rsa"); t.key = &keys().rsa; t.how = How::Rs256 },
        |t| { t.header.text("alg", "PS256"); t.header.text("kid", "rsa"); t.key = &keys().rsa; t.how = How::Ps256 },
        |t| { t.header.text("alg", "EdDSA"); t.header.text("kid", "ed"); t.key = &keys().ed; t.how = How::EdDsa },
        |t| t.header.remove("kid"),
    ];
    for change in good {
        assert_eq!(both(&world, change).await, (true, true));
    }
    let bad: [fn(&mut Token); 6] = [
        |t| t.key = &keys().stranger,
        |t| t.claims.text("aud", "other"),
        |t| t.claims.text("nonce", "other"),
        |t| t.claims.text("iss", "https://evil.example"),
        |t| t.claims.set("exp", "0"),
        |t| t.header.text("alg", "none"),
    ];
    for change in bad {
        assert_eq!(both(&world, change).await, (false, false));
    }
}

/// What the library lets through: the reasons why its word is not enough.
#[tokio::test]
async fn what_the_library_does_not_check_we_check() {
    let world = World::new().await;
    let gaps: [(&str, fn(&mut Token)); 8] = [
        ("jwk in the header", |t| t.header.set("jwk", "{}")),
        ("jku in the header", |t| t.header.text("jku", "https://evil.example")),
        ("b64 in the header", |t| t.header.set("b64", "false")),
        ("another authorized party", |t| t.claims.text("azp", "other")),
        ("not yet valid", |t| t.claims.set("nbf", &(NOW + 9_999).to_string())),
        ("made in the future", |t| t.claims.set("iat", &(NOW + 9_999).to_string())),
        ("wrong at_hash", |t| t.claims.text("at_hash", "x")),
        ("subject of 300 characters", |t| t.claims.text("sub", &"s".repeat(300))),
    ];
    for (what, change) in gaps {
        assert_eq!(both(&world, change).await, (false, true), "{what}");
    }
}
