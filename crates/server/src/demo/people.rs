//! Who lives in the demo, with which password, and the one screen of text that says so.

use std::time::Duration;

use homeward_discovery::Hints;
use homeward_local_credential::StoredCredential;
use homeward_model::{Password, Username};
use homeward_portal::Role;
use homeward_signin::{Context, ports::Directory};
use homeward_store::Store;
use serde_json::json;

use super::Places;
use crate::record::Deed;

const DAY: u64 = 86_400;

/// Username, account, password, days since it was changed.
const PASSWORDS: [(&str, &str, &str, u64); 13] = [
    ("britta.simon@northwind.example", "40817", "Kranich7!", 3),
    ("old@northwind.example", "40817", "Reiher-88", 95),
    ("soon@northwind.example", "40817", "Storch#66", 84),
    ("lars@northwind.example", "40817", "Drossel&9", 3),
    ("sam@consultants.example", "40817", "Specht+55", 3),
    ("sam@consultants.example", "50210", "Specht+55", 3),
    ("sam@consultants.example", "60333", "Amsel_44!", 3),
    ("ops@contoso.example", "50210", "Falke%33x", 3),
    ("both@fabrikam.example", "60333", "Zaunkoenig=2", 3),
    ("emergency@tailspin.example", "70455", "Nachtigall+8", 3),
    ("mia@woodgrove.example", "80126", "ein Rotkehlchen im Garten", 400),
    ("ana.trujillo@contoso.example", "50210", "Pirol*Nest4", 3),
    ("olivia@voice.example", "10001", "Mauersegler_6", 3),
];

/// Who has which role in the portal.
const ROLES: [(&str, &str, Role); 2] = [("ana.trujillo@contoso.example", "50210", Role::Administrator), ("olivia@voice.example", "10001", Role::Operator)];

/// Username, password as it is shown, what happens.
const SCREEN: [(&str, &str, &str); 16] = [
    ("britta.simon@northwind.example", "Kranich7!", "signs in"),
    ("old@northwind.example", "Reiher-88", "the password has expired and must be changed"),
    ("soon@northwind.example", "Storch#66", "the password expires 6 days after the first start"),
    ("sam@consultants.example", "Specht+55", "three accounts: 40817, 50210, and 60333 with Amsel_44!"),
    ("mia@woodgrove.example", "ein Rotkehlchen im Garten", "another password policy: long, no expiry"),
    ("noor@woodgrove.example", "–", "invited: the mail waits in the mailbox"),
    ("new@northwind.example", "–", "invited without a mail: ask for a reset to get it"),
    ("lars@northwind.example", "Drossel&9", "suspended: cannot sign in"),
    ("nobody@example.org", "–", "unknown"),
    ("dana@contoso.example", "–", "Single Sign-On by SAML, at a simulated Entra ID"),
    ("ops@contoso.example", "Falke%33x", "on the exclusion list of that account: password"),
    ("both@fabrikam.example", "Zaunkoenig=2", "Single Sign-On by SAML, at a simulated Okta, or password"),
    ("kim@tailspin.example", "–", "Single Sign-On by OpenID Connect, taken there at once"),
    ("emergency@tailspin.example", "Nachtigall+8", "the break-glass user of that account: password"),
    ("ana.trujillo@contoso.example", "Pirol*Nest4", "administers Contoso in the account portal"),
    ("olivia@voice.example", "Mauersegler_6", "the operator: every account in the portal"),
];

/// Gives the example users their passwords, where they have none yet.
pub(super) async fn give_passwords(ctx: &Context, store: &Store) -> Result<(), String> {
    let with = store.with_credential().await.map_err(|e| e.to_string())?;
    let mut siblings: Vec<(&str, StoredCredential)> = Vec::new();
    for (name, account, password, days) in PASSWORDS {
        let username = Username::parse(name).map_err(|e| e.to_string())?;
        let password = Password::parse(password).map_err(|e| e.to_string())?;
        let candidates = store.candidates(&username, &Hints::default()).await.map_err(|e| e.to_string())?;
        let user = candidates.accounts.iter().find(|c| c.account.number.as_str() == account).and_then(|c| c.user.as_ref());
        let Some(user) = user.filter(|u| !with.contains(&u.id)) else { continue };
        let changed = ctx.now().minus(Duration::from_secs(days * DAY));
        let known: Vec<_> = siblings.iter().filter(|(other, _)| *other == name).map(|(_, c)| c.clone()).collect();
        let credential = ctx.passwords.hash_new(user.id, &password, 1, &known, changed).await.map_err(|e| e.to_string())?;
        store.set_credential(&credential, ctx.now()).await.map_err(|e| e.to_string())?;
        siblings.push((name, credential));
    }
    Ok(())
}

/// Gives the example administrators their roles, where they have none yet.
pub(super) async fn give_roles(ctx: &Context, store: &Store) -> Result<(), String> {
    for (name, account, role) in ROLES {
        let username = Username::parse(name).map_err(|e| e.to_string())?;
        let candidates = store.candidates(&username, &Hints::default()).await.map_err(|e| e.to_string())?;
        let user = candidates.accounts.into_iter().find(|c| c.account.number.as_str() == account).and_then(|c| c.user);
        let Some(user) = user else { continue };
        let line = Deed::role(&user, format!("+{}", role.word())).line("ok", ctx.now());
        store.give_portal_role(user.id, role, &line).await.map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// What to open and whom to be, on one screen.
pub(super) fn screen(places: &Places, command: &str) -> String {
    let Places { issuer, application, mails, providers } = places;
    let row = |(username, password, says): (&str, &str, &str)| format!("    {username:<32}{password:<27}{says}\n");
    let people: String = SCREEN.into_iter().map(row).collect();
    format!(
        "
  Open   {application}    an application; \"Sign in\" leads to Homeward
  Mails  {mails}   everything that Homeward sends
  Identity providers  {providers}   simulated: any password is right, wrong answers can be chosen
  Homeward itself: {issuer}   The account portal: {issuer}/portal

    Username                        Password                   What happens
{people}
  Forgot a password? {issuer}/forgot   Change one: {issuer}/changepassword
  Commands: {command} explain old@northwind.example --app teamwork
  Ctrl-C stops. Running it again keeps what you did; --fresh begins anew."
    )
}

/// The same for a program.
pub(super) fn json(places: &Places, command: &str) -> String {
    let people: Vec<_> = SCREEN.into_iter().map(|(username, password, says)| json!({ "username": username, "password": Some(password).filter(|p| *p != "–"), "says": says })).collect();
    json!({ "application": places.application, "mails": places.mails, "providers": places.providers, "issuer": places.issuer, "command": command, "people": people }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever is on the screen is in the file, with the password that the screen says; the screen fits 120 columns and 30 lines.
    #[test]
    fn the_screen_tells_of_people_that_exist() {
        let register = super::super::REGISTER;
        for (username, password, _) in SCREEN {
            assert_eq!(register.contains(&format!("username = \"{username}\"")), username != "nobody@example.org", "{username}");
            assert_eq!(password == "–", !PASSWORDS.iter().any(|(name, _, known, _)| *name == username && *known == password), "{username}");
        }
        for (username, account, ..) in PASSWORDS {
            assert!(register.contains(&format!("username = \"{username}\"")) && register.contains(&format!("number = \"{account}\"")), "{username}");
        }
        for (username, account, _) in ROLES {
            assert!(PASSWORDS.iter().any(|(name, number, ..)| *name == username && *number == account), "{username}");
        }
        let screen = screen(&Places::of(8080), "target/release/homeward --config deploy/data/demo/demo.toml");
        assert!(screen.lines().count() <= 30 && screen.lines().all(|line| line.chars().count() <= 120), "{screen}");
    }
}
