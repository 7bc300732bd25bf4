//! The relying party against a small provider that can be honest or hostile. Tokens are signed by aws-lc-rs and put together as
//! text, so that every mutation is one of bytes; nothing of the product's own reading is used to make them.

mod browser;
mod entra;
mod google;
mod keys;
mod logout;
mod network;
mod people;
mod provider;
mod second_opinion;
mod signing;
mod token_endpoint;
mod tokens;
mod userinfo;
mod vectors;
mod world;
