package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/server"
	"github.com/lgsp-vn/lgsp/policies"
)

func sandboxCommand() *cobra.Command {
	var realistic bool
	c := &cobra.Command{
		Use: "sandbox", Short: "Run only the simulated national systems, with fault controls", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			settings, err := config.Load("", true, os.Environ())
			if err != nil {
				return err
			}
			return runSandbox(c.Context(), settings, realistic)
		},
	}
	c.Flags().BoolVar(&realistic, "realistic", false, "answer as slowly as the real systems do")
	return c
}

func runSandbox(ctx context.Context, settings config.Config, realistic bool) error {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", settings.SandboxListen)
	if err != nil {
		return fmt.Errorf("listen for the sandbox (LGSP_SANDBOX_LISTEN): %w", err)
	}
	handler := sandbox.New(sandbox.Options{Entries: catalog.Systems(), People: settings.SandboxPeople, Realistic: realistic, Now: time.Now})
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	fmt.Printf("simulated national systems: http://%s/_samples\n", listener.Addr())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return web.Close() // a hanging fault must not hold it
	}
}

func tokenCommand() *cobra.Command {
	var agency, scope string
	c := &cobra.Command{
		Use: "token", Short: "Print a token of a demonstration agency, got through the running gateway's token endpoint", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			settings, err := config.Load("", true, os.Environ())
			if err != nil {
				return err
			}
			addresses, err := server.ReadAddresses(settings.DataDir)
			if err != nil {
				return err
			}
			token, err := server.DemoToken(context.Background(), settings, addresses, agency, scope)
			if err != nil {
				return err
			}
			fmt.Println(token)
			return nil
		},
	}
	c.Flags().StringVar(&agency, "agency", "", "`ID` of the agency, such as "+server.DemoAgency)
	c.Flags().StringVar(&scope, "scope", "", "`SCOPE`, such as population:citizen-verify; all that the client may have if not given")
	c.PreRunE = func(*cobra.Command, []string) error {
		if agency == "" {
			return fmt.Errorf("%w: --agency must be given", errUsage)
		}
		return nil
	}
	return c
}

func policyCommand() *cobra.Command {
	group := &cobra.Command{Use: "policy", Short: "Policy files as code", Args: noArguments, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	group.AddCommand(&cobra.Command{
		Use: "validate [FOLDER]", Short: "Check a folder of policy files, or the shipped ones; needs no server",
		Args: func(c *cobra.Command, arguments []string) error {
			if len(arguments) > 1 {
				return noArguments(c, arguments[1:])
			}
			return nil
		},
		RunE: func(_ *cobra.Command, arguments []string) error { return validatePolicies(arguments) },
	})
	return group
}

// validatePolicies prints every fault with its place; warnings alone do not fail.
func validatePolicies(arguments []string) error {
	files := policies.Defaults()
	if len(arguments) == 1 {
		var err error
		if files, err = policies.ReadDir(arguments[0]); err != nil {
			return err
		}
	}
	set, faults := policies.Load(files, lookup.Vocabulary(catalog.Descriptions(catalog.Systems())))
	for _, f := range faults {
		fmt.Fprintln(os.Stderr, f)
	}
	if set == nil {
		return errors.New("the policies have faults and would not be activated")
	}
	fmt.Printf("valid: %d rules, access version %s, route version %s\n", len(set.Rules()), set.Version(), set.RouteVersion())
	return nil
}
