//! What a TLS connection trusts and shows. Verification is on unless the person switched it off for this broker.

use super::fault::Failure;
use crate::view::Fault;
use hearthline_model::TlsSettings;
use std::sync::Arc;
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};

/// The configuration of a client that verifies, by the system's authorities or those of a PEM file. Blocking. `Err` is one sentence.
pub(crate) fn verified(ca_file: Option<&String>) -> Result<Arc<ClientConfig>, String> {
    let settings = TlsSettings {
        ca_file: ca_file.cloned(),
        ..TlsSettings::default()
    };
    config(&settings).map_err(|failure| failure.text)
}

/// The configuration of one attempt. Reads files: call it where blocking is allowed.
pub(in crate::source) fn config(settings: &TlsSettings) -> Result<Arc<ClientConfig>, Failure> {
    // Named rather than taken from the process, whose default need not be installed.
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(format!("TLS cannot be set up: {error}.")))?;
    let builder = if settings.insecure {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(TrustAnyone { provider }))
    } else {
        builder.with_root_certificates(roots(settings)?)
    };
    let config = match (
        file(settings.certificate_file.as_ref()),
        file(settings.key_file.as_ref()),
    ) {
        (None, None) => builder.with_no_client_auth(),
        (Some(certificate), key) => {
            // A PEM file may well hold both.
            let key = key.unwrap_or(certificate);
            let chain = certificates(certificate)?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| {
                failed(format!(
                    "The private key {key} cannot be read: {error}. It must be a PEM file without a passphrase."
                ))
            })?;
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                failed(format!(
                    "The client certificate cannot be used: {error}. Check that certificate and key belong together."
                ))
            })?
        }
        (None, Some(_)) => {
            return Err(failed(
                "There is a private key without a client certificate. Choose both, or neither.".into(),
            ));
        }
    };
    Ok(Arc::new(config))
}

fn roots(settings: &TlsSettings) -> Result<RootCertStore, Failure> {
    let mut store = RootCertStore::empty();
    if let Some(path) = file(settings.ca_file.as_ref()) {
        store.add_parsable_certificates(certificates(path)?);
        if store.is_empty() {
            return Err(failed(format!(
                "{path} holds no certificate that can be used as an authority. Choose the PEM file of the authority that signed the broker's certificate."
            )));
        }
    } else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if store.is_empty() {
            return Err(failed(
                "This system has no certificate authorities installed. Install them (package ca-certificates), or choose the authority's PEM file.".into(),
            ));
        }
    }
    Ok(store)
}

fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let unreadable = |error| {
        failed(format!(
            "The certificate file {path} cannot be read: {error}. Choose a PEM file."
        ))
    };
    let all: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(unreadable)?;
    if all.is_empty() {
        return Err(failed(format!("{path} holds no certificate. Choose a PEM file.")));
    }
    Ok(all)
}

fn file(path: Option<&String>) -> Option<&str> {
    path.map(|path| path.trim()).filter(|path| !path.is_empty())
}

fn failed(text: String) -> Failure {
    Failure::new(Fault::TlsFailed, text)
}

/// The person said not to verify this broker; shown in red wherever it is shown.
#[derive(Debug)]
struct TrustAnyone {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for TrustAnyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    // The signatures would only prove that the unknown other side holds its own key.
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(settings: &TlsSettings) -> String {
        config(settings).unwrap_err().text
    }

    #[test]
    fn unusable_files_are_told_in_plain_words() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "nothing here").unwrap();
        let empty = empty.to_str().unwrap().to_owned();
        let missing = TlsSettings {
            ca_file: Some("/nowhere/ca.pem".into()),
            ..TlsSettings::default()
        };
        assert!(text(&missing).starts_with("The certificate file /nowhere/ca.pem cannot be read"));
        let without = TlsSettings {
            ca_file: Some(empty),
            ..TlsSettings::default()
        };
        assert!(text(&without).contains("holds no certificate"));
        let alone = TlsSettings {
            key_file: Some("k.pem".into()),
            insecure: true,
            ..TlsSettings::default()
        };
        assert!(text(&alone).contains("without a client certificate"));
    }
}
