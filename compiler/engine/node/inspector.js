module.exports = load("internal_refused").refuse("inspector", ["open", "waitForDebugger"], ["Session"]); Object.assign(module.exports, { url() {}, close() {}, console });
