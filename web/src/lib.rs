//! HTTP in and out: routes, forms, cookies, headers, and the screens.

pub mod assets;
pub mod screens;

mod app;
mod asked;
mod cookies;
mod cors;
mod errors;
mod form;
mod guard;
mod head;
mod headers;
mod network;
mod respond;
mod routes;
mod stage;
mod upload;

pub use routes::api::{ENDPOINTS as API_ENDPOINTS, Endpoint as ApiEndpoint, Verb as ApiVerb, document as api_document};
pub use routes::portal::table::{ROUTES as PORTAL_ROUTES, Route as PortalRoute};
pub use app::{App, Readiness, configure, most_body};
pub use errors::{pages as error_pages, refused};
pub use guard::same_origin;
pub use head::head_as_get;
pub use headers::security_headers;
pub use network::{Known, Network, Networks, Zones};
