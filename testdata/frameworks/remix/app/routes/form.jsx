import { Form, useActionData } from '@remix-run/react';
export const action = async ({ request }) => ({ saved: (await request.formData()).get('x') });
export default function I() {
  const d = useActionData();
  return <><h1>REMIX-FORM</h1><Form method="post"><input name="x"/><button>go</button></Form><output>{d && `SAVED ${d.saved}`}</output></>;
}
