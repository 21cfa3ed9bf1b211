// Package wire holds JSON values as national systems write them: a number that
// comes as text, a single object where a list was announced, "1" for true, dates
// in a dozen layouts. Adapters use its types in the national shapes they decode
// and read them through Values, which keeps the first fault and never quotes one. Where
// a system refuses in words, Phrases look for them.
//
// It owns how single values are spelt and how words are looked for. What they mean is
// each adapter's business.
package wire
