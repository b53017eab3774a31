import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";
import { z } from "zod";
import { userOf } from "./auth";

export interface Request {
  user: string;
  id: string; // of the route's note; "" if the route has none
  query: Record<string, string | undefined>;
  body: unknown;
}

export class Problem extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Makes a Lambda handler of a function from a request to a JSON value. */
export function route(answer: (request: Request) => Promise<unknown>) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> => {
    try {
      const user = userOf(event.headers.authorization);
      if (user === undefined) throw new Problem(401, "The token is missing, or not valid.");
      const result = await answer({
        user,
        id: event.pathParameters?.id ?? "",
        query: event.queryStringParameters ?? {},
        body: event.body === undefined ? undefined : JSON.parse(event.body),
      });
      return json(result === undefined ? 204 : 200, result);
    } catch (error) {
      if (error instanceof Problem) return json(error.status, { error: error.message });
      if (error instanceof SyntaxError) return json(400, { error: "The body is not JSON." });
      if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) });
      throw error;
    }
  };
}

function json(statusCode: number, value: unknown): APIGatewayProxyResultV2 {
  return { statusCode, headers: { "content-type": "application/json" }, body: value === undefined ? "" : JSON.stringify(value) };
}
