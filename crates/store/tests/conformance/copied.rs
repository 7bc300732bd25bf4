//! A refresh token of which somebody has a copy: the grant ends, and the mail about it waits, in one step.

use homeward_mail::{Outbox, Rendered};
use homeward_model::{GrantId, SystemRandom};
use homeward_provider::{Codes, Concerned, GrantEnded, Grants, MOST_TOLD, NewGrant, Telling};
use homeward_signin::ports::Sessions;
use homeward_store::{Store, register::Register};

use super::{
    Folder,
    ports::{NOW, app, code, later, line, sealer, session, signed_in, someone, user},
    races::{at_once, count},
};

/// OT-11, LR-12: of many uses at two nodes one ends the grant, and one mail waits; a person is told of so many an hour, whichever node, and another person of
/// their own. What was ended before, or by another word, tells nobody.
pub async fn ot_11_lr_12_a_copy_ends_a_grant_once_and_its_person_is_told_in_that_step(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let ben = user(&account, "ben@b.example");
    store.put(&Register { users: vec![ben.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let mut grants = Vec::new();
    for place in 0..8_u8 {
        let person = if place == 7 { &ben } else { &ann };
        let begun = store.start(&session(&account, person, place), None, None, &line(person)).await.unwrap().unwrap().0;
        Codes::put(&store, &[place; 32], &code(signed_in(&account, person, begun.id)), later(60)).await.unwrap();
        let id = GrantId::generate(&SystemRandom);
        store.redeem(&[place; 32], &NewGrant { id, client: app(), expires_at: later(100_000), network: "192.0.2.1".into() }, NOW).await.unwrap();
        grants.push(id);
    }
    let outbox = store.outbox(sealer());
    let letter = homeward_mail::samples(homeward_language::Language::English).remove(0);
    let rendered = Rendered { sender: "a".into(), subject: "b".into(), text: "c".into(), html: "d".into() };
    let resting = outbox.resting(&letter, &rendered).unwrap();
    let telling = Telling { recipient: resting.recipient, doc: resting.doc };
    let concerned = Concerned { user: ann.id, account: account.id, client: app() };
    let copied = move |id, at| GrantEnded { id, concerned: concerned.clone(), why: "refresh token used again", network: "192.0.2.1".into(), at };
    let waiting = async |at| outbox.due(at, 50).await.unwrap().len();

    assert!(store.revoke(grants[0], "revoked by the application", later(1)).await.unwrap());
    assert!(!store.revoke_copied(&copied(grants[0], later(1)), Some(&telling)).await.unwrap(), "it had ended");
    assert_eq!(waiting(later(1)).await, 0);
    let (first, given) = (grants[1], telling.clone());
    let ended = copied(first, later(2));
    let all = at_once([&store, &other], move |node, _| { let (telling, ended) = (given.clone(), ended.clone()); async move { node.revoke_copied(&ended, Some(&telling)).await.unwrap() } }).await;
    assert_eq!((count(&all, |won| *won), waiting(later(2)).await), (1, 1), "one ends it, and one mail says so");
    assert!(!store.rotate(first, 0, later(3)).await.unwrap() && Grants::find(&other, first).await.unwrap().unwrap().revoked);
    for (place, node) in [(2, &other), (3, &store), (4, &other)] {
        assert!(node.revoke_copied(&copied(grants[place], later(4)), Some(&telling)).await.unwrap(), "it ends, whoever is told");
    }
    assert_eq!(waiting(later(4)).await, usize::try_from(MOST_TOLD).unwrap() - 1, "the first one is a worker's");
    assert!(store.revoke_copied(&copied(grants[7], later(5)), Some(&telling)).await.unwrap());
    assert_eq!(waiting(later(5)).await, 1, "another person has their own");
    assert!(store.revoke_copied(&copied(grants[5], later(6)), None).await.unwrap(), "nor does a mailbox that is not there hold it up");
    assert_eq!(waiting(later(6)).await, 0);
    assert!(store.revoke_copied(&copied(grants[6], later(3700)), Some(&telling)).await.unwrap());
    assert_eq!(waiting(later(3700)).await, 5, "an hour later they are told again; the four that no worker sent are due again, too");
}
