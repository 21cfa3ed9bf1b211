package portal

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

// object is a JSON object of the description.
type object = map[string]any

// describe makes the OpenAPI 3.1 description of everything an agency can call.
func (p *Portal) describe(set *policies.Set) object {
	paths := object{
		auth.TokenPath:    object{"post": token()},
		auth.RevokePath:   object{"post": revoke()},
		auth.MetadataPath: object{"get": public("metadata", "Siêu dữ liệu của máy chủ cấp mã", "Metadata of the token service (RFC 8414)")},
		auth.KeysPath:     object{"get": public("keys", "Khóa công khai để kiểm tra mã", "Public keys that verify tokens (RFC 7517)")},
		"/v1/systems": object{"get": listing(busTag, "listSystems", "Các hệ thống mà bên gọi được dùng", "The systems the caller may use",
			nil, object{"type": "object", "required": []string{"systems"}, "properties": object{"systems": object{"type": "array", "items": ref("schemas", "System")}}})},
		"/v1/systems/{system}": object{"get": listing(busTag, "describeSystem", "Một hệ thống, kèm lược đồ vào và ra", "One system with its input and output schemas",
			[]object{pathParameter("system")}, ref("schemas", "System"))},
		"/v1/batch": object{"post": p.batch()},
		"/v1/procedures": object{"get": listing(procedureTag, "listProcedures", "Các thủ tục mà bên gọi được dùng", "The procedures the caller may use",
			nil, object{"type": "object", "required": []string{"procedures"}, "properties": object{"procedures": object{"type": "array", "items": ref("schemas", "Procedure")}}})},
		"/healthz": object{"get": health("alive", "Tiến trình còn sống", "The process is alive")},
		"/readyz":  object{"get": health("ready", "Sẵn sàng trả lời, kèm trạng thái các thành phần", "Ready to answer, with the state of what it depends on")},
	}
	for _, procedure := range set.Procedures() {
		paths["/v1/procedures/"+procedure.Code] = object{"post": p.procedure(procedure),
			"get": listing(procedureTag, "describe-"+procedure.Code, procedure.Names.VI+": mô tả", procedure.Names.EN+": description", nil, ref("schemas", "Procedure"))}
	}
	tags := []object{{"name": busTag, "description": "Trục tích hợp · the bus itself"}, {"name": procedureTag, "description": "Thủ tục hành chính · administrative procedures"}}
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
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "LGSP", "version": "1",
			"description": "Trục tích hợp dịch vụ: một địa chỉ, một mã truy cập, một mô hình lỗi cho mọi hệ thống quốc gia.\n\nOne address scheme, one token and one error model for all national systems."},
		"servers":    []object{{"url": p.PublicURL}},
		"tags":       tags,
		"paths":      paths,
		"components": p.components(set),
		"security":   security(nil),
	}
}

// busTag groups what belongs to no national system, procedureTag what joins several.
const (
	busTag       = "lgsp"
	procedureTag = "procedures"
)

// security says that a token is needed: pasted or fetched, two ways to say where
// the same token comes from. Scopes can only be named for the latter.
func security(scopes []string) []object {
	return []object{{"bearer": []string{}}, {"oauth": append([]string{}, scopes...)}}
}

// lookupProblems are those any lookup may answer with.
var lookupProblems = []*problem.Kind{problem.InvalidRequest, problem.Unauthenticated, problem.NotPermitted, problem.RecordNotFound,
	problem.MethodNotAllowed, problem.PayloadTooLarge, problem.UnsupportedMediaType, problem.RateLimited, problem.QuotaExhausted, problem.Internal, problem.UpstreamMalformed,
	problem.UpstreamUnavailable, problem.UpstreamTimeout}

// operation describes one way to ask an operation.
func (p *Portal) operation(s *adapters.System, op *adapters.Operation, post bool) object {
	parameters, samples := questionHeaders(op.Personal), p.Samples[s.ID][op.ID]
	id := s.ID + "-" + op.ID
	out := object{
		"tags": []string{s.ID}, "summary": op.Summary.VI, "description": op.Summary.EN, "security": security([]string{s.ID + ":" + op.ID}),
		"x-personal": op.Personal, "x-assumed": s.Assumed || op.Assumed, "x-version": op.Version,
	}
	if post {
		out["operationId"] = id
		out["requestBody"] = body(op.Input.JSONSchema(true), samples)
	} else {
		out["operationId"] = id + "-get"
		parameters = append(parameters, queryParameters(op, samples["ok"])...)
	}
	out["parameters"] = parameters
	responses := problems(lookupProblems)
	responses["200"] = object{"description": "Bản ghi, chỉ gồm các trường được cấp · the record, only the granted fields",
		"headers": answerHeaders(), "content": object{"application/json": object{"schema": op.Output.JSONSchema(false)}}}
	out["responses"] = responses
	return out
}

// queryParameters are the members of a question in an address, with those of the
// sample as examples.
func queryParameters(op *adapters.Operation, sample json.RawMessage) (parameters []object) {
	var example map[string]any
	if len(sample) > 0 && json.Unmarshal(sample, &example) != nil {
		example = nil
	}
	for _, f := range op.Input.Fields {
		parameter := object{"name": f.Name, "in": "query", "required": f.Required,
			"description": f.Title.VI + " · " + f.Title.EN, "schema": f.Schema.JSONSchema(true)}
		if value, ok := example[f.Name]; ok {
			parameter["example"] = value
		}
		parameters = append(parameters, parameter)
	}
	return parameters
}

// body describes a JSON request; samples become its examples.
func body(schema object, samples map[string]json.RawMessage) object {
	media := object{"schema": schema}
	if examples := examplesOf(samples); len(examples) > 0 {
		media["examples"] = examples
	}
	return object{"required": true, "content": object{"application/json": media}}
}

// outcomes say what a sample is an example of.
var outcomes = map[string]string{"ok": "có bản ghi · a record", "notFound": "không có bản ghi · no such record",
	"noMatch": "thông tin không khớp · details differ", "invalid": "không hợp lệ · not valid"}

// examplesOf are the samples that fit the schema; the invalid one would not.
func examplesOf(samples map[string]json.RawMessage) object {
	examples := object{}
	for _, outcome := range slices.Sorted(maps.Keys(samples)) {
		if outcome != "invalid" && outcomes[outcome] != "" {
			examples[outcome] = object{"summary": outcomes[outcome], "value": samples[outcome]}
		}
	}
	return examples
}

// questionHeaders are what every question carries beside its input.
func questionHeaders(personal bool) []object {
	official := "official"
	if personal {
		official = "officialRequired"
	}
	var all []object
	for _, name := range []string{"purpose", official, "dossier", "fresh", "language", "correlation"} {
		all = append(all, ref("parameters", name))
	}
	return all
}
