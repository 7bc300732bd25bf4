//! Counts for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::EgressError;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// An answer below 400.
    Answered,
    /// An answer of 400 or above.
    Refused,
    /// The rules did not let it go.
    Withheld,
    /// It had no answer that could be read.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Answered, Self::Refused, Self::Withheld, Self::Failed];
    /// The word in metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Withheld => "withheld",
            Self::Failed => "failed",
        }
    }
    pub(crate) fn of(result: Result<u16, EgressError>) -> Self {
        match result {
            Ok(status) if status < 400 => Self::Answered,
            Ok(_) => Self::Refused,
            Err(EgressError::BadAddress | EgressError::NotHttps | EgressError::Forbidden) => Self::Withheld,
            Err(_) => Self::Failed,
        }
    }
}

/// Requests since the start, by how they ended.
#[derive(Debug, Default)]
pub struct Counts {
    answered: AtomicU64,
    refused: AtomicU64,
    withheld: AtomicU64,
    failed: AtomicU64,
}

impl Counts {
    fn cell(&self, outcome: Outcome) -> &AtomicU64 {
        match outcome {
            Outcome::Answered => &self.answered,
            Outcome::Refused => &self.refused,
            Outcome::Withheld => &self.withheld,
            Outcome::Failed => &self.failed,
        }
    }
    pub(crate) fn count(&self, outcome: Outcome) {
        self.cell(outcome).fetch_add(1, Ordering::Relaxed);
    }
    /// How many ended so.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.cell(outcome).load(Ordering::Relaxed)
    }
}
