//! Who may do what in the portal: one table of role, action and relation to the account. The checks, `docs/portal-roles.md` and
//! the matrix of tests come from it (AD-01). What does not stand in it is not allowed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use Role::{Administrator, Auditor, Helpdesk, Operator, Partner, Security};

/// What somebody is in the portal. Given on the machine or by somebody who may do as much; never by an identity provider or a file (ST-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the installation: every account.
    Operator,
    /// Looks after the accounts below its own.
    Partner,
    /// The account's Authorized Contact.
    Administrator,
    /// The account's security manager (B-155).
    Security,
    /// Reads, and sends invitations and mails to set a password.
    Helpdesk,
    /// Reads.
    Auditor,
}

impl Role {
    /// Every role, the widest first.
    pub const ALL: [Self; 6] = [Operator, Partner, Administrator, Security, Helpdesk, Auditor];
    /// The word in store, command and documentation.
    pub const fn word(self) -> &'static str {
        match self {
            Operator => "operator",
            Partner => "partner",
            Administrator => "administrator",
            Security => "security",
            Helpdesk => "helpdesk",
            Auditor => "auditor",
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Operator => "installation operator",
            Partner => "partner",
            Administrator => "account administrator",
            Security => "security manager",
            Helpdesk => "helpdesk",
            Auditor => "auditor",
        }
    }
}

/// How an account stands to the one that somebody belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It is their own.
    Own,
    /// Theirs is its parent, or the parent of its parent, and so on.
    Below,
    /// None of these.
    Other,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 3] = [Self::Own, Self::Below, Self::Other];
    const fn title(self) -> &'static str {
        match self {
            Self::Own => "one's own account",
            Self::Below => "an account below one's own",
            Self::Other => "any other account",
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident, $words:literal, $fresh:literal, $account:expr, $above:expr;)+) => {
        /// What is done in the portal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $variant),+ }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Whether the person must have proved themselves a few minutes ago (AD-06).
            pub const fn needs_fresh_proof(self) -> bool { match self { $(Self::$variant => $fresh),+ } }
            const fn title(self) -> &'static str { match self { $(Self::$variant => $words),+ } }
            /// Roles of the account's own people, and roles that look at it from above.
            const fn roles(self) -> (&'static [Role], &'static [Role]) { match self { $(Self::$variant => ($account, $above)),+ } }
        }
    };
}

const EVERYBODY: &[Role] = &[Operator, Partner, Administrator, Security, Helpdesk, Auditor];
const RESPONSIBLE: &[Role] = &[Operator, Partner, Administrator, Security];
const ABOVE: &[Role] = &[Operator, Partner];

// One line an action: what it is, whether it needs a fresh proof, who may in their own account, who may in one below. In any other
// account the operator may what may be done in one below, and nobody else may anything.
actions! {
    /// The first page of an account.
    Open, "open the account's first page", false, EVERYBODY, ABOVE;
    /// Users: list, search, one user with sessions and applications.
    ReadUsers, "list and search users, see one with sessions and applications", false, EVERYBODY, ABOVE;
    /// Why somebody cannot sign in.
    Explain, "ask why somebody cannot sign in", false, EVERYBODY, ABOVE;
    /// Add somebody. Whom a provider means at the first sign-in may hang on it, so it takes the right to give roles.
    AddUsers, "add somebody to the account", true, &[Operator, Partner, Administrator], ABOVE;
    /// Send an invitation again, or the mail in which a password is set anew.
    Invite, "send an invitation again, or a mail to set a password", false, &[Operator, Partner, Administrator, Helpdesk], ABOVE;
    /// End every session and grant of a user.
    EndSessions, "sign somebody out everywhere", false, RESPONSIBLE, ABOVE;
    /// Suspend a user, or let one sign in again.
    ChangeState, "suspend a user, let one sign in again", true, RESPONSIBLE, ABOVE;
    /// Give somebody another username. Whom a provider means at the first sign-in may hang on it, so it takes the right to give roles.
    ChangeUsername, "change somebody's username", true, &[Operator, Partner, Administrator], ABOVE;
    /// Take away who somebody is at a provider. The next one whom a provider means is that user, so it takes the right to give roles.
    Unlink, "take away whom a provider means by somebody", true, &[Operator, Partner, Administrator], ABOVE;
    /// Give emergency access, or take it: a password that counts whatever a provider does.
    ChangeEmergency, "give emergency access or take it", true, &[Operator, Partner, Administrator], ABOVE;
    /// Print the codes that work in place of that password. Whoever has them can come in as that user.
    PrintCodes, "print emergency codes", true, &[Operator, Partner, Administrator], ABOVE;
    /// The exclusion list, with who and when.
    ReadExclusions, "see the exclusion list", false, EVERYBODY, ABOVE;
    /// Put users on the exclusion list, or take them off.
    ChangeExclusions, "change the exclusion list", true, RESPONSIBLE, ABOVE;
    /// Sign-ins and changes.
    ReadActivity, "see sign-ins and changes, find a reference", false, EVERYBODY, ABOVE;
    /// Take sign-ins and changes away as a file.
    ExportActivity, "export sign-ins and changes", false, &[Operator, Partner, Administrator, Security, Auditor], ABOVE;
    /// The connections of the account: what to give to a provider, and what came from it.
    ReadSignOn, "see the connections to identity providers", false, EVERYBODY, ABOVE;
    /// Begin a connection.
    AddSignOn, "begin a connection to an identity provider", false, RESPONSIBLE, ABOVE;
    /// Enter values that wait to be taken over, test the sign-in.
    PrepareSignOn, "enter a provider's values, test the sign-in", false, RESPONSIBLE, ABOVE;
    /// Take over a provider's values: whose word counts as proof of who somebody is.
    ChangeSignOn, "take over a provider's values", true, RESPONSIBLE, ABOVE;
    /// Turn Single Sign-On on and off, for some and for everybody.
    SwitchSignOn, "turn Single Sign-On on and off", true, RESPONSIBLE, ABOVE;
    /// The setup links of the account, without what is secret in them.
    ReadSetupLinks, "see the setup links", false, EVERYBODY, ABOVE;
    /// Make a link by which somebody outside sets up one connection (ADM-13).
    MakeSetupLink, "make a setup link for somebody outside", true, RESPONSIBLE, ABOVE;
    /// End one.
    EndSetupLink, "end a setup link", false, RESPONSIBLE, ABOVE;
    /// Mail what is to be entered at a provider or in the DNS to whoever looks after that (B7).
    MailSteps, "mail the steps at a provider or in the DNS to somebody", true, RESPONSIBLE, ABOVE;
    /// Connected services: what applications may do for people at Microsoft 365, and who has allowed it.
    ReadServices, "see the connected services, and who has allowed them", false, EVERYBODY, ABOVE;
    /// Enter values of a connected service that wait to be taken over, test whether a person's token is alive.
    PrepareServices, "enter a connected service, test a person's token", false, RESPONSIBLE, ABOVE;
    /// Take over values of a connected service, consent for the organisation, end what a person has allowed.
    ChangeServices, "take over a connected service, ask for the organisation's consent, end a person's consent", true, RESPONSIBLE, ABOVE;
    /// Who has a role in the portal, and how administrators sign in.
    ReadRoles, "see who has a role", false, EVERYBODY, ABOVE;
    /// Give a role or take one; let administrators in by Single Sign-On.
    ChangeRoles, "give a role or take one, let administrators in by Single Sign-On", true, &[Operator, Partner, Administrator], ABOVE;
    /// Domains with their proofs.
    ReadDomains, "see the domains and their proofs", false, EVERYBODY, ABOVE;
    /// Add a domain, and prove it.
    ProveDomains, "add a domain, prove it", true, RESPONSIBLE, ABOVE;
    /// Give a domain up.
    GiveUpDomains, "give a domain up", true, RESPONSIBLE, ABOVE;
    /// What a password must be, and how long it lasts.
    ReadPasswords, "see what a password must be", false, EVERYBODY, ABOVE;
    /// Change what a password must be.
    ChangePasswords, "change what a password must be", true, RESPONSIBLE, ABOVE;
    /// Applications, and the one that a tile at the provider opens.
    ReadApplications, "see the applications and the default one", false, EVERYBODY, ABOVE;
    /// Another default application.
    ChangeApplications, "change the default application", false, RESPONSIBLE, ABOVE;
    /// The colour of the sign-in pages.
    ReadAppearance, "see how the sign-in pages look", false, EVERYBODY, ABOVE;
    /// Another colour.
    ChangeAppearance, "change how the sign-in pages look", false, RESPONSIBLE, ABOVE;
    /// Whom people ask about signing in, as the sign-in pages and mails say.
    ChangeContact, "say whom people ask about signing in", true, RESPONSIBLE, ABOVE;
    /// Tokens for the API, without their secrets.
    ReadTokens, "see the tokens for the API", false, EVERYBODY, ABOVE;
    /// Make a token for the API, which does no more than its maker. Each belongs to its maker's own account.
    MakeTokens, "make a token for the API", true, RESPONSIBLE, &[];
    /// End a token for the API.
    EndTokens, "end a token for the API", false, RESPONSIBLE, ABOVE;
    /// Accounts that one may enter.
    ListAccounts, "list the accounts one may enter", false, ABOVE, &[];
    /// Go from one account into another; the account's own Activity shows it (AU-06).
    Enter, "enter the account", false, ABOVE, ABOVE;
}

/// What a setup link opens, as far as whoever made it may do it: the values of one connection and the proof of domains. It turns nothing
/// on, shows nobody, and lets nobody in (ADM-13).
pub const BY_LINK: &[Action] =
    &[Action::ReadSignOn, Action::AddSignOn, Action::PrepareSignOn, Action::ChangeSignOn, Action::ReadDomains, Action::ProveDomains];

/// Whether one role allows an action in an account.
pub fn allows(role: Role, action: Action, relation: Relation) -> bool {
    let (own, above) = action.roles();
    match relation {
        Relation::Own => own.contains(&role),
        Relation::Below => above.contains(&role),
        Relation::Other => role == Operator && above.contains(&role),
    }
}

/// Whether any of the roles allows it. Nobody may anything without a role.
pub fn may(roles: &BTreeSet<Role>, action: Action, relation: Relation) -> bool {
    roles.iter().any(|role| allows(*role, action, relation))
}

/// What remains of somebody's roles in a session that an account's own identity provider vouches for: nothing that reaches beyond the
/// account whose administrators chose that provider (AD-02).
pub fn vouched_for(mut roles: BTreeSet<Role>) -> BTreeSet<Role> {
    roles.retain(|role| !matches!(role, Operator | Partner));
    roles
}

/// Whether somebody's widest role is wider than any of another's: nobody takes from above (AD-02).
pub fn is_wider(theirs: &BTreeSet<Role>, mine: &BTreeSet<Role>) -> bool {
    // Roles are ordered from the widest on.
    theirs.iter().min().is_some_and(|theirs| mine.iter().min().is_none_or(|mine| theirs < mine))
}

/// Whether somebody with these roles gives or takes this one in an account of that relation: nobody gives what they may not do there
/// themselves (AD-02). Whoever runs the installation belongs to the account that does, and is made there only.
pub fn gives(roles: &BTreeSet<Role>, role: Role, relation: Relation) -> bool {
    let within = |asked: Relation| if relation == Relation::Own { asked } else { relation };
    // From above an account, the accounts below it lie open already; a token of one's own does no more than its maker.
    let counts = |action: Action| relation == Relation::Own || !matches!(action, Action::ListAccounts | Action::Enter | Action::MakeTokens);
    let held = |action: Action| Relation::ALL.into_iter().all(|asked| !allows(role, action, asked) || may(roles, action, within(asked)));
    may(roles, Action::ChangeRoles, relation) && (role != Operator || relation == Relation::Own) && Action::ALL.iter().filter(|action| counts(**action)).all(|action| held(*action))
}

/// `docs/portal-roles.md`.
pub fn page() -> String {
    let mut out = "# Roles in the account portal\n\n\
        Made from the table in `crates/portal/src/authority.rs`, which every check reads; a test fails when this page is out of date.\n\
        Roles are given on the machine (`homeward admin create ann@example.org --account 40817 --role administrator`) and in the portal, where nobody gives\n\
        or takes what they may not do themselves. No identity provider and no file gives one, and whoever comes in\n\
        by Single Sign-On is neither operator nor partner meanwhile. Whoever has several may what any of them allows; whoever has\n\
        none sees nothing of the portal.\n\n\
        An account that one may not open looks like one that is not there. An account other than one's own is entered first, and its own Activity\n\
        shows by whom. Steps marked ● ask for a sign-in that is at most five minutes old.\n"
        .to_owned();
    for relation in Relation::ALL {
        out.push_str(&format!("\n## In {}\n\n| step | | ", relation.title()));
        out.push_str(&Role::ALL.map(Role::title).join(" | "));
        out.push_str(&format!(" |\n|---|---|{}\n", "---|".repeat(Role::ALL.len())));
        for action in Action::ALL {
            let cells = Role::ALL.map(|role| if allows(role, *action, relation) { "yes" } else { "–" });
            let fresh = if action.needs_fresh_proof() { "●" } else { "" };
            out.push_str(&format!("| {} | {fresh} | {} |\n", action.title(), cells.join(" | ")));
        }
    }
    out.push_str(
        "\n## By a setup link\n\n\
        Whoever comes by a setup link has no role. The link opens these steps for one connection of one account, as far as whoever made it may\n\
        take them at that moment, and was allowed to when it was made; values of a connection that is on are not taken over by it.\n\n",
    );
    for action in BY_LINK {
        out.push_str(&format!("* {}{}\n", action.title(), if *action == Action::AddSignOn { ", where the link is for none yet: once" } else { "" }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_roles_is_the_one_of_the_table() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let made = root.join("target/portal-roles.md");
        std::fs::write(&made, page()).unwrap();
        let there = std::fs::read_to_string(root.join("docs/portal-roles.md")).unwrap_or_default();
        assert!(there == page(), "docs/portal-roles.md is out of date; run: cp target/portal-roles.md docs/portal-roles.md");
    }

    /// AD-01, AD-02: whatever the table says, these hold: nobody without a role, nobody but the operator elsewhere, no change by
    /// those who only read, and every change of who signs in how asks for a fresh proof.
    #[test]
    fn ad_01_the_table_keeps_its_promises() {
        for action in Action::ALL {
            for relation in Relation::ALL {
                assert!(!may(&BTreeSet::new(), *action, relation));
                assert!(!allows(Auditor, *action, relation) || reads(*action), "{action:?}");
                for role in [Administrator, Security, Helpdesk, Auditor] {
                    assert!(relation == Relation::Own || !allows(role, *action, relation), "{role:?} {action:?}");
                }
                assert!(relation != Relation::Other || !allows(Partner, *action, relation));
                for role in Role::ALL {
                    assert!(allows(Operator, *action, relation) || !allows(role, *action, relation), "the operator may what {role:?} may");
                }
            }
            assert!(!allows(Helpdesk, *action, Relation::Own) || reads(*action) || *action == Action::Invite, "{action:?}");
        }
        for dangerous in [Action::AddUsers, Action::ChangeState, Action::ChangeUsername, Action::Unlink, Action::ChangeExclusions, Action::ChangeRoles, Action::ProveDomains, Action::GiveUpDomains, Action::ChangePasswords, Action::ChangeContact, Action::ChangeSignOn, Action::SwitchSignOn, Action::MakeSetupLink, Action::ChangeServices, Action::MakeTokens] {
            assert!(dangerous.needs_fresh_proof(), "{dangerous:?}");
        }
        for never in [Action::Open, Action::AddUsers, Action::ChangeUsername, Action::Unlink, Action::SwitchSignOn, Action::ReadUsers, Action::Explain, Action::Invite, Action::ReadRoles, Action::ChangeRoles, Action::GiveUpDomains, Action::MakeSetupLink, Action::ReadSetupLinks] {
            assert!(!BY_LINK.contains(&never), "ADM-13: {never:?}");
        }
        let both = BTreeSet::from([Auditor, Helpdesk]);
        assert!(may(&both, Action::ExportActivity, Relation::Own) && may(&both, Action::Invite, Relation::Own) && !may(&both, Action::ChangeState, Relation::Own));
    }

    const fn reads(action: Action) -> bool {
        matches!(
            action,
            Action::Open
                | Action::ReadUsers
                | Action::Explain
                | Action::ReadExclusions
                | Action::ReadSignOn
                | Action::ReadSetupLinks
                | Action::ReadServices
                | Action::ReadActivity
                | Action::ExportActivity
                | Action::ReadRoles
                | Action::ReadDomains
                | Action::ReadPasswords
                | Action::ReadApplications
                | Action::ReadAppearance
                | Action::ReadTokens
        )
    }

    /// AD-02: nobody gives what they may not do themselves, whatever the table says of each action.
    #[test]
    fn ad_02_nobody_gives_more_than_they_hold() {
        let given = |role: Role, relation: Relation| Role::ALL.into_iter().filter(|wanted| gives(&BTreeSet::from([role]), *wanted, relation)).collect::<Vec<_>>();
        assert_eq!(given(Operator, Relation::Own), Role::ALL);
        for relation in [Relation::Below, Relation::Other] {
            assert_eq!(given(Operator, relation), [Partner, Administrator, Security, Helpdesk, Auditor]);
        }
        assert_eq!(given(Partner, Relation::Own), [Partner, Administrator, Security, Helpdesk, Auditor]);
        assert_eq!(given(Partner, Relation::Below), [Partner, Administrator, Security, Helpdesk, Auditor]);
        assert_eq!(given(Administrator, Relation::Own), [Administrator, Security, Helpdesk, Auditor]);
        for (role, relation) in [(Partner, Relation::Other), (Administrator, Relation::Below), (Security, Relation::Own), (Helpdesk, Relation::Own), (Auditor, Relation::Own)] {
            assert_eq!(given(role, relation), [], "{role:?} {relation:?}");
        }
        assert!(!gives(&BTreeSet::new(), Auditor, Relation::Own));
    }

    /// AD-02: whoever chooses an account's provider cannot make it say that somebody runs more than the account.
    #[test]
    fn ad_02_no_provider_vouches_for_a_role_beyond_its_account() {
        let left = vouched_for(Role::ALL.into_iter().collect());
        assert_eq!(left.iter().copied().collect::<Vec<_>>(), [Administrator, Security, Helpdesk, Auditor]);
        for action in Action::ALL {
            assert!(!may(&left, *action, Relation::Below) && !may(&left, *action, Relation::Other), "{action:?}");
        }
        assert!(vouched_for(BTreeSet::from([Operator, Partner])).is_empty());
    }

    #[test]
    fn words_of_roles_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("root"), None);
    }
}
