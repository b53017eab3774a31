module.exports = load("internal_refused").refuse("dgram", ["createSocket"], ["Socket"]);
