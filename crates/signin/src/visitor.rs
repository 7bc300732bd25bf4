//! Who asks, as far as HTTP can tell: where from, which browser, which sessions. `web` builds it; nothing in it is a proof
//! until the store has confirmed it.

use homeward_discovery::DeviceKind;
use homeward_language::Language;
use homeward_model::{AccountNumber, NetworkPrefix, Username};
use serde::{Deserialize, Serialize};

/// A browser and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The network the request came from.
    pub network: NetworkPrefix,
    /// The operator's name for that network, when it has one.
    pub zone: Option<String>,
    /// The value of `__Host-browser`. It authenticates nothing.
    pub browser: String,
    /// The secrets in `__Host-session`, at most four.
    pub sessions: Vec<String>,
    /// What kind of device.
    pub device: DeviceKind,
    /// Browser and system in a few words, for mails and lists.
    pub device_text: String,
    /// The language of the page.
    pub language: Language,
    /// The accounts this browser remembers, because the person ticked the box (CHO-4).
    pub remembered: Vec<Remembered>,
}

/// A name and account that a browser remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The username as typed.
    pub username: Username,
    /// The account's number.
    pub account: AccountNumber,
    /// The account's name at that time.
    pub account_name: String,
}
