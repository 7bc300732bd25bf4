//! People of an account, read and changed by its administrators. A change and its record stand in one transaction (AU-03).

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_discovery::{User, UserRule, UserState};
use homeward_federation::LocalField;
use homeward_model::{AccountId, Timestamp, UserId, Username};
use homeward_portal::ports::{Deed, Excluded, Fault, Listed, Moved, People, Place, Renaming, Since, UserQuery, Which};
use homeward_signin::federated::LookUp;
use uuid::Uuid;

use super::{LAST, domains::{claim_of, is_taken}, seek_no_more_for, ways_in::ways_in};
use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Pool, Work, query};

/// A user with the time of the last sign-in that the audit knows of.
const LISTED: &str = "SELECT p.doc, (SELECT r.at FROM audit_subject s JOIN audit_record r ON r.subject = s.ref WHERE s.person = p.id AND r.account = $1 AND r.event = 'signin.completed' \
    ORDER BY r.number DESC LIMIT 1) FROM person p";

/// As they are counted beside a connection.
const UNMATCHED: &str = "p.state = 'active' AND $6 = $6 AND p.username_key LIKE '%@%' AND NOT EXISTS (SELECT 1 FROM domain_claim d WHERE d.account = $1 \
    AND json_extract(d.doc, '$.verified_at') IS NOT NULL AND substr(p.username_key, length(p.username_key) - length(d.domain)) = '@' || d.domain)";

/// The statement of a list. Its conditions stand as the partial indexes have them, so that a short list in a large account is short work.
fn list_statement(pool: &Pool, which: Which) -> (String, &'static str) {
    let (index, which, state) = match which {
        Which::All => ("person_account_name", "p.state <> 'deprovisioned' AND $6 = $6", ""),
        Which::In(UserState::Active) => ("person_account_name", "p.state = 'active' AND $6 = $6", ""),
        Which::In(state) => ("person_not_active", "p.state <> 'active' AND p.state = $6", state.word()),
        Which::Excluded => ("person_excluded", "p.rule = 'excluded' AND p.state <> 'deprovisioned' AND $6 = $6", ""),
        Which::Unmatched => ("person_account_name", UNMATCHED, ""),
    };
    // Without the hint the planner may walk through everybody for a list of few, or, once it has statistics, through other accounts.
    (format!("{LISTED} {} WHERE p.account = $1 AND p.username_key > $2 AND p.username_key >= $3 AND p.username_key < $4 AND {which} ORDER BY p.username_key LIMIT $5", pool.by_index(index)), state)
}

/// The administrator's name, when it is somebody of this account.
const SINCE: &str = "SELECT e.given_at, b.doc FROM exclusion e LEFT JOIN person b ON b.id = e.given_by AND b.account = $1 WHERE e.person = $2";

fn listed((doc, at): (String, Option<i64>)) -> Result<Listed, StoreError> {
    Ok(Listed { user: read_doc(&doc)?, last_sign_in: at.map(Timestamp::from_seconds) })
}

fn name(doc: &str) -> Result<String, StoreError> {
    Ok(read_doc::<User>(doc)?.username.typed().to_owned())
}

impl Store {
    async fn list_people(&self, account: AccountId, asked: &UserQuery) -> Result<Vec<Listed>, StoreError> {
        let (text, state) = list_statement(&self.read, asked.which);
        let rows: Vec<(String, Option<i64>)> = query(sqlx::AssertSqlSafe(text))
            .bind(account.as_uuid())
            .bind(&asked.after)
            .bind(&asked.prefix)
            .bind(format!("{}{LAST}", asked.prefix))
            .bind(i64::from(asked.limit))
            .bind(state)
            .fetch_all(&self.read)
            .await?;
        rows.into_iter().map(listed).collect()
    }

    async fn find_person(&self, account: AccountId, user: UserId) -> Result<Option<Listed>, StoreError> {
        let text = sqlx::AssertSqlSafe(format!("{LISTED} WHERE p.account = $1 AND p.id = $2"));
        let row: Option<(String, Option<i64>)> = query(text).bind(account.as_uuid()).bind(user.as_uuid()).fetch_optional(&self.read).await?;
        row.map(listed).transpose()
    }

    async fn find_named(&self, account: AccountId, username: &Username) -> Result<Option<User>, StoreError> {
        let statement = "SELECT doc FROM person WHERE account = $1 AND username_key = $2";
        let row: Option<(String,)> = query(statement).bind(account.as_uuid()).bind(username.key()).fetch_optional(&self.read).await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }

    async fn find_names(&self, account: AccountId, users: &BTreeSet<UserId>) -> Result<Vec<(UserId, String)>, StoreError> {
        let ids: Vec<String> = users.iter().map(|user| user.as_uuid().simple().to_string()).collect();
        let statement = "SELECT p.id, p.doc FROM json_each($2) j CROSS JOIN person p WHERE p.id = unhex(j.value) AND p.account = $1";
        let rows: Vec<(Uuid, String)> = query(statement).bind(account.as_uuid()).bind(write_doc(&ids)?).fetch_all(&self.read).await?;
        rows.into_iter().map(|(id, doc)| Ok((UserId::from_uuid(id), name(&doc)?))).collect()
    }

    async fn find_places(&self, account: AccountId, user: UserId, now: Timestamp) -> Result<Vec<Place>, StoreError> {
        let sessions = self.find_sessions(user).await?;
        let grants = self.find_grants(user, now).await?;
        let mut places = Vec::new();
        for session in sessions.into_iter().filter(|session| session.account == account) {
            let mut applications: Vec<(String, bool)> = Vec::new();
            for grant in grants.iter().filter(|grant| grant.session == session.id) {
                let Some(known) = self.find_application(&grant.code.client).await? else { continue };
                let remembers = known.client.refresh && grant.code.scopes.contains("offline_access");
                match applications.iter_mut().find(|(name, _)| *name == known.client.name) {
                    Some((_, before)) => *before |= remembers,
                    None => applications.push((known.client.name.clone(), remembers)),
                }
            }
            places.push(Place {
                session: session.id,
                device: session.device,
                method: session.method.word().to_owned(),
                since: session.authenticated_at,
                last_used: session.last_seen,
                applications,
            });
        }
        Ok(places)
    }

    async fn list_exclusions(&self, account: AccountId, prefix: &str, (after, limit): (&str, u32)) -> Result<Vec<Excluded>, StoreError> {
        let index = self.read.by_index("person_excluded");
        let statement = format!("SELECT p.doc, e.given_at, b.doc FROM person p {index} LEFT JOIN exclusion e ON e.person = p.id LEFT JOIN person b ON b.id = e.given_by AND b.account = $1 \
            WHERE p.account = $1 AND p.rule = 'excluded' AND p.state <> 'deprovisioned' AND p.username_key > $2 AND p.username_key >= $3 AND p.username_key < $4 ORDER BY p.username_key LIMIT $5");
        let asked = query(sqlx::AssertSqlSafe(statement)).bind(account.as_uuid()).bind(after).bind(prefix).bind(format!("{prefix}{LAST}")).bind(i64::from(limit));
        let rows: Vec<(String, Option<i64>, Option<String>)> = asked.fetch_all(&self.read).await?;
        let entry = |(doc, at, by): (String, Option<i64>, Option<String>)| {
            let by = by.as_deref().map(name).transpose()?;
            Ok(Excluded { user: read_doc(&doc)?, since: at.map(|at| Since { at: Timestamp::from_seconds(at), by }) })
        };
        rows.into_iter().map(entry).collect()
    }

    async fn find_since(&self, account: AccountId, user: UserId) -> Result<Option<Since>, StoreError> {
        let row: Option<(i64, Option<String>)> = query(SINCE).bind(account.as_uuid()).bind(user.as_uuid()).fetch_optional(&self.read).await?;
        row.map(|(at, by)| Ok(Since { at: Timestamp::from_seconds(at), by: by.as_deref().map(name).transpose()? })).transpose()
    }

    async fn move_state(&self, account: AccountId, (id, from, to): (UserId, UserState, UserState), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let before = ways_in(&mut work, account, deed.at).await?;
        let Some(mut user) = person_for_change(&mut work, account, id).await?.filter(|user| user.state == from) else { return Ok(Moved::Otherwise) };
        user.state = to;
        write_person(&mut work, &user).await?;
        if before.lost(ways_in(&mut work, account, deed.at).await?) {
            return Ok(Moved::LastWayIn);
        }
        if to != UserState::Active {
            self.end_everything(&mut work, id, None, "user not active", deed.at).await?;
            seek_no_more_for(&mut work, id).await?;
            self.end_codes_made_by(&mut work, id, deed.at).await?;
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn move_rule(&self, account: AccountId, (id, from, to): (UserId, Option<UserRule>, Option<UserRule>), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let before = ways_in(&mut work, account, deed.at).await?;
        let Some(mut user) = person_for_change(&mut work, account, id).await?.filter(|user| user.rule == from) else { return Ok(Moved::Otherwise) };
        user.rule = to;
        write_person(&mut work, &user).await?;
        if before.lost(ways_in(&mut work, account, deed.at).await?) {
            return Ok(Moved::LastWayIn);
        }
        query("DELETE FROM exclusion WHERE person = $1").bind(id.as_uuid()).execute(&mut *work).await?;
        if to == Some(UserRule::Excluded) {
            query("INSERT INTO exclusion(person, given_at, given_by) VALUES ($1, $2, $3)")
                .bind(id.as_uuid())
                .bind(deed.at.seconds())
                .bind(deed.by.as_uuid())
                .execute(&mut *work)
                .await?;
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn move_username(&self, account: AccountId, (id, from, to): (UserId, &Username, &Username), deed: &Deed) -> Result<Renaming, StoreError> {
        let mut work = self.write.begin().await?;
        let before = ways_in(&mut work, account, deed.at).await?;
        let Some(mut user) = person_for_change(&mut work, account, id).await?.filter(|user| user.username == *from) else { return Ok(Renaming::Otherwise) };
        let taken = "SELECT 1 FROM person WHERE username_key = $1 AND account = $2 AND id <> $3";
        let taken: Option<(i32,)> = query(taken).bind(to.key()).bind(account.as_uuid()).bind(id.as_uuid()).fetch_optional(&mut *work).await?;
        if taken.is_some() {
            return Ok(Renaming::Taken);
        }
        if let Some(domain) = to.domain()
            && is_taken(&mut work, account, domain).await?
            && claim_of(&mut work, account, domain).await?.is_none_or(|claim| claim.verified_at.is_none())
        {
            return Ok(Renaming::Foreign);
        }
        user.username = to.clone();
        write_person(&mut work, &user).await?;
        query("UPDATE person SET username_key = $2 WHERE id = $1").bind(id.as_uuid()).bind(to.key()).execute(&mut *work).await?;
        if before.lost(ways_in(&mut work, account, deed.at).await?) {
            return Ok(Renaming::LastWayIn);
        }
        self.commit_with(work, deed).await?;
        Ok(Renaming::Done)
    }

    async fn end_person(&self, account: AccountId, id: UserId, deed: &Deed) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        if person_for_change(&mut work, account, id).await?.is_none() {
            return Ok(());
        }
        self.end_everything(&mut work, id, None, "signed out by an administrator", deed.at).await?;
        self.end_made_by(&mut work, id, deed.at).await?;
        self.commit_with(work, deed).await?;
        Ok(())
    }
}

pub(super) async fn person_for_change(work: &mut Work, account: AccountId, user: UserId) -> Result<Option<User>, StoreError> {
    let statement = "SELECT doc FROM person WHERE id = $1 AND account = $2";
    let row: Option<(String,)> = query(statement).bind(user.as_uuid()).bind(account.as_uuid()).fetch_optional(work).await?;
    row.map(|(doc,)| read_doc(&doc)).transpose()
}

pub(super) async fn write_person(work: &mut Work, user: &User) -> Result<(), StoreError> {
    query("UPDATE person SET doc = $3 WHERE id = $1 AND account = $2")
        .bind(user.id.as_uuid())
        .bind(user.account.as_uuid())
        .bind(write_doc(user)?)
        .execute(work)
        .await?;
    Ok(())
}

#[async_trait]
impl People for Store {
    async fn list(&self, account: AccountId, query: &UserQuery) -> Result<Vec<Listed>, Fault> {
        Ok(self.list_people(account, query).await?)
    }
    async fn one(&self, account: AccountId, user: UserId) -> Result<Option<Listed>, Fault> {
        Ok(self.find_person(account, user).await?)
    }
    async fn named(&self, account: AccountId, username: &Username) -> Result<Option<User>, Fault> {
        Ok(self.find_named(account, username).await?)
    }
    async fn names(&self, account: AccountId, users: &BTreeSet<UserId>) -> Result<Vec<(UserId, String)>, Fault> {
        Ok(self.find_names(account, users).await?)
    }
    async fn places(&self, account: AccountId, user: UserId, now: Timestamp) -> Result<Vec<Place>, Fault> {
        Ok(self.find_places(account, user, now).await?)
    }
    async fn exclusions(&self, account: AccountId, prefix: &str, page: (&str, u32)) -> Result<Vec<Excluded>, Fault> {
        Ok(self.list_exclusions(account, prefix, page).await?)
    }
    async fn excluded_since(&self, account: AccountId, user: UserId) -> Result<Option<Since>, Fault> {
        Ok(self.find_since(account, user).await?)
    }
    async fn has_password(&self, user: UserId) -> Result<bool, Fault> {
        let row: Option<(i32,)> = query("SELECT 1 FROM credential WHERE person = $1").bind(user.as_uuid()).fetch_optional(&self.read).await.map_err(StoreError::from)?;
        Ok(row.is_some())
    }
    async fn set_state(&self, account: AccountId, change: (UserId, UserState, UserState), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.move_state(account, change, deed).await?)
    }
    async fn set_rule(&self, account: AccountId, change: (UserId, Option<UserRule>, Option<UserRule>), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.move_rule(account, change, deed).await?)
    }
    async fn set_username(&self, account: AccountId, change: (UserId, &Username, &Username), deed: &Deed) -> Result<Renaming, Fault> {
        Ok(self.move_username(account, change, deed).await?)
    }
    async fn end_all(&self, account: AccountId, user: UserId, deed: &Deed) -> Result<(), Fault> {
        Ok(self.end_person(account, user, deed).await?)
    }
    async fn sharing(&self, account: AccountId, (field, value): (LocalField, &str)) -> Result<usize, Fault> {
        let name = Username::parse(value);
        let by = match (field, &name) {
            (LocalField::Email, _) => LookUp::Email(value),
            (LocalField::ExternalId, _) => LookUp::ExternalId(value),
            (LocalField::Username, Ok(name)) => LookUp::Username(name),
            (LocalField::Username, Err(_)) => return Ok(0),
        };
        Ok(self.find_by_field(account, by).await?.len())
    }
    async fn links(&self, account: AccountId, user: UserId) -> Result<Vec<(String, Timestamp)>, Fault> {
        Ok(self.find_links(account, user).await?)
    }
    async fn unlink(&self, account: AccountId, user: UserId, deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.take_links(account, user, deed).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of a list costs the same in an account with a hundred users and in one with a hundred thousand: it starts where an index
    /// says, walks in the order of the index, and sorts nothing. So it is, too, once somebody has had statistics made of a database in which
    /// nearly everybody is in one account.
    #[tokio::test]
    async fn every_list_of_users_goes_by_an_index_and_sorts_nothing() {
        let path = std::env::temp_dir().join(format!("homeward-plan-{}.db", homeward_model::random_token(&homeward_model::SystemRandom)));
        let store = Store::open(&path).await.unwrap();
        plans(&store).await;
        query("INSERT INTO account(id, number, doc, policy) VALUES (x'01', '1', '{}', '{}')").execute(&store.write).await.unwrap();
        let crowd = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
            INSERT INTO person(id, account, username_key, doc) SELECT i, x'01', printf('person-%05d', i), '{\"state\":\"active\",\"rule\":null,\"break_glass\":false}' FROM n";
        query(crowd).execute(&store.write).await.unwrap();
        query("ANALYZE").execute(&store.write).await.unwrap();
        store.close().await;
        let store = Store::open(&path).await.unwrap();
        plans(&store).await;
        store.close().await;
        std::fs::remove_file(&path).unwrap();
    }

    async fn plans(store: &Store) {
        for (which, index) in [
            (Which::All, "person_account_name"),
            (Which::In(UserState::Active), "person_account_name"),
            (Which::In(UserState::Invited), "person_not_active"),
            (Which::In(UserState::Suspended), "person_not_active"),
            (Which::Excluded, "person_excluded"),
            (Which::Unmatched, "person_account_name"),
        ] {
            let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", list_statement(&store.read, which).0));
            let plan: Vec<(i64, i64, i64, String)> = query(explained).bind("x").bind("x").bind("x").bind("x").bind(50).bind("x").fetch_all(&store.read).await.unwrap();
            let steps: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
            assert!(steps.iter().any(|step| step.contains("SEARCH p USING INDEX") && step.contains(index) && step.contains("username_key>")), "{which:?}: {steps:?}");
            assert!(steps.iter().all(|step| !step.starts_with("SCAN") && !step.contains("TEMP B-TREE FOR ORDER BY")), "{which:?}: {steps:?}");
        }
    }
}
