package portal

import (
	"fmt"
	"strconv"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

// components are the parts that the operations share.
func (p *Portal) components() object {
	return object{
		"securitySchemes": object{
			"bearer": object{"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
				"description": "Dán mã truy cập lấy tại " + auth.TokenPath + " · paste an access token from " + auth.TokenPath},
			"oauth": object{"type": "oauth2",
				"description": "RFC 6749 client credentials, private_key_jwt (RFC 7523). Scopes: `<system>:<operation>`, `<system>:*`.",
				"flows":       object{"clientCredentials": object{"tokenUrl": p.PublicURL + auth.TokenPath, "scopes": object{}}}}},
		"responses": problemResponses(),
		"schemas":   object{"Problem": problemSchema(), "System": systemSchema()},
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
		switch k.Status {
		case 401:
			response["headers"] = object{"WWW-Authenticate": responseHeader("Bearer")}
		case 429, 503:
			response["headers"] = object{"Retry-After": responseHeader("Số giây cần chờ · seconds to wait")}
		}
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
	both := object{"type": "object", "required": []string{"vi", "en"}, "properties": object{"vi": text, "en": text}}
	schema := object{"type": "object", "description": "JSON Schema 2020-12"}
	return object{"type": "object", "required": []string{"id", "names", "owner", "state", "breaker", "operations"}, "properties": object{
		"id": text, "names": both, "owner": both, "assumed": yes, "errorShare": number, "notice": both, "until": object{"type": "string", "format": "date-time"},
		"state":     object{"type": "string", "enum": []string{"up", "degraded", "down", "maintenance"}},
		"breaker":   object{"type": "string", "enum": []string{"closed", "half-open", "open"}},
		"latencyMs": object{"type": "object", "properties": object{"p50": number, "p95": number}},
		"operations": object{"type": "array", "items": object{"type": "object", "required": []string{"id", "kind", "personal", "version", "fields"},
			"properties": object{"id": text, "kind": text, "personal": yes, "version": text, "assumed": yes, "summary": both,
				"fields": object{"type": "array", "items": text}, "input": schema, "output": schema}}},
	}}
}

// token describes the token endpoint, which answers in the form of its RFC.
func token() object {
	text := object{"type": "string"}
	form := object{"type": "object", "required": []string{"grant_type", "client_assertion_type", "client_assertion"}, "properties": object{
		"grant_type": object{"type": "string", "const": "client_credentials"}, "scope": text, "client_assertion": text,
		"client_assertion_type": object{"type": "string", "const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}}
	answer := object{"type": "object", "required": []string{"access_token", "token_type", "expires_in"}, "properties": object{
		"access_token": text, "token_type": text, "expires_in": object{"type": "integer"}, "scope": text}}
	fault := object{"description": "RFC 6749, 5.2", "content": object{"application/json": object{"schema": object{"type": "object",
		"required": []string{"error"}, "properties": object{"error": text, "error_description": text}}}}}
	return object{"operationId": "token", "tags": []string{busTag}, "summary": "Lấy mã truy cập", "description": "Get an access token (RFC 6749, RFC 7523)",
		"security":    []object{},
		"requestBody": object{"required": true, "content": object{"application/x-www-form-urlencoded": object{"schema": form}}},
		"responses": object{"400": fault, "401": fault,
			"200": object{"description": "Mã truy cập · the token", "content": object{"application/json": object{"schema": answer}}}}}
}

func listing(id, vi, en string, parameters []object, schema object) object {
	responses := problems([]*problem.Kind{problem.Unauthenticated, problem.NotPermitted, problem.Internal, problem.Overloaded})
	responses["200"] = object{"description": vi + " · " + en, "content": object{"application/json": object{"schema": schema}}}
	out := object{"operationId": id, "tags": []string{busTag}, "summary": vi, "description": en, "responses": responses}
	if len(parameters) > 0 {
		out["parameters"] = parameters
	}
	return out
}

func health(id, vi, en string) object {
	return object{"operationId": id, "tags": []string{busTag}, "summary": vi, "description": en, "security": []object{},
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
		out[name] = responseHeader(text)
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
