//! The words of the model: what stands in configuration and store for each choice that there is.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word that stands in configuration and store.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// Reads the word.
            pub fn from_word(word: &str) -> Option<Self> { match word { $($word => Some(Self::$variant),)+ _ => None } }
        }
    };
}
pub(crate) use words;

words! {
    /// How Single Sign-On is offered (B-052, B-161).
    SsoMode {
        /// Not offered.
        Off = "off",
        /// A button; the person clicks.
        Button = "button",
        /// The person is taken there at once.
        Redirect = "redirect",
    }
}
words! {
    /// Whether the account's own password works beside Single Sign-On (B-112, B-166, B-189).
    AllowLocal {
        /// For everybody.
        Yes = "yes",
        /// For users on the exclusion list only. The default.
        ExceptionsOnly = "exceptions_only",
        /// For nobody but break-glass users.
        No = "no",
    }
}
words! {
    /// What the registered application allows (B-012, B-164, B-165).
    SsoRule {
        /// Single Sign-On is allowed.
        Allowed = "allowed",
        /// Never Single Sign-On: the account's password.
        Never = "never",
        /// The account's password, until the account lets its administrators in by Single Sign-On (B-164).
        ForAdministrators = "for_administrators",
        /// A second factor must have been used.
        RequiresSecondFactor = "requires_second_factor",
    }
}
words! {
    /// When a person with several accounts chooses (B-039, B-042).
    AccountSelection {
        /// Right after the username.
        Identifier = "identifier",
        /// At the password, among the accounts whose password matches.
        Password = "password",
    }
}
words! {
    /// What a page may say before a proof (architecture section 4).
    Disclosure {
        /// The pages of the documents.
        Open = "open",
        /// Nothing that depends on whether a user exists. The default.
        Closed = "closed",
    }
}
words! {
    /// Kinds of application (B-005, B-007).
    ApplicationKind {
        /// Runs on a server.
        Web = "web",
        /// Native, on a computer.
        Desktop = "desktop",
        /// Native, on a telephone or tablet.
        Mobile = "mobile",
        /// In a browser, as an extension.
        Extension = "extension",
    }
}
words! {
    /// The life of a user (B-103).
    UserState {
        /// Has not accepted the invitation.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// May not for now.
        Suspended = "suspended",
        /// Gone; the record stays so that the id is never reused.
        Deprovisioned = "deprovisioned",
    }
}
words! {
    /// The life of an account.
    AccountState {
        /// In use.
        Active = "active",
        /// Nobody signs in.
        Suspended = "suspended",
    }
}
words! {
    /// The life of a connection (architecture, idea 5).
    ConnectionState {
        /// Being entered.
        Draft = "draft",
        /// A test sign-in passed.
        Tested = "tested",
        /// On for some people.
        Pilot = "pilot",
        /// On for everybody whose username is of a domain that the account has proved, and for those of the pilot.
        Domains = "domains",
        /// On.
        Enforced = "enforced",
        /// The provider is away; local sign-in is allowed for a time.
        Outage = "outage",
        /// Off for good.
        Retired = "retired",
    }
}
words! {
    /// The kind of device that asks.
    DeviceKind {
        /// A computer's browser.
        Computer = "computer",
        /// A telephone or tablet.
        Mobile = "mobile",
        /// Not known.
        Unknown = "unknown",
    }
}
words! {
    /// What the exclusion list says of one user (B-159).
    UserRule {
        /// On the exclusion list: the account's password, never Single Sign-On.
        Excluded = "excluded",
        /// In the pilot: Single Sign-On, although it is not on for everybody.
        Pilot = "pilot",
    }
}

impl ConnectionState {
    /// Whether people sign in through it now, or will again when its outage is over.
    pub const fn is_in_use(self) -> bool {
        self.is_on() || matches!(self, Self::Outage)
    }
    /// Whether somebody signs in through it now.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::Pilot | Self::Domains | Self::Enforced)
    }
}
