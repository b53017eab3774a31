import { action, useSubmission } from '@solidjs/router';
const save = action(async (data) => { 'use server'; return 'SAVED ' + data.get('x'); }, 'save');
export default function F() {
  const submission = useSubmission(save);
  return <><h1>SOLID-FORM</h1><form action={save} method="post"><input name="x"/><button>go</button></form><output>{submission.result}</output></>;
}
