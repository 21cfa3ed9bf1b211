// Package lookup is the use case "answer a question": decide, check the form,
// limit, look into the cache, ask the national system, narrow the answer to what
// the deciding rule grants, and put the outcome into the audit before it leaves.
// It knows nothing of HTTP; package api calls it and writes what it returns.
package lookup
