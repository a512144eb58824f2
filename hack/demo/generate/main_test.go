package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheCommittedScriptIsWhatTheGeneratorPrints(t *testing.T) {
	want, err := production()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../production.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("run: go run ./hack/demo/generate > hack/demo/production.sql (-want +got)\n%.2000s", diff)
	}
}

func TestEverySpellingLeadsToTheSameObject(t *testing.T) {
	o := object{"DATA", "ORDER_LINES"}
	want := []string{
		"PRODUCTION_DB.DATA.ORDER_LINES",
		"production_db.data.order_lines",
		`"PRODUCTION_DB"."DATA"."ORDER_LINES"`,
		"Production_Db.Data.Order_Lines",
		`"PRODUCTION_DB".DATA.order_lines`,
		"PRODUCTION_DB . DATA . ORDER_LINES",
		`PRODUCTION_DB.DATA."ORDER_LINES"`,
		"production_DB /* live */ .DATA.ORDER_LINES",
		"PRODUCTION_DB\n        .DATA\n        .ORDER_LINES",
	}
	var got []string
	for n := range spellings {
		got = append(got, qualified(o, n))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spellings (-want +got)\n%s", diff)
	}
}
