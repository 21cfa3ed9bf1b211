package lookup

import (
	"context"
	"sync"
)

// lane is how many questions of one batch are put to one system at once: enough
// that none of its answers is waited for in vain, few enough that one batch does
// not fill the places of a system.
const lane = 4

// Batch answers questions side by side, each as if it came alone. done is told of
// every answer as it comes, never of two at once; systems do not wait for each
// other. What has not begun when ctx ends is not asked, and done is told why.
func (s *Service) Batch(ctx context.Context, questions []*Question, done func(i int, answer Answer, err error)) {
	type outcome struct {
		i      int
		answer Answer
		err    error
	}
	outcomes := make(chan outcome)
	var all sync.WaitGroup
	for _, queue := range bySystem(questions) {
		for range min(lane, cap(queue)) {
			all.Go(func() {
				for i := range queue {
					if err := context.Cause(ctx); err != nil {
						outcomes <- outcome{i: i, err: err}
						continue
					}
					questions[i].Received = s.Now() // its turn has come
					answer, err := s.Ask(ctx, questions[i])
					outcomes <- outcome{i, answer, err}
				}
			})
		}
	}
	go func() {
		all.Wait()
		close(outcomes)
	}()
	for o := range outcomes {
		done(o.i, o.answer, o.err)
	}
}

// bySystem queues the questions of each system in their order.
func bySystem(questions []*Question) map[string]chan int {
	counts := map[string]int{}
	for _, q := range questions {
		counts[q.System]++
	}
	queues := make(map[string]chan int, len(counts))
	for i, q := range questions {
		if queues[q.System] == nil {
			queues[q.System] = make(chan int, counts[q.System])
		}
		queues[q.System] <- i
	}
	for _, queue := range queues {
		close(queue)
	}
	return queues
}
