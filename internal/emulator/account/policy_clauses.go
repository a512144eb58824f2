package account

import "slices"

// acceptAttachment reads [WITH] AGGREGATION POLICY p [ENTITY KEY (c, …)] and
// [WITH] JOIN POLICY p [ALLOWED JOIN KEYS (c, …)] in a CREATE statement.
func (st *statement) acceptAttachment(list *[]attachment) (bool, error) {
	mark := st.c.Mark()
	st.c.Accept("WITH")
	for _, k := range attachable {
		if !st.c.Accept(names(k.words)...) {
			continue
		}
		p, err := st.policyNamed(k)
		if err != nil {
			return false, err
		}
		a := attachment{what: p}
		if st.c.Accept("ENTITY", "KEY") || st.c.Accept("ALLOWED", "JOIN", "KEYS") {
			a.columns, err = st.identList()
		}
		*list = append(*list, a)
		return true, err
	}
	st.c.Reset(mark)
	return false, nil
}

// checkAttachments refuses policies that act on columns which there are not.
func checkAttachments(list []attachment, columns []*column) error {
	for _, a := range list {
		for _, name := range a.columns {
			if !slices.ContainsFunc(columns, func(c *column) bool { return c.name == name }) {
				return sqlError(904, "42000", "error line 1 at position 0\ninvalid identifier '%s'", quoteIdent(name))
			}
		}
	}
	return nil
}
