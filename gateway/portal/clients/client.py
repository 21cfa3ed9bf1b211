"""Asks the bus one question. Needs the package cryptography.

LGSP_URL=http://127.0.0.1:8080 LGSP_CLIENT=H26.11-demo LGSP_KEY=H26.11.key.pem python3 client.py '{"citizenId":"…","fullName":"…"}'
"""
import base64
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

url, client = os.environ["LGSP_URL"], os.environ["LGSP_CLIENT"]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def assertion() -> str:
    """Signed with the client's own key (RFC 7523), valid for a minute, used once."""
    with open(os.environ["LGSP_KEY"], "rb") as file:
        key = serialization.load_pem_private_key(file.read(), password=None)
    now = int(time.time())
    claims = {"iss": client, "sub": client, "aud": url + "/oauth2/token",
              "jti": secrets.token_hex(16), "iat": now, "exp": now + 60}
    text = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "ES256", "typ": "JWT"}, claims))
    # JWS wants r and s side by side (RFC 7518, 3.4); the library writes them as ASN.1.
    r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return text + "." + base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def post(path: str, body: bytes, **headers: str) -> dict:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, body, names)) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as problem:  # RFC 9457: code, detail, owner, errors
        sys.exit(problem.read().decode())


# Keep the token for its 15 minutes; ask for another when it ends.
token = post("/oauth2/token", urllib.parse.urlencode({
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": assertion()}).encode())["access_token"]

print(json.dumps(post("/v1/population/citizen-verify", sys.argv[1].encode(), Authorization="Bearer " + token,
                      Content_Type="application/json", LGSP_Purpose="one-stop", LGSP_Official="clerk-7")))
