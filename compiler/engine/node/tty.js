module.exports = { isatty: () => false, ...load("internal_refused").refuse("tty", [], ["ReadStream", "WriteStream"]) };
