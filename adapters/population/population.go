// Package population speaks to the national population database (Ministry of
// Public Security, C06): SOAP 1.1 over HTTPS on the dedicated state network.
//
// Facts of the protocol:
//   - Every request carries the headers Timestamp, Authorization, X-Road-Client,
//     ApiKey and an empty SOAPAction.
//   - Authorization is Basic of "user:h", where h is the lower-case hexadecimal
//     SHA-256 of service address, user, timestamp and secret, one after the other
//     without separators. The service address is the one the service is
//     registered under: the endpoint of this Conn must be configured as that.
//   - A person is found only if number, name (in capitals) and birth all agree.
//     The system does not tell which of them was wrong, so there is no
//     "no match" here, only "not found".
//   - A birth can be asked as a day or as a year. A year and month is asked as
//     the year, and the month is compared in the answer.
//   - Faults come with status 500 and are read before it.
//
// The path below the endpoint, the codes of faults and the form of an empty
// collection are assumptions; the rest is documented.
package population

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
)

const (
	id          = "population"
	servicePath = "/dancuquocgia"

	// Which public service asks and through which integration: fixed for a bus,
	// whose purposes are its own and not the ministry's.
	serviceCode     = "DVC"
	integrationCode = "000"
)

// Namespaces of the requests and of the answers to the two look-ups.
const (
	citizenNS  = "http://dancuquocgia.bca"
	relativeNS = "http://gtel.vn/qldc"
	recordNS   = "http://www.mic.gov.vn/dancu/1.0"
)

// System describes the national population database.
func System() adapters.System {
	return adapters.System{
		ID:      id,
		Names:   adapters.Text{VI: "Cơ sở dữ liệu quốc gia về dân cư", EN: "National population database"},
		Owner:   adapters.Text{VI: "Bộ Công an (C06)", EN: "Ministry of Public Security (C06)"},
		Secrets: []string{"user", "secret", "apiKey", "xRoadClient"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "citizen-lookup", Personal: true, Summary: adapters.Text{
				VI: "Tra cứu thông tin công dân theo số định danh, họ tên và ngày sinh",
				EN: "A citizen's record, by identifier, name and date of birth"}}, lookUpCitizen),
			adapters.Lookup(adapters.Operation{ID: "citizen-verify", Personal: true, Summary: adapters.Text{
				VI: "Xác thực công dân có số định danh và họ tên này có tồn tại hay không",
				EN: "Whether a citizen of this identifier and name exists"}}, verifyCitizen),
			adapters.Lookup(adapters.Operation{ID: "relatives-verify", Personal: true, Summary: adapters.Text{
				VI: "Xác minh thông tin nhân thân: công dân và cha, mẹ",
				EN: "A citizen's father and mother as recorded"}}, verifyRelatives),
		},
	}
}

func lookUpCitizen(ctx context.Context, c *adapters.Conn, call adapters.Call, q question) (citizen, error) {
	found, err := find(ctx, c, call, q, "dan", citizenNS, soap.Node("TraCuuThongTinCongDan",
		soap.Leaf("MaYeuCau", call.Request),
		soap.Leaf("MaDVC", serviceCode),
		soap.Leaf("MaTichHop", integrationCode),
		soap.Leaf("MaCanBo", call.Official),
		soap.Leaf("MaDonVi", call.Agency),
		identifier(q.CitizenID, q.OldCitizenID),
		soap.Leaf("HoVaTen", capitals(q.FullName)),
		soap.Node("NgayThangNamSinh", birth(q.DateOfBirth))))
	if err != nil {
		return citizen{}, err
	}
	return found.citizen(), nil
}

func verifyRelatives(ctx context.Context, c *adapters.Conn, call adapters.Call, q question) (relatives, error) {
	found, err := find(ctx, c, call, q, "qldc", relativeNS, soap.Node("XacMinhThongTinNhanThan",
		soap.Leaf("MaYeuCau", call.Request),
		soap.Leaf("MaDVC", serviceCode),
		soap.Leaf("MaTichHop", integrationCode),
		soap.Leaf("MaDonVi", call.Agency),
		soap.Leaf("MaCanBo", call.Official),
		identifier(q.CitizenID, q.OldCitizenID),
		soap.Leaf("HoVaTen", capitals(q.FullName)),
		soap.Leaf("NgayThangNamSinh", birth(q.DateOfBirth).Text)))
	if err != nil {
		return relatives{}, err
	}
	return found.relatives(), nil
}

func verifyCitizen(ctx context.Context, c *adapters.Conn, call adapters.Call, q verifyQuestion) (existence, error) {
	var answer verdict
	err := ask(ctx, c, call, "dan", citizenNS, soap.Node("XacThucThongTinCongDan",
		soap.Leaf("MaYeuCau", call.Request),
		soap.Leaf("MaDichVu", serviceCode),
		soap.Leaf("MaCanBo", call.Official),
		identifier(q.CitizenID, q.OldCitizenID),
		soap.Leaf("HoVaTen", capitals(q.FullName))), &answer)
	if err != nil {
		return existence{}, err
	}
	exists, err := answer.exists()
	return existence{Exists: exists}, err
}

// find asks for one record and makes sure that it is the one asked for.
func find(ctx context.Context, c *adapters.Conn, call adapters.Call, q question, prefix, namespace string, body soap.Element) (*finding, error) {
	var answer collection
	if err := ask(ctx, c, call, prefix, namespace, body, &answer); err != nil {
		return nil, err
	}
	return answer.match(q)
}

// ask performs one exchange.
func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, prefix, namespace string, body soap.Element, answer any) error {
	timestamp := strconv.FormatInt(c.Now().UnixMilli(), 10)
	a, err := c.Do(ctx, call, adapters.Request{
		Path: servicePath,
		Type: soap.ContentType,
		Body: soap.Envelope(prefix, namespace, body),
		Header: http.Header{
			"Timestamp":     {timestamp},
			"Authorization": {authorization(c.Base()+servicePath, c.Secret("user"), timestamp, c.Secret("secret"))},
			"X-Road-Client": {c.Secret("xRoadClient")},
			"ApiKey":        {c.Secret("apiKey")},
			"SOAPAction":    {""},
		},
	})
	if err != nil {
		return err
	}
	return soap.Read(a, answer)
}

// authorization proves knowledge of the secret for one address and moment.
func authorization(service, user, timestamp, secret string) string {
	hash := sha256.Sum256([]byte(service + user + timestamp + secret))
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+hex.EncodeToString(hash[:])))
}

// identifier names the person by the one number given.
func identifier(now adapters.CitizenID, old adapters.OldCitizenID) soap.Element {
	if now != "" {
		return soap.Leaf("SoDinhDanh", string(now))
	}
	return soap.Leaf("SoCMND", string(old))
}

// birth asks for the day, or for the year where no day is known.
func birth(date adapters.Date) soap.Element {
	if date.Full() {
		return soap.Leaf("NgayThangNam", date.Format("20060102", "", ""))
	}
	return soap.Leaf("Nam", date.Format("", "2006", "2006"))
}

// capitals writes a name as the register compares it.
func capitals(name adapters.PersonName) string {
	return strings.ToUpper(strings.Join(strings.Fields(string(name)), " "))
}
