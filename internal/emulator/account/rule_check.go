package account

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// secretNeeds are the properties that a secret of each type must have.
var secretNeeds = map[string][]string{
	"OAUTH2":                       names("API_AUTHENTICATION"),
	"CLOUD_PROVIDER_TOKEN":         names("API_AUTHENTICATION"),
	"PASSWORD":                     names("USERNAME PASSWORD"),
	"GENERIC_STRING":               names("SECRET_STRING"),
	"SYMMETRIC_KEY":                names("ALGORITHM"),
	"WORKLOAD_IDENTITY_FEDERATION": nil,
}

// checkSecret demands a known type and what that needs.
func (st *statement) checkSecret(props properties) error {
	typ := sql.Upper(props.text("TYPE", ""))
	needs, ok := secretNeeds[typ]
	if !ok {
		return errInvalidValue(typ, "TYPE")
	}
	if err := props.demand(needs, "secret"); err != nil {
		return err
	}
	if p, ok := props.get("API_AUTHENTICATION"); ok {
		_, err := st.accountObject(kindIntegration, foldName(p.value))
		return err
	}
	return nil
}

// demand refuses properties of which one is missing.
func (p properties) demand(keys []string, of string) error {
	for _, key := range keys {
		if _, ok := p.get(key); !ok {
			return sqlError(1014, "22023", "missing %s of the %s.", key, of)
		}
	}
	return nil
}

// ruleModes are the modes that a network rule of each type may have.
var ruleModes = map[string][]string{
	"IPV4":              names("INGRESS"),
	"IPV6":              names("INGRESS"),
	"AWSVPCEID":         names("INGRESS INTERNAL_STAGE SNOWFLAKE_MANAGED_STORAGE_VOLUME"),
	"AZURELINKID":       names("INGRESS"),
	"GCPPSCID":          names("INGRESS"),
	"HOST_PORT":         names("EGRESS"),
	"PRIVATE_HOST_PORT": names("EGRESS"),
	"COMPUTE_POOL":      names("INGRESS"),
}

// checkNetworkRule demands a type, a mode that goes with it, and values of the
// type.
func (st *statement) checkNetworkRule(props properties) error {
	if err := props.demand(names("TYPE VALUE_LIST"), "network rule"); err != nil {
		return err
	}
	typ, mode := sql.Upper(props.text("TYPE", "")), sql.Upper(props.text("MODE", "INGRESS"))
	modes, ok := ruleModes[typ]
	if !ok {
		return errInvalidValue(typ, "TYPE")
	}
	if !slices.Contains(modes, mode) {
		return errInvalidValue(mode, "MODE")
	}
	return checkRuleValues(typ, props)
}

// checkRuleValues refuses what is no address in rules about addresses.
func checkRuleValues(typ string, props properties) error {
	if typ != "IPV4" && typ != "IPV6" {
		return nil
	}
	p, _ := props.get("VALUE_LIST")
	for _, value := range p.list {
		address, _, ranged := strings.Cut(value, "/")
		ip, err := netip.ParseAddr(address)
		if err == nil && ranged {
			_, err = netip.ParsePrefix(value)
		}
		if err != nil || ip.Is4() != (typ == "IPV4") {
			return errInvalidValue(value, "VALUE_LIST")
		}
	}
	return nil
}
