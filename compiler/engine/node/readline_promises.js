const { Interface, createInterface } = require("readline"); module.exports = { Interface, createInterface };
