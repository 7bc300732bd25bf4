//! What goes on under a session longer than the session itself, and what is under way when it ends.

use std::collections::BTreeSet;

use homeward_discovery::{Account, AccountSelection, Application, ApplicationKind, SsoRule, User};
use homeward_model::{ClientId, GrantId, SessionId, SystemRandom, UserId};
use homeward_provider::{Client, Codes, Grants, LogoutNotices, NewCode, NewGrant, Redeemed};
use homeward_signin::ports::Sessions;
use homeward_store::{
    Store,
    register::{ApplicationEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, app, code, ended, later, line, session, signed_in, someone, user},
};

const DAY: u64 = 86_400;

/// B-026, OL-11: an application that remembers somebody longer than the record of the session is kept is told when everything of that person ends; nobody
/// else's application is, and nobody is told twice.
pub async fn b_026_an_application_is_told_although_the_session_is_forgotten(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let ben = user(&account, "ben@b.example");
    let client = Client { backchannel_logout_uri: Some("https://app.example/out".into()), ..Client::new(app(), "App") };
    let application = Application {
        client_id: app(), name: "App".into(), kind: ApplicationKind::Web, regions: BTreeSet::new(), sso: SsoRule::ForAdministrators, sso_mode: None, account_selection: AccountSelection::Identifier, private: false,
    };
    store.put(&Register { applications: vec![ApplicationEntry { enabled: true, application, client }], users: vec![ben.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let mut begun = Vec::new();
    for (token, person) in [(1, &ann), (2, &ben)] {
        let kept = store.start(&session(&account, person, token), None, None, &line(person)).await.unwrap().unwrap().0;
        Codes::put(&store, &[token; 32], &code(signed_in(&account, person, kept.id)), later(60)).await.unwrap();
        store.redeem(&[token; 32], &NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(180 * DAY), network: "192.0.2.1".into() }, NOW).await.unwrap();
        begun.push(kept.id);
    }
    let now = later(40 * DAY);
    store.sweep(now).await.unwrap();
    assert!(Sessions::find(&store, &[1; 32]).await.unwrap().is_none() && store.grants_of(ann.id, now).await.unwrap().len() == 1, "the record is gone, the grant goes on");
    for count in [1, 0] {
        assert_eq!(store.end_all(ann.id, "test", &ended(ann.id, now)).await.unwrap(), count);
    }
    let told: Vec<_> = LogoutNotices::due(&store, now, 10).await.unwrap().into_iter().map(|notice| (notice.user, notice.session)).collect();
    assert_eq!(told, [(ann.id, begun[0])]);
    assert_eq!(store.grants_of(ben.id, now).await.unwrap().len(), 1);
    // OB-15: who ends one application only has it told, too, and once.
    for ends in [true, false] {
        assert_eq!(store.end_application(begun[1], &app(), "test", &ended(ben.id, now)).await.unwrap(), ends);
    }
    let told: Vec<_> = LogoutNotices::due(&store, now, 10).await.unwrap().into_iter().map(|notice| (notice.user, notice.session)).collect();
    assert_eq!(told, [(ben.id, begun[1])]);
}

/// OL-10: when what one application was granted under a session ends, so does a code that it has not fetched yet; another application's works.
pub async fn ol_10_what_ends_for_an_application_takes_its_codes_along(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let kept = store.start(&session(&account, &ann, 1), None, None, &line(&ann)).await.unwrap().unwrap().0;
    let other = ClientId::parse("another").unwrap();
    for (hash, client) in [(1_u8, app()), (2, other.clone())] {
        Codes::put(&store, &[hash; 32], &NewCode { client, ..code(signed_in(&account, &ann, kept.id)) }, later(60)).await.unwrap();
    }
    // However many browsers somebody has used since, this one is on the list and theirs to end.
    for token in 0..210_u8 {
        store.start(&homeward_signin::ports::Session { last_seen: later(9), ..session(&account, &ann, token.wrapping_add(2)) }, None, None, &line(&ann)).await.unwrap().unwrap();
    }
    assert!(store.of_user(ann.id).await.unwrap().iter().any(|one| one.id == kept.id));
    let nobody = UserId::generate(&SystemRandom);
    assert_eq!((store.is_of(kept.id, ann.id).await, store.is_of(kept.id, nobody).await), (Ok(true), Ok(false)));
    assert!(store.end_application(kept.id, &app(), "test", &ended(ann.id, later(1))).await.unwrap());
    for (hash, client, works) in [(1_u8, app(), false), (2, other, true)] {
        let grant = NewGrant { id: GrantId::generate(&SystemRandom), client, expires_at: later(1000), network: "192.0.2.1".into() };
        let redeemed = store.redeem(&[hash; 32], &grant, later(2)).await.unwrap();
        assert_eq!(matches!(redeemed, Redeemed::First(_)), works, "code {hash}: {redeemed:?}");
        assert_eq!(Grants::find(&store, grant.id).await.unwrap().is_some(), works);
        if works {
            hundreds_are_one(&store, &grant, (&account, &ann, kept.id)).await;
        }
    }
}

/// OB-15: what one application was granted again and again under one session is one in the list, and what may go on longer stays beside it.
async fn hundreds_are_one(store: &Store, like: &NewGrant, (account, ann, session): (&Account, &User, SessionId)) {
    for hash in 3..40_u8 {
        let scopes = if hash == 3 { BTreeSet::from(["openid", "offline_access"].map(str::to_owned)) } else { BTreeSet::from(["openid".to_owned()]) };
        let web = NewCode { client: like.client.clone(), scopes, ..code(signed_in(account, ann, session)) };
        Codes::put(store, &[hash; 32], &web, later(60)).await.unwrap();
        store.redeem(&[hash; 32], &NewGrant { id: GrantId::generate(&SystemRandom), ..like.clone() }, later(hash.into())).await.unwrap();
    }
    let now = later(50);
    let seen: Vec<_> = store.grants_of(ann.id, now).await.unwrap().into_iter().map(|one| (one.last_used, one.code.scopes.contains("offline_access"))).collect();
    assert_eq!(seen, [(later(39), false), (later(3), true)]);
    let nobody = UserId::generate(&SystemRandom);
    for (user, client, newest) in [(ann.id, Some(&like.client), Some(later(39))), (ann.id, None, Some(later(39))), (ann.id, Some(&app()), None), (nobody, None, None)] {
        let found = store.grant_under(session, user, client, now).await.unwrap();
        assert_eq!(found.map(|one| one.last_used), newest, "{client:?}");
    }
}
