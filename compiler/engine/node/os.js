// A machine that is the same everywhere.
const signals = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGTERM: 15 };
module.exports = {
  EOL: "\n", devNull: "/dev/null",
  arch: () => "x64", platform: () => "linux", type: () => "Linux", machine: () => "x86_64",
  release: () => "6.1.0", version: () => "#1 SMP", endianness: () => "LE",
  // The temporary directory is one that no machine has: what is written there
  // stays in memory, wherever the program is.
  hostname: () => "sstc", homedir: () => "/home/sstc", tmpdir: () => "/sstc-tmp",
  availableParallelism: () => 4,
  cpus: () => Array.from({ length: 4 }, () => ({ model: "cpu", speed: 2000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } })),
  totalmem: () => 8589934592, freemem: () => 4294967296, uptime: () => 0, loadavg: () => [0, 0, 0],
  networkInterfaces: () => ({}),
  userInfo: () => ({ uid: 1000, gid: 1000, username: "sstc", homedir: "/home/sstc", shell: "/bin/sh" }),
  getPriority: () => 0, setPriority() {},
  constants: { signals, errno: { ENOENT: 2, EACCES: 13, EEXIST: 17, ENOTDIR: 20, EISDIR: 21, EINVAL: 22 }, priority: {} },
};
