//! How the sign-in pages look: the page, a preview, another colour.

use homeward_portal::appearance::{self, Chosen};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal::{self as screens, AppearanceView},
};

pub(crate) async fn page(visit: Visit) -> Answer {
    let colour = appearance::show(&visit.granted)?;
    let typed = colour.map(|colour| colour.to_string()).unwrap_or_default();
    let view = AppearanceView { typed: &typed, shown: colour, said: screens::said(visit.query.get("said")), problem: None, is_saved: true };
    Ok(respond::page(&visit.asked, screens::appearance(&visit.frame(), &view)))
}

/// "Preview" and "Save": what cannot be read stays in the field, beside the nearest shade that can.
pub(crate) async fn save(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    // The nearest shade is offered as a button of its own.
    let typed: String = form.optional("nearest").unwrap_or_else(|| form.get("colour")).trim().chars().take(20).collect();
    let chosen = match form.get("do") {
        "preview" => appearance::look(&typed),
        _ => appearance::save(visit.portal(), &visit.granted, &typed).await?,
    };
    let said = match chosen {
        Chosen::Saved => "colour-saved",
        Chosen::Already | Chosen::Changed => "changed",
        Chosen::Fits(_) | Chosen::NoColour | Chosen::Unreadable { .. } => {
            let shown = match chosen {
                Chosen::Fits(colour) => colour,
                Chosen::Unreadable { nearest, .. } => Some(nearest),
                _ => None,
            };
            let problem = Some(chosen).filter(|chosen| !matches!(chosen, Chosen::Fits(_)));
            let view = AppearanceView { typed: &typed, shown, said: None, problem, is_saved: false };
            return Ok(respond::page(&visit.asked, screens::appearance(&visit.frame(), &view)));
        }
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/sign-in-page?said={said}"))))
}
