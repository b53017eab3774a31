import { defineEventHandler, readRawBody } from "h3";

export default defineEventHandler(async (event) => ({ sum: ((await readRawBody(event, false)) ?? []).reduce((a, b) => a + b, 0) }));
