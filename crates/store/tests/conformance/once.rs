//! Pushed requests, setup links, links to tests, tokens of the API and notices to applications: what works once or so often, at whichever node, and for nobody else.

use std::collections::BTreeSet;

use homeward_discovery::{AccountSelection, Application, ApplicationKind, SsoRule};
use homeward_model::{AccountId, ApiTokenId, CaseNumber, ClientId, ConnectionId, SessionId, SystemRandom};
use homeward_portal::{
    Role,
    ports::{Deed, Moved},
    setup_link::{SetupLink, ports::SetupLinks},
    tokens::{ApiToken, ports::ApiTokens},
};
use homeward_provider::{Client, Codes, LogoutNotices, NewGrant, PushedRequests};
use homeward_signin::{ports::Sessions, test_signin::TestSignIns};
use homeward_store::{
    Store,
    register::{ApplicationEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, app, code, ended, later, line, session, signed_in, someone},
    races::{MANY, at_once, count},
};

/// A pushed request is handed out once, to its own application, while it lasts.
pub async fn a_pushed_request_is_taken_once_among_nodes(store: Store, folder: &Folder) {
    let other = folder.another().await;
    let params = vec![("scope".to_owned(), "openid".to_owned()), ("state".to_owned(), "ü".to_owned())];
    PushedRequests::keep(&store, &[1; 32], &app(), &params, later(60)).await.unwrap();
    assert_eq!(PushedRequests::take(&other, &[1; 32], &ClientId::parse("another").unwrap(), NOW).await.unwrap(), None, "it is not another one's");
    assert_eq!(PushedRequests::take(&other, &[2; 32], &app(), NOW).await.unwrap(), None);
    let all = at_once([&store, &other], |node, _| async move { PushedRequests::take(&node, &[1; 32], &app(), later(59)).await.unwrap() }).await;
    assert_eq!(count(&all, |one| one.as_ref() == Some(&params)), 1);
    assert_eq!(count(&all, Option::is_none), MANY - 1);
    PushedRequests::keep(&store, &[3; 32], &app(), &params, later(60)).await.unwrap();
    assert_eq!(PushedRequests::take(&store, &[3; 32], &app(), later(60)).await.unwrap(), None, "it is over");
}

/// Of many links of an account, and of many sessions of a link, as many begin as may; a link that has ended begins none, and its sessions are over with it.
pub async fn setup_links_are_so_many_among_nodes(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let (home, maker) = (account.id, ann.id);
    let deed = move |event| Deed { event, by: maker, link: None, account: home, user: None, detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
    let roles: BTreeSet<_> = [Role::Administrator].into();
    let links: Vec<_> = (0..MANY)
        .map(|_| SetupLink {
            reference: CaseNumber::generate(&SystemRandom), account: home, connection: None, maker, roles: roles.clone(), made_at: NOW, until: later(3600), ended_at: None, opened_at: None,
        })
        .collect();
    let hash = |place: usize| [u8::try_from(place).unwrap(); 32];
    let given = links.clone();
    let made = at_once([&store, &other], move |node, place| {
        let link = given[place].clone();
        async move { SetupLinks::make(&node, &hash(place), &link, (3, NOW.minus(std::time::Duration::from_secs(60))), &deed("portal.setup_link")).await.unwrap() }
    });
    let made = made.await;
    assert_eq!(count(&made, |made| *made), 3);
    let (place, link) = made.iter().position(|made| *made).map(|place| (place, links[place].clone())).unwrap();
    let found = SetupLinks::by_token(&other, &hash(place)).await.unwrap().expect("the link");
    assert_eq!((&found.link, found.maker.id, found.account.id), (&link, maker, home));
    let refused = made.iter().position(|made| !made).unwrap();
    assert!(SetupLinks::by_token(&other, &hash(refused)).await.unwrap().is_none());
    assert_eq!(SetupLinks::of(&other, home, 10).await.unwrap().len(), 3);

    let opened = link.reference.clone();
    let begun = at_once([&store, &other], move |node, place| {
        let link = opened.clone();
        async move { SetupLinks::begin(&node, &[100 + u8::try_from(place).unwrap(); 32], &link, (2, NOW.minus(std::time::Duration::from_secs(60))), &deed("portal.setup_opened")).await.unwrap() }
    });
    let begun = begun.await;
    assert_eq!(count(&begun, |begun| *begun), 2);
    let secret = [100 + u8::try_from(begun.iter().position(|begun| *begun).unwrap()).unwrap(); 32];
    assert!(SetupLinks::session(&other, &secret).await.unwrap().is_some_and(|(found, stay)| found.link.reference == link.reference && stay.since == NOW));

    let ended = link.reference.clone();
    let ended = at_once([&store, &other], move |node, _| {
        let link = ended.clone();
        async move { SetupLinks::end(&node, home, &link, &deed("portal.setup_link")).await.unwrap() }
    });
    assert_eq!(count(&ended.await, |ended| *ended), 1);
    assert!(SetupLinks::session(&store, &secret).await.unwrap().is_none(), "its sessions are over");
    assert!(!SetupLinks::begin(&store, &[99; 32], &link.reference, (10, NOW), &deed("portal.setup_opened")).await.unwrap(), "and no other begins");
    assert!(SetupLinks::by_token(&store, &hash(place)).await.unwrap().is_some_and(|found| found.link.ended_at == Some(NOW)), "it can be told that it has ended");
}

/// An application is told by one worker that a session has ended; one that dies on it is followed by another, and what is given up stays counted.
pub async fn a_notice_is_taken_by_one_worker_among_nodes(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let client = Client { backchannel_logout_uri: Some("https://app.example/out".into()), ..Client::new(app(), "App") };
    let application = Application {
        client_id: app(), name: "App".into(), kind: ApplicationKind::Web, regions: BTreeSet::new(), sso: SsoRule::ForAdministrators, sso_mode: None, account_selection: AccountSelection::Identifier, private: false,
    };
    store.put(&Register { applications: vec![ApplicationEntry { enabled: true, application, client }], ..Register::default() }, &[], NOW).await.unwrap();
    let mut sessions = Vec::new();
    for token in [1, 2] {
        let begun = store.start(&session(&account, &ann, token), None, None, &line(&ann)).await.unwrap().unwrap().0;
        Codes::put(&store, &[token; 32], &code(signed_in(&account, &ann, begun.id)), later(60)).await.unwrap();
        store.redeem(&[token; 32], &NewGrant { id: homeward_model::GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, NOW).await.unwrap();
        sessions.push(begun.id);
    }
    assert!(LogoutNotices::due(&store, later(1), 10).await.unwrap().is_empty(), "nothing has ended");
    let nobody = SessionId::generate(&SystemRandom);
    for id in [sessions[0], sessions[1], nobody] {
        let known = id != nobody;
        assert_eq!(Sessions::end(&store, id, "test", &ended(ann.id, later(1))).await.unwrap(), known);
        assert!(!Sessions::end(&other, id, "test", &ended(ann.id, later(1))).await.unwrap(), "once");
    }
    let all = at_once([&store, &other], |node, _| async move { LogoutNotices::due(&node, later(1), 5).await.unwrap() }).await;
    let taken: Vec<_> = all.into_iter().flatten().collect();
    let mut told: Vec<_> = taken.iter().map(|notice| notice.session).collect();
    told.sort_by_key(SessionId::as_uuid);
    sessions.sort_by_key(SessionId::as_uuid);
    assert_eq!(told, sessions, "each of them once");
    assert!(taken.iter().all(|notice| notice.client == app() && notice.user == ann.id && notice.tries == 0));
    LogoutNotices::delivered(&store, taken[0].id).await.unwrap();
    assert!(LogoutNotices::due(&other, later(60), 10).await.unwrap().is_empty(), "a worker has a minute");
    let again = LogoutNotices::due(&other, later(61), 10).await.unwrap();
    assert_eq!(again.iter().map(|notice| notice.session).collect::<Vec<_>>(), [taken[1].session], "one that died loses nothing");
    LogoutNotices::failed(&other, taken[1].id, Some(later(400)), "away").await.unwrap();
    assert!(LogoutNotices::due(&store, later(399), 10).await.unwrap().is_empty());
    assert_eq!(LogoutNotices::due(&store, later(400), 10).await.unwrap()[0].tries, 1);
    assert_eq!(LogoutNotices::given_up(&store).await.unwrap(), 0);
    LogoutNotices::failed(&store, taken[1].id, None, "away").await.unwrap();
    assert!(LogoutNotices::due(&store, later(100_000), 10).await.unwrap().is_empty());
    assert_eq!(LogoutNotices::given_up(&other).await.unwrap(), 1);
}

/// A link to a test sign-in opens it once, while it lasts; whoever only looks at it uses nothing up.
pub async fn a_test_link_is_used_once_among_nodes(store: Store, folder: &Folder) {
    let (other, connection) = (folder.another().await, ConnectionId::generate(&SystemRandom));
    TestSignIns::keep_link(&store, &[1; 32], connection, later(60)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(TestSignIns::link(&other, &[1; 32], later(59)).await.unwrap(), Some(connection));
    }
    let all = at_once([&store, &other], |node, _| async move { TestSignIns::take_link(&node, &[1; 32], later(59)).await.unwrap() }).await;
    assert_eq!(count(&all, |one| *one == Some(connection)), 1);
    assert_eq!(count(&all, Option::is_none), MANY - 1);
    assert_eq!(TestSignIns::link(&other, &[1; 32], later(59)).await.unwrap(), None);
    TestSignIns::keep_link(&store, &[2; 32], connection, later(60)).await.unwrap();
    assert_eq!(TestSignIns::take_link(&store, &[2; 32], later(60)).await.unwrap(), None, "it is over");
}

/// An account has so many tokens of the API that count, whoever makes them; one is ended once, by its own account, is told from one that never was, and
/// gives its place back.
pub async fn tokens_of_the_api_are_so_many_among_nodes(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let (home, maker) = (account.id, ann.id);
    let deed = move || Deed { event: "portal.token", by: maker, link: None, account: home, user: Some(maker), detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
    let token = move || ApiToken {
        id: ApiTokenId::generate(&SystemRandom), maker, account: home, name: "build".into(), scopes: BTreeSet::new(), federated: false, made_at: NOW, expires_at: later(1000), ended_at: None, last_used: None,
    };
    let hash = |place: usize| [u8::try_from(place).unwrap(); 32];
    let made = at_once([&store, &other], move |node, place| async move { ApiTokens::make(&node, &hash(place), &token(), 3, &deed()).await.unwrap() }).await;
    assert_eq!((count(&made, |made| *made == Moved::Done), count(&made, |made| *made == Moved::Otherwise)), (3, MANY - 3));
    let (one, refused) = (made.iter().position(|made| *made == Moved::Done).unwrap(), made.iter().position(|made| *made == Moved::Otherwise).unwrap());
    assert!(ApiTokens::find(&other, &hash(refused)).await.unwrap().is_none());
    let found = ApiTokens::find(&other, &hash(one)).await.unwrap().expect("a token");
    assert_eq!((found.user.id, found.account.id, found.token.ended_at), (maker, home, None));
    let id = found.token.id;
    assert_eq!(ApiTokens::end(&store, AccountId::generate(&SystemRandom), id, &deed()).await.unwrap(), Moved::Otherwise, "it is not another account's");
    let ended = at_once([&store, &other], move |node, _| async move { ApiTokens::end(&node, home, id, &deed()).await.unwrap() }).await;
    assert_eq!((count(&ended, |ended| *ended == Moved::Done), count(&ended, |ended| *ended == Moved::Otherwise)), (1, MANY - 1));
    assert!(ApiTokens::find(&store, &hash(one)).await.unwrap().is_some_and(|found| found.token.ended_at == Some(NOW)));
    assert_eq!(ApiTokens::of(&other, home, later(1)).await.unwrap().len(), 2);
    assert_eq!(ApiTokens::make(&other, &[99; 32], &token(), 3, &deed()).await.unwrap(), Moved::Done);
    assert!(ApiTokens::of(&other, home, later(1000)).await.unwrap().is_empty(), "they are over");
}
