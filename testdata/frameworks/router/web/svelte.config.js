import sst from "svelte-kit-sst";
export default { kit: { adapter: sst(), paths: { base: "/app" }, prerender: { handleHttpError: "warn" } } };
