//! The security cases of SAML (section 1 of the catalogue), by subsection. Every refusal is asserted by its code, beside the same message unharmed, which
//! must sign in the right person.

mod bindings;
mod bounds;
mod canonical;
mod certificates;
mod conditions;
mod encryption;
mod identity;
mod keys;
mod logout;
mod metadata;
mod missing;
mod packages;
mod property;
mod requests;
mod vectors;
mod world;
mod wrapping;
