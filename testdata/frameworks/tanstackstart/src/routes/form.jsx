import { useState } from 'react';
import { createFileRoute } from '@tanstack/react-router';
import { createServerFn } from '@tanstack/react-start';
const save = createServerFn({ method: 'POST' }).validator((data) => data).handler(async ({ data }) => `SAVED ${data.x}`);
function Page() {
  const [saved, setSaved] = useState('');
  const submit = async (e) => {
    e.preventDefault();
    setSaved(await save({ data: { x: new FormData(e.target).get('x') } }));
  };
  return <><h1>TSS-FORM</h1><form onSubmit={submit}><input name="x"/><button>go</button></form><output>{saved}</output></>;
}
export const Route = createFileRoute('/form')({ component: Page });
