//! What this provider does not have cannot be used by calling it: no endpoint answers, no metadata names it, no request smuggles it in.

use homeward_discovery::Disclosure;
use homeward_model::{Clock, SystemRandom};
use homeward_testkit::{TestBroker, pairs};
use reqwest::Method;
use serde_json::Value;

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

async fn metadata(broker: &TestBroker) -> Value {
    serde_json::from_str(&broker.browser().get("/.well-known/openid-configuration").await.body).unwrap()
}

/// OT-35, OT-37, OL-14: DPoP, dynamic registration and front-channel logout are not there, and nothing says that they are.
#[tokio::test]
async fn ot_37_what_is_not_built_does_not_answer() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let told = metadata(&broker).await;
    assert!(told["token_endpoint"].is_string(), "what there is stands in it");
    for name in ["registration_endpoint", "dpop_signing_alg_values_supported", "frontchannel_logout_supported", "frontchannel_logout_session_supported", "check_session_iframe"] {
        assert!(told.get(name).is_none(), "{name}");
    }
    let mut browser = broker.browser();
    for path in ["/oauth2/register", "/connect/register", "/register", "/oauth2/frontchannel", "/session/check"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
        assert_eq!(browser.send(Method::POST, path, &[], Some(&pairs(&[("redirect_uris", "https://evil.example/cb")]))).await.status, 404, "{path}");
    }
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(tokens["token_type"], "bearer", "a proof of possession that nobody checks is not promised");
    let proof = [("authorization", format!("DPoP {access}")), ("dpop", "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.".to_owned())];
    let proof: Vec<(&str, &str)> = proof.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(ann.send(Method::GET, "/oauth2/userinfo", &proof, None).await.status, 401);
    assert_eq!(ann.who(access).await, Some((ANN.0.into(), "40817".into())));
}

/// OT-13: no application can bind its tokens to itself, by a proof in the request or by its certificate, and so every refresh token rotates: the one before
/// it ends the sign-in. Where a request brings such a proof nothing says that it was looked at.
#[tokio::test]
async fn ot_13_no_client_is_bound_to_its_sender_and_every_refresh_token_rotates() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let told = metadata(&broker).await;
    assert!(told.get("tls_client_certificate_bound_access_tokens").is_none() && told.get("dpop_signing_alg_values_supported").is_none());
    let methods = told["token_endpoint_auth_methods_supported"].to_string();
    assert!(methods.contains("private_key_jwt") && !methods.contains("tls"), "{methods}");
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let first = tokens["refresh_token"].as_str().unwrap();
    let form = pairs(&[("grant_type", "refresh_token"), ("client_id", "wiki"), ("refresh_token", first)]);
    let answer = ann.send(Method::POST, "/oauth2/token", &[("dpop", "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.")], Some(&form)).await;
    let renewed: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, renewed["token_type"].as_str()), (200, Some("bearer")));
    assert_eq!(ann.who(renewed["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())));
    let second = renewed["refresh_token"].as_str().unwrap();
    assert_ne!(first, second);
    let (status, third) = ann.refresh("wiki", second).await;
    assert_eq!(status, 200);
    assert_eq!(ann.refresh("wiki", first).await.0, 400, "two generations back");
    assert_eq!(ann.refresh("wiki", third["refresh_token"].as_str().unwrap()).await.0, 400, "which has ended the sign-in");
}

/// OA-31: there is no page of consent to be clicked through or forged: a request from another site's form gives nothing by itself, and only an
/// application that the operator registered gets anything. The same request as a page load of the person's own goes on.
#[tokio::test]
async fn oa_31_no_consent_can_be_forged() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", ANN.0, ANN.1).await;
    let request = pairs(&[
        ("client_id", "late"), ("redirect_uri", "https://late.example/cb"), ("response_type", "code"), ("scope", "openid"), ("state", "s"), ("nonce", "n"), ("prompt", "consent"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"), ("consent", "yes"), ("allow", "true"),
    ]);
    let forged = ann.send(Method::POST, "/oauth2/authorize", &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], Some(&request)).await;
    assert!(forged.status == 303 && forged.header("location").unwrap().starts_with("/oauth2/authorize?"), "no code for a form of another site");
    for path in ["/oauth2/consent", "/signin/consent", "/consent"] {
        assert_eq!(ann.post(path, &[("allow", "yes")]).await.status, 404, "{path}");
    }
    let own = ann.get(&forged.header("location").unwrap().to_owned()).await;
    let address = if own.status == 303 { own.header("location").unwrap().to_owned() } else { panic!("{}", own.heading()) };
    assert!(address.starts_with("https://late.example/cb?") && address.contains("code="), "to the registered address only");
}

/// OT-31: tokens of one account say so, and nothing turns them into another's: the same name in three accounts is three people.
#[tokio::test]
async fn ot_31_tokens_of_one_account_are_of_that_account() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut subjects = std::collections::BTreeSet::new();
    for account in ["40817", "60333"] {
        let password = if account == "60333" { "Drossel=2" } else { "Falke%33x" };
        let mut sam = broker.browser();
        let page = sam.open("wiki", &format!("&account={account}")).await;
        let page = sam.identify(&page, "sam@many.example").await;
        let page = sam.password(&page, password).await;
        let address = sam.leave(&page).await;
        let (_, tokens) = sam.redeem("wiki", &address).await;
        let access = tokens["access_token"].as_str().unwrap();
        for more in ["", "?account=50210"] {
            let told = sam.send(Method::GET, &format!("/oauth2/userinfo{more}"), &[("authorization", &format!("Bearer {access}"))], None).await;
            let told: Value = serde_json::from_str(&told.body).unwrap();
            assert_eq!(told["account"], account);
            subjects.insert(told["sub"].as_str().unwrap().to_owned());
        }
        let (status, next) = sam.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(status, 200);
        assert_eq!(sam.who(next["access_token"].as_str().unwrap()).await.unwrap().1, account);
    }
    assert_eq!(subjects.len(), 2, "a subject is one person of one account");
}

/// OT-29: an identity provider's attributes fill the fields that there are; none of them can be mapped to a claim that says who somebody is.
#[tokio::test]
async fn ot_29_reserved_claims_cannot_be_mapped() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let register = |field: &str| {
        format!(
            "[[account]]\nnumber = \"80555\"\nname = \"Mapped\"\n[[account.connection]]\nname = \"OP\"\nstate = \"draft\"\n[account.connection.settings]\npreset = \"generic\"\n\
             mapping = {{ {field} = \"x\" }}\n[account.connection.settings.protocol.oidc]\nissuer = \"https://op.example\"\nclient_id = \"homeward\"\n"
        )
    };
    let plan = async |text: String| homeward_server::apply::plan_text(&broker.running().store, &text, &broker.folder().join("x"), broker.clock.now(), &SystemRandom).await;
    plan(register("given_name")).await.expect("a field of a person");
    for claim in ["sub", "iss", "aud", "exp", "amr", "acr", "account", "id"] {
        assert!(plan(register(claim)).await.is_err(), "{claim}");
    }
}

/// DS-06: outside the API no endpoint reads JSON: deep, long and doubled documents are refused unread; the one parameter that holds JSON has its
/// own bounds.
#[tokio::test]
async fn ds_06_outside_the_api_no_endpoint_reads_json() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    for path in ["/oauth2/token", "/oauth2/par", "/oauth2/revoke", "/oauth2/introspect", "/signin/username", "/signin/password"] {
        for (body, status) in [(deep.as_str(), 415), (r#"{"username":"a","username":"b"}"#, 415)] {
            let page = browser.send_body(path, "application/json", body).await;
            assert_eq!(page.status, status, "{path}");
        }
    }
    let claims = format!("&claims={}", "%5B".repeat(2_000));
    assert!(browser.open("wiki", &claims).await.header("location").unwrap().contains("error=invalid_request"));
    assert_eq!(browser.open("wiki", "&claims=%7B%22userinfo%22%3A%7B%22name%22%3Anull%7D%7D").await.status, 200);
}
