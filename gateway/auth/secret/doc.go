// Package secret keeps clients' secrets as hashes and checks them: argon2id in
// the PHC string form, a bounded number of checks at a time, a bounded number
// of wrong guesses per name, and the same work whether the name exists or not.
//
// It knows no clients. Package auth gives it the name that somebody claims and
// the hash, if there is one.
package secret
