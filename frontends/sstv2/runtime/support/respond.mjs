// Answers CloudFormation for a custom resource: what is handled may return an
// ID and data.
export const customResource = (handle) => async (event) => {
  const answer = { Status: "SUCCESS", Reason: "", PhysicalResourceId: event.PhysicalResourceId || event.LogicalResourceId };
  try {
    Object.assign(answer, await handle(event));
  } catch (error) {
    console.error(error);
    answer.Status = "FAILED";
    answer.Reason = `${error.message} (log group ${process.env.AWS_LAMBDA_LOG_GROUP_NAME}, stream ${process.env.AWS_LAMBDA_LOG_STREAM_NAME})`;
  }
  const { StackId, RequestId, LogicalResourceId } = event;
  const response = await fetch(event.ResponseURL, {
    method: "PUT",
    headers: { "content-type": "" },
    body: JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId }),
  });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
};
