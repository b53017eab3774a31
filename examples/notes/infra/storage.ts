// Everything about a user is under one hash key, so that a page of notes is
// one query. "due" is set on notes that have a reminder, and nowhere else: the
// index holds those alone.
export const table = new sst.aws.Dynamo("Table", {
  fields: { user: "string", note: "string", due: "string" },
  primaryIndex: { hashKey: "user", rangeKey: "note" },
  globalIndexes: { Due: { hashKey: "due", rangeKey: "note" } },
  ttl: "expires",
  deletionProtection: $app.stage === "production",
});

export const files = new sst.aws.Bucket("Files", {
  versioning: true,
  cors: { allowMethods: ["PUT", "GET"], allowOrigins: ["*"], maxAge: "1 day" },
  lifecycle: [{ prefix: "exports/", expiresIn: "7 days" }],
  transform: {
    bucket: (args) => {
      args.tags = { ...args.tags, contains: "what users upload" };
    },
  },
});

files.notify({
  notifications: [
    {
      name: "Uploaded",
      function: { handler: "functions/uploaded.handler", link: [table, files] },
      events: ["s3:ObjectCreated:*"],
      filterPrefix: "attachments/",
    },
  ],
});
