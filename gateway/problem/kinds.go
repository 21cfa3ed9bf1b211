package problem

import (
	"net/http"

	"github.com/lgsp-vn/lgsp/adapters"
)

// kind keeps the table below readable: one row, two languages.
func kind(code string, status int, owner Owner, vi, en, helpVI, helpEN string) *Kind {
	return &Kind{Code: code, Status: status, Owner: owner, Title: adapters.Text{VI: vi, EN: en}, Help: adapters.Text{VI: helpVI, EN: helpEN}}
}

// The problems of the bus. Their codes and statuses are a published contract.
var (
	InvalidRequest = kind("invalid-request", http.StatusBadRequest, Caller,
		"Yêu cầu không hợp lệ", "The request is not valid",
		"Mỗi mục trong errors nêu tên trường và quy tắc bị vi phạm. Hãy sửa tất cả rồi gửi lại.",
		"Each entry of errors names a member and the rule it breaks. Correct all of them and send again.")
	Unauthenticated = kind("unauthenticated", http.StatusUnauthorized, Caller,
		"Chưa xác thực", "Not authenticated",
		"Yêu cầu không có mã truy cập, hoặc mã đã hết hạn, bị thu hồi, không hợp lệ, hoặc cơ quan hay hệ thống gọi đang bị tạm ngưng. Hãy lấy mã mới tại /oauth2/token.",
		"There is no access token, or it has expired, was revoked, is not valid, or its agency or client is suspended. Get a new one at /oauth2/token.")
	NotPermitted = kind("not-permitted", http.StatusForbidden, Caller,
		"Không được phép", "Not permitted",
		"Không có quy tắc nào cho phép, hoặc phạm vi, mục đích, hồ sơ hay điều kiện không phù hợp. Hãy xem chi tiết, hoặc đề nghị đơn vị quản trị cấp quyền.",
		"No policy grants this, or the scope, purpose, dossier or a condition does not fit. See the detail, or ask the administrators for a grant.")
	UnknownOperation = kind("unknown-operation", http.StatusNotFound, Caller,
		"Không có thao tác này", "No such operation",
		"Hệ thống này không có thao tác được gọi. Danh sách thao tác có tại /v1/systems.",
		"The system has no such operation. /v1/systems lists what there is.")
	NotFound = kind("not-found", http.StatusNotFound, Caller,
		"Không tìm thấy", "Not found",
		"Địa chỉ hoặc đối tượng không tồn tại. Các địa chỉ được mô tả tại /openapi.json.",
		"There is nothing at this address. /openapi.json describes the addresses.")
	RecordNotFound = kind("record-not-found", http.StatusNotFound, Caller,
		"Không có bản ghi", "No such record",
		"Hệ thống quốc gia trả lời rằng không có bản ghi nào khớp. Hãy kiểm tra lại dữ liệu đầu vào với giấy tờ gốc.",
		"The national system answered that it has no such record. Check the input against the papers.")
	NoMatch = kind("no-match", http.StatusNotFound, Caller,
		"Thông tin không khớp", "The details do not match",
		"Hệ thống quốc gia có bản ghi nhưng thông tin kèm theo khác. Hãy kiểm tra lại dữ liệu đầu vào.",
		"The national system has the record but the details differ. Check the input.")
	MethodNotAllowed = kind("method-not-allowed", http.StatusMethodNotAllowed, Caller,
		"Phương thức không được phép", "Method not allowed",
		"Thao tác về dữ liệu cá nhân chỉ nhận POST, vì định danh không được nằm trong địa chỉ. Header Allow nêu các phương thức được dùng.",
		"Operations on personal data take POST only, because identifiers never travel in an address. The Allow header names what is permitted.")
	PayloadTooLarge = kind("payload-too-large", http.StatusRequestEntityTooLarge, Caller,
		"Nội dung quá lớn", "The body is too large",
		"Nội dung vượt giới hạn của thao tác. Hãy gửi nội dung nhỏ hơn.",
		"The body exceeds the operation's bound. Send a smaller one.")
	UnsupportedMediaType = kind("unsupported-media-type", http.StatusUnsupportedMediaType, Caller,
		"Kiểu nội dung không được hỗ trợ", "Unsupported media type",
		"Hãy gửi Content-Type: application/json.",
		"Send Content-Type: application/json.")
	DependencyFailed = kind("dependency-failed", http.StatusFailedDependency, Caller,
		"Bước này chưa được hỏi", "This step was not asked",
		"Một bước của thủ tục cần câu trả lời của bước khác mà câu trả lời đó không có hoặc thiếu thông tin. Hãy xem kết quả của bước được nêu; owner là bên phải xử lý bước đó.",
		"A step of a procedure needs the answer of another step, which is not there or lacks what is needed. See the result of the step named; owner is who must act there.")
	RateLimited = kind("rate-limited", http.StatusTooManyRequests, Caller,
		"Vượt quá tốc độ cho phép", "Too many requests",
		"Cơ quan đã gọi hệ thống này nhanh hơn mức được cấp. Hãy chờ theo Retry-After rồi gọi lại.",
		"The agency called this system faster than it was granted. Wait as Retry-After says and call again.")
	QuotaExhausted = kind("quota-exhausted", http.StatusTooManyRequests, Caller,
		"Hết hạn mức trong ngày", "The quota of the day is used up",
		"Cơ quan, hệ thống gọi hoặc cán bộ đã dùng hết hạn mức của ngày; detail nêu hạn mức nào. Hạn mức bắt đầu lại lúc 0 giờ (giờ Việt Nam); Retry-After là thời gian còn lại.",
		"The agency, the client or the official has used up what a day holds; detail says of what. It begins anew at midnight in Vietnam; Retry-After says how long that is.")
	Internal = kind("internal", http.StatusInternalServerError, Bus,
		"Lỗi của trục", "A fault of the bus",
		"Lỗi thuộc về trục tích hợp. Hãy báo cho đơn vị vận hành kèm mã yêu cầu trong instance.",
		"The fault is ours. Report it to the operators with the request id in instance.")
	UpstreamRejected = kind("upstream-rejected", http.StatusBadGateway, Bus,
		"Hệ thống quốc gia từ chối trục", "The national system refused the bus",
		"Hệ thống quốc gia từ chối tài khoản, địa chỉ hoặc thông điệp của trục. Đơn vị vận hành trục phải xử lý.",
		"The national system refused the bus's credentials, address or message. The operators of the bus must act.")
	UpstreamMalformed = kind("upstream-malformed", http.StatusBadGateway, National,
		"Câu trả lời của hệ thống quốc gia không dùng được", "The national system's answer is unusable",
		"Hệ thống quốc gia trả về nội dung sai dạng, bị cắt cụt hoặc quá lớn. Đơn vị chủ quản hệ thống phải xử lý; có thể thử lại sau.",
		"The national system answered in a wrong shape, truncated or oversized. Its owner must act; try again later.")
	UpstreamUnavailable = kind("upstream-unavailable", http.StatusServiceUnavailable, National,
		"Hệ thống quốc gia không sẵn sàng", "The national system is unavailable",
		"Không kết nối được, hoặc hệ thống báo lỗi, giới hạn, hoặc đang tạm ngắt sau nhiều lỗi. Hãy thử lại theo Retry-After.",
		"It cannot be reached, fails, throttles, or is being left alone after many failures. Try again as Retry-After says.")
	Maintenance = kind("maintenance", http.StatusServiceUnavailable, National,
		"Hệ thống đang bảo trì", "The system is under maintenance",
		"Đơn vị vận hành đã tạm đóng hệ thống; until là thời điểm mở lại dự kiến.",
		"An operator has closed the system; until is the announced end.")
	Overloaded = kind("overloaded", http.StatusServiceUnavailable, Bus,
		"Trục quá tải", "The bus is overloaded",
		"Trục đang giảm tải, không ghi được nhật ký kiểm toán hoặc không đếm được hạn mức nên không trả lời. Hãy thử lại theo Retry-After.",
		"The bus sheds load, or cannot write its audit or count a quota and therefore does not answer. Try again as Retry-After says.")
	UpstreamTimeout = kind("upstream-timeout", http.StatusGatewayTimeout, National,
		"Hệ thống quốc gia không trả lời kịp", "The national system did not answer in time",
		"Hệ thống quốc gia không trả lời trong thời hạn. Hãy thử lại sau.",
		"The national system gave no answer in time. Try again later.")
)

// CallerLeft is booked when a caller hung up before its answer: nobody is to
// blame and nobody reads it, so it is not published. The status is the one that
// servers commonly log for this.
var CallerLeft = kind("caller-left", 499, Caller,
	"Bên gọi đã ngắt kết nối", "The caller hung up",
	"Bên gọi không chờ câu trả lời.",
	"The caller did not wait for the answer.")

// Kinds lists every published problem.
func Kinds() []*Kind {
	return []*Kind{InvalidRequest, Unauthenticated, NotPermitted, UnknownOperation, NotFound, RecordNotFound, NoMatch,
		MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType, DependencyFailed, RateLimited, QuotaExhausted, Internal, UpstreamRejected, UpstreamMalformed,
		UpstreamUnavailable, Maintenance, Overloaded, UpstreamTimeout}
}
