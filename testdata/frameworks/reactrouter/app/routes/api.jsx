export async function loader(){return Response.json({hello:'world'},{headers:{'set-cookie':'a=1'}})}
export const action = async ({ request }) => Response.json({ sum: new Uint8Array(await request.arrayBuffer()).reduce((a, b) => a + b, 0), url: request.url });
