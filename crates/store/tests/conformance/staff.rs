//! Who looks after an account: roles, people who are added, sessions of the portal, and who is told of what.

use homeward_discovery::{Account, Connection, ConnectionState, DomainClaim, SsoMode, User, UserRule, UserState};
use homeward_model::{AccountId, ConnectionId, DomainName, EmailAddress, GrantId, SystemRandom, Timestamp};
use homeward_portal::{
    Role,
    adding::{Kept, Newcomers},
    ports::{Deed, Moved, PortalSession, PortalSessions, Roles},
};
use homeward_provider::{Codes, Grants, NewGrant};
use homeward_signin::{
    alerts::{Administrators, AlertKey, AlertKind},
    ports::{Session, Sessions},
};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    accounts::{deed, records, registered},
    ports::{NOW, account, app, code, ended, later, line, session, signed_in, user},
    races::{MANY, at_once, count},
};

async fn put(store: &Store, users: &[&User]) {
    store.put(&Register { users: users.iter().map(|&user| user.clone()).collect(), ..Register::default() }, &[], NOW).await.unwrap();
}

/// MT-01, AU-03: a role is given once, to somebody of the account who may sign in or is invited; who has one is listed by username, in their own account.
pub async fn mt_01_roles_are_given_once_in_their_own_account(store: Store, folder: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let of = |name: &str, state| User { state, ..user(&own, name) };
    let (zed, ann, invited) = (of("Zed@own.example", UserState::Active), of("ann@own.example", UserState::Active), of("m-new@own.example", UserState::Invited));
    let (suspended, gone) = (of("suspended@own.example", UserState::Suspended), of("gone@own.example", UserState::Deprovisioned));
    put(&store, &[&zed, &ann, &invited, &suspended, &gone]).await;
    let (home, who, node) = (own.id, ann.id, folder.another().await);
    let all = at_once([&store, &node], move |node, _| async move { Roles::give(&node, home, (who, Role::Administrator), &deed("portal.role", home)).await.unwrap() });
    let all = all.await;
    assert_eq!((count(&all, |one| *one == Moved::Done), count(&all, |one| *one == Moved::Otherwise), records(&store).await), (1, MANY - 1, 1));
    let give = async |account: AccountId, user: &User, role| Roles::give(&store, account, (user.id, role), &deed("portal.role", account)).await.unwrap();
    assert_eq!(give(other.id, &zed, Role::Auditor).await, Moved::Otherwise, "somebody of another account");
    for nobody in [&suspended, &gone] {
        assert_eq!(give(own.id, nobody, Role::Auditor).await, Moved::Otherwise, "{:?}", nobody.state);
        assert!(Roles::of(&node, nobody.id).await.unwrap().is_empty());
    }
    for (user, role) in [(&zed, Role::Auditor), (&zed, Role::Helpdesk), (&invited, Role::Security)] {
        assert_eq!(give(own.id, user, role).await, Moved::Done);
    }
    let holders = Roles::holders(&node, own.id).await.unwrap();
    let listed: Vec<_> = holders.iter().map(|holder| (holder.user.id, holder.roles.iter().copied().collect::<Vec<_>>(), holder.has_password)).collect();
    let mut both = vec![Role::Auditor, Role::Helpdesk];
    both.sort_unstable();
    assert_eq!(listed, [(ann.id, vec![Role::Administrator], false), (invited.id, vec![Role::Security], false), (zed.id, both, false)]);
    assert!(Roles::holders(&node, other.id).await.unwrap().is_empty());
    let take = async |account: AccountId, user: &User, role| Roles::take(&store, account, (user.id, role), &deed("portal.role", account)).await.unwrap();
    assert_eq!((take(other.id, &zed, Role::Auditor).await, take(own.id, &ann, Role::Auditor).await), (Moved::Otherwise, Moved::Otherwise));
    assert_eq!((take(own.id, &zed, Role::Auditor).await, take(own.id, &zed, Role::Auditor).await), (Moved::Done, Moved::Otherwise));
    assert_eq!((Roles::of(&node, zed.id).await.unwrap(), records(&store).await), ([Role::Helpdesk].into(), 5));
}

/// MT-01, OP-12: of many who add the same name at two nodes one does, so many in a time and no more; a name of another account's domain is not added.
pub async fn mt_01_people_are_added_once_and_within_the_limit(store: Store, folder: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let claim = |account: &Account, domain: &str| DomainClaim { domain: DomainName::parse(domain).unwrap(), account: account.id, verified_at: Some(NOW), connection: None };
    let begun = DomainClaim { verified_at: None, ..claim(&other, "free.example") };
    store.put(&Register { domains: vec![claim(&own, "own.example"), claim(&other, "theirs.example"), begun], ..Register::default() }, &[], NOW).await.unwrap();
    let add = async |user: &User, most, since: Timestamp| {
        let deed = Deed { user: Some(user.id), ..deed("portal.user_added", user.account) };
        Newcomers::add(&store, user, (most, since), &deed).await.unwrap()
    };
    let early = NOW.minus(std::time::Duration::from_secs(60));
    let (node, ann) = (folder.another().await, own.clone());
    let all = at_once([&store, &node], move |node, place| {
        let new = user(&ann, ["ann@own.example", "ANN@Own.Example"][place % 2]);
        async move { Newcomers::add(&node, &new, (100, early), &deed("portal.user_added", new.account)).await.unwrap() }
    });
    let all = all.await;
    assert_eq!((count(&all, |one| *one == Kept::Done), count(&all, |one| *one == Kept::Taken)), (1, MANY - 1));
    let with_mail = |name: &str, mail: &str| User { email: Some(EmailAddress::parse(mail).unwrap()), ..user(&own, name) };
    assert_eq!(add(&user(&own, "eve@Theirs.example"), 100, early).await, Kept::Foreign);
    assert_eq!(add(&with_mail("eve", "eve@THEIRS.example"), 100, early).await, Kept::ForeignMailbox);
    assert_eq!(add(&with_mail("eve@free.example", "eve@own.example"), 100, early).await, Kept::Done, "who only claims a domain has nothing to say");
    assert_eq!(add(&user(&other, "ann@theirs.example"), 1, early).await, Kept::Done, "another account's are not counted");
    assert_eq!(add(&user(&own, "third"), 2, early).await, Kept::TooMany);
    assert_eq!(add(&user(&own, "third"), 2, NOW).await, Kept::Done, "since that time nobody was added");
    assert_eq!(records(&store).await, 4, "who was not added is not on record");
    let (home, node) = (other.clone(), folder.another().await);
    let all = at_once([&store, &node], move |node, place| {
        let new = user(&home, &format!("p{place}@theirs.example"));
        async move { Newcomers::add(&node, &new, (5, early), &deed("portal.user_added", new.account)).await.unwrap() }
    });
    let all = all.await;
    assert_eq!((count(&all, |one| *one == Kept::Done), count(&all, |one| *one == Kept::TooMany)), (4, MANY - 4));
}

/// Somebody who has signed in, and what that was granted.
async fn granted(store: &Store, (account, user): (&Account, &User), token: u8) -> (Session, GrantId) {
    let begun = Sessions::start(store, &Session { credential_version: 0, ..session(account, user, token) }, None, None, &line(user)).await.unwrap().unwrap().0;
    Codes::put(store, &[token; 32], &code(signed_in(account, user, begun.id)), later(60)).await.unwrap();
    let id = GrantId::generate(&SystemRandom);
    store.redeem(&[token; 32], &NewGrant { id, client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, NOW).await.unwrap();
    (begun, id)
}

/// AD-02: a session of the portal stands as long as what its sign-in was granted, and as the browser's session; it ends at every node, and so does the one that
/// another replaces.
pub async fn ad_02_a_session_of_the_portal_ends_with_its_sign_in(store: Store, folder: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let ann = user(&own, "ann@own.example");
    put(&store, &[&ann]).await;
    let node = folder.another().await;
    let mut all = Vec::new();
    for token in 1..=4 {
        let (begun, grant) = granted(&store, (&own, &ann), token).await;
        let kept = PortalSession { user: ann.id, home: own.id, session: begun.id, grant, proved_at: NOW, since: NOW, last_used: NOW, entered: None };
        let replaces = (token == 4).then(|| ([1; 32], all.first().map(|kept: &PortalSession| kept.grant).unwrap()));
        PortalSessions::start(&store, &[token; 32], (&kept, "de"), replaces, &[deed("portal.signed_in", own.id)]).await.unwrap();
        all.push(kept);
    }
    let find = async |token: u8, now| PortalSessions::find(&node, &[token; 32], now).await.unwrap();
    let stands = async |token: u8, now| find(token, now).await.map(|found| found.stands);
    let found = find(2, NOW).await.unwrap();
    assert_eq!((&found.session, found.user.id, found.account.id, found.stands, found.signed_in_at, found.federated), (&all[1], ann.id, own.id, true, NOW, false));
    assert_eq!((stands(1, NOW).await, stands(9, NOW).await, stands(3, NOW).await, stands(4, NOW).await), (None, None, Some(true), Some(true)));
    assert!(Grants::find(&node, all[0].grant).await.unwrap().unwrap().revoked, "the one before is over");
    assert_eq!((stands(2, later(999)).await, stands(2, later(1000)).await), (Some(true), Some(false)), "what was granted is over");
    PortalSessions::touch(&store, &[2; 32], later(9)).await.unwrap();
    PortalSessions::touch(&store, &[2; 32], later(5)).await.unwrap();
    PortalSessions::enter(&store, &[2; 32], other.id, &deed("portal.entered", other.id)).await.unwrap();
    let entered = find(2, NOW).await.unwrap().session;
    assert_eq!((entered.last_used, entered.entered, find(3, NOW).await.unwrap().session.entered), (later(9), Some(other.id), None));
    Sessions::end(&store, all[2].session, "test", &ended(ann.id, later(10))).await.unwrap();
    assert_eq!((stands(3, later(10)).await, stands(2, later(10)).await), (Some(false), Some(true)));
    PortalSessions::end(&store, &[2; 32], all[1].grant, &Deed { at: later(11), ..deed("portal.signed_out", own.id) }).await.unwrap();
    assert!(find(2, later(11)).await.is_none() && Grants::find(&node, all[1].grant).await.unwrap().unwrap().revoked);
    assert!(Grants::revoke(&node, all[3].grant, "test", later(12)).await.unwrap());
    assert_eq!(stands(4, later(12)).await, Some(false));
    let taken = Roles::give(&store, own.id, (ann.id, Role::Auditor), &deed("portal.role", own.id)).await.unwrap();
    assert_eq!((taken, Roles::take(&store, own.id, (ann.id, Role::Auditor), &deed("portal.role", own.id)).await.unwrap()), (Moved::Done, Moved::Done));
    assert!(find(4, NOW).await.is_none() && find(3, NOW).await.is_none(), "who loses a role has no session");
}

/// Who is told is whoever looks after the account, or the next one above; what they were told once they are not told again in that time.
pub async fn mt_01_administrators_are_told_once_and_their_own(store: Store, folder: &Folder) {
    let top = account("10000");
    let middle = Account { parent: Some(top.id), ..account("20000") };
    let (own, other) = (Account { parent: Some(middle.id), ..account("30000") }, account("40818"));
    registered(&store, &[&top, &middle, &own, &other]).await;
    let (zed, ann, security) = (user(&own, "zed@own.example"), user(&own, "ann@own.example"), user(&own, "sec@own.example"));
    let gone = User { state: UserState::Suspended, ..user(&own, "gone@own.example") };
    let (partner, excluded) = (user(&top, "partner@top.example"), User { rule: Some(UserRule::Excluded), ..user(&own, "out@own.example") });
    put(&store, &[&zed, &ann, &security, &gone, &partner, &excluded]).await;
    let node = folder.another().await;
    for (who, role) in [(&zed, Role::Administrator), (&ann, Role::Administrator), (&gone, Role::Administrator), (&partner, Role::Partner)] {
        assert!(store.give_portal_role(who.id, role, &line(who)).await.unwrap());
    }
    let told = async |account: &Account| Administrators::administrators(&node, account.id).await.unwrap().into_iter().map(|(user, language)| (user.id, language)).collect::<Vec<_>>();
    let stand_ins = async |account: &Account| Administrators::stand_ins(&node, account.id).await.unwrap().into_iter().map(|(user, _)| user.id).collect::<Vec<_>>();
    let (begun, grant) = granted(&store, (&own, &zed), 1).await;
    let kept = PortalSession { user: zed.id, home: own.id, session: begun.id, grant, proved_at: NOW, since: NOW, last_used: NOW, entered: None };
    for (hash, language) in [(1, "fr"), (2, "es")] {
        PortalSessions::start(&store, &[hash; 32], (&kept, language), None, &[]).await.unwrap();
    }
    assert_eq!(told(&own).await, [(ann.id, None), (zed.id, Some("es".to_owned()))], "by username, in the language that was last used");
    assert_eq!((told(&other).await, stand_ins(&own).await, stand_ins(&top).await, stand_ins(&other).await), (vec![], vec![partner.id], vec![], vec![]));
    assert!(store.give_portal_role(security.id, Role::Security, &line(&security)).await.unwrap());
    assert_eq!((stand_ins(&own).await, stand_ins(&middle).await), (vec![security.id], vec![partner.id]));

    let connection = Connection { id: ConnectionId::generate(&SystemRandom), account: own.id, name: "Entra".into(), state: ConnectionState::Enforced, outage: None };
    store.put(&Register { connections: vec![ConnectionEntry { connection: connection.clone(), settings: None }], ..Register::default() }, &[], NOW).await.unwrap();
    let on = Account { sso_mode: SsoMode::Redirect, ..own.clone() };
    let people = async |state| Administrators::people(&node, &on, state).await.unwrap();
    assert_eq!((people(ConnectionState::Enforced).await, people(ConnectionState::Draft).await), (3, 0), "not whoever is suspended or excluded");
    let key = |kind, about: &str| AlertKey { kind, connection: connection.id, about: about.into() };
    let ends = key(AlertKind::CertificateEnds, "thumb 30");
    let was_told = async |key: &AlertKey, since| Administrators::was_told(&node, key, since).await.unwrap();
    assert!(!was_told(&ends, None).await);
    for at in [NOW, later(5)] {
        Administrators::note_alert(&store, &ends, at).await.unwrap();
    }
    Administrators::note_alert(&store, &key(AlertKind::CertificateEnds, "thumb 7"), later(7)).await.unwrap();
    assert_eq!((was_told(&ends, None).await, was_told(&ends, Some(later(4))).await, was_told(&ends, Some(later(5))).await), (true, true, false));
    assert!(!was_told(&key(AlertKind::CertificateEnds, "THUMB 30"), None).await && !was_told(&key(AlertKind::ValuesWait, "thumb 30"), None).await);
    let since = async |kind, since| Administrators::alerts_since(&node, kind, connection.id, since).await.unwrap();
    assert_eq!((since(AlertKind::CertificateEnds, NOW).await, since(AlertKind::CertificateEnds, later(5)).await, since(AlertKind::CertificateEnds, later(7)).await), (2, 1, 0));
    assert_eq!(since(AlertKind::ValuesWait, NOW).await, 0);
}
