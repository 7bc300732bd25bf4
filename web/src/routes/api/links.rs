//! Links of the OpenAPI document (3.1, 4.8.20): from what shows a state to the steps that ask by `If-Match` what was seen of it.

use serde_json::{Map, Value, json};

use super::{
    endpoint::{Endpoint, Seen, Verb},
    table::ENDPOINTS,
};

/// Where a step finds the tag of what it compares: the nearest address, its own or one above, that shows something.
fn shown_at(step: &Endpoint) -> Option<&'static str> {
    let is_at_or_below = |path: &str| step.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let shown = ENDPOINTS.iter().filter(|endpoint| endpoint.verb == Verb::Get && is_at_or_below(endpoint.path));
    shown.map(|endpoint| endpoint.path).max_by_key(|path| path.len())
}

/// A step with the address and the tag of what is shown.
fn link(step: &Endpoint, shown: &str) -> Value {
    let names = shown.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Map<String, Value> = names.map(|name| (format!("path.{name}"), json!(format!("$request.path.{name}")))).collect();
    parameters.insert("header.If-Match".into(), json!("$response.header.ETag"));
    json!({ "operationId": step.name, "description": step.says, "parameters": parameters })
}

/// The steps that compare what an endpoint shows.
pub(super) fn of(endpoint: &Endpoint) -> Map<String, Value> {
    let shows = endpoint.verb == Verb::Get || endpoint.makes;
    let steps = ENDPOINTS.iter().filter(|step| shows && !matches!(step.seen, Seen::Nothing) && shown_at(step) == Some(endpoint.path));
    steps.map(|step| (step.name.to_owned(), link(step, endpoint.path))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every step that compares is named by what shows a tag, and by nothing of another address; nothing else is.
    #[test]
    fn every_step_that_compares_is_linked_from_what_it_compares() {
        for step in ENDPOINTS {
            let from: Vec<&str> = ENDPOINTS.iter().filter(|endpoint| of(endpoint).contains_key(step.name)).map(|endpoint| endpoint.name).collect();
            assert_eq!(from.is_empty(), matches!(step.seen, Seen::Nothing), "{}: {from:?}", step.name);
        }
        let named = |name: &str| of(ENDPOINTS.iter().find(|endpoint| endpoint.name == name).unwrap());
        let steps: Vec<String> = named("propose").into_iter().map(|(step, _)| step).collect();
        assert_eq!(steps, ["acceptProposal", "discardProposal"]);
        let parameters = &named("user")["unlinkUser"]["parameters"];
        assert_eq!(*parameters, json!({ "path.number": "$request.path.number", "path.user": "$request.path.user", "header.If-Match": "$response.header.ETag" }));
        assert!(named("listUsers").is_empty() && named("addConnection").is_empty());
    }
}
