//! The account portal: pages and steps inside an account, each behind the door.

mod activity;
mod adding;
mod administrators;
mod appearance;
mod applications;
mod arrive;
mod domains;
mod door;
mod pages;
mod passwords;
mod published;
mod services;
mod setup;
mod setup_links;
mod sign_on;
mod steps;
mod steps_mail;
pub(crate) mod table;
mod tokens;

use actix_web::{
    HttpRequest,
    web::{self, ServiceConfig, get, post},
};
use homeward_model::{AccountNumber, UserId};
use homeward_portal::{Action, Fault, entry};

use crate::asked::Asked;

/// Whether this browser has a session of the portal, or of a setup link, of whoever began something that Microsoft answers now, and they
/// may still do it.
pub(crate) async fn still_may(asked: &Asked, request: &HttpRequest, by: UserId, (account, action): (&AccountNumber, Action)) -> Result<bool, Fault> {
    if let Some(actor) = arrive::present(asked, request).await? {
        return Ok(actor.user.id == by && entry::still_may(&asked.app.portal, actor, account, action).await?);
    }
    let guest = setup::present(asked, request).await?;
    Ok(guest.is_some_and(|guest| guest.link.maker == by && guest.account.number == *account && guest.may(action)))
}

/// Registers the portal's routes. The door refuses what is not in the table, too.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let user = "/portal/{number}/users/{user}";
    let of_user = |step: &str| web::resource(format!("{user}/{step}"));
    let connection = "/portal/{number}/sign-on/{connection}";
    let of_connection = |step: &str| web::resource(format!("{connection}/{step}"));
    let service = "/portal/{number}/services/{connection}";
    let of_service = |step: &str| web::resource(format!("{service}/{step}"));
    config
        .service(web::resource("/portal").get(arrive::start))
        .service(web::resource("/portal/callback").get(arrive::callback))
        .service(web::resource("/portal/signout").post(arrive::leave))
        .service(web::resource("/portal/language").post(arrive::language))
        .service(web::resource("/setup").get(setup::link).post(setup::begin))
        .service(web::resource("/setup/leave").post(setup::leave))
        .service(web::resource("/setup/left").get(setup::left))
        .service(web::resource("/portal/{number}").get(pages::home))
        .service(web::resource("/portal/{number}/accounts").get(pages::accounts))
        .service(web::resource("/portal/{number}/enter").post(steps::enter))
        .service(web::resource("/portal/{number}/users").get(pages::users))
        .service(web::resource("/portal/{number}/users/find").post(steps::find_user))
        .service(web::resource("/portal/{number}/users/add").post(adding::add))
        .service(web::resource(user).get(pages::user))
        .service(of_user("why").route(get().to(pages::why)))
        .service(of_user("invite").route(post().to(steps::invite)))
        .service(of_user("password-mail").route(post().to(steps::password_mail)))
        .service(of_user("suspend").route(post().to(steps::suspend)))
        .service(of_user("resume").route(post().to(steps::resume)))
        .service(of_user("end-sessions").route(post().to(steps::end_sessions)))
        .service(of_user("rename").route(post().to(steps::rename)))
        .service(of_user("unlink").route(post().to(steps::unlink)))
        .service(of_user("exclude").route(post().to(steps::exclude)))
        .service(of_user("include").route(post().to(steps::include)))
        .service(of_user("emergency").route(post().to(steps::give_emergency)))
        .service(of_user("no-emergency").route(post().to(steps::take_emergency)))
        .service(of_user("codes").route(post().to(steps::print_codes)))
        .service(web::resource("/portal/{number}/exclusions").get(pages::exclusions))
        .service(web::resource("/portal/{number}/exclusions/find").post(steps::find_excluded))
        .service(web::resource("/portal/{number}/exclusions/add").post(steps::paste))
        .service(web::resource("/portal/{number}/exclusions/remove").post(steps::remove))
        .service(web::resource("/portal/{number}/sign-on").get(sign_on::list))
        .service(web::resource("/portal/{number}/sign-on/new").get(sign_on::new))
        .service(web::resource("/portal/{number}/sign-on/new/add").post(sign_on::add))
        .service(web::resource("/portal/{number}/sign-on/new/azure").post(published::new_azure))
        .service(web::resource(connection).get(sign_on::connection))
        .service(of_connection("answer").route(get().to(sign_on::whole)))
        .service(of_connection("azure").route(post().to(published::azure)))
        .service(of_connection("take").route(post().to(published::take)))
        .service(of_connection("refuse").route(post().to(published::refuse)))
        .service(of_connection("propose").route(post().to(sign_on::propose)))
        .service(of_connection("accept").route(post().to(sign_on::accept)))
        .service(of_connection("discard").route(post().to(sign_on::discard)))
        .service(of_connection("test").route(post().to(sign_on::try_out)))
        .service(of_connection("mend").route(post().to(sign_on::mend)))
        .service(of_connection("turn").route(post().to(sign_on::switch)))
        .service(of_connection("outage").route(post().to(sign_on::outage)))
        .service(of_connection("undo").route(post().to(sign_on::undo)))
        .service(of_connection("pilot").route(post().to(sign_on::pilot)))
        .service(of_connection("unpilot").route(post().to(sign_on::unpilot)))
        .service(of_connection("pilot-group").route(post().to(sign_on::pilot_group)))
        .service(of_connection("unpilot-group").route(post().to(sign_on::unpilot_group)))
        .service(web::resource("/portal/{number}/setup-links").get(setup_links::page))
        .service(web::resource("/portal/{number}/setup-links/make").post(setup_links::make))
        .service(web::resource("/portal/{number}/setup-links/end").post(setup_links::end))
        .service(web::resource("/portal/{number}/steps").get(steps_mail::page))
        .service(web::resource("/portal/{number}/steps/mail").post(steps_mail::mail))
        .service(web::resource("/portal/{number}/services").get(services::list))
        .service(web::resource(service).get(services::service))
        .service(of_service("propose").route(post().to(services::propose)))
        .service(of_service("accept").route(post().to(services::accept)))
        .service(of_service("discard").route(post().to(services::discard)))
        .service(of_service("consent").route(post().to(services::begin)))
        .service(of_service("link").route(post().to(services::link)))
        .service(of_service("test").route(post().to(services::test)))
        .service(of_service("end").route(post().to(services::end)))
        .service(web::resource("/portal/{number}/domains").get(domains::page))
        .service(web::resource("/portal/{number}/domains/add").post(domains::add))
        .service(web::resource("/portal/{number}/domains/check").post(domains::check))
        .service(web::resource("/portal/{number}/domains/give-up").post(domains::give_up))
        .service(web::resource("/portal/{number}/domains/take-back").post(domains::take_back))
        .service(web::resource("/portal/{number}/passwords").get(passwords::page))
        .service(web::resource("/portal/{number}/passwords/save").post(passwords::save))
        .service(web::resource("/portal/{number}/applications").get(applications::page))
        .service(web::resource("/portal/{number}/applications/default").post(applications::choose))
        .service(web::resource("/portal/{number}/sign-in-page").get(appearance::page))
        .service(web::resource("/portal/{number}/sign-in-page/save").post(appearance::save))
        .service(web::resource("/portal/{number}/sign-in-page/contact").post(appearance::save_contact))
        .service(web::resource("/portal/{number}/sign-in-page/logo").post(appearance::offer))
        .service(web::resource("/portal/{number}/sign-in-page/use-logo").post(appearance::use_logo))
        .service(web::resource("/portal/{number}/sign-in-page/remove-logo").post(appearance::remove_logo))
        .service(web::resource("/portal/{number}/administrators").get(administrators::page))
        .service(web::resource("/portal/{number}/administrators/give").post(administrators::give))
        .service(web::resource("/portal/{number}/administrators/take").post(administrators::take))
        .service(web::resource("/portal/{number}/administrators/sign-in").post(administrators::sign_in))
        .service(web::resource("/portal/{number}/api-tokens").get(tokens::page))
        .service(web::resource("/portal/{number}/api-tokens/make").post(tokens::make))
        .service(web::resource("/portal/{number}/api-tokens/end").post(tokens::end))
        .service(web::resource("/portal/{number}/activity").get(activity::page))
        .service(web::resource("/portal/{number}/activity/find").post(activity::find))
        .service(web::resource("/portal/{number}/activity/csv").post(activity::csv))
        .service(web::resource("/portal/{number}/activity/jsonl").post(activity::jsonl))
        .service(web::resource("/portal/{number}/activity/{reference}").get(activity::answer));
}
