import { Suspense } from 'react';
import { Await } from 'react-router';
export const loader = () => ({ later: new Promise((done) => setTimeout(done, 1500, 'LATER')) });
export default function I({ loaderData }) {
  return <><h1>RR7-STREAM</h1><Suspense fallback={<p>FIRST</p>}><Await resolve={loaderData.later}>{(text) => <output>{text}</output>}</Await></Suspense></>;
}
