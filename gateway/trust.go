package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/config"
)

// certsCommand is the small certification authority.
func certsCommand() *cobra.Command {
	group := &cobra.Command{Use: "certs", Short: "A small certification authority, for development and small sites", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	var dir, output, name string
	group.PersistentFlags().StringVar(&dir, "dir", "", "`FOLDER` of the authority; pki in the data folder if not given")
	folder := func() (string, error) {
		if dir != "" {
			return dir, nil
		}
		settings, err := config.Load("", true, os.Environ())
		return filepath.Join(settings.DataDir, "pki"), err
	}
	authority := func() (*certs.Authority, error) {
		dir, err := folder()
		if err != nil {
			return nil, err
		}
		return certs.OpenAuthority(dir, time.Now)
	}

	initialise := &cobra.Command{Use: "init", Short: "Make the authority; one that is there is left alone", Args: noArguments, RunE: func(*cobra.Command, []string) error {
		dir, err := folder()
		if err != nil {
			return err
		}
		if _, err := certs.InitAuthority(dir, name, time.Now); err != nil {
			return err
		}
		fmt.Println(filepath.Join(dir, "ca.pem"))
		return nil
	}}
	initialise.Flags().StringVar(&name, "name", "LGSP development CA", "common `NAME` of the authority")

	request := certs.Request{}
	var days int
	var purpose string
	issue := &cobra.Command{Use: "issue NAME", Short: "Make a key and its certificate: NAME.key.pem and NAME.pem", Args: oneArgument("NAME"), RunE: func(_ *cobra.Command, arguments []string) error {
		a, err := authority()
		if err != nil {
			return err
		}
		request.Name, request.Purpose, request.Lifetime = arguments[0], certs.Purpose(purpose), time.Duration(days)*24*time.Hour
		cert, err := a.Issue(request)
		if err != nil {
			return err
		}
		fmt.Printf("%s until %s, thumbprint %s\n", request.Name, cert.NotAfter.Format(time.DateOnly), certs.Thumbprint(cert))
		return nil
	}}
	issue.Flags().StringVar(&purpose, "for", string(certs.ForClient), "`PURPOSE`: server or client")
	issue.Flags().StringSliceVar(&request.Hosts, "host", nil, "`HOST` name or address of a server; repeatable")
	issue.Flags().IntVar(&days, "days", 90, "how many `DAYS` it holds")

	renew := &cobra.Command{Use: "renew NAME", Short: "Replace a certificate and its key by new ones that say the same", Args: oneArgument("NAME"), RunE: func(_ *cobra.Command, arguments []string) error {
		a, err := authority()
		if err != nil {
			return err
		}
		cert, err := a.Renew(arguments[0])
		if err != nil {
			return err
		}
		fmt.Printf("%s until %s, thumbprint %s\n", arguments[0], cert.NotAfter.Format(time.DateOnly), certs.Thumbprint(cert))
		return nil
	}}

	list := &cobra.Command{Use: "list", Short: "What expires when", Args: noArguments, RunE: func(*cobra.Command, []string) error {
		dir, err := folder()
		if err != nil {
			return err
		}
		all, err := certs.List(dir)
		if err != nil {
			return err
		}
		return printCertificates(all, output)
	}}
	outputFlag(list, &output)
	group.AddCommand(initialise, issue, renew, list)
	return group
}

func printCertificates(all []certs.Listed, output string) error {
	if output == "json" {
		return printJSON(all)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tFOR\tHOSTS\tEXPIRES\tDAYS LEFT\tTHUMBPRINT")
	for _, c := range all {
		purpose := string(c.Purpose)
		if c.Authority {
			purpose = "authority"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", c.Name, purpose, strings.Join(c.Hosts, " "), c.NotAfter.Format(time.DateOnly), int(time.Until(c.NotAfter).Hours()/24), c.Thumbprint)
	}
	return w.Flush()
}

// keysCommand is the ceremony of key rotation over the folder of key sets; running
// gateways follow it within a second.
func keysCommand() *cobra.Command {
	group := &cobra.Command{Use: "keys", Short: "Key sets: token signing, cache encryption, subject hashes", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	var set, output string
	var version uint32
	var wait time.Duration
	open := func() (*certs.Keys, error) {
		settings, err := config.Load("", true, os.Environ())
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(settings.KeysDir); err != nil { // only a gateway makes key sets
			return nil, fmt.Errorf("open key sets: none lie in %s; set LGSP_KEYS_DIR or LGSP_DATA_DIR", settings.KeysDir)
		}
		return certs.OpenKeys(settings.KeysDir)
	}
	list := &cobra.Command{Use: "list", Short: "The versions of every set", Args: noArguments, RunE: func(*cobra.Command, []string) error {
		keys, err := open()
		if err != nil {
			return err
		}
		return printKeys(keys, output)
	}}
	outputFlag(list, &output)

	rotate := &cobra.Command{Use: "rotate", Short: "Announce a new key, wait until everybody knows it, and let it sign or encrypt", Args: noArguments, RunE: func(c *cobra.Command, _ []string) error {
		keys, err := open()
		if err != nil {
			return err
		}
		return rotate(c.Context(), keys, set, wait)
	}}
	rotate.Flags().StringVar(&set, "set", certs.SetSigning, "which `SET`: "+strings.Join(certs.Sets(), ", "))
	rotate.Flags().DurationVar(&wait, "wait", 65*time.Second, "how long readers of the published keys may keep what they know; 0s if the old key may be known to others")

	retire := &cobra.Command{Use: "retire", Short: "Move an old key out of its set; what it signed or encrypted ends", Args: noArguments, RunE: func(*cobra.Command, []string) error {
		keys, err := open()
		if err != nil {
			return err
		}
		return keys.Retire(set, version)
	}}
	retire.Flags().StringVar(&set, "set", certs.SetSigning, "which `SET`: "+strings.Join(certs.Sets(), ", "))
	retire.Flags().Uint32Var(&version, "version", 0, "`VERSION` of the key")
	group.AddCommand(list, rotate, retire)
	return group
}

// rotate announces and activates. If it is interrupted while it waits, the new key
// stays announced and the old one in use; running it again goes on with the next.
func rotate(ctx context.Context, keys *certs.Keys, set string, wait time.Duration) error {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	version, err := keys.Announce(set)
	if err != nil {
		return err
	}
	fmt.Printf("version %d of %s is announced; it will be used in %v\n", version, set, wait)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return fmt.Errorf("version %d of %s stays announced: %w", version, set, context.Cause(ctx))
	}
	if err := keys.Activate(set, version); err != nil {
		return err
	}
	fmt.Printf("version %d of %s is in use; what the old one signed holds until it ends (tokens: %v), then retire it\n", version, set, auth.TokenLifetime)
	return nil
}

func printKeys(keys *certs.Keys, output string) error {
	type row struct {
		Set string `json:"set"`
		certs.Version
	}
	var rows []row
	for _, set := range certs.Sets() {
		versions, err := keys.Versions(set)
		if err != nil {
			return err
		}
		for _, v := range versions {
			rows = append(rows, row{set, v})
		}
	}
	if output == "json" {
		return printJSON(rows)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SET\tVERSION\tSTATE")
	for _, r := range rows {
		state := "old: verifies and decrypts"
		switch {
		case r.Announced:
			state = "announced"
		case r.InUse:
			state = "in use"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", r.Set, r.Number, state)
	}
	return w.Flush()
}

func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// outputFlag adds --output, which every listing has.
func outputFlag(c *cobra.Command, output *string) {
	c.Flags().StringVar(output, "output", "table", "`FORM` of the result: table or json")
	c.PreRunE = func(*cobra.Command, []string) error {
		if *output != "table" && *output != "json" {
			return fmt.Errorf("%w: --output must be table or json", errUsage)
		}
		return nil
	}
}

// oneArgument wants exactly one word.
func oneArgument(name string) cobra.PositionalArgs {
	return func(c *cobra.Command, arguments []string) error {
		if len(arguments) != 1 {
			return fmt.Errorf("%w: %s takes one %s (see %s --help)", errUsage, c.CommandPath(), name, c.CommandPath())
		}
		return nil
	}
}
