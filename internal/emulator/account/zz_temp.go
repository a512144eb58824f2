package account

import "github.com/snowclone-dev/snowclone/internal/emulator/query"


func (st *statement) describe() (*Result, error) { return nil, st.c.Unexpected() }
func getDDL(sc *scope, args []query.Value) (query.Value, error) { return query.NullValue, nil }
