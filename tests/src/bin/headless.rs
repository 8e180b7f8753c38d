//! The engine without a window, to be killed by tests: `headless FOLDER PORT` connects to a broker on loopback and works
//! until it is ended.

use hearthline_engine::view::BrokerEdit;
use hearthline_engine::{Engine, Options};
use hearthline_model::BrokerSettings;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder?")?;
    let port: u16 = arguments.next().ok_or("which port?")?.parse()?;
    let engine = Engine::start(&Options {
        folder: folder.into(),
    })?;
    if engine.brokers().is_empty() {
        let settings = BrokerSettings {
            name: "test".into(),
            host: "127.0.0.1".into(),
            port,
            ..BrokerSettings::default()
        };
        engine
            .save_broker(BrokerEdit {
                id: None,
                settings,
                password: None,
            })
            .await?;
    } else {
        engine.connect_all().await?;
    }
    println!("ready");
    std::future::pending::<()>().await;
    Ok(())
}
