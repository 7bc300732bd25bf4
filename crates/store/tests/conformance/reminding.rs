//! Reminders before passwords expire: found are those whom one concerns, by the policy of their own account.

use homeward_discovery::UserState;
use homeward_local_credential::PasswordPolicy;
use homeward_model::{Timestamp, UserId};
use homeward_signin::ports::{Due, MailRequests};
use homeward_store::{
    Store,
    register::{AccountEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, account, credential, later, user},
};

const DAY: u64 = 86_400;

/// LP-12: of all passwords those are found that were changed in the days which a reminder concerns, in accounts of that very policy, whose people are active and have
/// not had it; a page at a time.
pub async fn lp_12_only_those_are_found_whom_a_reminder_concerns(store: Store, _: &Folder) {
    let lasting = |days| PasswordPolicy { expires_after_days: days, ..PasswordPolicy::classic() };
    let accounts = [("40817", Some(90)), ("50210", Some(30)), ("60333", None), ("70444", Some(90))].map(|(number, days)| (account(number), lasting(days)));
    let entries = accounts.iter().map(|(account, policy)| AccountEntry { account: account.clone(), policy: policy.clone(), default_application: None }).collect();
    store.put(&Register { accounts: entries, ..Register::default() }, &[], NOW).await.unwrap();
    let mut lifetimes = store.lifetimes().await.unwrap();
    lifetimes.sort_unstable();
    assert_eq!(lifetimes, [30, 90], "each once, and none of those that never expire");

    let due = Due { lifetime: 90, days: 14, after: later(7 * DAY), until: later(14 * DAY) };
    let has = async |place: usize, name: &str, state: UserState, changed_at: Timestamp| {
        let user = homeward_discovery::User { state, ..user(&accounts[place].0, name) };
        store.put(&Register { users: vec![user.clone()], ..Register::default() }, &[], NOW).await.unwrap();
        store.set_credential(&homeward_local_credential::StoredCredential { changed_at, ..credential(user.id, 2) }, NOW).await.unwrap();
        user.id
    };
    let active = UserState::Active;
    let mut wanted = vec![
        has(0, "first@b.example", active, later(7 * DAY + 1)).await,
        has(0, "last@b.example", active, later(14 * DAY)).await,
        has(3, "elsewhere@b.example", active, later(10 * DAY)).await,
    ];
    for (place, name, state, changed_at) in [
        (0, "early@b.example", active, later(7 * DAY)),
        (0, "late@b.example", active, later(14 * DAY + 1)),
        (0, "years@b.example", active, NOW),
        (1, "sooner@b.example", active, later(10 * DAY)),
        (2, "never@b.example", active, later(10 * DAY)),
        (0, "away@b.example", UserState::Suspended, later(10 * DAY)),
    ] {
        has(place, name, state, changed_at).await;
    }
    let told = has(0, "told@b.example", active, later(10 * DAY)).await;
    let otherwise = has(0, "otherwise@b.example", active, later(10 * DAY)).await;
    // Of an earlier password, and of the next reminder.
    assert!(store.note_reminder(otherwise, 1, 14).await.unwrap() && store.note_reminder(otherwise, 2, 7).await.unwrap());
    wanted.extend([told, otherwise]);
    let found = async || {
        let (mut found, mut after): (Vec<UserId>, _) = (Vec::new(), None);
        loop {
            let page = store.to_remind(&due, after, 2).await.unwrap();
            let Some((last, _)) = page.last() else { return found };
            after = Some(last.id);
            assert!(page.len() <= 2 && page.iter().all(|(user, account)| user.account == account.id));
            found.extend(page.iter().map(|(user, _)| user.id));
        }
    };
    wanted.sort_unstable();
    assert_eq!(found().await, wanted);
    assert!(store.note_reminder(told, 2, 14).await.unwrap() && !store.note_reminder(told, 2, 14).await.unwrap());
    wanted.retain(|user| *user != told);
    assert_eq!(found().await, wanted, "once");
    assert_eq!(store.to_remind(&Due { lifetime: 30, ..due }, None, 9).await.unwrap().len(), 1);
}
