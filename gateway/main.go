// Command gateway is the service integration bus: one binary that runs the whole
// product on one machine, or one replica of several, and the tools around it.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// Requests live briefly and what lives long is small: collecting a third as
		// often costs some tens of MiB under load and saves a tenth of the work.
		debug.SetGCPercent(400)
	}
	os.Exit(execute(os.Args[1:]))
}

// errUsage marks a command line that cannot be understood: exit code 2.
var errUsage = errors.New("usage")

// execute runs one command line and returns its exit code: 0, 1 for failed, 2
// for a wrong command line.
func execute(arguments []string) int {
	root := newRoot()
	root.SetArgs(arguments)
	err := root.Execute()
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "gateway:", err)
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "gateway",
		Short: "Service integration bus between a city's agencies and the national systems",
		Long: "Without a command: the whole product on loopback, with embedded stores and the\n" +
			"sandbox of all national systems. Settings are LGSP_… environment variables.",
		Args:          noArguments,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, _ []string) error { return runEmbedded(c.Context()) },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w: %w (see %s --help)", errUsage, err, c.CommandPath())
	})
	root.AddCommand(serveCommand(), tourCommand(), sandboxCommand(), tokenCommand(), policyCommand(), certsCommand(), keysCommand(), agencyCommand())
	return root
}

// noArguments refuses words a command does not know, rather than ignoring them.
func noArguments(c *cobra.Command, arguments []string) error {
	if len(arguments) > 0 {
		return fmt.Errorf("%w: %s does not know %q (see %s --help)", errUsage, c.CommandPath(), arguments[0], c.CommandPath())
	}
	return nil
}
