//! Brokers of two versions stand beside each other while one is upgraded after the other: a migration only adds, or says that it does more
//! (docs/decisions/0031).

use std::path::{Path, PathBuf};

/// The first ones of this rule, for each engine.
const FIRST: [(&str, u32); 2] = [("sqlite", 37), ("postgres", 15)];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Statements with single blanks, in lower case, without remarks.
fn statements(text: &str) -> Vec<String> {
    let plain: String = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ").to_lowercase();
    plain.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|one| !one.is_empty()).collect()
}

fn word_after<'a>(statement: &'a str, words: &str) -> Option<&'a str> {
    statement.strip_prefix(words)?.split([' ', '(']).find(|word| !word.is_empty())
}

/// The clauses of a statement: what stands between commas that are in no brackets.
fn clauses(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut all) = (0, 0, Vec::new());
    for (place, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                all.push(text[from..place].trim());
                from = place + 1;
            }
            _ => {}
        }
    }
    all.push(text[from..].trim());
    all
}

/// The version before deletes rows without knowing what refers to them now.
fn holds_rows(text: &str, made: &[&str]) -> bool {
    text.split("references ").skip(1).any(|rest| {
        let table = rest.split([' ', '(']).next().unwrap_or_default();
        let until = rest.split([',']).next().unwrap_or_default();
        !made.contains(&table) && !until.contains("on delete cascade") && !until.contains("on delete set null")
    })
}

/// The first statement by which the version before could be hindered; none when the migration says that it must not be there any more.
fn takes_away(text: &str, bound: &mut i64) -> Option<String> {
    let all = statements(text);
    let raised = all.iter().find_map(|one| one.strip_prefix("update schema_bound set least = ")?.parse::<i64>().ok());
    if let Some(least) = raised.filter(|least| *least > *bound) {
        *bound = least;
        return None;
    }
    let made: Vec<&str> = all.iter().filter_map(|one| word_after(one, "create table ")).collect();
    let added: Vec<(&str, &str)> = all.iter().filter_map(|one| one.strip_prefix("alter table ")?.split_once(" add column ")).map(|(table, rest)| (table, rest.split(' ').next().unwrap_or_default())).collect();
    let only_adds = |one: &str| {
        if let Some(table) = word_after(one, "create unique index ").and_then(|_| word_after(one.split_once(" on ")?.1, "")) {
            // What the version before writes may be there twice.
            return made.contains(&table);
        }
        if let Some((table, rest)) = one.strip_prefix("alter table ").and_then(|rest| rest.split_once(' ')) {
            // The version before names the columns that it knows, and not this one.
            let fits = |clause: &str| clause.strip_prefix("add column ").is_some_and(|column| !column.contains("not null") || column.contains("default ") || column.contains("generated always"));
            return made.contains(&table) || clauses(rest).into_iter().all(fits) && !holds_rows(rest, &made);
        }
        if let Some(table) = word_after(one, "insert into ") {
            return made.contains(&table);
        }
        if let Some((table, rest)) = one.strip_prefix("update ").and_then(|rest| rest.split_once(" set ")) {
            let column = rest.split([' ', '=']).next().unwrap_or_default();
            return made.contains(&table) || added.contains(&(table, column)) && !rest.split(" where ").next().unwrap_or_default().contains(',');
        }
        one.starts_with("create table ") && !holds_rows(one, &made) || one.starts_with("create index ")
    };
    all.iter().find(|one| !only_adds(one)).cloned()
}

#[test]
fn migrations_only_add_or_say_that_they_do_more() {
    for (engine, first) in FIRST {
        let (mut found, mut bound) = (0, 1);
        let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("crates/store/migrations").join(engine)).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        for path in files {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let number: u32 = name.split('_').next().unwrap().parse().unwrap();
            if number >= first {
                found += 1;
                let text = std::fs::read_to_string(&path).unwrap();
                assert_eq!(takes_away(&text, &mut bound), None, "{engine}/{name}: the version before still runs beside this one. Leave it for the next version, with UPDATE schema_bound SET least = …");
            }
        }
        assert!(found > 0, "{engine} has the migration with the bound");
    }
}

/// The rule itself: each of these hinders the version before, and its twin does not.
#[test]
fn what_hinders_the_version_before_is_seen() {
    let fine = [
        "CREATE TABLE a (x BIGINT); CREATE UNIQUE INDEX a_x ON a (x); INSERT INTO a(x) VALUES (1); ALTER TABLE a ADD COLUMN y TEXT NOT NULL;",
        "-- Drops nothing; really.\nCREATE INDEX person_shoe ON person (shoe);",
        "ALTER TABLE person ADD COLUMN shoe BIGINT; UPDATE person SET shoe = 42 WHERE shoe IS NULL;",
        "ALTER TABLE person ADD COLUMN shoe BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE person DROP COLUMN shoe; UPDATE schema_bound SET least = 2;",
        "ALTER TABLE person ADD COLUMN shoe BIGINT, ADD COLUMN size TEXT NOT NULL DEFAULT 'x'",
        "CREATE TABLE a (x BIGINT PRIMARY KEY); CREATE TABLE b (x BIGINT REFERENCES a(x), person UUID REFERENCES person(id) ON DELETE CASCADE)",
    ];
    for text in fine {
        assert_eq!(takes_away(text, &mut 1), None, "{text}");
    }
    let wrong = [
        "ALTER TABLE person DROP COLUMN shoe", "DROP TABLE person", "ALTER TABLE person ADD COLUMN shoe BIGINT NOT NULL", "ALTER TABLE person RENAME COLUMN shoe TO boot",
        "ALTER TABLE person DROP COLUMN shoe, ADD COLUMN boot BIGINT", "ALTER TABLE person ADD COLUMN boot BIGINT, DROP COLUMN shoe", "DROP TABLE person; UPDATE schema_bound SET least = 1",
        "CREATE TABLE b (person UUID REFERENCES person(id))", "ALTER TABLE code ADD COLUMN other UUID REFERENCES person(id)",
        "CREATE UNIQUE INDEX person_shoe ON person (shoe)", "UPDATE person SET doc = '{}'", "DELETE FROM person", "INSERT INTO person(id) VALUES (1)", "DROP INDEX person_email",
        "ALTER TABLE person ADD COLUMN shoe BIGINT; UPDATE person SET shoe = 1, doc = '{}'", "CREATE TRIGGER t BEFORE INSERT ON person", "ALTER TABLE person ADD CONSTRAINT small CHECK (shoe < 50)",
    ];
    for text in wrong {
        assert!(takes_away(text, &mut 1).is_some(), "{text}");
    }
}

/// A statement that asks for every column changes its answer when one is added, and PostgreSQL refuses to go on with a plan that was made before.
#[test]
fn statements_name_their_columns() {
    let mut folders = vec![root().join("crates/store/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["SELECT *", "RETURNING *", ".*,", ".* "] {
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
            // After the name of the table come its columns.
            for rest in text.split("INSERT INTO ").skip(1) {
                let table: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "_{}".contains(*c)).collect();
                let next = rest[table.len()..].trim_start();
                assert!(next.starts_with('('), "{}: INSERT INTO {table} names no columns", path.display());
            }
        }
    }
}
