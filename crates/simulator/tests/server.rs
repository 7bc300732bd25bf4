//! The simulator's web server, by a scripted client.

use std::sync::Arc;

use actix_web::{App, dev::ServiceResponse, http::{StatusCode, header}, test, web};
use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
use homeward_model::{Clock, Timestamp};
use homeward_simulator::{
    Brand, Person,
    key::Hash,
    oidc::Attack,
    saml::redirect::deflate,
    server::{Client, ServiceProvider, Settings, play, routes},
};
use serde_json::Value;

struct Fixed;
impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_790_000_000)
    }
}

fn settings() -> Settings {
    Settings {
        people: vec![Person::new("ann@example.org", "Ann", "Lee"), Person::new("eve@example.org", "Eve", "Orr")],
        clients: vec![Client { id: "homeward".into(), secret: Some("s&cret".into()), redirect_uris: vec!["https://rp/callback".into()], backchannel_logout: None }],
        service_providers: vec![ServiceProvider {
            name: "Teamwork".into(),
            brand: Brand::Okta,
            entity_id: "https://sp".into(),
            acs: "https://sp/acs".into(),
            logout: Some("https://sp/slo".into()),
            encryption: None,
        }],
        clock: Arc::new(Fixed),
        ..Settings::at("http://idp.localhost:8083/")
    }
}

macro_rules! service {
    () => {
        test::init_service(App::new().app_data(web::Data::from(Arc::new(play(settings()).unwrap()))).configure(routes)).await
    };
}

fn field(html: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    html.split_once(&marker).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.replace("&amp;", "&")).unwrap_or_default()
}

fn location(response: &ServiceResponse) -> String {
    response.headers().get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn request_xml(extra: &str) -> String {
    format!("<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_r1\" AssertionConsumerServiceURL=\"https://sp/acs\"{extra}><saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://sp</saml:Issuer></samlp:AuthnRequest>")
}

fn sso(extra: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("SAMLRequest", &deflate(&request_xml(extra))).append_pair("RelayState", "r&s").append_pair("login_hint", "ann@example.org").finish();
    format!("/okta/saml/sso?{query}")
}

/// The Response in the auto-posting page.
fn response_in(html: &str) -> String {
    String::from_utf8(STANDARD.decode(field(html, "SAMLResponse")).unwrap()).unwrap()
}

#[actix_web::test]
async fn saml_sign_in_then_silent_then_forced() {
    let app = service!();
    let page = test::call_and_read_body(&app, test::TestRequest::get().uri(&sso("")).to_request()).await;
    let page = std::str::from_utf8(&page).unwrap();
    assert!(page.contains("Simulated Okta sign-in") && page.contains("value=\"ann@example.org\"") && page.contains("SW-03"));
    let form = [("kind", "saml"), ("request_id", &field(page, "request_id")), ("entity_id", "https://sp"), ("acs", "https://sp/acs"), ("relay_state", "r&s"), ("username", "ann@example.org"), ("profile", "right")];
    let answer = test::call_service(&app, test::TestRequest::post().uri("/okta/signin").set_form(form).to_request()).await;
    let cookie = answer.response().cookies().next().unwrap().into_owned();
    let html = String::from_utf8(test::read_body(answer).await.to_vec()).unwrap();
    assert_eq!((field(&html, "RelayState").as_str(), html.contains("action=\"https://sp/acs\"")), ("r&s", true));
    let xml = response_in(&html);
    assert!(xml.contains("InResponseTo=\"_r1\"") && xml.contains(">ann@example.org</saml:NameID>") && xml.contains("Name=\"firstName\""));

    let silent = test::call_and_read_body(&app, test::TestRequest::get().uri(&sso("")).cookie(cookie.clone()).to_request()).await;
    assert!(response_in(std::str::from_utf8(&silent).unwrap()).contains("ann@example.org"));
    let forced = test::call_and_read_body(&app, test::TestRequest::get().uri(&sso(" ForceAuthn=\"true\"")).cookie(cookie).to_request()).await;
    assert!(std::str::from_utf8(&forced).unwrap().contains("Simulated Okta sign-in"));
    let passive = test::call_and_read_body(&app, test::TestRequest::get().uri(&sso(" IsPassive=\"1\"")).to_request()).await;
    assert!(response_in(std::str::from_utf8(&passive).unwrap()).contains("status:NoPassive"));
}

#[actix_web::test]
async fn every_profile_answers_in_its_own_way() {
    let app = service!();
    let answer = async |profile: &str| {
        let form = [("kind", "saml"), ("request_id", "_r1"), ("entity_id", "https://sp"), ("acs", "https://sp/acs"), ("person", "ann@example.org"), ("profile", profile)];
        let body = test::call_and_read_body(&app, test::TestRequest::post().uri("/entra/signin").set_form(form).to_request()).await;
        String::from_utf8(body.to_vec()).unwrap()
    };
    assert!(!response_in(&answer("unsigned").await).contains("ds:Signature"));
    assert!(response_in(&answer("wrong-audience").await).contains("somebody-else.example/sp"));
    assert!(response_in(&answer("wrong-issuer").await).contains("somebody-else.example/idp"));
    assert!(!response_in(&answer("unsolicited").await).contains("InResponseTo"));
    assert!(response_in(&answer("denied").await).contains("status:RequestDenied"));
    assert!(response_in(&answer("ahead").await).contains("IssueInstant=\"2026-09-21T14:23:20Z\""));
    assert!(response_in(&answer("case:SW-03").await).contains("eve@example.org"));
    assert!(answer("down").await.contains("is down"));
    let (right, strange) = (response_in(&answer("right").await), response_in(&answer("strange-key").await));
    let certificate = |xml: &str| xml.split("X509Certificate>").nth(1).unwrap().to_owned();
    assert!(certificate(&right) != certificate(&strange));
}

#[actix_web::test]
async fn oidc_code_flow_with_pkce_by_every_brand() {
    let app = service!();
    for brand in Brand::ALL {
        let issuer = brand.issuer("http://idp.localhost:8083");
        let path = issuer.strip_prefix("http://idp.localhost:8083").unwrap();
        let document: Value = test::call_and_read_body_json(&app, test::TestRequest::get().uri(&format!("{path}/.well-known/openid-configuration")).to_request()).await;
        assert_eq!(document["issuer"], issuer);
        let (code, _) = code(&app, brand, "right").await;
        let ask = |code: &str, secret: &str, verifier: &str| {
            let basic = STANDARD.encode(format!("homeward:{secret}"));
            let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", "https://rp/callback"), ("code_verifier", verifier)];
            test::TestRequest::post().uri(&format!("/{}/oidc/token", brand.path())).insert_header((header::AUTHORIZATION, format!("Basic {basic}"))).set_form(form).to_request()
        };
        assert_eq!(test::call_service(&app, ask(&code, "wrong", "verifier")).await.status(), StatusCode::UNAUTHORIZED);
        let told: Value = test::call_and_read_body_json(&app, ask(&code, "s%26cret", "verifier")).await;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(told["id_token"].as_str().unwrap().split('.').nth(1).unwrap()).unwrap()).unwrap();
        assert_eq!((&claims["iss"], &claims["aud"], &claims["nonce"]), (&Value::from(issuer), &Value::from("homeward"), &Value::from("n1")));
        assert_eq!(claims["xms_edov"].is_boolean(), brand == Brand::Entra);
        assert_eq!(claims["hd"] == "example.org", brand == Brand::Google);
        assert_eq!(test::call_service(&app, ask(&code, "s%26cret", "verifier")).await.status(), StatusCode::BAD_REQUEST, "a code works once");
        let bearer = format!("Bearer {}", told["access_token"].as_str().unwrap());
        let info: Value = test::call_and_read_body_json(&app, test::TestRequest::get().uri(&format!("/{}/oidc/userinfo", brand.path())).insert_header((header::AUTHORIZATION, bearer)).to_request()).await;
        assert_eq!(info["sub"], claims["sub"]);
        let (other, _) = self::code(&app, brand, "right").await;
        assert_eq!(test::call_service(&app, ask(&other, "s%26cret", "not-the-verifier")).await.status(), StatusCode::BAD_REQUEST, "the verifier is compared");
    }
}

/// Signs in and takes the code from the address of return.
async fn code<S, B>(app: &S, brand: Brand, profile: &str) -> (String, String)
where
    S: actix_web::dev::Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: actix_web::body::MessageBody,
{
    let challenge = URL_SAFE_NO_PAD.encode(Hash::Sha256.of(b"verifier"));
    let form = [("kind", "oidc"), ("client_id", "homeward"), ("redirect_uri", "https://rp/callback"), ("state", "s1"), ("nonce", "n1"), ("scope", "openid email"), ("code_challenge", &challenge), ("username", "ann@example.org"), ("profile", profile)];
    let answer = test::call_service(app, test::TestRequest::post().uri(&format!("/{}/signin", brand.path())).set_form(form).to_request()).await;
    let to = answer.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
    let pairs: Vec<(String, String)> = url::Url::parse(&to).unwrap().query_pairs().into_owned().collect();
    (pairs.iter().find(|(name, _)| name == "code").unwrap().1.clone(), to)
}

/// The page offers every attack of its brand by name; the key that a header names the address of is there to be fetched, and is not the provider's.
#[actix_web::test]
async fn attacks_are_offered_by_name_and_the_attackers_key_is_served() {
    let app = service!();
    for brand in Brand::ALL {
        let uri = format!("/{}/oidc/authorize?response_type=code&scope=openid&state=x&client_id=homeward&redirect_uri=https://rp/callback", brand.path());
        let page = test::call_and_read_body(&app, test::TestRequest::get().uri(&uri).to_request()).await;
        let page = std::str::from_utf8(&page).unwrap();
        for attack in Attack::ALL {
            let offered = page.contains(&format!("value=\"attack:{}\"", attack.name));
            assert_eq!(offered, attack.brand.is_none_or(|only| only == brand), "{} at {}", attack.name, brand.name());
        }
        assert!(!page.contains("SW-03"), "the attacks of SAML are not of this page");
    }
    let keys = async |path: &str| -> Value { test::call_and_read_body_json(&app, test::TestRequest::get().uri(path).to_request()).await };
    let (own, attackers) = (keys("/generic/oidc/keys").await, keys("/attacker/oidc/keys").await);
    assert!(own["keys"][0]["n"].is_string() && attackers["keys"][0]["n"].is_string() && own["keys"][0]["n"] != attackers["keys"][0]["n"]);
    let (code, _) = code(&app, Brand::Generic, "attack:jku-header").await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "https://rp/callback"), ("code_verifier", "verifier"), ("client_id", "homeward"), ("client_secret", "s&cret")];
    let told: Value = test::call_and_read_body_json(&app, test::TestRequest::post().uri("/generic/oidc/token").set_form(form).to_request()).await;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(told["id_token"].as_str().unwrap().split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(header["jku"], "http://idp.localhost:8083/attacker/oidc/keys");
}

#[actix_web::test]
async fn strangers_are_not_answered() {
    let app = service!();
    for query in ["client_id=homeward&redirect_uri=https://evil/callback", "client_id=nobody&redirect_uri=https://rp/callback", "client_id=homeward&redirect_uri=javascript:alert(1)"] {
        let response = test::call_service(&app, test::TestRequest::get().uri(&format!("/okta/oidc/authorize?response_type=code&scope=openid&{query}")).to_request()).await;
        assert_eq!((response.status(), location(&response)), (StatusCode::BAD_REQUEST, String::new()), "{query}");
    }
    let script = request_xml("").replace("https://sp/acs", "javascript:alert(1)");
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("SAMLRequest", &deflate(&script)).finish();
    let response = test::call_service(&app, test::TestRequest::get().uri(&format!("/okta/saml/sso?{query}")).to_request()).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let none = test::call_service(&app, test::TestRequest::get().uri("/okta/oidc/authorize?response_type=code&scope=openid&prompt=none&state=x&client_id=homeward&redirect_uri=https://rp/callback").to_request()).await;
    assert_eq!(location(&none), "https://rp/callback?error=login_required&state=x");
}

#[actix_web::test]
async fn a_tile_is_answered_without_a_request_and_logout_is_told() {
    let app = service!();
    let form = [("kind", "saml"), ("entity_id", "https://sp"), ("acs", "https://sp/acs"), ("username", "ann@example.org"), ("profile", "right")];
    let answer = test::call_service(&app, test::TestRequest::post().uri("/okta/signin").set_form(form).to_request()).await;
    let cookie = answer.response().cookies().next().unwrap().into_owned();
    let tiles = test::call_and_read_body(&app, test::TestRequest::get().uri("/tiles").cookie(cookie.clone()).to_request()).await;
    assert!(std::str::from_utf8(&tiles).unwrap().contains("Teamwork"));
    let tile = test::TestRequest::post().uri("/okta/saml/tile").cookie(cookie.clone()).set_form([("entity_id", "https://sp")]).to_request();
    let html = test::call_and_read_body(&app, tile).await;
    assert!(!response_in(std::str::from_utf8(&html).unwrap()).contains("InResponseTo"));
    let out = test::call_service(&app, test::TestRequest::post().uri("/okta/signout").cookie(cookie.clone()).to_request()).await;
    assert!(location(&out).starts_with("https://sp/slo?SAMLRequest=") && location(&out).contains("&Signature="), "{}", location(&out));
    let after = test::call_and_read_body(&app, test::TestRequest::get().uri(&sso("")).cookie(cookie).to_request()).await;
    assert!(std::str::from_utf8(&after).unwrap().contains("Simulated Okta sign-in"), "the session is over");
}

#[actix_web::test]
async fn whoever_signs_out_is_led_to_a_registered_address_only() {
    let app = service!();
    for (to, led) in [("https://rp/callback", "https://rp/callback?state=s"), ("https://rp/callback/", ""), ("https://evil/callback", "")] {
        let uri = format!("/generic/oidc/logout?client_id=homeward&post_logout_redirect_uri={to}&state=s");
        let answer = test::call_service(&app, test::TestRequest::get().uri(&uri).to_request()).await;
        assert_eq!(location(&answer), led, "{to}");
    }
}

#[actix_web::test]
async fn pages_escape_what_they_are_given() {
    let app = service!();
    let hint = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let page = test::call_and_read_body(&app, test::TestRequest::get().uri(&format!("/okta/oidc/authorize?response_type=code&scope=openid&client_id=homeward&redirect_uri=https://rp/callback&state={hint}&login_hint={hint}")).to_request()).await;
    assert!(!std::str::from_utf8(&page).unwrap().contains("<script>alert"));
}

#[actix_web::test]
async fn it_listens_where_it_is_told_and_stops() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let running = homeward_simulator::server::start(std::net::TcpListener::bind("127.0.0.1:0").unwrap(), settings()).unwrap();
    let mut stream = tokio::net::TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET /okta/saml/metadata HTTP/1.0\r\nHost: idp.localhost\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.") && answer.ends_with("</md:EntityDescriptor>"), "{answer}");
    assert_eq!(answer.split("\r\n\r\n").nth(1).unwrap().len(), running.metadata(Brand::Okta).len());
    assert!(running.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
    running.stop(true).await;
    assert!(tokio::net::TcpStream::connect(running.address).await.is_err());
}

/// A wrong password and a code keep the person at the provider; only the right code proves a second factor, and each product says so in its own words.
#[actix_web::test]
async fn a_wrong_password_and_a_code_keep_the_person_there() {
    let app = service!();
    let challenge = URL_SAFE_NO_PAD.encode(Hash::Sha256.of(b"verifier"));
    let send = async |brand: Brand, more: &[(&str, &str)]| {
        let base = [("kind", "oidc"), ("client_id", "homeward"), ("redirect_uri", "https://rp/callback"), ("state", "s1"), ("nonce", "n1"), ("scope", "openid"), ("code_challenge", challenge.as_str()), ("username", "ann@example.org")];
        let form: Vec<(&str, &str)> = base.iter().chain(more).copied().collect();
        let answer = test::call_service(&app, test::TestRequest::post().uri(&format!("/{}/signin", brand.path())).set_form(form).to_request()).await;
        let (to, has_cookie) = (location(&answer), answer.response().cookies().next().is_some());
        (to, has_cookie, String::from_utf8(test::read_body(answer).await.to_vec()).unwrap())
    };
    let claims = async |brand: Brand, to: &str| {
        let code = url::Url::parse(to).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let basic = STANDARD.encode("homeward:s%26cret");
        let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", "https://rp/callback"), ("code_verifier", "verifier")];
        let request = test::TestRequest::post().uri(&format!("/{}/oidc/token", brand.path())).insert_header((header::AUTHORIZATION, format!("Basic {basic}"))).set_form(form).to_request();
        let told: Value = test::call_and_read_body_json(&app, request).await;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(told["id_token"].as_str().unwrap().split('.').nth(1).unwrap()).unwrap()).unwrap();
        (claims["amr"].to_string(), claims["acrs"].to_string())
    };
    let pair = |amr: &str, acrs: &str| (amr.to_owned(), acrs.to_owned());
    let (to, has_cookie, page) = send(Brand::Generic, &[("profile", "wrong-password")]).await;
    assert!(to.is_empty() && !has_cookie && page.contains("This password is wrong") && page.contains("value=\"ann@example.org\"") && field(&page, "state") == "s1");
    for (code, note) in [("", false), ("123457", true)] {
        let (to, has_cookie, page) = send(Brand::Generic, &[("profile", "code"), ("code", code)]).await;
        assert!(to.is_empty() && !has_cookie && page.contains("Simulated identity provider code") && field(&page, "state") == "s1", "{page}");
        assert_eq!(page.contains("This code is wrong"), note);
    }
    let (to, ..) = send(Brand::Generic, &[("profile", "code"), ("code", "123456")]).await;
    assert_eq!(claims(Brand::Generic, &to).await, pair(r#"["pwd","mfa"]"#, "null"));
    let (to, ..) = send(Brand::Generic, &[("profile", "right"), ("code", "123456")]).await;
    assert_eq!(claims(Brand::Generic, &to).await, pair("null", "null"), "nobody was asked for a code");
    // Entra says it by the context that is asked for, and asks for the code by itself then.
    let (to, ..) = send(Brand::Entra, &[("profile", "code"), ("code", "123456")]).await;
    assert_eq!(claims(Brand::Entra, &to).await, pair("null", "null"));
    let asks = ("claims", r#"{"id_token":{"acrs":{"essential":true,"value":"c9"}}}"#);
    let (to, _, page) = send(Brand::Entra, &[asks, ("profile", "right")]).await;
    assert!(to.is_empty() && page.contains("Simulated Entra ID code") && field(&page, "context") == "c9");
    let (to, ..) = send(Brand::Entra, &[("context", "c9"), ("profile", "code"), ("code", "123456")]).await;
    assert_eq!(claims(Brand::Entra, &to).await, pair("null", r#"["c9"]"#));
    // By SAML.
    for (brand, code, said, other) in [
        (Brand::Okta, "123456", "https://refeds.org/profile/mfa", "PasswordProtectedTransport"),
        (Brand::Entra, "123456", "http://schemas.microsoft.com/claims/multipleauthn", "https://refeds.org/profile/mfa"),
    ] {
        let form = [("kind", "saml"), ("request_id", "_r1"), ("entity_id", "https://sp"), ("acs", "https://sp/acs"), ("person", "ann@example.org"), ("profile", "code"), ("code", code)];
        let body = test::call_and_read_body(&app, test::TestRequest::post().uri(&format!("/{}/signin", brand.path())).set_form(form).to_request()).await;
        let xml = response_in(std::str::from_utf8(&body).unwrap());
        assert!(xml.contains(said) && !xml.contains(other), "{xml}");
    }
}
