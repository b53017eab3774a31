const { refuse } = load("internal_refused");
const https = module.exports = refuse("https", ["request", "get", "createServer"], ["Agent", "Server"]);
https.globalAgent = new https.Agent();
