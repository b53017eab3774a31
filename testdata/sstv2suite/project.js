// What the tests' helper imports as dist/project.js: it says which app the
// library is to think it is in.
let current;

export function setProject(project) {
  current = project;
  const { name, stage, region, ssmPrefix } = project.config;
  Object.assign(__sstc_library.project, { name, stage, region, ssmPrefix, version: project.version });
}
export const useProject = () => current;
