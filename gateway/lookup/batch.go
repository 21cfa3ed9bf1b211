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
// other. While done is busy with an answer, no more is asked than the lanes hold.
// What has not begun when ctx ends is not asked, and done is told why.
func (s *Service) Batch(ctx context.Context, questions []*Question, done func(i int, answer Answer, err error)) {
	ctx, stop := context.WithCancel(ctx)
	type outcome struct {
		i      int
		answer Answer
		err    error
	}
	outcomes := make(chan outcome)
	defer func() { // where done panics, too: nobody may be left waiting
		stop()
		for range outcomes {
		}
	}()
	var all sync.WaitGroup
	for _, queue := range bySystem(questions) {
		for range min(lane, cap(queue)) {
			all.Go(func() {
				for i := range queue {
					answer, err := s.askPart(ctx, questions[i])
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
