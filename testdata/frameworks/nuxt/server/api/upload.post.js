export default defineEventHandler(async (event) => {
  const bytes = await readRawBody(event, false);
  return { sum: bytes.reduce((a, b) => a + b, 0), url: getRequestURL(event).host };
});
