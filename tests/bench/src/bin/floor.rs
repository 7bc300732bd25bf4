//! The floor: the least that a server of the same kind can do. `floor ADDRESS FOLDER` answers `/page` and `/metadata` with bytes and headers
//! from the folder, `/lookup?name=` from its database, `/sign` after one ES256 signature, `/hash` after one argon2id evaluation.

use std::{cell::RefCell, path::PathBuf, sync::Arc};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use rusqlite::{Connection, OpenFlags};

struct Stored {
    headers: Vec<(String, String)>,
    body: web::Bytes,
}

fn stored(folder: &str, name: &str) -> Stored {
    let head = std::fs::read_to_string(format!("{folder}/{name}.head")).unwrap_or_default();
    let kept = |n: &str| !["content-length", "date", "connection"].contains(&n.to_ascii_lowercase().as_str());
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": ")).filter(|(n, _)| kept(n)).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Stored { headers, body: std::fs::read(format!("{folder}/{name}.body")).unwrap_or_default().into() }
}

struct Floor {
    page: Stored,
    metadata: Stored,
    keys: Stored,
    database: PathBuf,
    key: EcdsaKeyPair,
    random: SystemRandom,
}

thread_local! {
    static DATABASE: RefCell<Option<Connection>> = const { RefCell::new(None) };
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

fn answer(stored: &Stored) -> HttpResponse {
    let mut builder = HttpResponse::Ok();
    for (name, value) in &stored.headers {
        builder.append_header((name.as_str(), value.as_str()));
    }
    builder.body(stored.body.clone())
}

async fn page(floor: web::Data<Floor>) -> HttpResponse {
    answer(&floor.page)
}

async fn metadata(floor: web::Data<Floor>) -> HttpResponse {
    answer(&floor.metadata)
}

async fn keys(floor: web::Data<Floor>) -> HttpResponse {
    answer(&floor.keys)
}

async fn lookup(floor: web::Data<Floor>, request: HttpRequest) -> HttpResponse {
    let name = request.query_string().strip_prefix("name=").unwrap_or_default().replace("%40", "@");
    let doc = DATABASE.with_borrow_mut(|slot| {
        let db = slot.get_or_insert_with(|| {
            let db = Connection::open_with_flags(&floor.database, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX).expect("the database");
            db.execute_batch("PRAGMA mmap_size = 1073741824").expect("mmap");
            db
        });
        let mut statement = db.prepare_cached("SELECT doc FROM person WHERE username_key = $1").expect("the statement");
        statement.query_row([&name], |row| row.get::<_, String>(0)).ok()
    });
    match doc {
        Some(doc) => HttpResponse::Ok().content_type("application/json").body(doc),
        None => HttpResponse::NotFound().finish(),
    }
}

async fn sign(floor: web::Data<Floor>) -> HttpResponse {
    let signature = floor.key.sign(&floor.random, b"header.claims").expect("a signature");
    HttpResponse::Ok().body(signature.as_ref().to_vec())
}

async fn hash() -> HttpResponse {
    let params = Params::new(19_456, 2, 1, Some(32)).expect("parameters");
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut out = [0_u8; 32];
    MEMORY.with_borrow_mut(|memory| {
        memory.resize(params.block_count(), Block::default());
        hasher.hash_password_into_with_memory(b"Kranich7!", b"sixteen bytes ok", &mut out, memory.as_mut_slice()).expect("a hash");
    });
    HttpResponse::Ok().body(out.to_vec())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (address, folder) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    let floor = Floor {
        page: stored(&folder, "page"),
        metadata: stored(&folder, "metadata"),
        keys: stored(&folder, "keys"),
        database: format!("{folder}/homeward.db").into(),
        key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("a key"),
        random,
    };
    let floor = web::Data::from(Arc::new(floor));
    HttpServer::new(move || {
        App::new()
            .app_data(floor.clone())
            .route("/page", web::get().to(page))
            .route("/metadata", web::get().to(metadata))
            .route("/keys", web::get().to(keys))
            .route("/lookup", web::get().to(lookup))
            .route("/sign", web::get().to(sign))
            .route("/hash", web::get().to(hash))
    })
    .bind(address)?
    .run()
    .await
}
