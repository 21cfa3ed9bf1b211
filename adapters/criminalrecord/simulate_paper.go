package criminalrecord

import (
	"bytes"
	"fmt"
)

// paper is a certificate as a PDF: one page that says what it is and that it is
// made up.
func paper(kind, number string) []byte {
	text := fmt.Sprintf("BT /F1 14 Tf 72 760 Td 24 TL (PHIEU LY LICH TU PHAP SO %s) Tj T* (So: %s) Tj T* (Du lieu mo phong, khong co gia tri) Tj ET", kind, number)
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var out, table bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	for i, o := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n",
		len(objects)+1, table.Bytes(), len(objects)+1, at)
	return out.Bytes()
}
