package sandbox_test

import (
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/internal/conformance"
)

func TestEverySystemConforms(t *testing.T) {
	conformance.Run(t, catalog.Systems())
}
