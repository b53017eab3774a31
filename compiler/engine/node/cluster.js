module.exports = {
  ...load("internal_refused").refuse("cluster", ["fork", "setupPrimary", "setupMaster", "disconnect"]),
  isMaster: true, isPrimary: true, isWorker: false, workers: {}, settings: {}, on() { return this; }, once() { return this; },
};
