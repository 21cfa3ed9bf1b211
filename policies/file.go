package policies

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// File is the text of one policy file; Name appears in faults.
type File struct {
	Name string
	Data []byte
}

// Bounds of a set on disk. The largest set that is measured, 5,000 rules, takes about 1 MiB.
const (
	maxFileSize = 4 << 20
	maxSetSize  = 16 << 20
	maxFiles    = 256
)

//go:embed defaults/*.yaml
var defaults embed.FS

// Defaults returns the policies that are shipped with the product.
func Defaults() []File {
	entries, _ := defaults.ReadDir("defaults") // what is embedded is there
	files := make([]File, len(entries))
	for i, e := range entries {
		data, _ := defaults.ReadFile("defaults/" + e.Name())
		files[i] = File{Name: e.Name(), Data: data}
	}
	return files
}

// ReadDir reads the *.yaml files of a directory in the order of their names.
// A file that looks like one but is spelt otherwise (.yml) is an error, others and
// hidden files are left out, so that editors' and mounts' own files do no harm.
func ReadDir(dir string) ([]File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read policy directory: %w", err)
	}
	var files []File
	total := 0
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		if ext := filepath.Ext(name); ext != ".yaml" {
			if ext = strings.ToLower(ext); ext == ".yml" || ext == ".yaml" {
				// Passed over in silence, a deny rule in it would seem to be in force.
				return nil, fmt.Errorf("read policy directory: %s must be called .yaml to count", name)
			}
			continue
		}
		if len(files) == maxFiles {
			return nil, fmt.Errorf("read policy directory: more than %d files", maxFiles)
		}
		data, err := readBounded(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("read policy file: %w", err)
		}
		if total += len(data); total > maxSetSize {
			return nil, fmt.Errorf("read policy directory: more than %d bytes", maxSetSize)
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files, nil
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would block the reader for ever
		return nil, fmt.Errorf("%s is not a regular file", filepath.Base(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFileSize {
		return nil, fmt.Errorf("%s is larger than %d bytes", filepath.Base(path), maxFileSize)
	}
	return data, nil
}
