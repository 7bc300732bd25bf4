//! How a connection proves itself at an OpenID Provider's token endpoint, as it is chosen in the portal and by the API.

use homeward_federation::oidc::ClientAuthentication;

use super::*;

const CLIENT: &str = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";
const SECRET: &str = "CANARY-SECRET~7Q";

async fn proof(desk: &Desk) -> ClientAuthentication {
    match desk.stored().await.settings.unwrap().protocol {
        Protocol::Oidc(oidc) => oidc.authentication,
        Protocol::Saml(_) => panic!("a SAML connection"),
    }
}

/// B-127, KS-01: none, by header and by form are chosen, with the secret that is kept or another one; what does not go together is refused at its
/// field, changes nothing, and no secret is shown.
#[tokio::test]
async fn b_127_how_the_client_proves_itself_is_chosen() {
    let mut desk = Desk::add("entra-openid").await;
    let entra = delegated::simulator(desk.broker.clock.clone());
    let issuer = format!("http://{}/{TENANT}/v2.0", entra.address);
    let form = |secret: &'static str, proof: &'static str| [("how", "openid"), ("issuer", issuer.as_str()), ("client_id", CLIENT), ("secret", secret), ("proof", proof)];
    // Nothing is kept yet, so that both ways with a secret need one.
    for (secret, way) in [("", "client_secret_basic"), ("", "client_secret_post"), (SECRET, "none")] {
        let again = desk.step("propose", &form(secret, way)).await;
        assert!(again.status == 200 && again.body.contains("These do not go together") && again.body.contains("proof-error"), "{way}: {}", again.body);
        assert!(!again.body.contains(SECRET), "{way}");
        assert_eq!(proof(&desk).await, ClientAuthentication::None, "{way}");
    }
    desk.take(&form(SECRET, "client_secret_post")).await;
    let ClientAuthentication::SecretPost { secret } = proof(&desk).await else { panic!("by form") };
    let page = desk.page().await;
    assert!(page.body.contains("client_secret_post") && !page.body.contains(SECRET), "{}", page.body);
    desk.take(&form("", "client_secret_basic")).await;
    assert_eq!(proof(&desk).await, ClientAuthentication::SecretBasic { secret }, "the secret that was kept");
    desk.take(&form("another", "client_secret_post")).await;
    assert!(matches!(proof(&desk).await, ClientAuthentication::SecretPost { .. }));
    desk.take(&form("a third", "")).await;
    assert!(matches!(proof(&desk).await, ClientAuthentication::SecretPost { .. }), "as it was");
    desk.take(&form("", "none")).await;
    assert_eq!(proof(&desk).await, ClientAuthentication::None);
    assert!(!format!("{:?}", desk.changes().await).contains(SECRET));
}
