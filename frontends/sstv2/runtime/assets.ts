// Files and directories that the CDK would publish. It is given intrinsic
// functions for where they will be; Go packs them and fills that in.
import path from "path";
import * as cdk from "aws-cdk-lib/core";

export interface FileAsset {
  id: string;
  packaging: "file" | "zip";
  file: string; // absolute
  exclude?: { patterns: string[]; mode?: string };
}

const found = new Map<string, FileAsset>();
const copies = new Map<string, { from: string; exclude: string[]; mode?: string }>(); // in the output directory -> where it is from

/** part is a fact about an asset, as a token. The id may be one that is known later. */
export const part = (id: string | (() => string), name: "bucket" | "key" | "handler") =>
  cdk.Lazy.string({ produce: () => ({ "Fn::SstcAsset": [typeof id === "string" ? id : id(), name] }) as unknown as string });

export function interceptAssets() {
  // A directory is packed by Go: there is no need to copy it first.
  cdk.FileSystem.copyDirectory = (from: string, to: string, options: cdk.CopyOptions = {}) => {
    const ignores = options.exclude ?? [];
    copies.set(path.resolve(to), { from: path.resolve(from), exclude: [...ignores], mode: options.ignoreMode });
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
  const bucketName = part(id, "bucket"), objectKey = part(id, "key");
  const httpUrl = `https://s3.${cdk.Aws.REGION}.${cdk.Aws.URL_SUFFIX}/${bucketName}/${objectKey}`;
  const s3ObjectUrl = `s3://${bucketName}/${objectKey}`;
  return { bucketName, objectKey, httpUrl, s3ObjectUrl, s3Url: httpUrl, s3ObjectUrlWithPlaceholders: s3ObjectUrl } as cdk.FileAssetLocation;
}

function addDockerImageAsset(this: cdk.IStackSynthesizer, asset: cdk.DockerImageAssetSource): cdk.DockerImageAssetLocation {
  throw new Error(`sstc cannot build container images yet, and the app needs one of ${asset.directoryName ?? "a program"}.`);
}

/** assets are those that templates name, with where their files really are. */
export function assets(outdir: string): FileAsset[] {
  return [...found.values()].map((asset) => {
    const file = path.resolve(outdir, asset.file);
    const copy = copies.get(file);
    return { ...asset, file: copy?.from ?? file, exclude: copy && copy.exclude.length > 0 ? { patterns: copy.exclude, mode: copy.mode } : undefined };
  });
}
