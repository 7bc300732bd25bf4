//! No record, no deed: what somebody ends is over together with the line that says so, or goes on.

use std::time::Duration;

use homeward_federation::delegated::{GrantKey, Grants as Delegated};
use homeward_model::{DomainName, GrantId, SessionId, SystemRandom, UserId};
use homeward_portal::{
    domain_search::SoughtDomains,
    ports::{Deed, Domains, Moved},
};
use homeward_provider::{Codes, Concerned, GrantEnded, Grants, NewGrant, Redeemed};
use homeward_signin::{
    delegated::Consents,
    ports::{AuditEvent, Sessions},
};
use homeward_store::{AuditFilter, Store, audit::AuditRecord};

use super::{
    Folder,
    delegated::{grant, key},
    ports::{app, code, ended, later, line, session, signed_in, someone},
    races::{at_once, count},
};

/// The records of one family, the newest first.
async fn records(store: &Store, event: &str) -> Vec<AuditRecord> {
    store.audit_newest(&AuditFilter { event: Some(event.into()), ..AuditFilter::default() }, 50).await.unwrap()
}

/// AU-03, AU-09: without keys no record can be written, and then nothing has ended; with them it is over with one record, about whom and for which
/// application. What is over already leaves none, and of many who end it at two nodes one does.
pub async fn au_03_a_session_ends_with_its_record_or_goes_on(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let keyless = store.clone().with_audit_keys(vec![]);
    let mut all = Vec::new();
    for number in 0..4_u8 {
        let begun = store.start(&session(&account, &ann, number), None, None, &line(&ann)).await.unwrap().unwrap().0;
        Codes::put(&store, &[number; 32], &code(signed_in(&account, &ann, begun.id)), later(60)).await.unwrap();
        let id = GrantId::generate(&SystemRandom);
        store.redeem(&[number; 32], &NewGrant { id, client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, later(0)).await.unwrap();
        all.push((begun.id, id));
    }
    let goes_on = async |number: u8| {
        let granted = Grants::find(&store, all[usize::from(number)].1).await.unwrap().unwrap();
        (Sessions::find(&store, &[number; 32]).await.unwrap().unwrap().session.ended.is_none(), !granted.revoked)
    };
    let said = AuditEvent { account: Some(account.id), application: Some(app()), detail: "test".into(), ..ended(ann.id, later(1)) };
    let (app, one) = (app(), all[0].0);

    assert!(keyless.end(one, "test", &said).await.is_err());
    assert!(keyless.end_application(one, &app, "test", &said).await.is_err());
    assert!(keyless.end_all(ann.id, "test", &said).await.is_err());
    assert_eq!((goes_on(0).await, goes_on(3).await, records(&store, "session").await.len()), ((true, true), (true, true), 0), "no record, no deed");

    let granted = AuditEvent { event: "grant.ended", ..said.clone() };
    assert!(store.end_application(one, &app, "test", &granted).await.unwrap());
    assert!(!other.end_application(one, &app, "test", &granted).await.unwrap(), "it is over");
    assert_eq!((goes_on(0).await, records(&store, "grant").await.len()), ((true, false), 1));
    let line = said.clone();
    let ends = at_once([&store, &other], move |node, _| { let line = line.clone(); async move { node.end(one, "test", &line).await.unwrap() } }).await;
    assert_eq!((count(&ends, |won| *won), goes_on(0).await, goes_on(1).await), (1, (false, false), (true, true)));
    let found = records(&store, "session").await;
    assert_eq!(found.len(), 1, "one deed, one record");
    let last = &found[0];
    let whom = (last.user, last.account, last.application.as_deref(), last.network.as_deref());
    assert_eq!(whom, (Some(ann.id), Some(account.id), Some("app"), Some("192.0.2.1")));
    assert_eq!((last.outcome.as_str(), last.detail.as_str(), last.at), ("ok", "test", later(1)));

    assert_eq!(store.end_all(ann.id, "test", &said).await.unwrap(), 6, "three sessions and what was granted under them");
    assert_eq!(other.end_all(ann.id, "test", &said).await.unwrap(), 0);
    assert!(!store.end(all[1].0, "test", &said).await.unwrap());
    assert_eq!((goes_on(3).await, records(&store, "session").await.len(), records(&store, "grant").await.len()), ((false, false), 2, 1));
}

/// AU-03: what was looked for ends on record also where nothing else does, or is looked for on; where nobody looks for anything there is
/// no record.
pub async fn au_03_what_is_looked_for_ends_with_its_record(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let deed = Deed { by: ann.id, ..super::accounts::deed("portal.domain", account.id) };
    let end = async |at| {
        assert_eq!(store.end_all(ann.id, "test", &ended(ann.id, later(at))).await.unwrap(), 0, "neither a session nor a grant");
        records(&store, "session").await.len()
    };
    assert_eq!(end(1).await, 0, "nothing was there");
    let seek = async |name: &str, due| {
        assert_eq!(Domains::add(&store, account.id, (&DomainName::parse(name).unwrap(), name, due), &deed).await.unwrap(), Moved::Done);
    };
    seek("quiet.example", None).await;
    assert_eq!(end(2).await, 0, "nobody looks for that one");
    seek("b.example", Some(later(60))).await;
    assert!(store.clone().with_audit_keys(vec![]).end_all(ann.id, "test", &ended(ann.id, later(3))).await.is_err());
    assert_eq!(SoughtDomains::sought(&store, (later(61), later(0).minus(Duration::from_secs(1))), (9, 9)).await.unwrap().len(), 1, "no record, no deed");
    assert_eq!((end(4).await, end(5).await), (1, 1));
    assert!(SoughtDomains::sought(&store, (later(61), later(0).minus(Duration::from_secs(1))), (9, 9)).await.unwrap().is_empty());
}

/// AU-03: the same of what applications may do for somebody at a provider; another person's stays.
pub async fn au_03_what_a_person_granted_ends_with_its_record_or_goes_on(store: Store, _: &Folder) {
    let (_, ann) = someone(&store).await;
    let own = GrantKey { user: ann.id, ..key() };
    let others = GrantKey { user: UserId::generate(&SystemRandom), ..own };
    for one in [own, others] {
        Delegated::grant(&store, one, grant(one, 1, "x")).await.unwrap();
    }
    let said = AuditEvent { event: "delegated.ended", ..ended(ann.id, later(1)) };
    assert!(store.clone().with_audit_keys(vec![]).forget_granted(own, &said).await.is_err());
    assert!(Delegated::find(&store, own).await.unwrap().is_some() && records(&store, "delegated").await.is_empty());
    assert!(store.forget_granted(own, &said).await.unwrap());
    assert!(!store.forget_granted(own, &said).await.unwrap(), "it is over");
    assert!(Delegated::find(&store, own).await.unwrap().is_none() && Delegated::find(&store, others).await.unwrap().is_some());
    let found = records(&store, "delegated").await;
    assert_eq!((found.len(), found[0].user), (1, Some(ann.id)));
}

/// AU-03, OT-20: the same of a grant that its application gives back, and of one that another version of it ends.
pub async fn au_03_what_an_application_ends_has_its_record_or_goes_on(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    Codes::put(&store, &[1; 32], &code(signed_in(&account, &ann, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
    let id = GrantId::generate(&SystemRandom);
    store.redeem(&[1; 32], &NewGrant { id, client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, later(0)).await.unwrap();
    let concerned = Concerned { user: ann.id, account: account.id, client: app() };
    let said = GrantEnded { id, concerned, why: "revoked by the application", network: "192.0.2.1".into(), at: later(1) };
    assert!(store.clone().with_audit_keys(vec![]).end_recorded(&said).await.is_err());
    assert!(!Grants::find(&store, id).await.unwrap().unwrap().revoked && records(&store, "grant").await.is_empty(), "no record, no deed");
    let nobodys = GrantEnded { id: GrantId::generate(&SystemRandom), ..said.clone() };
    assert!(!store.end_recorded(&nobodys).await.unwrap() && records(&store, "grant").await.is_empty());
    let all = at_once([&store, &other], move |node, _| { let said = said.clone(); async move { node.end_recorded(&said).await.unwrap() } }).await;
    assert_eq!((count(&all, |won| *won), Grants::find(&other, id).await.unwrap().unwrap().revoked), (1, true));
    let found = records(&store, "grant").await;
    assert_eq!(found.len(), 1, "one deed, one record");
    let last = &found[0];
    let whom = (last.user, last.account, last.application.as_deref(), last.network.as_deref());
    assert_eq!(whom, (Some(ann.id), Some(account.id), Some("app"), Some("192.0.2.1")));
    assert_eq!((last.event.as_str(), last.outcome.as_str(), last.detail.as_str(), last.at), ("grant.ended", "ok", "revoked by the application", later(1)));
}

/// AU-03, OT-01, OT-11: the same of what ends because somebody has a copy of a code or of a token: without a record it goes on, also for whoever has the
/// copy, and with it it is over once, with whose it was and from where the copy came.
pub async fn au_03_what_a_copy_ends_has_its_record_or_goes_on(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let keyless = store.clone().with_audit_keys(vec![]);
    let drawn = |id| NewGrant { id, client: app(), expires_at: later(1000), network: "192.0.2.1".into() };
    let [by_code, by_token] = [GrantId::generate(&SystemRandom), GrantId::generate(&SystemRandom)];
    for (hash, id) in [(1, by_code), (2, by_token)] {
        Codes::put(&store, &[hash; 32], &code(signed_in(&account, &ann, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
        store.redeem(&[hash; 32], &drawn(id), later(0)).await.unwrap();
    }
    let revoked = async |id| Grants::find(&other, id).await.unwrap().unwrap().revoked;
    let again = || NewGrant { network: "198.51.100.7".into(), ..drawn(GrantId::generate(&SystemRandom)) };
    let concerned = Concerned { user: ann.id, account: account.id, client: app() };
    let said = GrantEnded { id: by_token, concerned, why: "refresh token used again", network: "198.51.100.7".into(), at: later(1) };
    assert!(keyless.redeem(&[1; 32], &again(), later(1)).await.is_err());
    assert!(keyless.revoke_copied(&said, None).await.is_err());
    assert_eq!((revoked(by_code).await, revoked(by_token).await, records(&store, "grant").await.len()), (false, false, 0), "no record, no deed");
    for node in [&store, &other] {
        assert!(matches!(node.redeem(&[1; 32], &again(), later(1)).await.unwrap(), Redeemed::Again { grant, .. } if grant == by_code));
    }
    assert_eq!((store.revoke_copied(&said, None).await.unwrap(), other.revoke_copied(&said, None).await.unwrap()), (true, false));
    assert_eq!((revoked(by_code).await, revoked(by_token).await), (true, true));
    let found = records(&store, "grant").await;
    let whys: Vec<_> = found.iter().map(|record| record.detail.as_str()).collect();
    assert_eq!(whys, ["refresh token used again", "code used again"], "one deed, one record");
    for last in &found {
        let whom = (last.user, last.account, last.application.as_deref(), last.network.as_deref());
        assert_eq!(whom, (Some(ann.id), Some(account.id), Some("app"), Some("198.51.100.7")));
        assert_eq!((last.event.as_str(), last.outcome.as_str(), last.at), ("grant.ended", "ok", later(1)));
    }
}
