fn main() {
    println!("Content-Type: text/plain\n\nHello from Rust");
}
