import { createAsync, query } from '@solidjs/router';
import { Suspense } from 'solid-js';
const getLater = query(async () => { 'use server'; await new Promise((done) => setTimeout(done, 1500)); return 'LATER'; }, 'later');
export default function S() {
  const later = createAsync(() => getLater());
  return <><h1>SOLID-STREAM</h1><Suspense fallback={<p>FIRST</p>}><output>{later()}</output></Suspense></>;
}
