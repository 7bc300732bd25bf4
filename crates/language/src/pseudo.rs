//! The pseudo-language: shows at a glance what does not come from the catalogue, and what does not fit when a language needs
//! more room (I18-1, I18-2).

/// Rewrites the text of Fluent messages; what stands in braces stays.
pub(crate) fn pseudo(source: &str) -> String {
    let mut out = String::with_capacity(source.len() * 2);
    let mut depth = 0u32;
    for line in source.lines() {
        let (head, body) = match line.split_once(" = ") {
            Some((key, body)) if depth == 0 && !line.starts_with([' ', '#']) => (format!("{key} = "), body),
            _ => (String::new(), line),
        };
        out.push_str(&head);
        // Lines of a selector start with a bracket or an asterisk: their labels stay.
        let is_variant = body.trim_start().starts_with(['[', '*']);
        let (label, text) = if is_variant { body.split_at(body.find(']').map_or(0, |at| at + 1)) } else { ("", body) };
        out.push_str(label);
        let plain = !text.trim().is_empty() && !line.starts_with('#');
        let opens = plain && depth == 0 && (!head.is_empty()) && !text.trim_start().starts_with("{ $") || is_variant;
        if opens && !text.trim().is_empty() {
            out.push_str(if is_variant { " ⟦" } else { "⟦" });
        }
        for c in text.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 || (is_variant && depth == 1) { accent(c, &mut out) } else { out.push(c) }
        }
        if opens && !text.trim().is_empty() {
            out.push('⟧');
        }
        out.push('\n');
    }
    out
}

fn accent(c: char, out: &mut String) {
    let accented = match c {
        'a' => "áà", 'e' => "éè", 'i' => "íï", 'o' => "óô", 'u' => "úü", 'n' => "ñ", 's' => "š", 'c' => "ç", 'r' => "ř", 't' => "ţ", 'y' => "ý", 'l' => "ł",
        'd' => "ď", 'g' => "ğ", 'h' => "ĥ", 'k' => "ķ", 'w' => "ŵ", 'A' => "Å", 'E' => "Ë", 'I' => "Î", 'O' => "Ø", 'U' => "Ů", 'S' => "Š", 'C' => "Č", 'N' => "Ñ",
        other => {
            out.push(other);
            return;
        }
    };
    out.push_str(accented);
}
