"""A mail server by the package aiosmtpd: `python mailbox.py PORT [CERTIFICATE KEY]`, with port 0 on one that is free.

Tells the port that it listens on, and each mail that it takes. With a certificate it asks for STARTTLS, and for the user `ada` with
the password `secret`. A line of JSON each way, as in lines.js; ends with its input.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

lock = threading.Lock()


def tell(what, **more):
    """Tells the test."""
    with lock:
        print(json.dumps({"what": what, **more}), flush=True)


class Inbox:
    """Takes every mail."""

    async def handle_DATA(self, server, session, envelope):
        """A mail came."""
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        tell(
            "mail",
            sender=envelope.mail_from,
            receivers=envelope.rcpt_tos,
            subject=mail["Subject"],
            id=mail["Message-ID"],
            text=mail.get_content(),
            encrypted=session.ssl is not None,
            user=session.auth_data.login.decode() if session.auth_data else None,
        )
        return "250 Taken"


def known(server, session, envelope, mechanism, data):
    """Whether somebody may send."""
    fits = data.login == b"ada" and data.password == b"secret"
    return AuthResult(success=fits, handled=False, auth_data=data)


async def main():
    """Listens until the input ends."""
    options = {"enable_SMTPUTF8": True}
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        options |= {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": known,
            "auth_required": True,
        }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Inbox(), hostname="localhost", **options), "127.0.0.1", int(sys.argv[1])
    )
    tell("listening", port=server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
