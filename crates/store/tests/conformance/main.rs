//! What every store must do, written against the ports, on SQLite and on PostgreSQL.

mod accounts;
mod away;
mod bound;
mod copied;
mod claims;
mod copying;
mod deeds;
mod delegated;
mod emergency;
mod encrypted;
mod follows;
mod lines;
mod logos;
mod looked;
mod held;
mod known;
mod moves;
mod naming;
mod once;
mod places;
mod ports;
mod profile;
mod races;
mod reminding;
mod rootkeys;
mod remembered;
mod services;
mod staff;
mod sweeping;
mod telling;
mod tested;
mod there;
mod whom;
mod word;

#[path = "../../../testkit/src/postgres.rs"]
mod server;

use std::path::PathBuf;

use homeward_store::{Address, Store};

/// Where a store is: in a folder that goes away with the test, or at an address.
pub struct Folder(PathBuf, Option<(Address, String)>);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("homeward-store-{}", homeward_model::random_token(&homeward_model::SystemRandom)));
        std::fs::create_dir_all(&path).unwrap();
        Self(path, None)
    }
    /// The database file.
    pub fn file(&self) -> PathBuf {
        self.0.join("homeward.db")
    }
    /// The same store, opened once more: by another process or another node.
    pub async fn another(&self) -> Store {
        let keys = vec![(1, homeward_sealing::Mac::new(&[7; 32]))];
        let store = match &self.1 {
            Some((address, _)) => Store::connect(address).await,
            None => Store::open(&self.file()).await,
        };
        store.unwrap().with_audit_keys(keys)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
        if let Some((_, database)) = &self.1 {
            server::drop_database(database);
        }
    }
}

async fn sqlite() -> (Store, Folder) {
    let folder = Folder::new();
    (folder.another().await, folder)
}

async fn postgres() -> (Store, Folder) {
    let mut folder = Folder::new();
    let database = server::database(None);
    folder.1 = Some((Address::parse(&database, None).unwrap(), database));
    (folder.another().await, folder)
}

macro_rules! suite {
    ($module:ident of $adapter:ident: $($place:ident::$case:ident),+ $(,)?) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let (store, folder) = super::$adapter().await;
                    super::$place::$case(store, &folder).await;
                }
            )+
        }
    };
}

/// Every case, for one adapter.
macro_rules! adapter {
    ($module:ident of $adapter:ident) => {
        suite!(
            $module of $adapter: ports::candidates_are_found_by_name_domain_and_number, ports::lr_03_a_reset_is_consumed_once, ports::lr_04_a_new_reset_voids_the_earlier_ones,
            ports::ot_02_a_code_is_redeemed_once, ports::ot_01_an_old_code_of_another_client_ends_nothing, ports::a_refresh_rotates_once_and_never_after_revocation, ports::a_session_starts_once_and_is_renewed_under_its_id,
            ports::ol_10_a_code_of_an_ended_session_is_none, ports::lp_13_a_change_of_password_is_one_step, ports::au_03_a_password_changes_with_its_record_or_not_at_all, ports::a_proof_is_taken_once,
            ports::lg_09_counters_survive_a_restart, ports::mail_is_claimed_by_one_worker, ports::lr_17_parallel_tries_are_five, known::known_browsers_are_twenty_at_most, known::lr_11_no_browser_is_known_after_a_reset,
            ports::a_step_of_a_connection_is_taken_back_once, reminding::lp_12_only_those_are_found_whom_a_reminder_concerns,
            there::sl_02_a_provider_ends_its_own_sessions_once, there::sl_02_sk_20_an_answer_counts_until_its_session_has_begun,
            there::sl_02_sk_20_an_answer_is_void_by_what_is_heard_while_it_is_verified, there::a_sign_out_is_answered_and_taken_once,
            there::ks_12_keys_of_a_connection_roll, profile::lr_17_a_change_of_address_has_five_tries_and_one_success, profile::ot_28_a_providers_word_ends_with_the_proof_of_the_domain,
            logos::bra_2_a_logo_waits_counts_and_goes, logos::bra_2_a_text_waits_counts_and_is_the_one_that_was_looked_at, logos::mt_01_a_logo_is_its_accounts_own, logos::ad_12_of_many_who_choose_one_does,
            looked::a_database_that_is_behind_is_seen_and_left_as_it_is,
            telling::au_03_a_telling_waits_with_its_step_and_ends_once, tested::only_the_newest_test_keeps_its_whole_answer,
            emergency::lg_05_a_code_is_spent_once_at_any_node, emergency::lh_16_no_code_is_spent_on_a_page_that_is_over, emergency::ad_02_codes_end_with_their_maker_and_with_the_access, emergency::people_are_counted_by_their_groups,
            once::a_pushed_request_is_taken_once_among_nodes, once::setup_links_are_so_many_among_nodes, once::a_notice_is_taken_by_one_worker_among_nodes,
            once::a_test_link_is_used_once_among_nodes, once::tokens_of_the_api_are_so_many_among_nodes,
            sweeping::what_is_over_goes_a_part_at_a_time, sweeping::what_an_outage_let_in_ends_a_part_at_a_time, sweeping::ob_12_a_sign_in_is_over_with_its_session_whatever_renewed_it, rootkeys::ks_03_a_broker_under_the_older_root_key_is_waited_for, whom::au_02_who_a_record_is_about_cannot_be_exchanged_unseen,
            moves::a_step_is_taken_back_with_the_settings_that_were_there, moves::the_offer_goes_back_with_the_step_that_changed_it, places::b_181_what_is_off_or_refuses_shares_no_address, services::mt_01_the_list_of_those_who_allowed_it_is_the_accounts_own,
            naming::st_09_a_link_gives_way_once_and_only_when_it_is_past,
            remembered::b_026_an_application_is_told_although_the_session_is_forgotten, remembered::ol_10_what_ends_for_an_application_takes_its_codes_along,
            deeds::au_03_a_session_ends_with_its_record_or_goes_on, deeds::au_03_what_a_person_granted_ends_with_its_record_or_goes_on,
            deeds::au_03_what_an_application_ends_has_its_record_or_goes_on, deeds::au_03_what_a_copy_ends_has_its_record_or_goes_on, deeds::au_03_what_is_looked_for_ends_with_its_record,
            copied::ot_11_lr_12_a_copy_ends_a_grant_once_and_its_person_is_told_in_that_step,
            word::st_13_op_03_what_a_provider_vouched_for_ends_with_the_link,
            accounts::mt_01_accounts_are_found_by_number_and_name, accounts::mt_01_heads_are_counted_in_their_own_account, accounts::ad_12_a_policy_is_changed_by_whoever_has_seen_it,
            accounts::ad_12_a_default_application_is_the_accounts_own, accounts::ot_23_an_application_and_its_origins_are_known_while_it_is_on,
            claims::lh_08_a_domain_is_proved_by_one_account, claims::mt_01_domains_and_their_people_are_the_accounts_own, claims::lh_08_what_was_seen_of_a_domain_counts_once,
            claims::lh_08_proofs_are_looked_for_in_turn, claims::lh_08_what_was_given_up_comes_back_as_it_was,
            staff::mt_01_roles_are_given_once_in_their_own_account, staff::mt_01_people_are_added_once_and_within_the_limit, staff::ad_02_a_session_of_the_portal_ends_with_its_sign_in,
            staff::mt_01_administrators_are_told_once_and_their_own,
            lines::au_06_an_account_reads_its_own_lines, lines::mt_01_a_refused_answer_is_its_accounts_own, lines::ks_12_nodes_see_the_same_keys_in_one_order,
            delegated::or_01_requests_and_links_work_once, delegated::ds_11_requests_for_consent_are_few_for_each,
            races::ot_02_a_code_has_one_winner_among_nodes, races::a_refresh_has_one_winner_among_nodes, races::an_idempotency_key_has_one_holder_among_nodes,
            races::an_assertion_counts_once_among_nodes, races::au_05_nodes_write_one_chain, races::the_last_administrator_stays, races::sm_06_a_user_is_written_over_what_was_read, races::keys_are_switched_once,
            races::one_broker_serves_at_a_time, races::brokers_that_count_together_serve_together, races::one_broker_leads, races::a_mail_is_sent_by_one_node, races::what_ends_everything_meets_itself_without_harm, races::a_subject_is_bound_once, races::rights_taken_meanwhile_do_not_come_back,
        );
    };
}

adapter!(on_sqlite of sqlite);
adapter!(on_postgres of postgres);
suite!(servers of postgres: bound::whoever_is_too_old_changes_nothing_more, looked::an_empty_database_stays_empty, races::whoever_leads_without_counters_says_so);
suite!(
    files of sqlite: ports::lr_02_a_waiting_mail_cannot_be_read_from_the_files, ports::the_files_are_their_owners, ports::what_was_acknowledged_is_there_after_a_crash,
    looked::a_file_that_is_empty_or_not_there_stays_so,
    delegated::ks_01_grants_rest_sealed, there::ds_12_no_answer_is_accepted_without_a_place_for_its_mark,
);
