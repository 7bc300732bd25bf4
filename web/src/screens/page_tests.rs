//! What every page keeps to, whoever made it: HTML that is valid, one frame and one heading, a label for each field, and nothing that needs a script.

use std::collections::BTreeSet;

/// Elements without an end.
const VOID: [&str; 8] = ["area", "br", "hr", "img", "input", "link", "meta", "wbr"];
/// Elements that hold text and what stands in a line of it, and nothing else.
const PHRASING: [&str; 15] = ["p", "h1", "h2", "h3", "h4", "span", "strong", "small", "b", "i", "em", "code", "label", "button", "pre"];
/// Elements that stand in no line of text.
const BLOCK: [&str; 17] = ["div", "p", "ul", "ol", "dl", "form", "section", "table", "h1", "h2", "h3", "fieldset", "details", "main", "nav", "figure", "pre"];

/// An element that has begun.
#[derive(Clone, Debug)]
struct Element<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Element<'a> {
    fn of(tag: &'a str) -> Self {
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((attribute, more)) = next(rest.trim_start()) {
            attributes.push(attribute);
            rest = more;
        }
        Self { name, attributes }
    }
    fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }
    /// Whether its text is nobody's of ours to translate: names, codes, and words of a provider's console.
    fn is_foreign(&self) -> bool {
        self.get("translate") == Some("no") || self.name == "code" || self.get("class").is_some_and(|class| class.split(' ').any(|one| one == "ref")) || (self.name != "html" && self.get("lang").is_some())
    }
}

/// The first attribute of the rest of a tag. Maud writes every value in double quotes.
fn next(rest: &str) -> Option<((&str, &str), &str)> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.find([' ', '=']).unwrap_or(rest.len());
    let (name, more) = rest.split_at(end);
    match more.strip_prefix("=\"") {
        Some(value) => {
            let (value, more) = value.split_once('"').unwrap_or((value, ""));
            Some(((name, value), more))
        }
        None => Some(((name, ""), more)),
    }
}

/// Goes through a page: `enter` sees each element with those around it, `text` each text with those around it.
fn walk<'a>(page: &'a str, enter: &mut dyn FnMut(&Element<'a>, &[Element<'a>]), text: &mut dyn FnMut(&'a str, &[Element<'a>])) {
    let mut open: Vec<Element<'a>> = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap_or_else(|| panic!("a tag without an end: {part}"));
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop();
            assert!(last.as_ref().is_some_and(|last| last.name == name), "</{name}> ends {last:?} in {page}");
        } else if !tag.starts_with('!') {
            let element = Element::of(tag);
            enter(&element, &open);
            if !VOID.contains(&element.name) {
                open.push(element);
            }
        }
        if !after.is_empty() {
            text(after, &open);
        }
    }
    assert!(open.is_empty(), "{open:?} have no end in {page}");
}

/// What a person reads or hears: texts between tags, and labels that are read out; not what stands there in a language of its own.
pub(super) fn words(page: &str) -> Vec<String> {
    const SAID: [&str; 9] = ["aria-label", "data-said", "data-word", "data-label", "data-met", "data-unmet", "data-count", "placeholder", "title"];
    let foreign = |around: &[Element<'_>]| around.iter().any(Element::is_foreign);
    let (mut said, mut read) = (Vec::new(), Vec::new());
    let mut enter = |element: &Element<'_>, around: &[Element<'_>]| {
        if !foreign(around) && !element.is_foreign() {
            said.extend(element.attributes.iter().filter(|(name, value)| SAID.contains(name) && !matches!(*value, "no" | "yes")).map(|(_, value)| (*value).to_owned()));
        }
    };
    walk(page, &mut enter, &mut |text, around| {
        if !foreign(around) {
            read.push(text.to_owned());
        }
    });
    read.append(&mut said);
    read
}

/// Holds a page against all of it. `has_english` says whether its title can be read.
pub(super) fn check(page: &str, has_english: bool) {
    assert!(page.starts_with("<!DOCTYPE html><html lang=\""), "{page}");
    assert_eq!((page.matches("<h1>").count(), page.matches("<main ").count(), page.matches("<title>").count()), (1, 1, 1), "ALL-9: {page}");
    let has_error = page.contains("aria-invalid=\"true\"") || page.contains("role=\"alert\"");
    let title = page.split("<title>").nth(1).unwrap();
    assert!(!(has_english && has_error) || title.starts_with("Error: "), "ALL-10: {page}");
    let (mut ids, mut pointed, mut labels) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut fields = Vec::new();
    let mut level = 1;
    let (mut forms, mut submits) = (0, BTreeSet::new());
    let mut enter = |element: &Element<'_>, around: &[Element<'_>]| {
        let name = element.name;
        let names: BTreeSet<&str> = element.attributes.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), element.attributes.len(), "an attribute stands twice: {element:?}");
        assert!(names.iter().all(|name| !name.starts_with("on") && *name != "style"), "ALL-2: {element:?}");
        assert!(name != "style" && (name != "script" || names.contains("src")), "ALL-2: {element:?}");
        nested(element, around, page);
        if let Some(id) = element.get("id") {
            assert!(!id.is_empty() && !id.contains(' ') && ids.insert(id.to_owned()), "the id {id:?} stands twice in {page}");
        }
        for pointer in ["for", "list", "aria-controls", "aria-labelledby", "aria-describedby"] {
            if let Some(to) = element.get(pointer) {
                assert!(!to.trim().is_empty(), "{element:?} points to nothing in {page}");
                pointed.extend(to.split_whitespace().map(str::to_owned));
            }
        }
        pointed.extend(element.get("href").and_then(|to| to.strip_prefix('#')).map(str::to_owned));
        match name {
            "label" => labels.extend(element.get("for").map(str::to_owned)),
            "h1" | "h2" | "h3" | "h4" => {
                let this = name[1..].parse::<u32>().unwrap();
                assert!(this <= level + 1, "a heading of level {this} after one of {level}: {page}");
                level = this;
            }
            "img" => assert!(names.contains("alt") && names.contains("width") && names.contains("height"), "{element:?}"),
            "th" => assert!(names.contains("scope"), "{element:?}"),
            "section" => assert!(names.contains("aria-labelledby") || names.contains("aria-label"), "{element:?}"),
            "form" => {
                forms += 1;
                assert!(around.iter().all(|one| one.name != "form"), "a form in a form: {page}");
                assert!(element.get("action").is_some_and(|to| !to.is_empty()), "{element:?}");
            }
            "input" | "select" | "textarea" if !matches!(element.get("type"), Some("hidden")) => {
                let is_in_label = around.iter().any(|one| one.name == "label" && one.get("for").is_none_or(|to| Some(to) == element.get("id")));
                if !is_in_label && element.get("aria-hidden").is_none() && element.get("aria-label").is_none() {
                    fields.push(element.get("id").unwrap_or_default().to_owned());
                }
            }
            "button" => match element.get("type") {
                // Without a script it does nothing, and is not there.
                Some("button") => assert!(names.contains("hidden"), "{element:?} needs a script in {page}"),
                Some("submit") => {
                    assert!(around.iter().any(|one| one.name == "form"), "{element:?} sends nothing in {page}");
                    submits.insert(forms);
                }
                other => panic!("a button of kind {other:?} in {page}"),
            },
            _ => {}
        }
    };
    walk(page, &mut enter, &mut |_, _| {});
    assert_eq!(submits.len(), forms, "a form has no button: {page}");
    for field in fields {
        assert!(labels.contains(&field), "the field {field:?} has no label in {page}");
    }
    for to in pointed {
        assert!(to == "main" || ids.contains(&to), "nothing has the id {to:?} in {page}");
    }
}

/// What may stand where.
fn nested(element: &Element<'_>, around: &[Element<'_>], page: &str) {
    let Some(parent) = around.last() else { return };
    let name = element.name;
    assert!(!(PHRASING.contains(&parent.name) && BLOCK.contains(&name)), "<{name}> in <{}>: {page}", parent.name);
    let fits = match parent.name {
        "ul" | "ol" => name == "li",
        "dl" => matches!(name, "div" | "dt" | "dd"),
        "table" => matches!(name, "caption" | "thead" | "tbody"),
        "thead" | "tbody" => name == "tr",
        "tr" => matches!(name, "td" | "th"),
        "select" | "datalist" => name == "option",
        _ => true,
    };
    assert!(fits, "<{name}> in <{}>: {page}", parent.name);
    let needs = match name {
        "li" => &["ul", "ol"][..],
        "dt" | "dd" => &["dl", "div"],
        "legend" => &["fieldset"],
        "summary" => &["details"],
        "figcaption" => &["figure"],
        _ => &[],
    };
    assert!(needs.is_empty() || needs.contains(&parent.name), "<{name}> in <{}>: {page}", parent.name);
    let is_pressed = |name: &str| matches!(name, "a" | "button");
    assert!(!(is_pressed(name) && around.iter().any(|one| is_pressed(one.name) || one.name == "label")), "<{name}> in one that is pressed: {page}");
}

#[test]
fn what_is_wrong_with_a_page_is_found() {
    let page = |body: &str| format!("<!DOCTYPE html><html lang=\"en\"><head><title>4</title></head><body><main id=\"main\"><h1>4</h1>{body}</main></body></html>");
    check(&page("<form action=\"/4\"><label for=\"4\">4</label><input id=\"4\" aria-describedby=\"5\"><p id=\"5\">5</p><button type=\"submit\">4</button></form>"), true);
    for wrong in [
        "<p><div></div></p>", "<p>", "<h3>4</h3>", "<input id=\"4\">", "<p id=\"4\"></p><p id=\"4\"></p>", "<p aria-describedby=\"4\"></p>", "<a href=\"#4\">4</a>", "<ul><p>4</p></ul>", "<p role=\"alert\">4</p>",
        "<form action=\"/4\"></form>", "<button type=\"button\">4</button>", "<button type=\"submit\">4</button>", "<p onclick=\"4\"></p>", "<p style=\"4\"></p>", "<img alt=\"4\">", "<a href=\"/4\"><button type=\"button\" hidden>4</button></a>",
    ] {
        let page = page(wrong);
        assert!(std::panic::catch_unwind(|| check(&page, true)).is_err(), "{wrong}");
    }
    let read = page("<p title=\"5\">6<code>7</code><b translate=\"no\">8</b><i lang=\"de\">9</i></p>");
    assert_eq!(words(&read), ["4", "4", "6", "5"]);
}
