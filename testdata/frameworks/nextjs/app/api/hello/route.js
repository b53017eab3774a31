export const dynamic='force-dynamic';
export async function GET(req){return Response.json({hello:'world',q:new URL(req.url).searchParams.get('q')})}
export async function POST(req){return Response.json({sum:[...new Uint8Array(await req.arrayBuffer())].reduce((a,b)=>a+b,0)})}
