//! The chain of the audit: what a record's hash covers, and how a reader finds the first record that is not as it was written (AU-02).
//!
//! Keys come from the root key. Whoever can write into the database but does not have that key can compute no hash. Person and
//! network can be forgotten: the chain covers a reference that means nothing by itself, and a keyed hash of the network under a salt. Behind
//! the random part of the salt stands a keyed hash of reference and person, so that the row which says who it is cannot be exchanged
//! unseen; the chain covers it with the salt, and it is forgotten with it.

use std::collections::BTreeMap;

use homeward_model::{AccountId, Timestamp, UserId};
use homeward_sealing::Mac;
use serde::Serialize;
use uuid::Uuid;

/// One record as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// Its place in the chain, from 1.
    pub number: i64,
    /// When, by the clock of that time. The order is the number's (AU-05).
    #[serde(serialize_with = "seconds")]
    pub at: Timestamp,
    /// What happened, for example `signin.completed`.
    pub event: String,
    /// `ok`, or the code of a reason.
    pub outcome: String,
    /// The reference to whom it is about; it means nothing once it was forgotten.
    pub subject: Option<Uuid>,
    /// Who that is, as long as it is known.
    pub user: Option<UserId>,
    /// In which account.
    pub account: Option<AccountId>,
    /// For which application.
    pub application: Option<String>,
    /// The case number a person was shown.
    pub case: Option<String>,
    /// Further facts.
    pub detail: String,
    /// From which network; `None` once it was forgotten.
    pub network: Option<String>,
    /// Hash of this record and all before it.
    #[serde(serialize_with = "hex")]
    pub hash: Vec<u8>,
    #[serde(skip)]
    pub(crate) salt: Option<Vec<u8>>,
    #[serde(skip)]
    pub(crate) personal: Vec<u8>,
    #[serde(skip)]
    pub(crate) key_number: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn seconds<S: serde::Serializer>(at: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_i64(at.seconds())
}

fn hex<S: serde::Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&hex_of(bytes))
}

/// Bytes in hexadecimal.
pub(crate) fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A place in the chain that somebody noted elsewhere: `NUMBER:HASH`. A chain that does not lead through it was cut or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The record's number.
    pub number: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

impl Checkpoint {
    /// Reads `NUMBER:HASH`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, hash) = text.trim().split_once(':')?;
        let number = number.parse().ok().filter(|n: &i64| *n > 0)?;
        let fits = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self { number, hash: hash.to_ascii_lowercase() })
    }
}

impl std::fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

/// The first thing in the chain that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// Records are not there.
    #[error("records {first} to {last} are missing")]
    Missing {
        /// The first one.
        first: i64,
        /// The last one.
        last: i64,
    },
    /// A record has another content, or stands in another's place.
    #[error("record {number} is not what was written: it was changed, or moved from another place")]
    Changed {
        /// Its number.
        number: i64,
    },
    /// The root key that this record was written under is not in the key file.
    #[error("record {number} was written under root key {key}, which is not in the key file")]
    KeyUnknown {
        /// Its number.
        number: i64,
        /// The root key's number.
        key: u8,
    },
    /// Person or network were removed, and no record says that an operator did.
    #[error("the network of record {number} was removed, and no record says by whom")]
    Emptied {
        /// Its number.
        number: i64,
    },
    /// The row that says who a record is about is another one than when it was written.
    #[error("who record {number} is about is not what was written: the row of the person was exchanged, changed or put back")]
    Renamed {
        /// Its number.
        number: i64,
    },
    /// The row that says who a record is about was removed, and no record says that an operator did.
    #[error("who record {number} is about was removed, and no record says by whom")]
    Unnamed {
        /// Its number.
        number: i64,
    },
    /// Rows say of somebody that records are about them, and there are no such records.
    #[error("{count} rows name people whom no record is about: they were put there by hand")]
    Stray {
        /// How many.
        count: i64,
    },
    /// The sealed end of the chain is missing or false.
    #[error("the end of the chain is not sealed by this installation; the last record that stands is {number}")]
    End {
        /// The last record.
        number: i64,
    },
    /// The chain does not lead through a checkpoint.
    #[error("the chain does not lead through the checkpoint at record {number}")]
    Checkpoint {
        /// The checkpoint's number.
        number: i64,
    },
}

/// The keys of the chain: one for each root key, the present one first.
#[derive(Clone, Debug)]
pub(crate) struct ChainKeys(pub Vec<(u8, Mac)>);

impl ChainKeys {
    pub fn present(&self) -> Option<&(u8, Mac)> {
        self.0.first()
    }
    fn key(&self, number: u8) -> Option<&Mac> {
        self.0.iter().find(|(n, _)| *n == number).map(|(_, mac)| mac)
    }
}

/// The hash of what can be forgotten.
pub(crate) fn personal(key: &Mac, salt: &[u8], network: &str) -> [u8; 32] {
    key.sign(&[b"personal", salt, network.as_bytes()])
}

/// Random bytes at the beginning of a salt. Versions before this one wrote nothing behind them.
pub(crate) const SALT: usize = 16;

/// The hash of who a record is about; it stands in the salt, behind the random bytes.
pub(crate) fn whom(key: &Mac, random: &[u8], subject: Uuid, person: UserId) -> [u8; 32] {
    key.sign(&[b"audit person/1", random, subject.as_bytes(), person.as_uuid().as_bytes()])
}

/// Whether a record is about the one whom the row of its reference names now.
fn names(key: &Mac, record: &AuditRecord) -> Result<(), ChainFault> {
    let number = record.number;
    let Some(subject) = record.subject else { return Ok(()) };
    match record.user {
        // The record of the forgetting itself follows, or is missed at the end.
        None if record.network.is_none() || record.event == FORGOTTEN => Ok(()),
        None => Err(ChainFault::Unnamed { number }),
        Some(_) if record.event == FORGOTTEN => Err(ChainFault::Renamed { number }),
        Some(user) => match record.salt.as_deref().and_then(|salt| salt.split_at_checked(SALT)) {
            Some((random, bound)) if !bound.is_empty() && *bound != whom(key, random, subject, user) => Err(ChainFault::Renamed { number }),
            Some(_) | None => Ok(()),
        },
    }
}

/// The hash of a record and of all before it.
pub(crate) fn link(key: &Mac, record: &AuditRecord, previous: &[u8]) -> [u8; 32] {
    let optional = |value: Option<&[u8]>| value.map_or_else(|| vec![0], |value| [&[1][..], value].concat());
    let subject = optional(record.subject.as_ref().map(|s| s.as_bytes().as_slice()));
    let account = record.account.map(|a| a.as_uuid());
    let account = optional(account.as_ref().map(|a| a.as_bytes().as_slice()));
    let application = optional(record.application.as_deref().map(str::as_bytes));
    let case = optional(record.case.as_deref().map(str::as_bytes));
    key.sign(&[
        b"audit/1",
        &record.number.to_be_bytes(),
        previous,
        &record.at.seconds().to_be_bytes(),
        record.event.as_bytes(),
        record.outcome.as_bytes(),
        &subject,
        &account,
        &application,
        &case,
        record.detail.as_bytes(),
        &record.personal,
    ])
}

/// The seal on the end of the chain.
pub(crate) fn end_seal(key: &Mac, number: i64, hash: &[u8]) -> [u8; 32] {
    key.sign(&[b"audit end/1", &number.to_be_bytes(), hash])
}

/// The sealed end as stored.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub number: i64,
    pub hash: Vec<u8>,
    pub key_number: u8,
    pub seal: Vec<u8>,
}

/// The event that says that an operator forgot somebody.
pub const FORGOTTEN: &str = "audit.forgotten";

/// Walks the chain, record by record.
pub(crate) struct Walk<'a> {
    keys: &'a ChainKeys,
    checkpoint: Option<&'a Checkpoint>,
    previous: Vec<u8>,
    number: i64,
    passed: bool,
    /// First record of each reference whose network is gone, until a record says why.
    emptied: BTreeMap<Uuid, i64>,
}

impl<'a> Walk<'a> {
    pub fn new(keys: &'a ChainKeys, checkpoint: Option<&'a Checkpoint>) -> Self {
        Self { keys, checkpoint, previous: vec![0; 32], number: 0, passed: checkpoint.is_none(), emptied: BTreeMap::new() }
    }
    /// The number that comes next.
    pub fn next(&self) -> i64 {
        self.number + 1
    }
    /// Takes the next record.
    pub fn step(&mut self, record: &AuditRecord) -> Result<(), ChainFault> {
        let number = record.number;
        if number != self.number + 1 {
            return Err(ChainFault::Missing { first: self.number + 1, last: number - 1 });
        }
        let key = self.keys.key(record.key_number).ok_or(ChainFault::KeyUnknown { number, key: record.key_number })?;
        if link(key, record, &self.previous) != *record.hash {
            return Err(ChainFault::Changed { number });
        }
        match (&record.network, &record.salt) {
            (Some(network), Some(salt)) if personal(key, salt, network) == *record.personal => {}
            (None, None) => {
                let subject = record.subject.ok_or(ChainFault::Emptied { number })?;
                self.emptied.entry(subject).or_insert(number);
            }
            (Some(_) | None, _) => return Err(ChainFault::Changed { number }),
        }
        names(key, record)?;
        if record.event == FORGOTTEN && let Some(subject) = record.subject {
            self.emptied.remove(&subject);
        }
        if let Some(checkpoint) = self.checkpoint.filter(|c| c.number == number) {
            if checkpoint.hash != hex_of(&record.hash) {
                return Err(ChainFault::Checkpoint { number });
            }
            self.passed = true;
        }
        (self.number, self.previous) = (number, record.hash.clone());
        Ok(())
    }
    /// The last record was taken: is it the end? Where nothing was ever begun there is none.
    pub fn finish(self, end: Option<&End>, has_begun: bool) -> Result<Option<Checkpoint>, ChainFault> {
        if let Some(number) = self.emptied.values().min() {
            return Err(ChainFault::Emptied { number: *number });
        }
        match end {
            None if self.number == 0 && !has_begun => {}
            None => return Err(ChainFault::End { number: self.number }),
            Some(end) => {
                let key = self.keys.key(end.key_number).ok_or(ChainFault::End { number: self.number })?;
                if end_seal(key, end.number, &end.hash) != *end.seal || end.number < self.number {
                    return Err(ChainFault::End { number: self.number });
                }
                if end.number > self.number {
                    return Err(ChainFault::Missing { first: self.number + 1, last: end.number });
                }
                if end.hash != self.previous {
                    return Err(ChainFault::End { number: self.number });
                }
            }
        }
        match (self.passed, self.checkpoint) {
            (false, Some(checkpoint)) => Err(ChainFault::Checkpoint { number: checkpoint.number }),
            _ => Ok((self.number > 0).then(|| Checkpoint { number: self.number, hash: hex_of(&self.previous) })),
        }
    }
}
