//! One user name and one password for everybody.

use async_trait::async_trait;
use rmqtt::context::ServerContext;
use rmqtt::hook::{Handler, HookResult, Parameter, Register, ReturnType, Type};
use rmqtt::types::AuthResult;

/// Lets only those in who give this name and this password.
pub(super) async fn require(context: &ServerContext, user: String, password: String) {
    let register: Box<dyn Register> = context.extends.hook_mgr().register();
    register
        .add(Type::ClientAuthenticate, Box::new(Credentials { user, password }))
        .await;
    register.start().await;
}

struct Credentials {
    user: String,
    password: String,
}

#[async_trait]
impl Handler for Credentials {
    async fn hook(&self, param: &Parameter, acc: Option<HookResult>) -> ReturnType {
        let Parameter::ClientAuthenticate(client) = param else {
            return (true, acc);
        };
        let user = client.username().map_or(&b""[..], |name| name.as_bytes());
        let password = client.password().map_or(&b""[..], |word| word.as_ref());
        // Both are always compared in full, so that the time taken tells nothing.
        let ok = same(user, self.user.as_bytes()) & same(password, self.password.as_bytes());
        let result = if ok {
            AuthResult::Allow(false, None)
        } else {
            AuthResult::BadUsernameOrPassword
        };
        (false, Some(HookResult::AuthResult(result)))
    }
}

/// Equality in a time that depends on the length of what was given only.
fn same(given: &[u8], wanted: &[u8]) -> bool {
    let mut difference = usize::from(given.len() != wanted.len());
    for (i, byte) in given.iter().enumerate() {
        difference |= usize::from(byte ^ wanted.get(i).copied().unwrap_or(0));
    }
    difference == 0
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn only_the_whole_word_is_the_same() {
        assert!(same(b"secret", b"secret"));
        for wrong in [&b"secre"[..], b"secrets", b"Secret", b"", b"secret\0"] {
            assert!(!same(wrong, b"secret"), "{wrong:?}");
        }
    }
}
