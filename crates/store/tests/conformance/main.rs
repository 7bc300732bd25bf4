//! What every store must do, written against the ports. A new adapter adds a line at the end.

mod delegated;
mod moves;
mod ports;
mod profile;
mod services;
mod there;

use std::path::PathBuf;

use homeward_store::Store;

/// A folder that goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("homeward-store-{}", homeward_model::random_token(&homeward_model::SystemRandom)));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    /// The database file.
    pub fn file(&self) -> PathBuf {
        self.0.join("homeward.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn sqlite() -> (Store, Folder) {
    let folder = Folder::new();
    let keys = vec![(1, homeward_sealing::Mac::new(&[7; 32]))];
    (Store::open(&folder.file()).await.unwrap().with_audit_keys(keys), folder)
}

macro_rules! suite {
    ($adapter:ident: $($case:ident),+ $(,)?) => {
        mod $adapter {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let (store, folder) = super::$adapter().await;
                    super::ports::$case(store, &folder).await;
                }
            )+
        }
    };
}

/// Every case, for one adapter.
macro_rules! adapter {
    ($adapter:ident) => {
        suite!(
            $adapter: candidates_are_found_by_name_domain_and_number, lr_02_a_waiting_mail_cannot_be_read_from_the_files, lr_03_a_reset_is_consumed_once, lr_04_a_new_reset_voids_the_earlier_ones,
            ot_02_a_code_is_redeemed_once, a_refresh_rotates_once_and_never_after_revocation, a_session_starts_once_and_is_renewed_under_its_id,
            ol_10_a_code_of_an_ended_session_is_none,
            lp_13_a_change_of_password_is_one_step, a_proof_is_taken_once, lg_09_counters_survive_a_restart, mail_is_claimed_by_one_worker,
            lr_17_parallel_tries_are_five, the_files_are_their_owners, known_browsers_are_twenty_at_most, what_was_acknowledged_is_there_after_a_crash,
            sl_02_a_provider_ends_its_own_sessions_once, sl_02_sk_20_an_answer_counts_until_its_session_has_begun, sl_02_sk_20_an_answer_is_void_by_what_is_heard_while_it_is_verified,
            a_sign_out_is_answered_and_taken_once, ks_12_keys_of_a_connection_roll, a_step_of_a_connection_is_taken_back_once,
            lr_17_a_change_of_address_has_five_tries_and_one_success,
        );
    };
}

adapter!(sqlite);
