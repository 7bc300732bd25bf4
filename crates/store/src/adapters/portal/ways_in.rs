//! The last way in is never taken: who could let others in is asked before a change and after it, in its own transaction.

use std::collections::HashMap;

use homeward_discovery::{Account, AccountState, Connection, User};
use homeward_model::{AccountId, Timestamp};
use homeward_portal::way_in::needs_no_provider;

use crate::adapters::{StoreError, read_doc};
use crate::engine::{Work, query};

/// Whoever runs the installation, and the administrators of one account, as far as they have a password.
const HOLDERS: &str = "\
    SELECT r.role, p.doc, a.doc FROM portal_role r JOIN person p ON p.id = r.person JOIN account a ON a.id = p.account JOIN credential c ON c.person = p.id \
    WHERE p.state = 'active' AND (r.role = 'operator' OR (r.role = 'administrator' AND p.account = $1))";

/// The account of break-glass users who could sign in: their way in depends on no provider (LH-16).
const EMERGENCY: &str = "\
    SELECT a.doc FROM person p JOIN account a ON a.id = p.account JOIN credential c ON c.person = p.id \
    WHERE p.account = $1 AND p.emergency = TRUE AND p.state = 'active' LIMIT 1";

/// Whether there is somebody who could come in now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::adapters) struct WaysIn {
    /// An operator of the installation.
    operator: bool,
    /// An administrator of the account.
    administrator: bool,
    /// A break-glass user of the account.
    emergency: bool,
}

impl WaysIn {
    /// Whether a change has taken the last operator.
    pub fn lost_operator(self, after: Self) -> bool {
        self.operator && !after.operator
    }
    /// Whether a change has taken one of them.
    pub fn lost(self, after: Self) -> bool {
        self.lost_operator(after) || (self.administrator && !after.administrator) || (self.emergency && !after.emergency)
    }
}

/// The ways in, as the rows are in this transaction.
pub(in crate::adapters) async fn ways_in(work: &mut Work, account: AccountId, now: Timestamp) -> Result<WaysIn, StoreError> {
    let rows: Vec<(String, String, String)> = query(HOLDERS).bind(account.as_uuid()).fetch_all(&mut *work).await?;
    let mut connections: HashMap<AccountId, Vec<Connection>> = HashMap::new();
    let mut found = WaysIn::default();
    for (role, user, home) in rows {
        let (user, home): (User, Account) = (read_doc(&user)?, read_doc(&home)?);
        let own = match connections.get(&home.id) {
            Some(own) => own.clone(),
            None => connections_of(work, home.id).await?,
        };
        let comes_in = needs_no_provider(&user, &home, &own, now);
        connections.insert(home.id, own);
        match role.as_str() {
            "operator" => found.operator |= comes_in,
            _ => found.administrator |= comes_in,
        }
    }
    let emergency: Option<(String,)> = query(EMERGENCY).bind(account.as_uuid()).fetch_optional(work).await?;
    let home: Option<Account> = emergency.map(|(doc,)| read_doc(&doc)).transpose()?;
    // Nobody of a suspended account comes in, so nobody there is a way in that could be lost.
    Ok(WaysIn { emergency: home.is_some_and(|home| home.state == AccountState::Active), ..found })
}

async fn connections_of(work: &mut Work, account: AccountId) -> Result<Vec<Connection>, StoreError> {
    let rows: Vec<(String,)> = query("SELECT doc FROM connection WHERE account = $1 ORDER BY id").bind(account.as_uuid()).fetch_all(work).await?;
    rows.iter().map(|(doc,)| read_doc(doc)).collect()
}
