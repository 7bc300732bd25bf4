//! What sessions keep of their providers, sign-outs under way, and the keys of our side.

use homeward_discovery::{Account, Connection, ConnectionState, Hints, User};
use homeward_federation::{Called, CalledThere, ConnectionSettings, Jit, KeyUse, Pending, PendingProtocol, Preset, Protocol, ReplayMark, Subject, oidc::OidcSettings};
use homeward_language::Language;
use homeward_model::{ConnectionId, GrantId, SessionId, SystemRandom, random_token};
use homeward_provider::{Codes, Grants, NewGrant, Redeemed, SignedIn};
use homeward_sealing::sha256;
use homeward_signin::{
    federated::{Answer, HeardUpTo, Kept, Purpose, SsoReturned, SsoSent, SsoTransactions},
    own_keys::{KeyStage, OwnKey, OwnKeys},
    ports::{CameBy, KnownBrowsers, Session, Sessions},
    stage::{Errand, Started},
    there::{EndedThere, SignOutSent, SignOuts, There, Told, Went},
};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, app, code, later, line, session, signed_in, someone, winners},
};

fn there(connection: ConnectionId, person: u8, index: Option<u8>) -> There {
    let farewell = serde_json::from_value(serde_json::json!("c2VhbGVk")).unwrap();
    There { connection, called: Called { person: [person; 32], session: index.map(|byte| [byte; 32]) }, farewell }
}

fn person(person: u8, sessions: &[u8]) -> CalledThere {
    CalledThere::Person { person: [person; 32], sessions: sessions.iter().map(|byte| [*byte; 32]).collect() }
}

/// An answer that its browser has fetched: the hash of its handle.
async fn fetched(store: &Store, account: &Account, there: &There) -> [u8; 32] {
    let heard = store.heard_up_to().await.unwrap();
    let result = kept(store, account, there, heard).await;
    for (browser, gets) in [("another", false), ("", false), ("mine", true), ("mine", false), ("", false)] {
        assert_eq!(store.take_result(&result, browser, NOW).await.unwrap().is_some(), gets, "{browser}: once, and its own");
    }
    result
}

/// An answer whose verification began when that much was heard: the hash of its handle.
async fn kept(store: &Store, account: &Account, there: &There, heard: HeardUpTo) -> [u8; 32] {
    let (handle, mark, result, returned) = sent(store, account, there).await;
    assert_eq!(store.keep_result(&handle, (&mark, heard), (&result, &returned), later(60)).await.unwrap(), Kept::Once);
    result
}

/// A sign-in that is at its provider: its handle, and what comes back.
async fn sent(store: &Store, account: &Account, there: &There) -> ([u8; 32], ReplayMark, [u8; 32], SsoReturned) {
    let (key, connection) = (random_token(&SystemRandom), there.connection);
    let (handle, result) = (sha256(key.as_bytes()), sha256(format!("{key}.").as_bytes()));
    let sent = SsoSent {
        started: Started { id: key.clone(), errand: Errand::Home, hints: Hints::default(), fresh: false, at: NOW, trace: None }, username: None, account: account.id,
        pending: Pending { connection, sent_at: NOW, fresh: false, max_age: None, second_factor: false, protocol: PendingProtocol::Saml { request_id: key.clone() } },
        browser: "mine".into(), language: Language::English, purpose: Purpose::SignIn, begun_by: None, begun_link: None, waiting: None,
    };
    let answer = Answer {
        connection, subject: Subject { issuer: "https://idp.example".into(), kind: "email".into(), value: "ann".into() }, binds: true, name: "ann".into(),
        attributes: Default::default(), email_proved: true, authenticated_at: None, there: there.clone(), session_until: None, acr: None, amr: vec![], second_factor: false,
    };
    let (mark, returned) = (ReplayMark { key, until: later(600) }, SsoReturned { sent, answer });
    assert!(SsoTransactions::keep(store, &handle, &returned.sent, later(600)).await.unwrap());
    (handle, mark, result, returned)
}

/// DS-12: marks of answers are as many as answers that were accepted, and are gone with the time in which one could be accepted again. Where there is no
/// room for another one, its answer is not accepted, and the mark of an earlier one does not make way for it; with room again it is accepted, once.
pub async fn ds_12_no_answer_is_accepted_without_a_place_for_its_mark(store: Store, folder: &Folder) {
    let (account, _) = someone(&store).await;
    let id = ConnectionId::generate(&SystemRandom);
    let file = rusqlite::Connection::open(folder.file()).unwrap();
    file.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    let marks = || file.query_row("SELECT count(*) FROM sso_seen", [], |row| row.get::<_, i64>(0)).unwrap();
    let heard = store.heard_up_to().await.unwrap();
    let first = sent(&store, &account, &there(id, 1, None)).await;
    let keep = async |(handle, mark, result, returned): &([u8; 32], ReplayMark, [u8; 32], SsoReturned)| {
        store.keep_result(handle, (mark, heard), (result, returned), later(60)).await
    };
    assert_eq!((keep(&first).await.unwrap(), marks()), (Kept::Once, 1));
    for _ in 0..20 {
        assert_eq!(keep(&first).await.unwrap(), Kept::Used);
    }
    assert_eq!(marks(), 1, "a replay leaves no mark");
    // As on a disk that is full.
    file.execute_batch("CREATE TRIGGER full BEFORE INSERT ON sso_seen BEGIN SELECT RAISE(ABORT, 'no room'); END").unwrap();
    let second = sent(&store, &account, &there(id, 2, None)).await;
    assert!(keep(&second).await.is_err());
    assert!(store.take_result(&second.2, "mine", NOW).await.unwrap().is_none(), "nobody gets in by it");
    assert_eq!((keep(&first).await.unwrap(), marks()), (Kept::Used, 1), "what was seen stays seen");
    file.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!((keep(&second).await.unwrap(), keep(&second).await.unwrap(), marks()), (Kept::Once, Kept::Used, 2));
    assert!(store.take_result(&second.2, "mine", NOW).await.unwrap().is_some());
    // An hour after the answers could be accepted for the last time.
    store.sweep(later(600 + 3600)).await.unwrap();
    assert_eq!(marks(), 2, "as long as the answers could be accepted");
    store.sweep(later(601 + 3600)).await.unwrap();
    assert_eq!(marks(), 0);
}

/// A session that comes of an answer, or of a password.
async fn started(store: &Store, (account, user): (&Account, &User), token: u8, there: Option<&There>, renews: Option<SessionId>) -> Session {
    let answer = match there {
        Some(there) => Some(fetched(store, account, there).await),
        None => None,
    };
    let by = there.zip(answer.as_ref()).map(|(there, answer)| CameBy { answer, there, browser: &[9; 32], language: "de" });
    store.start(&session(account, user, token), by, renews, &line(user)).await.unwrap().unwrap().0
}

/// SL-02, SK-20: what the provider or an operator ends while an answer is being verified voids it; what means others, or was heard before the
/// verification began, does not.
pub async fn sl_02_sk_20_an_answer_is_void_by_what_is_heard_while_it_is_verified(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let (id, elsewhere) = (ConnectionId::generate(&SystemRandom), ConnectionId::generate(&SystemRandom));
    let hear = async |connection: ConnectionId, called: CalledThere| {
        let (mark, text) = (ReplayMark { key: random_token(&SystemRandom), until: later(60) }, line(&user));
        let told = Told { connection, called: &called, mark: &mark, received: &text, ended: &text };
        assert_eq!(store.end_there(&told).await.unwrap(), EndedThere::Sessions(vec![text.clone()]), "no session is there yet");
    };
    let (one, other) = (Some(1), Some(2));
    for (own, connection, called, counts) in [
        (one, id, person(1, &[]), false),
        (one, id, person(1, &[1]), false),
        (one, id, person(1, &[2, 1]), false),
        (one, id, CalledThere::Session([1; 32]), false),
        (None, id, person(1, &[2]), false),
        (one, id, person(1, &[2]), true),
        (other, id, person(1, &[1]), true),
        (one, id, person(2, &[]), true),
        (one, id, person(2, &[1]), true),
        (one, id, CalledThere::Session([2; 32]), true),
        (None, id, CalledThere::Session([1; 32]), true),
        (one, elsewhere, person(1, &[]), true),
    ] {
        let about = format!("{own:?} {called:?}");
        let heard = store.heard_up_to().await.unwrap();
        hear(connection, called).await;
        let result = kept(&store, &account, &there(id, 1, own), heard).await;
        assert_eq!(store.take_result(&result, "mine", NOW).await.unwrap().is_some(), counts, "{about}");
        let later = kept(&store, &account, &there(id, 1, own), store.heard_up_to().await.unwrap()).await;
        assert!(store.take_result(&later, "mine", NOW).await.unwrap().is_some(), "{about}: a sign-in after it");
    }
    // What an operator changes.
    let settings = ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "homeward"))));
    let connection = Connection { id, account: account.id, name: "Okta".into(), state: ConnectionState::Enforced, outage: None };
    let entry = ConnectionEntry { connection, settings: Some(settings) };
    let heard = store.heard_up_to().await.unwrap();
    store.put(&Register { connections: vec![entry], ..Register::default() }, &[], NOW).await.unwrap();
    for (connection, counts) in [(id, false), (elsewhere, true)] {
        let result = kept(&store, &account, &there(connection, 1, one), heard).await;
        assert_eq!(store.take_result(&result, "mine", NOW).await.unwrap().is_some(), counts);
    }
    store.sweep(later(10_000)).await.unwrap();
    let result = kept(&store, &account, &there(id, 1, one), heard).await;
    assert!(store.take_result(&result, "mine", NOW).await.unwrap().is_none(), "however long ago");
}

/// SL-02, SK-20: what the provider or an operator ends between the fetching of an answer and its session leaves no session; what ends others
/// does not matter to it.
pub async fn sl_02_sk_20_an_answer_counts_until_its_session_has_begun(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let id = ConnectionId::generate(&SystemRandom);
    let settings = ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "homeward"))));
    let other = ConnectionSettings { jit: Jit::Create, ..settings.clone() };
    let enter = async |state, settings: &ConnectionSettings| {
        let connection = Connection { id, account: account.id, name: "Okta".into(), state, outage: None };
        let entry = ConnectionEntry { connection, settings: Some(settings.clone()) };
        store.put(&Register { connections: vec![entry], ..Register::default() }, &[], NOW).await.unwrap();
    };
    let end = async |called: CalledThere, mark: &str| {
        let (mark, text) = (ReplayMark { key: mark.to_owned(), until: later(60) }, line(&user));
        store.end_there(&Told { connection: id, called: &called, mark: &mark, received: &text, ended: &text }).await.unwrap();
    };
    let records = async || store.verify_audit(None).await.unwrap().unwrap().map_or(0, |end| end.number);
    let there = there(id, 1, Some(11));
    enter(ConnectionState::Enforced, &settings).await;
    for (token, (meanwhile, lives)) in (1u8..).zip([
        ("nothing", true), ("the settings as they are", true), ("another person", true), ("another session", true), ("this session", false), ("this person", false), ("off and on", false),
        ("other settings", false),
    ]) {
        let answer = fetched(&store, &account, &there).await;
        match meanwhile {
            "another person" => end(person(2, &[]), meanwhile).await,
            "another session" => end(person(1, &[12]), meanwhile).await,
            "this session" => end(CalledThere::Session([11; 32]), meanwhile).await,
            "this person" => end(person(1, &[]), meanwhile).await,
            "off and on" => {
                enter(ConnectionState::Draft, &settings).await;
                enter(ConnectionState::Enforced, &settings).await;
            }
            "other settings" => enter(ConnectionState::Enforced, &other).await,
            _ => enter(ConnectionState::Enforced, &settings).await,
        }
        let (before, by) = (records().await, CameBy { answer: &answer, there: &there, browser: &[token; 32], language: "en" });
        let kept = store.start(&session(&account, &user, token), Some(by), None, &line(&user)).await.unwrap().map(|(kept, _)| kept);
        let found = Sessions::find(&store, &[token; 32]).await.unwrap();
        assert_eq!((kept.is_some(), found.is_some(), records().await - before), (lives, lives, i64::from(lives)), "{meanwhile}");
        assert_eq!(!store.knows(&[token; 32], &[user.id]).await.unwrap().is_empty(), lives, "{meanwhile}");
        if let Some(kept) = kept {
            assert_eq!((kept.user, store.there(kept.id).await.unwrap().as_ref()), (user.id, Some(&there)), "{meanwhile}");
            let again = store.start(&session(&account, &user, 200), Some(by), None, &line(&user)).await.unwrap();
            assert_eq!(again, None, "one answer, one session");
        }
    }
}

pub async fn sl_02_a_provider_ends_its_own_sessions_once(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let (ours, other) = (ConnectionId::generate(&SystemRandom), ConnectionId::generate(&SystemRandom));
    let kept = [there(ours, 1, Some(11)), there(ours, 1, Some(12)), there(ours, 2, Some(13)), there(other, 1, Some(11)), there(ours, 3, None)];
    let mut ids = Vec::new();
    for (token, there) in (1u8..).zip(&kept) {
        ids.push(started(&store, (&account, &user), token, Some(there), None).await.id);
        assert_eq!(store.there(ids[ids.len() - 1]).await.unwrap().as_ref(), Some(there));
    }
    let end = async |connection, called: CalledThere, mark: &str| {
        let (mark, text) = (ReplayMark { key: mark.to_owned(), until: later(60) }, line(&user));
        store.end_there(&Told { connection, called: &called, mark: &mark, received: &text, ended: &text }).await.unwrap()
    };
    let living = async || store.of_user(user.id).await.unwrap().len();
    for (connection, nobody, mark) in [(ours, person(9, &[]), "a"), (ours, person(1, &[13]), "b"), (other, CalledThere::Session([12; 32]), "c")] {
        assert!(matches!(end(connection, nobody, mark).await, EndedThere::Sessions(lines) if lines.len() == 1));
    }
    assert_eq!(living().await, 5);
    assert!(matches!(end(ours, person(1, &[12]), "d").await, EndedThere::Sessions(lines) if lines.len() == 2 && lines[1].user == Some(user.id)));
    assert_eq!(end(ours, person(2, &[]), "d").await, EndedThere::Used, "a mark counts once, whatever comes with it");
    assert_eq!(living().await, 4);
    // A sign-in that renews a session replaces what was kept of the provider; one by password keeps nothing of one.
    let renewed = started(&store, (&account, &user), 100, Some(&there(ours, 2, Some(14))), Some(ids[2])).await;
    assert_eq!(renewed.id, ids[2]);
    end(ours, CalledThere::Session([13; 32]), "e").await;
    assert_eq!(living().await, 4, "the session before is none of its any more");
    started(&store, (&account, &user), 101, None, Some(ids[2])).await;
    assert_eq!(store.there(ids[2]).await.unwrap(), None);
    end(ours, person(2, &[]), "f").await;
    assert_eq!(living().await, 4);
    // What each proof was granted ends with the provider's word on that proof alone.
    let granted = async |proof: u32, token: u8| {
        let who = SignedIn { proof, ..signed_in(&account, &user, ids[2]) };
        Codes::put(&store, &[token; 32], &code(who), later(60)).await.unwrap();
        let grant = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1_000), network: "192.0.2.1".into() };
        assert!(matches!(store.redeem(&[token; 32], &grant, NOW).await.unwrap(), Redeemed::First(_)));
        grant.id
    };
    let grants = [granted(0, 50).await, granted(1, 51).await, granted(2, 52).await];
    let waiting = SignedIn { proof: 1, ..signed_in(&account, &user, ids[2]) };
    Codes::put(&store, &[53; 32], &code(waiting), later(60)).await.unwrap();
    let revoked = async || {
        let mut all = Vec::new();
        for id in grants {
            all.push(Grants::find(&store, id).await.unwrap().unwrap().revoked);
        }
        all
    };
    store.sweep(NOW).await.unwrap();
    assert!(matches!(end(ours, CalledThere::Session([14; 32]), "i").await, EndedThere::Sessions(lines) if lines.len() == 2 && lines[1].user == Some(user.id)));
    assert_eq!(revoked().await, [false, true, false]);
    let late = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1_000), network: "192.0.2.1".into() };
    assert_eq!(store.redeem(&[53; 32], &late, NOW).await.unwrap(), Redeemed::Unknown, "a code that waited, too");
    assert!(matches!(end(ours, person(2, &[]), "j").await, EndedThere::Sessions(lines) if lines.len() == 2));
    assert_eq!((revoked().await, living().await), (vec![true, true, false], 4), "the session goes on by its password, and what that was granted");
    end(ours, person(3, &[99]), "g").await;
    assert_eq!(living().await, 3, "one whose provider named no session at the sign-in");
    end(ours, person(1, &[]), "h").await;
    assert_eq!(living().await, 2, "the other connection's and the one by password are left");
}

pub async fn a_sign_out_is_answered_and_taken_once(store: Store, _: &Folder) {
    let sent = SignOutSent { client: None, redirect: Some("https://a.example/".into()), not_back: None, browser: "mine".into(), here: None, rest: vec![], open: vec![], closed: vec![] };
    store.keep_sign_out(&[1; 32], &sent, later(600)).await.unwrap();
    assert_eq!(store.try_sign_out(&[2; 32], NOW).await.unwrap(), None);
    assert_eq!(store.try_sign_out(&[1; 32], later(600)).await.unwrap(), None, "over");
    assert_eq!(store.try_sign_out(&[1; 32], NOW).await.unwrap().as_ref(), Some(&sent));
    store.note_sign_out(&[1; 32], Went::Refused).await.unwrap();
    store.note_sign_out(&[1; 32], Went::Out).await.unwrap();
    assert_eq!(store.try_sign_out(&[1; 32], NOW).await.unwrap(), None, "answered");
    assert_eq!(store.take_sign_out(&[1; 32], "another", NOW).await.unwrap(), None);
    let shared = store.clone();
    let take = move || { let store = shared.clone(); async move { store.take_sign_out(&[1; 32], "mine", NOW).await.unwrap().is_some_and(|(_, went)| went == Some(Went::Refused)) } };
    assert_eq!(winners(20, take).await, 1, "the first answer counts, and one takes it");
    store.keep_sign_out(&[3; 32], &sent, later(600)).await.unwrap();
    for _ in 0..10 {
        assert!(store.try_sign_out(&[3; 32], NOW).await.unwrap().is_some());
    }
    assert_eq!(store.try_sign_out(&[3; 32], NOW).await.unwrap(), None, "nobody tries for ever");
    assert!(store.take_sign_out(&[3; 32], "mine", NOW).await.unwrap().is_some(), "and the browser goes on");
}

pub async fn ks_12_keys_of_a_connection_roll(store: Store, _: &Folder) {
    let (account, _) = someone(&store).await;
    let id = ConnectionId::generate(&SystemRandom);
    let connection = Connection { id, account: account.id, name: "Okta".into(), state: ConnectionState::Draft, outage: None };
    store.put(&Register { connections: vec![ConnectionEntry { connection, settings: None }], ..Register::default() }, &[], NOW).await.unwrap();
    let key = |purpose, stage, byte: u8| OwnKey { purpose, stage, sealed: vec![byte], certificate: vec![byte], made_at: NOW };
    let shown = async || store.own_keys(id).await.unwrap().iter().map(|key| (key.stage.word(), key.purpose, key.sealed[0])).collect::<Vec<_>>();
    for byte in [1, 2] {
        store.keep_first_key(id, &key(KeyUse::Signing, KeyStage::Present, byte)).await.unwrap();
    }
    store.keep_first_key(id, &key(KeyUse::Decryption, KeyStage::Present, 3)).await.unwrap();
    assert_eq!(shown().await, [("present", KeyUse::Decryption, 3), ("present", KeyUse::Signing, 1)], "the first of each is kept");
    assert!(!store.switch_keys(id).await.unwrap());
    let next = |byte| [key(KeyUse::Signing, KeyStage::Next, byte), key(KeyUse::Decryption, KeyStage::Next, byte)];
    assert!(store.keep_next_keys(id, &next(4)).await.unwrap());
    assert!(!store.keep_next_keys(id, &next(5)).await.unwrap());
    assert_eq!((shown().await.len(), shown().await[0].0), (4, "next"));
    assert!(store.switch_keys(id).await.unwrap());
    assert_eq!(shown().await.iter().map(|(stage, _, byte)| (*stage, *byte)).collect::<Vec<_>>(), [("present", 4), ("present", 4), ("old", 3), ("old", 1)]);
    assert_eq!(store.retire_keys(id).await.unwrap(), 2);
    assert!(shown().await.iter().all(|(stage, _, byte)| (*stage, *byte) == ("present", 4)));
    // One key for both stands where either would, and comes where neither is.
    store.keep_first_key(id, &key(KeyUse::Both, KeyStage::Present, 6)).await.unwrap();
    assert_eq!(shown().await.len(), 2, "present ones are there");
    assert!(store.keep_next_keys(id, &[key(KeyUse::Both, KeyStage::Next, 7)]).await.unwrap());
    assert!(!store.keep_next_keys(id, &[key(KeyUse::Signing, KeyStage::Next, 8)]).await.unwrap());
    assert!(store.switch_keys(id).await.unwrap());
    assert_eq!(store.retire_keys(id).await.unwrap(), 2);
    assert_eq!(shown().await, [("present", KeyUse::Both, 7)]);
}
