package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/lgsp-vn/lgsp/adapters/places"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/agencyfile"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/server"
	"github.com/lgsp-vn/lgsp/gateway/store"
)

// agencyCommand works on the store of agencies, beside running gateways: they follow
// what it changes within a second.
func agencyCommand() *cobra.Command {
	group := &cobra.Command{Use: "agency", Short: "Agencies and their clients: list, import, add, suspend, resume", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	var output string
	list := &cobra.Command{Use: "list", Short: "All agencies and their clients", Args: noArguments, RunE: func(c *cobra.Command, _ []string) error {
		return withStore(func(s server.Managed) error { return printAgencies(c, s, output) })
	}}
	outputFlag(list, &output)
	group.AddCommand(list, importCommand(), addCommand(),
		suspensionCommand("suspend", "Refuse an agency or one client, with the tokens issued to it, until it is resumed", true),
		suspensionCommand("resume", "Lift the suspension of an agency or one client", false))
	return group
}

func importCommand() *cobra.Command {
	var communes bool
	c := &cobra.Command{Use: "import {FILE | --communes}", Short: "Add and replace agencies, all or none; suspensions stay",
		Args: func(c *cobra.Command, arguments []string) error {
			if len(arguments) > 1 || communes == (len(arguments) == 1) {
				return fmt.Errorf("%w: %s takes either one FILE or --communes (see %s --help)", errUsage, c.CommandPath(), c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, arguments []string) error {
			records := communeAgencies()
			if !communes {
				var err error
				if records, _, err = agencyfile.New(arguments[0]).Load(c.Context()); err != nil {
					return err
				}
			}
			return withStore(func(s server.Managed) error { return importAgencies(c.Context(), s, records) })
		}}
	c.Flags().BoolVar(&communes, "communes", false, "the 126 wards and communes of Hà Nội, under made-up ids and without clients")
	return c
}

func importAgencies(ctx context.Context, s server.Managed, records []auth.AgencyRecord) error {
	added, changed, err := s.ImportRecords(ctx, records)
	if err == nil {
		fmt.Printf("%d agencies added, %d changed, %d as they were\n", added, changed, len(records)-added-changed)
	}
	return err
}

// communeAgencies are the people's committees of the wards and communes. Their real ids
// are not published: these are the statistical office's codes behind an X, and each agency
// is marked as fictional.
func communeAgencies() []auth.AgencyRecord {
	english := map[places.Kind]string{places.Ward: "ward", places.Rural: "commune"}
	var records []auth.AgencyRecord
	for _, c := range places.Communes() {
		records = append(records, auth.AgencyRecord{ID: "H26.X" + c.Code, Fictional: true,
			NameVI: "Ủy ban nhân dân " + strings.ToLower(c.Kind.Prefix()) + " " + c.Name,
			NameEN: "People's committee of " + c.Name + " " + english[c.Kind]})
	}
	return records
}

func suspensionCommand(use, short string, suspended bool) *cobra.Command {
	var client string
	c := &cobra.Command{Use: use + " AGENCY", Short: short, Args: oneArgument("AGENCY"), RunE: func(c *cobra.Command, arguments []string) error {
		return withStore(func(s server.Managed) error {
			err := s.Suspend(c.Context(), arguments[0], client, suspended)
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("%w; gateway agency list shows who is known", err)
			}
			return err
		})
	}}
	c.Flags().StringVar(&client, "client", "", "only this `CLIENT` of it")
	return c
}

// withStore opens the store that running gateways use. Only a gateway makes one.
func withStore(use func(server.Managed) error) error {
	settings, err := config.Load("", true, os.Environ())
	if err != nil {
		return err
	}
	if file := server.StoreFile(settings); settings.DatabaseURL == "" {
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("open store: there is none at %s; set LGSP_DATA_DIR or LGSP_DATABASE_URL to that of the gateway", file)
		}
	}
	s, err := server.OpenStore(settings, slog.Default())
	if err != nil {
		return err
	}
	return errors.Join(use(s), s.Close())
}

func printAgencies(c *cobra.Command, s server.Managed, output string) error {
	agencies, _, err := s.Load(c.Context())
	if err != nil {
		return err
	}
	type row struct {
		Agency, Client, Name string
		Suspended, Fictional bool
		Scopes               []string
	}
	rows := []row{}
	for _, a := range agencies {
		if len(a.Clients) == 0 {
			rows = append(rows, row{Agency: a.ID, Name: a.NameVI, Suspended: a.Suspended, Fictional: a.Fictional})
		}
		for _, k := range a.Clients {
			rows = append(rows, row{a.ID, k.ID, a.NameVI, a.Suspended || k.Suspended, a.Fictional, k.Scopes})
		}
	}
	if output == "json" {
		return printJSON(rows)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "AGENCY\tCLIENT\tSTATE\tNAME\tSCOPES")
	for _, r := range rows {
		state := "active"
		if r.Suspended {
			state = "suspended"
		}
		if r.Fictional {
			state += ", fictional"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Agency, r.Client, state, r.Name, strings.Join(r.Scopes, " "))
	}
	return w.Flush()
}
