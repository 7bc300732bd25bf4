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

/// Goes through a page: `enter` sees each element with those around it, `text` each text with those around it. Gives what does not begin or end as it must.
fn walk<'a>(page: &'a str, enter: &mut dyn FnMut(&Element<'a>, &[Element<'a>]), text: &mut dyn FnMut(&'a str, &[Element<'a>])) -> Vec<String> {
    let (mut open, mut wrong): (Vec<Element<'a>>, Vec<String>) = (Vec::new(), Vec::new());
    for part in page.split('<').skip(1) {
        let Some((tag, after)) = part.split_once('>') else {
            wrong.push(format!("a tag without an end: {part}"));
            continue;
        };
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(last) if last.name == name => {}
                last => wrong.push(format!("</{name}> ends {last:?}")),
            }
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
    wrong.extend(open.iter().map(|element| format!("<{}> has no end", element.name)));
    wrong
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

/// What is wrong with pages: every kind of it once, with the title of a page that has it.
pub(super) fn wrong_of(pages: &[String], has_english: bool) -> BTreeSet<String> {
    let titled = |page: &String| page.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned();
    pages.iter().flat_map(|page| wrong(page, has_english).into_iter().map(move |found| format!("{}: {found}", titled(page)))).collect()
}

/// What is wrong with a page. `has_english` says whether its title can be read.
fn wrong(page: &str, has_english: bool) -> Vec<String> {
    let mut all = Vec::new();
    let count = |what: &str| page.matches(what).count();
    if !page.starts_with("<!DOCTYPE html><html lang=\"") || (count("<h1>"), count("<main "), count("<title>")) != (1, 1, 1) {
        all.push("ALL-9: one heading, one main part, one title, in one language".to_owned());
    }
    let has_error = page.contains("aria-invalid=\"true\"") || page.contains("role=\"alert\"");
    if has_english && has_error && !page.contains("<title>Error: ") {
        all.push("ALL-10: it tells of an error, and its title does not".to_owned());
    }
    let mut seen = Seen { level: 1, ..Seen::default() };
    let mut found = walk(page, &mut |element, around| seen.enter(element, around), &mut |_, _| {});
    all.append(&mut found);
    all.append(&mut seen.rest());
    all
}

/// What was seen of a page so far.
#[derive(Default)]
struct Seen {
    wrong: Vec<String>,
    ids: BTreeSet<String>,
    pointed: BTreeSet<String>,
    labels: BTreeSet<String>,
    fields: Vec<String>,
    level: u32,
    forms: usize,
    /// Forms with a button, by their place, and those that a button elsewhere names.
    submits: BTreeSet<usize>,
    named_forms: std::collections::BTreeMap<String, usize>,
    named: BTreeSet<String>,
}

impl Seen {
    fn hold(&mut self, holds: bool, why: &str, element: &Element<'_>) {
        if !holds {
            let attributes: Vec<String> = element.attributes.iter().filter(|(name, _)| matches!(*name, "id" | "name" | "type" | "class" | "for" | "href" | "aria-describedby")).map(|(name, value)| format!("{name}={value}")).collect();
            self.wrong.push(format!("{why}: <{} {}>", element.name, attributes.join(" ")));
        }
    }

    fn enter(&mut self, element: &Element<'_>, around: &[Element<'_>]) {
        let name = element.name;
        let names: BTreeSet<&str> = element.attributes.iter().map(|(name, _)| *name).collect();
        self.hold(names.len() == element.attributes.len(), "an attribute stands twice", element);
        let is_plain = names.iter().all(|name| !name.starts_with("on") && *name != "style");
        self.hold(is_plain && name != "style" && (name != "script" || names.contains("src")), "ALL-2", element);
        self.hold(fits(element, around), "it stands where it must not", element);
        if let Some(id) = element.get("id") {
            let is_new = !id.is_empty() && !id.contains(' ') && self.ids.insert(id.to_owned());
            self.hold(is_new, "its id stands twice, or is none", element);
        }
        for pointer in ["for", "list", "aria-controls", "aria-labelledby", "aria-describedby"] {
            let Some(to) = element.get(pointer) else { continue };
            self.hold(!to.trim().is_empty(), "it points to nothing", element);
            self.pointed.extend(to.split_whitespace().map(str::to_owned));
        }
        self.pointed.extend(element.get("href").and_then(|to| to.strip_prefix('#')).map(str::to_owned));
        match name {
            "label" => self.labels.extend(element.get("for").map(str::to_owned)),
            "h1" | "h2" | "h3" | "h4" => {
                let this = name.trim_start_matches('h').parse::<u32>().unwrap();
                self.hold(this <= self.level + 1, "a level of headings is left out", element);
                self.level = this;
            }
            "img" => self.hold(["alt", "width", "height"].iter().all(|name| names.contains(name)), "a picture needs text and size", element),
            "th" => self.hold(names.contains("scope"), "a heading of a table needs its scope", element),
            "section" => self.hold(names.contains("aria-labelledby") || names.contains("aria-label"), "a section needs a name", element),
            "form" => {
                self.forms += 1;
                if let Some(id) = element.get("id") {
                    self.named_forms.insert(id.to_owned(), self.forms);
                }
                let is_good = around.iter().all(|one| one.name != "form") && element.get("action").is_some_and(|to| !to.is_empty());
                self.hold(is_good, "a form stands in no form, and leads somewhere", element);
            }
            "input" | "select" | "textarea" if element.get("type") != Some("hidden") => {
                let is_in_label = around.iter().any(|one| one.name == "label" && one.get("for").is_none_or(|to| Some(to) == element.get("id")));
                if !is_in_label && element.get("aria-hidden").is_none() && element.get("aria-label").is_none() {
                    self.fields.push(element.get("id").unwrap_or_default().to_owned());
                }
            }
            "button" => match element.get("type") {
                // Without a script it does nothing, and is not there.
                Some("button") => self.hold(names.contains("hidden"), "it needs a script", element),
                Some("submit") => match element.get("form") {
                    Some(elsewhere) => {
                        self.named.insert(elsewhere.to_owned());
                    }
                    None => {
                        self.hold(around.iter().any(|one| one.name == "form"), "it sends nothing", element);
                        self.submits.insert(self.forms);
                    }
                },
                _ => self.hold(false, "a button says of which kind it is", element),
            },
            _ => {}
        }
    }

    /// With what can be said at the end only.
    fn rest(mut self) -> Vec<String> {
        let lost = self.named.iter().filter(|id| !self.named_forms.contains_key(*id));
        self.wrong.extend(lost.map(|id| format!("a button sends the form {id:?}, which is not there")));
        self.submits.extend(self.named.iter().filter_map(|id| self.named_forms.get(id)));
        if self.submits.len() != self.forms {
            self.wrong.push("a form has no button".to_owned());
        }
        let unnamed = self.fields.iter().filter(|field| !self.labels.contains(*field));
        self.wrong.extend(unnamed.map(|field| format!("the field {field:?} has no label")));
        let lost = self.pointed.iter().filter(|to| *to != "main" && !self.ids.contains(*to));
        self.wrong.extend(lost.map(|to| format!("nothing has the id {to:?}")));
        self.wrong
    }
}

/// What may stand where.
fn fits(element: &Element<'_>, around: &[Element<'_>]) -> bool {
    let Some(parent) = around.last() else { return true };
    let name = element.name;
    let holds = match parent.name {
        "ul" | "ol" => name == "li",
        "dl" => matches!(name, "div" | "dt" | "dd"),
        "table" => matches!(name, "caption" | "thead" | "tbody"),
        "thead" | "tbody" => name == "tr",
        "tr" => matches!(name, "td" | "th"),
        "select" | "datalist" => name == "option",
        _ => true,
    };
    let needs = match name {
        "li" => &["ul", "ol"][..],
        "dt" | "dd" => &["dl", "div"],
        "legend" => &["fieldset"],
        "summary" => &["details"],
        "figcaption" => &["figure"],
        _ => &[],
    };
    let is_pressed = |name: &str| matches!(name, "a" | "button");
    let in_pressed = is_pressed(name) && around.iter().any(|one| is_pressed(one.name) || one.name == "label");
    holds && (needs.is_empty() || needs.contains(&parent.name)) && !in_pressed && !(PHRASING.contains(&parent.name) && BLOCK.contains(&name))
}

#[test]
fn what_is_wrong_with_a_page_is_found() {
    let page = |body: &str| format!("<!DOCTYPE html><html lang=\"en\"><head><title>4</title></head><body><main id=\"main\"><h1>4</h1>{body}</main></body></html>");
    let good = page("<form action=\"/4\"><label for=\"4\">4</label><input id=\"4\" aria-describedby=\"5\"><p id=\"5\">5</p><button type=\"submit\">4</button></form>");
    assert_eq!(wrong(&good, true), Vec::<String>::new());
    for body in [
        "<p><div></div></p>", "<p>", "<h3>4</h3>", "<input id=\"4\">", "<p id=\"4\"></p><p id=\"4\"></p>", "<p aria-describedby=\"4\"></p>", "<a href=\"#4\">4</a>", "<ul><p>4</p></ul>", "<p role=\"alert\">4</p>",
        "<form action=\"/4\"></form>", "<button type=\"button\">4</button>", "<button type=\"submit\">4</button>", "<p onclick=\"4\"></p>", "<p style=\"4\"></p>", "<img alt=\"4\">", "<a href=\"/4\"><button type=\"button\" hidden>4</button></a>",
    ] {
        assert!(!wrong(&page(body), true).is_empty(), "{body}");
    }
    let read = page("<p title=\"5\">6<code>7</code><b translate=\"no\">8</b><i lang=\"de\">9</i></p>");
    assert_eq!(words(&read), ["4", "4", "6", "5"]);
}
