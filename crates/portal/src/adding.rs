//! Somebody new in an account (B-103, B-104, B-119). Where newcomers sign in at the identity provider they may come at once and get no mail;
//! everywhere else they are invited by mail, and set the first password by it.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use homeward_discovery::{Account, User, UserState};
use homeward_model::{EmailAddress, Timestamp, UserId, Username, unseen::has_unseen_in_name};

use crate::{
    authority::Action,
    entry::Granted,
    lifecycle::{Whose, is_of},
    people::Standings,
    ports::{Deed, Fault},
    session::Portal,
};

/// People that are added to one account within an hour, at most: nobody mails half the world by it.
pub const MOST_AN_HOUR: u32 = 100;
const HOUR: Duration = Duration::from_secs(3_600);
/// The longest given or family name, in characters.
const LONGEST_NAME: usize = 100;

/// What was typed of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer<'a> {
    /// What they sign in with.
    pub username: &'a str,
    /// Where mail goes; empty: to the username, when that is an address.
    pub email: &'a str,
    /// Given name; may be empty.
    pub given_name: &'a str,
    /// Family name; may be empty.
    pub family_name: &'a str,
}

/// Why nobody was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It can be no username.
    Username,
    /// It mixes scripts whose letters look alike, so that it may look like somebody else's (UTS 39 section 5.2).
    Mixed,
    /// Somebody of the account has the username, be they gone: a name is never given twice.
    Taken,
    /// Its domain is one that another account has proved: whoever types such a name is of theirs (OP-12).
    Foreign,
    /// Another account has proved the domain of the e-mail address.
    ForeignMailbox,
    /// It can be no e-mail address.
    Email,
    /// The invitation has nowhere to go.
    NoMailbox,
    /// The given name is too long, or has characters that nobody sees.
    GivenName,
    /// The family name is.
    FamilyName,
    /// As many were added within the hour as may be.
    TooMany,
}

/// How somebody learns that they were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The invitation is on its way.
    Invited,
    /// They were added, and the mail could not go: it can be sent again.
    NotSent,
    /// They sign in at the provider; no mail is needed.
    AtProvider,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// They are there.
    Done(Box<User>, Told),
    /// They are not, and why.
    Refused(Problem),
}

/// What became of somebody new in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// They are there, and it is on record.
    Done,
    /// Somebody of the account has the username.
    Taken,
    /// Its domain is one that another account has proved, and this one has not.
    Foreign,
    /// Another account has proved the domain of the e-mail address.
    ForeignMailbox,
    /// As many were added since that time as may be.
    TooMany,
}

/// People who are added.
#[async_trait]
pub trait Newcomers: Send + Sync {
    /// Keeps somebody new, unless `most` were added to the account since that time.
    async fn add(&self, user: &User, limit: (u32, Timestamp), deed: &Deed) -> Result<Kept, Fault>;
}

/// Whether somebody new signs in at the account's identity provider, in no group and on no list. `username`: as it was typed; as long as it was not, it
/// is taken for one of a domain that the account has proved.
///
/// # Errors
/// `Fault`.
pub async fn are_at_provider(portal: &Portal, account: &Account, username: Option<&str>) -> Result<bool, Fault> {
    let standings = Standings::of(portal, account).await?;
    let on_domain = username.is_none_or(|name| Username::parse(name).is_ok_and(|name| is_of(&standings.domains, &name)));
    let newcomer = Whose { rule: None, break_glass: false, on_domain, groups: &BTreeSet::new() };
    Ok(standings.lead_there(account, newcomer))
}

/// Adds somebody, and invites them where they need a password.
///
/// # Errors
/// `Fault`.
pub async fn add(portal: &Portal, granted: &Granted, typed: &Newcomer<'_>) -> Result<Added, Fault> {
    granted.is_for(Action::AddUsers)?;
    let at_provider = are_at_provider(portal, granted.account(), Some(typed.username)).await?;
    let user = match newcomer(portal, granted, typed, at_provider) {
        Ok(user) => user,
        Err(problem) => return Ok(Added::Refused(problem)),
    };
    let deed = granted.deed(portal, "portal.user_added", Some(user.id), format!("{} {}", user.username.masked(), user.state.word()));
    match portal.newcomers.add(&user, (MOST_AN_HOUR, portal.now().minus(HOUR)), &deed).await? {
        Kept::Taken => return Ok(Added::Refused(Problem::Taken)),
        Kept::Foreign => return Ok(Added::Refused(Problem::Foreign)),
        Kept::ForeignMailbox => return Ok(Added::Refused(Problem::ForeignMailbox)),
        Kept::TooMany => return Ok(Added::Refused(Problem::TooMany)),
        Kept::Done => {}
    }
    let told = match user.state {
        UserState::Invited => {
            let deed = granted.deed(portal, "portal.invited", Some(user.id), String::new());
            told(portal.invitations.invite(user.id, &deed).await)
        }
        _ => Told::AtProvider,
    };
    Ok(Added::Done(Box::new(user), told))
}

/// They are there whatever becomes of the mail: one that fails is sent again by hand, like one that cannot go.
fn told(sent: Result<bool, Fault>) -> Told {
    match sent {
        Ok(true) => Told::Invited,
        Ok(false) | Err(Fault(_)) => Told::NotSent,
    }
}

fn newcomer(portal: &Portal, granted: &Granted, typed: &Newcomer<'_>, at_provider: bool) -> Result<User, Problem> {
    let username = Username::parse(typed.username).map_err(|_| Problem::Username)?;
    if mixes_scripts(username.typed()) {
        return Err(Problem::Mixed);
    }
    let email = match typed.email.trim() {
        "" => EmailAddress::parse(username.typed()).ok(),
        text => Some(EmailAddress::parse(text).map_err(|_| Problem::Email)?),
    };
    if email.is_none() && !at_provider {
        return Err(Problem::NoMailbox);
    }
    let (given, family) = (typed.given_name.trim(), typed.family_name.trim());
    if !is_name(given) {
        return Err(Problem::GivenName);
    }
    if !is_name(family) {
        return Err(Problem::FamilyName);
    }
    Ok(User {
        id: UserId::generate(portal.random.as_ref()),
        account: granted.account().id,
        username,
        email,
        external_id: None,
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        state: if at_provider { UserState::Active } else { UserState::Invited },
        roles: BTreeSet::new(),
        groups: BTreeSet::new(),
        rule: None,
        break_glass: false,
    })
}

/// Whether a text may stand in a mail and in a list (LR-14): no longer than a name, and without what breaks a line, turns it, or is not seen.
fn is_name(text: &str) -> bool {
    text.chars().count() <= LONGEST_NAME && !has_unseen_in_name(text)
}

/// Whether letters of scripts stand side by side that look alike: Latin, Greek and Cyrillic, of which "moderately restrictive" allows one in
/// an identifier (UTS 39 section 5.2).
pub(crate) fn mixes_scripts(username: &str) -> bool {
    let local = username.split('@').next().unwrap_or_default();
    let latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}');
    let greek = |c: char| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}');
    let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}');
    [local.chars().any(latin), local.chars().any(greek), local.chars().any(cyrillic)].iter().filter(|has| **has).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LH-09: a name that looks like somebody else's by a letter of another script is no new one; names of one script are.
    #[test]
    fn lh_09_a_username_has_letters_of_one_script_only() {
        for mixed in ["\u{430}nn@own.example", "ann\u{3bf}@own.example", "\u{ff41}nn\u{430}", "\u{3b1}\u{430}"] {
            assert!(mixes_scripts(mixed), "{mixed}");
        }
        for plain in ["ann@own.example", "анна@own.example", "άννα@own.example", "müller-lüdenscheidt@own.example", "李@own.example", "0815", "ann@пример.example"] {
            assert!(!mixes_scripts(plain), "{plain}");
        }
    }

    /// A mail that fails undoes nobody: they are there, and the page says that the mail did not go.
    #[test]
    fn who_was_added_stays_when_the_mail_fails() {
        let said = [Ok(true), Ok(false), Err(Fault("the store is away".into()))].map(told);
        assert_eq!(said, [Told::Invited, Told::NotSent, Told::NotSent]);
    }

    /// LR-14: nothing of a name breaks a line of a mail, or turns the text around it.
    #[test]
    fn lr_14_names_of_newcomers_have_no_characters_that_nobody_sees() {
        for good in ["", "Ann", "Müller-Lüdenscheidt", "李", "O’Neil (jr.)", &"x".repeat(LONGEST_NAME)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["Ann\r\nBcc: x", "\u{202e}nnA", "A\u{200b}nn", "\0", &"x".repeat(LONGEST_NAME + 1)] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
