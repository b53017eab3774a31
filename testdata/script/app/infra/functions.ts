import { uploads } from "./storage";

for (const name of ["first", "second"]) {
  new sst.aws.Function(`Handler${name}`, {
    handler: `src/${name}.handler`,
    link: [uploads],
    copyFiles: [{ from: "src/texts", to: "texts" }],
  });
}
