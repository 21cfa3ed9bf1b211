// Package agencyfile reads agencies and their clients from a YAML file: for
// import into the store, as the registry itself where a site has no other, and
// for the demonstration agencies, which it makes.
//
// It says where a fault stands in the file. What makes a record faulty is
// package auth's to know.
package agencyfile
