//! The pages of the account portal: paper, ink and the line of the sign-in, in a frame with navigation.

mod accounts;
mod activity;
mod adding;
mod administrators;
mod appearance;
mod applications;
mod checked;
mod domains;
mod emergency;
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
mod six;
mod steps_mail;
mod tokens;
mod user;
mod users;
mod why;

pub(crate) use accounts::{AccountsAsked, accounts};
pub(crate) use activity::{ActivityAsked, activity};
pub(crate) use adding::AddView;
pub(crate) use administrators::{AdministratorsView, GiveProblem, administrators};
pub(crate) use appearance::{AppearanceView, appearance, unfit as picture_unfit, unfit_alt as alt_unfit, unfit_contact as contact_unfit};
pub(crate) use applications::applications;
pub(crate) use checked::checked;
pub(crate) use domains::{DomainsView, domains};
pub(crate) use emergency::emergency_sheet;
pub(crate) use exclusions::{ExclusionsView, exclusions};
pub(crate) use frame::Frame;
pub(crate) use home::home;
pub(crate) use outside::refused;
pub(crate) use parts::{Said, iso, query, said};
pub(crate) use passwords::{PasswordsView, passwords};
pub(crate) use setup::{left as setup_left, offer as setup_offer};
pub(crate) use setup_links::{SetupLinksView, setup_links};
pub(crate) use services::{ServiceView, list as services, said as service_said, service, unfit as service_unfit};
pub(crate) use sign_on::{SignOnView, Typed, add as add_sign_on, list as sign_on_list, product, said as sign_on_said, sign_on, unfit, unfit_name as connection_unfit, whole as whole_answer};
pub(crate) use steps_mail::{StepsView, steps_mail, too_many as steps_too_many};
pub(crate) use tokens::{TokensView, field_of as token_field, tokens};
pub(crate) use user::{UserAsked, user};
pub(crate) use users::{UsersAsked, is_filter, users};
pub(crate) use why::why;

#[cfg(test)]
mod samples_tests;
