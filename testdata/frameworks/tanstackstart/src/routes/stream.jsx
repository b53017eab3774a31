import { Suspense } from 'react';
import { Await, createFileRoute } from '@tanstack/react-router';
export const Route = createFileRoute('/stream')({
  loader: () => ({ later: new Promise((done) => setTimeout(done, 1500, 'LATER')) }),
  component: () => <><h1>TSS-STREAM</h1><Suspense fallback={<p>FIRST</p>}><Await promise={Route.useLoaderData().later}>{(text) => <output>{text}</output>}</Await></Suspense></>,
});
