//! Whole sign-ins through a SAML provider: the simulator's, in this process. It reads the request in the address that the browser was sent
//! to, and posts a signed answer.

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::{Clock, SystemClock};
use homeward_simulator::{
    KeyKind,
    saml::{Asked, Idp, Signed, encode},
};

use crate::{
    http::{self, Connection},
    scene::{self, Scene},
};

/// The account of its people.
pub const ACCOUNT: &str = "40821";
const NAME: &str = "SAML";
/// Its people.
const MEMBERS: u64 = 64;

/// The provider.
pub struct Provider {
    idp: Idp,
    entity_id: String,
    acs: String,
}

fn member(number: u64) -> String {
    format!("member-{}@saml.example", number % MEMBERS)
}

/// The account of its people, for the register.
pub fn register() -> String {
    let mut text = format!(
        "[[account]]\nnumber = \"{ACCOUNT}\"\nname = \"{NAME}\"\nregion = \"us\"\nsso_mode = \"redirect\"\n[[account.domain]]\ndomain = \"saml.example\"\nverified = true\n\
         [[account.connection]]\nname = \"{NAME}\"\nstate = \"enforced\"\n"
    );
    (0..MEMBERS).for_each(|number| text.push_str(&format!("[[account.user]]\nusername = \"{}\"\n", member(number))));
    text
}

impl Provider {
    /// Makes one with a key of its own, and tells the installation of it.
    pub fn of(scene: &Scene) -> Result<Self, String> {
        let idp = Idp::new("https://idp.example/entity", KeyKind::Rsa).map_err(|e| e.to_string())?;
        let file = scene.file("saml.xml");
        std::fs::write(&file, idp.metadata_xml(&idp.metadata("https://idp.example/sso", "https://idp.example/slo"))).map_err(|e| e.to_string())?;
        scene.run(&["connection", "metadata", ACCOUNT, NAME, &file.to_string_lossy(), "--preset", "okta", "--yes"])?;
        let which = (ACCOUNT, NAME);
        Ok(Self { idp, entity_id: scene.value_that_ends(which, "/metadata")?, acs: scene.value_that_ends(which, "/acs")? })
    }
    /// A whole sign-in: authorize, username, away, the answer, its result, code, tokens.
    pub async fn sign_in(&self, connection: &mut Connection, number: u64) -> Result<String, String> {
        let from = http::address(6_000_000 + number);
        let (cookies, to) = scene::leave(connection, &from, &member(number)).await?;
        let (id, relay) = asked(&to)?;
        let asked = Asked { entity_id: self.entity_id.clone(), acs: self.acs.clone(), request_id: Some(id) };
        let mut answer = self.idp.answer(&asked, &member(number), SystemClock.now());
        // As Okta signs, whose preset demands it.
        answer.signed = Signed::Both;
        let answer = encode(self.idp.response(&answer));
        let path = self.acs.strip_prefix("http://homeward.localhost").ok_or("another public address")?;
        let posted = http::deliver(path, &from, &[("SAMLResponse", &answer), ("RelayState", &relay)]);
        let answered = connection.ask(&posted).await.map_err(|e| e.to_string())?;
        let to = scene::fetch(connection, (&from, &cookies), &answered).await?;
        scene::redeem(connection, &from, &to).await
    }
}

/// The request's id and the handle that comes back with the answer.
fn asked(to: &str) -> Result<(String, String), String> {
    let url = url::Url::parse(to).map_err(|e| format!("{to}: {e}"))?;
    let get = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned()).ok_or_else(|| format!("no {name}: {to}"));
    let packed = STANDARD.decode(get("SAMLRequest")?).map_err(|e| e.to_string())?;
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(packed.as_slice()).read_to_string(&mut xml).map_err(|e| e.to_string())?;
    let id = xml.split(" ID=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or_else(|| format!("no id: {xml}"))?;
    Ok((id.to_owned(), get("RelayState")?))
}
