import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Event } from "aws-lambda";
import { Resource } from "sst";
import * as store from "./lib/store";

const s3 = new S3Client({});

// Notes what was uploaded, or deletes it again if its note is gone.
export async function handler(event: S3Event): Promise<void> {
  for (const { s3: upload } of event.Records) {
    const key = decodeURIComponent(upload.object.key.replaceAll("+", " "));
    const [, user, note] = key.split("/");
    try {
      await store.attach(user, note, key, upload.object.size);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      await s3.send(new DeleteObjectCommand({ Bucket: Resource.Files.name, Key: key }));
    }
  }
}
