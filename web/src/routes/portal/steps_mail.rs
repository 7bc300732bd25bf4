//! "Email these steps": the page and its one button.

use homeward_portal::steps_mail::{self, Mailed, Wanted};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal::{self as screens, StepsView},
};

async fn render(visit: &Visit, view: StepsView<'_>) -> Answer {
    let choices = steps_mail::choices(visit.portal(), &visit.granted).await?;
    Ok(respond::page(&visit.asked, screens::steps_mail(&visit.frame(), &choices, &view)))
}

pub(crate) async fn page(visit: Visit) -> Answer {
    render(&visit, StepsView { said: screens::said(visit.query.get("said")), of: visit.query.get("of"), sent: None }).await
}

/// An address of somebody stands in none of ours.
pub(crate) async fn mail(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    let field = |name: &str| form.get(name).trim().chars().take(254).collect::<String>();
    let (of, email) = (field("of"), field("email"));
    let wanted = Wanted { of: &of, email: &email, language: visit.asked.visitor.language.code() };
    let sent = steps_mail::mail(visit.portal(), &visit.granted, &wanted).await?;
    (visit.asked.ctx().wake_mailroom)();
    match sent {
        Mailed::Done(_) => Ok(respond::see(&visit.asked, &visit.at("/steps?said=steps-sent"))),
        _ => render(visit, StepsView { sent: Some((&wanted, &sent)), ..StepsView::default() }).await,
    }
}
