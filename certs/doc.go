// Package certs holds what the bus trusts itself with: the key sets that all
// replicas share through one folder, and the TLS certificate it shows.
//
// It owns reading, checking, first creation, rotation and live reload of those
// files. It does not know what the keys are used for: signing tokens,
// encrypting cache records and hashing subjects belong to the packages that
// ask for a set. It imports nothing of the project; the process wires it.
package certs
