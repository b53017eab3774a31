'use client';
import { useActionState } from 'react';
import { save } from './save';
export default function P() {
  const [saved, action] = useActionState(save, '');
  return <><h1>NEXT-FORM</h1><form action={action}><input name="x"/><button>go</button></form><output>{saved}</output></>;
}
