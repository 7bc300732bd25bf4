use clap::{CommandFactory, Parser};

use super::*;

fn every(command: &clap::Command, path: &str, seen: &mut Vec<String>) {
    let path = format!("{path} {}", command.get_name()).trim().to_owned();
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    assert!(help.contains("Example") && help.contains(&format!("  {}", path.split(' ').next().unwrap())), "{path} has no example");
    assert!(command.get_about().is_some_and(|about| !about.to_string().is_empty()), "{path} does not say what it does");
    for argument in command.get_arguments().filter(|a| a.get_id() != "help" && a.get_id() != "version") {
        assert!(argument.get_help().is_some(), "{path} {} has no help", argument.get_id());
    }
    seen.push(path.clone());
    for inner in command.get_subcommands() {
        every(inner, &path, seen);
    }
}

#[test]
fn every_command_and_argument_has_help_and_every_command_an_example() {
    let cli = Cli::command();
    cli.clone().debug_assert();
    let mut seen = Vec::new();
    every(&cli, "", &mut seen);
    for name in ["serve", "demo", "simulate-idp", "explain", "check-config", "apply", "account suspend", "user add", "user deprovision", "application secret"] {
        assert!(seen.contains(&format!("homeward {name}")), "{name}");
    }
    assert!(cli.get_after_help().unwrap().to_string().contains("Ends with"));
}

/// Two commands end with 2 for what they find, and one with 3: their own help says so as well as that of the program.
#[test]
fn what_ends_with_a_code_of_its_own_says_so() {
    let cli = Cli::command();
    let codes = cli.get_after_help().unwrap().to_string();
    for (name, code) in [("check-config", "2"), ("doctor", "2"), ("apply", "3")] {
        let own = cli.find_subcommand(name).unwrap().get_long_about().unwrap().to_string();
        assert!(own.contains(&format!("with {code}")) || own.contains(&format!("with code {code}")), "{name}: {own}");
        assert!(codes.lines().any(|line| line.trim().starts_with(code) && line.contains(name)), "{name}: {codes}");
    }
}

/// Whoever reads the first page of the help finds every command there is.
#[test]
fn every_group_of_commands_names_its_commands() {
    for group in Cli::command().get_subcommands().filter(|command| command.has_subcommands()) {
        let about = group.get_about().unwrap().to_string();
        let mut named: Vec<&str> = about.split_once(": ").unwrap_or_else(|| panic!("{about}")).1.split(", ").collect();
        let mut all: Vec<&str> = group.get_subcommands().map(clap::Command::get_name).collect();
        named.sort_unstable();
        all.sort_unstable();
        assert_eq!(named, all, "{}", group.get_name());
    }
}

/// An example that does not parse teaches nothing.
#[test]
fn every_example_parses() {
    fn examples(command: &clap::Command, found: &mut Vec<String>) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        found.extend(help.lines().map(str::trim).filter(|line| line.starts_with("homeward ")).map(str::to_owned));
        command.get_subcommands().for_each(|inner| examples(inner, found));
    }
    let mut found = Vec::new();
    examples(&Cli::command(), &mut found);
    assert!(found.len() > 30, "found {}", found.len());
    for line in found {
        // What stands behind two blanks explains; what stands behind > or < is the shell's.
        let command = line.split("  ").next().unwrap().split(['>', '<']).next().unwrap();
        // A name in quotes is one word.
        let words = command.split('"').enumerate().flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
        assert!(Cli::try_parse_from(words).is_ok(), "{line}");
    }
}

#[test]
fn json_and_config_may_stand_anywhere() {
    for line in ["homeward --json account list", "homeward account list --json", "homeward account --json list"] {
        assert!(Cli::try_parse_from(line.split(' ')).unwrap().json, "{line}");
    }
    let cli = Cli::try_parse_from(["homeward", "serve", "--config", "a.toml"]).unwrap();
    assert_eq!(cli.config, std::path::Path::new("a.toml"));
    assert!(Cli::try_parse_from(["homeward", "apply", "a.toml", "--yes", "--dry-run"]).is_err());
}
