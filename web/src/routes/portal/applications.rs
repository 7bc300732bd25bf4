//! Applications: the page, and another default one.

use homeward_model::ClientId;
use homeward_portal::applications::{self, Chosen};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal as screens,
};

pub(crate) async fn page(visit: Visit) -> Answer {
    let list = applications::list(visit.portal(), &visit.granted).await?;
    Ok(respond::page(&visit.asked, screens::applications(&visit.frame(), &list, screens::said(visit.query.get("said")))))
}

/// What a tile opens from now on. Of two administrators, nobody changes what the other has chosen since.
pub(crate) async fn choose(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    let named = |name: &str| form.optional(name).filter(|text| !text.is_empty()).map(ClientId::parse);
    let said = match (named("seen"), named("application")) {
        (Some(None), _) => "changed",
        (_, Some(None)) => "application-unknown",
        (seen, wanted) => match applications::choose(visit.portal(), &visit.granted, (seen.flatten().as_ref(), wanted.flatten().as_ref())).await? {
            Chosen::Done => "application-chosen",
            Chosen::Changed => "changed",
            Chosen::Unknown | Chosen::NoStart => "application-unknown",
        },
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/applications?said={said}"))))
}
