package account

import _ "embed"

// shop is an account with a production database.
//
//go:embed testdata/shop.sql
var shop string

//go:embed testdata/mixed.sql
var moreThanShop string

// mixed adds to shop one object of every kind that has a state.
var mixed = shop + moreThanShop
