//! What an administrator reads.

use super::fixture::{Ask, ann, federated, local, with_user, without_user};
use crate::{Candidate, Candidates, SsoMode, UserRule};

fn text(ask: &Ask, candidates: &[Candidate]) -> String {
    ask.of(candidates).to_text(&Candidates { accounts: candidates.to_vec() })
}

#[test]
fn every_rule_says_whether_it_applied_and_why() {
    let candidate = federated("1", SsoMode::Button);
    let expected = "  – break_glass  the user is no break-glass user
  – application  the application allows Single Sign-On
  – user         the user is not on the exclusion list
  – group        the account has no rule for a group of this user
  ✓ account      account 1 has Single Sign-On by the connection \"Entra\" (button)
  – domain       not asked: a rule above decided
  – default      not asked: a rule above decided
→ Single Sign-On with \"Entra\" of Account 1 (account 1), by the button.
";
    assert_eq!(text(&Ask::open(), std::slice::from_ref(&candidate)), expected);
    let unknown = text(&Ask::open(), &[without_user(candidate.clone())]);
    assert!(unknown.contains("  – account      nobody named the account by its number\n"), "{unknown}");
    assert!(unknown.contains("  ✓ domain       the verified domain b.example has Single Sign-On by the connection \"Entra\" (button)\n"), "{unknown}");
    let excluded = with_user(candidate, |u| u.rule = Some(UserRule::Excluded));
    let explained = text(&Ask::open(), &[excluded]);
    assert!(explained.contains("  ✓ user         the user is on the exclusion list\n"), "{explained}");
    assert!(explained.ends_with("→ The password page; the password of Account 1 (account 1) counts.\n"), "{explained}");
}

/// Each kind of outcome in one sentence; no username in any of them.
#[test]
fn every_outcome_is_one_sentence() {
    let (one, two) = (local("11"), local("22"));
    let both = [one, two];
    let far = Ask::open().application(|a| a.regions = ["eu".to_owned()].into());
    for (ask, candidates, sentence) in [
        (Ask::open(), &[][..], "→ The password page; no password can be right.\n"),
        (Ask::closed(), &both[..], "→ The password page; the passwords of Account 11 (account 11), Account 22 (account 22) count, and the choice comes afterwards.\n"),
        (Ask::open(), &both[..], "→ \"Multiple accounts located\": one of Account 11 (account 11), Account 22 (account 22).\n"),
        (Ask::open().account("33"), &both[..], "The account that was named is not among them.\n"),
        (Ask::open(), &[federated("1", SsoMode::Redirect)][..], "→ Single Sign-On with \"Entra\" of Account 1 (account 1), taken there at once.\n"),
        (Ask::closed(), &[federated("1", SsoMode::Redirect)][..], "by the button, with \"Enter your password\" beside it.\n"),
        (far, &both[..1], "→ Refused: application_not_in_region.\n"),
    ] {
        let explained = text(&ask, candidates);
        assert!(explained.ends_with(sentence), "{explained}");
        assert!(!explained.contains(ann().key()) && !explained.contains("ann"), "{explained}");
    }
}
