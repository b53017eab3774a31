// Starts and stops the builds that are a job's runs.
import { CodeBuildClient, StartBuildCommand, StopBuildCommand } from "@aws-sdk/client-codebuild";

const codebuild = new CodeBuildClient({});

export async function handler({ action, payload, jobId }) {
  if (action === "cancel") {
    await codebuild.send(new StopBuildCommand({ id: jobId }));
  } else if (action === "run") {
    const { build } = await codebuild.send(new StartBuildCommand({
      projectName: process.env.SST_JOB_RUNNER,
      environmentVariablesOverride: [{ name: "SST_PAYLOAD", value: JSON.stringify(payload || {}) }],
    }));
    return { jobId: build?.id };
  }
}
