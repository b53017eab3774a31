export const load = ({ url }) => ({ host: url.host });
export const actions = { default: async ({ request }) => ({ x: (await request.formData()).get("x") }) };
