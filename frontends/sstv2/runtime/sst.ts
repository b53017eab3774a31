// The package sst has nothing for a configuration but types.
export {};
