package clone

import "github.com/snowclone-dev/snowclone/internal/sqltext"

// advice says what to do about each code of the report.
var advice = map[string]string{
	codeReference:          "change the definition in the source or the clone, or accept it in repoint.reviewed",
	codeCodeString:         "let repoint.codeStrings be Rewrite, change the code in the source, or accept it in repoint.reviewed",
	codeUnreadable:         "let the operator's role own the object, or hold APPLY on the policies and tags that it uses",
	codeDynamicBase:        "recreate the dynamic table on the clone's tables",
	codePipeTarget:         "recreate the pipe; as it is it would load into production",
	codePipeStage:          "recreate the pipe on the clone's stage",
	codeSequenceDefault:    "ALTER TABLE … ALTER COLUMN … SET DEFAULT with the clone's sequence",
	codeForeignKey:         "drop the key, and add it with the clone's table",
	codePolicy:             "set the clone's policy in its place",
	codeTag:                "unset the tag, and set the clone's own",
	codeStreamBase:         "recreate the stream on the clone's object",
	codeViewBase:           "recreate the view on the clone's table",
	codeTaskPredecessor:    "ALTER TASK … REMOVE AFTER, and ADD AFTER the clone's task",
	codeTaskFinalizer:      "ALTER TASK … SET FINALIZE with the clone's root",
	codeIntegration:        "ALTER TASK … UNSET ERROR_INTEGRATION",
	codeSuccessIntegration: "ALTER TASK … UNSET SUCCESS_INTEGRATION",
	codeGrant:              "revoke it, or list the role in access.keepSourceGrants",
	codeFutureGrant:        "revoke it, or list the role in access.keepSourceGrants",
	codeMember:             "revoke the database role, or list its holder in access.keepSourceGrants",

	codeSharedStorage: "let nobody write to the stage; access roles get no rights on stages",
	codeUnreadCode:    "look into its code before it runs",
	codeNotification:  "mind that production's channel hears of it",
	codeReviewed:      "nothing, as long as what was reviewed still holds",

	codeUnexplained:   "look whether it was dropped or replaced while it was cloned; if not, make the clone anew",
	codeNoPrivilege:   "grant the right, and make the clone anew",
	codeHandedOver:    "nothing, if the clone's users dropped it",
	codeCreatedLater:  "make the clone anew if it is needed",
	codeUnselected:    "select the schema in another clone if it is needed",
	codeTemporary:     "nothing",
	codeNeverCloned:   "make it anew in the clone; for external tables externalTables.mode: Recreate does",
	codeUndocumented:  "make it anew in the clone if it is needed",
	codeInternalStage: "set source.includeInternalStages in another clone if it is needed",
	codePipeOnStage:   "make it anew in the clone if it is needed",
	codeCatalog:       "make it anew in the clone if it is needed",
	codeHybrid:        "leave out source.ignoreHybridTables in another clone if it is needed",
	codeStaged:        "put the code on a stage of the clone and create the routine anew",
	codeTimeTravel:    "look whether it existed at the moment that was cloned",
	codeTaskInTravel:  "make the tasks anew in the clone, or clone the present",
	codeRetention:     "clone a later moment, or raise the table's DATA_RETENTION_TIME_IN_DAYS",

	sqltext.CodeBareLiteral:     "look whether it names the database; then allow it in repoint.literals, else accept it in repoint.reviewed",
	sqltext.CodeCatalogFilter:   "let the code ask CURRENT_DATABASE(), or allow the literal in repoint.literals",
	sqltext.CodeDataLiteral:     "look whether it is text for people; then accept it in repoint.reviewed",
	sqltext.CodeCurrentDatabase: "look what the code does where the comparison fails",
	sqltext.CodeComputedName:    "look where the name comes from; in the clone it must not be the source's",
	sqltext.CodePrefixConcat:    "look what the name is completed to",
	sqltext.CodeDatabaseDDL:     "it is about the source itself; take it out of the code, or never run it in the clone",
	sqltext.CodeSelfCopy:        "it copies from the source into the clone; accept it in repoint.reviewed if that is meant",
	sqltext.CodeSourceAndTarget: "it names source and clone in one statement; look which is meant",
	sqltext.CodeSameNameSchema:  "qualify the name with its database in the source",
	sqltext.CodeQuotedVariant:   "look whether the name in quotes is the database's",
	sqltext.CodeURLOrPath:       "look whether the place is production's",
	sqltext.CodeSpecValue:       "look whether the value names the database",

	codePolicyRefused: "do what the note says, and retry",
	codeRoleExcepted:  "take the role out of access, mend the policy, or name the role in the rule's exempt",
	codeBaseLocation:  "mind that the files lie in production's storage and are paid for there",
	codeNoVolume:      "let the volume's owner run it",

	codeNotProbed: "look with one of the users' roles what it shows",
}

// Advice says in a few words what to do about what a code of the report stands for; "" where there is nothing to do.
func Advice(code string) string { return advice[code] }
