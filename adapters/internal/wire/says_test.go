package wire

import (
	"regexp"
	"testing"
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
