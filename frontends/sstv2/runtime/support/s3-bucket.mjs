// Makes the bucket that functions of Lambda@Edge have their code in, in us-east-1.
import crypto from "node:crypto";
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { customResource } from "./respond.mjs";

const s3 = new S3Client({ region: "us-east-1" });
const letters = () => Array.from(crypto.randomBytes(20), (b) => "abcdefghijklmnopqrstuvwxyz"[b % 26]).join("");

async function empty(Bucket) {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
}

export const handler = customResource(async ({ RequestType, PhysicalResourceId, ResourceProperties: { BucketNamePrefix } }) => {
  let BucketName = PhysicalResourceId;
  if (RequestType === "Create") {
    BucketName = `${BucketNamePrefix.toLowerCase().slice(0, 42)}-${letters()}`;
    await s3.send(new CreateBucketCommand({ Bucket: BucketName }));
  } else if (RequestType === "Delete") {
    await empty(BucketName);
    await s3.send(new DeleteBucketCommand({ Bucket: BucketName }));
  }
  return { PhysicalResourceId: BucketName, Data: { BucketName } };
});
