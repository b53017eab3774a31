module.exports = {
  ...load("internal_refused").refuse("http2", ["connect", "createServer", "createSecureServer"], ["Http2ServerRequest", "Http2ServerResponse"]),
  getDefaultSettings: () => ({}),
  constants: { HTTP2_HEADER_PATH: ":path", HTTP2_HEADER_STATUS: ":status", HTTP2_HEADER_METHOD: ":method", HTTP2_HEADER_AUTHORITY: ":authority", NGHTTP2_CANCEL: 8 },
};
