//! How the sign-in pages look: the page, a preview, another colour; whom people ask; a logo that is sent, looked at, and used or removed.

use actix_web::web::{self, Bytes};
use homeward_model::LogoText;
use homeward_portal::{
    Fault,
    appearance::{self, Chosen},
    contact::{self, Asked},
    logo::{self, Used, picture::Picture},
};

use super::door::{Step, Upload, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal::{self as screens, AppearanceView},
};

pub(crate) async fn page(visit: Visit) -> Answer {
    let colour = appearance::show(&visit.granted)?;
    let typed = colour.map(|colour| colour.to_string()).unwrap_or_default();
    let waiting = logo::waiting(visit.portal(), &visit.granted, visit.query.get("logo")).await?;
    let said = screens::said(visit.query.get("said"));
    let view = AppearanceView { typed: &typed, shown: colour, said, waiting, is_saved: true, ..AppearanceView::default() };
    Ok(respond::page(&visit.asked, screens::appearance(&visit.frame(), &view)))
}

/// "Preview" and "Save": what cannot be read stays in the field, beside the nearest shade that can.
pub(crate) async fn save(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    // The nearest shade is offered as a button of its own.
    let typed: String = form.optional("nearest").unwrap_or_else(|| form.get("colour")).trim().chars().take(20).collect();
    let chosen = match form.get("do") {
        "preview" => appearance::look(&typed),
        _ => appearance::save(visit.portal(), &visit.granted, (&typed, form.optional("seen"))).await?,
    };
    let said = match chosen {
        Chosen::Saved => "colour-saved",
        Chosen::Already => "changed",
        // What was typed stays, beside what somebody else did meanwhile.
        Chosen::Changed => {
            let visit = step.visit.too_late().await?;
            let Chosen::Fits(shown) = appearance::look(&typed) else { return back(&visit, "changed") };
            let view = AppearanceView { typed: &typed, shown, said: screens::said("changed"), ..AppearanceView::default() };
            return Ok(respond::page(&visit.asked, screens::appearance(&visit.frame(), &view)));
        }
        Chosen::Fits(_) | Chosen::NoColour | Chosen::Unreadable { .. } => {
            let shown = match chosen {
                Chosen::Fits(colour) => colour,
                Chosen::Unreadable { nearest, .. } => Some(nearest),
                _ => None,
            };
            let problem = Some(chosen).filter(|chosen| !matches!(chosen, Chosen::Fits(_)));
            let view = AppearanceView { typed: &typed, shown, problem, ..AppearanceView::default() };
            return Ok(respond::page(&visit.asked, screens::appearance(&visit.frame(), &view)));
        }
    };
    back(visit, said)
}

/// "Save whom people ask": what cannot be shown, or comes after somebody else's, stays in the field.
pub(crate) async fn save_contact(step: Step) -> Answer {
    let visit = &step.visit;
    let typed: String = step.form.get("contact").trim().chars().take(1_000).collect();
    match contact::save(visit.portal(), &visit.granted, (&typed, step.form.optional("seen"))).await? {
        Asked::Saved => back(visit, "contact-saved"),
        Asked::Already => back(visit, "changed"),
        Asked::Changed => {
            let visit = step.visit.too_late().await?;
            again(&visit, (&typed, Asked::Changed), screens::said("changed"))
        }
        unfit @ Asked::Unfit(_) => again(visit, (&typed, unfit), None),
    }
}

fn again(visit: &Visit, contact: (&str, Asked), said: Option<screens::Said>) -> Answer {
    let colour = visit.granted.account().colour;
    let typed = colour.map(|colour| colour.to_string()).unwrap_or_default();
    let view = AppearanceView { typed: &typed, shown: colour, said, contact: Some(contact), is_saved: true, ..AppearanceView::default() };
    Ok(respond::page(&visit.asked, screens::appearance(&visit.frame(), &view)))
}

fn back(visit: &Visit, said: &str) -> Answer {
    Ok(respond::see(&visit.asked, &visit.at(&format!("/sign-in-page?said={said}"))))
}

/// "Show it in the sample": a picture and its text that wait. Without a file the picture is the one that counts.
pub(crate) async fn offer(upload: Upload) -> Answer {
    let Upload { step: Step { visit, form }, file } = upload;
    let file = match file.is_empty() {
        true => logo::present(visit.portal(), &visit.granted).await?.map_or(file, Bytes::from),
        false => file,
    };
    // Unpacking a picture keeps a processor busy: not one that answers others.
    let read = web::block(move || Picture::read(&file)).await.map_err(|error| Fault(error.to_string()))?;
    let typed: String = form.get("alt").trim().chars().take(1_000).collect();
    let (picture, alt) = match (read, LogoText::parse(&typed)) {
        (Ok(picture), Ok(alt)) => (picture, alt),
        (read, alt) => {
            let colour = visit.granted.account().colour;
            let present = colour.map(|colour| colour.to_string()).unwrap_or_default();
            let view = AppearanceView { typed: &present, shown: colour, picture: read.err(), alt: Some((&typed, alt.err())), is_saved: true, ..AppearanceView::default() };
            return Ok(respond::page(&visit.asked, screens::appearance(&visit.frame(), &view)));
        }
    };
    logo::offer(visit.portal(), &visit.granted, (&picture, &alt)).await?;
    Ok(respond::see(&visit.asked, &visit.at(&format!("/sign-in-page?logo={}#sample", picture.id(visit.granted.account().id)))))
}

/// "Use this logo"
pub(crate) async fn use_logo(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(name) = step.form.optional("logo") else { return back(visit, "changed") };
    match logo::choose(visit.portal(), &visit.granted, Some((name, step.form.get("alt")))).await? {
        Used::Done => back(visit, "logo-saved"),
        Used::Otherwise | Used::Nothing => back(visit, "changed"),
    }
}

/// "Remove the logo"
pub(crate) async fn remove_logo(step: Step) -> Answer {
    let visit = &step.visit;
    match logo::choose(visit.portal(), &visit.granted, None).await? {
        Used::Done => back(visit, "logo-removed"),
        Used::Otherwise | Used::Nothing => back(visit, "changed"),
    }
}
