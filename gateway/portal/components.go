package portal

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

// components are the parts that the operations share.
func (p *Portal) components(set *policies.Set) object {
	return object{
		"securitySchemes": object{
			"bearer": object{"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
				"description": "Dán mã truy cập lấy tại " + auth.TokenPath + " · paste an access token from " + auth.TokenPath},
			"oauth": object{"type": "oauth2",
				"description": "RFC 6749 client credentials, private_key_jwt (RFC 7523). Scopes: `<system>:<operation>`, `<system>:*`.",
				"flows":       object{"clientCredentials": object{"tokenUrl": p.PublicURL + auth.TokenPath, "scopes": p.scopes()}}}},
		"responses":  problemResponses(),
		"parameters": sharedParameters(set),
		"headers":    sharedHeaders(),
		"schemas": object{"Problem": problemSchema(), "System": systemSchema(), "Part": partSchema(), "Gathered": gatheredSchema(),
			"Procedure": procedureSchema()},
	}
}

// scopes names every scope that a lookup needs.
func (p *Portal) scopes() object {
	all := object{}
	for _, s := range p.Catalog.Systems() {
		all[s.ID+":*"] = s.Names.VI + " · " + s.Names.EN
		for op := range s.Lookups() {
			all[s.ID+":"+op.ID] = op.Summary.VI + " · " + op.Summary.EN
		}
	}
	return all
}

// sharedParameters are the headers of questions.
func sharedParameters(set *policies.Set) object {
	purpose := header("LGSP-Purpose", true, "Mã mục đích theo danh mục · code of the purpose catalogue")
	var codes []string
	for _, known := range set.Purposes() {
		codes = append(codes, known.Code)
		if purpose["example"] == nil && known.Dossier == policies.DossierOptional {
			purpose["example"] = known.Code // works as it stands
		}
	}
	purpose["schema"] = object{"type": "string", "examples": codes}
	official := func(required bool) object {
		h := header("LGSP-Official", required, "Tên mờ của cán bộ hỏi, không phải số định danh · opaque name of the asking official")
		h["schema"], h["example"] = object{"type": "string", "maxLength": 64}, "clerk-7"
		return h
	}
	return object{
		"purpose": purpose, "official": official(false), "officialRequired": official(true),
		"dossier":     header("LGSP-Dossier", false, "Mã hồ sơ, khi mục đích cần · dossier code, where the purpose needs one"),
		"fresh":       header("Cache-Control", false, "`no-cache`: cần câu trả lời mới · asks for a fresh answer"),
		"language":    header("Accept-Language", false, "Ngôn ngữ của lỗi: vi (mặc định), en · language of problems: vi (default), en"),
		"correlation": header("X-Request-Id", false, "Mã của bên gọi, trả lại trong X-Correlation-Id · the caller's own id, returned as X-Correlation-Id"),
	}
}

// problemResponses describe each status with every problem it may stand for.
func problemResponses() object {
	out := object{}
	for _, k := range problem.Kinds() {
		line := "`" + k.Code + "`: " + k.Title.VI + " · " + k.Title.EN
		if known, ok := out[responseName(k)].(object); ok {
			known["description"] = known["description"].(string) + "\n\n" + line
			continue
		}
		response := object{"description": line, "content": object{"application/problem+json": object{"schema": ref("schemas", "Problem")}}}
		headers := object{"X-Request-Id": ref("headers", "X-Request-Id")}
		switch k.Status {
		case 401:
			headers["WWW-Authenticate"] = responseHeader("Bearer")
		case 405:
			headers["Allow"] = responseHeader("Các phương thức được dùng · what is permitted")
		case 429, 503:
			headers["Retry-After"] = responseHeader("Số giây cần chờ · seconds to wait")
		}
		response["headers"] = headers
		out[responseName(k)] = response
	}
	return out
}

func responseName(k *problem.Kind) string { return "problem-" + strconv.Itoa(k.Status) }

// problems refers to the responses of kinds by their status.
func problems(kinds []*problem.Kind) object {
	out := object{}
	for _, k := range kinds {
		out[strconv.Itoa(k.Status)] = ref("responses", responseName(k))
	}
	return out
}

func problemSchema() object {
	text := object{"type": "string"}
	return object{"type": "object", "required": []string{"type", "title", "status", "instance", "code", "owner"},
		"properties": object{
			"type": object{"type": "string", "format": "uri"}, "title": text, "status": object{"type": "integer"}, "detail": text,
			"instance": object{"type": "string", "description": "Mã yêu cầu · request id"}, "code": text, "system": text,
			"owner":        object{"type": "string", "enum": []problem.Owner{problem.Caller, problem.Bus, problem.National}},
			"nationalCode": text, "until": object{"type": "string", "format": "date-time"},
			"errors": object{"type": "array", "items": object{"type": "object", "required": []string{"field", "message"},
				"properties": object{"field": text, "message": text}}},
		}}
}

// systemSchema describes one system as /v1/systems shows it.
func systemSchema() object {
	text, yes, number := object{"type": "string"}, object{"type": "boolean"}, object{"type": "number"}
	schema := object{"type": "object", "description": "JSON Schema 2020-12"}
	return object{"type": "object", "required": []string{"id", "names", "owner", "state", "breaker", "operations"}, "properties": object{
		"id": text, "names": both(), "owner": both(), "assumed": yes, "errorShare": number, "notice": both(), "until": object{"type": "string", "format": "date-time"},
		"state":     object{"type": "string", "enum": []string{"up", "degraded", "down", "maintenance"}},
		"breaker":   object{"type": "string", "enum": []string{"closed", "half-open", "open"}},
		"latencyMs": object{"type": "object", "properties": object{"p50": number, "p95": number}},
		"operations": object{"type": "array", "items": object{"type": "object", "required": []string{"id", "kind", "personal", "version", "fields"},
			"properties": object{"id": text, "kind": text, "personal": yes, "version": text, "assumed": yes, "summary": both(),
				"fields": object{"type": "array", "items": text}, "input": schema, "output": schema}}},
	}}
}

// token describes the token endpoint, which answers in the form of its RFC.
func token() object {
	text := object{"type": "string"}
	answer := object{"type": "object", "required": []string{"access_token", "token_type", "expires_in"}, "properties": object{
		"access_token": text, "token_type": text, "expires_in": object{"type": "integer"}, "scope": text}}
	return oauth("token", "Lấy mã truy cập", "Get an access token (RFC 6749). The client proves itself by private_key_jwt (RFC 7523), tls_client_auth (RFC 8705) or client_secret_basic, and by one of them only.",
		[]string{"grant_type"}, object{"grant_type": object{"type": "string", "const": "client_credentials"}, "scope": text},
		object{"description": "Mã truy cập · the token", "content": object{"application/json": object{"schema": answer}}})
}

// revoke describes the end of a token before its time.
func revoke() object {
	return oauth("revoke", "Thu hồi mã truy cập", "Revoke an access token of one's own (RFC 7009); the client proves itself as for a token.",
		[]string{"token"}, object{"token": object{"type": "string"}, "token_type_hint": object{"type": "string"}}, object{"description": "Đã thu hồi · revoked, or never good"})
}

// oauth describes an endpoint of the OAuth RFCs, with the parameters by which a
// client proves itself.
func oauth(id, vi, en string, required []string, parameters, answer object) object {
	text := object{"type": "string"}
	maps.Copy(parameters, object{"client_id": text, "client_assertion": text,
		"client_assertion_type": object{"type": "string", "const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}})
	form := object{"type": "object", "required": required, "properties": parameters}
	fault := object{"description": "RFC 6749, 5.2", "content": object{"application/json": object{"schema": object{"type": "object",
		"required": []string{"error"}, "properties": object{"error": text, "error_description": text}}}}}
	return object{"operationId": id, "tags": []string{busTag}, "summary": vi, "description": en,
		"security":    []object{},
		"requestBody": object{"required": true, "content": object{"application/x-www-form-urlencoded": object{"schema": form}}},
		"responses":   object{"200": answer, "400": fault, "401": fault, "429": fault, "503": fault}}
}

func listing(tag, id, vi, en string, parameters []object, schema object) object {
	responses := problems([]*problem.Kind{problem.Unauthenticated, problem.NotPermitted, problem.Internal, problem.Overloaded})
	responses["200"] = object{"description": vi + " · " + en, "content": object{"application/json": object{"schema": schema}}}
	out := object{"operationId": id, "tags": []string{tag}, "summary": vi, "description": en, "responses": responses}
	if len(parameters) > 0 {
		out["parameters"] = parameters
	}
	return out
}

func health(id, vi, en string) object {
	return object{"operationId": id, "tags": []string{busTag}, "summary": vi, "description": en, "security": []object{},
		"responses": object{"200": object{"description": vi + " · " + en}, "503": object{"description": "Không trả lời được · cannot answer"}}}
}

// public describes what anybody may read.
func public(id, vi, en string) object {
	return object{"operationId": id, "tags": []string{busTag}, "summary": vi, "description": en, "security": []object{},
		"responses": object{"200": object{"description": vi + " · " + en, "content": object{"application/json": object{"schema": object{"type": "object"}}}}}}
}

// sharedHeaders are what stands around a record.
func sharedHeaders() object {
	out := object{}
	for name, text := range map[string]string{
		"X-Request-Id":     "Mã yêu cầu của trục (ULID) · our request id",
		"X-Correlation-Id": "Mã của bên gọi, nếu có · the caller's own id, if it sent one",
		"Cache-Status":     "RFC 9211: lgsp; hit; ttl=540 · lgsp; fwd=miss; stored",
		"Age":              "Tuổi của câu trả lời được lưu, giây · age of a kept answer in seconds",
		"LGSP-As-Of":       "Thời điểm hệ thống quốc gia trả lời · time of the national answer",
		"LGSP-Policy":      "rule@version: quy tắc đã quyết định · the rule that decided",
		"LGSP-Receipt":     "Mục nhật ký kiểm toán · the audit entry",
		"RateLimit":        "Phần còn lại; tên có -day là hạn mức trong ngày · what is left; the name with -day is the quota of the day",
		"RateLimit-Policy": "Mức được cấp, dưới cùng tên · what is granted, under the same names",
	} {
		out[name] = responseHeader(text)
	}
	return out
}

func answerHeaders() object {
	out := object{}
	for name := range sharedHeaders() {
		out[name] = ref("headers", name)
	}
	return out
}

func responseHeader(text string) object {
	return object{"description": text, "schema": object{"type": "string"}}
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
