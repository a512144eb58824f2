package query

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash/fnv"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

func hashFunctions() map[string]function {
	varchar := typed(sql.VarcharType)
	return map[string]function{
		"MD5": encoding(1, md5Hex), "MD5_HEX": encoding(1, md5Hex), "SHA1": encoding(1, sha1Hex), "SHA1_HEX": encoding(1, sha1Hex),
		"SHA2": {1, 2, varchar, false, sha2}, "SHA2_HEX": {1, 2, varchar, false, sha2},
		"HASH":        {1, -1, typed(sql.NumberType), true, hashOf},
		"UUID_STRING": {0, 2, varchar, true, uuidString},
	}
}

func md5Hex(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func sha2(a []Value) (Value, error) {
	size, err := wholeAt(a, 1, 256)
	if err != nil {
		return NullValue, err
	}
	b := []byte(a[0].String())
	switch size {
	case 224:
		return StringOf(fmt.Sprintf("%x", sha256.Sum224(b))), nil
	case 0, 256:
		return StringOf(fmt.Sprintf("%x", sha256.Sum256(b))), nil
	case 384:
		return StringOf(fmt.Sprintf("%x", sha512.Sum384(b))), nil
	case 512:
		return StringOf(fmt.Sprintf("%x", sha512.Sum512(b))), nil
	}
	return NullValue, execution(100053, "22000", "Invalid digest size %d", size)
}

// hashOf is stable and takes equal numbers for equal, but its results are not those of Snowflake's HASH, which is secret.
func hashOf(a []Value) (Value, error) {
	h := fnv.New64a()
	_, err := h.Write([]byte(rowKey(a)))
	return IntOf(int64(h.Sum64())), err
}

func uuidString(a []Value) (Value, error) {
	if len(a) > 0 {
		return NullValue, Unsupported("UUID_STRING with a name")
	}
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return NullValue, fmt.Errorf("make a UUID: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return StringOf(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])), nil
}
