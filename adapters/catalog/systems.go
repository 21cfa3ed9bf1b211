package catalog

import (
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/budgetunits"
	"github.com/lgsp-vn/lgsp/adapters/businessregistration"
	"github.com/lgsp-vn/lgsp/adapters/civilservants"
	"github.com/lgsp-vn/lgsp/adapters/civilstatus"
	"github.com/lgsp-vn/lgsp/adapters/criminalrecord"
	"github.com/lgsp-vn/lgsp/adapters/drivinglicence"
	"github.com/lgsp-vn/lgsp/adapters/eid"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/land"
	"github.com/lgsp-vn/lgsp/adapters/legaldocuments"
	"github.com/lgsp-vn/lgsp/adapters/population"
	"github.com/lgsp-vn/lgsp/adapters/postal"
	"github.com/lgsp-vn/lgsp/adapters/sharedcatalogues"
	"github.com/lgsp-vn/lgsp/adapters/socialassistance"
	"github.com/lgsp-vn/lgsp/adapters/socialinsurance"
)

// Entry is one national system of the bus: how it is spoken to and how it is
// simulated.
type Entry struct {
	System   adapters.System
	Simulate func(w *synthetic.World, now func() time.Time) simulator.Simulator
}

// Systems is the list of national systems. A further system is one folder under
// adapters and one line here; everything else follows from its description.
func Systems() []Entry {
	return []Entry{
		{population.System(), population.Simulate},
		{businessregistration.System(), businessregistration.Simulate},
		{socialinsurance.System(), socialinsurance.Simulate},
		{civilstatus.System(), civilstatus.Simulate},
		{criminalrecord.System(), criminalrecord.Simulate},
		{land.System(), land.Simulate},
		{civilservants.System(), civilservants.Simulate},
		{legaldocuments.System(), legaldocuments.Simulate},
		{budgetunits.System(), budgetunits.Simulate},
		{sharedcatalogues.System(), sharedcatalogues.Simulate},
		{drivinglicence.System(), drivinglicence.Simulate},
		{socialassistance.System(), socialassistance.Simulate},
		{postal.System(), postal.Simulate},
		{eid.System(), eid.Simulate},
	}
}

// Descriptions are what the entries say of their systems.
func Descriptions(entries []Entry) []*adapters.System {
	all := make([]*adapters.System, len(entries))
	for i := range entries {
		all[i] = &entries[i].System
	}
	return all
}
