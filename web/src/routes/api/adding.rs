//! Somebody new in an account.

use homeward_portal::{
    adding::{self, Added, MOST_AN_HOUR, Newcomer, Problem as Why, Told},
    people::Way,
    ports::Listed,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::Reply,
    shown::{UserShown, english},
    values::Text,
};

/// Somebody to add.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "username": "britta.simon@northwind.example", "given_name": "Britta", "family_name": "Simon" }]))]
pub(super) struct NewUser {
    /// What they sign in with.
    username: Text<254>,
    /// Where mail goes; absent: to the username, when that is an address.
    email: Option<Text<254>>,
    /// Given name.
    given_name: Option<Text<100>>,
    /// Family name.
    family_name: Option<Text<100>>,
}

/// Somebody who was added.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct AddedUser {
    /// The user.
    user: UserShown,
    /// How they learn of it.
    told: ToldBy,
}

/// How somebody learns that they were added.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ToldBy {
    /// An invitation is on its way by mail.
    Invited,
    /// The mail could not go; it can be sent again.
    NotSent,
    /// They sign in at the identity provider; no mail is needed.
    AtProvider,
}

fn refused(why: Why) -> Problem {
    let t = english();
    match why {
        Why::Username => Problem::unfit("username.malformed", t.s("portal-username-malformed")),
        Why::Mixed => Problem::unfit("username.mixed_scripts", t.s("people-mixed")),
        Why::Taken => Problem::conflict("username.taken", t.s("portal-username-taken")),
        Why::Foreign => Problem::conflict("username.foreign", t.s("portal-username-foreign")),
        Why::Email => Problem::unfit("email.malformed", t.s("people-email-malformed")),
        Why::ForeignMailbox => Problem::conflict("email.foreign", t.s("people-email-foreign")),
        Why::NoMailbox => Problem::unfit("email.missing", t.s("people-no-mailbox")),
        Why::GivenName => Problem::unfit("given_name.unfit", t.s("people-name-unfit")),
        Why::FamilyName => Problem::unfit("family_name.unfit", t.s("people-name-unfit")),
        Why::TooMany => Problem::conflict("users.too_many", t.f("people-too-many", &[("most", i64::from(MOST_AN_HOUR).into())])),
    }
}

pub(super) async fn add(call: &Call) -> Result<Reply, Problem> {
    let asked: NewUser = call.body()?;
    let text = |value: &Option<Text<100>>| value.as_ref().map(|text| text.0.clone()).unwrap_or_default();
    let (given, family) = (text(&asked.given_name), text(&asked.family_name));
    let email = asked.email.map(|text| text.0).unwrap_or_default();
    let typed = Newcomer { username: &asked.username.0, email: &email, given_name: &given, family_name: &family };
    match adding::add(call.portal(), &call.granted, &typed).await? {
        Added::Refused(why) => Err(refused(why)),
        Added::Done(user, told) => {
            // Mails are sent by a worker.
            (call.app.signin.wake_mailroom)();
            let (told, way) = match told {
                Told::Invited => (ToldBy::Invited, Way::Password),
                Told::NotSent => (ToldBy::NotSent, Way::Password),
                Told::AtProvider => (ToldBy::AtProvider, Way::SingleSignOn),
            };
            let at = call.at(&format!("/users/{}", user.id));
            Ok(Reply::made(&AddedUser { user: UserShown::of(&Listed { user: *user, last_sign_in: None }, way), told }, at))
        }
    }
}
