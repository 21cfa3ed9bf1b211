package sharedcatalogues

import (
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// Simulate makes the store of the world's catalogues. It checks no credentials:
// it stands behind the national gateway, which does. Writing, which the real
// store offers to the owners of catalogues, is left out.
func Simulate(_ *synthetic.World, _ func() time.Time) simulator.Simulator {
	list := synthetic.Catalogues()
	byCode := make(map[string]synthetic.Catalogue, len(list))
	all := make([]wireCatalogue, 0, len(list))
	for _, c := range list {
		byCode[c.Code] = c
		all = append(all, wireCatalogue{c.Code, c.Name})
	}
	mux := http.NewServeMux()
	serve := func(path, operation string, answer func(r *http.Request) any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			simulator.Received(r, operation)
			simulator.JSON(w, answer(r))
		})
	}
	serve("/AllCategory", "catalogues", func(*http.Request) any { return all })
	serve("/Metadata/{code}", "structure", func(r *http.Request) any {
		properties := []wireProperty{}
		for _, p := range byCode[r.PathValue("code")].Properties {
			properties = append(properties, wireProperty{p.Code, p.Name, string(p.Type)})
		}
		return properties
	})
	serve("/Category/{code}", "entries", func(r *http.Request) any {
		c := byCode[r.PathValue("code")]
		records := []map[string]*string{}
		for i := range c.Rows {
			records = append(records, c.Record(i))
		}
		return records
	})
	known, unknown := question{Code: list[0].Code}, question{Code: "khongcodanhmucnay"}
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: map[string]simulator.Samples{
		"catalogues": {OK: nothing{}},
		"structure":  {OK: known, NotFound: unknown},
		"entries":    {OK: known, NotFound: unknown},
	}}
}
