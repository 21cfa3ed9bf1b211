// Package wire holds JSON values as national systems write them: a number that
// comes as text, a single object where a list was announced, "1" for true, dates
// in a dozen layouts. Adapters use its types in the national shapes they decode
// and read them through Values, which keeps the first fault and never quotes one.
//
// It owns how single values are spelt. What they mean is each adapter's business.
package wire
