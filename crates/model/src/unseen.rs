//! Characters that nobody sees, or that change where others are seen: no line that people read has one, so that it says what it seems to say.

/// Whether it is one of them.
pub fn is_unseen(c: char) -> bool {
    c.is_control() || chooses_form(c) || is_blank_or_turns(c)
}

/// Whether a text has one. Those that choose the form of the character before them do not count: names in Japanese and in Mongolian are written
/// with them.
pub fn has_unseen_in_name(text: &str) -> bool {
    text.chars().any(|c| is_unseen(c) && !chooses_form(c))
}

/// Variation selectors (Unicode, chapter 23.4) and those of Mongolian.
const fn chooses_form(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters that are ignored or blank, those that turn the line, and line breaks that are no control characters.
const fn is_blank_or_turns(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LR-14: nothing of these is in a line; what stands beside them in the tables of Unicode may be.
    #[test]
    fn lr_14_characters_that_nobody_sees_are_known() {
        for c in [
            '\0', '\n', '\r', '\t', '\u{7f}', '\u{85}', '\u{ad}', '\u{34f}', '\u{61c}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{180b}', '\u{180e}', '\u{200b}', '\u{200d}', '\u{200f}', '\u{2028}', '\u{2029}',
            '\u{202e}', '\u{2060}', '\u{2066}', '\u{206f}', '\u{2800}', '\u{3164}', '\u{fe00}', '\u{fe0f}', '\u{feff}', '\u{ffa0}', '\u{fffb}', '\u{1d173}', '\u{e0001}', '\u{e0041}', '\u{e0100}', '\u{e01ef}',
            '\u{e01f0}', '\u{e0fff}',
        ] {
            assert!(is_unseen(c), "{c:?}");
        }
        for c in ['a', ' ', '\u{a0}', 'é', '\u{301}', 'Я', '李', '\u{1100}', '\u{17b6}', '\u{180a}', '\u{2010}', '\u{2027}', '\u{202f}', '\u{205f}', '\u{2801}', '\u{fdff}', '\u{fe10}', '\u{fffd}', '\u{1f600}'] {
            assert!(!is_unseen(c), "{c:?}");
        }
    }

    #[test]
    fn a_name_may_choose_the_form_of_its_characters() {
        for good in ["", "Ann", "Müller-Lüdenscheidt", "O’Neil (jr.)", "葛\u{e0100}城", "\u{1820}\u{180b}"] {
            assert!(!has_unseen_in_name(good), "{good:?}");
        }
        for bad in ["Ann\r\nBcc: x", "\u{202e}nnA", "A\u{200b}nn", "A\u{ad}nn", "\u{3164}", "\0", "Ann\u{e0041}"] {
            assert!(has_unseen_in_name(bad), "{bad:?}");
        }
    }
}
