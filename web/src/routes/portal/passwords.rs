//! What a password must be: the page, and another policy.

use homeward_portal::passwords::{self, Saved, Wanted};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal as screens,
};

pub(crate) async fn page(visit: Visit) -> Answer {
    let found = passwords::show(visit.portal(), &visit.granted).await?;
    let view = screens::PasswordsView { found: &found, said: screens::said(visit.query.get("said")), wanted: None };
    Ok(respond::page(&visit.asked, screens::passwords(&visit.frame(), &view)))
}

pub(crate) async fn save(step: Step) -> Answer {
    let visit = &step.visit;
    let field = |name: &str| step.form.get(name).trim().chars().take(20).collect::<String>();
    let wanted = Wanted { profile: field("profile"), days: field("days"), history: field("history"), seen: step.form.optional("seen").map(str::to_owned), agreed: field("agreed").parse().ok() };
    let said = match passwords::save(visit.portal(), &visit.granted, &wanted).await? {
        Saved::Done => "policy-saved",
        Saved::Already => "changed",
        // What was entered stays, beside what somebody else did meanwhile.
        Saved::Changed => {
            let visit = step.visit.too_late().await?;
            let found = passwords::show(visit.portal(), &visit.granted).await?;
            let view = screens::PasswordsView { found: &found, said: screens::said("changed"), wanted: Some((&wanted, Saved::Changed)) };
            return Ok(respond::page(&visit.asked, screens::passwords(&visit.frame(), &view)));
        }
        saved @ (Saved::Concerns(_) | Saved::Profile | Saved::Days | Saved::History) => {
            let found = passwords::show(visit.portal(), &visit.granted).await?;
            let view = screens::PasswordsView { found: &found, said: None, wanted: Some((&wanted, saved)) };
            return Ok(respond::page(&visit.asked, screens::passwords(&visit.frame(), &view)));
        }
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/passwords?said={said}"))))
}
