import sst from "svelte-kit-sst";

// The layout has links to pages that are only in the app with a server.
export default { kit: { adapter: sst(), prerender: { handleHttpError: "ignore" } } };
