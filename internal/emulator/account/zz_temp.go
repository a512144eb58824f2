package account

import "github.com/snowclone-dev/snowclone/internal/emulator/query"

const informationSchema = "INFORMATION_SCHEMA"

func (st *statement) describe() (*Result, error) { return nil, st.c.Unexpected() }
func (sc *scope) informationRelation(full []string) (query.Relation, error) {
	return nil, sc.a.errNotFound("Object", quoteName(full))
}
func (c *catalog) TableFunction(name []string, args []query.Arg) (query.Relation, error) {
	return nil, query.ErrUnknownFunction
}
func getDDL(sc *scope, args []query.Value) (query.Value, error) { return query.NullValue, nil }
