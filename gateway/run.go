package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/server"
)

func serveCommand() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "serve", Short: "Run in production: no sandbox, no demonstration agencies, every missing setting named", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			settings, err := config.Load(file, false, os.Environ())
			if err != nil {
				return err
			}
			return run(c.Context(), settings, func(s *server.Server) error {
				fmt.Println("agencies  " + s.Addresses.API + "  as " + s.Addresses.Public)
				fmt.Println("operators " + s.Addresses.Admin)
				return nil
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE` (YAML)")
	return c
}

func runEmbedded(ctx context.Context) error {
	settings, err := config.Load("", true, os.Environ())
	if err != nil {
		return err
	}
	return run(ctx, settings, welcome)
}

// run starts the server and ends it on SIGINT or SIGTERM; SIGHUP reloads.
func run(ctx context.Context, settings config.Config, started func(*server.Server) error) error {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)

	s, err := server.Start(settings, catalog.Systems(), os.Stderr)
	if err != nil {
		return err
	}
	if err := started(s); err != nil {
		return errors.Join(err, s.Close())
	}
	debug.FreeOSMemory() // what only the start needed
	for {
		select {
		case <-hangup:
			s.Reload()
		case err := <-s.Failed():
			return errors.Join(err, s.Close())
		case <-ctx.Done():
			return s.Close()
		}
	}
}

// welcome says where everything is, and one call that works as printed.
func welcome(s *server.Server) error {
	samples, err := server.FetchSamples(s.Addresses.Sandbox)
	if err != nil {
		return err
	}
	input, err := json.Marshal(samples["population"]["citizen-verify"]["ok"])
	if err != nil {
		return err
	}
	fmt.Printf(`LGSP runs on this machine, with simulated national systems and fictional people.

  agencies     %s   (reference: %s/docs)
  operators    %s/metrics
  sandbox      %s/_samples
  credentials  %s   (keys, agencies, headers with a fresh token)

Try a call:

  curl -sS -i -H @%s -H 'Content-Type: application/json' -d %s %s/v1/population/citizen-verify

`, s.Addresses.API, s.Addresses.API, s.Addresses.Admin, s.Addresses.Sandbox, shellQuote(s.DemoDir()),
		shellQuote(s.HeaderFile()), shellQuote(string(input)), s.Addresses.API)
	return nil
}

// shellQuote makes a word that a POSIX shell reads as it is.
func shellQuote(word string) string {
	plain := strings.IndexFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%", r)
	}) < 0
	if plain && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
