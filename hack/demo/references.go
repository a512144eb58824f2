package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// census is what the definitions of a database say about where they lead.
type census struct {
	// objects counts the objects of each kind.
	objects map[snowflake.Kind]int
	// definitions counts those that could be read, naming those with a certain reference.
	definitions, naming int
	// certain counts the references.
	certain int
	// first is an example.
	first string
}

// takeCensus reads every definition in a database and counts the certain references to PRODUCTION_DB.
func takeCensus(ctx context.Context, c *snowflake.Client, database sqltext.Ident) (census, error) {
	inventory, err := c.Inventory(ctx, snowflake.InDatabase(database))
	if err != nil {
		return census{}, fmt.Errorf("list the objects of %s: %w", database, err)
	}
	result := census{objects: map[snowflake.Kind]int{}}
	var refs []snowflake.ObjectRef
	for kind, objects := range inventory {
		result.objects[kind] = len(objects)
		for _, object := range objects {
			refs = append(refs, object.Ref())
		}
	}
	texts, err := c.DDL(ctx, refs)
	if err != nil {
		return census{}, fmt.Errorf("read the definitions of %s: %w", database, err)
	}
	for _, text := range texts {
		if errors.Is(text.Err, snowflake.ErrNoDDL) {
			continue // A stage or the like, which has no definition to lead anywhere.
		}
		if text.Err != nil {
			return census{}, text.Err
		}
		result.count(text)
	}
	return result, nil
}

// count adds one definition.
func (s *census) count(text snowflake.DDLResult) {
	s.definitions++
	found := certainReferences(text)
	if found == 0 {
		return
	}
	s.naming++
	s.certain += found
	if s.first == "" {
		s.first = text.Ref.String()
	}
}

// certainReferences counts the certain references to PRODUCTION_DB in a definition, its own name aside.
func certainReferences(text snowflake.DDLResult) int {
	found := 0
	for _, reference := range sqltext.References(sqltext.Definition{Kind: textKind(text.Ref.Kind), Text: text.Text}) {
		if reference.Certain && reference.Name.Database == sourceDatabase && reference.Name != text.Ref.Name {
			found++
		}
	}
	return found
}

// textKind says how the text of a kind of object is to be read.
func textKind(kind snowflake.Kind) sqltext.Kind {
	switch kind {
	case snowflake.KindMaskingPolicy, snowflake.KindRowAccessPolicy:
		return sqltext.Policy
	case snowflake.KindIcebergTable, snowflake.KindHybridTable, snowflake.KindEventTable:
		return sqltext.Table
	default:
		return sqltext.Kind(kind) // Both packages use the words of SQL.
	}
}

// describeSource says how big production is and how much of it names itself.
func (d *demo) describeSource() error {
	found, err := takeCensus(d.ctx, d.account.operator, sourceDatabase)
	if err != nil {
		return err
	}
	n := found.objects
	d.console.note("%s: %d tables, %d views, %d procedures, %d functions, %d streams, %d tasks;", sourceDatabase,
		n[snowflake.KindTable], n[snowflake.KindView], n[snowflake.KindProcedure], n[snowflake.KindFunction],
		n[snowflake.KindStream], n[snowflake.KindTask])
	d.console.note("%d of its %d definitions name it, %d times", found.naming, found.definitions, found.certain)
	if found.certain == 0 {
		return errors.New("the demo's account names itself nowhere, so there would be nothing to prove")
	}
	return nil
}
