//! How the sign-in pages of an account look: one colour, on which text can be read (BRA-1).

use homeward_model::{Colour, colour::LEAST};

use crate::{
    authority::Action,
    entry::Granted,
    ports::{Fault, Moved},
    session::Portal,
};

/// What came of a colour that was typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chosen {
    /// It can be saved; `None`: the product's own.
    Fits(Option<Colour>),
    /// It is saved.
    Saved,
    /// It is so already.
    Already,
    /// Somebody else has changed it meanwhile.
    Changed,
    /// Not a colour.
    NoColour,
    /// Text on it cannot be read.
    Unreadable {
        /// The colour.
        colour: Colour,
        /// Its contrast with white or ink, whichever is better.
        ratio: f64,
        /// The nearest shade on which text can be read.
        nearest: Colour,
    },
}

/// The present colour.
///
/// # Errors
/// `Fault`, when the grant is for something else.
pub fn show(granted: &Granted) -> Result<Option<Colour>, Fault> {
    granted.is_for(Action::ReadAppearance).or_else(|_| granted.is_for(Action::ChangeAppearance))?;
    Ok(granted.account().colour)
}

/// A colour in a word, for the record and for what a page has shown.
pub fn word(colour: Option<Colour>) -> String {
    colour.map_or_else(|| "none".to_owned(), |colour| colour.to_string())
}

/// Looks at a colour without saving it.
pub fn look(typed: &str) -> Chosen {
    if typed.trim().is_empty() {
        return Chosen::Fits(None);
    }
    match Colour::parse(typed) {
        None => Chosen::NoColour,
        Some(colour) if colour.is_readable() => Chosen::Fits(Some(colour)),
        Some(colour) => Chosen::Unreadable { colour, ratio: colour.contrast(colour.text()), nearest: colour.nearest(Colour::is_readable) },
    }
}

/// The least ratio, for the page.
pub const RATIO: f64 = LEAST;

/// Saves a colour on which text can be read, or none, when the present one is the one that was `seen`; `None`: that is compared elsewhere.
///
/// # Errors
/// `Fault`.
pub async fn save(portal: &Portal, granted: &Granted, (typed, seen): (&str, Option<&str>)) -> Result<Chosen, Fault> {
    granted.is_for(Action::ChangeAppearance)?;
    let account = granted.account();
    let wanted = match look(typed) {
        Chosen::Fits(wanted) => wanted,
        other => return Ok(other),
    };
    if wanted == account.colour {
        return Ok(Chosen::Already);
    }
    if seen.is_some_and(|seen| seen != word(account.colour)) {
        return Ok(Chosen::Changed);
    }
    let deed = granted.deed(portal, "portal.appearance", None, format!("{} → {}", word(account.colour), word(wanted)));
    Ok(match portal.accounts.set_colour(account.id, (account.colour, wanted), &deed).await? {
        Moved::Done => Chosen::Saved,
        Moved::Otherwise | Moved::LastWayIn => Chosen::Changed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BRA-1: what cannot be read comes back with its ratio and a shade that passes.
    #[test]
    fn bra_1_a_colour_that_cannot_be_read_comes_back_with_one_that_can() {
        let Chosen::Unreadable { ratio, nearest, .. } = look("#808080") else { panic!() };
        assert!(ratio < RATIO && look(&nearest.to_string()) == Chosen::Fits(Some(nearest)));
        assert_eq!(look(" "), Chosen::Fits(None));
        assert_eq!(look("red; } body { display: none"), Chosen::NoColour);
        assert_eq!(look("0b5a58"), Chosen::Fits(Colour::parse("#0b5a58")));
    }
}
