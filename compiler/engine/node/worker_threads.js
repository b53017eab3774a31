module.exports = {
  ...load("internal_refused").refuse("worker_threads", ["Worker", "BroadcastChannel"], ["MessageChannel", "MessagePort"]),
  isMainThread: true, parentPort: null, workerData: null, threadId: 0, resourceLimits: {}, SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"),
  markAsUntransferable() {}, moveMessagePortToContext() {}, receiveMessageOnPort() {}, getEnvironmentData() {}, setEnvironmentData() {},
};
