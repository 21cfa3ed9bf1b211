#!/usr/bin/env bash
# Asks the bus one question with curl and openssl.
#   LGSP_URL=http://127.0.0.1:8080 LGSP_CLIENT=H26.11-demo LGSP_KEY=H26.11.key.pem ./client.sh '{"citizenId":"…","fullName":"…"}'
set -euo pipefail

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# 1. An assertion signed with the client's own key (RFC 7523), valid for a minute, used once.
now=$(date +%s)
header=$(printf '{"alg":"ES256","typ":"JWT"}' | base64url)
claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s/oauth2/token","jti":"%s","iat":%d,"exp":%d}' \
  "$LGSP_CLIENT" "$LGSP_CLIENT" "$LGSP_URL" "$(openssl rand -hex 16)" "$now" "$((now + 60))" | base64url)
# JWS wants r and s side by side (RFC 7518, 3.4); openssl writes them as ASN.1.
signature=$(printf '%s.%s' "$header" "$claims" | openssl dgst -sha256 -sign "$LGSP_KEY" | openssl asn1parse -inform DER |
  awk -F: '/INTEGER/ { n = $NF; while (length(n) < 64) n = "0" n; printf "%s", substr(n, length(n) - 63) }' |
  sed 's/../\\x&/g' | xargs -0 printf '%b' | base64url)

# 2. A token for it. Keep it for its 15 minutes; ask for another when it ends.
token=$(curl -sS --fail-with-body "$LGSP_URL/oauth2/token" \
  --data-urlencode grant_type=client_credentials \
  --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
  --data-urlencode "client_assertion=$header.$claims.$signature" |
  sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')

# 3. The question, with why it is asked and by whom.
curl -sS --fail-with-body "$LGSP_URL/v1/population/citizen-verify" \
  -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
  -H 'LGSP-Purpose: one-stop' -H 'LGSP-Official: clerk-7' -d "$1"
