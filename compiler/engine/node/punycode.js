const { domainToASCII, domainToUnicode } = require("url");
module.exports = {
  toASCII: domainToASCII, toUnicode: domainToUnicode,
  encode: (text) => domainToASCII(text).replace(/^xn--/, ""), decode: (text) => domainToUnicode("xn--" + text),
  ucs2: { decode: (text) => Array.from(text, (c) => c.codePointAt(0)), encode: (points) => String.fromCodePoint(...points) }, version: "2.1.0",
};
