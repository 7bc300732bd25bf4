//! Who lives in the demo, with which password, and the one screen of text that says so.

use std::time::Duration;

use homeward_discovery::Hints;
use homeward_model::{Password, Username};
use homeward_signin::{Context, ports::Directory};
use homeward_store::Store;

const DAY: u64 = 86_400;

/// Username, account, password, days since it was changed.
const PASSWORDS: [(&str, &str, &str, u64); 8] = [
    ("britta.simon@northwind.example", "40817", "Kranich7!", 3),
    ("old@northwind.example", "40817", "Reiher-88", 95),
    ("soon@northwind.example", "40817", "Storch#66", 84),
    ("sam@consultants.example", "40817", "Specht+55", 3),
    ("sam@consultants.example", "50210", "Specht+55", 3),
    ("sam@consultants.example", "60333", "Amsel_44!", 3),
    ("ops@contoso.example", "50210", "Falke%33x", 3),
    ("both@fabrikam.example", "60333", "Zaunkoenig=2", 3),
];

/// Gives the example users their passwords, where they have none yet.
pub(super) async fn give_passwords(ctx: &Context, store: &Store) -> Result<(), String> {
    let with = store.with_credential().await.map_err(|e| e.to_string())?;
    let mut siblings = Vec::new();
    for (name, account, password, days) in PASSWORDS {
        let username = Username::parse(name).map_err(|e| e.to_string())?;
        let password = Password::parse(password).map_err(|e| e.to_string())?;
        let candidates = store.candidates(&username, &Hints::default()).await.map_err(|e| e.to_string())?;
        let user = candidates.accounts.iter().find(|c| c.account.number.as_str() == account).and_then(|c| c.user.as_ref());
        let Some(user) = user.filter(|u| !with.contains(&u.id)) else { continue };
        let changed = ctx.now().minus(Duration::from_secs(days * DAY));
        siblings.retain(|c: &(String, _)| c.0 == name);
        let known: Vec<_> = siblings.iter().map(|(_, c): &(String, homeward_local_credential::StoredCredential)| c.clone()).collect();
        let credential = ctx.passwords.hash_new(user.id, &password, 1, &known, changed).await.map_err(|e| e.to_string())?;
        store.set_credential(&credential, ctx.now()).await.map_err(|e| e.to_string())?;
        siblings.push((name.to_owned(), credential));
    }
    Ok(())
}

/// What to open and whom to be.
pub(super) fn screen(application: &str, mail_port: u16, issuer: &str) -> String {
    format!(
        "
  Open   {application}      the application: \"Sign in\" leads to Homeward
  Mails  http://mail.localhost:{mail_port}      everything that Homeward sends
  Homeward itself: {issuer}

  Usernames to try                    Password
    britta.simon@northwind.example    Kranich7!      signs in
    old@northwind.example             Reiher-88      expired: must be changed
    soon@northwind.example            Storch#66      expires in 6 days
    sam@consultants.example           Specht+55      three accounts: 40817, 50210 (same password), 60333 (Amsel_44!)
    dana@contoso.example              –              Single Sign On, by the button (the provider is not connected yet)
    ops@contoso.example               Falke%33x      on the exclusion list: keeps the password
    both@fabrikam.example             Zaunkoenig=2   Single Sign On or password
    new@northwind.example             –              invited: ask for a reset, and open the mail
    nobody@example.org                –              unknown

  Forgot a password? The mail is at http://mail.localhost:{mail_port}. Change one: {issuer}/changepassword
  Ctrl-C stops. Running it again keeps what you did."
    )
}
