// What Lambda adds to code that is in a template: the answer to CloudFormation,
// or to whoever calls in its place.
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = function (event, context, status, data, physicalResourceId, noEcho) {
  const body = JSON.stringify({
    Status: status,
    Reason: `See the log stream ${context.logStreamName}`,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: data,
  });
  const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
  const { request: open } = require(event.ResponseURL.startsWith("http:") ? "http" : "https");
  const request = open(event.ResponseURL, { method: "PUT", headers }, (response) => {
    console.log(`The answer was received: ${response.statusCode}`);
    response.resume();
    context.done();
  });
  request.on("error", (error) => {
    console.log(`The answer could not be sent: ${error}`);
    context.done();
  });
  request.end(body);
};
