// Package auth knows who calls. It owns the registry of agencies and their
// clients, read from wherever their records are kept; gives out access tokens
// to clients that prove themselves with a key, a certificate or a secret
// (RFC 6749, 7523, 8705, 9068); takes them back (RFC 7009); publishes how to do
// so (RFC 8414); and verifies the tokens of every request, ours and those of
// external issuers.
//
// A Registry, a Revoked and a Verifier follow what others change: whoever wires
// them calls Reload, Reload and RefreshKeys at short intervals. What is known
// stays in force while its source is away.
//
// It does not decide what a caller may do beyond the token's scope: that is
// policy. It writes no audit and no problem documents; the edge turns its
// sentinels into answers, and its token endpoint speaks the RFCs' own form.
//
// Below it: keyset reads public keys, registered or published; secret hashes
// and checks secrets; agencyfile reads agencies from YAML.
package auth
