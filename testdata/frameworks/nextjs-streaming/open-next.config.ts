export default { default: { override: { wrapper: "aws-lambda-streaming" } } };
