package clone

import (
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// lakeWorld has Iceberg tables on a volume, one of them dynamic.
func lakeWorld(t *testing.T) *world {
	t.Helper()
	return hostileWorld(t, "ACME", "ACME_DEV", "USE ROLE ACCOUNTADMIN",
		"CREATE EXTERNAL VOLUME VOL STORAGE_LOCATIONS = ((NAME = 'a' STORAGE_PROVIDER = 'S3' STORAGE_BASE_URL = 's3://a/' STORAGE_AWS_ROLE_ARN = 'arn'))",
		"GRANT USAGE ON EXTERNAL VOLUME VOL TO ROLE PROD_ADMIN", "USE ROLE PROD_ADMIN",
		"CREATE ICEBERG TABLE ACME.PUBLIC.I (A NUMBER) CATALOG = 'SNOWFLAKE' EXTERNAL_VOLUME = 'VOL' BASE_LOCATION = 'i'",
		"CREATE DYNAMIC ICEBERG TABLE ACME.PUBLIC.D TARGET_LAG = '1 hour' WAREHOUSE = PROD_WH CATALOG = 'SNOWFLAKE' EXTERNAL_VOLUME = 'VOL' BASE_LOCATION = 'd' AS SELECT A FROM ACME.PUBLIC.I",
	)
}

func TestTheOwnerInTheEndMayUseTheVolumes(t *testing.T) {
	t.Parallel()
	w := lakeWorld(t)
	w.run.Spec.Access.Owner = "DEV_OWNER"
	w.mustIsolate(t)
	if grants := w.show(t, "SHOW GRANTS TO ROLE DEV_OWNER", "name"); !strings.Contains(strings.Join(grants, " "), "VOL") {
		t.Errorf("DEV_OWNER has rights on %v", grants)
	}
	expectStrings(t, "tables", notesWith(w.run.State.Report.Iceberg, codeBaseLocation), "ACME_DEV.PUBLIC.I", "ACME_DEV.PUBLIC.D")
	dynamic := 0
	for _, note := range w.run.State.Report.Iceberg {
		if strings.Contains(note.Note, "dynamic") {
			dynamic++
		}
	}
	if dynamic != 1 {
		t.Errorf("notes: %+v, want one on a dynamic table", w.run.State.Report.Iceberg)
	}
}

func TestAVolumeThatMayNotBeGrantedIsLeftToItsOwner(t *testing.T) {
	t.Parallel()
	w := lakeWorld(t)
	w.run.Spec.Access.Owner = "DEV_OWNER"
	if err := w.upTo(t, v1alpha1.StepRecreateStreams); err != nil {
		t.Fatal(err)
	}
	w.admin(t, "REVOKE MANAGE GRANTS ON ACCOUNT FROM ROLE OPERATOR")
	err := w.step(t, handleIceberg{})
	expectReason(t, err, v1alpha1.ReasonMissingPrivileges, true, `GRANT USAGE ON EXTERNAL VOLUME "VOL" TO ROLE "DEV_OWNER"`, "owners")
	w.admin(t, `GRANT USAGE ON EXTERNAL VOLUME VOL TO ROLE DEV_OWNER`)
	if err := w.step(t, handleIceberg{}); err != nil {
		t.Errorf("although the owner has granted it: %v", err)
	}
}

func TestVolumesAreNotGrantedWhereTheSpecSaysSo(t *testing.T) {
	t.Parallel()
	w := lakeWorld(t)
	w.run.Spec.Access.Owner = "DEV_OWNER"
	w.run.Spec.Iceberg.ExternalVolumeGrants = new(bool)
	w.mustIsolate(t)
	if grants := w.show(t, "SHOW GRANTS TO ROLE DEV_OWNER", "name"); strings.Contains(strings.Join(grants, " "), "VOL") {
		t.Errorf("DEV_OWNER has rights on %v", grants)
	}
	if got := notesWith(w.run.State.Report.Iceberg, codeNoVolume); len(got) != 1 || w.results[v1alpha1.StepHandleIceberg] != ResultSkip {
		t.Errorf("volumes that are said to be missing: %v, result %v", got, w.results[v1alpha1.StepHandleIceberg])
	}
}
