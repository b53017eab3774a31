const names = ["lookup", "lookupService", "resolve", "resolve4", "resolve6", "resolveAny", "resolveCname", "resolveMx", "resolveNs", "resolveSrv", "resolveTxt", "reverse"];
const { refuse } = load("internal_refused");
const promises = Object.fromEntries(Object.entries(refuse("dns", names)).map(([name, f]) => [name, async (...args) => f(...args)]));
module.exports = {
  ...refuse("dns", names, ["Resolver"]), promises,
  getServers: () => [], setServers() {}, setDefaultResultOrder() {}, getDefaultResultOrder: () => "verbatim", ADDRCONFIG: 32, V4MAPPED: 8, ALL: 16,
};
