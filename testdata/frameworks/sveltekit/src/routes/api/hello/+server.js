import { json } from "@sveltejs/kit";
export const GET = ({ url }) => json({ hello: "world", q: url.searchParams.get("q") }, { headers: { "set-cookie": "a=1" } });
export const POST = async ({ request }) => json({ sum: new Uint8Array(await request.arrayBuffer()).reduce((a, b) => a + b, 0) });
