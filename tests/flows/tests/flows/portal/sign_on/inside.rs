//! An address that an administrator enters is read by the broker: never one of the inner network, and nothing is learned of what listens there.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// Something that answers every request with this, and its address.
pub(super) async fn answers(head: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://127.0.0.1:{}/metadata", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let text = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(text.as_bytes()).await;
        }
    });
    address
}

/// AD-08, SM-01: whatever port, whatever way the address is written, directly or by a redirect, the inner network is one refusal in the same
/// words, and nothing waits to be taken over. The same form reads the provider's document where it may (B-182, ADM-4).
#[tokio::test]
async fn ad_08_an_address_that_is_entered_is_no_way_into_the_inner_network() {
    let mut desk = Desk::add("other-saml").await;
    let mut said = std::collections::BTreeSet::new();
    for address in [
        "https://10.0.0.1/metadata", "https://10.0.0.1:22/metadata", "https://192.168.1.1:5432/", "https://172.16.0.1/", "https://169.254.169.254/latest/meta-data/",
        "https://[fd00::1]/metadata", "https://[::ffff:10.0.0.1]/", "https://0x0a000001/metadata", "https://167772161/", "https://100.64.0.1/", "https://0.0.0.0/",
    ] {
        let page = desk.step("propose", &[("how", "address"), ("address", address)]).await;
        assert!(page.status == 200 && page.body.contains("aria-invalid=\"true\"") && !page.body.contains("name=\"handle\""), "{address}: {}", page.body);
        let text = page.body.split("We could not read the provider’s document (").nth(1).unwrap_or_else(|| panic!("{address}: {}", page.body));
        said.insert(text.split(')').next().unwrap().to_owned());
    }
    assert_eq!(said.len(), 1, "one answer for all: {said:?}");
    let lead_there = answers("302 Found\r\nlocation: https://10.0.0.1/metadata", String::new()).await;
    let page = desk.step("propose", &[("how", "address"), ("address", &lead_there)]).await;
    assert!(page.body.contains("We could not read the provider’s document (") && !page.body.contains("name=\"handle\""), "{}", page.body);
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "", "nothing is kept");
    let document = answers("200 OK", metadata(&idp())).await;
    desk.take(&[("how", "address"), ("address", &document)]).await;
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "https://idp.example/entity", "the twin");
}
