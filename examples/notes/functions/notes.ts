import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Resource } from "sst";
import { z } from "zod";
import { Problem, route } from "./lib/http";
import * as store from "./lib/store";

const s3 = new S3Client({});
const sqs = new SQSClient({});

async function existing(user: string, id: string): Promise<store.Note> {
  const note = await store.get(user, id);
  if (note === undefined) throw new Problem(404, `There is no note "${id}".`);
  return note;
}

export const list = route(({ user, query }) => store.list(user, query.after));

export const create = route(({ user, body }) => store.put(user, store.Draft.parse(body)));

export const read = route(({ user, id }) => existing(user, id));

export const update = route(async ({ user, id, body }) => {
  await existing(user, id);
  return store.put(user, store.Draft.parse(body), id);
});

export const remove = route(({ user, id }) => store.remove(user, id));

const Attachment = z.strictObject({ name: z.string().regex(/^[\w. -]{1,100}$/) });

export const attach = route(async ({ user, id, body }) => {
  await existing(user, id);
  const { name } = Attachment.parse(body);
  const command = new PutObjectCommand({ Bucket: Resource.Files.name, Key: `attachments/${user}/${id}/${name}` });
  return { upload: await getSignedUrl(s3, command, { expiresIn: 300 }) };
});

export const requestExport = route(async ({ user }) => {
  await sqs.send(new SendMessageCommand({ QueueUrl: Resource.Exports.url, MessageBody: JSON.stringify({ user }) }));
  return { key: `exports/${user}.md` };
});
