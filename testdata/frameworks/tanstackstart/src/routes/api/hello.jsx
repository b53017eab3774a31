import { createFileRoute } from '@tanstack/react-router';
const sum = (bytes) => bytes.reduce((a, b) => a + b, 0);
export const Route = createFileRoute('/api/hello')({
  server: {
    handlers: {
      GET: () => Response.json({ hello: 'world' }, { headers: { 'set-cookie': 'a=1' } }),
      POST: async ({ request }) => Response.json({ sum: sum(new Uint8Array(await request.arrayBuffer())) }),
    },
  },
});
