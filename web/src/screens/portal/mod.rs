//! The pages of the account portal: paper, ink and the line of the sign-in, in a frame with navigation.

mod accounts;
mod activity;
mod exclusions;
mod frame;
mod home;
mod outside;
mod parts;
mod sign_on;
mod user;
mod users;
mod why;

pub(crate) use accounts::accounts;
pub(crate) use activity::{ActivityAsked, activity};
pub(crate) use exclusions::{ExclusionsView, exclusions};
pub(crate) use frame::Frame;
pub(crate) use home::home;
pub(crate) use outside::{no_role, not_allowed, not_signed_in};
pub(crate) use parts::{iso, query, said};
pub(crate) use sign_on::{SignOnView, Typed, add as add_sign_on, list as sign_on_list, product, said as sign_on_said, sign_on};
pub(crate) use user::user;
pub(crate) use users::{UsersAsked, is_filter, users};
pub(crate) use why::why;
