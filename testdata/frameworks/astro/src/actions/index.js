import { defineAction } from "astro:actions";
export const server = { save: defineAction({ accept: "form", handler: (form) => form.get("x") }) };
