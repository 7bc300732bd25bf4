//! Changes of an e-mail address: tries, the one success, and what voids a change that waits.

use homeward_discovery::{Account, DomainClaim, User};
use homeward_local_credential::{Asker, PasswordPolicy, StoredReset, reset};
use homeward_model::{DomainName, EmailAddress, UserId};
use homeward_provider::Subjects;
use homeward_signin::{ports::{AuditEvent, Sessions}, profile::{EmailChange, Profiles}};
use homeward_store::{AuditFilter, Store, register::{AccountEntry, Register}};

use super::{
    Folder,
    ports::{NOW, account, ended, later, someone, winners},
};

fn stored(user: UserId, selector: &str, purpose: &'static str, seconds: u64) -> StoredReset {
    StoredReset {
        selector: selector.into(), purpose, user, verifier_hash: [1; 32], code_hash: vec![2; 32], credential_version: 0, expires_at: later(seconds), tries: 0, asker: Asker::Own,
    }
}

fn change(user: UserId, selector: &str) -> EmailChange {
    EmailChange { stored: stored(user, selector, reset::EMAIL, 900), address: EmailAddress::parse("new@b.example").unwrap() }
}

fn line(user: UserId, at: homeward_model::Timestamp) -> AuditEvent {
    AuditEvent { event: "profile.email", outcome: "ok".into(), user: Some(user), account: None, application: None, network: String::new(), case: None, at, detail: String::new() }
}

/// OT-28: a provider's word about an address counts as long as the account has proved its domain, whoever else has; a mail that came back counts without.
pub async fn ot_28_a_providers_word_ends_with_the_proof_of_the_domain(store: Store, _: &Folder) {
    let (own, user) = someone(&store).await;
    let (other, address, domain) = (account("50210"), EmailAddress::parse("ann@b.example").unwrap(), DomainName::parse("b.example").unwrap());
    let user = User { email: Some(address.clone()), ..user };
    let entry = AccountEntry { account: other.clone(), policy: PasswordPolicy::classic(), default_application: None };
    store.put(&Register { accounts: vec![entry], users: vec![user.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let is_verified = async || Subjects::subject(&store, user.id).await.unwrap().unwrap().email.unwrap().1;
    let claim = async |account: &Account, verified_at| {
        let claim = DomainClaim { domain: domain.clone(), account: account.id, verified_at, connection: None };
        store.put(&Register { domains: vec![claim], ..Register::default() }, &[], NOW).await.unwrap();
    };
    store.vouched_mailbox(user.id, (&address, &domain), NOW).await.unwrap();
    assert!(!is_verified().await, "the account has not proved it");
    claim(&own, Some(NOW)).await;
    assert!(is_verified().await);
    claim(&own, None).await;
    assert!(!is_verified().await, "it was given up");
    claim(&other, Some(NOW)).await;
    assert!(!is_verified().await, "another account's proof");
    store.proved_mailbox(user.id, &address, NOW).await.unwrap();
    assert!(is_verified().await, "a mail came back");
}

/// LR-03, LR-17, OP-04, LG-05.
pub async fn lr_17_a_change_of_address_has_five_tries_and_one_success(store: Store, _: &Folder) {
    let (_, user) = someone(&store).await;
    let user = User { email: Some(EmailAddress::parse("ann@b.example").unwrap()), ..user };
    store.put(&Register { users: vec![user.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let id = user.id;
    assert!(store.ask(&change(id, "one"), (2, NOW), &line(id, later(1))).await.unwrap());
    assert!(store.ask(&change(id, "two"), (2, NOW), &line(id, later(1))).await.unwrap());
    assert!(!store.ask(&change(id, "three"), (2, NOW), &line(id, later(1))).await.unwrap(), "enough");
    assert_eq!(store.waiting(id, later(2)).await.unwrap(), Some(change(id, "two")), "the earlier one is void");
    let shared = store.clone();
    assert_eq!(winners(50, move || { let store = shared.clone(); async move { store.claim_try(id, later(2)).await.unwrap().is_some() } }).await, 5);
    assert_eq!(store.waiting(id, later(2)).await.unwrap(), None, "no tries are left");
    let shared = store.clone();
    let prove = move || {
        let store = shared.clone();
        async move { store.prove(&change(id, "two"), &stored(id, "undo", reset::EMAIL_UNDO, 10_000), &line(id, later(3))).await.unwrap().is_some() }
    };
    assert_eq!(winners(50, prove).await, 1);
    assert!(store.ask(&change(id, "four"), (9, NOW), &line(id, later(4))).await.unwrap());
    let records = async || store.audit_newest(&AuditFilter { event: Some("session.ended".into()), ..AuditFilter::default() }, 9).await.unwrap().len();
    for _ in 0..2 {
        Sessions::end_all(&store, id, "test", &ended(id, later(5))).await.unwrap();
        assert_eq!(records().await, 1, "AU-03: it alone has ended, on record; nothing has after that");
    }
    assert_eq!(store.waiting(id, later(5)).await.unwrap(), None, "what waits ends with everything");
    let undo = store.made("undo", later(9_999)).await.unwrap();
    assert_eq!((undo.as_ref().map(|made| &made.address), store.made("undo", later(10_000)).await.unwrap()), (user.email.as_ref(), None), "to the second");
    assert_eq!(store.made("four", later(5)).await.unwrap(), None, "a code is no link");
    let (shared, undo) = (store.clone(), undo.unwrap());
    let take_back = move || {
        let (store, undo) = (shared.clone(), undo.clone());
        async move { store.take_back(&undo, &line(id, later(6))).await.unwrap().is_some() }
    };
    assert_eq!(winners(50, take_back).await, 1);
    assert_eq!(homeward_signin::ports::Directory::user(&store, id).await.unwrap().unwrap().0, user, "as before");
}
