//! Passwords, in the desktop's keychain and nowhere else.

use hearthline_model::{BrokerId, ChannelId};
use keyring::Entry;

const SERVICE: &str = "org.hearthline.desktop";

/// Why passwords cannot be kept, one sentence; none where they can. Blocking.
pub fn problem() -> Option<String> {
    Entry::store_status().as_ref().err().map(|_| {
        "No keychain runs on this desktop, so passwords are known for this run only. Start one (GNOME Keyring, KWallet, \
         KeePassXC) and enter the password again to keep it."
            .to_owned()
    })
}

/// Under which name a broker's password is kept.
pub fn broker(id: BrokerId) -> String {
    format!("broker-{}", id.0)
}

/// Under which name the secret of a channel is kept.
pub fn channel(id: ChannelId) -> String {
    format!("channel-{}", id.0)
}

/// The name of the password of the broker inside.
pub const INSIDE: &str = "broker-inside";

/// A kept password. Blocking.
pub fn load(name: &str) -> Option<String> {
    Entry::new(SERVICE, name).ok()?.get_password().ok()
}

/// Keeps a password; true where it will outlive this run. Blocking.
pub fn save(name: &str, password: &str) -> bool {
    let kept = Entry::new(SERVICE, name).and_then(|entry| entry.set_password(password));
    if let Err(error) = &kept {
        tracing::warn!(message = "a password is known for this run only", %error);
    }
    kept.is_ok()
}

/// Forgets a password. Blocking.
pub fn forget(name: &str) {
    // Nothing to forget is no failure.
    let _ = Entry::new(SERVICE, name).and_then(|entry| entry.delete_credential());
}

/// Keeps or, where it is empty, forgets a password; true where it will outlive this run.
pub async fn keep(name: String, password: String) -> bool {
    tokio::task::spawn_blocking(move || {
        if password.is_empty() {
            forget(&name);
            return false;
        }
        save(&name, &password)
    })
    .await
    .unwrap_or_default()
}
