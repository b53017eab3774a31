const none = () => [];
const performance = {
  now: host.elapsed,
  get timeOrigin() { return host.clock.origin; },
  timing: {},
  mark: (name) => ({ name, entryType: "mark", startTime: host.elapsed(), duration: 0, detail: null }),
  measure: (name) => ({ name, entryType: "measure", startTime: 0, duration: host.elapsed(), detail: null }),
  clearMarks() {}, clearMeasures() {}, clearResourceTimings() {},
  getEntries: none, getEntriesByName: none, getEntriesByType: none,
  timerify: (f) => f,
  eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
  toJSON: () => ({ timeOrigin: host.clock.origin }),
  addEventListener() {}, removeEventListener() {},
};
host.hidden(performance, Symbol.toStringTag, "Performance");

class PerformanceObserver {
  static supportedEntryTypes = [];
  observe() {}
  disconnect() {}
  takeRecords() { return []; }
}
const histogram = () => ({ min: 0, max: 0, mean: 0, stddev: 0, exceeds: 0, enable() {}, disable() {}, reset() {}, percentile: () => 0 });
module.exports = {
  performance, PerformanceObserver, PerformanceEntry: class PerformanceEntry {},
  monitorEventLoopDelay: histogram, createHistogram: histogram, constants: {},
};
