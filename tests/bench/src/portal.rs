//! Somebody in the account portal: signs in as an administrator does, and looks at the users of an account.

use std::net::SocketAddr;

use crate::{
    http::{self, Answer, Connection},
    scene,
};

/// From where the administrator comes.
const FROM: &str = "10.9.8.7";

/// A browser in the portal.
pub struct Administrator {
    connection: Connection,
    /// Its cookies, as a line to send.
    pub cookies: String,
}

impl Administrator {
    /// Signs in somebody who has a role, by password.
    pub async fn enter(address: SocketAddr, username: &str) -> Result<Self, String> {
        let connection = Connection::open(address).await.map_err(|e| e.to_string())?;
        let mut browser = Self { connection, cookies: String::new() };
        let way = browser.get("/portal").await?;
        let page = browser.get(&lead(&way)?).await?;
        let page = browser.post("/signin/username", &[("stage", &page.hidden("stage")), ("username", username)]).await?;
        let page = browser.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", scene::PASSWORD)]).await?;
        let text = page.text();
        let on = text.split("content=\"0; url=").nth(1).and_then(|rest| rest.split('"').next()).ok_or_else(|| format!("no way on: {}\n{text}", page.head))?;
        let code = browser.get(&on.replace("&amp;", "&")).await?;
        let inside = browser.get(&lead(&code)?).await?;
        match lead(&inside)?.as_str() {
            "/portal" => Ok(browser),
            other => Err(format!("the portal led to {other}")),
        }
    }
    /// GET.
    pub async fn get(&mut self, path: &str) -> Result<Answer, String> {
        self.ask(&http::get(path, FROM, &self.cookies)).await
    }
    /// POST of a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, String> {
        self.ask(&http::post(path, FROM, &self.cookies, fields)).await
    }
    /// Looks for users by the beginning of their name; gives the address of the list.
    pub async fn find(&mut self, number: &str, prefix: &str) -> Result<String, String> {
        let page = self.get(&format!("/portal/{number}/users")).await?;
        let found = self.post(&format!("/portal/{number}/users/find"), &[("token", &page.hidden("token")), ("q", prefix)]).await?;
        lead(&found)
    }
    async fn ask(&mut self, request: &[u8]) -> Result<Answer, String> {
        let answer = self.connection.ask(request).await.map_err(|e| e.to_string())?;
        for set in answer.headers("set-cookie").filter_map(|line| line.split(';').next()) {
            let (name, _) = set.split_once('=').unwrap_or((set, ""));
            let mut all: Vec<&str> = self.cookies.split("; ").filter(|pair| !pair.is_empty() && !pair.starts_with(&format!("{name}="))).collect();
            all.push(set);
            self.cookies = all.join("; ");
        }
        Ok(answer)
    }
}

/// The path that an answer leads to.
fn lead(answer: &Answer) -> Result<String, String> {
    let to = answer.headers("location").next().ok_or_else(|| format!("it leads nowhere: {}\n{}", answer.head, answer.text()))?;
    let from = to.find("://").map_or(0, |at| to[at + 3..].find('/').map_or(to.len(), |slash| at + 3 + slash));
    Ok(to[from..].to_owned())
}
