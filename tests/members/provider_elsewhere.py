"""A small but real OpenID provider on this machine, which can also misbehave."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "commonplace", "a secret: 100% odd+chars"


def _key(kind: str) -> Any:
    return (
        rsa.generate_private_key(65537, 2048)
        if kind == "RS256"
        else ec.generate_private_key(ec.SECP256R1())
    )  # fmt: skip


_made: dict[str, Any] = {}


def key_named(name: str, alg: str = "RS256") -> Any:
    """Return a private key, made once for all tests: RSA keys take long."""
    if name not in _made:
        _made[name] = _key(alg)
    return _made[name]


def public_jwk(name: str, alg: str) -> dict[str, Any]:
    kind: Any = jwt.get_algorithm_by_name(alg)
    found = kind.to_jwk(key_named(name, alg).public_key(), as_dict=True)
    return {**found, "kid": name, "use": "sig", "alg": alg}


class Idp:
    """What the provider knows, and how it misbehaves (`twist`)."""

    def __init__(self) -> None:
        self.address = ""
        self.reset()

    def reset(self) -> None:
        self.person: dict[str, Any] = {
            "sub": "mara-1", "email": "mara@elisabeth.example", "email_verified": True, "name": "Mara Visser",
        }  # fmt: skip
        self.userinfo: dict[str, Any] = {}
        self.signs_with = ("first", "RS256")
        self.published = [("first", "RS256")]
        self.twist: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.asked: list[str] = []
        self.last: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}

    # What it is asked for

    def discovery(self, request: Request) -> Response:
        self.asked.append("discovery")
        if odd := self.twist.get("discovery"):
            return odd if isinstance(odd, Response) else Response("<p>gone</p>", status_code=int(odd))
        if pause := self.twist.get("pause"):
            time.sleep(pause)
        here = self.address
        return JSONResponse(
            {
                "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/keys", "userinfo_endpoint": f"{here}/userinfo",
                "authorization_response_iss_parameter_supported": True, **self.metadata,
            }
        )  # fmt: skip

    def keys(self, request: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": self.twist.get("keys", [public_jwk(*one) for one in self.published])})

    def authorize(self, request: Request) -> Response:
        """Answer at once, or show a button where a browser test looks on."""
        given = dict(request.query_params)
        self.last = given
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT
        assert given["code_challenge_method"] == "S256"
        if self.twist.get("page") and "go" not in given:
            fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in given.items())
            return HTMLResponse(
                f'<title>Elsewhere</title><form>{fields}<button name="go" value="1">Yes</button></form>'
            )
        return RedirectResponse(self.answer_to(given), 302)

    def answer_to(self, given: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        answer = {"code": code, "state": given["state"], "iss": self.address, **self.twist.get("answer", {})}
        return f"{given['redirect_uri']}?{urlencode({name: value for name, value in answer.items() if value})}"

    async def token(self, request: Request) -> Response:
        self.asked.append("token")
        if odd := self.twist.get("token"):
            return odd if isinstance(odd, Response) else JSONResponse({"error": "server_error"}, status_code=int(odd))
        given = {name: value[0] for name, value in parse_qs((await request.body()).decode()).items()}
        pair = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        known = parse_qs(f"i={pair.replace(':', '&s=')}", keep_blank_values=True)
        if (known["i"][0], known.get("s", [""])[0]) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        begun = self.codes.pop(given.get("code", ""), None)
        made = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        if (
            begun is None
            or begun["redirect_uri"] != given.get("redirect_uri")
            or begun["code_challenge"] != made.rstrip(b"=").decode()
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        token = self.signed(self.claims(begun["nonce"]))
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": token})

    def claims(self, nonce: str) -> dict[str, Any]:
        at = int(time.time())
        usual = {"iss": self.address, "aud": CLIENT, "exp": at + 300, "iat": at, "nonce": nonce, **self.person}
        return {name: value for name, value in (usual | self.twist.get("claims", {})).items() if value is not None}

    def signed(self, claims: dict[str, Any]) -> str:
        name, alg = self.signs_with
        how = self.twist.get("sign")
        if how == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": name})
        if how == "hs256":  # with the public key as the shared secret, as programs were once taken in
            key = key_named(name, alg).public_key()
            pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            return _by_hand({"alg": "HS256", "kid": name}, claims, pem)
        if how == "secret":
            return jwt.encode(claims, SECRET.ljust(32, "."), algorithm="HS256", headers={"kid": name})
        if how == "stranger":
            return jwt.encode(claims, key_named("stranger", alg), algorithm=alg, headers={"kid": name})
        made = jwt.encode(claims, key_named(name, alg), algorithm=alg, headers={"kid": name})
        if how == "altered":
            head, _, rest = made.partition(".")
            body = (
                base64.urlsafe_b64encode(json.dumps(claims | {"sub": "somebody-else"}).encode()).rstrip(b"=").decode()
            )
            return f"{head}.{body}.{rest.partition('.')[2]}"
        return made

    def tell(self, request: Request) -> Response:
        self.asked.append("userinfo")
        assert request.headers["authorization"] == "Bearer opaque"
        return JSONResponse({"sub": self.person["sub"], **self.userinfo})


def _by_hand(head: dict[str, str], claims: dict[str, Any], key: bytes) -> str:
    import hmac

    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (head, claims)]
    mark = base64.urlsafe_b64encode(hmac.new(key, b".".join(parts), "sha256").digest()).rstrip(b"=")
    return b".".join([*parts, mark]).decode()


@contextmanager
def running_provider() -> Iterator[Idp]:
    """Serve a provider in a thread, on a free port of this machine."""
    idp = Idp()
    routes = [
        Route("/.well-known/openid-configuration", idp.discovery), Route("/keys", idp.keys),
        Route("/authorize", idp.authorize), Route("/token", idp.token, methods=["POST"]), Route("/userinfo", idp.tell),
    ]  # fmt: skip
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.01)
    idp.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield idp
    server.should_exit = True
    thread.join(10)
