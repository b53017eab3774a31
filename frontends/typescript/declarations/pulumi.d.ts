// What sstc has of @pulumi/pulumi: the global $util, and the module.

declare namespace $util {
  /** A value, or one that is known later. */
  type Input<T> = T | Promise<T> | OutputInstance<T>;
  type Inputs = { [name: string]: Input<any> };

  /** A value that may be known only after deployment. Its properties can be read as if it were known. */
  type Output<T> = OutputInstance<T> & Lifted<T>;

  interface OutputInstance<T> {
    /** Computes a value from this one. */
    apply<U>(func: (t: T) => Promise<U>): Output<U>;
    apply<U>(func: (t: T) => OutputInstance<U>): Output<U>;
    apply<U>(func: (t: T) => U): Output<U>;
    get(): T;
  }
  interface OutputConstructor {
    create<T>(val: Input<T>): Output<Unwrap<T>>;
    create<T>(val: Input<T> | undefined): Output<Unwrap<T | undefined>>;
    isInstance<T>(obj: any): obj is Output<T>;
    [Symbol.hasInstance](obj: any): obj is Output<any>;
  }
  const Output: OutputConstructor;

  type Lifted<T> = T extends string ? LiftedObject<String, PropertyNames<String>>
    : T extends Array<infer U> ? LiftedArray<U>
    : T extends object ? LiftedObject<T, PropertyNames<T>>
    : {};
  type PropertyNames<T> = { [K in keyof T]: T[K] extends (...args: any[]) => any ? never : K }[keyof T];
  type LiftedObject<T, K extends keyof T> = {
    [P in K]: 0 extends 1 & T[P] ? Output<any>
      : T[P] extends OutputInstance<infer U> ? Output<U>
      : T[P] extends Promise<infer U> ? Output<U>
      : Output<T[P]>;
  };
  type LiftedArray<T> = { readonly length: Output<number>; readonly [n: number]: Output<T> };

  /** What is left of a type when its promises and outputs are known. */
  type Unwrap<T> = T extends Promise<infer U> ? UnwrapSimple<U> : T extends OutputInstance<infer U> ? UnwrapSimple<U> : UnwrapSimple<T>;
  type UnwrapSimple<T> = T extends Plain ? T
    : T extends Resource ? T
    : T extends [any, ...any[]] ? UnwrappedObject<T>
    : T extends Array<infer U> ? UnwrappedArray<U>
    : T extends object ? UnwrappedObject<T>
    : never;
  type Plain = ((...args: any[]) => any) | string | number | boolean | undefined | null;
  type UnwrappedArray<T> = Array<Unwrap<T>>;
  type UnwrappedObject<T> = { [P in keyof T]: Unwrap<T[P]> };

  /** Makes an output of a value in which promises and outputs may be nested. */
  function output<T>(val: Input<T>): Output<Unwrap<T>>;
  function output<T>(val: Input<T> | undefined): Output<Unwrap<T | undefined>>;
  /** Makes one output of several values. */
  function all<T extends readonly [unknown, ...unknown[]]>(values: readonly [...T]): Output<{ -readonly [K in keyof T]: Unwrap<T[K]> }>;
  function all<T>(values: readonly Input<T>[]): Output<Unwrap<T>[]>;
  function all<T extends { [name: string]: any }>(values: T): Output<{ [K in keyof T]: Unwrap<T[K]> }>;
  /** Marks a value as secret. */
  function secret<T>(val: Input<T>): Output<Unwrap<T>>;
  function secret<T>(val: Input<T> | undefined): Output<Unwrap<T | undefined>>;
  function unsecret<T>(val: Output<T>): Output<T>;
  function isSecret<T>(val: Output<T>): Promise<boolean>;
  function isOutput(val: any): val is Output<any>;
  function isUnknown(val: any): boolean;
  function containsUnknowns(val: any): boolean;
  /** Joins values into a string. */
  function concat(...params: Input<any>[]): Output<string>;
  /** Makes a string of a template: interpolate`https://${host}`. */
  function interpolate(literals: TemplateStringsArray, ...placeholders: Input<any>[]): Output<string>;
  /** Makes JSON of a value. */
  function jsonStringify(obj: Input<any>, replacer?: ((this: any, key: string, value: any) => any) | (number | string)[], space?: string | number): Output<string>;
  /** Makes a value of JSON. */
  function jsonParse(text: Input<string>, reviver?: (this: any, key: string, value: any) => any): Output<any>;

  type ID = string;
  type URN = string;

  abstract class Resource {
    readonly urn: Output<URN>;
    constructor(t: string, name: string, custom: boolean, props?: Inputs, opts?: ResourceOptions);
    static isInstance(obj: any): obj is Resource;
  }
  abstract class CustomResource extends Resource {
    readonly id: Output<ID>;
    constructor(t: string, name: string, props?: Inputs, opts?: CustomResourceOptions);
    static isInstance(obj: any): obj is CustomResource;
  }
  abstract class ProviderResource extends CustomResource {
    constructor(pkg: string, name: string, props?: Inputs, opts?: ResourceOptions);
  }
  /** Groups the resources that a class of your own makes. */
  class ComponentResource<TData = any> extends Resource {
    constructor(type: string, name: string, args?: Inputs, opts?: ComponentResourceOptions, remote?: boolean);
    static isInstance(obj: any): obj is ComponentResource;
    protected initialize(args: Inputs): Promise<TData>;
    protected getData(): Promise<TData>;
    protected registerOutputs(outputs?: Inputs | Promise<Inputs> | Output<Inputs>): void;
  }

  interface ResourceOptions {
    id?: Input<ID>;
    /** The component or resource that owns this one. */
    parent?: Resource;
    /** What must exist first. */
    dependsOn?: Input<Input<Resource>[]> | Input<Resource>;
    /** Refuse to delete the resource. */
    protect?: boolean;
    /** Properties whose changes are not applied. */
    ignoreChanges?: string[];
    /** Properties whose changes replace the resource. */
    replaceOnChanges?: string[];
    /** Version of the provider. */
    version?: string;
    /** Earlier identities of the resource. */
    aliases?: Input<URN | Alias>[];
    /** An explicit provider. */
    provider?: ProviderResource;
    customTimeouts?: CustomTimeouts;
    transformations?: ResourceTransformation[];
    transforms?: ResourceTransform[];
    urn?: URN;
    pluginDownloadURL?: string;
    /** Leave the resource in place when it is removed from the app. */
    retainOnDelete?: boolean;
    /** A resource whose deletion deletes this one too. */
    deletedWith?: Resource;
  }
  interface CustomResourceOptions extends ResourceOptions {
    /** Delete the old resource before its replacement is made. */
    deleteBeforeReplace?: boolean;
    /** Outputs to be treated as secret. */
    additionalSecretOutputs?: string[];
    /** The provider's ID of an existing resource to adopt. */
    import?: ID;
  }
  interface ComponentResourceOptions extends ResourceOptions {
    /** Explicit providers for the children. */
    providers?: { [pkg: string]: ProviderResource } | ProviderResource[];
  }
  interface Alias {
    name?: Input<string>;
    type?: Input<string>;
    parent?: Resource | Input<URN>;
    stack?: Input<string>;
    project?: Input<string>;
  }
  interface CustomTimeouts {
    create?: string;
    update?: string;
    delete?: string;
    read?: string;
  }
  type ResourceTransformation = (args: ResourceTransformationArgs) => ResourceTransformationResult | undefined;
  type ResourceTransform = (args: ResourceTransformArgs) => Promise<ResourceTransformResult | undefined> | ResourceTransformResult | undefined;
  interface ResourceTransformArgs {
    custom: boolean;
    type: string;
    name: string;
    props: Inputs;
    opts: ResourceOptions;
  }
  interface ResourceTransformResult {
    props: Inputs;
    opts: ResourceOptions;
  }
  interface ResourceTransformationArgs extends Omit<ResourceTransformArgs, "custom"> {
    resource: Resource;
  }
  interface ResourceTransformationResult extends ResourceTransformResult {}
  function mergeOptions(opts1: CustomResourceOptions | undefined, opts2: CustomResourceOptions | undefined): CustomResourceOptions;
  function mergeOptions(opts1: ComponentResourceOptions | undefined, opts2: ComponentResourceOptions | undefined): ComponentResourceOptions;
  function mergeOptions(opts1: ResourceOptions | undefined, opts2: ResourceOptions | undefined): ResourceOptions;

  interface InvokeOptions {
    parent?: Resource;
    /** An explicit provider. */
    provider?: ProviderResource;
    version?: string;
    pluginDownloadURL?: string;
    async?: boolean;
  }
  interface InvokeOutputOptions extends InvokeOptions {
    /** What must exist before the provider is asked. */
    dependsOn?: Input<Input<Resource>[]> | Input<Resource>;
  }

  /** SST apps have no Pulumi configuration: every look-up gives undefined. */
  class Config {
    readonly name: string;
    constructor(name?: string);
    get<K extends string = string>(key: string): K | undefined;
    getSecret<K extends string = string>(key: string): Output<K> | undefined;
    getBoolean(key: string): boolean | undefined;
    getNumber(key: string): number | undefined;
    getObject<T>(key: string): T | undefined;
    require<K extends string = string>(key: string): K;
    requireSecret<K extends string = string>(key: string): Output<K>;
    requireBoolean(key: string): boolean;
    requireNumber(key: string): number;
    requireObject<T>(key: string): T;
  }
  function getStack(): string;
  function getProject(): string;
  function getOrganization(): string;
  function resourceName(res: Resource): string;
  function resourceType(res: Resource): string;

  class RunError extends Error {}
  class ResourceError extends Error {}
  class InputPropertyError extends Error {}

  namespace asset {
    abstract class Asset {
      private asset: never;
    }
    abstract class Archive {
      private archive: never;
    }
    /** A file to upload. */
    class FileAsset extends Asset {
      constructor(path: string);
    }
    /** A file to upload, with this content. */
    class StringAsset extends Asset {
      constructor(text: Input<string>);
    }
    /** A directory to upload as an archive. */
    class FileArchive extends Archive {
      constructor(path: string);
    }
  }
  namespace iterable {
    function toObject<T, V>(list: Input<Input<T>[]>, selector: (t: T) => Input<[Input<string>, Input<V>]>): Output<{ [key: string]: V }>;
    function groupBy<T, V>(list: Input<Input<T>[]>, selector: (t: T) => Input<[Input<string>, Input<V>]>): Output<{ [key: string]: V[] }>;
  }
  namespace log {
    function debug(msg: string): void;
    function info(msg: string): void;
    function warn(msg: string): void;
    function error(msg: string): void;
    function hasErrors(): boolean;
  }
  namespace runtime {
    function isDryRun(): boolean;
    function getStack(): string;
    function getProject(): string;
    function registerStackTransformation(t: ResourceTransformation): void;
    function registerResourceTransform(t: ResourceTransform): void;
    function invoke(token: string, args: Inputs, opts?: InvokeOptions): Promise<any>;
    /** In the types of Pulumi's own SDKs only. */
    interface CodePathOptions {
      [name: string]: any;
    }
  }
}

declare module "@pulumi/pulumi" {
  export = $util;
}
