//! A WAGI handler in Rust. The query chooses: env and args print what was handed over, redirect and status the kinds of header block, panic ends in a
//! trap. A POST's body is answered as it is read. Each request writes a line to stderr, which is the log.
use std::env;
use std::io::{self, Write};

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn main() -> io::Result<()> {
    let (method, query) = (variable("REQUEST_METHOD"), variable("QUERY_STRING"));
    eprintln!("rust-wagi: {} {}", method, variable("PATH_INFO"));
    let mut out = io::stdout().lock();
    if method == "POST" {
        write!(out, "Content-Type: {}\n\n", env::var("CONTENT_TYPE").unwrap_or_else(|_| "application/octet-stream".into()))?;
        io::copy(&mut io::stdin().lock(), &mut out)?;
        return out.flush();
    }
    match query.split('&').next().unwrap_or_default() {
        "redirect" => writeln!(out, "Location: /elsewhere\n")?,
        "status" => writeln!(out, "Status: 418\nContent-Type: text/plain\nX-Guest: rust-wagi\n\nshort and stout")?,
        "panic" => panic!("on purpose"),
        "env" => {
            writeln!(out, "Content-Type: text/plain\n")?;
            for (name, value) in env::vars() {
                writeln!(out, "{}={}", name, value)?;
            }
        }
        "args" => {
            writeln!(out, "Content-Type: text/plain\n")?;
            for argument in env::args() {
                writeln!(out, "{}", argument)?;
            }
        }
        _ => writeln!(out, "Content-Type: text/plain\n\nHello from Rust")?,
    }
    out.flush()
}
