package portal

import (
	"fmt"
	"strconv"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

// object is a JSON object of the description.
type object = map[string]any

// describe makes the OpenAPI 3.1 description of everything an agency can call.
func (p *Portal) describe() object {
	paths := object{
		"/v1/systems":          object{"get": p.listing("listSystems", "Các hệ thống mà bên gọi được dùng", "The systems the caller may use", nil)},
		"/v1/systems/{system}": object{"get": p.listing("describeSystem", "Một hệ thống, kèm lược đồ vào và ra", "One system with its input and output schemas", []object{pathParameter("system")})},
		"/healthz":             object{"get": health("alive", "Tiến trình còn sống", "The process is alive")},
		"/readyz":              object{"get": health("ready", "Sẵn sàng trả lời, kèm trạng thái các thành phần", "Ready to answer, with the state of what it depends on")},
	}
	tags := []object{}
	for _, s := range p.Catalog.Systems() {
		tags = append(tags, object{"name": s.ID, "description": s.Names.VI + " · " + s.Names.EN})
		for i := range s.Operations {
			op := &s.Operations[i]
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
		"components": p.components(),
		"security":   []object{{"oauth": []string{}}},
	}
}

func (p *Portal) components() object {
	responses := object{}
	for _, k := range problem.Kinds() {
		responses[k.Code] = object{"description": k.Title.VI + " · " + k.Title.EN,
			"content": object{"application/problem+json": object{"schema": ref("schemas", "Problem")}}}
	}
	text := object{"type": "string"}
	return object{
		"securitySchemes": object{"oauth": object{"type": "oauth2",
			"description": "RFC 6749 client credentials, private_key_jwt (RFC 7523). Scopes: <system>:<operation>, <system>:*.",
			"flows":       object{"clientCredentials": object{"tokenUrl": p.PublicURL + auth.TokenPath, "scopes": object{}}}}},
		"responses": responses,
		"schemas": object{"Problem": object{"type": "object", "required": []string{"type", "title", "status", "instance", "code", "owner"},
			"properties": object{
				"type": object{"type": "string", "format": "uri"}, "title": text, "status": object{"type": "integer"}, "detail": text,
				"instance": object{"type": "string", "description": "Mã yêu cầu · request id"}, "code": text, "system": text,
				"owner":        object{"type": "string", "enum": []problem.Owner{problem.Caller, problem.Bus, problem.National}},
				"nationalCode": text, "until": object{"type": "string", "format": "date-time"},
				"errors": object{"type": "array", "items": object{"type": "object", "required": []string{"field", "message"},
					"properties": object{"field": text, "message": text}}},
			}}},
	}
}

// lookupProblems are those any lookup may answer with.
var lookupProblems = []*problem.Kind{problem.InvalidRequest, problem.Unauthenticated, problem.NotPermitted, problem.RecordNotFound, problem.PayloadTooLarge,
	problem.UnsupportedMediaType, problem.RateLimited, problem.Internal, problem.UpstreamMalformed, problem.UpstreamUnavailable, problem.UpstreamTimeout}

// operation describes one way to ask an operation.
func (p *Portal) operation(s *adapters.System, op *adapters.Operation, post bool) object {
	parameters := []object{
		header("LGSP-Purpose", true, "Mã mục đích theo danh mục · code of the purpose catalogue"),
		header("LGSP-Official", op.Personal, "Tên mờ của cán bộ hỏi, không phải số định danh · opaque name of the asking official"),
		header("LGSP-Dossier", false, "Mã hồ sơ, khi mục đích cần · dossier code, where the purpose needs one"),
	}
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

// problems groups kinds by status: several may share one.
func problems(kinds []*problem.Kind) object {
	out := object{}
	for _, k := range kinds {
		status := strconv.Itoa(k.Status)
		if _, taken := out[status]; !taken {
			out[status] = ref("responses", k.Code)
		}
	}
	return out
}

func (p *Portal) listing(id, vi, en string, parameters []object) object {
	if parameters == nil {
		parameters = []object{}
	}
	responses := problems([]*problem.Kind{problem.Unauthenticated, problem.NotPermitted, problem.Internal})
	responses["200"] = object{"description": vi + " · " + en, "content": object{"application/json": object{"schema": object{"type": "object"}}}}
	return object{"operationId": id, "summary": vi, "description": en, "parameters": parameters, "responses": responses}
}

func health(id, vi, en string) object {
	return object{"operationId": id, "summary": vi, "description": en, "security": []object{},
		"responses": object{"200": object{"description": vi + " · " + en}, "503": object{"description": "Không trả lời được · cannot answer"}}}
}

func answerHeaders() object {
	out := object{}
	for name, text := range map[string]string{
		"X-Request-Id":     "Mã yêu cầu của trục (ULID) · our request id",
		"Cache-Status":     "RFC 9211: lgsp; hit; ttl=540 · lgsp; fwd=miss; stored",
		"LGSP-As-Of":       "Thời điểm hệ thống quốc gia trả lời · time of the national answer",
		"LGSP-Policy":      "rule@version: quy tắc đã quyết định · the rule that decided",
		"LGSP-Receipt":     "Mục nhật ký kiểm toán · the audit entry",
		"RateLimit":        "Phần còn lại · what is left",
		"RateLimit-Policy": "Mức được cấp · what is granted",
	} {
		out[name] = object{"description": text, "schema": object{"type": "string"}}
	}
	return out
}

func header(name string, required bool, text string) object {
	return object{"name": name, "in": "header", "required": required, "description": text, "schema": object{"type": "string"}}
}

func pathParameter(name string) object {
	return object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}}
}

func ref(section, name string) object {
	return object{"$ref": fmt.Sprintf("#/components/%s/%s", section, name)}
}
