import { Suspense } from 'react';
export const dynamic='force-dynamic';
async function Later(){await new Promise((done)=>setTimeout(done,1500));return <output>LATER</output>}
export default function P(){return <><h1>NEXT-STREAM</h1><Suspense fallback={<p>FIRST</p>}><Later/></Suspense></>}
