export default defineEventHandler(async (event) => ({ saved: `SAVED ${(await readBody(event)).x}` }));
