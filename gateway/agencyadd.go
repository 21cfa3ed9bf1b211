package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
	"github.com/lgsp-vn/lgsp/gateway/server"
)

// addition is one client to be added, with its agency where that is not known yet.
type addition struct {
	nameVI, nameEN string
	client         auth.ClientRecord
	keyFiles       []string
	secret         bool
	replace        bool
}

func addCommand() *cobra.Command {
	var a addition
	c := &cobra.Command{Use: "add AGENCY CLIENT", Short: "Add one client, and its agency if that is not known yet",
		Args: func(c *cobra.Command, arguments []string) error {
			if len(arguments) != 2 {
				return fmt.Errorf("%w: %s takes one AGENCY and one CLIENT (see %s --help)", errUsage, c.CommandPath(), c.CommandPath())
			}
			return nil
		},
		PreRunE: func(*cobra.Command, []string) error {
			var faults []error
			if len(a.client.Scopes) == 0 {
				faults = append(faults, fmt.Errorf("%w: --scope must be given", errUsage))
			}
			if len(a.keyFiles)+len(a.client.Certificates) == 0 && a.client.JWKSURL == "" && !a.secret {
				faults = append(faults, fmt.Errorf("%w: --key, --jwks, --certificate or --secret must be given", errUsage))
			}
			return errors.Join(faults...)
		},
		RunE: func(c *cobra.Command, arguments []string) error {
			a.client.Agency, a.client.ID = arguments[0], arguments[1]
			password := ""
			if a.secret {
				password = secret.New()
				a.client.SecretHash = secret.Keep(password)
			}
			return withStore(func(s server.Managed) error {
				known, _, err := s.Load(c.Context())
				if err != nil {
					return err
				}
				record, err := a.record(known)
				if err != nil {
					return fmt.Errorf("add client %s: %w", a.client.ID, err)
				}
				if err := importAgencies(c.Context(), s, []auth.AgencyRecord{record}); err != nil || !a.secret {
					return err
				}
				fmt.Printf("secret, told this once: %s\n", password)
				return nil
			})
		}}
	flags := c.Flags()
	flags.StringVar(&a.nameVI, "name-vi", "", "Vietnamese `NAME` of the agency; not needed for a known one")
	flags.StringVar(&a.nameEN, "name-en", "", "English `NAME` of the agency; not needed for a known one")
	flags.StringVar(&a.client.Name, "name", "", "`NAME` of the client (default: its id)")
	flags.StringSliceVar(&a.client.Scopes, "scope", nil, "`SCOPE` it may have, such as population:citizen-verify; repeatable")
	flags.StringArrayVar(&a.keyFiles, "key", nil, "`FILE` of a public key of it, PEM or JWK; repeatable")
	flags.StringVar(&a.client.JWKSURL, "jwks", "", "`URL` at which it publishes its keys, instead of --key")
	flags.StringSliceVar(&a.client.Certificates, "certificate", nil, "`THUMBPRINT` (SHA-256, base64url) of a certificate of it; repeatable")
	flags.BoolVar(&a.secret, "secret", false, "make a secret for it, for systems that can neither sign nor show a certificate; it is told once and kept as a hash")
	flags.Int64Var(&a.client.DailyQuota, "daily-quota", 0, "`CALLS` a day to all systems together, 0 for no bound")
	flags.BoolVar(&a.replace, "replace", false, "replace what is known of the client and the names of the agency; a suspension stays")
	return c
}

// record is the agency with the one client. The error joins every fault, also those that
// only show beside the agencies known already.
func (a *addition) record(known []auth.AgencyRecord) (auth.AgencyRecord, error) {
	var faults []error
	client := a.client
	client.Name = cmp.Or(client.Name, client.ID)
	for _, file := range a.keyFiles {
		key, err := os.ReadFile(file)
		if err != nil {
			faults = append(faults, fmt.Errorf("read key: %w", err))
			continue
		}
		client.Keys = append(client.Keys, string(key))
	}
	agency := auth.AgencyRecord{ID: client.Agency, NameVI: a.nameVI, NameEN: a.nameEN}
	others := slices.Clone(known)
	if at := slices.IndexFunc(known, func(k auth.AgencyRecord) bool { return k.ID == client.Agency || k.OldID == client.Agency }); at >= 0 {
		agency = known[at]
		others = slices.Delete(others, at, at+1)
		faults = append(faults, a.rename(&agency), a.displace(&agency))
	}
	client.Agency = agency.ID
	agency.Clients = append(slices.Clip(agency.Clients), client)
	faults = append(faults, faultsOfLast(append(others, agency))...)
	agency.Clients = []auth.ClientRecord{client}
	return agency, errors.Join(faults...)
}

// rename gives a known agency the names that were given.
func (a *addition) rename(agency *auth.AgencyRecord) error {
	vi, en := cmp.Or(a.nameVI, agency.NameVI), cmp.Or(a.nameEN, agency.NameEN)
	if (vi != agency.NameVI || en != agency.NameEN) && !a.replace {
		return fmt.Errorf("agency %s is known by another name; leave the names out, or give --replace to rename it", agency.ID)
	}
	agency.NameVI, agency.NameEN = vi, en
	return nil
}

// displace takes the client out of its agency if it is there.
func (a *addition) displace(agency *auth.AgencyRecord) error {
	others := slices.DeleteFunc(slices.Clone(agency.Clients), func(k auth.ClientRecord) bool { return k.ID == a.client.ID })
	known := len(others) < len(agency.Clients)
	agency.Clients = others
	if known && !a.replace {
		return errors.New("it is known already; --replace replaces it")
	}
	return nil
}

// faultsOfLast checks all records and tells faults of the last client of the last agency
// as such.
func faultsOfLast(all []auth.AgencyRecord) (faults []error) {
	last := len(all) - 1
	agency := fmt.Sprintf("agencies[%d].", last)
	client := fmt.Sprintf("%sclients[%d].", agency, len(all[last].Clients)-1)
	words := strings.NewReplacer(client, "client ", agency, "agency ")
	for _, fault := range auth.Check(all) {
		faults = append(faults, fmt.Errorf("%s: %s", words.Replace(fault.Where), fault.What))
	}
	return faults
}
