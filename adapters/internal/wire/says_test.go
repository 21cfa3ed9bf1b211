package wire

import (
	"errors"
	"regexp"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
)

func TestMessageSpeaksOfTheThingAskedOrOfNoOther(t *testing.T) {
	exists := regexp.MustCompile(`ho so(?: so)?:?(?: (\S+))? da ton tai`)
	for message, want := range map[Text]bool{
		"Hồ sơ đã tồn tại": true, "HỒ SƠ SỐ: BN-1 ĐÃ TỒN TẠI": true, "Hồ sơ [H26-1] đã tồn tại": true, "Hồ sơ này đã tồn tại": true,
		"Ho so da ton tai": true, "Hồ sơ BN-2 đã tồn tại": false, "Hồ sơ BN-11 đã tồn tại": false, "Hồ sơ không tồn tại": false, "": false,
	} {
		if got := message.Says(exists, "BN-1", "H26-1"); got != want {
			t.Errorf("%q: %v", message, got)
		}
	}
}

func TestFirstPhraseThatOccursCounts(t *testing.T) {
	table := Phrases{
		Said(`loi he thong`, adapters.ErrUnavailable, "fault of its own"),
		Said(`khong.*ton tai`, adapters.ErrNotFound, ""),
		Said(`thanh cong`, nil, ""),
	}
	for message, want := range map[Text]error{
		"LỖI HỆ THỐNG: bảng không tồn tại": adapters.ErrUnavailable, "Hồ sơ không\ntồn ta\u0323i": adapters.ErrNotFound,
		"ho so khong ton tai": adapters.ErrNotFound, "Nguyễn Văn Thử": adapters.ErrRejected, "": adapters.ErrRejected,
	} {
		err := table.Failure("7", message)
		if own, ok := errors.AsType[*adapters.Error](err); !ok || !errors.Is(err, want) || own.Code != "7" {
			t.Errorf("%q: %v, want %v", message, err, want)
		}
	}
	if said, known := table.Find("Thành công"); !known || said.Kind != nil {
		t.Errorf("a success is taken for %+v", said)
	}
}
