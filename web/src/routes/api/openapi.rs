//! The OpenAPI document (3.1), made from the table of endpoints and from the types that are read and written.

use actix_web::{HttpRequest, HttpResponse, http::Method, web::Data};
use homeward_portal::{Role, tokens::Scope};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    call::LONGEST_KEY,
    endpoint::{Endpoint, Parameter, Seen, Shape, Verb},
    links,
    problem::{self, KIND},
    reply::Reply,
    serve::method_not_allowed,
    table::{ENDPOINTS, PREFIX},
};
use crate::app::App;

/// Statuses of problems that every endpoint has.
const ALWAYS: [(u16, &str); 8] = [
    (400, "The request cannot be read: a parameter, a header, the cursor or the body."),
    (401, "No token, or one that counts for nothing."),
    (403, "The token lacks the scope, or its maker's role does not include it."),
    (404, "There is nothing at this address, for whoever asks."),
    (413, "The body is longer than any of ours."),
    (414, "The address is longer than any of ours."),
    (429, "Too many wrong tokens came from this network, or too many calls or keys by this token."),
    (503, "The store does not answer."),
];

struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self { read: settings().into_generator(), written: settings().for_serialize().into_generator() }
    }
    fn all(mut self) -> Map<String, Value> {
        let mut all = self.read.take_definitions(true);
        all.extend(self.written.take_definitions(true));
        all
    }
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.shape {
        Shape::Words(words) => json!({ "type": "string", "enum": words }),
        Shape::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Id => json!({ "type": "string", "format": "uuid" }),
        Shape::ClientId => json!({ "type": "string", "pattern": "^[A-Za-z0-9._~-]{1,100}$" }),
        Shape::Text(most) => json!({ "type": "string", "minLength": 1, "maxLength": most }),
    };
    json!({ "name": parameter.name, "in": "query", "description": parameter.says, "schema": schema })
}

/// Parts of the address.
fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let says = |name: &str| match name {
        "number" => ("The account's number.", json!({ "type": "string" })),
        "domain" => ("The domain's name.", json!({ "type": "string" })),
        "role" => ("The role's word.", json!({ "type": "string", "enum": Role::ALL.map(Role::word) })),
        "link" => ("The link's reference.", json!({ "type": "string", "pattern": "^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$" })),
        _ => ("The id.", json!({ "type": "string", "format": "uuid" })),
    };
    names.map(|name| json!({ "name": name, "in": "path", "required": true, "description": says(name).0, "schema": says(name).1 })).collect()
}

fn header(name: &str, says: &str, required: bool, schema: Value) -> Value {
    json!({ "name": name, "in": "header", "required": required, "description": says, "schema": schema })
}

fn headers(endpoint: &Endpoint) -> Vec<Value> {
    let text = || json!({ "type": "string" });
    let mut all = Vec::new();
    match endpoint.seen {
        Seen::Nothing => {}
        Seen::May(..) => all.push(header("If-Match", "The ETag of what you have seen; nothing is done when something else is there.", false, text())),
        Seen::Must(..) | Seen::Names => all.push(header("If-Match", "The ETag of what you have seen; nothing is done when something else is there.", true, text())),
    }
    if endpoint.keyed {
        // Visible characters of ASCII.
        let key = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$" });
        all.push(header("Idempotency-Key", "A name of your own for this request: sent again within a day, it gets the same answer and is done once.", false, key));
    }
    if endpoint.verb == Verb::Get {
        all.push(header("If-None-Match", "The ETag of what you have: 304 when it is still so.", false, text()));
    }
    all
}

fn problem_response(says: &str, schema: &Value) -> Value {
    json!({ "description": says, "content": { KIND: { "schema": schema } } })
}

/// Statuses of problems of one endpoint.
fn problems(endpoint: &Endpoint) -> Vec<(u16, String)> {
    let mut all: Vec<(u16, String)> = ALWAYS.iter().map(|(status, says)| (*status, (*says).to_owned())).collect();
    let mut add = |status: u16, says: &str| match all.iter_mut().find(|(other, _)| *other == status) {
        Some((_, text)) => *text = format!("{text} {says}"),
        None => all.push((status, says.to_owned())),
    };
    for (status, says) in endpoint.own {
        add(*status, says);
    }
    if endpoint.takes.is_some() {
        add(415, "The body is not application/json.");
    }
    if !matches!(endpoint.seen, Seen::Nothing) {
        add(412, "What you have seen is not what is there now.");
    }
    if endpoint.asks_what_was_seen() {
        add(428, "If-Match is missing.");
    }
    if endpoint.keyed {
        add(409, "The same request is under way.");
        add(422, "The Idempotency-Key was used for another request.");
    }
    all
}

fn responses(endpoint: &Endpoint, schemas: &mut Schemas, problem: &Value) -> Value {
    let mut all = Map::new();
    let tag = json!({ "description": "Names these very bytes.", "schema": { "type": "string" } });
    match endpoint.gives {
        None if endpoint.files => {
            let file = json!({ "schema": { "type": "string" } });
            let content = json!({ "text/csv": file, "application/jsonl": file });
            all.insert("200".into(), json!({ "description": endpoint.says, "content": content }));
        }
        None => _ = all.insert("204".into(), json!({ "description": "It was done." })),
        Some(schema) => {
            let content = json!({ "application/json": { "schema": schema(&mut schemas.written) } });
            let mut headers = json!({ "ETag": tag });
            if endpoint.makes {
                headers = json!({ "ETag": tag, "Location": { "description": "Where it is.", "required": true, "schema": { "type": "string" } } });
            }
            let status = if endpoint.makes { "201" } else { "200" };
            let mut shown = Map::from_iter([("description".into(), json!(endpoint.says)), ("headers".into(), headers), ("content".into(), content)]);
            let links = links::of(endpoint);
            if !links.is_empty() {
                shown.insert("links".into(), Value::Object(links));
            }
            all.insert(status.into(), Value::Object(shown));
        }
    }
    if endpoint.verb == Verb::Get {
        all.insert("304".into(), json!({ "description": "It is still so." }));
    }
    for (status, says) in problems(endpoint) {
        all.insert(status.to_string(), problem_response(&says, problem));
    }
    Value::Object(all)
}

fn operation(endpoint: &Endpoint, schemas: &mut Schemas, problem: &Value) -> Value {
    let mut parameters: Vec<Value> = endpoint.query.iter().map(parameter).collect();
    parameters.extend(headers(endpoint));
    let scope = Scope::of(endpoint.action).map(Scope::word).unwrap_or_default();
    let mut operation = json!({
        "operationId": endpoint.name,
        "summary": endpoint.says,
        "description": format!("Scope: `{scope}`."),
        "parameters": parameters,
        "security": [{ "token": [scope] }],
        "responses": responses(endpoint, schemas, problem),
    });
    if let (Some(schema), Some(object)) = (endpoint.takes, operation.as_object_mut()) {
        let content = json!({ "application/json": { "schema": schema(&mut schemas.read) } });
        object.insert("requestBody".into(), json!({ "required": true, "content": content }));
    }
    operation
}

fn paths(schemas: &mut Schemas, problem: &Value) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in ENDPOINTS {
        let item = paths.entry(endpoint.path).or_insert_with(|| {
            let parts = path_parameters(endpoint.path);
            if parts.is_empty() { json!({}) } else { json!({ "parameters": parts }) }
        });
        let operation = operation(endpoint, schemas, problem);
        if let Some(item) = item.as_object_mut() {
            item.insert(endpoint.verb.word().to_lowercase(), operation);
        }
    }
    Value::Object(paths)
}

/// The document, for a broker at this address.
pub fn document(base: &str) -> Value {
    let mut schemas = Schemas::new();
    let problem = serde_json::to_value(problem::schema(&mut schemas.written)).unwrap_or_default();
    let paths = paths(&mut schemas, &problem);
    let scopes = Scope::ALL.iter().map(|scope| format!("- `{}`{}: {}", scope.word(), if scope.is_dangerous() { " (dangerous)" } else { "" }, scope.title()));
    let says = format!("A token is made in the account portal, under API tokens. Its scopes:\n\n{}", scopes.collect::<Vec<_>>().join("\n"));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Homeward API",
            "version": "1",
            "description": "What an account's administrators do in the account portal, for programs.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": format!("{base}{PREFIX}") }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": says } },
            "schemas": schemas.all(),
        },
    })
}

/// `/api/v1/openapi.json`: for everybody, since it says nothing about anybody.
pub(super) async fn serve(app: Data<App>, request: HttpRequest) -> HttpResponse {
    if request.method() != Method::GET {
        return method_not_allowed("GET").response();
    }
    let known = request.headers().get("if-none-match").and_then(|value| value.to_str().ok());
    Reply::shows(app.api_document.get_or_init(|| document(&app.signin.settings.issuer))).response(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document has every endpoint of the table and no other, and every reference in it leads somewhere.
    #[test]
    fn the_document_is_the_table() {
        let document = document("https://signin.example");
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (verb, operation) in item.as_object().unwrap().iter().filter(|(verb, _)| *verb != "parameters") {
                found.push((verb.to_uppercase(), path.clone(), operation["operationId"].as_str().unwrap().to_owned()));
            }
        }
        let mut table: Vec<_> = ENDPOINTS.iter().map(|endpoint| (endpoint.verb.word().to_owned(), endpoint.path.to_owned(), endpoint.name.to_owned())).collect();
        found.sort();
        table.sort();
        assert_eq!(found, table);
        let text = document.to_string();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(schemas.contains_key(name), "{name}");
        }
        assert!(schemas.len() > 30 && !text.contains("\"$defs\""), "{}", schemas.len());
    }
}
