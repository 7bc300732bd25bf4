//! The permissions that can be delegated, with Microsoft's mark of which need an administrator's consent (B-137…B-145).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What a token is for. Entra gives one access token per resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// Microsoft Graph.
    Graph,
    /// Exchange Web Services.
    Exchange,
}

impl Resource {
    /// Both, in the order of the wizard.
    pub const ALL: [Self; 2] = [Self::Graph, Self::Exchange];
    /// The word in logs and in the audit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Exchange => "exchange",
        }
    }
}

/// Scopes that say who somebody is and give nothing else away. Entra puts them into tokens without being asked.
const IDENTITY: [&str; 5] = ["openid", "profile", "email", "offline_access", "User.Read"];

/// The permissions in the `scope` of a token response, without the interface in front (`https://graph.microsoft.com/`). One that we
/// do not know stands here, too: whoever must not have it has to learn of it.
pub fn permissions_of(scope: &str) -> BTreeSet<String> {
    let bare = |scope: &str| scope.rsplit('/').next().unwrap_or_default().to_owned();
    scope.split(' ').map(bare).filter(|name| !name.is_empty() && !IDENTITY.contains(&name.as_str())).collect()
}

/// One delegated permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// As the Entra admin center prints it.
    pub name: &'static str,
    /// Which interface it belongs to.
    pub resource: Resource,
    /// "Admin consent required".
    pub admin_consent: bool,
    /// What it allows, in Microsoft's words.
    pub allows: &'static str,
}

const fn graph(name: &'static str, allows: &'static str) -> Permission {
    Permission { name, resource: Resource::Graph, admin_consent: false, allows }
}

/// All of them, in the order of the wizard.
pub const PERMISSIONS: [Permission; 12] = [
    graph("Calendars.Read", "Read user calendars"),
    graph("Calendars.Read.Shared", "Read user and shared calendars"),
    graph("Calendars.ReadWrite", "Have full access to user calendars"),
    graph("Calendars.ReadWrite.Shared", "Read and write user and shared calendars"),
    graph("Contacts.Read", "Read user contacts"),
    graph("Contacts.Read.Shared", "Read user and shared contacts"),
    graph("Contacts.ReadWrite", "Have full access to user contacts"),
    graph("Contacts.ReadWrite.Shared", "Read and write user and shared contacts"),
    Permission { admin_consent: true, ..graph("OrgContact.Read.All", "Read organizational contacts") },
    graph("People.Read", "Read users' relevant people lists"),
    Permission { admin_consent: true, ..graph("People.Read.All", "Read all users' relevant people lists") },
    Permission { resource: Resource::Exchange, ..graph("EWS.AccessAsUser.All", "Access mailboxes as the signed-in user via Exchange Web Services") },
];

impl Permission {
    /// The permission of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PERMISSIONS.iter().find(|permission| permission.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_what_it_carries() {
        let read = |scope| permissions_of(scope).into_iter().collect::<Vec<_>>();
        assert_eq!(read("https://graph.microsoft.com/Calendars.Read openid  User.Read Mail.Send"), ["Calendars.Read", "Mail.Send"]);
        assert_eq!(read(""), Vec::<String>::new());
    }

    #[test]
    fn two_permissions_need_an_administrator() {
        let marked: Vec<_> = PERMISSIONS.iter().filter(|p| p.admin_consent).map(|p| p.name).collect();
        assert_eq!(marked, ["OrgContact.Read.All", "People.Read.All"]);
        assert_eq!(Permission::named("EWS.AccessAsUser.All").unwrap().resource, Resource::Exchange);
        assert!(Permission::named("Mail.Send").is_none(), "an application permission cannot be delegated");
    }
}
