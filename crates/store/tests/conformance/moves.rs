//! Taking a step back is no way to switch on settings that nobody has tested.

use homeward_discovery::{AllowLocal, Connection, ConnectionState, SsoMode};
use homeward_federation::{ConnectionSettings, Jit, Preset, Protocol, oidc::OidcSettings};
use homeward_model::{ConnectionId, SystemRandom};
use homeward_portal::standing::{Beside, LedTaken, OfferTaken, Offered, Standing, Taken};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, later, someone},
};

/// ADM-8: a connection that was switched off comes back by undo with the settings that it had, and not with others.
pub async fn a_step_is_taken_back_with_the_settings_that_were_there(store: Store, _: &Folder) {
    let (account, _) = someone(&store).await;
    let id = ConnectionId::generate(&SystemRandom);
    let tested = ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "homeward"))));
    let other = ConnectionSettings { jit: Jit::Create, ..tested.clone() };
    let standing = |state| Standing { state, outage: None };
    let enter = async |state, settings: &ConnectionSettings| {
        let connection = Connection { id, account: account.id, name: "Okta".into(), state, outage: None };
        let entry = ConnectionEntry { connection, settings: Some(settings.clone()) };
        store.put(&Register { connections: vec![entry], ..Register::default() }, &[], NOW).await.unwrap();
    };
    let state = async || store.register().await.unwrap().connections[0].connection.state;
    enter(ConnectionState::Enforced, &tested).await;
    let off = Taken { connection: id, at: NOW, before: standing(ConnectionState::Enforced), after: standing(ConnectionState::Retired), beside: Default::default(), offer: None, led: None };
    assert!(store.take_step(&off, NOW).await.unwrap());
    assert_eq!(store.last_step(id).await.unwrap(), Some(off));
    enter(ConnectionState::Retired, &other).await;
    assert!(!store.undo_step(&off, standing(ConnectionState::Enforced), later(60)).await.unwrap());
    assert_eq!(state().await, ConnectionState::Retired);
    enter(ConnectionState::Retired, &tested).await;
    assert!(store.undo_step(&off, standing(ConnectionState::Enforced), later(60)).await.unwrap());
    assert_eq!((state().await, store.last_step(id).await.unwrap()), (ConnectionState::Enforced, None));
    // From a pilot to everybody; and the other way, where everybody signs in already.
    let pilot = Taken { before: standing(ConnectionState::Enforced), after: standing(ConnectionState::Pilot), at: later(120), ..off };
    assert!(store.take_step(&pilot, later(120)).await.unwrap());
    enter(ConnectionState::Pilot, &other).await;
    assert!(!store.undo_step(&pilot, standing(ConnectionState::Enforced), later(180)).await.unwrap());
    enter(ConnectionState::Pilot, &tested).await;
    assert!(store.undo_step(&pilot, standing(ConnectionState::Enforced), later(180)).await.unwrap());
    enter(ConnectionState::Pilot, &tested).await;
    let all = Taken { before: standing(ConnectionState::Pilot), after: standing(ConnectionState::Enforced), at: later(240), ..off };
    assert!(store.take_step(&all, later(240)).await.unwrap());
    enter(ConnectionState::Enforced, &other).await;
    assert!(store.undo_step(&all, standing(ConnectionState::Pilot), later(300)).await.unwrap());
    // A step that comes with a file is kept like any other, with the settings from before; a file that moves nothing keeps none.
    let moves = async |to: ConnectionState, settings: &ConnectionSettings, at| {
        let seen = store.register().await.unwrap().connections;
        let new = seen.iter().map(|entry| ConnectionEntry { connection: Connection { state: to, ..entry.connection.clone() }, settings: Some(settings.clone()) }).collect();
        let [new, seen] = [new, seen].map(|connections| Register { connections, ..Register::default() });
        store.put_as_seen(&new, &seen, &[], at).await.unwrap();
        store.last_step(id).await.unwrap().filter(|step| step.at == at)
    };
    assert_eq!(moves(ConnectionState::Pilot, &tested, later(360)).await, None, "where it stands already");
    let off = moves(ConnectionState::Retired, &other, later(420)).await.unwrap();
    assert_eq!((off.before, off.after), (standing(ConnectionState::Pilot), standing(ConnectionState::Retired)));
    assert!(!store.undo_step(&off, off.before, later(480)).await.unwrap(), "others came with it");
    enter(ConnectionState::Retired, &tested).await;
    assert!(store.undo_step(&off, off.before, later(480)).await.unwrap());
    // What else a file changes of where people sign in is kept with the step.
    let seen = store.register().await.unwrap();
    let mut new = seen.clone();
    new.connections.iter_mut().filter(|entry| entry.connection.id == id).for_each(|entry| entry.connection.state = ConnectionState::Retired);
    new.accounts.iter_mut().filter(|entry| entry.account.id == account.id).for_each(|entry| entry.account.sso_entitled = !entry.account.sso_entitled);
    store.put_as_seen(&new, &seen, &[], later(540)).await.unwrap();
    let last = store.last_step(id).await.unwrap().unwrap();
    assert_eq!((last.at, last.beside), (later(540), Beside { account: true, domains: 0, people: 0 }));
}

/// B-172: what a step has changed of how the account offers it goes back with it, whatever else of the account has changed since; where somebody has
/// changed that very thing, it stays.
pub async fn the_offer_goes_back_with_the_step_that_changed_it(store: Store, _: &Folder) {
    let (account, _) = someone(&store).await;
    let id = ConnectionId::generate(&SystemRandom);
    let standing = |state| Standing { state, outage: None };
    let (before, after) = (Offered { mode: SsoMode::Button, local: AllowLocal::Yes }, Offered { mode: SsoMode::Redirect, local: AllowLocal::No });
    let offers = async || store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.id == account.id).unwrap();
    let since = Offered { mode: SsoMode::Button, ..after };
    let other = Some(ConnectionId::generate(&SystemRandom));
    // Whom the step has led to it is led back; a step from before that was kept leaves it.
    let led = Some(LedTaken { before: other, after: Some(id) });
    for (present, leads, led, expected, then) in [(after, Some(id), led, before, other), (since, Some(id), None, since, Some(id)), (after, None, led, before, None), (since, None, led, since, None)] {
        let connection = Connection { id, account: account.id, name: "Okta".into(), state: ConnectionState::Pilot, outage: None };
        let mut entry = offers().await;
        (entry.account.sso_mode, entry.account.allow_local, entry.account.connection, entry.account.name) = (present.mode, present.local, leads, "Renamed since".into());
        let connections = vec![ConnectionEntry { connection, settings: None }];
        store.put(&Register { accounts: vec![entry], connections, ..Register::default() }, &[], NOW).await.unwrap();
        let offer = Some(OfferTaken { before, after });
        let taken = Taken { connection: id, at: NOW, before: standing(ConnectionState::Pilot), after: standing(ConnectionState::Enforced), beside: Beside::default(), offer, led };
        assert!(store.take_step(&taken, NOW).await.unwrap());
        assert_eq!(Offered::of(&offers().await.account), present, "whoever takes the step writes the offer");
        assert_eq!(store.last_step(id).await.unwrap(), Some(taken));
        let stands = taken.that_stands(&offers().await.account);
        if stands != taken {
            // What shall stay is left out; whoever has not seen that changes nothing.
            assert!(!store.undo_step(&taken, taken.before, later(60)).await.unwrap());
            assert_eq!((Offered::of(&offers().await.account), store.last_step(id).await.unwrap()), (present, Some(taken)));
        }
        assert!(store.undo_step(&stands, taken.before, later(60)).await.unwrap());
        let found = offers().await.account;
        assert_eq!((Offered::of(&found), found.connection, found.name.as_str()), (expected, then, "Renamed since"));
    }
}
