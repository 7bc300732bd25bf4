//! Setup links as the account's own people see them: the list, making one, ending one.

use homeward_portal::setup_link::{self, Ended, Wanted};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal::{self as screens, SetupLinksView},
};

async fn render(visit: &Visit, view: SetupLinksView<'_>) -> Answer {
    let found = setup_link::list(visit.portal(), &visit.granted).await?;
    Ok(respond::page(&visit.asked, screens::setup_links(&visit.frame(), &found, &view)))
}

pub(crate) async fn page(visit: Visit) -> Answer {
    let view = SetupLinksView { said: screens::said(visit.query.get("said")), ..SetupLinksView::default() };
    render(&visit, view).await
}

/// The page with the link, this once: it stands in no address.
pub(crate) async fn make(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    let field = |name: &str| form.get(name).trim().chars().take(254).collect::<String>();
    let (connection, hours, email) = (field("connection"), field("hours"), field("email"));
    let wanted = Wanted { connection: &connection, hours: &hours, email: &email, language: visit.asked.visitor.language.code() };
    let made = setup_link::make(visit.portal(), &visit.granted, &wanted).await?;
    render(visit, SetupLinksView { made: Some((&wanted, &made)), ..SetupLinksView::default() }).await
}

pub(crate) async fn end(step: Step) -> Answer {
    let visit = &step.visit;
    let said = match setup_link::end(visit.portal(), &visit.granted, step.form.get("link")).await? {
        Ended::Done => "link-ended",
        Ended::Already | Ended::Nothing => "changed",
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/setup-links?said={said}"))))
}
