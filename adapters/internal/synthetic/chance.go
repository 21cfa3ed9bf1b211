package synthetic

import (
	"fmt"
	"math/bits"
)

// stream is a sequence of pseudo-random numbers: SplitMix64 (Steele, Lea, Flood,
// "Fast Splittable Pseudorandom Number Generators", 2014). It is written out here
// because a world must not change when the standard library does.
type stream struct{ state uint64 }

// newStream starts the sequence of one domain of a world.
func newStream(seed uint64, domain string) *stream {
	state := mix(seed)
	for _, b := range []byte(domain) {
		state = mix(state ^ uint64(b))
	}
	return &stream{state: state}
}

func (s *stream) next() uint64 {
	s.state += golden
	return mix(s.state)
}

const golden = 0x9e3779b97f4a7c15

func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// below returns a number from 0 to n-1.
func (s *stream) below(n int) int {
	high, _ := bits.Mul64(s.next(), uint64(n))
	return int(high)
}

// between returns a number from low to high, both included.
func (s *stream) between(low, high int) int { return low + s.below(high-low+1) }

// percent is true so many times in a hundred.
func (s *stream) percent(n int) bool { return s.below(100) < n }

// weighted returns an index, each as often as its weight says.
func (s *stream) weighted(weights ...int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := s.below(total)
	for i, w := range weights {
		if at < w {
			return i
		}
		at -= w
	}
	return len(weights) - 1
}

// one returns one element of a list.
func one[T any](s *stream, list []T) T { return list[s.below(len(list))] }

// scatter maps 0, 1, 2, … to different numbers below size that look unordered.
// Size must not be a multiple of the prime 7919.
func scatter(i, size int) int {
	return int((uint64(i)*7919 + uint64(size)/3) % uint64(size))
}

// unscatter is the way back.
func unscatter(n, size int) int {
	// The inverse of 7919 modulo size, by Euclid's algorithm.
	inverse, next, rest, divisor := 0, 1, size, 7919
	for divisor != 0 {
		q := rest / divisor
		inverse, next = next, inverse-q*next
		rest, divisor = divisor, rest-q*divisor
	}
	inverse = (inverse%size + size) % size
	return (n - size/3 + size) % size * inverse % size
}

// derive returns a number that belongs to one person and one purpose, for what
// need not be stored.
func (w *World) derive(person int, purpose string) *stream {
	s := newStream(w.seed, purpose)
	s.state = mix(s.state + uint64(person)*golden)
	return s
}

// uuid is a random one by its form.
func (s *stream) uuid() string {
	high, low := s.next(), s.next()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", high>>32, high>>16&0xffff, high&0xfff, low>>52, low&0xffff_ffff_ffff)
}
