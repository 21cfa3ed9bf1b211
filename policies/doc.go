// Package policies is the policy language and its engine: who may ask what for
// which purpose and which fields of the answer (access), and how each national
// system is reached (route).
//
// It turns files into an immutable [Set], or into a list of faults and no set
// at all. A set answers questions without touching anything outside itself:
// no clock, no network, no log. [Live] holds the set in force and replaces it
// in one step.
//
// It does not authenticate, count calls, cut records down or write the audit;
// the gateway's use cases ask it for one [Decision] a request and do these
// themselves. What systems, operations and fields exist comes in as a
// [Vocabulary], derived from the adapters' descriptions, so that this package
// imports none of them.
package policies
