// SST's globals.

/** Declares the app. */
declare function $config(input: {
  /** Says what the app is called, and where it lives. */
  app(input: sst.AppInput): sst.App | Promise<sst.App>;
  /** Makes the app. What it returns is shown after a deployment. */
  run(): Promise<{ [name: string]: any } | void>;
  /** Settings of SST's Console. Not used by sstc. */
  console?: {
    autodeploy?: {
      target?(event: any): { stage?: string; [name: string]: any } | undefined | void;
      runner?: any;
      workflow?(input: any): any;
    };
  };
}): typeof input;

/** The app. */
declare const $app: {
  readonly name: string;
  readonly stage: string;
  readonly removal: "remove" | "retain" | "retain-all";
  readonly providers: sst.App["providers"];
  readonly home: sst.App["home"];
  readonly protect: boolean;
  readonly version?: string;
};

/** Whether this is `sst dev`. In a build it is not. */
declare const $dev: boolean;

declare const $cli: {
  readonly command: string;
  readonly dev: boolean;
  readonly paths: { readonly home: string; readonly root: string; readonly work: string; readonly platform: string };
  readonly state: { readonly version: { readonly [name: string]: number } };
};

/** The secrets that SST's command knows. A build knows none: use sst.Secret. */
declare const $secrets: { readonly [name: string]: string };

/** Makes an output of a value. */
declare const $output: typeof $util.output;
/** Computes a value from one that may be known later. */
declare function $apply<T, U>(val: $util.Input<T>, func: (t: $util.Unwrap<T>) => $util.Input<U>): $util.Output<$util.Unwrap<U>>;
/** Makes one output of several values: a list or an object of them. */
declare const $resolve: typeof $util.all;
/** Makes a string of a template: $interpolate`https://${host}`. */
declare const $interpolate: typeof $util.interpolate;
/** Joins values into a string. */
declare const $concat: typeof $util.concat;
/** Makes a value of JSON. */
declare const $jsonParse: typeof $util.jsonParse;
/** Makes JSON of a value. */
declare const $jsonStringify: typeof $util.jsonStringify;
/** A file or a directory to upload, relative to the app's root. */
declare function $asset(path: string): $util.asset.FileAsset & $util.asset.FileArchive;

/**
 * Changes the arguments of every component or resource of a class that is made
 * from now on.
 */
declare function $transform<C extends new (name: string, args: any, opts?: any) => any>(
  resource: C,
  callback: (args: NonNullable<ConstructorParameters<C>[1]>, opts: NonNullable<ConstructorParameters<C>[2]>, name: string) => any,
): void;

/** Makes resources of a class linkable. */
declare const $linkable: typeof sst.Linkable.wrap;

declare namespace sst {
  interface AppInput {
    /** The stage that is built. */
    stage: string;
  }

  /** A length of time, such as "30 seconds" or "1 hour". */
  type Duration = `${number} ${"second" | "seconds" | "minute" | "minutes" | "hour" | "hours" | "day" | "days" | "week" | "weeks"}`;
  /** An amount of memory or storage, such as "512 MB". */
  type Size = `${number} ${"MB" | "GB"}`;
  /** Changes to what a component makes: properties to replace, or a function that changes its arguments. */
  type Transform<T> = Partial<T> | ((args: T, opts: $util.CustomResourceOptions, name: string) => any);
  /** A component or a resource that may be taken for an output of itself. */
  type Node<T> = T & $util.OutputInstance<T>;
  /** Where the records of a domain are kept. */
  interface Dns {
    readonly provider: string;
  }
  /** What a component gives to those linked to it. */
  interface Definition<T extends { [name: string]: any } = { [name: string]: any }> {
    properties: T;
    include?: any[];
  }

  /** A component of your own. */
  class Component extends $util.ComponentResource {}
}
