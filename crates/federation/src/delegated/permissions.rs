//! The permissions that can be delegated, with Microsoft's mark of which need an administrator's consent (B-137…B-145).

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
    fn two_permissions_need_an_administrator() {
        let marked: Vec<_> = PERMISSIONS.iter().filter(|p| p.admin_consent).map(|p| p.name).collect();
        assert_eq!(marked, ["OrgContact.Read.All", "People.Read.All"]);
        assert_eq!(Permission::named("EWS.AccessAsUser.All").unwrap().resource, Resource::Exchange);
        assert!(Permission::named("Mail.Send").is_none(), "an application permission cannot be delegated");
    }
}
