module.exports = { ...load("internal_refused").refuse("repl", ["start"], ["REPLServer"]), builtinModules: host.config.modules };
