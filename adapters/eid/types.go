package eid

import "github.com/lgsp-vn/lgsp/adapters"

// ConsentCode is what a citizen reads out or shows to agree once to one use of their
// data. Whoever holds it can act on it, so it is as secret as a password.
type ConsentCode string

// Form of ConsentCode, which is assumed.
func (ConsentCode) Form() adapters.Form {
	return adapters.Form{Name: "consent-code", Pattern: `^[A-Z0-9]{10}$`, Max: 10, Example: "ZC01000001",
		Rule: adapters.Text{VI: "phải gồm đúng 10 chữ số, chữ cái in hoa", EN: "must be exactly 10 digits and capital letters"}}
}

// IdentityQuestion asks for a citizen's account at a level of assurance, named as
// in the platform's login.
type IdentityQuestion struct {
	CitizenID adapters.CitizenID `json:"citizenId" lgsp:"required,subject"`
	ACRValues string             `json:"acrValues" lgsp:"required,enum=LoA1|LoA2" vi:"Mức bảo đảm yêu cầu" en:"Level of assurance asked for"`
}

// Identity tells whether the account holds at the level asked for.
type Identity struct {
	Verified      bool          `json:"verified" lgsp:"required,personal" vi:"Kết quả xác thực: đạt" en:"Verified"`
	LoAs          string        `json:"loAs,omitempty" lgsp:"personal" vi:"Mức bảo đảm của tài khoản" en:"Level of assurance of the account"`
	AccountStatus adapters.Code `json:"accountStatus" lgsp:"personal" vi:"Trạng thái tài khoản" en:"State of the account"`
	CheckedAt     string        `json:"checkedAt,omitempty" vi:"Thời điểm xác thực tại nguồn, RFC 3339" en:"Time of the verification at its source, RFC 3339"`
}

// Negative tells that the account does not hold: it may be raised or unlocked any
// minute.
func (i Identity) Negative() bool { return !i.Verified }

// ConsentQuestion asks for the consent of a citizen to one purpose, by the code that
// the citizen was given. Purposes are the platform's, not the bus's.
type ConsentQuestion struct {
	CitizenID adapters.CitizenID `json:"citizenId" lgsp:"required,subject"`
	Code      ConsentCode        `json:"consentCode" lgsp:"required,sensitive" vi:"Mã đồng ý dùng một lần" en:"One-time consent code"`
	Purpose   string             `json:"consentPurpose" lgsp:"required,max=64" vi:"Mục đích công dân đồng ý" en:"Purpose that the citizen agreed to"`
}

// Consent tells whether the code holds. It repeats neither code nor person.
type Consent struct {
	Verified      bool          `json:"verified" lgsp:"required,personal" vi:"Kết quả xác thực: đạt" en:"Verified"`
	ConsentStatus adapters.Code `json:"consentStatus" lgsp:"personal" vi:"Trạng thái mã đồng ý" en:"State of the consent code"`
	ExpiresAt     string        `json:"consentExpiresAt,omitempty" lgsp:"personal" vi:"Thời điểm mã hết hiệu lực, RFC 3339" en:"Until when the code holds, RFC 3339"`
	CheckedAt     string        `json:"checkedAt,omitempty" vi:"Thời điểm xác thực tại nguồn, RFC 3339" en:"Time of the verification at its source, RFC 3339"`
}

// Negative tells that the code does not hold.
func (c Consent) Negative() bool { return !c.Verified }
