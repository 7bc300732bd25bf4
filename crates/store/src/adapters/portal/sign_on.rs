//! Connections as an account's administrators change them. Every statement names the account beside the connection (MT-01); a change
//! and its record stand in one transaction (AU-03).

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_discovery::{Account, ConnectionState, User, UserRule};
use homeward_federation::{ConnectionSettings, Naming, refresh::Refreshed, waiting::Waiting};
use homeward_model::{AccountId, CaseNumber, ConnectionId, Timestamp, UserId};
use homeward_portal::{
    lifecycle::Alike,
    ports::{Deed, Fault, Moved},
    sign_on::{
        Stored,
        ports::{Connections, Offer, Proposal, Tested, Turning, Word},
        told::Telling,
    },
    standing::Taken,
};
use homeward_signin::test_signin::TestResult;
use uuid::Uuid;

use super::{setup_links, told, ways_in::ways_in};
use crate::{
    register::ConnectionEntry,
    adapters::{Store, StoreError, moves::{account_of, write_account}, read_doc, register::put_connection, write_doc},
    engine::{On, query},
};

/// Only of this account.
const OWN: &str = "EXISTS (SELECT 1 FROM connection c WHERE c.id = $2 AND c.account = $1)";
/// Whose username is of a domain that the account has proved.
const OF_A_DOMAIN: &str = "EXISTS (SELECT 1 FROM domain_claim d WHERE d.account = $1 \
    AND json_extract(d.doc, '$.verified_at') IS NOT NULL AND substr(p.username_key, length(p.username_key) - length(d.domain)) = '@' || d.domain)";

async fn stored(on: impl Into<On<'_>>, account: AccountId, id: ConnectionId) -> Result<Option<Stored>, StoreError> {
    let statement = "SELECT doc, settings FROM connection WHERE id = $2 AND account = $1";
    let row: Option<(String, Option<String>)> = query(statement).bind(account.as_uuid()).bind(id.as_uuid()).fetch_optional(on).await?;
    row.map(|(doc, settings)| Ok(Stored { connection: read_doc(&doc)?, settings: settings.as_deref().map(read_doc).transpose()? })).transpose()
}

/// Whether people sign in through it now, or will again in some hours: nobody outside changes it then (ADM-13).
const fn is_on(state: ConnectionState) -> bool {
    state.is_in_use()
}

impl Store {
    async fn add_connection(&self, new: &Stored, deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let account = new.connection.account;
        let ways = ways_in(&mut work, account, deed.at).await?;
        put_connection(&mut work, &ConnectionEntry { connection: new.connection.clone(), settings: new.settings.clone() }).await?;
        if let Some(link) = &deed.link
            && !setup_links::bind(&mut work, link, new.connection.id).await?
        {
            return Ok(Moved::Otherwise);
        }
        if let Some(account) = account_of(&mut work, account).await?.filter(|account| account.connection.is_none()) {
            write_account(&mut work, &Account { connection: Some(new.connection.id), ..account }).await?;
        }
        // Where administrators may come by a provider, the first one may be their only way from the day on that it is turned on.
        if ways.lost(ways_in(&mut work, account, deed.at).await?) {
            return Ok(Moved::LastWayIn);
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn keep_proposal(&self, account: AccountId, proposal: &Proposal, until: Timestamp) -> Result<bool, StoreError> {
        let statement = format!(
            "INSERT INTO sign_on_proposal(connection, doc, until) SELECT $2, $3, $4 WHERE {OWN} ON CONFLICT (connection) DO UPDATE SET doc = $3, until = $4 \
             WHERE $5 IS NULL OR json_extract(sign_on_proposal.doc, '$.link') = $5 OR sign_on_proposal.until <= $6"
        );
        let done = query(sqlx::AssertSqlSafe(statement))
            .bind(account.as_uuid())
            .bind(proposal.connection.as_uuid())
            .bind(write_doc(proposal)?)
            .bind(until.seconds())
            .bind(proposal.link.as_ref().map(CaseNumber::as_str))
            .bind(proposal.at.seconds())
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn find_proposal(&self, account: AccountId, id: ConnectionId, now: Timestamp) -> Result<Option<Proposal>, StoreError> {
        let statement = format!("SELECT doc FROM sign_on_proposal WHERE connection = $2 AND until > $3 AND {OWN}");
        let row: Option<(String,)> = query(sqlx::AssertSqlSafe(statement)).bind(account.as_uuid()).bind(id.as_uuid()).bind(now.seconds()).fetch_optional(&self.read).await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }

    async fn take_over(&self, account: AccountId, proposal: &Proposal, deed: &Deed) -> Result<bool, StoreError> {
        let id = proposal.connection;
        let mut work = self.write.begin().await?;
        let Some(present) = stored(&mut *work, account, id).await? else { return Ok(false) };
        let waits = "DELETE FROM sign_on_proposal WHERE connection = $1 AND json_extract(doc, '$.handle') = $2";
        let waited = query(waits).bind(id.as_uuid()).bind(&proposal.handle).execute(&mut *work).await?;
        if present.settings != proposal.from || waited.rows_affected() != 1 || (deed.link.is_some() && is_on(present.connection.state_at(deed.at))) {
            return Ok(false);
        }
        let mut connection = present.connection;
        // What was tested were other values; what only applications use is no part of a sign-in.
        let same = present.settings.as_ref().and_then(ConnectionSettings::digest).is_some_and(|digest| Some(digest) == proposal.to.digest());
        if connection.state == ConnectionState::Tested && !same {
            connection.state = ConnectionState::Draft;
        }
        put_connection(&mut work, &ConnectionEntry { connection, settings: Some(proposal.to.clone()) }).await?;
        self.commit_with(work, deed).await?;
        Ok(true)
    }

    async fn give_word(&self, account: AccountId, word: &Word, deed: &Deed) -> Result<bool, StoreError> {
        let id = word.connection;
        let mut work = self.write.begin().await?;
        let Some(present) = stored(&mut *work, account, id).await?.filter(|present| present.settings.as_ref() == Some(&word.from)) else { return Ok(false) };
        if deed.link.is_some() && is_on(present.connection.state_at(deed.at)) {
            return Ok(false);
        }
        let row: Option<(String,)> = query("SELECT doc FROM connection_refresh WHERE connection = $1").bind(id.as_uuid()).fetch_optional(&mut *work).await?;
        let kept: Refreshed = row.map(|(doc,)| read_doc(&doc)).transpose()?.unwrap_or_default();
        let Some(waiting) = Waiting::of(kept.clone(), &word.from.protocol).filter(|waiting| waiting.digest() == word.digest) else { return Ok(false) };
        let settled = waiting.settled(kept, word.to.is_none());
        query("UPDATE connection_refresh SET doc = $2 WHERE connection = $1").bind(id.as_uuid()).bind(write_doc(&settled)?).execute(&mut *work).await?;
        if let Some(to) = &word.to {
            let mut connection = present.connection;
            if connection.state == ConnectionState::Tested {
                connection.state = ConnectionState::Draft;
            }
            put_connection(&mut work, &ConnectionEntry { connection, settings: Some(to.clone()) }).await?;
        }
        self.commit_with(work, deed).await?;
        Ok(true)
    }

    async fn find_last_test(&self, account: AccountId, id: ConnectionId) -> Result<Option<Tested>, StoreError> {
        let statement = format!("SELECT doc FROM test_result WHERE connection = $2 AND {OWN} ORDER BY at DESC, rowid DESC LIMIT 1");
        let row: Option<(String,)> = query(sqlx::AssertSqlSafe(statement)).bind(account.as_uuid()).bind(id.as_uuid()).fetch_optional(&self.read).await?;
        let Some((doc,)) = row else { return Ok(None) };
        let found: TestResult = read_doc(&doc)?;
        Ok(Some(Tested {
            at: found.at,
            by: found.by,
            link: found.link,
            settings: found.settings,
            failure: found.failure,
            arrived: found.arrived,
            person: found.person,
            unknown: found.unknown,
            about: found.about,
            certificate: found.certificate,
            whole: found.whole,
        }))
    }

    async fn find_passed(&self, account: AccountId, id: ConnectionId, since: Timestamp) -> Result<bool, StoreError> {
        match stored(&self.read, account, id).await?.and_then(|stored| stored.settings) {
            Some(settings) => self.test_passed_since(id, &settings, since).await,
            None => Ok(false),
        }
    }

    async fn turn_connection(&self, account: AccountId, turning: &Turning, deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let ways = ways_in(&mut work, account, deed.at).await?;
        let steps = turning.taken.iter().map(|taken| (*taken, false));
        let undone = turning.undone.iter().map(|(taken, to)| (taken.back(*to), true));
        for (step, undoes) in steps.chain(undone) {
            let Some(present) = stored(&mut *work, account, step.connection).await? else { return Ok(Moved::Otherwise) };
            let are_others = turning.values.as_ref().is_some_and(|values| present.settings.as_ref() != Some(values));
            if are_others || !self.stand_in(&mut work, &step, (undoes, deed.at)).await? {
                return Ok(Moved::Otherwise);
            }
        }
        if let Some((before, after)) = turning.offer {
            let Some(present) = account_of(&mut work, account).await? else { return Ok(Moved::Otherwise) };
            if (Offer { mode: present.sso_mode, local: present.allow_local, connection: present.connection }) != before {
                return Ok(Moved::Otherwise);
            }
            write_account(&mut work, &Account { sso_mode: after.mode, allow_local: after.local, connection: after.connection, ..present }).await?;
        }
        // Whatever is turned, somebody stays who could turn it back.
        if ways.lost(ways_in(&mut work, account, deed.at).await?) {
            return Ok(Moved::LastWayIn);
        }
        if let Some(telling) = &turning.telling {
            told::begin(&mut work, telling).await?;
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn put_pilot_group(&self, account: AccountId, (name, into): (&str, bool), telling: Option<&Telling>, deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let ways = ways_in(&mut work, account, deed.at).await?;
        let Some(mut present) = account_of(&mut work, account).await? else { return Ok(Moved::Otherwise) };
        let is_other = if into { present.pilot_groups.insert(name.to_owned()) } else { present.pilot_groups.remove(name) };
        if !is_other {
            return Ok(Moved::Otherwise);
        }
        write_account(&mut work, &present).await?;
        if ways.lost(ways_in(&mut work, account, deed.at).await?) {
            return Ok(Moved::LastWayIn);
        }
        if let Some(telling) = telling {
            told::begin(&mut work, telling).await?;
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    /// Who are in no group are counted by the index; those of groups are few, and have an index of their own.
    pub(in crate::adapters) async fn count_alike(&self, account: AccountId) -> Result<Vec<Alike>, StoreError> {
        let by_rule = format!("SELECT p.rule, p.emergency, c.person IS NOT NULL, {OF_A_DOMAIN}, COUNT(*) FROM person p LEFT JOIN credential c ON c.person = p.id \
            WHERE p.account = $1 AND p.state = 'active' GROUP BY 1, 2, 3, 4");
        let all: Vec<(Option<String>, bool, bool, bool, i64)> = query(sqlx::AssertSqlSafe(by_rule)).bind(account.as_uuid()).fetch_all(&self.read).await?;
        let by_group = format!("SELECT p.rule, p.emergency, c.person IS NOT NULL, {OF_A_DOMAIN}, json_extract(p.doc, '$.groups'), COUNT(*) FROM person p LEFT JOIN credential c ON c.person = p.id \
            WHERE p.account = $1 AND p.state = 'active' AND json_extract(p.doc, '$.groups') <> '[]' GROUP BY 1, 2, 3, 4, 5");
        let grouped: Vec<(Option<String>, bool, bool, bool, String, i64)> = query(sqlx::AssertSqlSafe(by_group)).bind(account.as_uuid()).fetch_all(&self.read).await?;
        let kind = |rule: &Option<String>| rule.as_deref().and_then(UserRule::from_word);
        let size = |count: i64| usize::try_from(count).unwrap_or(0);
        let mut alike = Vec::new();
        for (rule, break_glass, has_password, on_domain, groups, count) in &grouped {
            alike.push(Alike { rule: kind(rule), break_glass: *break_glass, has_password: *has_password, on_domain: *on_domain, groups: read_doc(groups)?, count: size(*count) });
        }
        for (rule, break_glass, has_password, on_domain, count) in all {
            let of_groups: i64 = grouped.iter().filter(|some| (&some.0, some.1, some.2, some.3) == (&rule, break_glass, has_password, on_domain)).map(|some| some.5).sum();
            alike.push(Alike { rule: kind(&rule), break_glass, has_password, on_domain, groups: BTreeSet::new(), count: size(count.saturating_sub(of_groups)) });
        }
        alike.retain(|some| some.count > 0);
        Ok(alike)
    }

    async fn count_unmatched(&self, account: AccountId) -> Result<usize, StoreError> {
        let statement = format!("SELECT COUNT(*) FROM person p WHERE p.account = $1 AND p.state = 'active' AND p.username_key LIKE '%@%' AND NOT {OF_A_DOMAIN}");
        let (count,): (i64,) = query(sqlx::AssertSqlSafe(statement)).bind(account.as_uuid()).fetch_one(&self.read).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// How many people are linked by names that the connection does not expect. A NameID's format may be followed by qualifiers.
    async fn count_linked_otherwise(&self, account: AccountId, id: ConnectionId, naming: &Naming) -> Result<usize, StoreError> {
        let statement = "SELECT COUNT(*) FROM binding b JOIN connection c ON c.id = b.connection WHERE b.connection = $1 AND c.account = $2 AND (($3 <> '' AND json_extract(b.doc, '$.issuer') <> $3) \
            OR ($4 <> '' AND json_extract(b.doc, '$.kind') <> $4 AND json_extract(b.doc, '$.kind') NOT LIKE $5))";
        let (issuer, kind) = (naming.issuer.as_deref().unwrap_or_default(), naming.kind.as_deref().unwrap_or_default());
        let with_qualifiers = format!("{kind}\u{1f}%");
        let (count,): (i64,) = query(statement).bind(id.as_uuid()).bind(account.as_uuid()).bind(issuer).bind(kind).bind(with_qualifiers).fetch_one(&self.read).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    async fn find_pilot(&self, account: AccountId, limit: u32) -> Result<Vec<User>, StoreError> {
        let statement = "SELECT doc FROM person WHERE account = $1 AND rule = 'pilot' AND state <> 'deprovisioned' ORDER BY username_key LIMIT $2";
        let rows: Vec<(String,)> = query(statement).bind(account.as_uuid()).bind(i64::from(limit)).fetch_all(&self.read).await?;
        rows.iter().map(|(doc,)| read_doc(doc)).collect()
    }

    async fn find_without_password(&self, account: AccountId, limit: u32) -> Result<Vec<UserId>, StoreError> {
        let statement = "SELECT p.id FROM person p LEFT JOIN credential c ON c.person = p.id WHERE p.account = $1 AND p.state = 'active' AND c.person IS NULL ORDER BY p.username_key LIMIT $2";
        let rows: Vec<(Uuid,)> = query(statement).bind(account.as_uuid()).bind(i64::from(limit)).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id,)| UserId::from_uuid(id)).collect())
    }
}

#[async_trait]
impl Connections for Store {
    async fn one(&self, account: AccountId, id: ConnectionId) -> Result<Option<Stored>, Fault> {
        Ok(stored(&self.read, account, id).await?)
    }
    async fn add(&self, new: &Stored, deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.add_connection(new, deed).await?)
    }
    async fn propose(&self, account: AccountId, proposal: &Proposal, until: Timestamp) -> Result<bool, Fault> {
        Ok(self.keep_proposal(account, proposal, until).await?)
    }
    async fn proposal(&self, account: AccountId, id: ConnectionId, now: Timestamp) -> Result<Option<Proposal>, Fault> {
        Ok(self.find_proposal(account, id, now).await?)
    }
    async fn discard(&self, account: AccountId, id: ConnectionId, handle: &str, by: Option<&CaseNumber>) -> Result<bool, Fault> {
        let statement = format!("DELETE FROM sign_on_proposal WHERE connection = $2 AND json_extract(doc, '$.handle') = $3 AND ($4 IS NULL OR json_extract(doc, '$.link') = $4) AND {OWN}");
        let statement = query(sqlx::AssertSqlSafe(statement)).bind(account.as_uuid()).bind(id.as_uuid()).bind(handle).bind(by.map(CaseNumber::as_str));
        let done = statement.execute(&self.write).await.map_err(StoreError::from)?;
        Ok(done.rows_affected() == 1)
    }
    async fn enter(&self, account: AccountId, proposal: &Proposal, deed: &Deed) -> Result<bool, Fault> {
        Ok(self.take_over(account, proposal, deed).await?)
    }
    async fn refreshed(&self, account: AccountId, id: ConnectionId) -> Result<Refreshed, Fault> {
        match stored(&self.read, account, id).await? {
            Some(_) => Ok(Store::refreshed(self, id).await?),
            None => Ok(Refreshed::default()),
        }
    }
    async fn settle(&self, account: AccountId, word: &Word, deed: &Deed) -> Result<bool, Fault> {
        Ok(self.give_word(account, word, deed).await?)
    }
    async fn last_test(&self, account: AccountId, id: ConnectionId) -> Result<Option<Tested>, Fault> {
        Ok(self.find_last_test(account, id).await?)
    }
    async fn has_passed(&self, account: AccountId, id: ConnectionId, since: Timestamp) -> Result<bool, Fault> {
        Ok(self.find_passed(account, id, since).await?)
    }
    async fn last_step(&self, account: AccountId, id: ConnectionId) -> Result<Option<Taken>, Fault> {
        match stored(&self.read, account, id).await? {
            Some(_) => Ok(Store::last_step(self, id).await?),
            None => Ok(None),
        }
    }
    async fn turn(&self, account: AccountId, turning: &Turning, deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.turn_connection(account, turning, deed).await?)
    }
    async fn set_pilot_group(&self, account: AccountId, group: (&str, bool), telling: Option<&Telling>, deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.put_pilot_group(account, group, telling, deed).await?)
    }
    async fn alike(&self, account: AccountId) -> Result<Vec<Alike>, Fault> {
        Ok(self.count_alike(account).await?)
    }
    async fn unmatched(&self, account: AccountId) -> Result<usize, Fault> {
        Ok(self.count_unmatched(account).await?)
    }
    async fn linked_otherwise(&self, account: AccountId, id: ConnectionId, naming: &Naming) -> Result<usize, Fault> {
        Ok(self.count_linked_otherwise(account, id, naming).await?)
    }
    async fn pilot(&self, account: AccountId, limit: u32) -> Result<Vec<User>, Fault> {
        Ok(self.find_pilot(account, limit).await?)
    }
    async fn without_password(&self, account: AccountId, limit: u32) -> Result<Vec<UserId>, Fault> {
        Ok(self.find_without_password(account, limit).await?)
    }
}
