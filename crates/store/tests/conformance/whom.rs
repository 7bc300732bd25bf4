//! Who a record of the audit is about: the row that says it cannot be exchanged, changed, removed or put back unseen.

use homeward_model::{SystemRandom, UserId};
use homeward_signin::ports::{Audit, AuditEvent};
use homeward_store::{Store, audit::ChainFault};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};
use uuid::Uuid;

use super::{
    Folder,
    ports::{line, someone, user},
};

/// As somebody who can write into the database, with `$1`, `$2`.
async fn forge(folder: &Folder, text: &str, (one, two): (Uuid, Uuid)) {
    let text = AssertSqlSafe(text.to_owned());
    let changed = match &folder.1 {
        Some((_, address)) => sqlx::query(text).bind(one).bind(two).execute(&mut PgConnection::connect(address).await.unwrap()).await.unwrap().rows_affected(),
        None => {
            let mut file = SqliteConnection::connect(&format!("sqlite:{}", folder.file().display())).await.unwrap();
            sqlx::query(text).bind(one).bind(two).execute(&mut file).await.unwrap().rows_affected()
        }
    };
    assert_eq!(changed, 1);
}

async fn reference(folder: &Folder, person: Uuid) -> Uuid {
    let text = "SELECT ref FROM audit_subject WHERE person = $1";
    match &folder.1 {
        Some((_, address)) => sqlx::query(text).bind(person).fetch_one(&mut PgConnection::connect(address).await.unwrap()).await.unwrap().get(0),
        None => {
            let mut file = SqliteConnection::connect(&format!("sqlite:{}", folder.file().display())).await.unwrap();
            sqlx::query(text).bind(person).fetch_one(&mut file).await.unwrap().get(0)
        }
    }
}

const PERSON: &str = "UPDATE audit_subject SET person = $1 WHERE person = $2";
const REFERENCE: &str = "UPDATE audit_subject SET ref = $1 WHERE ref = $2";
const REMOVED: &str = "DELETE FROM audit_subject WHERE ref = $1 AND person = $2";
const THERE: &str = "INSERT INTO audit_subject(ref, person) VALUES ($1, $2)";

/// AU-02, AU-07: each forgery is found at the first record that it concerns, and what is as it was verifies again; so does an audit in which an
/// operator has forgotten somebody, until the row is put back.
pub async fn au_02_who_a_record_is_about_cannot_be_exchanged_unseen(store: Store, folder: &Folder) {
    let (account, ann) = someone(&store).await;
    let (eve, ben) = (user(&account, "eve@b.example"), user(&account, "ben@b.example"));
    for of in [&ann, &eve, &ben, &ann] {
        store.write(&line(of)).await.unwrap();
    }
    let verdict = async || store.verify_audit(None).await.unwrap().map(|end| end.map_or(0, |end| end.number));
    assert_eq!(verdict().await, Ok(4));
    let [ann, eve, ben] = [ann, eve, ben].map(|of| of.id.as_uuid());
    let (of_ann, of_eve, of_ben) = (reference(folder, ann).await, reference(folder, eve).await, reference(folder, ben).await);
    let other = UserId::generate(&SystemRandom).as_uuid();
    let exchange = async |one: Uuid, two: Uuid, text: &str| {
        for pair in [(other, one), (one, two), (two, other)] {
            forge(folder, text, pair).await;
        }
    };

    exchange(eve, ben, PERSON).await;
    assert_eq!(verdict().await, Err(ChainFault::Renamed { number: 2 }), "two people in each other's place");
    exchange(eve, ben, PERSON).await;
    assert_eq!(verdict().await, Ok(4), "as it was");
    exchange(of_ann, of_ben, REFERENCE).await;
    assert_eq!(verdict().await, Err(ChainFault::Renamed { number: 1 }), "two references in each other's place");
    exchange(of_ann, of_ben, REFERENCE).await;

    forge(folder, PERSON, (other, ben)).await;
    assert_eq!(verdict().await, Err(ChainFault::Renamed { number: 3 }), "somebody else");
    forge(folder, PERSON, (ben, other)).await;

    forge(folder, REMOVED, (of_eve, eve)).await;
    assert_eq!(verdict().await, Err(ChainFault::Unnamed { number: 2 }), "nobody");
    forge(folder, THERE, (of_eve, eve)).await;

    forge(folder, THERE, (other, other)).await;
    assert_eq!(verdict().await, Err(ChainFault::Stray { count: 1 }), "somebody whom no record is about");
    forge(folder, REMOVED, (other, other)).await;
    assert_eq!(verdict().await, Ok(4));

    let operator = AuditEvent { user: None, network: "command line".into(), ..line(&user(&account, "nobody@b.example")) };
    assert_eq!(store.forget_in_audit(UserId::from_uuid(ann), &operator).await.unwrap(), 2);
    assert_eq!(verdict().await, Ok(5), "forgotten by an operator");
    forge(folder, THERE, (of_ann, ann)).await;
    assert_eq!(verdict().await, Err(ChainFault::Renamed { number: 5 }), "put back");
    forge(folder, REMOVED, (of_ann, ann)).await;
    store.write(&line(&user(&account, "zoe@b.example"))).await.unwrap();
    assert_eq!(verdict().await, Ok(6));
}
