package snowflake

import "strings"

// Level is where a kind of object lives.
type Level int

// The levels.
const (
	// LevelSchema: inside a schema, named by three parts.
	LevelSchema Level = iota
	// LevelDatabase: inside a database, named by two parts: schemas and database roles.
	LevelDatabase
	// LevelAccount: named by one part.
	LevelAccount
)

// Cloning is what CREATE DATABASE … CLONE does with objects of a kind.
type Cloning int

// The ways of cloning, as the documentation of CREATE … CLONE tells them.
const (
	// ClonedUnknown: the documentation says nothing; compare inventories (U4).
	ClonedUnknown Cloning = iota
	// ClonedAlways: cloned, given the privilege (C14).
	ClonedAlways
	// ClonedNever: left out; has to be made anew.
	ClonedNever
	// ClonedSometimes: it depends on the object or on the statement; see the entry's comment.
	ClonedSometimes
)

// KindInfo is what statements and inventories need to know about a kind.
type KindInfo struct {
	Level Level
	// Show is the plural that SHOW wants, where it is not the SQL plural.
	Show string
	// DDL is the type word of GET_DDL; "" where GET_DDL does not know the kind (G2, G3).
	DDL string
	// GrantedOn is the word of SHOW GRANTS, where it is not the singular with underscores.
	GrantedOn string
	// OwnershipAs is the kind whose word GRANT OWNERSHIP wants, where it is another one (P4).
	OwnershipAs Kind
	// Cloned is what cloning a database does with the kind.
	Cloned Cloning
	// NoBulkGrant: GRANT … ON ALL … IN does not work for it (P7).
	NoBulkGrant bool
	// NoFutureGrant: GRANT … ON FUTURE … IN does not work for it (P8).
	NoFutureGrant bool
	// NoBulkOwnership: GRANT OWNERSHIP ON ALL … IN does not work for it (P2).
	NoBulkOwnership bool
	// NoOwnership: its ownership cannot be moved at all (P4).
	NoOwnership bool
	// Overloaded: argument types are part of its name (N6).
	Overloaded bool
	// Replaceable: COPY GRANTS exists for its CREATE OR REPLACE (R1).
	Replaceable bool
}

// kinds is everything that is known about each kind.
var kinds = map[Kind]KindInfo{
	KindAccount:  {Level: LevelAccount, NoOwnership: true, NoBulkGrant: true, NoFutureGrant: true, NoBulkOwnership: true},
	KindDatabase: {Level: LevelAccount, DDL: "DATABASE", NoBulkGrant: true, NoFutureGrant: true, NoBulkOwnership: true},
	KindSchema:   {Level: LevelDatabase, DDL: "SCHEMA", Cloned: ClonedAlways},

	KindTable: {DDL: "TABLE", Cloned: ClonedAlways, Replaceable: true},
	KindView:  {DDL: "VIEW", Cloned: ClonedAlways, Replaceable: true},
	// P4: owned by way of VIEW. C4: cannot be cloned singly, is cloned with its database.
	KindMaterializedView: {DDL: "VIEW", Cloned: ClonedAlways, OwnershipAs: KindView, Replaceable: true},
	// C33: cloned suspended. Dynamic Iceberg tables are cloned since July 2026.
	KindDynamicTable: {DDL: "DYNAMIC_TABLE", Cloned: ClonedAlways, Replaceable: true},
	// Managed by Snowflake: cloned. In an external catalogue: not.
	KindIcebergTable: {DDL: "ICEBERG_TABLE", Cloned: ClonedSometimes, Replaceable: true},
	// Cloning leaves external tables out; GET_DDL has no word of its own for them (G2).
	KindExternalTable: {DDL: "TABLE", Cloned: ClonedNever, Replaceable: true},
	// Cloned by a physical copy, or left out with IGNORE HYBRID TABLES. P4: owned by way of TABLE.
	KindHybridTable: {DDL: "TABLE", Cloned: ClonedSometimes, OwnershipAs: KindTable},
	KindEventTable:  {DDL: "EVENT_TABLE", Cloned: ClonedAlways},

	// C36: cloned, but its offset starts anew. R1 and U9: whether COPY GRANTS does anything is not known.
	KindStream: {DDL: "STREAM", Cloned: ClonedAlways},
	// C30: cloned suspended; left out when cloned AT(TIMESTAMP) (U10).
	KindTask: {DDL: "TASK", Cloned: ClonedSometimes},
	// C31: cloned suspended. G2: whether GET_DDL knows alerts is not sure; SHOW ALERTS tells all there is.
	KindAlert: {Cloned: ClonedAlways},
	// Cloned when they read an external stage. P2, P7: no bulk form.
	KindPipe: {DDL: "PIPE", Cloned: ClonedSometimes, NoBulkGrant: true, NoBulkOwnership: true},
	// External ones are cloned; internal ones with INCLUDE INTERNAL STAGES. G3: no GET_DDL.
	KindStage:      {Cloned: ClonedSometimes},
	KindFileFormat: {DDL: "FILE_FORMAT", Cloned: ClonedAlways},
	KindSequence:   {DDL: "SEQUENCE", Cloned: ClonedAlways},

	// Cloned, but not where the code is imported from a stage inside the database (U6).
	KindProcedure: {
		Show: "USER PROCEDURES", DDL: "PROCEDURE", Cloned: ClonedAlways, Overloaded: true, Replaceable: true,
	},
	KindFunction: {
		Show: "USER FUNCTIONS", DDL: "FUNCTION", Cloned: ClonedAlways, Overloaded: true, Replaceable: true,
	},

	// P7, P8: policies and tags are granted one by one.
	KindMaskingPolicy: {DDL: "POLICY", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},
	KindRowAccessPolicy: {
		Show: "ROW ACCESS POLICIES", DDL: "POLICY", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true,
	},
	KindAggregationPolicy: {DDL: "POLICY", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},
	KindProjectionPolicy:  {DDL: "POLICY", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},
	KindJoinPolicy:        {DDL: "POLICY", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},
	KindPrivacyPolicy:     {DDL: "POLICY", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},
	KindLifecyclePolicy:   {DDL: "POLICY", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},
	KindTag:               {DDL: "TAG", Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},
	// G3: no GET_DDL.
	KindDatabaseRole: {Level: LevelDatabase, Cloned: ClonedAlways, NoBulkGrant: true, NoFutureGrant: true},

	// U4: whether these are cloned is documented nowhere.
	KindSecret:              {},
	KindNetworkRule:         {},
	KindGitRepository:       {},
	KindImageRepository:     {NoFutureGrant: true},
	KindNotebook:            {},
	KindStreamlit:           {},
	KindCortexSearchService: {DDL: "CORTEX_SEARCH_SERVICE", NoOwnership: true, NoBulkOwnership: true},
	KindSemanticView:        {DDL: "SEMANTIC VIEW"},

	KindRole:           accountObject(""),
	KindUser:           accountObject(""),
	KindWarehouse:      accountObject("WAREHOUSE"),
	KindExternalVolume: {Level: LevelAccount, GrantedOn: "VOLUME", NoBulkGrant: true, NoFutureGrant: true, NoBulkOwnership: true},
}

// accountObject is a kind of the account: there is nothing that holds all of them to grant in bulk.
func accountObject(ddl string) KindInfo {
	return KindInfo{Level: LevelAccount, DDL: ddl, NoBulkGrant: true, NoFutureGrant: true, NoBulkOwnership: true}
}

// Info is what is known about the kind; the zero KindInfo for an unknown one.
func (k Kind) Info() KindInfo { return kinds[k] }

// Known says whether this package knows the kind.
func (k Kind) Known() bool {
	_, ok := kinds[k]
	return ok
}

// Singular is the word of CREATE, ALTER, DROP and GRANT … ON. Words that are not plain keywords come out quoted, so
// that a kind read from a catalogue cannot add to a statement.
func (k Kind) Singular() string { return keywords(string(k)) }

// Plural is the word of GRANT … ON ALL and ON FUTURE.
func (k Kind) Plural() string {
	word := keywords(string(k))
	if strings.HasSuffix(word, "POLICY") || strings.HasSuffix(word, "REPOSITORY") {
		return strings.TrimSuffix(word, "Y") + "IES"
	}
	return word + "S"
}

// Show is the word of SHOW.
func (k Kind) Show() string {
	if word := k.Info().Show; word != "" {
		return word
	}
	return k.Plural()
}

// GrantedOn is the word that SHOW GRANTS prints for the kind.
func (k Kind) GrantedOn() string {
	if word := k.Info().GrantedOn; word != "" {
		return word
	}
	return strings.ReplaceAll(string(k), " ", "_")
}

// OwnershipKind is the kind whose word GRANT OWNERSHIP wants for objects of this kind (P4).
func (k Kind) OwnershipKind() Kind {
	if as := k.Info().OwnershipAs; as != "" {
		return as
	}
	return k
}

// SchemaKinds lists the kinds that live in a schema and can be listed, in the order in which inventories print them.
func SchemaKinds() []Kind {
	return []Kind{
		KindTable, KindDynamicTable, KindIcebergTable, KindExternalTable, KindHybridTable, KindEventTable, KindView,
		KindMaterializedView, KindSequence, KindFileFormat, KindStage, KindProcedure, KindFunction, KindStream,
		KindTask, KindAlert, KindPipe, KindMaskingPolicy, KindRowAccessPolicy, KindAggregationPolicy,
		KindProjectionPolicy, KindJoinPolicy, KindPrivacyPolicy, KindLifecyclePolicy, KindTag, KindSecret, KindNetworkRule,
		KindGitRepository, KindImageRepository, KindNotebook, KindStreamlit, KindCortexSearchService, KindSemanticView,
	}
}
