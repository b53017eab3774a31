const site = new sst.aws.StaticSite("Web", { path: "web" });
export const outputs = { site: site.url };
