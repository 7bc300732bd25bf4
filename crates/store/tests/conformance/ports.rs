use std::{collections::BTreeSet, sync::Arc, time::Duration};

use homeward_discovery::{Account, AccountState, AllowLocal, DomainClaim, Hints, SsoMode, User, UserState};
use homeward_local_credential::{
    Asker, CounterJournal, CounterState, CredentialStore, CredentialUpdate, HashParams, PasswordPolicy, ResetStore, Scheme, StoreFault, StoredCredential, StoredReset, reset,
};
use homeward_mail::{Outbox, Rendered, Resting};
use homeward_model::{AccountHint, AccountId, AccountNumber, ClientId, GrantId, SessionId, SystemRandom, Timestamp, UserId, Username};
use homeward_provider::{Codes, Grants, NewCode, NewGrant, Redeemed, SignedIn, Subjects};
use homeward_sealing::{RootKey, Sealer};
use homeward_signin::{
    ports::{AuditEvent, Directory, MailRequest, MailRequests, OwnBrowser, ProvenStages, Session, Sessions, USED_UP},
    stage::{Errand, Method, Pending, Proven, Started},
};
use homeward_store::{
    AuditFilter, Store, StoreError,
    register::{AccountEntry, Register},
};

use super::Folder;

pub const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

pub fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

pub fn account(number: &str) -> Account {
    Account {
        id: AccountId::generate(&SystemRandom), number: AccountNumber::parse(number).unwrap(), label: None, name: format!("Account {number}"), region: "us".into(),
        parent: None, state: AccountState::Active, sso_entitled: true, sso_mode: SsoMode::Off, allow_local: AllowLocal::Yes, connection: None,
        group_rules: vec![], pilot_groups: std::collections::BTreeSet::new(), conditions: vec![], admin_sso: false, colour: None, logo: None, contact: None, language: None, preset: None,
    }
}

pub fn user(account: &Account, name: &str) -> User {
    User {
        id: UserId::generate(&SystemRandom), account: account.id, username: Username::parse(name).unwrap(), email: None, external_id: None, given_name: String::new(),
        family_name: String::new(), state: UserState::Active, roles: BTreeSet::new(), groups: BTreeSet::new(), rule: None, break_glass: false,
    }
}

pub fn credential(user: UserId, version: i64) -> StoredCredential {
    let scheme = Scheme::Peppered { params: HashParams::default(), salt: [1; 16], pepper: 1, mac: [u8::try_from(version).unwrap(); 32] };
    StoredCredential { user, version, scheme, changed_at: NOW, must_change: false }
}

pub async fn someone(store: &Store) -> (Account, User) {
    let account = account("40817");
    let user = user(&account, "ann@b.example");
    let entry = AccountEntry { account: account.clone(), policy: PasswordPolicy::classic(), default_application: None };
    store.put(&Register { accounts: vec![entry], users: vec![user.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    (account, user)
}

pub fn signed_in(account: &Account, user: &User, session: SessionId) -> SignedIn {
    SignedIn { user: user.id, account: account.id, session, auth_time: NOW, amr: vec!["pwd".into()], credential_version: 1, federated: false, connection: None, proof: 0, stopgap: None }
}

pub fn code(who: SignedIn) -> NewCode {
    NewCode {
        client: app(), redirect_uri: "https://app.example/cb".into(), code_challenge: None, nonce: None,
        scopes: ["openid".to_owned()].into(), who, app_version: None, claims: Default::default(), trace: None,
    }
}

/// The client of these codes.
pub fn app() -> ClientId {
    ClientId::parse("app").unwrap()
}

pub fn line(user: &User) -> AuditEvent {
    line_of(user.id)
}

pub fn line_of(user: UserId) -> AuditEvent {
    AuditEvent {
        event: "signin.completed", outcome: "ok".into(), user: Some(user), account: None, application: None, network: "192.0.2.1".into(), case: None, at: NOW,
        detail: String::new(),
    }
}

/// The record of an end.
pub fn ended(user: UserId, at: Timestamp) -> AuditEvent {
    AuditEvent { event: "session.ended", at, ..line_of(user) }
}

pub fn session(account: &Account, user: &User, token: u8) -> Session {
    Session {
        id: SessionId::generate(&SystemRandom), token_hash: [token; 32], user: user.id, account: account.id, credential_version: 1, method: Method::Password,
        authenticated_at: NOW, last_seen: NOW, ended: None, device: "?".into(), upstream: None, proof: 0, stopgap: None,
    }
}

/// How many of many parallel calls say yes.
pub async fn winners<F: Future<Output = bool> + Send + 'static>(count: usize, make: impl Fn() -> F) -> usize {
    let tasks: Vec<_> = (0..count).map(|_| tokio::spawn(make())).collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap());
    }
    won
}

pub async fn candidates_are_found_by_name_domain_and_number(store: Store, _: &Folder) {
    let (one, _) = someone(&store).await;
    let (two, three, four) = (account("50210"), account("60333"), account("70444"));
    let same = user(&two, "ANN@b.example");
    let claim = DomainClaim { domain: same.username.domain().unwrap().clone(), account: three.id, verified_at: Some(NOW), connection: None };
    let unproved = DomainClaim { account: four.id, verified_at: None, ..claim.clone() };
    let entries = [&two, &three, &four].map(|a| AccountEntry { account: a.clone(), policy: PasswordPolicy::modern(), default_application: None }).to_vec();
    store.put(&Register { accounts: entries, users: vec![same], domains: vec![claim.clone(), unproved.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let find = async |name: &str, hints: &Hints| {
        let found = store.candidates(&Username::parse(name).unwrap(), hints).await.unwrap();
        found.accounts.iter().map(|c| (c.account.number.to_string(), c.user.is_some(), c.domains.len())).collect::<Vec<_>>()
    };
    let row = |number: &str, lives, claims| (number.to_owned(), lives, claims);
    assert_eq!(find("Ann@B.example", &Hints::default()).await, [row("40817", true, 0), row("50210", true, 0), row("60333", false, 1)]);
    assert_eq!(find("eve@b.example", &Hints::default()).await, [row("60333", false, 1)]);
    assert_eq!(find("eve@c.example", &Hints::default()).await, []);
    let hints = Hints { account: AccountHint::parse("40817"), ..Hints::default() };
    assert_eq!(find("eve@c.example", &hints).await, [row("40817", false, 0)]);
    let hints = Hints { domain: Some(Username::parse("x@b.example").unwrap().domain().unwrap().clone()), ..Hints::default() };
    assert_eq!(find("desk", &hints).await, [row("60333", false, 1)]);
    let with = |claims: Vec<DomainClaim>| Register { domains: claims, ..Register::default() };
    let (given_up, proved) = (DomainClaim { verified_at: None, ..claim }, DomainClaim { verified_at: Some(NOW), ..unproved });
    assert!(matches!(store.put(&with(vec![proved.clone()]), &[], NOW).await, Err(StoreError::Taken(_))), "a domain counts for one account (LH-08)");
    assert_eq!(find("eve@b.example", &Hints::default()).await, [row("60333", false, 1)]);
    store.put(&with(vec![given_up, proved]), &[], NOW).await.unwrap();
    assert_eq!(find("eve@b.example", &Hints::default()).await, [row("70444", false, 1)], "a claim concerns the account once it is proved");
    assert_eq!(store.password_policy(one.id).await.unwrap().name, "classic");
    assert_eq!(store.password_policy(two.id).await.unwrap().name, "modern");
}

fn a_reset(user: &User, selector: &str, purpose: &'static str) -> StoredReset {
    StoredReset {
        selector: selector.into(), purpose, user: user.id, verifier_hash: [3; 32], code_hash: vec![4; 32], credential_version: 1, expires_at: later(900), tries: 0,
        asker: Asker::Anybody("192.0.2.1".into()),
    }
}

pub async fn lr_03_a_reset_is_consumed_once(store: Store, _: &Folder) {
    let (_, user) = someone(&store).await;
    ResetStore::put(&store, &a_reset(&user, "s", reset::RESET), NOW).await.unwrap();
    assert_eq!(ResetStore::find(&store, "s", later(899)).await.unwrap(), Some(a_reset(&user, "s", reset::RESET)), "finding uses nothing up");
    assert_eq!(ResetStore::find(&store, "s", later(900)).await.unwrap(), None);
    let shared = store.clone();
    assert_eq!(winners(50, move || { let store = shared.clone(); async move { store.consume("s", later(1)).await.unwrap() } }).await, 1);
    assert_eq!(ResetStore::find(&store, "s", later(1)).await.unwrap(), None);
    assert_eq!(ResetStore::any(&store, "s").await.unwrap(), Some(a_reset(&user, "s", reset::RESET)), "kept, to say that it is over");
    assert_eq!(ResetStore::any(&store, "unknown").await.unwrap(), None);
    assert!(!store.consume("unknown", NOW).await.unwrap());
}

/// LG-05, LR-17: tries are claimed before anything is compared; fifty at once get five, and the last of them may still use it up.
pub async fn lr_17_parallel_tries_are_five(store: Store, _: &Folder) {
    let (_, user) = someone(&store).await;
    ResetStore::put(&store, &a_reset(&user, "s", reset::RESET), NOW).await.unwrap();
    let one_of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let first = store.claim_try(&one_of(&["s", "s-1", "unknown"]), later(1)).await.unwrap();
    assert_eq!(first, [a_reset(&user, "s", reset::RESET)], "as it was before");
    let (shared, names) = (store.clone(), one_of(&["s"]));
    let claim = move || {
        let (store, names) = (shared.clone(), names.clone());
        async move { !store.claim_try(&names, later(1)).await.unwrap().is_empty() }
    };
    assert_eq!(winners(50, claim).await, 4);
    assert_eq!(ResetStore::find(&store, "s", later(1)).await.unwrap().map(|found| found.tries), Some(5), "the link beside the code is there still");
    assert!(store.consume("s", later(1)).await.unwrap());
    assert!(!store.consume("s", later(1)).await.unwrap());
    ResetStore::put(&store, &a_reset(&user, "late", reset::RESET), NOW).await.unwrap();
    assert!(store.claim_try(&one_of(&["late"]), later(900)).await.unwrap().is_empty(), "over");
}

/// LR-02: the database is its owner's; whatever SQLite keeps beside it, too.
pub async fn the_files_are_their_owners(store: Store, folder: &Folder) {
    use std::os::unix::fs::PermissionsExt;
    someone(&store).await;
    let files: Vec<_> = std::fs::read_dir(folder.file().parent().unwrap()).unwrap().map(Result::unwrap).collect();
    assert!(files.len() >= 2, "the database and its log");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

pub async fn lr_04_a_new_reset_voids_the_earlier_ones(store: Store, _: &Folder) {
    let (_, user) = someone(&store).await;
    ResetStore::put(&store, &a_reset(&user, "first", reset::RESET), NOW).await.unwrap();
    ResetStore::put(&store, &a_reset(&user, "invite", reset::INVITATION), NOW).await.unwrap();
    ResetStore::put(&store, &a_reset(&user, "second", reset::RESET), later(1)).await.unwrap();
    assert_eq!(ResetStore::find(&store, "first", later(1)).await.unwrap(), None);
    assert_eq!(ResetStore::find(&store, "invite", later(1)).await.unwrap().unwrap().purpose, reset::INVITATION, "another purpose is another matter");
    // Codes that sign in are each its own browser's: whoever asks for one voids nobody else's.
    for (at, selector) in [(0, "mine"), (1, "a stranger's")] {
        ResetStore::put(&store, &a_reset(&user, selector, reset::SIGN_IN), later(at).minus(Duration::from_secs(100))).await.unwrap();
    }
    for selector in ["mine", "a stranger's"] {
        assert!(ResetStore::find(&store, selector, later(1)).await.unwrap().is_some(), "{selector}");
    }
    assert_eq!(store.made_since(user.id, NOW.minus(Duration::from_secs(1))).await.unwrap().len(), 3);
    assert_eq!(store.made_since(user.id, NOW).await.unwrap(), [Asker::Anybody("192.0.2.1".into())]);
}

pub async fn ot_02_a_code_is_redeemed_once(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let kept = code(signed_in(&account, &user, SessionId::generate(&SystemRandom)));
    Codes::put(&store, &[1; 32], &kept, later(60)).await.unwrap();
    Codes::put(&store, &[2; 32], &kept, later(60)).await.unwrap();
    let grant = || NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() };
    assert_eq!(store.redeem(&[2; 32], &grant(), later(60)).await.unwrap(), Redeemed::Unknown, "over");
    assert_eq!(store.redeem(&[9; 32], &grant(), NOW).await.unwrap(), Redeemed::Unknown);
    let shared = store.clone();
    let won = winners(100, move || {
        let (store, grant) = (shared.clone(), NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() });
        async move { matches!(store.redeem(&[1; 32], &grant, NOW).await.unwrap(), Redeemed::First(_)) }
    });
    assert_eq!(won.await, 1);
    let Redeemed::Again { grant: first, ended: None } = store.redeem(&[1; 32], &grant(), NOW).await.unwrap() else { panic!("a second use, of many") };
    let row = Grants::find(&store, first).await.unwrap().unwrap();
    assert!(row.revoked && row.who.user == user.id);
}

/// OT-01: what another client presents after the first use says nothing of a theft, and ends nothing; the client's own second use does.
pub async fn ot_01_an_old_code_of_another_client_ends_nothing(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    Codes::put(&store, &[1; 32], &code(signed_in(&account, &user, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
    let grant = || NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() };
    let first = grant();
    assert!(matches!(store.redeem(&[1; 32], &first, NOW).await.unwrap(), Redeemed::First(_)));
    let stranger = NewGrant { client: ClientId::parse("another").unwrap(), ..grant() };
    assert_eq!(store.redeem(&[1; 32], &stranger, NOW).await.unwrap(), Redeemed::Unknown);
    assert!(!Grants::find(&store, first.id).await.unwrap().unwrap().revoked);
    let Redeemed::Again { grant: same, ended: Some(ended) } = store.redeem(&[1; 32], &grant(), NOW).await.unwrap() else { panic!("a second use") };
    assert_eq!((same, ended.id, ended.concerned.user), (first.id, first.id, user.id));
    assert!(Grants::find(&store, first.id).await.unwrap().unwrap().revoked);
}

/// OL-10: whichever comes first, the end of a session leaves no code of it that works.
pub async fn ol_10_a_code_of_an_ended_session_is_none(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let live = store.start(&session(&account, &user, 1), None, None, &line(&user)).await.unwrap().unwrap().0;
    let over = store.start(&session(&account, &user, 2), None, None, &line(&user)).await.unwrap().unwrap().0;
    let put = |hash: u8, session| { let (store, code) = (store.clone(), code(signed_in(&account, &user, session))); async move { Codes::put(&store, &[hash; 32], &code, later(60)).await.unwrap() } };
    put(1, live.id).await;
    put(2, over.id).await;
    assert!(store.end(over.id, "test", &ended(user.id, later(1))).await.unwrap());
    put(3, over.id).await;
    put(4, live.id).await;
    for (hash, works) in [(1, true), (2, false), (3, false), (4, true)] {
        let grant = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() };
        let redeemed = store.redeem(&[hash; 32], &grant, later(2)).await.unwrap();
        assert_eq!(matches!(redeemed, Redeemed::First(_)), works, "code {hash}: {redeemed:?}");
        assert_eq!(Grants::find(&store, grant.id).await.unwrap().is_some(), works);
    }
}

pub async fn a_refresh_rotates_once_and_never_after_revocation(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    Codes::put(&store, &[1; 32], &code(signed_in(&account, &user, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
    let id = GrantId::generate(&SystemRandom);
    store.redeem(&[1; 32], &NewGrant { id, client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, NOW).await.unwrap();
    let shared = store.clone();
    assert_eq!(winners(100, move || { let store = shared.clone(); async move { store.rotate(id, 0, later(1)).await.unwrap() } }).await, 1);
    let row = Grants::find(&store, id).await.unwrap().unwrap();
    assert_eq!((row.generation, row.rotated_at, row.revoked), (1, later(1), false));
    assert!(store.revoke(id, "test", later(2)).await.unwrap());
    assert!(!store.revoke(id, "test", later(2)).await.unwrap(), "once");
    assert!(!store.rotate(id, 1, later(2)).await.unwrap());
    assert!(Grants::find(&store, id).await.unwrap().unwrap().revoked);
}

pub async fn a_session_starts_once_and_is_renewed_under_its_id(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let start = async |token: u8, renews| store.start(&session(&account, &user, token), None, renews, &line(&user)).await.unwrap().unwrap();
    let (first, is_new) = start(1, None).await;
    let (twin, is_new_again) = start(1, None).await;
    assert_eq!((twin.id, is_new, is_new_again), (first.id, true, false), "one secret, one session");
    let (renewed, is_new) = start(2, Some(first.id)).await;
    assert!(is_new && !start(2, Some(first.id)).await.1, "and one renewal");
    assert_eq!(renewed.id, first.id);
    assert!(Sessions::find(&store, &[1; 32]).await.unwrap().is_none(), "the old secret is worth nothing");
    let found = Sessions::find(&store, &[2; 32]).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.account.id, found.credential_version), (user.id, account.id, 0));
    store.touch(first.id, later(100)).await.unwrap();
    store.touch(first.id, later(50)).await.unwrap();
    assert_eq!(Sessions::find(&store, &[2; 32]).await.unwrap().unwrap().session.last_seen, later(100));
    store.end(first.id, "test", &ended(user.id, later(200))).await.unwrap();
    assert_eq!(Sessions::find(&store, &[2; 32]).await.unwrap().unwrap().session.ended, Some((later(200), "test".into())));
    let (fresh, _) = start(3, Some(first.id)).await;
    assert_ne!(fresh.id, first.id, "an ended session is not renewed");
}

/// Another password, with its record.
async fn change(store: &Store, update: CredentialUpdate, keep: Option<SessionId>, at: Timestamp) -> Result<bool, StoreFault> {
    change_told(store, update, (keep, None), at).await
}

/// The same with the mail that tells of it.
async fn change_told(store: &Store, update: CredentialUpdate, (keep, letter): (Option<SessionId>, Option<&Resting>), at: Timestamp) -> Result<bool, StoreFault> {
    let record = AuditEvent { event: "password.changed", user: Some(update.user), at, ..line_of(update.user) };
    homeward_signin::profile::Profiles::set_password(store, &update, keep, &record, letter).await
}

pub async fn lp_13_a_change_of_password_is_one_step(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let update = |replaces, version, keep_history| CredentialUpdate { user: user.id, replaces, credential: credential(user.id, version), keep_history, proved_by: None, activates: false };
    assert!(change(&store, update(None, 1, 2), None, NOW).await.unwrap());
    assert!(!change(&store, update(None, 1, 2), None, NOW).await.unwrap(), "there is one already");
    let (kept, other) = (store.start(&session(&account, &user, 1), None, None, &line(&user)).await.unwrap().unwrap().0, store.start(&session(&account, &user, 2), None, None, &line(&user)).await.unwrap().unwrap().0);
    Codes::put(&store, &[1; 32], &code(signed_in(&account, &user, kept.id)), later(60)).await.unwrap();
    Codes::put(&store, &[2; 32], &code(signed_in(&account, &user, kept.id)), later(60)).await.unwrap();
    let grant = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() };
    store.redeem(&[1; 32], &grant, NOW).await.unwrap();
    ResetStore::put(&store, &a_reset(&user, "s", reset::RESET), NOW).await.unwrap();
    assert!(!change(&store, update(Some(7), 8, 2), Some(kept.id), later(1)).await.unwrap(), "another version is current");
    assert!(Sessions::find(&store, &[2; 32]).await.unwrap().unwrap().session.ended.is_none(), "and then nothing has happened");
    assert!(change(&store, update(Some(1), 2, 2), Some(kept.id), later(1)).await.unwrap());
    let here = Sessions::find(&store, &[1; 32]).await.unwrap().unwrap();
    assert_eq!((here.session.ended.is_none(), here.session.credential_version, here.credential_version), (true, 2, 2));
    assert!(Sessions::find(&store, &[2; 32]).await.unwrap().unwrap().session.ended.is_some());
    assert_ne!(other.id, kept.id);
    let rotate = async |id: SessionId, from: u8, to: u8| homeward_signin::profile::Profiles::rotate(&store, id, (&[from; 32], &[to; 32])).await.unwrap();
    assert!(!rotate(kept.id, 9, 5).await && !rotate(other.id, 2, 5).await, "it has another secret; it is over");
    assert!(Sessions::find(&store, &[5; 32]).await.unwrap().is_none());
    assert!(rotate(kept.id, 1, 5).await && !rotate(kept.id, 1, 6).await, "once");
    let rotated = Sessions::find(&store, &[5; 32]).await.unwrap().unwrap().session;
    assert_eq!(rotated, Session { token_hash: [5; 32], ..here.session.clone() });
    assert!(Sessions::find(&store, &[1; 32]).await.unwrap().is_none(), "the secret before it is nobody's");
    let again = store.start(&session(&account, &user, 1), None, None, &line(&user)).await.unwrap().unwrap().0;
    assert_eq!((again.id, again.token_hash), (kept.id, [5; 32]), "and its sign-in is this one's still, and begins no other (OB-12)");
    assert!(Grants::find(&store, grant.id).await.unwrap().unwrap().revoked);
    assert_eq!(store.redeem(&[2; 32], &grant, later(1)).await.unwrap(), Redeemed::Unknown);
    assert_eq!(ResetStore::find(&store, "s", later(1)).await.unwrap(), None);
    assert_eq!(store.subject(user.id).await.unwrap().unwrap().credential_version, 2);
    for version in 2..5 {
        assert!(change(&store, update(Some(version), version + 1, 2), None, later(2)).await.unwrap());
    }
    let history: Vec<i64> = store.history(user.id).await.unwrap().iter().map(|c| c.version).collect();
    assert_eq!(history, [4, 3], "as many as the policy keeps, the newest first");
    let moved = StoredCredential { scheme: Scheme::Foreign { phc: "x".into() }, ..credential(user.id, 5) };
    assert!(store.rehash(&moved).await.unwrap());
    assert!(!store.rehash(&StoredCredential { version: 4, ..moved }).await.unwrap());
    assert_eq!(store.of_users(&[user.id, UserId::generate(&SystemRandom)]).await.unwrap().len(), 1);
    assert_eq!(store.of_users(&[]).await.unwrap().len(), 0);
}

/// AU-03, B-081.
pub async fn au_03_a_password_changes_with_its_record_or_not_at_all(store: Store, _: &Folder) {
    let (account, user) = someone(&store).await;
    let update = |replaces, version| CredentialUpdate { user: user.id, replaces, credential: credential(user.id, version), keep_history: 2, proved_by: None, activates: false };
    assert!(change(&store, update(None, 1), None, NOW).await.unwrap());
    store.start(&session(&account, &user, 1), None, None, &line(&user)).await.unwrap().unwrap();
    let records = || async { store.audit_newest(&AuditFilter { event: Some("password.changed".into()), ..AuditFilter::default() }, 10).await.unwrap() };
    let outbox = store.outbox(sealer());
    let letter = homeward_mail::samples(homeward_language::Language::English).remove(0);
    let rendered = Rendered { sender: "a".into(), subject: "b".into(), text: "c".into(), html: "d".into() };
    let resting = outbox.resting(&letter, &rendered).unwrap();
    // Without keys no record can be written.
    let keyless = store.clone().with_audit_keys(vec![]);
    assert!(change_told(&keyless, update(Some(1), 2), (None, Some(&resting)), later(1)).await.is_err());
    assert_eq!(store.of_users(&[user.id]).await.unwrap(), [credential(user.id, 1)], "the password of before");
    assert!(store.history(user.id).await.unwrap().is_empty() && Sessions::find(&store, &[1; 32]).await.unwrap().unwrap().session.ended.is_none());
    assert_eq!(records().await.len(), 1);
    assert!(!change_told(&store, update(Some(7), 8), (None, Some(&resting)), later(1)).await.unwrap() && records().await.len() == 1, "what changes nothing is not on record");
    assert!(outbox.due(later(1), 5).await.unwrap().is_empty(), "and nobody is told");
    assert!(change_told(&store, update(Some(1), 2), (None, Some(&resting)), later(2)).await.unwrap(), "the twin");
    let due = outbox.due(later(2), 5).await.unwrap();
    assert_eq!((due.len(), &due[0].to, &due[0].rendered), (1, &letter.to, &rendered), "B-081: told in the same step");
    assert_eq!(store.of_users(&[user.id]).await.unwrap(), [credential(user.id, 2)]);
    assert!(Sessions::find(&store, &[1; 32]).await.unwrap().unwrap().session.ended.is_some());
    let last = records().await.remove(0);
    assert_eq!((last.user, last.outcome.as_str(), last.at), (Some(user.id), "ok", later(2)));
}

pub async fn a_proof_is_taken_once(store: Store, _: &Folder) {
    let started = Started { id: "x".into(), errand: Errand::Home, hints: Hints::default(), fresh: false, at: NOW, trace: None };
    let proven = Proven {
        started, username: Username::parse("ann@b.example").unwrap(), users: vec![], pending: Pending::MustChange, method: Method::Password, proved_at: NOW, browser: "b".into(), mailed_to: None,
    };
    ProvenStages::put(&store, &[1; 32], &proven, later(600)).await.unwrap();
    assert_eq!(store.peek(&[1; 32], later(599)).await.unwrap(), Some(proven.clone()));
    assert_eq!(store.peek(&[1; 32], later(600)).await.unwrap(), None);
    let shared = store.clone();
    assert_eq!(winners(50, move || { let store = shared.clone(); async move { store.take(&[1; 32], later(1)).await.unwrap().is_some() } }).await, 1);
    // When it was used is known still.
    let was_used = later(1).minus(USED_UP);
    assert_eq!(store.peek(&[1; 32], was_used.minus(Duration::from_secs(1))).await.unwrap(), Some(proven));
    assert_eq!(store.peek(&[1; 32], was_used).await.unwrap(), None);
}

pub async fn lg_09_counters_survive_a_restart(store: Store, folder: &Folder) {
    let state = CounterState { count: 4, since: NOW, paused_until: later(300), pauses: 1, last: NOW };
    store.save(&[([7; 32], CounterState::default()), ([7; 32], state), ([8; 32], CounterState { last: NOW.minus(Duration::from_secs(200_000)), ..state })]).await.unwrap();
    drop(store);
    let again = folder.another().await;
    assert_eq!(CounterJournal::load(&again, later(1)).await.unwrap(), [([7; 32], state)], "the newest state, and nothing that means nothing any more");
}

pub async fn mail_is_claimed_by_one_worker(store: Store, _: &Folder) {
    let request = MailRequest { selector: "s".into(), username: Username::parse("ann@b.example").unwrap(), language: "en".into(), network: "192.0.2.1".into(), at: NOW, kind: homeward_signin::ports::MailKind::SignIn, own: OwnBrowser { users: vec![UserId::generate(&SystemRandom)], account: homeward_model::AccountHint::parse("40817") } };
    MailRequests::put(&store, &request).await.unwrap();
    let shared = store.clone();
    assert_eq!(winners(20, move || { let store = shared.clone(); async move { !store.claim(5, NOW).await.unwrap().is_empty() } }).await, 1);
    assert_eq!(store.claim(5, later(60)).await.unwrap(), [request], "a worker that died loses nothing");
    store.done("s").await.unwrap();
    assert_eq!(store.claim(5, later(600)).await.unwrap(), []);
    let letter = homeward_mail::samples(homeward_language::Language::English).remove(0);
    let rendered = Rendered { sender: "a".into(), subject: "b".into(), text: "c".into(), html: "d".into() };
    let outbox = store.outbox(sealer());
    outbox.put(&letter, &rendered, NOW).await.unwrap();
    let shared = outbox.clone();
    assert_eq!(winners(20, move || { let outbox = shared.clone(); async move { !outbox.due(NOW, 5).await.unwrap().is_empty() } }).await, 1);
    let again = outbox.due(later(300), 5).await.unwrap();
    assert_eq!((again.len(), &again[0].rendered, again[0].tries), (1, &rendered, 0));
    outbox.failed(again[0].id, Some(later(400)), "away").await.unwrap();
    assert!(outbox.due(later(399), 5).await.unwrap().is_empty());
    assert_eq!(outbox.due(later(400), 5).await.unwrap()[0].tries, 1);
    outbox.sent(again[0].id, later(400)).await.unwrap();
    assert!(outbox.due(later(99_999), 5).await.unwrap().is_empty());
}

pub fn sealer() -> Arc<Sealer> {
    Arc::new(Sealer::new(RootKey::generate(1, &SystemRandom), Vec::new()))
}

/// LR-02: a mail that waits is sealed. A mail that does not open is set aside and holds up no other.
pub async fn lr_02_a_waiting_mail_cannot_be_read_from_the_files(store: Store, folder: &Folder) {
    let letter = homeward_mail::samples(homeward_language::Language::English).remove(0);
    let rendered = |text: &str| Rendered { sender: "a".into(), subject: "b".into(), text: text.into(), html: "d".into() };
    let outbox = store.outbox(sealer());
    store.outbox(sealer()).put(&letter, &rendered("https://signin.example/reset?token=foreign"), NOW).await.unwrap();
    outbox.put(&letter, &rendered("https://signin.example/reset?token=canary"), NOW).await.unwrap();
    for file in std::fs::read_dir(folder.file().parent().unwrap()).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(file.path()).unwrap();
        for word in ["canary", "foreign", "reset?token"] {
            assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word} in {:?}", file.file_name());
        }
    }
    let due = outbox.due(NOW, 5).await.unwrap();
    assert_eq!((due.len(), due[0].rendered.text.as_str(), &due[0].to), (1, "https://signin.example/reset?token=canary", &letter.to));
    outbox.sent(due[0].id, NOW).await.unwrap();
    assert!(outbox.due(later(99_999), 5).await.unwrap().is_empty());
}

pub async fn what_was_acknowledged_is_there_after_a_crash(store: Store, folder: &Folder) {
    let (account, user) = someone(&store).await;
    Codes::put(&store, &[1; 32], &code(signed_in(&account, &user, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
    // Nothing is closed: the files are copied as they are, as a crash leaves them.
    let copy = Folder::new();
    for entry in std::fs::read_dir(folder.file().parent().unwrap()).unwrap().map(Result::unwrap) {
        std::fs::copy(entry.path(), copy.file().parent().unwrap().join(entry.file_name())).unwrap();
    }
    let again = Arc::new(copy.another().await);
    let grant = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() };
    assert!(matches!(again.redeem(&[1; 32], &grant, NOW).await.unwrap(), Redeemed::First(_)));
    assert!(matches!(again.redeem(&[1; 32], &grant, NOW).await.unwrap(), Redeemed::Again { ended: Some(_), .. }));
    assert_eq!(Directory::user(again.as_ref(), user.id).await.unwrap().unwrap().0, user);
}

pub async fn a_step_of_a_connection_is_taken_back_once(store: Store, _: &Folder) {
    use homeward_discovery::{Connection, ConnectionState, Outage};
    use homeward_portal::standing::{Standing, Taken};
    let (account, _) = someone(&store).await;
    let connection = Connection { id: homeward_model::ConnectionId::generate(&SystemRandom), account: account.id, name: "Entra".into(), state: ConnectionState::Enforced, outage: None };
    let entry = homeward_store::register::ConnectionEntry { connection: connection.clone(), settings: None };
    store.put(&homeward_store::register::Register { connections: vec![entry], ..Default::default() }, &[], NOW).await.unwrap();
    let (on, out) = (Standing::of(&connection, NOW), Standing { state: ConnectionState::Outage, outage: Some(Outage { until: later(3_600), back: ConnectionState::Enforced }) });
    let taken = Taken { connection: connection.id, at: NOW, before: on, after: out, beside: Default::default(), offer: None, led: None };
    let shared = store.clone();
    assert_eq!(winners(10, move || { let store = shared.clone(); async move { store.take_step(&taken, NOW).await.unwrap() } }).await, 1, "from where it stands, and once");
    assert_eq!(store.last_step(connection.id).await.unwrap(), Some(taken));
    let shared = store.clone();
    assert_eq!(winners(10, move || { let store = shared.clone(); async move { store.undo_step(&taken, on, later(60)).await.unwrap() } }).await, 1);
    assert_eq!((store.last_step(connection.id).await.unwrap(), store.register().await.unwrap().connections[0].connection.clone()), (None, connection));
    // Out of order it keeps what people have granted; retired it keeps nothing.
    let key = homeward_federation::delegated::GrantKey { connection: taken.connection, user: UserId::generate(&SystemRandom) };
    homeward_federation::delegated::Grants::grant(&store, key, crate::delegated::grant(key, 1, "t")).await.unwrap();
    let granted = || async { homeward_federation::delegated::Grants::find(&store, key).await.unwrap().is_some() };
    assert!(store.take_step(&Taken { at: later(120), ..taken }, later(120)).await.unwrap() && granted().await);
    let gone = Standing { state: ConnectionState::Retired, outage: None };
    assert!(store.take_step(&Taken { connection: taken.connection, at: later(180), before: out, after: gone, beside: Default::default(), offer: None, led: None }, later(180)).await.unwrap() && !granted().await);
}
