//! Entry of the binary: reads the command line, runs one command, ends with its code.

fn main() -> std::process::ExitCode {
    homeward_server::commands::main()
}
