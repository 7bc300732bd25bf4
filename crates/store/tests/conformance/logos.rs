//! Logos of accounts: one waits, one counts, and each is its account's own.

use homeward_discovery::Account;
use homeward_local_credential::PasswordPolicy;
use homeward_model::{AccountId, Logo, LogoText, SystemRandom, UserId};
use homeward_portal::{
    logo::{picture::Picture, ports::Logos},
    ports::{Deed, Moved},
};
use homeward_store::{
    Store,
    register::{AccountEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, account},
};

/// Two pictures of 2 × 1 pixels, green and blue.
const GREEN: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\x02\0\0\0{@\xe8\xdd\0\0\0\rIDATx\x9cc\xe0\x8e\x8a\x00\x22\x00\x04\x98\x01{\xb1\xa7\xd2\xde\0\0\0\0IEND\xaeB`\x82";
const BLUE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\x02\0\0\0{@\xe8\xdd\0\0\0\rIDATx\x9cc\x10\xb2\xca\x06\x22\x00\x04V\x01o\xa2H\xf5a\0\0\0\0IEND\xaeB`\x82";

fn deed(account: AccountId, detail: &str) -> Deed {
    Deed { event: "portal.appearance", by: UserId::generate(&SystemRandom), link: None, account, user: None, detail: detail.into(), network: "192.0.2.0".into(), at: NOW, alarm: None }
}

async fn two(store: &Store) -> [Account; 2] {
    let all = ["40817", "40818"].map(account);
    let accounts = all.iter().map(|account| AccountEntry { account: account.clone(), policy: PasswordPolicy::classic(), default_application: None }).collect();
    store.put(&Register { accounts, ..Register::default() }, &[], NOW).await.unwrap();
    all
}

async fn counts(store: &Store, id: AccountId) -> Option<Logo> {
    store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.id == id).unwrap().account.logo
}

/// What stands for a picture where it is not seen.
fn text(alt: &str) -> LogoText {
    LogoText::parse(alt).unwrap()
}

async fn records(store: &Store) -> usize {
    store.audit_newest(&Default::default(), 20).await.unwrap().len()
}

/// BRA-2, AU-03: a picture waits until it counts, another one that waits takes its place, and what neither waits nor counts is forgotten; each step is on
/// record, and one that comes too late is none.
pub async fn bra_2_a_logo_waits_counts_and_goes(store: Store, _: &Folder) {
    let [own, _] = two(&store).await;
    let (green, blue) = (Picture::read(GREEN).unwrap(), Picture::read(BLUE).unwrap());
    let alt = text("Northwind Dental");
    let (g, b) = (&green.logo(own.id, &alt), &blue.logo(own.id, &alt));
    let is_there = async |logo: &Logo| {
        let png = Logos::png(&store, logo.id).await.unwrap();
        assert_eq!(png.is_some(), store.of(own.id, logo.id).await.unwrap().as_ref() == Some(logo));
        png.is_some()
    };
    store.keep(own.id, (&green, &alt), &deed(own.id, "green")).await.unwrap();
    assert!(is_there(g).await && counts(&store, own.id).await.is_none(), "it waits");
    assert_eq!(store.choose(own.id, (None, Some(b)), &deed(own.id, "blue")).await.unwrap(), Moved::Otherwise, "it is not there");
    store.keep(own.id, (&blue, &alt), &deed(own.id, "blue")).await.unwrap();
    assert!(!is_there(g).await && is_there(b).await, "one waits");
    assert_eq!(store.choose(own.id, (Some(g), Some(b)), &deed(own.id, "late")).await.unwrap(), Moved::Otherwise, "green never counted");
    assert_eq!(store.choose(own.id, (None, Some(b)), &deed(own.id, "blue")).await.unwrap(), Moved::Done);
    store.keep(own.id, (&green, &alt), &deed(own.id, "green")).await.unwrap();
    store.keep(own.id, (&green, &alt), &deed(own.id, "green again")).await.unwrap();
    assert!(is_there(g).await && is_there(b).await && counts(&store, own.id).await.as_ref() == Some(b), "one counts, another one waits");
    assert_eq!(Logos::png(&store, b.id).await.unwrap().unwrap(), blue.png());
    assert_eq!(store.choose(own.id, (Some(b), None), &deed(own.id, "none")).await.unwrap(), Moved::Done);
    assert!(!is_there(g).await && !is_there(b).await && counts(&store, own.id).await.is_none());
    assert_eq!(records(&store).await, 6, "four that were kept, two that were chosen");
}

/// BRA-2: another text of the same picture waits like another picture; the one that counts keeps its own until then. Whoever has looked at one text does
/// not use another one.
pub async fn bra_2_a_text_waits_counts_and_is_the_one_that_was_looked_at(store: Store, _: &Folder) {
    let [own, _] = two(&store).await;
    let green = Picture::read(GREEN).unwrap();
    let (first, second, third) = (text("Northwind"), text("Northwind Dental"), text("Somebody else"));
    let of = |alt: &LogoText| green.logo(own.id, alt);
    store.keep(own.id, (&green, &first), &deed(own.id, "first")).await.unwrap();
    assert_eq!(store.choose(own.id, (None, Some(&of(&first))), &deed(own.id, "first")).await.unwrap(), Moved::Done);
    store.keep(own.id, (&green, &second), &deed(own.id, "second")).await.unwrap();
    assert_eq!((counts(&store, own.id).await, store.of(own.id, green.id(own.id)).await.unwrap()), (Some(of(&first)), Some(of(&second))));
    store.keep(own.id, (&green, &third), &deed(own.id, "third")).await.unwrap();
    assert_eq!(store.choose(own.id, (Some(&of(&first)), Some(&of(&second))), &deed(own.id, "second")).await.unwrap(), Moved::Otherwise, "another one waits by now");
    assert_eq!(store.choose(own.id, (Some(&of(&second)), Some(&of(&third))), &deed(own.id, "third")).await.unwrap(), Moved::Otherwise, "the second never counted");
    assert_eq!(store.choose(own.id, (Some(&of(&first)), Some(&of(&third))), &deed(own.id, "third")).await.unwrap(), Moved::Done);
    assert_eq!((counts(&store, own.id).await, records(&store).await), (Some(of(&third)), 5), "what was not done is not on record");
}

/// MT-01: two accounts with the same picture have one each; what one does leaves the other's alone, and neither has the other's by its name.
pub async fn mt_01_a_logo_is_its_accounts_own(store: Store, _: &Folder) {
    let [own, other] = two(&store).await;
    let green = Picture::read(GREEN).unwrap();
    let alt = text("Northwind Dental");
    let (ours, theirs) = (&green.logo(own.id, &alt), &green.logo(other.id, &alt));
    assert_ne!(ours.id, theirs.id);
    store.keep(own.id, (&green, &alt), &deed(own.id, "own")).await.unwrap();
    assert!(store.of(other.id, ours.id).await.unwrap().is_none());
    let before = records(&store).await;
    assert_eq!(store.choose(other.id, (None, Some(ours)), &deed(other.id, "theirs")).await.unwrap(), Moved::Otherwise);
    assert_eq!((counts(&store, other.id).await, records(&store).await), (None, before), "nothing happened, and nothing is on record");
    store.keep(other.id, (&green, &alt), &deed(other.id, "other")).await.unwrap();
    assert_eq!(store.choose(other.id, (None, Some(theirs)), &deed(other.id, "other")).await.unwrap(), Moved::Done);
    assert_eq!(store.choose(own.id, (None, Some(ours)), &deed(own.id, "own")).await.unwrap(), Moved::Done);
    assert_eq!(store.choose(other.id, (Some(theirs), None), &deed(other.id, "other")).await.unwrap(), Moved::Done);
    assert!(Logos::png(&store, theirs.id).await.unwrap().is_none() && Logos::png(&store, ours.id).await.unwrap().is_some());
    assert_eq!((counts(&store, own.id).await.as_ref(), counts(&store, other.id).await), (Some(ours), None));
}

/// AD-12: of many who change what they have seen, at two nodes, one changes it.
pub async fn ad_12_of_many_who_choose_one_does(store: Store, folder: &Folder) {
    let [own, _] = two(&store).await;
    let green = Picture::read(GREEN).unwrap();
    let alt = text("Northwind Dental");
    let logo = &green.logo(own.id, &alt);
    store.keep(own.id, (&green, &alt), &deed(own.id, "green")).await.unwrap();
    let before = records(&store).await;
    let nodes = [store.clone(), folder.another().await];
    let place = std::sync::atomic::AtomicUsize::new(0);
    let won = super::ports::winners(16, || {
        let (node, logo) = (nodes[place.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 2].clone(), logo.clone());
        async move { node.choose(own.id, (None, Some(&logo)), &deed(own.id, "green")).await.unwrap() == Moved::Done }
    })
    .await;
    assert_eq!((won, counts(&store, own.id).await.as_ref(), records(&store).await), (1, Some(logo), before + 1));
}
