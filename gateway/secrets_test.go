package main

import (
	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

// secret is the file of a national system's credential, and what the sandbox
// takes for it.
type secret struct{ file, sandbox string }

// secretsOf lists the credentials that production must be given.
func secretsOf() (all []secret) {
	systems := []adapters.System{{ID: sandbox.NDXP, Secrets: []string{"key", "secret"}}}
	for _, entry := range catalog.Systems() {
		systems = append(systems, entry.System)
	}
	for _, s := range systems {
		for name, value := range sandbox.Secrets(s) {
			all = append(all, secret{s.ID + "." + name, value})
		}
	}
	return all
}

func systemIDs() (ids []string) {
	for _, entry := range catalog.Systems() {
		ids = append(ids, entry.System.ID)
	}
	return ids
}
