package main

// table describes one production table in the little that differs from table to table; the rest follows from the
// names (see columnType).
type table struct {
	schema, name string
	// columns are names separated by blanks. The first is the key, the last one says when a row changed.
	columns string
	// sequence gives the key its default, spelled as it is written here.
	sequence string
	// refers lists foreign keys as "COLUMN=SCHEMA.TABLE"; the column has the same name on the other side.
	refers []string
	// clusterBy, transient and tracked become the clauses of that name.
	clusterBy string
	transient bool
	tracked   bool
	// daily tables get the chain of views from recent rows up to monthly reports, trend tables one view more.
	daily, trend bool
}

// tables are in an order in which every foreign key finds the table it refers to.
var tables = []table{
	{schema: "PUBLIC", name: "COUNTRIES", columns: "COUNTRY_CODE COUNTRY_NAME REGION CURRENCY UPDATED_AT"},

	{schema: "ADMINISTRATION", name: "CONFIGURATION", columns: "SETTING_NAME SETTING_VALUE DETAILS UPDATED_AT"},
	{schema: "ADMINISTRATION", name: "LOAD_CONTROL", columns: "FEED_NAME LAST_FILE_NAME ROW_COUNT IS_ENABLED LOADED_AT", tracked: true},
	{schema: "ADMINISTRATION", name: "JOB_RUNS", columns: "JOB_RUN_ID JOB_NAME STATUS MESSAGE ROW_COUNT STARTED_AT FINISHED_AT", sequence: "PRODUCTION_DB.ADMINISTRATION.JOB_RUN_SEQ.NEXTVAL", daily: true},
	{schema: "ADMINISTRATION", name: "DATA_QUALITY_RULES", columns: "RULE_ID TABLE_NAME RULE_TEXT SEVERITY IS_ENABLED UPDATED_AT", sequence: "RULE_SEQ.NEXTVAL"},
	{schema: "ADMINISTRATION", name: "DATA_QUALITY_RESULTS", columns: "RESULT_ID RULE_ID FAILED_COUNT CHECKED_AT", sequence: "PRODUCTION_DB.ADMINISTRATION.RESULT_SEQ.NEXTVAL", refers: []string{"RULE_ID=ADMINISTRATION.DATA_QUALITY_RULES"}, daily: true},
	{schema: "ADMINISTRATION", name: "ROLE_REGION_MAP", columns: "ROLE_NAME REGION UPDATED_AT"},

	{schema: "DATA", name: "HOUSEHOLDS", columns: "HOUSEHOLD_ID HOUSEHOLD_NAME REGION MEMBER_COUNT UPDATED_AT", sequence: "PRODUCTION_DB.DATA.HOUSEHOLD_SEQ.NEXTVAL", daily: true},
	{schema: "DATA", name: "CUSTOMERS", columns: "CUSTOMER_ID HOUSEHOLD_ID FIRST_NAME LAST_NAME EMAIL PHONE NATIONAL_ID BIRTH_DATE COUNTRY_CODE IS_ACTIVE CREATED_AT UPDATED_AT", sequence: "PRODUCTION_DB.DATA.CUSTOMER_SEQ.NEXTVAL", refers: []string{"HOUSEHOLD_ID=DATA.HOUSEHOLDS"}, tracked: true, daily: true, trend: true},
	{schema: "DATA", name: "CUSTOMER_ADDRESSES", columns: "ADDRESS_ID CUSTOMER_ID STREET CITY POSTAL_CODE COUNTRY_CODE IS_PRIMARY UPDATED_AT", sequence: "ADDRESS_SEQ.NEXTVAL", refers: []string{"CUSTOMER_ID=DATA.CUSTOMERS"}, daily: true, trend: true},
	{schema: "DATA", name: "CUSTOMER_CONSENTS", columns: "CONSENT_ID CUSTOMER_ID PURPOSE IS_GRANTED VALID_FROM_DATE UPDATED_AT", sequence: "PRODUCTION_DB.DATA.CONSENT_SEQ.NEXTVAL", refers: []string{"CUSTOMER_ID=DATA.CUSTOMERS"}, daily: true, trend: true},
	{schema: "DATA", name: "LOYALTY_ACCOUNTS", columns: "LOYALTY_ID CUSTOMER_ID TIER POINTS_COUNT JOINED_DATE UPDATED_AT", sequence: "DATA.LOYALTY_SEQ.NEXTVAL", refers: []string{"CUSTOMER_ID=DATA.CUSTOMERS"}, daily: true, trend: true},
	{schema: "DATA", name: "LOYALTY_TRANSACTIONS", columns: "LOYALTY_TRANSACTION_ID LOYALTY_ID ORDER_ID POINTS_COUNT BOOKED_AT", refers: []string{"LOYALTY_ID=DATA.LOYALTY_ACCOUNTS"}, clusterBy: "TO_DATE(BOOKED_AT)", daily: true, trend: true},
	{schema: "DATA", name: "PRODUCT_CATEGORIES", columns: "CATEGORY_ID PARENT_CATEGORY_ID CATEGORY_NAME UPDATED_AT"},
	{schema: "DATA", name: "SUPPLIERS", columns: "SUPPLIER_ID SUPPLIER_NAME COUNTRY_CODE CONTACT_EMAIL RATING_SCORE UPDATED_AT", sequence: "SUPPLIER_SEQ.NEXTVAL", daily: true},
	{schema: "DATA", name: "PRODUCTS", columns: "PRODUCT_ID CATEGORY_ID SUPPLIER_ID PRODUCT_NAME LIST_PRICE UNIT_COST IS_ACTIVE UPDATED_AT", sequence: "PRODUCTION_DB.DATA.PRODUCT_SEQ.NEXTVAL", refers: []string{"CATEGORY_ID=DATA.PRODUCT_CATEGORIES", "SUPPLIER_ID=DATA.SUPPLIERS"}, tracked: true, daily: true, trend: true},
	{schema: "DATA", name: "PRODUCT_PRICES", columns: "PRICE_ID PRODUCT_ID COUNTRY_CODE SALES_PRICE VALID_FROM_DATE UPDATED_AT", refers: []string{"PRODUCT_ID=DATA.PRODUCTS"}, daily: true, trend: true},
	{schema: "DATA", name: "STORES", columns: "STORE_ID STORE_NAME CITY COUNTRY_CODE REGION OPENED_DATE UPDATED_AT", daily: true},
	{schema: "DATA", name: "EMPLOYEES", columns: "EMPLOYEE_ID STORE_ID FULL_NAME EMAIL JOB_TITLE REGION HIRED_DATE UPDATED_AT", refers: []string{"STORE_ID=DATA.STORES"}, daily: true},
	{schema: "DATA", name: "PROMOTIONS", columns: "PROMOTION_ID PROMOTION_NAME CHANNEL DISCOUNT_RATE STARTS_DATE ENDS_DATE UPDATED_AT", daily: true, trend: true},
	{schema: "DATA", name: "ORDERS", columns: "ORDER_ID CUSTOMER_ID STORE_ID CHANNEL STATUS ORDER_TOTAL CURRENCY ORDERED_AT", sequence: "PRODUCTION_DB.DATA.ORDER_SEQ.NEXTVAL", refers: []string{"CUSTOMER_ID=DATA.CUSTOMERS", "STORE_ID=DATA.STORES"}, clusterBy: "TO_DATE(ORDERED_AT), CHANNEL", tracked: true, daily: true, trend: true},
	{schema: "DATA", name: "ORDER_LINES", columns: "ORDER_LINE_ID ORDER_ID PRODUCT_ID QUANTITY LINE_TOTAL UPDATED_AT", sequence: "ORDER_LINE_SEQ.NEXTVAL", refers: []string{"ORDER_ID=DATA.ORDERS", "PRODUCT_ID=DATA.PRODUCTS"}, clusterBy: "ORDER_ID", daily: true, trend: true},
	{schema: "DATA", name: "PAYMENTS", columns: "PAYMENT_ID ORDER_ID METHOD CARD_NUMBER PAID_AMOUNT PAID_AT", sequence: "PRODUCTION_DB.DATA.PAYMENT_SEQ.NEXTVAL", refers: []string{"ORDER_ID=DATA.ORDERS"}, daily: true, trend: true},
	{schema: "DATA", name: "RETURNS", columns: "RETURN_ID ORDER_ID PRODUCT_ID REASON REFUND_AMOUNT RETURNED_AT", refers: []string{"ORDER_ID=DATA.ORDERS"}, daily: true, trend: true},
	{schema: "DATA", name: "SHIPMENTS", columns: "SHIPMENT_ID ORDER_ID CARRIER TRACKING_CODE SHIPPING_COST SHIPPED_AT", refers: []string{"ORDER_ID=DATA.ORDERS"}, daily: true, trend: true},
	{schema: "DATA", name: "INVENTORY_LEVELS", columns: "INVENTORY_ID STORE_ID PRODUCT_ID QUANTITY COUNTED_AT", refers: []string{"STORE_ID=DATA.STORES", "PRODUCT_ID=DATA.PRODUCTS"}, daily: true, trend: true},
	{schema: "DATA", name: "COUPON_REDEMPTIONS", columns: "REDEMPTION_ID PROMOTION_ID ORDER_ID DISCOUNT_AMOUNT REDEEMED_AT", refers: []string{"PROMOTION_ID=DATA.PROMOTIONS"}, daily: true, trend: true},

	{schema: "INTEGRATION", name: "CRM_CONTACTS_RAW", columns: rawColumns, transient: true, daily: true, trend: true},
	{schema: "INTEGRATION", name: "CRM_CASES_RAW", columns: rawColumns, transient: true, daily: true},
	{schema: "INTEGRATION", name: "POS_SALES_RAW", columns: rawColumns, transient: true, daily: true, trend: true},
	{schema: "INTEGRATION", name: "POS_RETURNS_RAW", columns: rawColumns, transient: true, daily: true},
	{schema: "INTEGRATION", name: "WEB_EVENTS_RAW", columns: rawColumns, transient: true, clusterBy: "TO_DATE(LOADED_AT)", daily: true, trend: true},
	{schema: "INTEGRATION", name: "WEB_SESSIONS_RAW", columns: rawColumns, transient: true, daily: true},
	{schema: "INTEGRATION", name: "ERP_PRODUCTS_RAW", columns: rawColumns, transient: true},
	{schema: "INTEGRATION", name: "ERP_SUPPLIERS_RAW", columns: rawColumns, transient: true},
	{schema: "INTEGRATION", name: "LOYALTY_FEED_RAW", columns: rawColumns, transient: true, daily: true, trend: true},
	{schema: "INTEGRATION", name: "MARKETING_CLICKS_RAW", columns: rawColumns, transient: true, daily: true, trend: true},
	{schema: "INTEGRATION", name: "EMAIL_SENDS_RAW", columns: rawColumns, transient: true, daily: true, trend: true},
	{schema: "INTEGRATION", name: "PAYMENT_EVENTS_RAW", columns: rawColumns, transient: true, daily: true},
	{schema: "INTEGRATION", name: "CUSTOMER_MATCHES", columns: "MATCH_ID CUSTOMER_ID SOURCE_SYSTEM SOURCE_KEY MATCH_SCORE MATCHED_AT", tracked: true, daily: true},
	{schema: "INTEGRATION", name: "LOAD_ERRORS", columns: "LOAD_ERROR_ID FEED_NAME FILE_NAME MESSAGE DETAILS FAILED_AT", daily: true},

	{schema: "ANALYTICS", name: "CUSTOMER_PROFILES", columns: "CUSTOMER_ID FULL_NAME EMAIL SEGMENT_NAME ORDER_COUNT SPENT_AMOUNT REFRESHED_AT", daily: true},
	{schema: "ANALYTICS", name: "CUSTOMER_SEGMENTS", columns: "SEGMENT_ID SEGMENT_NAME RULE_TEXT UPDATED_AT"},
	{schema: "ANALYTICS", name: "CUSTOMER_LIFETIME_VALUE", columns: "CUSTOMER_ID VALUE_AMOUNT HORIZON_COUNT SCORED_AT", daily: true},
	{schema: "ANALYTICS", name: "CHURN_SCORES", columns: "CUSTOMER_ID CHURN_SCORE MODEL_NAME SCORED_AT", daily: true},
	{schema: "ANALYTICS", name: "BASKET_AFFINITIES", columns: "PRODUCT_ID OTHER_PRODUCT_ID LIFT_SCORE SUPPORT_COUNT REFRESHED_AT"},
	{schema: "ANALYTICS", name: "CAMPAIGN_RESULTS", columns: "PROMOTION_ID CHANNEL REVENUE_AMOUNT CONVERSION_RATE REFRESHED_AT"},
	{schema: "ANALYTICS", name: "STORE_PERFORMANCE", columns: "STORE_ID REGION REVENUE_AMOUNT ORDER_COUNT REFRESHED_AT"},
	{schema: "ANALYTICS", name: "PRODUCT_PERFORMANCE", columns: "PRODUCT_ID REVENUE_AMOUNT SOLD_COUNT REFRESHED_AT"},
	{schema: "ANALYTICS", name: "SESSION_FACTS", columns: "SESSION_ID CUSTOMER_ID PAGE_COUNT IS_CONVERTED STARTED_AT", clusterBy: "TO_DATE(STARTED_AT)"},

	{schema: "REPORTING", name: "DAILY_SALES", columns: "SALES_DATE REGION CHANNEL REVENUE_AMOUNT ORDER_COUNT REFRESHED_AT"},
	{schema: "REPORTING", name: "MONTHLY_SALES", columns: "MONTH_DATE REGION REVENUE_AMOUNT ORDER_COUNT REFRESHED_AT"},
	{schema: "REPORTING", name: "EXECUTIVE_KPIS", columns: "KPI_NAME KPI_VALUE_AMOUNT PERIOD_DATE REFRESHED_AT"},
	{schema: "REPORTING", name: "REPORT_SUBSCRIPTIONS", columns: "SUBSCRIPTION_ID REPORT_NAME RECIPIENT_EMAIL DETAILS UPDATED_AT", sequence: "PRODUCTION_DB.REPORTING.SUBSCRIPTION_SEQ.NEXTVAL"},
	{schema: "REPORTING", name: "FISCAL_CALENDAR", columns: "CALENDAR_DATE FISCAL_YEAR_COUNT FISCAL_QUARTER_COUNT IS_WORKDAY UPDATED_AT"},
	{schema: "REPORTING", name: "EXCHANGE_RATES", columns: "CURRENCY RATE_DATE EURO_RATE UPDATED_AT"},

	{schema: "ARCHIVE", name: "CUSTOMERS_ARCHIVE", columns: "CUSTOMER_ID FULL_NAME EMAIL LEFT_DATE ARCHIVED_AT"},
	{schema: "ARCHIVE", name: "ORDERS_ARCHIVE", columns: "ORDER_ID CUSTOMER_ID ORDER_TOTAL CURRENCY ORDERED_AT ARCHIVED_AT", clusterBy: "TO_DATE(ORDERED_AT)"},
	{schema: "ARCHIVE", name: "PAYMENTS_ARCHIVE", columns: "PAYMENT_ID ORDER_ID PAID_AMOUNT ARCHIVED_AT"},
	{schema: "ARCHIVE", name: "WEB_EVENTS_ARCHIVE", columns: "LOAD_ID RAW FILE_NAME ARCHIVED_AT", transient: true},
}

// rawColumns are those of a table into which a pipe loads documents as they come.
const rawColumns = "LOAD_ID RAW FILE_NAME LOADED_AT"
