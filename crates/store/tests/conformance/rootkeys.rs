//! Several brokers start again with a newer root key one after the other.

use std::collections::BTreeSet;

use homeward_model::{GrantId, SessionId, SystemRandom, Timestamp};
use homeward_provider::{Codes, Grants, NewGrant};
use homeward_sealing::{RootKey, Sealer};
use homeward_store::Store;

use super::{
    Folder,
    ports::{NOW, app, code, later, signed_in, someone},
};

const REFRESH: &str = "refresh tokens";
const BROKERS: &str = "or more brokers that run under an older root key, or did so a minute ago";

/// KS-03: a broker that still runs under the older root key is named, and what it signed after the first one had started with the newer one is counted,
/// and ended. A file serves one broker: what that signed before it started again is all there is.
pub async fn ks_03_a_broker_under_the_older_root_key_is_waited_for(store: Store, _: &Folder) {
    let is_file = store.server_state().await.unwrap().is_none();
    let (account, ann) = someone(&store).await;
    let both = Sealer::new(RootKey::generate(2, &SystemRandom), vec![RootKey::generate(1, &SystemRandom)]);
    let needed = async |now: Timestamp| store.dependents(&both, 1, now).await.unwrap().into_iter().map(|one| one.what).collect::<BTreeSet<_>>();
    let mut asked = code(signed_in(&account, &ann, SessionId::generate(&SystemRandom)));
    asked.scopes.insert("offline_access".into());
    Codes::put(&store, &[1; 32], &asked, later(60)).await.unwrap();
    let grant = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(100_000), network: "192.0.2.1".into() };
    store.redeem(&[1; 32], &grant, NOW).await.unwrap();
    store.note_root_key(1, NOW).await.unwrap();
    store.use_root_key(1, NOW).await.unwrap();
    store.note_root_key(2, later(100)).await.unwrap();
    assert_eq!(needed(later(101)).await, [REFRESH].into(), "the grant is older than the change");

    // One started with the newer key at 100 seconds, and another runs on with the older one, and refreshes at 130.
    store.use_root_key(1, later(140)).await.unwrap();
    store.use_root_key(2, later(140)).await.unwrap();
    assert!(store.rotate(grant.id, 0, later(130)).await.unwrap());
    assert_eq!(needed(later(150)).await, if is_file { BTreeSet::new() } else { [REFRESH, BROKERS].into() });
    assert_eq!(needed(later(201)).await, if is_file { BTreeSet::new() } else { [REFRESH].into() }, "the other one has ended; what it signed is there");
    let third = Sealer::new(RootKey::generate(3, &SystemRandom), vec![RootKey::generate(2, &SystemRandom)]);
    let waits = store.dependents(&third, 2, later(201)).await.unwrap();
    assert!(waits.iter().any(|one| one.what == "brokers that have not started with the newer root key"));

    assert!(store.rotate(grant.id, 1, later(260)).await.unwrap());
    assert_eq!(needed(later(300)).await, BTreeSet::new(), "refreshed under the newer key");
    let ended = store.end_grants_before(&both, 1, later(300)).await.unwrap();
    assert_eq!((ended, Grants::find(&store, grant.id).await.unwrap().unwrap().revoked), (1, true), "by a proof from before the change");
}
