// Package auth knows who calls. It owns the registry of agencies and their
// clients, gives out access tokens to clients that prove themselves with a key
// (RFC 6749, 7523, 9068), publishes how to do so (RFC 8414), and verifies the
// tokens of every request.
//
// It does not decide what a caller may do beyond the token's scope: that is
// policy. It writes no audit and no problem documents; the edge turns its
// sentinels into answers, and its token endpoint speaks the RFCs' own form.
package auth
