//! A browser without JavaScript: keeps cookies, fills forms, follows only what it is told to.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use homeward_model::{Clock, Timestamp};
use reqwest::{Client, Method, RequestBuilder, redirect::Policy};

use crate::broker::TestClock;

/// One page as it came.
#[derive(Clone, Debug)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body, without the places where a word may break: they are no part of what it says.
    pub body: String,
}

impl Page {
    async fn read(answer: reqwest::Response) -> Self {
        let headers = answer.headers().iter().map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
        Self { status: answer.status().as_u16(), headers, body: answer.text().await.unwrap().replace("<wbr>", "") }
    }
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// The text of the `h1`.
    pub fn heading(&self) -> &str {
        let from = self.body.split("<h1>").nth(1).unwrap_or_default();
        from.split("</h1>").next().unwrap_or_default()
    }
    /// The value of a hidden field; empty when there is none.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        self.body.split(&mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }
    /// What is sent when a button of this name is pressed, and where to: the fields of the form that the button belongs to, as they stand in the page. A
    /// button says itself which form that is (`form`) and where it goes (`formaction`); else it is the form around it.
    pub fn pressed(&self, name: &str) -> Option<(String, Vec<(String, String)>)> {
        let before = self.body.split("<button ").scan(0, |from, part| { let at = *from; *from += part.len() + "<button ".len(); Some((at, part)) }).skip(1);
        let (at, button) = before.map(|(at, part)| (at, part.split("</button>").next().unwrap_or(part))).find(|(_, part)| part.split_once('>').is_some_and(|(_, text)| text.starts_with(name)))?;
        let (mine, _) = button.split_once('>')?;
        let form = match attribute(mine, "form") {
            Some(id) => self.body.split("<form ").skip(1).find(|form| form.split('>').next().is_some_and(|tag| attribute(tag, "id").as_ref() == Some(&id)))?,
            None => self.body.get(..at)?.rfind("<form ").and_then(|from| self.body.get(from + "<form ".len()..))?,
        };
        let (tag, inside) = form.split("</form>").next()?.split_once('>')?;
        let inputs = inside.split("<input ").skip(1).filter_map(|input| input.split('>').next());
        let sent = inputs.filter(|input| attribute(input, "type").as_deref() != Some("checkbox"));
        let fields = sent.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))).collect();
        Some((attribute(mine, "formaction").or_else(|| attribute(tag, "action"))?, fields))
    }
    /// Where the page leads by itself.
    pub fn refresh(&self) -> Option<String> {
        let rest = self.body.split("http-equiv=\"refresh\" content=\"0; url=").nth(1)?;
        Some(rest.split('"').next()?.replace("&amp;", "&"))
    }
    /// What is left of the body without what is drawn anew for every request.
    pub fn steady(&self) -> String {
        let mut out = String::new();
        for (place, part) in self.body.split("value=\"").enumerate() {
            let (value, rest) = if place == 0 { ("", part) } else { part.split_once('"').unwrap_or((part, "")) };
            out.push_str(if value.len() > 60 { "value=…" } else { value });
            out.push_str(rest);
        }
        out
    }
}

/// An attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = format!(" {tag}").split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned();
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    address: SocketAddr,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// When those of them end that do not end with the browser.
    ends: BTreeMap<String, Timestamp>,
    /// The time that it goes by; without one no cookie ends.
    clock: Option<Arc<TestClock>>,
    /// The address it comes from, as the trusted proxy sees it.
    pub from: String,
}

impl Browser {
    /// A browser without cookies.
    pub fn new(address: SocketAddr) -> Self {
        // The broker under test is spoken to without TLS; a provider is needed all the same. A second call changes nothing.
        // Before several nodes each request is a connection of its own, and goes to the next one.
        let kept = if crate::behind::nodes_asked() > 1 { 0 } else { usize::MAX };
        let client = Client::builder().pool_max_idle_per_host(kept).redirect(Policy::none()).no_proxy().tls_backend_preconfigured(tls()).build().unwrap();
        Self { client, address, cookies: BTreeMap::new(), ends: BTreeMap::new(), clock: None, from: "192.0.2.1".into() }
    }

    /// The same browser, whose cookies end by this clock.
    #[must_use]
    pub fn by(mut self, clock: Arc<TestClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Keeps a cookie as long as it says (RFC 6265 5.2.2).
    fn keep(&mut self, line: &str) {
        let (name, rest) = line.split_once('=').unwrap();
        let mut parts = rest.split("; ");
        let content = parts.next().unwrap_or_default();
        let lasts = parts.find_map(|part| part.strip_prefix("Max-Age=")).map(|seconds| seconds.parse::<u64>().unwrap());
        if content.is_empty() || lasts == Some(0) {
            self.cookies.remove(name);
            self.ends.remove(name);
            return;
        }
        self.cookies.insert(name.to_owned(), content.to_owned());
        match (lasts, &self.clock) {
            (Some(lasts), Some(clock)) => self.ends.insert(name.to_owned(), clock.now().plus(Duration::from_secs(lasts))),
            _ => self.ends.remove(name),
        };
    }

    /// Forgets the cookies whose time is over.
    fn tidy(&mut self) {
        let Some(now) = self.clock.as_ref().map(|clock| clock.now()) else { return };
        for name in self.ends.iter().filter(|(_, end)| **end <= now).map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.cookies.remove(&name);
            self.ends.remove(&name);
        }
    }

    /// POST of a form with a file, as a browser's own page sends it (RFC 7578).
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], (name, file): (&str, &[u8])) -> Page {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(format!("--XyZ-1\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        body.extend(format!("--XyZ-1\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n").into_bytes());
        body.extend(file);
        body.extend(b"\r\n--XyZ-1--\r\n");
        let headers = [("sec-fetch-site", "same-origin"), ("origin", "null"), ("content-type", "multipart/form-data; boundary=XyZ-1")];
        let request = self.client.post(format!("http://{}{path}", self.address)).body(body);
        self.go(request, &headers).await
    }

    /// Any request.
    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], form: Option<&[(String, String)]>) -> Page {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        if let Some(form) = form {
            request = request.form(form);
        }
        self.go(request, headers).await
    }

    /// Sends a request with the cookies, and keeps those of the answer.
    async fn go(&mut self, request: RequestBuilder, headers: &[(&str, &str)]) -> Page {
        self.tidy();
        let mut request = request.header("x-forwarded-for", &self.from);
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header("cookie", line.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let page = Page::read(request.send().await.unwrap()).await;
        for (_, value) in page.headers.iter().filter(|(n, _)| n == "set-cookie") {
            self.keep(value);
        }
        page
    }

    /// GET.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, &[], None).await
    }

    /// POST of a form, as a browser's own page sends it.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let form: Vec<(String, String)> = form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let page = self.send(Method::POST, path, &[("sec-fetch-site", "same-origin"), ("origin", "null")], Some(&form)).await;
        match page.header("location") {
            // The page that leaves for a provider is a GET of its own.
            Some(to) if page.status == 303 && to.starts_with("/signin/leave?") => self.get(to).await,
            _ => page,
        }
    }

    /// POST of a form on another site's page: a browser sends no Lax cookie with it, and says where it comes from.
    pub async fn deliver(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let form: Vec<(String, String)> = form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let own = std::mem::take(&mut self.cookies);
        let page = self.send(Method::POST, path, &[("sec-fetch-site", "cross-site"), ("origin", "https://idp.example")], Some(&form)).await;
        let set = std::mem::replace(&mut self.cookies, own);
        self.cookies.extend(set);
        page
    }

    /// Any request of a program, with or without a body of JSON. It keeps no cookies.
    pub async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Page {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address)).header("x-forwarded-for", &self.from);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        Page::read(request.send().await.unwrap()).await
    }

    /// POST of a body of this kind.
    pub async fn send_body(&mut self, path: &str, kind: &str, body: &str) -> Page {
        let request = self.client.post(format!("http://{}{path}", self.address)).header("x-forwarded-for", &self.from).header("content-type", kind);
        Page::read(request.body(body.to_owned()).send().await.unwrap()).await
    }

    /// Opens the sign-in for an application.
    pub async fn open(&mut self, client: &str, more: &str) -> Page {
        let redirect = if client == "desk" { "http%3A%2F%2F127.0.0.1%3A4711%2Fcb".to_owned() } else { format!("https%3A%2F%2F{client}.example%2Fcb") };
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        self.get(&format!(
            "/oauth2/authorize?client_id={client}&redirect_uri={redirect}&response_type=code&scope=openid+email+offline_access&state=st&nonce=n\
             &code_challenge={challenge}&code_challenge_method=S256{more}"
        ))
        .await
    }

    /// Sends the username page.
    pub async fn identify(&mut self, page: &Page, username: &str) -> Page {
        self.post("/signin/username", &[("stage", &page.hidden("stage")), ("username", username)]).await
    }

    /// Fills the form of a page in, and presses a button of it.
    pub async fn press(&mut self, page: &Page, name: &str, filled: &[(&str, &str)]) -> Page {
        let (to, mut fields) = page.pressed(name).unwrap_or_else(|| panic!("no button {name}: {} {}", page.status, page.heading()));
        for (field, typed) in filled {
            let found = fields.iter_mut().find(|(known, _)| known == field).unwrap_or_else(|| panic!("the form of {name} has no field {field}"));
            found.1 = (*typed).to_owned();
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&to, &fields).await
    }

    /// Sends the password page.
    pub async fn password(&mut self, page: &Page, password: &str) -> Page {
        self.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", password)]).await
    }

    /// Follows the small page out, and gives the application's address with the code.
    pub async fn leave(&mut self, page: &Page) -> String {
        let to = page.refresh().unwrap_or_else(|| panic!("no way on: {} {}", page.status, page.heading()));
        let answer = self.get(&to).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").unwrap().to_owned()
    }

    /// Username and password, out to the application; its address with the code.
    pub async fn sign_in(&mut self, client: &str, username: &str, password: &str) -> String {
        let page = self.open(client, "").await;
        let page = self.identify(&page, username).await;
        let page = self.password(&page, password).await;
        self.leave(&page).await
    }

    /// Redeems the code of an application's address; the answer as JSON, with the status.
    pub async fn redeem(&mut self, client: &str, address: &str) -> (u16, serde_json::Value) {
        let url = url::Url::parse(address).unwrap();
        let code = url.query_pairs().find(|(n, _)| n == "code").map(|(_, v)| v.into_owned()).unwrap_or_default();
        let redirect = format!("{}://{}{}", url.scheme(), url.host_str().unwrap(), url.path());
        let redirect = if client == "desk" { "http://127.0.0.1:4711/cb".to_owned() } else { redirect };
        let form = crate::pairs(&[
            ("grant_type", "authorization_code"), ("client_id", client), ("code", &code), ("redirect_uri", &redirect),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ]);
        self.token(&form).await
    }

    /// Refreshes.
    pub async fn refresh(&mut self, client: &str, token: &str) -> (u16, serde_json::Value) {
        self.token(&crate::pairs(&[("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)])).await
    }

    async fn token(&mut self, form: &[(String, String)]) -> (u16, serde_json::Value) {
        let page = self.send(Method::POST, "/oauth2/token", &[], Some(form)).await;
        (page.status, serde_json::from_str(&page.body).unwrap())
    }

    /// Who an access token is for: the `email` and `account` of userinfo.
    pub async fn who(&mut self, access_token: &str) -> Option<(String, String)> {
        let page = self.send(Method::GET, "/oauth2/userinfo", &[("authorization", &format!("Bearer {access_token}"))], None).await;
        let told: serde_json::Value = serde_json::from_str(&page.body).ok()?;
        Some((told["email"].as_str()?.to_owned(), told["account"].as_str()?.to_owned()))
    }
}

fn tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}
