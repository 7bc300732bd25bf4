//! Reading values out of an element: each wanted element at most once, text only where text belongs.

use roxmltree::Node;

/// The only child element of this name; `None` when there is none.
pub fn only_child<'a, 'i>(parent: Node<'a, 'i>, namespace: &str, name: &str) -> Result<Option<Node<'a, 'i>>, &'static str> {
    let mut found = parent.children().filter(|n| n.has_tag_name((namespace, name)));
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        _ => Err("saml.repeated_element"),
    }
}

/// The text of an element, exact, nothing trimmed; refused when elements are in it (SC-05).
pub fn text(node: Node<'_, '_>) -> Result<String, &'static str> {
    if node.children().any(|child| !child.is_text()) {
        return Err("saml.text_with_elements");
    }
    Ok(node.children().filter_map(|child| child.text()).collect())
}

/// The text of the only child of this name.
pub fn child_text(parent: Node<'_, '_>, namespace: &str, name: &str) -> Result<Option<String>, &'static str> {
    only_child(parent, namespace, name)?.map(text).transpose()
}

/// An attribute without a prefix.
pub fn attribute(node: Node<'_, '_>, name: &str) -> Option<String> {
    node.attribute(name).map(str::to_owned)
}
