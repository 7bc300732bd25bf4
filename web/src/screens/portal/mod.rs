//! The pages of the account portal: paper, ink and the line of the sign-in, in a frame with navigation.

mod accounts;
mod activity;
mod administrators;
mod appearance;
mod domains;
mod exclusions;
mod frame;
mod home;
mod outside;
mod parts;
mod passwords;
mod services;
mod setup;
mod setup_links;
mod sign_on;
mod user;
mod users;
mod why;

pub(crate) use accounts::{AccountsAsked, accounts};
pub(crate) use activity::{ActivityAsked, activity};
pub(crate) use administrators::{AdministratorsView, GiveProblem, administrators};
pub(crate) use appearance::{AppearanceView, appearance};
pub(crate) use domains::{DomainsView, domains};
pub(crate) use exclusions::{ExclusionsView, exclusions};
pub(crate) use frame::Frame;
pub(crate) use home::home;
pub(crate) use outside::refused;
pub(crate) use parts::{Said, iso, query, said};
pub(crate) use passwords::{PasswordsView, passwords};
pub(crate) use setup::{left as setup_left, offer as setup_offer};
pub(crate) use setup_links::{SetupLinksView, setup_links};
pub(crate) use services::{ServiceView, list as services, said as service_said, service};
pub(crate) use sign_on::{SignOnView, Typed, add as add_sign_on, list as sign_on_list, product, said as sign_on_said, sign_on};
pub(crate) use user::{UserAsked, user};
pub(crate) use users::{UsersAsked, is_filter, users};
pub(crate) use why::why;
