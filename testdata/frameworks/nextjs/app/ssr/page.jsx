import {headers} from 'next/headers';
export const dynamic='force-dynamic';
export default async function P(){const h=await headers();return <main><h1>SSR-PAGE</h1><p>{`host=${h.get('host')} mw=${h.get('x-mw')} bucket=${process.env.PUBLIC_BUCKET}`}</p></main>}
