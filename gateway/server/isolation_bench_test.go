package server

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/config"
)

// BenchmarkNeighbourOfAHangingSystem compares business-registration at a fixed
// rate before and while land hangs under many impatient callers. It reports both
// 99th percentiles and, as ratio, the median of the rounds: run it with
// -benchtime 7x and read the ratio.
func BenchmarkNeighbourOfAHangingSystem(b *testing.B) {
	w := startServer(b, func(c *config.Config) { c.AgencyRate = 10_000_000 })
	var before, during, ratios []time.Duration
	for range b.N {
		calm := w.percentile99()
		w.fault("land", `{"mode":"hang"}`)
		stop := w.crowd("land", "certificate-lookup", 128)
		hung := w.percentile99()
		stop()
		w.control(http.MethodDelete, "/_faults/land", "")
		before, during = append(before, calm), append(during, hung)
		ratios = append(ratios, hung*1000/calm)
	}
	b.ReportMetric(float64(median(before).Microseconds()), "p99-before-µs")
	b.ReportMetric(float64(median(during).Microseconds()), "p99-during-µs")
	b.ReportMetric(float64(median(ratios))/1000, "ratio")
	b.ReportMetric(0, "ns/op")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// percentile99 asks business-registration, nothing kept, 500 times a second for
// three seconds, whatever the answers take.
func (w *world) percentile99() time.Duration {
	q := question{system: "business-registration", operation: "dossier-status"}
	const calls, every = 1500, 2 * time.Millisecond
	took := make([]time.Duration, calls)
	var all sync.WaitGroup
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := range calls {
		<-tick.C
		req := w.request(q)
		all.Go(func() {
			started := time.Now()
			resp, err := w.client.Do(req)
			if err != nil || resp.StatusCode != http.StatusOK {
				w.t.Errorf("business-registration: %v %v", resp, err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			took[i] = time.Since(started)
		})
	}
	all.Wait()
	slices.Sort(took)
	return took[calls*99/100]
}

// crowd keeps callers at an operation until stopped; one that is turned away
// comes back after the pause it was told.
func (w *world) crowd(system, operation string, callers int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for ctx.Err() == nil {
				req := w.request(question{system: system, operation: operation}).WithContext(ctx)
				resp, err := w.client.Do(req)
				if err != nil {
					return // stopped
				}
				if resp.Body.Close(); strings.HasPrefix(resp.Status, "503") {
					select {
					case <-time.After(time.Second):
					case <-ctx.Done():
					}
				}
			}
		})
	}
	return func() {
		cancel()
		all.Wait()
	}
}
