//! Somebody new. What was typed stays in the form when it cannot be used: names stand in no address.

use homeward_portal::{
    Action,
    adding::{self, Added, Newcomer, Told},
};

use super::{
    door::{Step, Visit},
    pages,
};
use crate::{
    form::Form,
    respond::{self, Answer},
    screens::portal as screens,
};

/// A field as it was typed, as long as one may be.
fn typed(form: &Form, name: &str) -> String {
    form.get(name).trim().chars().take(254).collect()
}

/// The form of the page, for whoever may add somebody; `username` was said elsewhere.
pub(super) async fn form(visit: &Visit, username: String) -> Result<Option<screens::AddView>, homeward_portal::Fault> {
    if !visit.granted.may(Action::AddUsers) {
        return Ok(None);
    }
    let at_provider = adding::are_at_provider(visit.portal(), visit.granted.account(), None).await?;
    Ok(Some(screens::AddView { username, at_provider, ..screens::AddView::default() }))
}

pub(crate) async fn add(step: Step) -> Answer {
    let visit = &step.visit;
    let [username, email, given, family] = ["new-username", "new-email", "new-given", "new-family"].map(|name| typed(&step.form, name));
    let newcomer = Newcomer { username: &username, email: &email, given_name: &given, family_name: &family };
    match adding::add(visit.portal(), &visit.granted, &newcomer).await? {
        Added::Done(user, told) => {
            // Mails are sent by a worker.
            (visit.asked.ctx().wake_mailroom)();
            let said = match told {
                Told::Invited => "added-invited",
                Told::NotSent => "added-not-sent",
                Told::AtProvider => "added",
            };
            Ok(respond::see(&visit.asked, &visit.at(&format!("/users/{}?said={said}", user.id))))
        }
        Added::Refused(problem) => {
            let at_provider = adding::are_at_provider(visit.portal(), visit.granted.account(), Some(&username)).await?;
            let view = screens::AddView { username, email, given, family, at_provider, problem: Some(problem) };
            let Some(reading) = visit.granted.also(Action::ReadUsers) else { return Ok(Visit::nothing()) };
            pages::list(visit, &reading, Some(&view)).await
        }
    }
}
