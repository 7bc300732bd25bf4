//! Why a bar is missed, as profiles of the release build showed it (`perf record` on the server while its part of this program ran).

/// The beginning of a line's name, and its cause.
const CAUSES: [(&str, &str); 11] = [
    (
        "1 username page",
        "no part stands out: of the server's time, 27 % is the kernel's, 12 % writes the page, 9 % seals its stage and its form token, 14 % reads and checks the request \
         (parameters, cookies, language, address), the rest is spread over actix-web and the allocator. The floor answers ready bytes and does none of this.",
    ),
    (
        "3 discovery with 10 million",
        "how much of it is looked at, not how much is there: the same database costs 1.00 × when a thousand of its names are asked for and no others. Nearly every page of several GiB is a new one for the caches of \
         the processor.",
    ),
    (
        "3 discovery with 10,000 accounts",
        "how many of them are looked at, not how many are there: ten of the ten thousand alone cost 1.03 ×. With all of them each look-up meets other pages of the database and another of the documents that are kept.",
    ),
    (
        "4 whole sign-in",
        "argon2id takes four fifths. Of the rest half is spent in answering five requests, a third on the threads of the database: four durable commits, and some ten look-ups.",
    ),
    (
        "9 return",
        "three requests with five durable changes, and one request to the provider: nearly half of the time is the kernel's (waking threads, writing the log of the database, connections).",
    ),
    (
        "7 username page",
        "at rest a page takes less than 0.2 ms, so that a single turn of the scheduler behind somebody else is already three times that. It is not behind a thread that hashes: they have a lower priority, which \
         took p99 in the storm from 147 to 423 µs down to 84 to 131 µs. It may be behind the driver, which has the same two cores.",
    ),
    (
        "8 memory at rest, RSS",
        "more than half are pages of the binary, of which the kernel maps sixteen where one is needed, and a seventh are pages of libxml2, libxmlsec1, OpenSSL, ICU and the C libraries; all of them are \
         shared with the page cache. The anonymous part has its own line.",
    ),
    (
        "8 memory at rest, RssAnon",
        "of the pages that are written before the first answer, a fifth belong to the two threads that answer, most of it their routes; a sixth are relocations of the binary and its libraries; each \
         connection of SQLite has 0.2 MiB, most of it the schema; the certificates of the system's authorities take 0.4 MiB. Texts of a language and the list of common passwords are read when they are \
         asked for.",
    ),
    (
        "8 binary, stripped",
        "the client for Redis, its finder for Sentinel and Cluster, traces and reload came in since it was 37.3 MiB; what each of them adds was not split up.",
    ),
    (
        "8 memory after ten minutes",
        "nearly half are pages of the database and its log that were looked at, mapped and shared with the page cache, and a fifth are the program's and its libraries'. Of what is of no file 19 MiB are the \
         memory of the password hash; the rest was not split up.",
    ),
    (
        "10 SAML answer",
        "more than two thirds of an answer are samael: nearly half of that is OpenSSL's decoding of the certificate, which it repeats for each answer, and a tenth its search for identifiers and signatures, \
         which its bare verification does not make. Beside the two verifiers, the guard parses the document in a tree of its own, and the signed bytes are canonicalised once more by us, compared, and read. \
         Our own reading of the certificates is done once.",
    ),
];

/// What is known of a missed line.
pub fn of(what: &str) -> Option<&'static str> {
    CAUSES.iter().find(|(beginning, _)| what.starts_with(beginning)).map(|(_, cause)| *cause)
}
