'use server';
export async function save(_, form) { return `SAVED ${form.get('x')}`; }
