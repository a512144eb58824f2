package account

import (
	"slices"
	"testing"
)

// fact is one documented behaviour and the statements that show it.
type fact struct {
	// id is the fact's id in docs/snowflake-facts.md.
	id string
	// name says what is so, and reason why it matters.
	name, reason string
	switches     Switches
	// setup is a script that runs first, as ACCOUNTADMIN.
	setup string
	show  func(*world)
}

// TestConformance shows every fact on an account of its own. Run it with -v to
// list the facts that are covered.
func TestConformance(t *testing.T) {
	t.Parallel()
	facts := slices.Concat(cloneFacts, cloneStateFacts, travelFacts, grantFacts, futureFacts, ownershipFacts, nameFacts, showFacts,
		viewFacts, policyFacts, streamFacts, taskFacts, pipeFacts, routineFacts, ddlFacts, catalogFacts, dropFacts, errorFacts,
		limitFacts)
	for _, f := range facts {
		t.Run(f.id+"_"+f.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, f.switches)
			w.load(f.setup)
			f.show(w)
			if t.Failed() {
				t.Log(f.reason)
			}
		})
	}
}

// shop is an account with a production database owned by PROD, which READER
// may read in part, and a role CLONER that may clone.
const shop = `
CREATE ROLE PROD; CREATE ROLE READER; CREATE ROLE CLONER;
GRANT ROLE PROD TO ROLE SYSADMIN;
CREATE WAREHOUSE PROD_WH; GRANT USAGE ON WAREHOUSE PROD_WH TO ROLE PROD; GRANT USAGE ON WAREHOUSE WH TO ROLE PUBLIC;
GRANT EXECUTE TASK ON ACCOUNT TO ROLE PROD; GRANT EXECUTE ALERT ON ACCOUNT TO ROLE PROD;
CREATE STORAGE INTEGRATION S3 TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_ALLOWED_LOCATIONS = ('s3://x/');
GRANT USAGE ON INTEGRATION S3 TO ROLE PROD;
CREATE DATABASE SHOP DATA_RETENTION_TIME_IN_DAYS = 7;
GRANT OWNERSHIP ON DATABASE SHOP TO ROLE PROD;
GRANT OWNERSHIP ON SCHEMA SHOP.PUBLIC TO ROLE PROD;
GRANT CREATE DATABASE ON ACCOUNT TO ROLE CLONER;
GRANT ROLE PROD TO USER SNOWFLAKE;
USE ROLE PROD; USE WAREHOUSE PROD_WH;
CREATE SCHEMA SHOP.SALES;
CREATE SEQUENCE SHOP.SALES.ORDER_SEQ;
CREATE TABLE SHOP.SALES.CUSTOMERS (ID NUMBER PRIMARY KEY, NAME VARCHAR, EMAIL VARCHAR);
CREATE TABLE SHOP.SALES.ORDERS (
  ID NUMBER DEFAULT SHOP.SALES.ORDER_SEQ.NEXTVAL, CUSTOMER_ID NUMBER,
  FOREIGN KEY (CUSTOMER_ID) REFERENCES SHOP.SALES.CUSTOMERS (ID));
INSERT INTO SHOP.SALES.CUSTOMERS VALUES (1, 'Ann', 'ann@example.com'), (2, 'Bob', 'bob@example.com');
CREATE VIEW SHOP.SALES.V_FULL AS SELECT ID, NAME FROM SHOP.SALES.CUSTOMERS;
CREATE VIEW SHOP.SALES.V_SHORT AS SELECT ID, NAME FROM CUSTOMERS;
GRANT USAGE ON DATABASE SHOP TO ROLE READER;
GRANT USAGE ON SCHEMA SHOP.SALES TO ROLE READER;
GRANT SELECT ON TABLE SHOP.SALES.CUSTOMERS TO ROLE READER;
GRANT SELECT ON VIEW SHOP.SALES.V_FULL TO ROLE READER;
USE ROLE ACCOUNTADMIN;
GRANT ROLE PROD TO ROLE CLONER;
`
