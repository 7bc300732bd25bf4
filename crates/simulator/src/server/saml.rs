//! The SAML side: AuthnRequests in, Responses out (Profiles 4.1), metadata, tiles.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    go, page, pages,
    refuse, request,
    state::{Play, Session},
};
use crate::{
    Brand, Profile, SigningKey, SimulatorError,
    saml::{Answer, Asked, Attribute, Encryption, Idp, NameId, Redirect, Scene, Signed, encode, mutation},
};

/// Attribute in which Microsoft's providers say how a person proved themselves.
const METHODS: &str = "http://schemas.microsoft.com/claims/authnmethodsreferences";

pub(super) type Fields = BTreeMap<String, String>;

/// What is answered, as it travels through the sign-in page.
#[derive(Clone, Debug, Default)]
pub(super) struct Ask {
    pub request_id: String,
    pub entity_id: String,
    pub acs: String,
    pub relay_state: Option<String>,
    pub format: String,
}

impl Ask {
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("kind", "saml".to_owned()), ("request_id", self.request_id.clone()), ("entity_id", self.entity_id.clone()), ("acs", self.acs.clone()), ("format", self.format.clone())];
        fields.extend(self.relay_state.clone().map(|state| ("relay_state", state)));
        fields
    }
    pub fn from_fields(fields: &Fields) -> Self {
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        Self { request_id: field("request_id"), entity_id: field("entity_id"), acs: field("acs"), relay_state: fields.get("relay_state").cloned(), format: field("format") }
    }
    fn asked(&self) -> Asked {
        Asked { entity_id: self.entity_id.clone(), acs: self.acs.clone(), request_id: Some(self.request_id.clone()).filter(|id| !id.is_empty()) }
    }
}

pub(super) async fn by_redirect(play: web::Data<Play>, brand: web::Path<String>, query: web::Query<Fields>, request: HttpRequest) -> HttpResponse {
    begin(&play, &brand, &query, true, &request)
}

pub(super) async fn by_post(play: web::Data<Play>, brand: web::Path<String>, form: web::Form<Fields>, request: HttpRequest) -> HttpResponse {
    begin(&play, &brand, &form, false, &request)
}

fn begin(play: &Play, brand: &str, fields: &Fields, deflated: bool, request: &HttpRequest) -> HttpResponse {
    let Some(brand) = Brand::parse(brand) else { return refuse("There is no provider of this name: use entra, okta, google or generic.") };
    let xml = fields.get("SAMLRequest").and_then(|text| request::decode(text, deflated));
    let Some(message) = xml.and_then(|xml| request::read(&xml)).filter(|m| m.kind == "AuthnRequest") else {
        return refuse("SAMLRequest holds no AuthnRequest that could be read. Start at the application.");
    };
    let known = play.service_provider(&message.issuer);
    let acs = Some(message.acs.clone()).filter(|acs| !acs.is_empty()).or_else(|| known.map(|sp| sp.acs));
    // Whatever else is believed: an address that a browser would run is none.
    let Some(acs) = acs.filter(|acs| acs.starts_with("https://") || acs.starts_with("http://")) else {
        return refuse("The AuthnRequest has no AssertionConsumerServiceURL, and this service provider is not registered here.");
    };
    let ask = Ask { request_id: message.id, entity_id: message.issuer, acs, relay_state: fields.get("RelayState").cloned(), format: message.format };
    let cookie = request.cookie(pages::COOKIE);
    let session = play.session(brand, cookie.as_ref().map(|c| c.value())).filter(|_| !message.force);
    match session {
        Some(session) => answer(play, &session, &ask, &Profile::Right),
        None if message.passive => failed(play, brand, &ask, &["Responder", "NoPassive"]),
        None => {
            let hint = ["login_hint", "username"].iter().find_map(|name| fields.get(*name)).cloned().unwrap_or(message.name_id);
            page(pages::sign_in_page(play, brand, &hint, &ask.fields(), ""))
        }
    }
}

/// The page that carries the Response to the service provider.
pub(super) fn answer(play: &Play, session: &Session, ask: &Ask, profile: &Profile) -> HttpResponse {
    if *profile == Profile::Denied {
        return failed(play, session.brand, ask, &["Requester", "RequestDenied"]);
    }
    let Ok(message) = response(play, session, ask, profile) else { return refuse("The answer could not be made.") };
    let told = session.brand.name_id(&session.person);
    play.told(&session.sid, Some((ask.entity_id.clone(), told)), None);
    let relay_state = ask.relay_state.as_deref();
    if *profile == Profile::ByRedirect {
        return by_address(play, session.brand, ask, &String::from_utf8_lossy(&message));
    }
    let message = encode(message);
    match profile {
        Profile::Empty => page(pages::posting(&ask.acs, "", relay_state)),
        // A character that base64 does not have.
        Profile::NotBase64 => page(pages::posting(&ask.acs, &format!("*{message}"), relay_state)),
        _ => page(pages::posting(&ask.acs, &message, relay_state)),
    }
}

/// The same by HTTP-Redirect, which the profile of a sign-in does not allow for a Response (Profiles 4.1.2).
fn by_address(play: &Play, brand: Brand, ask: &Ask, xml: &str) -> HttpResponse {
    let Ok(idp) = provider(play, brand, &play.keys.current) else { return refuse("The answer could not be made.") };
    let message = Redirect { relay_state: ask.relay_state.clone(), signed: false, ..Redirect::new("SAMLResponse", xml.to_owned()) };
    go(&format!("{}?{}", ask.acs, idp.redirect_query(&message)))
}

/// A Response without an assertion, with these status codes.
fn failed(play: &Play, brand: Brand, ask: &Ask, codes: &[&str]) -> HttpResponse {
    let Ok(idp) = provider(play, brand, &play.keys.current) else { return refuse("The answer could not be made.") };
    let answer = Answer {
        assertion: None,
        status: codes.iter().map(|code| format!("urn:oasis:names:tc:SAML:2.0:status:{code}")).collect(),
        ..idp.answer(&ask.asked(), "", play.settings.clock.now()).signed(Signed::Response)
    };
    page(pages::posting(&ask.acs, &encode(idp.response(&answer)), ask.relay_state.as_deref()))
}

pub(super) fn provider(play: &Play, brand: Brand, key: &SigningKey) -> Result<Idp, SimulatorError> {
    Ok(Idp::with_key(&brand.entity_id(&play.settings.base), key.again()?))
}

/// The Response that a profile makes.
fn response(play: &Play, session: &Session, ask: &Ask, profile: &Profile) -> Result<Vec<u8>, SimulatorError> {
    if let Profile::Case(id, variant) = profile {
        return attack(play, session, ask, id, *variant);
    }
    let (brand, person) = (session.brand, &session.person);
    let idp = provider(play, brand, play.key_for(profile)?)?;
    let mut answer = idp.answer(&ask.asked(), &person.username, play.now(profile)).signed(brand.signs()).assertion(|a| {
        a.attributes = brand.attributes(person);
        a.name_id = Some(brand.name_id(person));
        a.authn.iter_mut().for_each(|s| {
            s.session_index = Some(session.sid.clone());
            s.instant = Some(crate::saml::instant(session.since));
        });
        match (session.second_factor, brand) {
            (false, _) => {}
            (true, Brand::Entra) => a.attributes.push(Attribute::new(METHODS, "http://schemas.microsoft.com/claims/multipleauthn")),
            (true, _) => a.authn.iter_mut().for_each(|s| s.context = Some("https://refeds.org/profile/mfa".into())),
        }
        if ask.format.ends_with(":persistent") {
            a.name_id = Some(crate::saml::NameId::persistent(&person.stable_id(brand.path())));
        }
    });
    let (issuer, audience) = ("https://somebody-else.example/idp".to_owned(), "https://somebody-else.example/sp".to_owned());
    match profile {
        Profile::Unsigned => answer = answer.signed(Signed::Nothing),
        Profile::WrongIssuer => {
            answer.issuer = Some(issuer.clone());
            answer = answer.assertion(|a| a.issuer = Some(issuer));
        }
        Profile::WrongAudience => answer = answer.assertion(|a| a.conditions.iter_mut().for_each(|c| c.audiences = vec![vec![audience.clone()]])),
        Profile::WrongNonce => answer = answer.assertion(|a| a.confirmations.iter_mut().for_each(|c| c.recipient = Some("https://somebody-else.example/acs".into()))),
        Profile::Unsolicited => {
            answer.in_response_to = None;
            answer = answer.assertion(|a| a.confirmations.iter_mut().for_each(|c| c.in_response_to = None));
        }
        Profile::Transient => {
            let name = NameId::new(&homeward_model::random_token(&homeward_model::SystemRandom), "urn:oasis:names:tc:SAML:2.0:nameid-format:transient");
            answer = answer.assertion(|a| a.name_id = Some(name));
        }
        Profile::Encrypted => answer.encrypted = encryption(play, ask),
        _ => {}
    }
    Ok(idp.response(&answer).into_bytes())
}

fn encryption(play: &Play, ask: &Ask) -> Option<Encryption> {
    play.service_provider(&ask.entity_id)?.encryption
}

/// An attack of the catalogue: the person who signs in is the attacker, the first other person of the list the victim.
fn attack(play: &Play, session: &Session, ask: &Ask, id: &str, variant: usize) -> Result<Vec<u8>, SimulatorError> {
    let mallory = session.person.username.clone();
    let victim = play.settings.people.iter().find(|p| p.username != mallory).map_or("victim@example.org", |p| p.username.as_str()).to_owned();
    let with = |key: &SigningKey| provider(play, session.brand, key);
    let own_key = Encryption::to_public_key(&play.keys.strange()?.public_key())?;
    let scene = Scene {
        idp: with(&play.keys.current)?,
        attacker: with(play.keys.strange()?)?,
        curve: Idp::new(&session.brand.entity_id(&play.settings.base), crate::KeyKind::P256)?,
        asked: ask.asked(),
        now: play.settings.clock.now(),
        mallory,
        victim,
        encryption: encryption(play, ask).unwrap_or(own_key),
    };
    let pairs = mutation::case(id).map(|case| (case.make)(&scene)).unwrap_or_default();
    Ok(pairs.into_iter().nth(variant).map(|pair| pair.message).unwrap_or_else(|| scene.genuine(Signed::Assertion).into_bytes()))
}

/// IdP-initiated: the person chose a tile.
pub(super) async fn tile(play: web::Data<Play>, brand: web::Path<String>, form: web::Form<Fields>, request: HttpRequest) -> HttpResponse {
    let Some(brand) = Brand::parse(&brand) else { return refuse("There is no provider of this name.") };
    let wanted = form.get("entity_id").map(String::as_str).unwrap_or_default();
    let Some(sp) = play.service_provider(wanted).filter(|sp| sp.brand == brand) else {
        return refuse("This application is not registered here.");
    };
    let ask = Ask { entity_id: sp.entity_id, acs: sp.acs, relay_state: form.get("relay_state").cloned(), ..Ask::default() };
    let cookie = request.cookie(pages::COOKIE);
    match play.session(brand, cookie.as_ref().map(|c| c.value())) {
        Some(session) => answer(&play, &session, &ask, &Profile::Right),
        None => page(pages::sign_in_page(&play, brand, "", &ask.fields(), "")),
    }
}

pub(super) async fn metadata(play: web::Data<Play>, brand: web::Path<String>) -> HttpResponse {
    match Brand::parse(&brand) {
        Some(brand) => HttpResponse::Ok().content_type("application/samlmetadata+xml").body(play.metadata(brand)),
        None => go("/"),
    }
}

impl Play {
    /// The metadata of a brand, with every published key.
    pub fn metadata(&self, brand: Brand) -> String {
        let Ok(idp) = provider(self, brand, &self.keys.current) else { return String::new() };
        let at = |name: &str| format!("{}/{}/saml/{name}", self.settings.base, brand.path());
        let mut metadata = idp.metadata(&at("sso"), &at("slo"));
        metadata.keys = self.published().into_iter().map(|key| (Some("signing".to_owned()), key.certificate().to_vec())).collect();
        idp.metadata_xml(&metadata)
    }
}
