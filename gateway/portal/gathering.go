package portal

import (
	"encoding/json"

	"github.com/lgsp-vn/lgsp/gateway/api"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

// gatheringProblems are those of a request that asks several questions; each part
// has problems of its own.
var gatheringProblems = []*problem.Kind{problem.InvalidRequest, problem.Unauthenticated, problem.NotPermitted, problem.MethodNotAllowed,
	problem.PayloadTooLarge, problem.UnsupportedMediaType, problem.Internal, problem.Overloaded}

// batch describes POST /v1/batch.
func (p *Portal) batch() object {
	responses := problems(gatheringProblems)
	responses["200"] = object{"description": "Một dòng cho mỗi câu hỏi, theo thứ tự có câu trả lời · a line for each item, as its answer comes",
		"headers": object{"X-Request-Id": ref("headers", "X-Request-Id")},
		"content": object{"application/x-ndjson": object{"schema": object{"allOf": []object{{"type": "object", "required": []string{"id"},
			"properties": object{"id": object{"type": "string"}}}, ref("schemas", "Part")}}}}}
	return object{"operationId": "batch", "tags": []string{busTag}, "summary": "Nhiều câu hỏi trong một lần gọi",
		"description": "Up to 100 questions in one call, answered in the order of completion. The headers hold for all of them.",
		"parameters":  questionHeaders(false), "requestBody": body(api.BatchSchema.JSONSchema(true), p.batchSample()), "responses": responses}
}

// batchSample asks the first lookup of every system.
func (p *Portal) batchSample() map[string]json.RawMessage {
	var batch api.Batch
	for _, s := range p.Catalog.Systems() {
		for op := range s.Lookups() {
			if sample := p.Samples[s.ID][op.ID]["ok"]; sample != nil {
				batch.Items = append(batch.Items, api.BatchItem{ID: s.ID, System: s.ID, Operation: op.ID, Input: sample})
				break
			}
		}
	}
	return sample(batch, len(batch.Items) > 0)
}

// procedure describes POST /v1/procedures/{code}.
func (p *Portal) procedure(procedure *policies.Procedure) object {
	responses := problems(gatheringProblems)
	responses["200"] = object{"description": "Kết quả từng bước, kể cả bước không có câu trả lời · what came of each step, also of those without an answer",
		"headers": object{"X-Request-Id": ref("headers", "X-Request-Id")}, "content": object{"application/json": object{"schema": ref("schemas", "Gathered")}}}
	input := object{"type": "object", "required": []string{"input"}, "additionalProperties": false,
		"properties": object{"input": lookup.ProcedureInput(procedure, p.Catalog.System).JSONSchema(true)}}
	return object{"operationId": "procedure-" + procedure.Code, "tags": []string{procedureTag}, "summary": procedure.Names.VI, "description": procedure.Names.EN,
		"parameters": questionHeaders(true), "requestBody": body(input, p.procedureSample(procedure)), "responses": responses}
}

// procedureSample gives each required input the value that the step taking it has in
// its own sample: with those, the procedure works. Optional ones are left out, because
// samples of several steps need not be about the same thing.
func (p *Portal) procedureSample(procedure *policies.Procedure) map[string]json.RawMessage {
	given := map[string]json.RawMessage{}
	for _, step := range procedure.Steps {
		var members map[string]json.RawMessage
		if text := p.Samples[step.System][step.Operation]["ok"]; text == nil || json.Unmarshal(text, &members) != nil {
			continue
		}
		for _, b := range step.With {
			if value := members[b.Member]; b.Ref != "" && !b.OfStep() && value != nil && given[b.Ref] == nil {
				given[b.Ref] = value
			}
		}
	}
	input := map[string]json.RawMessage{}
	for _, in := range procedure.Inputs {
		if in.Optional {
			continue
		}
		if input[in.Name] = given[in.Name]; given[in.Name] == nil {
			return nil
		}
	}
	return sample(map[string]any{"input": input}, len(input) > 0)
}

// sample is an example of one outcome, if there is any.
func sample(value any, any bool) map[string]json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil || !any {
		return nil
	}
	return map[string]json.RawMessage{"ok": text}
}

// partSchema is the answer to one of several questions.
func partSchema() object {
	text := object{"type": "string"}
	return object{"type": "object", "required": []string{"status", "headers", "body"}, "properties": object{
		"system": text, "operation": text, "status": object{"type": "integer"},
		"headers": object{"type": "object", "additionalProperties": text},
		"body":    object{"description": "Bản ghi, hoặc lỗi · the record, or a problem"}}}
}

// gatheredSchema is the answer of a procedure.
func gatheredSchema() object {
	text := object{"type": "string"}
	return object{"type": "object", "required": []string{"procedure", "complete", "results"}, "properties": object{
		"procedure": text,
		"complete":  object{"type": "boolean", "description": "Mọi bước được hỏi đều có câu trả lời · every step that was asked has its answer"},
		"results":   object{"type": "object", "additionalProperties": ref("schemas", "Part")},
		"notAsked": object{"type": "array", "description": "Bước không hỏi vì thiếu đầu vào tùy chọn · steps left out for want of an optional input",
			"items": object{"type": "object", "required": []string{"step", "input"}, "properties": object{"step": text, "input": text}}}}}
}

// procedureSchema is a procedure as it is listed.
func procedureSchema() object {
	text := object{"type": "string"}
	return object{"type": "object", "required": []string{"code", "names", "national", "input", "steps"}, "properties": object{
		"code": text, "names": both(), "national": object{"type": "array", "items": text, "description": "Mã thủ tục hành chính quốc gia · codes of the national register"},
		"input": object{"type": "object", "description": "JSON Schema 2020-12"},
		"steps": object{"type": "array", "items": object{"type": "object", "required": []string{"id", "system", "operation"},
			"properties": object{"id": text, "system": text, "operation": text}}}}}
}

// both is a text in the two languages of the bus.
func both() object {
	text := object{"type": "string"}
	return object{"type": "object", "required": []string{"vi", "en"}, "properties": object{"vi": text, "en": text}}
}
