//! Domains of accounts: one account proves one, a proof that is under way is looked for in turn, and what was given up comes back as it was.

use homeward_discovery::{Account, User, UserState};
use homeward_model::{CaseNumber, DomainName, SystemRandom, Timestamp};
use homeward_portal::{
    domain_search::{OneLook, Sought, SoughtDomains},
    domain_undo::{GivenUpDomains, Return},
    domain_watch::{AGAIN, Due, Seen, Turn},
    domains::{CHALLENGE, Found},
    ports::{Deed, Domains, Moved, Proved, Settling},
};
use homeward_store::{Store, register::Register};

use super::{
    Folder,
    accounts::{deed, records, registered},
    ports::{NOW, account, later, user},
    races::{MANY, at_once, count},
};

fn domain(name: &str) -> DomainName {
    DomainName::parse(name).unwrap()
}

fn at(account: &Account, at: Timestamp) -> Deed {
    Deed { at, ..deed("portal.domain", account.id) }
}

async fn two(store: &Store) -> (Account, Account) {
    let (own, other) = (account("40817"), account("40818"));
    registered(store, &[&own, &other]).await;
    (own, other)
}

async fn names(store: &Store, account: &Account) -> Vec<(String, bool)> {
    let all = Domains::of(store, account.id).await.unwrap();
    all.into_iter().map(|(claim, _)| (claim.domain.as_str().to_owned(), claim.verified_at.is_some())).collect()
}

/// LH-08: of two accounts that prove one domain at the same time, at two nodes, one has it; a value that was drawn anew, or whose time is over, proves nothing.
pub async fn lh_08_a_domain_is_proved_by_one_account(store: Store, folder: &Folder) {
    let (own, other) = two(&store).await;
    let (b, c) = (domain("b.example"), domain("c.example"));
    for (one, token) in [(&own, "own"), (&other, "other")] {
        assert_eq!(Domains::add(&store, one.id, (&b, token, None), &at(one, NOW)).await.unwrap(), Moved::Done);
        assert_eq!(Domains::add(&store, one.id, (&b, "again", None), &at(one, later(1))).await.unwrap(), Moved::Otherwise, "one is under way");
    }
    assert_eq!(Domains::prove(&store, own.id, (&b, "other"), &at(&own, later(2))).await.unwrap(), Proved::Otherwise, "another's value");
    assert_eq!(Domains::prove(&store, own.id, (&c, "own"), &at(&own, later(2))).await.unwrap(), Proved::Otherwise, "not added");
    let (node, both, name) = (folder.another().await, [own.clone(), other.clone()], b.clone());
    let all = at_once([&store, &node], move |node, place| {
        let (one, token, name) = (both[place / 2 % 2].clone(), ["own", "other"][place / 2 % 2], name.clone());
        async move { Domains::prove(&node, one.id, (&name, token), &at(&one, later(3))).await.unwrap() }
    });
    let all = all.await;
    assert_eq!((count(&all, |one| *one == Proved::Done), count(&all, |one| *one == Proved::Taken)), (1, MANY / 2));
    let (winner, loser) = if names(&store, &own).await[0].1 { (own, other) } else { (other, own) };
    assert_eq!((names(&node, &winner).await, names(&node, &loser).await), (vec![("b.example".to_owned(), true)], vec![("b.example".to_owned(), false)]));
    assert_eq!(Domains::add(&store, winner.id, (&b, "new", None), &at(&winner, later(4))).await.unwrap(), Moved::Otherwise, "it counts");
    assert_eq!(Domains::add(&store, winner.id, (&c, "old", None), &at(&winner, NOW)).await.unwrap(), Moved::Done);
    let over = NOW.plus(CHALLENGE);
    assert_eq!(Domains::prove(&store, winner.id, (&c, "old"), &at(&winner, over)).await.unwrap(), Proved::Otherwise, "its time is over");
    assert_eq!(Domains::add(&store, winner.id, (&c, "new", None), &at(&winner, over)).await.unwrap(), Moved::Done);
    assert_eq!(Domains::prove(&store, winner.id, (&c, "old"), &at(&winner, over)).await.unwrap(), Proved::Otherwise);
    assert_eq!(Domains::prove(&store, winner.id, (&c, "new"), &at(&winner, over)).await.unwrap(), Proved::Done);
    assert_eq!(records(&store).await, 6, "four that were added, two that were proved");
}

/// MT-01: domains come by name, with the people who have it in their usernames, of their own account; an account touches no other one's.
pub async fn mt_01_domains_and_their_people_are_the_accounts_own(store: Store, _: &Folder) {
    let (own, other) = two(&store).await;
    for name in ["zoo.example", "a-b.example", "ab.example", "b.example"] {
        Domains::add(&store, own.id, (&domain(name), name, None), &at(&own, NOW)).await.unwrap();
    }
    let mut users: Vec<User> = ["ann@b.example", "BEN@B.example", "eve@ab.example", "desk", "mallory@notb.example"].map(|name| user(&own, name)).into();
    users.push(User { state: UserState::Suspended, ..user(&own, "gone@b.example") });
    users.push(user(&other, "theirs@b.example"));
    store.put(&Register { users, ..Register::default() }, &[], NOW).await.unwrap();
    let listed: Vec<String> = names(&store, &own).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(listed, ["a-b.example", "ab.example", "b.example", "zoo.example"]);
    let mut people = Domains::people(&store, own.id).await.unwrap();
    people.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    assert_eq!(people, [(domain("ab.example"), 1), (domain("b.example"), 2)]);
    assert!(names(&store, &other).await.is_empty() && Domains::people(&store, other.id).await.unwrap().is_empty());
    let before = records(&store).await;
    let b = domain("b.example");
    assert_eq!(Domains::give_up(&store, other.id, (&b, false), &at(&other, later(1))).await.unwrap(), Moved::Otherwise);
    Domains::looked(&store, other.id, &b, (&Found::Nothing, later(1))).await.unwrap();
    assert!(Domains::of(&store, own.id).await.unwrap().iter().all(|(_, proof)| proof.as_ref().unwrap().looked.is_none()));
    Domains::looked(&store, own.id, &b, (&Found::Others(vec!["v=spf1 \u{fc}".into()]), later(2))).await.unwrap();
    let looked = Domains::of(&store, own.id).await.unwrap().remove(2).1.unwrap().looked;
    assert_eq!((looked, records(&store).await), (Some((later(2), Found::Others(vec!["v=spf1 \u{fc}".into()]))), before));
    assert_eq!(Domains::give_up(&store, own.id, (&b, false), &at(&own, later(3))).await.unwrap(), Moved::Done);
    assert_eq!(Domains::give_up(&store, own.id, (&b, false), &at(&own, later(3))).await.unwrap(), Moved::Otherwise, "once");
    assert_eq!((names(&store, &own).await.len(), records(&store).await), (3, before + 1));
    assert!(GivenUpDomains::given_up(&store, own.id, NOW, true).await.unwrap().is_empty(), "it never counted");
}

/// LH-08: what was seen of a domain counts once, however many nodes have looked; one that is off comes back unless another account has proved it.
pub async fn lh_08_what_was_seen_of_a_domain_counts_once(store: Store, folder: &Folder) {
    let (own, other) = two(&store).await;
    let (b, c) = (domain("b.example"), domain("c.example"));
    for (name, seconds) in [(&b, 2), (&c, 1)] {
        Domains::add(&store, own.id, (name, name.as_str(), None), &at(&own, NOW)).await.unwrap();
        assert_eq!(Domains::prove(&store, own.id, (name, name.as_str()), &at(&own, later(seconds))).await.unwrap(), Proved::Done);
    }
    let due_at = |seconds| later(seconds).plus(AGAIN);
    let due = async |now, limit| Domains::due(&store, now, limit).await.unwrap().into_iter().map(|due| due.domain.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!((due(due_at(0), 9).await, due(due_at(1), 9).await, due(due_at(2), 9).await, due(due_at(2), 1).await), (vec![], vec!["c.example".into()], vec!["c.example".into(), "b.example".into()], vec!["c.example".into()]));
    let first = Due { account: own.id, domain: b.clone(), token: b.as_str().into(), lost_at: None, is_off: false };
    let now = due_at(2);
    let seen = |turn, lost_at| Seen { turn, found: Some(Found::Nothing), lost_at, due_at: now.plus(AGAIN), at: now };
    let (node, before) = (folder.another().await, records(&store).await);
    let (looked, lost) = (first.clone(), seen(Turn::Lost { until: now.plus(AGAIN) }, Some(now)));
    let all = at_once([&store, &node], move |node, _| {
        let (due, seen) = (looked.clone(), lost.clone());
        async move { Domains::settle(&node, &due, &seen).await.unwrap() }
    });
    let all = all.await;
    assert_eq!((count(&all, |one| *one == Settling::Done), count(&all, |one| *one == Settling::Otherwise), records(&store).await), (1, MANY - 1, before + 1));
    let lost = Due { lost_at: Some(now), ..first };
    assert_eq!(Domains::settle(&store, &lost, &seen(Turn::Off, Some(now))).await.unwrap(), Settling::Done);
    assert_eq!(names(&store, &own).await, [("b.example".to_owned(), false), ("c.example".to_owned(), true)]);
    Domains::add(&store, other.id, (&b, "theirs", None), &at(&other, now)).await.unwrap();
    assert_eq!(Domains::prove(&store, other.id, (&b, "theirs"), &at(&other, now)).await.unwrap(), Proved::Done);
    let off = Due { is_off: true, ..lost };
    assert_eq!(Domains::settle(&store, &off, &seen(Turn::Back, None)).await.unwrap(), Settling::Taken);
    Domains::give_up(&store, other.id, (&b, false), &at(&other, now)).await.unwrap();
    assert_eq!(Domains::settle(&store, &off, &Seen { found: None, ..seen(Turn::Back, None) }).await.unwrap(), Settling::Done);
    assert_eq!(names(&store, &own).await, [("b.example".to_owned(), true), ("c.example".to_owned(), true)]);
    assert!(GivenUpDomains::given_up(&store, other.id, NOW, true).await.unwrap().is_empty(), "the other one cannot take it back");
}

/// Proofs that are looked for come in turn, so many of one account; a search that somebody has ended proves nothing, and what the same value proves it proves once.
pub async fn lh_08_proofs_are_looked_for_in_turn(store: Store, folder: &Folder) {
    let (own, other) = two(&store).await;
    let (ann, eve) = (user(&own, "ann@b.example"), user(&other, "eve@c.example"));
    store.put(&Register { users: vec![ann.clone(), eve.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let link = CaseNumber::generate(&SystemRandom);
    for (account, by, name, seconds) in [(&own, &ann, "one.example", 1), (&own, &ann, "two.example", 2), (&own, &ann, "three.example", 3), (&other, &eve, "four.example", 4), (&other, &eve, "five.example", 60)] {
        let link = (name == "four.example").then(|| link.clone());
        let begun = Deed { by: by.id, link, ..at(account, NOW) };
        assert_eq!(Domains::add(&store, account.id, (&domain(name), name, Some(later(seconds))), &begun).await.unwrap(), Moved::Done);
    }
    Domains::add(&store, own.id, (&domain("never.example"), "never", None), &at(&own, NOW)).await.unwrap();
    let sought = async |now, drawn_after, most, of_one| SoughtDomains::sought(&store, (now, drawn_after), (most, of_one)).await.unwrap();
    let named = |all: &[Sought]| all.iter().map(|one| one.domain.as_str().to_owned()).collect::<Vec<_>>();
    let early = NOW.minus(std::time::Duration::from_secs(1));
    assert_eq!(named(&sought(later(10), early, 9, 9).await), ["one.example", "two.example", "three.example", "four.example"]);
    assert_eq!(named(&sought(later(10), early, 9, 2).await), ["one.example", "two.example", "four.example"]);
    assert_eq!(named(&sought(later(10), early, 2, 2).await), ["one.example", "two.example"]);
    assert_eq!((named(&sought(later(2), early, 9, 9).await).len(), sought(later(10), NOW, 9, 9).await.len(), sought(NOW, early, 9, 9).await.len()), (2, 0, 0));
    let all = sought(later(10), early, 9, 9).await;
    let (one, two, four) = (all[0].clone(), all[1].clone(), all[3].clone());
    assert_eq!((one.account, one.by.id, &one.link, one.made_at, one.token.as_str()), (own.id, ann.id, &None, NOW, "one.example"));
    assert_eq!((four.account, four.by.id, &four.link), (other.id, eve.id, &Some(link)));
    SoughtDomains::note_sought(&store, &one, &OneLook { at: later(10), found: Some(Found::NoAnswer), next: Some(later(20)) }).await.unwrap();
    SoughtDomains::note_sought(&store, &Sought { token: "another".into(), ..two.clone() }, &OneLook { at: later(10), found: None, next: None }).await.unwrap();
    assert_eq!((named(&sought(later(10), early, 9, 9).await), named(&sought(later(20), early, 1, 1).await)), (vec!["two.example".into(), "three.example".into(), "four.example".into()], vec!["two.example".into()]));
    let proof = Domains::of(&store, own.id).await.unwrap().into_iter().find(|(claim, _)| claim.domain == one.domain).unwrap().1.unwrap();
    assert_eq!((proof.looked, proof.sought_at), (Some((later(10), Found::NoAnswer)), Some(later(20))));

    let prove = async |sought: &Sought| SoughtDomains::prove_sought(&store, sought, &Deed { at: later(11), ..deed("portal.domain", sought.account) }).await.unwrap();
    assert_eq!(prove(&Sought { by: eve.clone(), ..one.clone() }).await, Proved::Otherwise, "another's search");
    assert_eq!(prove(&Sought { link: None, ..four.clone() }).await, Proved::Otherwise, "it was begun by a link");
    let (node, race) = (folder.another().await, four.clone());
    let all = at_once([&store, &node], move |node, _| {
        let sought = race.clone();
        async move { SoughtDomains::prove_sought(&node, &sought, &Deed { at: later(11), ..deed("portal.domain", sought.account) }).await.unwrap() }
    });
    assert_eq!(count(&all.await, |one| *one == Proved::Done), 1);
    SoughtDomains::note_sought(&store, &two, &OneLook { at: later(12), found: None, next: None }).await.unwrap();
    assert_eq!(named(&sought(later(12), early, 9, 9).await), ["three.example"]);
}

/// What was given up comes back as it was, once, to whoever gave it up; not when another account has proved it since, and not after its time.
pub async fn lh_08_what_was_given_up_comes_back_as_it_was(store: Store, folder: &Folder) {
    let (own, other) = two(&store).await;
    for name in ["b.example", "a.example", "above.example"] {
        Domains::add(&store, own.id, (&domain(name), name, None), &at(&own, NOW)).await.unwrap();
        assert_eq!(Domains::prove(&store, own.id, (&domain(name), name), &at(&own, later(1))).await.unwrap(), Proved::Done);
    }
    let before = Domains::of(&store, own.id).await.unwrap();
    for (name, by_above) in [("b.example", false), ("a.example", false), ("above.example", true)] {
        assert_eq!(Domains::give_up(&store, own.id, (&domain(name), by_above), &at(&own, later(2))).await.unwrap(), Moved::Done);
    }
    let given_up = async |account: &Account, since, all| GivenUpDomains::given_up(&store, account.id, since, all).await.unwrap().into_iter().map(|one| one.domain.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!((given_up(&own, NOW, false).await, given_up(&own, NOW, true).await), (vec!["a.example".into(), "b.example".into()], vec!["a.example".into(), "above.example".into(), "b.example".into()]));
    assert_eq!((given_up(&own, later(2), true).await, given_up(&other, NOW, true).await), (vec![], vec![]));
    let back = async |account: &Account, name: &str, since, all| GivenUpDomains::put_back(&store, account.id, (&domain(name), since, all), &at(account, later(3))).await.unwrap();
    let count_before = records(&store).await;
    assert_eq!(back(&other, "b.example", NOW, true).await, Return::Gone, "another account's");
    assert_eq!(back(&own, "above.example", NOW, false).await, Return::Gone, "somebody from above gave it up");
    assert_eq!(back(&own, "b.example", later(2), true).await, Return::Gone, "its time is over");
    assert_eq!(records(&store).await, count_before);
    let (node, id) = (folder.another().await, own.clone());
    let all = at_once([&store, &node], move |node, _| {
        let own = id.clone();
        async move { GivenUpDomains::put_back(&node, own.id, (&domain("b.example"), NOW, false), &at(&own, later(3))).await.unwrap() }
    });
    let all = all.await;
    assert_eq!((count(&all, |one| *one == Return::Done), count(&all, |one| *one == Return::Already), records(&store).await), (1, MANY - 1, count_before + 1));
    assert_eq!(Domains::of(&store, own.id).await.unwrap(), [before[2].clone()], "as it was");
    assert_eq!(Domains::due(&store, later(3), 9).await.unwrap().len(), 1, "it is looked at next");
    Domains::add(&store, other.id, (&domain("a.example"), "theirs", None), &at(&other, later(4))).await.unwrap();
    assert_eq!(Domains::prove(&store, other.id, (&domain("a.example"), "theirs"), &at(&other, later(5))).await.unwrap(), Proved::Done);
    assert_eq!((back(&own, "a.example", NOW, true).await, given_up(&own, NOW, true).await), (Return::Gone, vec!["above.example".into()]));
    assert_eq!(back(&own, "above.example", NOW, true).await, Return::Done, "whoever looks from above takes it back");
}
