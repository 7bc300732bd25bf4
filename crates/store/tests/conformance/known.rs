//! Which browsers know whom, and what makes them strangers again.

use homeward_local_credential::CredentialUpdate;
use homeward_model::{SystemRandom, UserId};
use homeward_signin::{
    ports::{AuditEvent, KnownBrowsers, Sessions},
    profile::Profiles,
};
use homeward_store::{AuditFilter, Store};

use super::{
    Folder,
    ports::{credential, ended, later, line_of, someone},
};

pub async fn known_browsers_are_twenty_at_most(store: Store, _: &Folder) {
    let (ann, eve) = (UserId::generate(&SystemRandom), UserId::generate(&SystemRandom));
    for number in 0..25u8 {
        store.remember((&[number; 32], "de"), &[(ann, 0)], later(u64::from(number))).await.unwrap();
    }
    // What others sign in with takes no place of hers.
    for number in 24..60u8 {
        store.remember((&[number; 32], "en"), &[(eve, 0)], later(u64::from(number))).await.unwrap();
    }
    store.remember((&[24; 32], "fr"), &[(eve, 0)], later(61)).await.unwrap();
    for (number, asked, known) in [(4, vec![ann, eve], vec![]), (5, vec![eve, ann], vec![ann]), (24, vec![ann, eve], vec![ann, eve]), (24, vec![], vec![])] {
        assert_eq!(store.knows(&[number; 32], &asked).await.unwrap(), known, "{number}");
    }
    // The language of the last sign-in, in whichever browser.
    let spoken = async |user| store.language(user).await.unwrap();
    assert_eq!((spoken(ann).await.as_deref(), spoken(eve).await.as_deref(), spoken(UserId::generate(&SystemRandom)).await), (Some("de"), Some("fr"), None));
    store.remember((&[20; 32], "es"), &[(ann, 0)], later(99)).await.unwrap();
    assert_eq!(spoken(ann).await.as_deref(), Some("es"));
}

/// LR-11: another password, however it came about, and an end of everything leave no browser known; the language that somebody reads stays,
/// and other people's browsers are not concerned.
pub async fn lr_11_no_browser_is_known_after_a_reset(store: Store, _: &Folder) {
    let (_, ann) = someone(&store).await;
    let eve = UserId::generate(&SystemRandom);
    let known = async |user| store.knows(&[7; 32], &[user]).await.unwrap() == [user];
    let signs_in = async |version, at| store.remember((&[7; 32], "fr"), &[(ann.id, version), (eve, 0)], later(at)).await.unwrap();
    let set = async |version: i64, at| {
        let update = CredentialUpdate {
            user: ann.id, replaces: (version > 1).then_some(version - 1), credential: credential(ann.id, version), keep_history: 0, proved_by: None, activates: false,
        };
        let record = AuditEvent { event: "password.changed", at: later(at), ..line_of(ann.id) };
        store.set_password(&update, None, &record, None).await.unwrap()
    };
    signs_in(0, 0).await;
    assert!(!set(2, 1).await && known(ann.id).await, "nothing was changed, and nothing was forgotten");
    assert!(set(1, 1).await && !known(ann.id).await && known(eve).await, "a password is set");
    signs_in(1, 2).await;
    assert!(known(ann.id).await && set(2, 3).await && !known(ann.id).await, "and changed");
    signs_in(1, 4).await;
    assert!(!known(ann.id).await && known(eve).await, "whoever proved the password before, and was only looked at until now, makes no browser known again");
    signs_in(2, 4).await;
    assert!(known(ann.id).await, "the twin: by the password that counts");
    let records = async || store.audit_newest(&AuditFilter { event: Some("session.ended".into()), ..AuditFilter::default() }, 9).await.unwrap().len();
    for _ in 0..2 {
        Sessions::end_all(&store, ann.id, "test", &ended(ann.id, later(5))).await.unwrap();
        assert_eq!(records().await, 1, "AU-03: also where browsers alone are forgotten, and what changes nothing has no record");
    }
    assert!(!known(ann.id).await && known(eve).await, "signed out everywhere");
    assert_eq!(store.language(ann.id).await.unwrap().as_deref(), Some("fr"));
    assert!(store.knows(&[0; 32], &[eve]).await.unwrap().is_empty());
    signs_in(2, 6).await;
    assert!(known(ann.id).await);
}
