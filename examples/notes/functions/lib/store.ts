import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { randomUUID } from "node:crypto";
import { Resource } from "sst";
import { z } from "zod";

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
const TableName = Resource.Table.name;

/** What a user may say about a note. */
export const Draft = z.strictObject({
  title: z.string().trim().min(1).max(200),
  text: z.string().max(100_000).default(""),
  remindAt: z.iso.datetime().optional(),
});
export type Draft = z.infer<typeof Draft>;

export interface Note extends Draft {
  user: string;
  note: string;
  changed: string;
  due?: string; // the hour of remindAt, such as 2026-03-01T08
  attachments?: { key: string; bytes: number }[];
}

export const hourOf = (time: string) => time.slice(0, "2026-03-01T08".length);

export async function list(user: string, after?: string): Promise<{ notes: Note[]; next?: string }> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "#user = :user",
      ExpressionAttributeNames: { "#user": "user" },
      ExpressionAttributeValues: { ":user": user },
      ExclusiveStartKey: after === undefined ? undefined : { user, note: after },
      Limit: 50,
    }),
  );
  return { notes: Items as Note[], next: LastEvaluatedKey?.note };
}

export async function* all(user: string): AsyncGenerator<Note> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await list(user, after);
    yield* page.notes;
    after = page.next;
    more = after !== undefined;
  }
}

export async function get(user: string, note: string): Promise<Note | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { user, note } }));
  return Item as Note | undefined;
}

export async function put(user: string, draft: Draft, note: string = randomUUID()): Promise<Note> {
  const item: Note = {
    ...draft,
    user,
    note,
    changed: new Date().toISOString(),
    due: draft.remindAt && hourOf(draft.remindAt),
    attachments: (await get(user, note))?.attachments,
  };
  await client.send(new PutCommand({ TableName, Item: item }));
  return item;
}

export async function remove(user: string, note: string): Promise<void> {
  await client.send(new DeleteCommand({ TableName, Key: { user, note } }));
}

/** Adds an attachment to a note, unless the note is gone. */
export async function attach(user: string, note: string, key: string, bytes: number): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName,
      Key: { user, note },
      ConditionExpression: "attribute_exists(note)",
      UpdateExpression: "SET attachments = list_append(if_not_exists(attachments, :none), :one)",
      ExpressionAttributeValues: { ":none": [], ":one": [{ key, bytes }] },
    }),
  );
}

/** The notes with a reminder in an hour. */
export async function dueIn(hour: string): Promise<Note[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "Due",
      KeyConditionExpression: "due = :hour",
      ExpressionAttributeValues: { ":hour": hour },
    }),
  );
  return Items as Note[];
}
