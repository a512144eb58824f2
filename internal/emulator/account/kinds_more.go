package account

// The policies that do not act on what a query reads.
var (
	kindAggregationPolicy = policyKind("AGGREGATION", "Aggregation")
	kindProjectionPolicy  = policyKind("PROJECTION", "Projection")
	kindJoinPolicy        = policyKind("JOIN", "Join")
	kindPrivacyPolicy     = policyKind("PRIVACY", "Privacy")
	kindLifecyclePolicy   = policyKind("STORAGE LIFECYCLE", "Storage lifecycle")

	kindPasswordPolicy       = settingsPolicyKind("PASSWORD", "Password")
	kindSessionPolicy        = settingsPolicyKind("SESSION", "Session")
	kindAuthenticationPolicy = settingsPolicyKind("AUTHENTICATION", "Authentication")
	kindPackagesPolicy       = withoutDDL(settingsPolicyKind("PACKAGES", "Packages"))
)

// policyKind is a kind of policy with a body, which GET_DDL prints (G2).
func policyKind(word, label string) *kind {
	words := word + " POLICY"
	return &kind{
		words: words, plural: word + " POLICIES", label: label + " policy", grantedOn: underscored(words), space: "policy",
		privileges: policyPrivileges, ddl: "POLICY", create: "CREATE " + words,
	}
}

// settingsPolicyKind is a kind of policy that is a list of settings.
func settingsPolicyKind(word, label string) *kind {
	k := policyKind(word, label)
	k.space = k.words
	return k
}

// withoutDDL is a kind of policy that GET_DDL does not print (G2).
func withoutDDL(k *kind) *kind {
	k.ddl = ""
	return k
}

// underscored is a kind as SHOW GRANTS spells it.
func underscored(words string) string {
	b := []byte(words)
	for i, c := range b {
		if c == ' ' {
			b[i] = '_'
		}
	}
	return string(b)
}

// The kinds that run nothing here: they have names, owners, grants and what
// was written about them.
var (
	kindMetricFunction = &kind{
		words: "DATA METRIC FUNCTION", plural: "DATA METRIC FUNCTIONS", label: "Function", noun: "Data metric function",
		grantedOn: "FUNCTION", space: "function", routine: true, privileges: usagePrivilege, ddl: "FUNCTION",
		create: "CREATE DATA METRIC FUNCTION",
	}
	kindGitRepository   = namedKind("GIT REPOSITORY", "GIT REPOSITORIES", "Git repository", "READ", "WRITE")
	kindImageRepository = &kind{
		words: "IMAGE REPOSITORY", plural: "IMAGE REPOSITORIES", label: "Image repository", grantedOn: "IMAGE_REPOSITORY",
		space: "image repository", privileges: []string{"READ", "WRITE"}, create: "CREATE IMAGE REPOSITORY",
	}
	kindStreamlit = namedKind("STREAMLIT", "STREAMLITS", "Streamlit", "USAGE")
	kindNotebook  = namedKind("NOTEBOOK", "NOTEBOOKS", "Notebook", "USAGE")
	kindModel     = &kind{
		words: "MODEL", plural: "MODELS", label: "Model", grantedOn: "MODULE", space: "model",
		privileges: []string{"READ", "USAGE"}, future: true, create: "CREATE MODEL",
	}
	kindSearchService = &kind{
		words: "CORTEX SEARCH SERVICE", plural: "CORTEX SEARCH SERVICES", label: "Cortex search service",
		grantedOn: "CORTEX_SEARCH_SERVICE", space: "search service", privileges: []string{"MONITOR", "OPERATE", "USAGE"},
		future: true, ddl: "CORTEX_SEARCH_SERVICE", create: "CREATE CORTEX SEARCH SERVICE",
	}
	// Semantic views share their names with tables and views.
	kindSemanticView = &kind{
		words: "SEMANTIC VIEW", plural: "SEMANTIC VIEWS", label: "Semantic view", grantedOn: "SEMANTIC_VIEW", space: "relation",
		privileges: []string{"MONITOR", "REFERENCES", "SELECT"}, future: true, ddl: "SEMANTIC VIEW", create: "CREATE SEMANTIC VIEW",
	}
	kindService = namedKind("SERVICE", "SERVICES", "Service", "MONITOR", "OPERATE", "USAGE")
	kindAgent   = namedKind("AGENT", "AGENTS", "Agent", "MODIFY", "MONITOR", "USAGE")
	kindContact = &kind{
		words: "CONTACT", plural: "CONTACTS", label: "Contact", grantedOn: "CONTACT", space: "contact",
		privileges: []string{"APPLY", "MODIFY"}, future: true, ddl: "CONTACT", create: "CREATE CONTACT",
	}
	kindBackupPolicy = backupKind("BACKUP POLICY", "BACKUP POLICIES", "Backup policy", "APPLY")
	kindBackupSet    = backupKind("BACKUP SET", "BACKUP SETS", "Backup set", "APPLY")

	kindComputePool = &kind{
		words: "COMPUTE POOL", plural: "COMPUTE POOLS", label: "Compute pool", grantedOn: "COMPUTE_POOL", space: "compute pool",
		privileges: []string{"MODIFY", "MONITOR", "OPERATE", "USAGE"}, create: "CREATE COMPUTE POOL",
	}
	kindNetworkPolicy = &kind{
		words: "NETWORK POLICY", plural: "NETWORK POLICIES", label: "Network policy", grantedOn: "NETWORK_POLICY",
		space: "network policy", create: "CREATE NETWORK POLICY",
	}
	kindShare = &kind{
		words: "SHARE", plural: "SHARES", label: "Share", grantedOn: "SHARE", space: "share", create: "CREATE SHARE",
	}
)

// namedKind is a kind in a schema that future grants know.
func namedKind(words, plural, label string, privileges ...string) *kind {
	return &kind{
		words: words, plural: plural, label: label, grantedOn: underscored(words), space: words, privileges: privileges,
		future: true, create: "CREATE " + words,
	}
}

// backupKind is a kind that is never cloned.
func backupKind(words, plural, label string, privileges ...string) *kind {
	k := namedKind(words, plural, label, privileges...)
	k.clonePrivilege, k.future = "-", false
	return k
}

// otherSchemaKinds are the kinds in schemas that the file above describes.
var otherSchemaKinds = []*kind{
	kindAggregationPolicy, kindProjectionPolicy, kindJoinPolicy, kindPrivacyPolicy, kindLifecyclePolicy, kindPasswordPolicy,
	kindSessionPolicy, kindAuthenticationPolicy, kindPackagesPolicy, kindMetricFunction, kindGitRepository, kindImageRepository,
	kindStreamlit, kindNotebook, kindModel, kindSearchService, kindSemanticView, kindService, kindAgent, kindContact,
	kindBackupPolicy, kindBackupSet,
}

// kindsOfSwitch are the kinds of which no page says whether they are cloned
// (U4).
var kindsOfSwitch = []*kind{
	kindSecret, kindNetworkRule, kindGitRepository, kindImageRepository, kindStreamlit, kindNotebook, kindModel, kindSearchService,
	kindSemanticView, kindService, kindAgent, kindContact,
}

// isPolicy reports whether the kind is one of the policies.
func (k *kind) isPolicy() bool { return len(k.words) > 7 && k.words[len(k.words)-7:] == " POLICY" }
