//! What a request does, step by step, and how long each step takes: for traces (OpenTelemetry), which the operator may switch on.
//!
//! The hops of one sign-in are requests of their own, at any node. They share one trace, because its id follows from what their sealed
//! stage carries ([`TraceId::of_sign_in`]): nobody outside can choose it, and it costs no field. A request learns which sign-in it belongs
//! to while it is answered, so its steps are kept until its end and get their ids then.
//!
//! Nothing here knows where the steps go: `homeward-server` sends them. While traces are off, every function returns at once and nothing
//! is allocated.
//!
//! What may be noted is narrow on purpose: words of ours, numbers, and ids that are drawn by chance. There is no way to note a text.

mod caller;
mod id;
mod request;
mod effort;

pub use caller::Caller;
pub use id::TraceId;
pub use request::{Finished, Note, Request, Step, belongs_to, current, followed, note, step};
pub use effort::Effort;
