module.exports = load("internal_types").types;
