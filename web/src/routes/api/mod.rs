//! The REST API under `/api/v1`: the use cases of the account portal for programs, by tokens. Every route stands in one table, from which
//! routes, checks and the OpenAPI document come.

mod accounts;
mod activity;
mod adding;
mod administrators;
mod appearance;
mod applications;
mod call;
mod domains;
mod endpoint;
mod exclusions;
mod links;
mod openapi;
mod passwords;
mod problem;
#[cfg(test)]
mod reach_tests;
mod reply;
mod serve;
mod services;
mod setup_links;
mod shown;
mod sign_on;
mod steps_mail;
pub(crate) mod table;
mod tokens;
mod users;
mod values;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, ServiceConfig},
};
use homeward_model::CaseNumber;
use homeward_signin::Reason;

pub use endpoint::{Endpoint, Verb};
pub use openapi::document;
pub use table::ENDPOINTS;

use table::PREFIX;

/// Registers every path of the table once; the method decides inside, so that the answer to a wrong one says which there are.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(web::resource(format!("{PREFIX}/openapi.json")).to(openapi::serve));
    for (place, endpoint) in ENDPOINTS.iter().enumerate() {
        if !ENDPOINTS.iter().take(place).any(|other| other.path == endpoint.path) {
            config.service(web::resource(format!("{PREFIX}{}", endpoint.path)).to(serve::serve));
        }
    }
    config.service(web::resource("/api/{tail:.*}").to(serve::nothing)).service(web::resource("/api").to(serve::nothing));
}

/// The problem of a request that was refused before it came here, or of an answer that broke off.
pub(crate) fn problem(status: StatusCode, reason: Option<Reason>, case: &CaseNumber) -> HttpResponse {
    let code = reason.map_or("failed", Reason::code);
    let detail = if reason.is_some() { "The request was refused before it was read." } else { "Something failed. The log has it under the case number." };
    problem::Problem::new(status, code, detail).on_record(case).response()
}
