const { Buffer } = require("buffer");
module.exports = {
  ...load("internal_refused").refuse("v8", ["writeHeapSnapshot", "getHeapSnapshot", "setFlagsFromString", "takeCoverage", "stopCoverage", "serialize", "deserialize"]),
  getHeapStatistics: () => ({ total_heap_size: 33554432, used_heap_size: 16777216, heap_size_limit: 536870912, total_available_size: 536870912 }),
  getHeapSpaceStatistics: () => [], cachedDataVersionTag: () => 0,
};
