// Package catalog holds the list of national systems and guards every call to
// them: maintenance, bulkhead, outbound rate, circuit breaker, timeout, bounded
// retries and the next endpoint of the route, in this order and once for all
// adapters. It is the only home of the circuit breaker library. It does not
// cache, decide who may ask or audit; package lookup does, and calls Ask.
package catalog
