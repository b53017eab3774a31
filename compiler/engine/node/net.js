const v4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const isIPv4 = (s) => /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(s) && v4.test(s);
const isIPv6 = (s) => {
  const address = String(s).replace(/%[0-9a-zA-Z-.:]+$/, "");
  return /^[0-9a-fA-F:.]+$/.test(address) && URL.canParse(`http://[${address}]/`);
};
module.exports = {
  ...load("internal_refused").refuse("net", ["connect", "createConnection", "createServer"], ["Socket", "Server"]),
  isIPv4, isIPv6, isIP: (s) => (isIPv4(s) ? 4 : isIPv6(s) ? 6 : 0),
  getDefaultAutoSelectFamily: () => true, setDefaultAutoSelectFamily() {},
};
module.exports.Stream = module.exports.Socket;
