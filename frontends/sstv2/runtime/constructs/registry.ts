// What SST's command line asks of the functions and sites of an app, and the
// app's own code may ask too.

declare const require: (name: string) => any;

class Functions {
  /** The props of functions, by the addresses of their nodes. */
  readonly all: Record<string, any> = {};
  private readonly maps: Record<string, any[]> = {};
  /** sourcemaps are those that SST uploads; a build adds none. */
  readonly sourcemaps = {
    add: (stack: string, map: any) => void (this.maps[stack] ??= []).push(map),
    forStack: (stack: string) => this.maps[stack] ?? [],
  };
  fromID(id: string): any { return this.all[id]; }
  add(id: string, props: any): void { this.all[id] = props; }
}

class Placed {
  readonly all: { stack: string; name: string; props: any }[] = [];
  add(stack: string, name: string, props: any): void { this.all.push({ stack, name, props }); }
}

let functions = new Functions(), services = new Placed(), sites = new Placed();

/** forget begins with another app. */
export function forget() {
  functions = new Functions();
  services = new Placed();
  sites = new Placed();
}

export const useFunctions = () => functions;
export const useServices = () => services;
/** useSites are those that are static. */
export const useSites = () => sites;

/** weakImport is a package's module, or nothing if it is not installed. */
export async function weakImport(name: string): Promise<any> {
  try {
    return require(name);
  } catch {
    return {};
  }
}
