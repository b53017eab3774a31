module.exports = {
  ...load("internal_refused").refuse("tls", ["connect", "createServer"], ["TLSSocket", "Server"]),
  createSecureContext: () => ({}), checkServerIdentity() {}, getCiphers: () => [], rootCertificates: [], DEFAULT_MIN_VERSION: "TLSv1.2", DEFAULT_MAX_VERSION: "TLSv1.3",
};
