import { Form } from 'react-router';
export const clientAction = async ({ request }) => ({ saved: (await request.formData()).get('x') });
export default function I({ actionData }) {
  return <><h1>RR7-FORM</h1><Form method="post"><input name="x"/><button>go</button></Form><output>{actionData && `SAVED ${actionData.saved}`}</output></>;
}
