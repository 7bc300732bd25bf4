//! What only the operator sets is to be read on the connection's page and by the API: how our requests are signed, and what is let through that should not be.

use std::time::Duration;

use homeward_federation::{Protocol, Until, saml::{RequestSigning, SamlSettings}};
use homeward_model::Clock;
use homeward_store::register::Register;
use serde_json::Value;

use super::{ADMIN, Desk};
use crate::{api::Caller, portal::OWN};

const SHA1: &str = "Signatures with SHA-1, which can be forged for money, are let through";
const CBC: &str = "Encryption by AES-CBC in an answer that is not signed, which others can change, is let through";

async fn change(desk: &Desk, how: impl FnOnce(&mut SamlSettings)) {
    let mut entry = desk.stored().await;
    if let Protocol::Saml(saml) = &mut entry.settings.as_mut().unwrap().protocol {
        how(saml);
    }
    desk.broker.running().store.put(&Register { connections: vec![entry], ..Register::default() }, &[], desk.broker.clock.now()).await.unwrap();
}

/// Each is told as long as it holds, with its end; a connection that is strict tells of none.
#[tokio::test]
async fn what_the_operator_lets_through_is_told_until_it_ends() {
    let (mut desk, _) = Desk::tested().await;
    let path = format!("/accounts/{OWN}/connections/{}", desk.id());
    let shown = async |desk: &Desk| -> Value { Caller::whole(&desk.broker, ADMIN, OWN).await.read(&path).await["entered"].clone() };
    let page = desk.page().await.body;
    assert!(page.contains("Signed with our key") && !page.contains(SHA1) && !page.contains(CBC), "{page}");
    let entered = shown(&desk).await;
    assert_eq!((entered["request_signing"].as_str(), entered["allow_sha1_until"].is_null(), entered["allow_cbc_in_unsigned_response_until"].is_null()), (Some("with_our_key"), true, true));
    let end = desk.broker.clock.now().plus(Duration::from_secs(300));
    change(&desk, |saml| (saml.request_signing, saml.relaxations.allow_sha1_until) = (RequestSigning::Unsigned, Some(Until(end)))).await;
    let page = desk.page().await.body;
    assert!(page.contains("Not signed: anybody can send people there in our name") && page.contains(SHA1) && !page.contains(CBC), "{page}");
    let entered = shown(&desk).await;
    assert_eq!((entered["request_signing"].as_str(), entered["allow_sha1_until"].is_string()), (Some("unsigned"), true));
    change(&desk, |saml| (saml.relaxations.allow_sha1_until, saml.relaxations.allow_cbc_in_unsigned_response_until) = (None, Some(Until(end)))).await;
    let page = desk.page().await.body;
    assert!(!page.contains(SHA1) && page.contains(CBC), "{page}");
    desk.broker.clock.wait(Duration::from_secs(301));
    assert!(!desk.page().await.body.contains(CBC), "it has ended by itself");
}
