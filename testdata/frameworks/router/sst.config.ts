export default $config({
  app: () => ({ name: "router", home: "aws" }),
  async run() {
    const router = new sst.aws.Router("Router");
    new sst.aws.StaticSite("Landing", { path: "landing", router: { instance: router } });
    new sst.aws.SvelteKit("Web", { path: "web", router: { instance: router, path: "/app" } });
    const api = new sst.aws.ApiGatewayV2("Api");
    api.route("GET /notes/{id}", "api/notes.get");
    api.route("POST /notes", "api/notes.post");
    router.route("/api", api.url, { rewrite: { regex: "^/api/(.*)$", to: "/$1" } });
    return { url: router.url };
  },
});
