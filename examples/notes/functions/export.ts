import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { Resource } from "sst";
import { z } from "zod";
import * as store from "./lib/store";

const s3 = new S3Client({});
const Job = z.object({ user: z.string() });

// Writes all notes of a user into one file. Jobs that fail come back.
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const record of event.Records) {
    try {
      const { user } = Job.parse(JSON.parse(record.body));
      const parts: string[] = [];
      for await (const note of store.all(user)) {
        parts.push(`# ${note.title}\n\n${note.text}\n`);
      }
      await s3.send(
        new PutObjectCommand({
          Bucket: Resource.Files.name,
          Key: `exports/${user}.md`,
          Body: parts.join("\n"),
          ContentType: "text/markdown; charset=utf-8",
        }),
      );
    } catch (error) {
      console.error("export failed", record.messageId, error);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}
