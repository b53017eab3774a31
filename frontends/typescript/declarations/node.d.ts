// What configurations use of Node. Types for all of it are in the npm package
// @types/node; when that is installed, run `sstc types` again.

/// <reference lib="dom" />

declare namespace NodeJS {
  interface ProcessEnv {
    [name: string]: string | undefined;
  }
  interface Process {
    env: ProcessEnv;
    argv: string[];
    platform: string;
    version: string;
    cwd(): string;
    exit(code?: number): never;
  }
}
declare var process: NodeJS.Process;
declare var Buffer: any;
declare var require: (name: string) => any;
declare var __dirname: string;
declare var __filename: string;
