const sum = (bytes) => bytes.reduce((a, b) => a + b, 0);
export const GET = () => Response.json({ hello: "world" }, { headers: { "set-cookie": "a=1" } });
export const POST = async ({ request }) => Response.json({ sum: sum(new Uint8Array(await request.arrayBuffer())) });
