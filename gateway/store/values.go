package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of what is kept.
const (
	maxID     = 128
	maxLabel  = 1 << 10
	maxList   = 64 << 10 // of a list as JSON
	MaxAnswer = 1 << 20  // header and body of a kept answer
)

// checkText refuses what is too long, and what one database would keep and the other not.
func checkText(name, value string, most int) error {
	switch {
	case len(value) > most:
		return fmt.Errorf("%s is longer than %d bytes: %w", name, most, ErrInvalid)
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return fmt.Errorf("%s is not text: %w", name, ErrInvalid)
	}
	return nil
}

func checkID(name, value string) error {
	if value == "" {
		return fmt.Errorf("%s is empty: %w", name, ErrInvalid)
	}
	return checkText(name, value, maxID)
}

// encodeList writes a list as JSON, an empty one as nothing.
func encodeList(list []string) string {
	if len(list) == 0 {
		return ""
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(text)
}

func decodeList(text string) (list []string, err error) {
	if text == "" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(text), &list)
	return list, err
}

// collect reads all rows; into tells where the columns of one go.
func collect[T any](rows *sql.Rows, into func(*T) []any) (all []T, err error) {
	defer rows.Close()
	for rows.Next() {
		var one T
		if err := rows.Scan(into(&one)...); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// affected is the number of rows that a statement has changed.
func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
