//! Given and family name.

use homeward_local_credential::StoreFault;
use homeward_model::{UserId, unseen::has_unseen_in_name};

use super::kept::{Kept, kept};
use crate::{
    context::Context,
    ports::FoundSession,
    step::{NameProblem, NamesPage, OwnSaid, Step},
    usecase::{
        own, realm,
        refuse::{About, event},
        session,
    },
    visitor::Visitor,
};

/// The longest name, in characters.
const LONGEST: usize = 100;

/// The page, for whoever was chosen; where several people are signed in and nobody was, the question whose.
///
/// # Errors
/// `StoreFault`.
pub async fn open(ctx: &Context, person: Option<UserId>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let live = session::live(ctx, visitor).await?;
    let only = if let [only] = live.as_slice() { Some(only) } else { None };
    match live.iter().find(|found| person == Some(found.user.id)).or(only) {
        Some(found) => {
            let kept = kept(ctx, found).await?;
            Ok(page(found, (found.user.given_name.as_str(), found.user.family_name.as_str()), kept, None))
        }
        None => own::open(ctx, None, visitor).await,
    }
}

fn page(found: &FoundSession, (given, family): (&str, &str), kept: Kept, problem: Option<NameProblem>) -> Step {
    Step::Names(Box::new(NamesPage {
        user: found.user.id,
        username: found.user.username.typed().to_owned(),
        account: realm::shown(&found.account),
        given: given.to_owned(),
        family: family.to_owned(),
        kept: (kept.given, kept.family),
        problem,
    }))
}

/// Another name was sent; a part of it that the provider says stays as it is. `user` is whose page it was.
///
/// # Errors
/// `StoreFault`.
pub async fn save(ctx: &Context, user: UserId, (given, family): (&str, &str), visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(found) = own::own(ctx, user, visitor).await? else { return open(ctx, None, visitor).await };
    let kept = kept(ctx, &found).await?;
    let given = if kept.given.is_some() { found.user.given_name.as_str() } else { given.trim() };
    let family = if kept.family.is_some() { found.user.family_name.as_str() } else { family.trim() };
    if let Some(problem) = problem(given, family) {
        return Ok(page(&found, (given, family), kept, Some(problem)));
    }
    if (given, family) != (found.user.given_name.as_str(), found.user.family_name.as_str()) {
        let about = About { user: Some(user), account: Some(found.account.id), ..About::default() };
        let line = event(ctx, "profile.name", "ok", about, visitor, None);
        if !ctx.profiles.set_names(user, (given, family), &line).await? {
            return own::open(ctx, None, visitor).await;
        }
        (ctx.count)(&line);
    }
    match own::own(ctx, user, visitor).await? {
        Some(found) => own::page(ctx, &found, Some(OwnSaid::Named), visitor).await,
        None => own::open(ctx, None, visitor).await,
    }
}

fn problem(given: &str, family: &str) -> Option<NameProblem> {
    if given.is_empty() && family.is_empty() {
        return Some(NameProblem::Empty);
    }
    if [given, family].iter().any(|name| name.chars().count() > LONGEST) {
        return Some(NameProblem::TooLong);
    }
    [given, family].into_iter().any(has_unseen_in_name).then_some(NameProblem::Characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LR-14: nothing of a name breaks a line of a mail, or turns the text around it.
    #[test]
    fn lr_14_names_have_no_characters_that_nobody_sees() {
        for (given, family) in [("Ann", "Miller"), ("", "Müller-Lüdenscheidt"), ("李", ""), ("O’Neil", "d'Arc (jr.)"), (&"x".repeat(LONGEST), "")] {
            assert_eq!(problem(given, family), None, "{given} {family}");
        }
        for (given, family, is) in [
            ("", "", NameProblem::Empty), (&"x".repeat(LONGEST + 1) as &str, "", NameProblem::TooLong), ("Ann\r\nBcc: x", "", NameProblem::Characters),
            ("Ann", "\u{202e}relliM", NameProblem::Characters), ("A\u{200b}nn", "", NameProblem::Characters), ("\0", "x", NameProblem::Characters),
        ] {
            assert_eq!(problem(given, family), Some(is), "{given:?} {family:?}");
        }
    }
}
