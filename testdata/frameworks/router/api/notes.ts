export const get = async (event) => ({ id: event.pathParameters.id, host: event.headers["x-forwarded-host"] });
export const post = async (event) => ({ statusCode: 201, body: JSON.stringify({ kept: JSON.parse(event.body).text }) });
