package limits

import (
	"hash/maphash"
	"sync"
	"time"
)

// People bound how many different people may be asked about in a day; 0 is no bound.
type People struct{ Official, Client int64 }

// Asked is a question about a person: who asks, and of whom. Subject is a keyed hash; nothing here keeps even that.
type Asked struct{ Agency, Client, Official, Subject string }

// Bounds of what is remembered in this process. Who names more officials than that, real or made up, has the rest of them
// counted as one; a person there is no room for is counted again with every question.
const (
	maxOfficials = 10_000 // of one client
	maxKnown     = 4 << 20
)

// Person counts the person for the official and for the client, or says whose bound is met. Asking about the same person
// again is free all day. Officials are those of their client: two systems may call two people the same.
func (d *Daily) Person(q Asked, most People, now time.Time) Bound {
	t := d.on(now)
	if t.known.has(d.about(q)) {
		return Unbound
	}
	bound := d.newPerson(t, q, most, now)
	if bound != Unbound {
		d.refused[bound].Add(1)
	}
	return bound
}

// about is under what a person is known to an official, or to a client where no official is named. Within one process
// 64 bits under a seed of its own do not meet.
func (d *Daily) about(q Asked) uint64 { return maphash.Comparable(d.seed, q) }

// newPerson counts a person whom this official has not asked about in this process.
func (d *Daily) newPerson(t *day, q Asked, most People, now time.Time) Bound {
	c := crowd{day: t, seed: d.seed, most: most}
	c.find(q)
	if d.shared.usable() {
		refused, officials, clients, err := d.shared.askPeople(t, &c, now)
		if err == nil {
			return c.settle(refused, officials, clients)
		}
	}
	return c.count()
}

// crowd is one new person and those who ask.
type crowd struct {
	*day
	seed             maphash.Seed
	most             People
	official, client Asked  // about the person
	byOfficial       uint64 // names of their counts
	byClient         uint64
	officials        int64 // people counted for the official, as far as this process knows
	clients          int64
}

// find looks up the counts, and the official under which the question counts.
func (c *crowd) find(q Asked) {
	c.official, c.client = q, q
	c.client.Official = ""
	client := Asked{Agency: q.Agency, Client: q.Client}
	official := Asked{Agency: q.Agency, Client: q.Client, Official: q.Official}
	c.byClient, c.byOfficial = maphash.Comparable(c.seed, client), maphash.Comparable(c.seed, official)
	client.Subject = "officials" // no hash reads like that
	named := maphash.Comparable(c.seed, client)

	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.counts[c.byOfficial]; !there {
		if c.counts[named] >= maxOfficials {
			c.official.Official = "all others" // no official has a space in the name
			official.Official = c.official.Official
			c.byOfficial = maphash.Comparable(c.seed, official)
		} else {
			c.counts[named]++
			c.counts[c.byOfficial] = 0
		}
	}
	c.officials, c.clients = c.counts[c.byOfficial], c.counts[c.byClient]
}

// count decides within this process.
func (c *crowd) count() Bound {
	c.mu.Lock()
	defer c.mu.Unlock()
	ofOfficial, ofClient := maphash.Comparable(c.seed, c.official), maphash.Comparable(c.seed, c.client)
	if c.known.has(ofOfficial) {
		return Unbound
	}
	isNew := !c.known.has(ofClient)
	switch {
	case c.most.Official > 0 && c.counts[c.byOfficial] >= c.most.Official:
		return PeopleOfOfficial
	case isNew && c.most.Client > 0 && c.counts[c.byClient] >= c.most.Client:
		return PeopleOfClient
	}
	officials, clients := c.counts[c.byOfficial]+1, c.counts[c.byClient]
	if isNew {
		clients++
	}
	c.learn(officials, clients)
	c.remember()
	return Unbound
}

// settle takes over what Redis decided.
func (c *crowd) settle(refused Bound, officials, clients int64) Bound {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.learn(officials, clients)
	if refused == Unbound {
		c.remember()
	}
	return refused
}

// learn takes over counts, which only ever grow.
func (c *crowd) learn(officials, clients int64) {
	c.counts[c.byOfficial] = max(c.counts[c.byOfficial], officials)
	c.counts[c.byClient] = max(c.counts[c.byClient], clients)
	c.busiest[PeopleOfOfficial].note(officials, c.most.Official)
	c.busiest[PeopleOfClient].note(clients, c.most.Client)
}

// remember makes the person one who is known, to the official and to the client.
func (c *crowd) remember() {
	c.known.add(maphash.Comparable(c.seed, c.official))
	c.known.add(maphash.Comparable(c.seed, c.client))
}

// set holds hashes.
type set struct {
	shards [shardCount]struct {
		mu sync.RWMutex
		in map[uint64]struct{}
	}
}

func (s *set) has(hash uint64) bool {
	shard := &s.shards[hash%shardCount]
	shard.mu.RLock()
	_, in := shard.in[hash]
	shard.mu.RUnlock()
	return in
}

func (s *set) add(hash uint64) {
	shard := &s.shards[hash%shardCount]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if shard.in == nil {
		shard.in = make(map[uint64]struct{})
	}
	if len(shard.in) < maxKnown/shardCount {
		shard.in[hash] = struct{}{}
	}
}
