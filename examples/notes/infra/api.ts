import { exports } from "./queue";
import { tokenKey } from "./secrets";
import { files, table } from "./storage";

export const api = new sst.aws.ApiGatewayV2("Api", {
  cors: { allowMethods: ["GET", "POST", "PUT", "DELETE"], allowHeaders: ["authorization", "content-type"] },
  accessLog: { retention: "1 month" },
});

const handler = (name: string, ...more: (typeof files | typeof exports)[]) => ({
  handler: `functions/notes.${name}`,
  link: [table, tokenKey, ...more],
});

api.route("GET /notes", handler("list"));
api.route("POST /notes", handler("create"));
api.route("GET /notes/{id}", handler("read"));
api.route("PUT /notes/{id}", handler("update"));
api.route("DELETE /notes/{id}", handler("remove"));
api.route("POST /notes/{id}/attachments", handler("attach", files));
api.route("POST /exports", handler("requestExport", exports));
