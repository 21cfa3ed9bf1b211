package main

import (
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

// credential is the file of a national system's credential, and what the sandbox
// takes for it.
type credential struct{ file, sandbox string }

// secretsOf lists the credentials that production must be given.
func secretsOf() (all []credential) {
	add := func(system string, values map[string]string) {
		for name, value := range values {
			all = append(all, credential{system + "." + name, value})
		}
	}
	add(sandbox.NDXP, sandbox.GatewaySecrets())
	for _, entry := range catalog.Systems() {
		add(entry.System.ID, sandbox.Secrets(entry.System))
	}
	return all
}

func systemIDs() (ids []string) {
	for _, entry := range catalog.Systems() {
		ids = append(ids, entry.System.ID)
	}
	return ids
}
