//! Logins and TLS.

use super::{mosquitto::Mosquitto, *};
use hearthline_model::{TlsSettings, Transport};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::{path::Path, process::Command};

/// A broker that asks for ann's password.
pub fn with_password() -> Option<Mosquitto> {
    Mosquitto::start_with(|folder| {
        let file = folder.join("passwords");
        let status = Command::new("mosquitto_passwd")
            .arg("-c")
            .arg("-b")
            .arg(&file)
            .args(["ann", "right"])
            .status();
        assert!(status.unwrap().success());
        format!("password_file {}", file.display())
    })
}

/// Writes an authority, a server's and a client's certificate and their keys.
fn certificates(folder: &Path) {
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    let mut authority = CertificateParams::new(vec![]).unwrap();
    authority
        .distinguished_name
        .push(DnType::CommonName, "Test authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    write("ca.pem", authority.pem());
    for (file, name) in [("server", "localhost"), ("client", "hearthline")] {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()])
            .unwrap()
            .signed_by(&key, &authority)
            .unwrap();
        write(&format!("{file}.pem"), certificate.pem());
        write(&format!("{file}.key"), key.serialize_pem());
    }
}

pub fn with_tls(extra: &str) -> Option<Mosquitto> {
    Mosquitto::start_with(|folder| {
        certificates(folder);
        let folder = folder.display();
        format!("cafile {folder}/ca.pem\ncertfile {folder}/server.pem\nkeyfile {folder}/server.key\n{extra}")
    })
}

pub fn trusting(broker: &Mosquitto, version: MqttVersion) -> BrokerSettings {
    BrokerSettings {
        transport: Transport::Tls,
        tls: TlsSettings {
            ca_file: Some(path(broker, "ca.pem")),
            ..TlsSettings::default()
        },
        ..settings(broker.port, version)
    }
}

fn path(broker: &Mosquitto, name: &str) -> String {
    broker.folder.path().join(name).to_str().unwrap().to_owned()
}

async fn connects(settings: BrokerSettings) {
    let mut harness = Harness::start(settings, None);
    let state = harness.state(|state| state.phase != Phase::Connecting).await;
    assert_eq!((state.phase, state.error.as_str()), (Phase::Connected, ""));
    harness.source.stop().await;
}

async fn fails(settings: BrokerSettings) -> SourceState {
    Harness::start(settings, None).failed().await
}

#[tokio::test]
async fn a_wrong_password_is_told() {
    let Some(broker) = with_password() else { return };
    for version in VERSIONS {
        let ann = BrokerSettings {
            username: Some("ann".into()),
            ..settings(broker.port, version)
        };
        let mut wrong = Harness::start(ann.clone(), Some("wrong"));
        assert_eq!(wrong.failed().await.fault, Fault::BadCredentials);
        let nobody = fails(settings(broker.port, version)).await;
        assert_eq!(nobody.fault, Fault::BadCredentials);
        assert!(nobody.error.contains("asks for a user name"), "{}", nobody.error);
        let mut right = Harness::start(ann, Some("right"));
        right.state(|state| state.phase == Phase::Connected).await;
    }
}

#[tokio::test]
async fn tls_is_verified() {
    let Some(broker) = with_tls("") else { return };
    for version in VERSIONS {
        let trusting = trusting(&broker, version);
        connects(trusting.clone()).await;

        let unknown = BrokerSettings {
            tls: TlsSettings::default(),
            ..trusting.clone()
        };
        let state = fails(unknown).await;
        assert_eq!(state.fault, Fault::TlsNotTrusted, "{}", state.error);

        let tls = TlsSettings {
            insecure: true,
            ..TlsSettings::default()
        };
        connects(BrokerSettings {
            tls,
            ..trusting.clone()
        })
        .await;

        let plain = BrokerSettings {
            transport: Transport::Tcp,
            ..trusting.clone()
        };
        assert_eq!(fails(plain).await.fault, Fault::Protocol);
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let Some(broker) = with_tls("") else { return };
    // Whatever address the broker listens on, its certificate is for the name.
    let address = tokio::net::lookup_host(("localhost", broker.port)).await.unwrap();
    let mut seen = 0;
    for host in address.map(|address| address.ip().to_string()) {
        let state = fails(BrokerSettings {
            host,
            ..trusting(&broker, MqttVersion::V3)
        })
        .await;
        if state.fault != Fault::Refused {
            assert_eq!(state.fault, Fault::TlsNotTrusted, "{}", state.error);
            assert!(state.error.contains("another name"), "{}", state.error);
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_asked_for() {
    let Some(broker) = with_tls("require_certificate true") else {
        return;
    };
    for version in VERSIONS {
        let without = trusting(&broker, version);
        let state = fails(without.clone()).await;
        assert_eq!(state.fault, Fault::TlsFailed, "{}", state.error);
        assert!(state.error.contains("client certificate"), "{}", state.error);
        let tls = TlsSettings {
            certificate_file: Some(path(&broker, "client.pem")),
            key_file: Some(path(&broker, "client.key")),
            ..without.tls.clone()
        };
        connects(BrokerSettings { tls, ..without }).await;
    }
}

#[tokio::test]
async fn tls_to_a_port_without_it_fails_as_such() {
    let Some(broker) = Mosquitto::start("") else {
        return;
    };
    let tls = TlsSettings {
        insecure: true,
        ..TlsSettings::default()
    };
    for version in VERSIONS {
        let settings = BrokerSettings {
            transport: Transport::Tls,
            tls: tls.clone(),
            ..settings(broker.port, version)
        };
        let state = fails(settings).await;
        assert_eq!(state.fault, Fault::TlsFailed, "{}", state.error);
    }
}

#[tokio::test]
async fn websockets_over_tls() {
    let Some(broker) = with_tls("protocol websockets") else {
        return;
    };
    for version in VERSIONS {
        let settings = BrokerSettings {
            transport: Transport::Wss,
            ..trusting(&broker, version)
        };
        connects(settings.clone()).await;
        let unknown = BrokerSettings {
            tls: TlsSettings::default(),
            ..settings
        };
        let state = fails(unknown).await;
        assert_eq!(state.fault, Fault::TlsNotTrusted, "{}", state.error);
    }
}
