//! Every endpoint of the API with the action that it is. Routes, checks and the OpenAPI document come from it (AD-01): what does not stand
//! here is answered by nobody.

use homeward_portal::Action;

use super::{
    accounts::{self, AccountDetail, AccountShown, ConnectionListed},
    activity::{self, ActivityExport, ActivitySearch},
    adding::{self, AddedUser, NewUser},
    administrators::{self, AdministratorList, AdministratorSignIn, NewRole},
    appearance::{self, Appearance, AppearanceRequest, ContactRequest, LogoRequest},
    applications::{self, ApplicationList, DefaultApplication},
    call::MOST,
    domains::{self, Domain, GivenUpDomain, NewDomain},
    endpoint::{Endpoint, Parameter, Seen, Shape, Verb},
    exclusions::{self, Excluded, Exclusion, ExclusionRequest},
    passwords::{self, PasswordPeople, Policy, PolicyRequest},
    reply::Page,
    services::{
        self, ConsentLink, ServiceDetail, ServiceListed,
        people::{self as services_people, AllowedShown, TokenTests},
        proposal::{self as services_proposal, NewServiceProposal, ServiceProposal},
    },
    setup_links::{self, MadeSetupLink, NewSetupLink, SetupLinkShown},
    shown::{LineShown, UserShown},
    sign_on::{
        self, ConnectionDetail, NewConnection,
        checks::{self, RefusedShown},
        proposal::{self, NewProposal, ProposalDetail},
        published::{self, PublishedShown},
        turn::{self, LeavingGroup, OutageRequest, PilotGroupRequest, PilotRequest, PilotedShown, TurnRequest, TurnedShown, UndoRequest, UndoneShown},
        whole::{self, WholeAnswer},
    },
    steps_mail::{self, StepsRequest},
    tokens::{self, OwnToken, TokenShown},
    users::{self, NewUsername, SessionShown, UserDetail, UserSearch, Why},
};

/// What every address begins with.
pub(super) const PREFIX: &str = "/api/v1";

const LIMIT: Parameter = Parameter { name: "limit", says: "Entries of a page; 50 when it is absent.", shape: Shape::Number(1, MOST) };
const CURSOR: Parameter = Parameter { name: "cursor", says: "`next_cursor` of the page before, with the rest of the query unchanged.", shape: Shape::Text(4_000) };
const PAGED: &[Parameter] = &[LIMIT, CURSOR];
/// Lists whose pages are as long as they are.
const MARKED: &[Parameter] = &[CURSOR];
const USERS: &[Parameter] = &[Parameter { name: "list", says: "Only these users.", shape: Shape::Words(users::LISTS) }, LIMIT, CURSOR];
const ACCOUNTS: &[Parameter] = &[Parameter { name: "q", says: "What the number or the name begins with.", shape: Shape::Text(100) }, LIMIT, CURSOR];
const LINES: &[Parameter] = &[
    Parameter { name: "kind", says: "Only one kind of lines.", shape: Shape::Words(activity::KINDS) },
    Parameter { name: "result", says: "Only what failed.", shape: Shape::Words(activity::RESULTS) },
    Parameter { name: "user", says: "About this user, by id.", shape: Shape::Id },
    LIMIT,
    CURSOR,
];
const APPLICATION: &[Parameter] = &[Parameter { name: "application", says: "The application to sign in to, by `client_id`; the first one when it is absent.", shape: Shape::ClientId }];

const CHANGED: &[(u16, &str)] = &[(409, "It is so already, or cannot be done as things stand; `code` says why.")];
const UNFIT: &[(u16, &str)] = &[(409, "It cannot be done as things stand; `code` says why."), (422, "A value cannot be used; `code` says why.")];

macro_rules! by {
    ($($handler:ident)::+) => {
        |call| Box::pin($($handler)::+(call))
    };
}

use Action as A;
use Verb::{Delete, Get, Post, Put};

/// Every endpoint.
pub static ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Get, "/token", ("ownToken", "The token of this call"), A::Open, by!(tokens::own)).gives::<OwnToken>(),
    Endpoint::new(Get, "/accounts", ("listAccounts", "Accounts that one may enter, by number"), A::ListAccounts, by!(accounts::list)).query(ACCOUNTS).gives::<Page<AccountShown>>(),
    Endpoint::new(Get, "/accounts/{number}", ("account", "The state of an account"), A::Open, by!(accounts::one)).gives::<AccountDetail>(),
    Endpoint::new(Get, "/accounts/{number}/users", ("listUsers", "Users, by username"), A::ReadUsers, by!(users::list)).query(USERS).gives::<Page<UserShown>>(),
    Endpoint::new(Post, "/accounts/{number}/users", ("addUser", "Add a user, who is invited by mail where they need a password"), A::AddUsers, by!(adding::add)).takes::<NewUser>().makes::<AddedUser>().own(UNFIT),
    Endpoint::new(Post, "/accounts/{number}/users/search", ("searchUsers", "Users whose username begins with a text"), A::ReadUsers, by!(users::search)).takes::<UserSearch>().gives::<Page<UserShown>>().reads(),
    Endpoint::new(Get, "/accounts/{number}/users/{user}", ("user", "One user"), A::ReadUsers, by!(users::one)).gives::<UserDetail>(),
    Endpoint::new(Get, "/accounts/{number}/users/{user}/sessions", ("listSessions", "Where a user is signed in"), A::ReadUsers, by!(users::sessions)).gives::<Page<SessionShown>>(),
    Endpoint::new(Get, "/accounts/{number}/users/{user}/why", ("whyNot", "Why a user cannot sign in, or where they would"), A::Explain, by!(users::why))
        .query(APPLICATION)
        .gives::<Why>()
        .own(&[(422, "People of this account have no such application.")]),
    Endpoint::new(Post, "/accounts/{number}/users/{user}/invite", ("inviteUser", "Send an invitation again"), A::Invite, by!(users::invite)).own(CHANGED),
    Endpoint::new(Post, "/accounts/{number}/users/{user}/password-mail", ("mailPassword", "Send an active user the mail in which a password is set"), A::Invite, by!(users::mail_password)).own(CHANGED),
    Endpoint::new(Post, "/accounts/{number}/users/{user}/suspend", ("suspendUser", "Suspend a user"), A::ChangeState, by!(users::suspend)).seen(Seen::May(A::ReadUsers, by!(users::one))).own(CHANGED),
    Endpoint::new(Post, "/accounts/{number}/users/{user}/resume", ("resumeUser", "Let a suspended user sign in again"), A::ChangeState, by!(users::resume))
        .seen(Seen::May(A::ReadUsers, by!(users::one)))
        .own(CHANGED),
    Endpoint::new(Post, "/accounts/{number}/users/{user}/rename", ("renameUser", "Give a user another username"), A::ChangeUsername, by!(users::rename))
        .takes::<NewUsername>()
        .seen(Seen::May(A::ReadUsers, by!(users::one)))
        .own(UNFIT),
    Endpoint::new(Post, "/accounts/{number}/users/{user}/unlink", ("unlinkUser", "Take away whom providers mean by a user, who is signed out everywhere"), A::Unlink, by!(users::unlink))
        .seen(Seen::Must(A::ReadUsers, by!(users::one)))
        .own(CHANGED),
    Endpoint::new(Post, "/accounts/{number}/users/{user}/end-sessions", ("endSessions", "Sign a user out everywhere"), A::EndSessions, by!(users::end_sessions)),
    Endpoint::new(Put, "/accounts/{number}/users/{user}/emergency", ("giveEmergency", "Give a user emergency access: a password that counts whatever a provider does"), A::ChangeEmergency, by!(users::give_emergency))
        .own(CHANGED),
    Endpoint::new(Delete, "/accounts/{number}/users/{user}/emergency", ("takeEmergency", "Take emergency access, and the printed codes with it"), A::ChangeEmergency, by!(users::take_emergency)).own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/exclusions", ("listExclusions", "The exclusion list, by username"), A::ReadExclusions, by!(exclusions::list)).query(PAGED).gives::<Page<Exclusion>>(),
    Endpoint::new(Post, "/accounts/{number}/exclusions", ("excludeUsers", "Put users on the exclusion list, by username"), A::ChangeExclusions, by!(exclusions::add))
        .takes::<ExclusionRequest>()
        .gives::<Excluded>()
        .own(CHANGED),
    Endpoint::new(Put, "/accounts/{number}/exclusions/{user}", ("excludeUser", "Put a user on the exclusion list"), A::ChangeExclusions, by!(exclusions::put)).own(CHANGED),
    Endpoint::new(Delete, "/accounts/{number}/exclusions/{user}", ("includeUser", "Take a user off the exclusion list"), A::ChangeExclusions, by!(exclusions::remove)).own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/connections", ("listConnections", "Connections to identity providers"), A::ReadSignOn, by!(sign_on::list)).gives::<Page<ConnectionListed>>(),
    Endpoint::new(Post, "/accounts/{number}/connections", ("addConnection", "Begin a connection"), A::AddSignOn, by!(sign_on::add)).takes::<NewConnection>().makes::<ConnectionDetail>().own(UNFIT),
    Endpoint::new(Get, "/accounts/{number}/connections/{connection}", ("connection", "One connection: its four steps"), A::ReadSignOn, by!(sign_on::one)).gives::<ConnectionDetail>(),
    Endpoint::new(Get, "/accounts/{number}/connections/{connection}/proposal", ("proposal", "Values that wait to be taken over"), A::ReadSignOn, by!(proposal::one)).gives::<ProposalDetail>(),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/proposal", ("propose", "Enter a provider's values, to be looked at"), A::PrepareSignOn, by!(proposal::put))
        .takes::<NewProposal>()
        .makes::<ProposalDetail>()
        .own(UNFIT),
    Endpoint::new(Delete, "/accounts/{number}/connections/{connection}/proposal", ("discardProposal", "Discard the values that were looked at"), A::PrepareSignOn, by!(proposal::discard)).seen(Seen::Names),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/proposal/accept", ("acceptProposal", "Take over the values that were looked at"), A::ChangeSignOn, by!(proposal::accept)).seen(Seen::Names),
    Endpoint::new(Get, "/accounts/{number}/connections/{connection}/answer", ("wholeAnswer", "The whole answer to the last test sign-in, values in part"), A::ReadSignOn, by!(whole::one)).gives::<WholeAnswer>(),
    Endpoint::new(Get, "/accounts/{number}/connections/{connection}/published", ("published", "Endpoints that the provider publishes and that do not count yet"), A::ReadSignOn, by!(published::one))
        .gives::<PublishedShown>(),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/published/accept", ("acceptPublished", "Take over what the provider publishes"), A::ChangeSignOn, by!(published::accept)).seen(Seen::Names),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/published/refuse", ("refusePublished", "Refuse what the provider publishes"), A::ChangeSignOn, by!(published::refuse)).seen(Seen::Names),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/turn", ("turn", "Turn Single Sign-On on or off"), A::SwitchSignOn, by!(turn::switch))
        .takes::<TurnRequest>()
        .gives::<TurnedShown>()
        .seen(Seen::Names)
        .own(UNFIT),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/outage", ("outage", "Passwords for so many hours: the provider is away"), A::SwitchSignOn, by!(turn::outage))
        .takes::<OutageRequest>()
        .seen(Seen::May(A::ReadSignOn, by!(sign_on::one)))
        .own(UNFIT),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/undo", ("undo", "Take the last step back"), A::SwitchSignOn, by!(turn::undo))
        .takes::<UndoRequest>()
        .gives::<UndoneShown>()
        .own(UNFIT),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/pilot", ("addToPilot", "Put users into the pilot, by username"), A::SwitchSignOn, by!(turn::pilot)).takes::<PilotRequest>().gives::<PilotedShown>(),
    Endpoint::new(Delete, "/accounts/{number}/connections/{connection}/pilot/{user}", ("leavePilot", "Take a user out of the pilot"), A::SwitchSignOn, by!(turn::unpilot)),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/pilot-groups", ("addPilotGroup", "Put a group into the pilot"), A::SwitchSignOn, by!(turn::pilot_group)).takes::<PilotGroupRequest>().own(UNFIT),
    Endpoint::new(Post, "/accounts/{number}/connections/{connection}/pilot-groups/remove", ("removePilotGroup", "Take a group out of the pilot"), A::SwitchSignOn, by!(turn::unpilot_group))
        .takes::<LeavingGroup>()
        .own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/setup-links", ("listSetupLinks", "Setup links, newest first, without what is secret in them"), A::ReadSetupLinks, by!(setup_links::list)).gives::<Page<SetupLinkShown>>(),
    Endpoint::new(Post, "/accounts/{number}/setup-links", ("makeSetupLink", "Make a setup link, which is shown this once"), A::MakeSetupLink, by!(setup_links::make))
        .takes::<NewSetupLink>()
        .makes::<MadeSetupLink>()
        .secret()
        .own(UNFIT),
    Endpoint::new(Get, "/accounts/{number}/setup-links/{link}", ("setupLink", "One setup link"), A::ReadSetupLinks, by!(setup_links::one)).gives::<SetupLinkShown>(),
    Endpoint::new(Delete, "/accounts/{number}/setup-links/{link}", ("endSetupLink", "End a setup link, and every session that began by it"), A::EndSetupLink, by!(setup_links::end)).own(CHANGED),
    Endpoint::new(Post, "/accounts/{number}/steps-mail", ("mailSteps", "Mail the steps at a provider or in the DNS to an address"), A::MailSteps, by!(steps_mail::mail)).takes::<StepsRequest>().own(UNFIT),
    Endpoint::new(Get, "/accounts/{number}/services", ("listServices", "Connected services"), A::ReadServices, by!(services::list)).gives::<Page<ServiceListed>>(),
    Endpoint::new(Get, "/accounts/{number}/services/{connection}", ("service", "One connected service"), A::ReadServices, by!(services::one)).gives::<ServiceDetail>(),
    Endpoint::new(Get, "/accounts/{number}/services/{connection}/proposal", ("serviceProposal", "A registration that waits to be taken over"), A::ReadServices, by!(services_proposal::one)).gives::<ServiceProposal>(),
    Endpoint::new(Post, "/accounts/{number}/services/{connection}/proposal", ("proposeService", "Enter a registration at Microsoft, to be looked at"), A::PrepareServices, by!(services_proposal::put))
        .takes::<NewServiceProposal>()
        .makes::<ServiceProposal>()
        .own(UNFIT),
    Endpoint::new(Delete, "/accounts/{number}/services/{connection}/proposal", ("discardServiceProposal", "Discard the registration that was looked at"), A::PrepareServices, by!(services_proposal::discard))
        .seen(Seen::Names),
    Endpoint::new(Post, "/accounts/{number}/services/{connection}/proposal/accept", ("acceptServiceProposal", "Take over the registration that was looked at"), A::ChangeServices, by!(services_proposal::accept))
        .seen(Seen::Names),
    Endpoint::new(Post, "/accounts/{number}/services/{connection}/consent-link", ("consentLink", "Make a link to the organisation's consent, which is shown this once"), A::ChangeServices, by!(services::link))
        .gives::<ConsentLink>()
        .secret()
        .own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/services/{connection}/people", ("servicePeople", "Who has allowed a connected service something, newest first"), A::ReadServices, by!(services_people::list))
        .query(MARKED)
        .gives::<Page<AllowedShown>>(),
    Endpoint::new(Post, "/accounts/{number}/services/{connection}/people/{user}/test", ("testToken", "Whether somebody's token is alive"), A::PrepareServices, by!(services_people::test))
        .gives::<TokenTests>()
        .own(CHANGED),
    Endpoint::new(Delete, "/accounts/{number}/services/{connection}/people/{user}", ("endConsent", "End what somebody has allowed"), A::ChangeServices, by!(services_people::end)).own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/domains", ("listDomains", "Domains, by name"), A::ReadDomains, by!(domains::list)).gives::<Page<Domain>>(),
    Endpoint::new(Post, "/accounts/{number}/domains", ("addDomain", "Add a domain, to be proved"), A::ProveDomains, by!(domains::add)).takes::<NewDomain>().makes::<Domain>().own(UNFIT),
    Endpoint::new(Get, "/accounts/{number}/domains/{domain}", ("domain", "One domain"), A::ReadDomains, by!(domains::one)).gives::<Domain>(),
    Endpoint::new(Post, "/accounts/{number}/domains/{domain}/check", ("checkDomain", "Look for the record that proves a domain"), A::ProveDomains, by!(domains::check)).gives::<Domain>().own(CHANGED),
    Endpoint::new(Delete, "/accounts/{number}/domains/{domain}", ("giveUpDomain", "Give a domain up"), A::GiveUpDomains, by!(domains::give_up)).seen(Seen::May(A::ReadDomains, by!(domains::one))),
    Endpoint::new(Get, "/accounts/{number}/given-up-domains", ("listGivenUpDomains", "Domains that were given up in the last day, by name"), A::ReadDomains, by!(domains::given_up)).gives::<Page<GivenUpDomain>>(),
    Endpoint::new(Post, "/accounts/{number}/given-up-domains/{domain}/take-back", ("takeDomainBack", "Take a domain back that was given up in the last day"), A::GiveUpDomains, by!(domains::take_back)).own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/passwords", ("passwordPolicy", "What a password must be"), A::ReadPasswords, by!(passwords::show)).gives::<Policy>(),
    Endpoint::new(Put, "/accounts/{number}/passwords", ("changePasswordPolicy", "Change what a password must be"), A::ChangePasswords, by!(passwords::save))
        .takes::<PolicyRequest>()
        .gives::<Policy>()
        .seen(Seen::Must(A::ReadPasswords, by!(passwords::show)))
        .own(UNFIT),
    Endpoint::new(Get, "/accounts/{number}/passwords/people", ("passwordPeople", "People with a password, and whose is over"), A::ReadPasswords, by!(passwords::people)).gives::<PasswordPeople>(),
    Endpoint::new(Get, "/accounts/{number}/applications", ("listApplications", "Applications, by name, and the default one"), A::ReadApplications, by!(applications::list)).gives::<ApplicationList>(),
    Endpoint::new(Put, "/accounts/{number}/applications/default", ("setDefaultApplication", "Choose what a tile at the identity provider opens"), A::ChangeApplications, by!(applications::choose))
        .takes::<DefaultApplication>()
        .own(UNFIT),
    Endpoint::new(Get, "/accounts/{number}/sign-in-page", ("appearance", "How the sign-in pages look"), A::ReadAppearance, by!(appearance::show)).gives::<Appearance>(),
    Endpoint::new(Put, "/accounts/{number}/sign-in-page", ("changeAppearance", "Change how the sign-in pages look"), A::ChangeAppearance, by!(appearance::save))
        .takes::<AppearanceRequest>()
        .seen(Seen::Must(A::ReadAppearance, by!(appearance::show)))
        .own(UNFIT),
    Endpoint::new(Put, "/accounts/{number}/sign-in-page/contact", ("changeContact", "Say whom people ask about signing in"), A::ChangeContact, by!(appearance::save_contact))
        .takes::<ContactRequest>()
        .seen(Seen::Must(A::ReadAppearance, by!(appearance::show)))
        .own(UNFIT),
    Endpoint::new(Put, "/accounts/{number}/sign-in-page/logo", ("changeLogo", "Use another logo on the sign-in pages"), A::ChangeAppearance, by!(appearance::save_logo))
        .takes::<LogoRequest>()
        .seen(Seen::Must(A::ReadAppearance, by!(appearance::show)))
        .own(UNFIT),
    Endpoint::new(Delete, "/accounts/{number}/sign-in-page/logo", ("removeLogo", "Remove the logo from the sign-in pages"), A::ChangeAppearance, by!(appearance::remove_logo))
        .seen(Seen::Must(A::ReadAppearance, by!(appearance::show)))
        .own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/administrators", ("listAdministrators", "Who has a role"), A::ReadRoles, by!(administrators::list)).gives::<AdministratorList>(),
    Endpoint::new(Post, "/accounts/{number}/administrators", ("giveRole", "Give somebody a role"), A::ChangeRoles, by!(administrators::give)).takes::<NewRole>().own(UNFIT),
    Endpoint::new(Delete, "/accounts/{number}/administrators/{user}/roles/{role}", ("takeRole", "Take a role from somebody"), A::ChangeRoles, by!(administrators::take)).own(CHANGED),
    Endpoint::new(Put, "/accounts/{number}/administrators/sign-in", ("administratorSignIn", "Let administrators in by Single Sign-On, or not"), A::ChangeRoles, by!(administrators::sign_in))
        .takes::<AdministratorSignIn>()
        .own(CHANGED),
    Endpoint::new(Get, "/accounts/{number}/activity", ("listActivity", "Sign-ins and changes, newest first"), A::ReadActivity, by!(activity::list)).query(LINES).gives::<Page<LineShown>>(),
    Endpoint::new(Post, "/accounts/{number}/activity/search", ("searchActivity", "Sign-ins and changes of somebody, or by a reference"), A::ReadActivity, by!(activity::search))
        .takes::<ActivitySearch>()
        .gives::<Page<LineShown>>()
        .reads(),
    Endpoint::new(Post, "/accounts/{number}/activity/export", ("exportActivity", "Sign-ins and changes as a file, newest first; who takes it away is on record"), A::ExportActivity, by!(activity::export))
        .takes::<ActivityExport>()
        .files(),
    // After the words that would be read as a reference.
    Endpoint::new(Get, "/accounts/{number}/activity/{reference}", ("refusedAnswer", "The six checks of a refused answer, by the reference on the person's page"), A::ReadActivity, by!(checks::refused)).gives::<RefusedShown>(),
    Endpoint::new(Get, "/accounts/{number}/tokens", ("listTokens", "Tokens for the API that count, without their secrets"), A::ReadTokens, by!(tokens::list)).gives::<Page<TokenShown>>(),
    Endpoint::new(Delete, "/accounts/{number}/tokens/{token}", ("endToken", "End a token"), A::EndTokens, by!(tokens::end)),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// AD-01: every endpoint once, under a name of its own; what changes something has an action that is no reading, what reads has none
    /// that changes.
    #[test]
    fn ad_01_every_endpoint_stands_once() {
        for (place, endpoint) in ENDPOINTS.iter().enumerate() {
            let before = &ENDPOINTS[..place];
            assert!(!before.iter().any(|other| other.name == endpoint.name || (other.verb, other.path) == (endpoint.verb, endpoint.path)), "{}", endpoint.name);
            let reads = format!("{:?}", endpoint.action).starts_with("Read") || matches!(endpoint.action, A::Open | A::Explain | A::ListAccounts);
            assert_eq!(endpoint.is_reading(), reads, "{}", endpoint.name);
            assert!(!endpoint.is_reading() || matches!(endpoint.seen, Seen::Nothing), "{}", endpoint.name);
            assert!(homeward_portal::tokens::Scope::of(endpoint.action).is_some(), "no token may {}", endpoint.name);
        }
    }
}
