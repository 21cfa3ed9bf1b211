package portal

import (
	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

// object is a JSON object of the description.
type object = map[string]any

// describe makes the OpenAPI 3.1 description of everything an agency can call.
func (p *Portal) describe() object {
	paths := object{
		auth.TokenPath: object{"post": token()},
		"/v1/systems": object{"get": listing("listSystems", "Các hệ thống mà bên gọi được dùng", "The systems the caller may use",
			nil, object{"type": "object", "required": []string{"systems"}, "properties": object{"systems": object{"type": "array", "items": ref("schemas", "System")}}})},
		"/v1/systems/{system}": object{"get": listing("describeSystem", "Một hệ thống, kèm lược đồ vào và ra", "One system with its input and output schemas",
			[]object{pathParameter("system")}, ref("schemas", "System"))},
		"/healthz": object{"get": health("alive", "Tiến trình còn sống", "The process is alive")},
		"/readyz":  object{"get": health("ready", "Sẵn sàng trả lời, kèm trạng thái các thành phần", "Ready to answer, with the state of what it depends on")},
	}
	tags := []object{}
	for _, s := range p.Catalog.Systems() {
		tags = append(tags, object{"name": s.ID, "description": s.Names.VI + " · " + s.Names.EN})
		for op := range s.Lookups() {
			item := object{"post": p.operation(s, op, true)}
			if !op.Personal {
				item["get"] = p.operation(s, op, false)
			}
			paths["/v1/"+s.ID+"/"+op.ID] = item
		}
	}
	tags = append(tags, object{"name": busTag, "description": "Trục tích hợp · the bus itself"})
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "LGSP", "version": "1",
			"description": "Trục tích hợp dịch vụ: một địa chỉ, một mã truy cập, một mô hình lỗi cho mọi hệ thống quốc gia.\n\nOne address scheme, one token and one error model for all national systems."},
		"servers":    []object{{"url": p.PublicURL}},
		"tags":       tags,
		"paths":      paths,
		"components": p.components(),
		// Either will do: they are two ways to say where the same token comes from.
		"security": []object{{"bearer": []string{}}, {"oauth": []string{}}},
	}
}

// busTag groups what belongs to no national system.
const busTag = "lgsp"

// lookupProblems are those any lookup may answer with.
var lookupProblems = []*problem.Kind{problem.InvalidRequest, problem.Unauthenticated, problem.NotPermitted, problem.RecordNotFound,
	problem.PayloadTooLarge, problem.UnsupportedMediaType, problem.RateLimited, problem.Internal, problem.UpstreamMalformed,
	problem.UpstreamUnavailable, problem.UpstreamTimeout}

// operation describes one way to ask an operation.
func (p *Portal) operation(s *adapters.System, op *adapters.Operation, post bool) object {
	parameters := p.headers(op)
	id := s.ID + "-" + op.ID
	out := object{
		"tags": []string{s.ID}, "summary": op.Summary.VI, "description": op.Summary.EN,
		"x-personal": op.Personal, "x-assumed": s.Assumed || op.Assumed, "x-version": op.Version,
	}
	if post {
		out["operationId"] = id
		out["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": op.Input.JSONSchema(true)}}}
	} else {
		out["operationId"] = id + "-get"
		for _, f := range op.Input.Fields {
			parameters = append(parameters, object{"name": f.Name, "in": "query", "required": f.Required,
				"description": f.Title.VI + " · " + f.Title.EN, "schema": f.Schema.JSONSchema(true)})
		}
	}
	out["parameters"] = parameters
	responses := problems(lookupProblems)
	responses["200"] = object{"description": "Bản ghi, chỉ gồm các trường được cấp · the record, only the granted fields",
		"headers": answerHeaders(), "content": object{"application/json": object{"schema": op.Output.JSONSchema(false)}}}
	out["responses"] = responses
	return out
}

// headers are what every question carries beside its input.
func (p *Portal) headers(op *adapters.Operation) []object {
	purpose := header("LGSP-Purpose", true, "Mã mục đích theo danh mục · code of the purpose catalogue")
	for _, known := range p.Policies.Current().Purposes() {
		if known.Dossier == policies.DossierOptional {
			purpose["example"] = known.Code // works as it stands
			break
		}
	}
	official := header("LGSP-Official", op.Personal, "Tên mờ của cán bộ hỏi, không phải số định danh · opaque name of the asking official")
	official["example"] = "clerk-7"
	return []object{purpose, official,
		header("LGSP-Dossier", false, "Mã hồ sơ, khi mục đích cần · dossier code, where the purpose needs one")}
}
