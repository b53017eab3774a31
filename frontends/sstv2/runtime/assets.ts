// Files and directories that the CDK would publish. It is given intrinsic
// functions for where they will be; Go packs them and fills that in.
import nodeFs from "fs";
import path from "path";
import * as cdk from "aws-cdk-lib/core";

// __written says whether there is anything that the configuration has written.
const fs = nodeFs as typeof nodeFs & { __written(file: string): boolean };

interface FileAsset {
  id: string;
  packaging: "file" | "zip" | "image";
  image?: {
    dockerfile: string; target?: string; platform?: string; args: [string, string][]; builder?: string;
    ssh?: string; secrets: [string, string][]; network?: string; cacheFrom: string[]; cacheTo?: string; noCache?: boolean;
  };
  file: string; // absolute
  /** What is in it, where that is not all that is there. */
  parts?: { name: string; file: string }[];
}

const found = new Map<string, FileAsset>();
// What the CDK would have copied into its output directory, and where it is from.
const copies = new Map<string, { from: string; options: cdk.CopyOptions }>();

/** part is a fact about an asset, as a token. The id may be one that is known later. */
export const part = (id: string | (() => string), name: "bucket" | "key" | "handler" | "repo" | "tag") =>
  cdk.Lazy.string({ produce: () => ({ "Fn::SstcAsset": [typeof id === "string" ? id : id(), name] }) as unknown as string });

/** bucket is where they all are: one token, so that equal statements about it are seen to be equal. */
let bucketToken: string | undefined;
export const bucket = () => (bucketToken ??= part("", "bucket"));

export function interceptAssets(outdir: string) {
  // What Go packs from where it is need not be copied first.
  const { copyDirectory } = cdk.FileSystem;
  cdk.FileSystem.copyDirectory = (from: string, to: string, options: cdk.CopyOptions = {}, ...rest: any[]) => {
    // What was made for the purpose may soon be gone.
    if (fs.__written(path.resolve(from))) return (copyDirectory as any).call(cdk.FileSystem, from, to, options, ...rest);
    copies.set(path.resolve(to), { from: path.resolve(from), options });
  };
  for (const synthesizer of [cdk.DefaultStackSynthesizer, cdk.LegacyStackSynthesizer, cdk.CliCredentialsStackSynthesizer, cdk.BootstraplessSynthesizer]) {
    synthesizer.prototype.addFileAsset = addFileAsset;
    synthesizer.prototype.addDockerImageAsset = addDockerImageAsset;
  }
}

function addFileAsset(this: cdk.IStackSynthesizer, asset: cdk.FileAssetSource): cdk.FileAssetLocation {
  if (asset.executable) throw new Error("An asset whose content a program makes at deployment (executable) is not supported by sstc.");
  const packaging = asset.packaging === cdk.FileAssetPackaging.ZIP_DIRECTORY ? "zip" : "file";
  const id = asset.sourceHash + (packaging === "zip" ? "" : path.extname(asset.fileName ?? ""));
  if (!found.has(id)) found.set(id, { id, packaging, file: asset.fileName! });
  const bucketName = bucket(), objectKey = part(id, "key");
  const httpUrl = `https://s3.${cdk.Aws.REGION}.${cdk.Aws.URL_SUFFIX}/${bucketName}/${objectKey}`;
  const s3ObjectUrl = `s3://${bucketName}/${objectKey}`;
  return { bucketName, objectKey, httpUrl, s3ObjectUrl, s3Url: httpUrl, s3ObjectUrlWithPlaceholders: s3ObjectUrl } as cdk.FileAssetLocation;
}

function addDockerImageAsset(this: cdk.IStackSynthesizer, asset: cdk.DockerImageAssetSource): cdk.DockerImageAssetLocation {
  if (asset.executable || !asset.directoryName) throw new Error("A container image that a program makes at deployment (executable) is not supported by sstc.");
  const given = asset as any;
  if (given.dockerOutputs !== undefined) throw new Error('sstc does not support "outputs" of a container image: what is built is an image in a repository.');
  const id = `image${asset.sourceHash}`;
  if (!found.has(id)) {
    found.set(id, {
      id, packaging: "image", file: asset.directoryName,
      image: {
        dockerfile: asset.dockerFile ?? "Dockerfile", target: asset.dockerBuildTarget, platform: asset.platform, args: Object.entries(asset.dockerBuildArgs ?? {}),
        builder: asset.dockerFile === nixpacksFile ? "nixpacks" : undefined,
        ssh: given.dockerBuildSsh, secrets: Object.entries(given.dockerBuildSecrets ?? {}), network: given.networkMode,
        cacheFrom: (given.dockerCacheFrom ?? []).map(cacheOption), cacheTo: given.dockerCacheTo && cacheOption(given.dockerCacheTo), noCache: given.dockerCacheDisabled,
      },
    });
  }
  const repositoryName = part("", "repo"), imageTag = part(id, "tag");
  return { repositoryName, imageTag, imageUri: `${cdk.Aws.ACCOUNT_ID}.dkr.ecr.${cdk.Aws.REGION}.${cdk.Aws.URL_SUFFIX}/${repositoryName}:${imageTag}` };
}

/** cacheOption is a cache in Docker's spelling. */
const cacheOption = ({ type, params = {} }: { type: string; params?: Record<string, string> }) =>
  [`type=${type}`, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(",");

/** imageBuild are SST's settings for building an image, as the CDK has them. */
export const imageBuild = ({ buildArgs, buildSsh, cacheFrom, cacheTo }: any) =>
  Object.fromEntries(Object.entries({ buildArgs, buildSsh, cacheFrom, cacheTo }).filter(([, value]) => value !== undefined));

/** nixpacksFile is where Nixpacks writes a Dockerfile, in the directory of a service. */
const nixpacksFile = ".nixpacks/Dockerfile";

/** withNixpacks makes an image whose Dockerfile is written when it is built: the CDK looks whether it is there. */
export function withNixpacks<T>(dir: string, make: (file: string) => T): T {
  const { existsSync } = fs, file = path.resolve(dir, nixpacksFile);
  fs.existsSync = (name) => (typeof name === "string" && path.resolve(name) === file) || existsSync(name);
  try {
    return make(nixpacksFile);
  } finally {
    fs.existsSync = existsSync;
  }
}

/** assets are those that templates name, with where their files really are. */
export function assets(outdir: string): FileAsset[] {
  return [...found.values()].filter((asset) => !asset.file.endsWith(".template.json")).map((asset) => {
    let file = path.resolve(outdir, asset.file), options: cdk.CopyOptions = {};
    for (let copy = copies.get(file); copy; copy = copies.get(file)) {
      file = copy.from;
      options = { ...options, ...copy.options };
    }
    // The CDK always leaves out its output directory, and a marker of its own.
    const exclude = (options.exclude ?? []).filter((pattern) => !pattern.startsWith(outdir) && (pattern !== marker || fs.existsSync(path.join(file, marker))));
    if (asset.packaging === "file" || exclude.length === 0) return { ...asset, file };
    const strategy = cdk.IgnoreStrategy.fromCopyOptions({ ...options, exclude }, file);
    return { ...asset, file, parts: inside(file, (full) => strategy.ignores(full)) };
  });
}

const marker = ".is_custom_resource";

/** inside lists the files in a directory. */
function inside(dir: string, ignores: (full: string) => boolean, name = ""): { name: string; file: string }[] {
  return fs.readdirSync(dir).sort().flatMap((child) => {
    const file = path.join(dir, child), at = name + child;
    if (fs.statSync(file).isDirectory()) return inside(file, ignores, `${at}/`);
    return ignores(file) ? [] : [{ name: at, file }];
  });
}
