//! The real binary as an operator uses it: a broker that serves, commands beside it, and a process that is killed.

mod commands;
mod config;
mod doctor;
mod ending;
mod installation;
mod kill;
