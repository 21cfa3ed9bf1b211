package certs

import (
	"context"
	"time"
)

// Watch calls reload at every interval until ctx ends. Contents are compared,
// not times, by what it calls, so files may arrive by rename, link or mount.
// It reports an outcome only when it differs from the one before: a fault when
// it appears or changes, nil when it is gone.
func Watch(ctx context.Context, every time.Duration, reload func() error, report func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := reload()
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != last {
			report(err)
		}
		last = text
	}
}
