//! What a token for the API may be used for: words over the actions of the one table (`authority.rs`). A scope narrows what the token's
//! maker may do, and never widens it.

use std::collections::BTreeSet;

use crate::authority::{Action, Relation, Role, may};

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $title:literal, [$($action:ident),+];)+) => {
        /// What a token may be used for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($(#[$doc])* $variant),+ }

        impl Scope {
            /// Every scope, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in requests, store and documentation.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// What it allows, for documentation and command line.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title),+ } }
            /// The actions that it includes.
            pub const fn actions(self) -> &'static [Action] { match self { $(Self::$variant => &[$(Action::$action),+]),+ } }
        }
    };
}

scopes! {
    /// The first page of an account, and the accounts one may enter.
    AccountsRead = "accounts:read", "see the state of the account; list the accounts one may enter", [Open, ListAccounts];
    /// Accounts other than the maker's own.
    AccountsEnter = "accounts:enter", "go into accounts other than one's own, with every other scope of the token", [Enter];
    /// Users.
    UsersRead = "users:read", "list, search and see users; ask why somebody cannot sign in", [ReadUsers, Explain];
    /// New users.
    UsersAdd = "users:add", "add users, who are invited by mail where they need a password", [AddUsers];
    /// Invitations.
    UsersInvite = "users:invite", "send invitations again, and mails to set a password", [Invite];
    /// Sessions of users.
    UsersSessions = "users:sessions", "sign users out everywhere", [EndSessions];
    /// Suspending users.
    UsersWrite = "users:write", "suspend users, let them sign in again", [ChangeState];
    /// Usernames.
    UsersRename = "users:rename", "change usernames", [ChangeUsername];
    /// Whom a provider means.
    UsersUnlink = "users:unlink", "take away whom a provider means by a user", [Unlink];
    /// Emergency access.
    UsersEmergency = "users:emergency", "give emergency access and take it: a password that counts whatever a provider does", [ChangeEmergency];
    /// The exclusion list.
    ExclusionsRead = "exclusions:read", "see the exclusion list", [ReadExclusions];
    /// Changes of the exclusion list.
    ExclusionsWrite = "exclusions:write", "change the exclusion list: who keeps a password beside Single Sign-On", [ChangeExclusions];
    /// Sign-ins and changes.
    ActivityRead = "activity:read", "see sign-ins and changes, take them away as a file", [ReadActivity, ExportActivity];
    /// Connections.
    SignOnRead = "sign-on:read", "see the connections to identity providers", [ReadSignOn];
    /// Values that wait.
    SignOnPrepare = "sign-on:prepare", "begin a connection, enter a provider's values to be looked at", [AddSignOn, PrepareSignOn];
    /// Values that count.
    SignOnAccept = "sign-on:accept", "take over a provider's values: whose word counts as proof of who somebody is", [ChangeSignOn];
    /// Turning it on and off.
    SignOnSwitch = "sign-on:switch", "turn Single Sign-On on and off, for some and for everybody", [SwitchSignOn];
    /// Setup links.
    SetupLinksRead = "setup-links:read", "see the setup links, without what is secret in them", [ReadSetupLinks];
    /// New ones.
    SetupLinksMake = "setup-links:make", "make setup links for people outside, with every scope that a link opens", [MakeSetupLink];
    /// Their end.
    SetupLinksEnd = "setup-links:end", "end setup links", [EndSetupLink];
    /// Mails with steps.
    StepsMail = "steps:mail", "mail the steps at a provider or in the DNS to an address", [MailSteps];
    /// Connected services.
    ServicesRead = "services:read", "see the connected services, and who has allowed them", [ReadServices];
    /// Values of a connected service that wait.
    ServicesPrepare = "services:prepare", "enter a connected service to be looked at, test a person's token", [PrepareServices];
    /// Values of a connected service that count.
    ServicesAccept = "services:accept", "take over a connected service, ask for the organisation's consent, end a person's consent", [ChangeServices];
    /// Domains.
    DomainsRead = "domains:read", "see the domains and their proofs", [ReadDomains];
    /// Changes of domains.
    DomainsWrite = "domains:write", "add, prove and give up domains", [ProveDomains, GiveUpDomains];
    /// The password policy.
    PasswordsRead = "passwords:read", "see what a password must be", [ReadPasswords];
    /// Changes of it.
    PasswordsWrite = "passwords:write", "change what a password must be", [ChangePasswords];
    /// Applications.
    ApplicationsRead = "applications:read", "see the applications and the default one", [ReadApplications];
    /// The default one.
    ApplicationsWrite = "applications:write", "change the default application", [ChangeApplications];
    /// The colour of the sign-in pages.
    AppearanceRead = "appearance:read", "see how the sign-in pages look", [ReadAppearance];
    /// Another colour.
    AppearanceWrite = "appearance:write", "change how the sign-in pages look", [ChangeAppearance];
    /// Whom people ask.
    ContactWrite = "contact:write", "say whom people ask about signing in", [ChangeContact];
    /// Roles.
    AdministratorsRead = "administrators:read", "see who has a role", [ReadRoles];
    /// Changes of roles.
    AdministratorsWrite = "administrators:write", "give and take roles, let administrators in by Single Sign-On", [ChangeRoles];
    /// Tokens.
    TokensRead = "tokens:read", "see the tokens for the API", [ReadTokens];
    /// Ending tokens.
    TokensEnd = "tokens:end", "end tokens for the API", [EndTokens];
}

impl Scope {
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.word() == word)
    }
    /// The scope of an action. `None`: no token does it.
    pub fn of(action: Action) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.actions().contains(&action))
    }
    /// Whether it lets a program do what a person proves themselves once more for, or reach beyond the account: to be named as dangerous
    /// where a token is made.
    pub fn is_dangerous(self) -> bool {
        self == Self::AccountsEnter || self.actions().iter().any(|action| action.needs_fresh_proof())
    }
    /// Whether somebody with these roles has any use for it, in some account.
    pub fn serves(self, roles: &BTreeSet<Role>) -> bool {
        Relation::ALL.into_iter().any(|relation| self.actions().iter().any(|action| may(roles, *action, relation)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `docs/api.md` has every scope, in the order and in the words of the code.
    #[test]
    fn the_page_of_the_api_has_every_scope() {
        let page = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md")).unwrap();
        let row = |scope: &Scope| format!("| `{}` | {} | {} |\n", scope.word(), if scope.is_dangerous() { "●" } else { "" }, scope.title()).replace("|  |", "| |");
        assert!(page.contains(&Scope::ALL.iter().map(row).collect::<String>()), "the table of scopes is out of date");
    }

    /// AD-01: every action but those that are a person's has one scope, and what asks a person for a fresh proof shares its scope with
    /// nothing harmless.
    #[test]
    fn ad_01_every_action_has_one_scope_and_dangerous_ones_their_own() {
        for action in Action::ALL {
            let scopes = Scope::ALL.iter().filter(|scope| scope.actions().contains(action)).count();
            // No token makes another one, nor a code that signs somebody in.
            let is_a_persons = matches!(action, Action::MakeTokens | Action::PrintCodes);
            assert_eq!(scopes, usize::from(!is_a_persons), "{action:?}");
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.word()), Some(*scope));
            let fresh = scope.actions().iter().filter(|action| action.needs_fresh_proof()).count();
            assert!(fresh == 0 || fresh == scope.actions().len(), "{scope:?}");
            assert_eq!(scope.is_dangerous(), fresh > 0 || *scope == Scope::AccountsEnter);
        }
        assert_eq!(Scope::from_word("everything"), None);
        assert!(!Scope::UsersWrite.serves(&BTreeSet::from([Role::Helpdesk])) && Scope::UsersInvite.serves(&BTreeSet::from([Role::Helpdesk])));
        assert!(!Scope::AccountsEnter.serves(&BTreeSet::from([Role::Administrator])) && Scope::AccountsEnter.serves(&BTreeSet::from([Role::Partner])));
    }
}
