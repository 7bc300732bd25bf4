use super::*;
use crate::{
    calls::{ask, basic, but, caller, code, form, pairs, text},
    memory::{SECRET, World},
    ports::Subject,
};

async fn world() -> (World, String) {
    let world = World::new().await;
    world.client("app", |client| client.delegated = ["Calendars.Read".to_owned()].into());
    let code = code(&world, "app", "openid offline_access", Some("n")).await;
    let tokens = ask(&world, &form(&code)).await.unwrap();
    (world, text(&tokens, "access_token").to_owned())
}

fn request(token: &str) -> Vec<(String, String)> {
    pairs(&[("grant_type", GRANT_TYPE), ("subject_token", token), ("subject_token_type", ACCESS_TOKEN), ("resource", "https://graph.microsoft.com"), ("scope", "Calendars.Read  x")])
}

async fn asked(world: &World, client: &str, form: &[(String, String)]) -> Result<Exchange, &'static str> {
    read(&world.ports, &caller(&basic(client, SECRET)), form).await.map_err(|refused| refused.error.error)
}

/// OT-09, OT-04: only a confidential client with the permission, and only with its own live token of the person.
#[tokio::test]
async fn ot_09_ot_04_who_may_ask_for_an_exchange() {
    let (world, token) = world().await;
    let good = asked(&world, "app", &request(&token)).await.unwrap();
    assert_eq!((good.who.user, good.client.client_id.as_str(), good.scopes.len()), (world.who.user, "app", 2));
    assert_eq!((good.resource.as_deref(), good.audience.as_deref()), (Some("https://graph.microsoft.com"), None));
    world.client("other", |client| client.delegated = ["Calendars.Read".to_owned()].into());
    assert_eq!(asked(&world, "other", &request(&token)).await.unwrap_err(), "invalid_request", "another client's token");
    world.client("plain", |_| {});
    assert_eq!(asked(&world, "plain", &request(&token)).await.unwrap_err(), "unauthorized_client");
    world.client("public", |client| (client.authentication, client.delegated) = (ClientAuthentication::None, ["Calendars.Read".to_owned()].into()));
    let open = but(&request(&token), "client_id", Some("public"));
    let refused = read(&world.ports, &Caller::default(), &open).await.unwrap_err();
    assert_eq!((refused.error.error, refused.client.as_ref().map(ClientId::as_str)), ("unauthorized_client", Some("public")));
    assert_eq!(read(&world.ports, &caller(&basic("app", "wrong")), &request(&token)).await.unwrap_err().error.error, "invalid_client");
}

/// OT-15: what ends while the other service is asked is seen before its answer is given: a sign-in that was ended, a password that was changed, a person who
/// is not active any more.
#[tokio::test]
async fn ot_15_what_ends_while_the_other_service_is_asked_is_seen() {
    let (world, token) = world().await;
    let asked = asked(&world, "app", &request(&token)).await.unwrap();
    let counts = async || asked.still_counts(&world.ports).await.unwrap();
    assert!(counts().await);
    let subject = world.memory.0.lock().unwrap().subjects.get(&world.who.user).cloned().unwrap();
    let put = |subject| world.memory.0.lock().unwrap().subjects.insert(world.who.user, subject);
    put(Subject { credential_version: 2, ..subject.clone() });
    assert!(!counts().await, "another password");
    world.memory.0.lock().unwrap().subjects.remove(&world.who.user);
    assert!(!counts().await, "not active");
    put(subject);
    assert!(counts().await);
    world.memory.0.lock().unwrap().grants.values_mut().for_each(|grant| grant.revoked = true);
    assert!(!counts().await, "signed out");
    world.break_store(true);
    assert!(asked.still_counts(&world.ports).await.is_err(), "nobody knows");
}

/// OT-15, OT-19, OT-22: a token of another kind, changed, expired or revoked, and a person who may not come in any more.
#[tokio::test]
async fn ot_15_ot_19_ot_22_the_subject_token_counts_or_nothing_does() {
    let (world, token) = world().await;
    let bent = [
        but(&request(&token), "subject_token", None), but(&request(&token), "subject_token", Some(&token[..token.len() - 1])), but(&request(&token), "subject_token", Some("hwr_x")),
        but(&request(&token), "subject_token_type", Some("urn:ietf:params:oauth:token-type:id_token")), but(&request(&token), "subject_token_type", None),
        but(&request(&token), "requested_token_type", Some("urn:ietf:params:oauth:token-type:refresh_token")), but(&request(&token), "actor_token", Some("x")),
        [request(&token), request(&token)].concat(),
    ];
    for form in bent {
        assert_eq!(asked(&world, "app", &form).await.unwrap_err(), "invalid_request", "{form:?}");
    }
    let subject = world.memory.0.lock().unwrap().subjects.remove(&world.who.user).unwrap();
    let refused = read(&world.ports, &caller(&basic("app", SECRET)), &request(&token)).await.unwrap_err();
    assert_eq!((refused.error.error, refused.user), ("invalid_request", Some(world.who.user)), "the person is not active");
    world.memory.0.lock().unwrap().subjects.insert(world.who.user, subject);
    assert!(asked(&world, "app", &request(&token)).await.is_ok());
    world.memory.0.lock().unwrap().grants.values_mut().for_each(|grant| grant.revoked = true);
    assert_eq!(asked(&world, "app", &request(&token)).await.unwrap_err(), "invalid_request", "signed out");
    world.memory.0.lock().unwrap().grants.values_mut().for_each(|grant| grant.revoked = false);
    world.wait(301);
    assert_eq!(asked(&world, "app", &request(&token)).await.unwrap_err(), "invalid_request", "over");
    world.break_store(true);
    assert_eq!(asked(&world, "app", &request(&token)).await.unwrap_err(), "server_error");
}
