package certs

import (
	"cmp"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxKeyFile bounds what is read of a key file; the largest RSA key in PEM is
// a quarter of it.
const maxKeyFile = 64 << 10

// ErrExposed says that others than the owner can reach a private file; change
// its permissions as the message says, and replace the key if in doubt.
var ErrExposed = errors.New("readable or writable by others than its owner")

// keyName is a version of four digits and, while the key is only announced,
// ".next". Only the exact form counts: a stray copy must not become a key.
var keyName = regexp.MustCompile(`^([0-9]{4})(\.next)?(\.pem|\.key)$`)

// keyFile is one version of a key as it lies in its folder.
type keyFile struct {
	name    string
	path    string
	version uint32
	next    bool // known to all, but does not sign or encrypt yet
	data    []byte
}

func fileName(version uint32, next bool, extension string) string {
	if next {
		extension = ".next" + extension
	}
	return fmt.Sprintf("%04d%s", version, extension)
}

// keyNames lists the key files of a folder, newest first. Dot files are passed
// over (unfinished writes are among them); any other stranger is a fault.
func keyNames(folder, extension string) ([]keyFile, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []keyFile
	var faults []error
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		path := filepath.Join(folder, name)
		parts := keyName.FindStringSubmatch(name)
		if parts == nil || parts[3] != extension {
			faults = append(faults, fmt.Errorf("%s: not a key file name such as %s", path, fileName(1, false, extension)))
			continue
		}
		version, err := strconv.ParseUint(parts[1], 10, 32)
		if err != nil || version == 0 {
			faults = append(faults, fmt.Errorf("%s: versions start at 0001", path))
			continue
		}
		files = append(files, keyFile{name: name, path: path, version: uint32(version), next: parts[2] != ""})
	}
	slices.SortFunc(files, func(a, b keyFile) int {
		return cmp.Or(cmp.Compare(b.version, a.version), cmp.Compare(a.name, b.name))
	})
	for i := 1; i < len(files); i++ {
		if files[i].version == files[i-1].version {
			faults = append(faults, fmt.Errorf("%s: version %d exists twice", files[i].path, files[i].version))
		}
	}
	return files, errors.Join(faults...)
}

// readSet reads every key file of a folder, newest first.
func readSet(folder, extension string) ([]keyFile, error) {
	if err := checkFolder(folder, 0o077); err != nil {
		return nil, err
	}
	files, err := keyNames(folder, extension)
	if err != nil {
		return nil, err
	}
	var faults []error
	active := false
	for i := range files {
		files[i].data, err = readPrivate(files[i].path, 0o077)
		faults = append(faults, err)
		active = active || !files[i].next
	}
	if !active {
		faults = append(faults, fmt.Errorf("%s: holds no active key", folder))
	}
	return files, errors.Join(faults...)
}

func checkFolder(path string, forbidden fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: not a folder", path)
	}
	if open := info.Mode().Perm() & forbidden; open != 0 {
		return fmt.Errorf("%s: mode %04o: %w (set it to 0700)", path, info.Mode().Perm(), ErrExposed)
	}
	return nil
}

// readPrivate reads a file that must be a regular one, small, and closed to
// the permission bits named. The open file is asked, not the path, so that
// what was checked is what is read.
func readPrivate(path string, forbidden fs.FileMode) ([]byte, error) {
	info, err := os.Stat(path) // before opening: opening a pipe would wait
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err = file.Stat(); err != nil {
		return nil, err
	}
	if open := info.Mode().Perm() & forbidden; open != 0 {
		return nil, fmt.Errorf("%s: mode %04o: %w (set it to 0600)", path, info.Mode().Perm(), ErrExposed)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, maxKeyFile)
	}
	return data, nil
}

// ReadPrivateKey reads one PKCS#8 PEM private key. The file must be closed to
// everyone but its owner.
func ReadPrivateKey(path string) (crypto.Signer, error) {
	data, err := readPrivate(path, 0o077)
	if err != nil {
		return nil, fmt.Errorf("read private key: %w", err)
	}
	key, err := parsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("read private key: %s: %w", path, err)
	}
	return key, nil
}

func parsePrivateKey(data []byte) (crypto.Signer, error) {
	block, rest := pem.Decode(data)
	switch {
	case block == nil:
		return nil, errors.New("no PEM block")
	case block.Type != "PRIVATE KEY":
		return nil, errors.New("want a PEM block of type PRIVATE KEY (PKCS#8)")
	case strings.TrimSpace(string(rest)) != "":
		return nil, errors.New("more than one PEM block")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("not a PKCS#8 private key") // the parser's text could quote the content
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a %T cannot sign", key)
	}
	return signer, nil
}
