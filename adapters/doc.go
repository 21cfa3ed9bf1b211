// Package adapters is the contract between the bus and the national systems.
//
// A System is a value: its names, its secrets and its operations. An Operation
// is a value too: typed input and output in one vocabulary and one function
// that translates a question into the system's own protocol and its answer
// back. Everything else about a system (schemas, validation, the terms of
// policies, documentation, the sandbox's samples, the conformance suite) is
// derived from these values, so nothing about a system is written twice.
//
// An adapter translates and classifies. It does not decide, cache, retry, log
// or read the environment: adapters/catalog puts those around all of them.
package adapters
