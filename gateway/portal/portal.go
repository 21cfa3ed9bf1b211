// Package portal is what people and programs read before they call: the OpenAPI
// description, the reference page made from it and the pages that explain each
// problem. All of it is derived from the descriptions that run.
package portal

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5emb"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// Portal serves the pages.
type Portal struct {
	Catalog   *catalog.Catalog
	Policies  interface{ Current() *policies.Set }
	PublicURL string
}

// contentSecurity lets pages load only what this server serves. The reference
// page's library sets style attributes, which only 'unsafe-inline' styles allow.
const contentSecurity = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// Mount adds the portal's routes.
func (p *Portal) Mount(r gin.IRoutes) {
	description, err := json.Marshal(p.describe())
	if err != nil {
		panic(err) // made of maps and strings only
	}
	r.GET("/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", description) })
	r.GET("/", p.page("home.html", func(*gin.Context) (any, bool) { return p.home(), true }))
	r.GET("/docs", p.page("docs.html", func(*gin.Context) (any, bool) { return nil, true }))
	r.GET("/docs/:file", p.asset)
	r.GET("/problems", p.page("problems.html", func(*gin.Context) (any, bool) { return problem.Kinds(), true }))
	r.GET("/problems/:code", p.page("problem.html", func(c *gin.Context) (any, bool) {
		for _, k := range problem.Kinds() {
			if k.Code == c.Param("code") {
				return k, true
			}
		}
		return nil, false
	}))
}

// asset serves the reference page's own files and those of its library.
func (p *Portal) asset(c *gin.Context) {
	own := map[string]string{"docs.js": "text/javascript; charset=utf-8", "portal.css": "text/css; charset=utf-8"}
	name := c.Param("file")
	if media, ok := own[name]; ok {
		text, err := files.ReadFile("pages/" + name)
		if err != nil {
			panic(err) // embedded
		}
		c.Data(http.StatusOK, media, text)
		return
	}
	library.ServeHTTP(c.Writer, c.Request)
}

// library holds the files of Swagger UI, embedded in its module.
var library = v5emb.New("", "", "/docs")

// page renders a template; found false is the 404 page.
func (p *Portal) page(name string, data func(*gin.Context) (value any, found bool)) gin.HandlerFunc {
	return func(c *gin.Context) {
		value, found := data(c)
		status, page := http.StatusOK, name
		if !found {
			status, page = http.StatusNotFound, "missing.html"
		}
		var out bytes.Buffer
		if err := pages.ExecuteTemplate(&out, page, map[string]any{"English": problem.English(c.GetHeader("Accept-Language")), "Data": value}); err != nil {
			panic(err) // templates and data are ours
		}
		c.Header("Content-Security-Policy", contentSecurity)
		c.Header("X-Content-Type-Options", "nosniff")
		c.Header("Referrer-Policy", "no-referrer")
		c.Data(status, "text/html; charset=utf-8", out.Bytes())
	}
}

// home lists where to go from the front page.
func (p *Portal) home() any {
	type row struct{ ID, VI, EN string }
	var rows []row
	for _, s := range p.Catalog.Systems() {
		rows = append(rows, row{s.ID, s.Names.VI, s.Names.EN})
	}
	return rows
}
