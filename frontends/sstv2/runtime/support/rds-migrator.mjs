// Runs the migrations of a database.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { RDSData } from "@aws-sdk/client-rds-data";
import { Kysely, Migrator, NO_MIGRATIONS } from "kysely";
import { DataApiDialect } from "kysely-data-api";

async function getMigrations() {
  const dir = path.resolve(process.env.RDS_MIGRATIONS_PATH), migrations = {};
  for (const file of fs.readdirSync(dir)) {
    if (/\.[cm]?js$/.test(file)) migrations[file.split(".")[0]] = await import(pathToFileURL(path.join(dir, file)).href);
  }
  return migrations;
}

export async function handler(event) {
  const db = new Kysely({
    dialect: new DataApiDialect({
      mode: process.env.RDS_ENGINE_MODE,
      driver: {
        client: new RDSData({}),
        // From the custom resource, it is among its parameters.
        database: event?.database || event?.params?.database || process.env.RDS_DATABASE,
        secretArn: process.env.RDS_SECRET,
        resourceArn: process.env.RDS_ARN,
      },
    }),
  });
  const migrator = new Migrator({ db, provider: { getMigrations } });
  const type = event?.type || "latest";
  if (type === "list") return migrator.getMigrations();
  if (type !== "latest" && type !== "to") return;
  const result = await (type === "latest" ? migrator.migrateToLatest() : migrator.migrateTo(event.data.name || NO_MIGRATIONS));
  const error = result.error || result.results?.find((r) => r.status === "Error");
  if (error) throw error;
  return result;
}
