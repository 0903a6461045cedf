//! The program: the command line over the library.

fn main() -> std::process::ExitCode {
    twin_cities_awards::cli::run()
}
