import { Suspense } from 'react';
import { Await, useLoaderData } from '@remix-run/react';
export const loader = () => ({ later: new Promise((done) => setTimeout(done, 1500, 'LATER')) });
export default function I() {
  const d = useLoaderData();
  return <><h1>REMIX-STREAM</h1><Suspense fallback={<p>FIRST</p>}><Await resolve={d.later}>{(text) => <output>{text}</output>}</Await></Suspense></>;
}
