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
	"slices"
	"sync/atomic"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5emb"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

//go:embed pages clients
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// Samples are inputs that work against the sandbox: system, operation, outcome.
type Samples map[string]map[string]map[string]json.RawMessage

// Portal serves the pages.
type Portal struct {
	Catalog   *catalog.Catalog
	Policies  interface{ Current() *policies.Set }
	PublicURL string
	Samples   Samples // examples of the description; none where there is no sandbox

	described atomic.Pointer[description]
}

// description is what was made of one set of policies.
type description struct {
	of   *policies.Set
	text []byte
}

// contentSecurity lets pages load only what this server serves. The reference
// page's library sets style attributes, which only 'unsafe-inline' styles allow.
const contentSecurity = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// Mount adds the portal's routes.
func (p *Portal) Mount(r gin.IRoutes) {
	r.GET("/openapi.json", func(c *gin.Context) {
		guard(c.Writer.Header())
		c.Data(http.StatusOK, "application/json", p.description())
	})
	r.GET("/", p.page("home.html", func(*gin.Context) (any, bool) { return p.Catalog.Systems(), true }))
	r.GET("/docs", p.page("docs.html", func(*gin.Context) (any, bool) { return p.simulated(), true }))
	r.GET("/docs/:file", p.asset)
	r.GET("/problems", p.page("problems.html", func(*gin.Context) (any, bool) { return problem.Kinds(), true }))
	r.GET("/problems/:code", p.page("problem.html", func(c *gin.Context) (any, bool) {
		i := slices.IndexFunc(problem.Kinds(), func(k *problem.Kind) bool { return k.Code == c.Param("code") })
		if i < 0 {
			return nil, false
		}
		return problem.Kinds()[i], true
	}))
}

// description is the OpenAPI text for the policies in force: purposes and
// procedures come from them. It is made anew when they change.
func (p *Portal) description() []byte {
	set := p.Policies.Current()
	if made := p.described.Load(); made != nil && made.of == set {
		return made.text
	}
	text, err := json.Marshal(p.describe(set))
	if err != nil {
		panic(err) // made of maps and strings only
	}
	p.described.Store(&description{set, text})
	return text
}

// simulated tells whether every system in force is the sandbox's: only then may
// the reference page send requests, so that nobody tries things out on a ministry.
func (p *Portal) simulated() bool {
	set := p.Policies.Current()
	for _, s := range p.Catalog.Systems() {
		route := set.System(s.ID)
		if route == nil || slices.ContainsFunc(route.Endpoints, func(e policies.Endpoint) bool { return !e.Sandbox() }) {
			return false
		}
	}
	return true
}

// guard keeps a browser from reading more into an answer than it is.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", contentSecurity)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// asset serves the pages' own files and the two of the library that they use.
func (p *Portal) asset(c *gin.Context) {
	name := c.Param("file")
	guard(c.Writer.Header())
	switch name {
	case "docs.js", "portal.css":
		http.ServeFileFS(c.Writer, c.Request, files, "pages/"+name)
	case "client.sh", "client.go", "client.java", "client.cs", "client.py":
		c.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
		http.ServeFileFS(c.Writer, c.Request, files, "clients/"+name)
	case "swagger-ui-bundle.js", "swagger-ui.css":
		library.ServeHTTP(c.Writer, c.Request)
	default:
		p.render(c, http.StatusNotFound, "missing.html", nil)
	}
}

// library holds the files of Swagger UI, embedded in its module.
var library = v5emb.New("", "", "/docs")

// page renders a template; found false is the 404 page.
func (p *Portal) page(name string, data func(*gin.Context) (value any, found bool)) gin.HandlerFunc {
	return func(c *gin.Context) {
		if value, found := data(c); found {
			p.render(c, http.StatusOK, name, value)
			return
		}
		p.render(c, http.StatusNotFound, "missing.html", nil)
	}
}

// render writes a page in the language that the browser prefers.
func (p *Portal) render(c *gin.Context, status int, page string, value any) {
	english := problem.English(c.GetHeader("Accept-Language"))
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, page, map[string]any{"English": english, "Data": value}); err != nil {
		panic(err) // templates and data are ours
	}
	h := c.Writer.Header()
	guard(h)
	h.Set("Vary", "Accept-Language")
	h.Set("Content-Language", "vi")
	if english {
		h.Set("Content-Language", "en")
	}
	c.Data(status, "text/html; charset=utf-8", out.Bytes())
}
