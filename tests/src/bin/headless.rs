//! The engine without a window, to be killed by tests: `headless FOLDER PORT` connects to a broker on loopback and works
//! until it is ended. Lines on its standard input are obeyed: `clock SECONDS` sets its clock forward (or back), `status` answers
//! with what a window would show of it, as a line of JSON.

use std::io::BufRead;

use hearthline_engine::{Engine, Options};
use hearthline_model::SECOND;
use hearthline_tests::engine::loopback;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder?")?;
    let port: u16 = arguments.next().ok_or("which port?")?.parse()?;
    let engine = Engine::start(&Options {
        folder: folder.into(),
    })?;
    if engine.brokers().is_empty() {
        engine.save_broker(loopback("test", port)).await?;
    } else {
        engine.connect_all().await?;
    }
    println!("ready");
    std::thread::spawn(move || obey(&engine));
    std::future::pending::<()>().await;
    Ok(())
}

fn obey(engine: &Engine) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let mut words = line.split_whitespace();
        match (
            words.next(),
            words.next().and_then(|word| word.parse::<i64>().ok()),
        ) {
            (Some("clock"), Some(seconds)) => {
                hearthline_engine::move_clock(seconds * SECOND);
                println!("moved");
            }
            (Some("status"), _) => {
                let status = serde_json::to_string(&engine.status()).unwrap_or_default();
                println!("{status}");
            }
            _ => println!("what?"),
        }
    }
    // The engine stays where nobody says anything.
    std::mem::forget(engine.clone());
}
