import { createHmac, timingSafeEqual } from "node:crypto";
import { Resource } from "sst";

// A token is the user's name and a signature of it: "alice.3f0c…".
const sign = (user: string) => createHmac("sha256", Resource.TokenKey.value).update(user).digest("hex");

/** Returns the user whom an Authorization header names, or undefined. */
export function userOf(authorization: string | undefined): string | undefined {
  const [, user, signature] = /^Bearer ([\w-]+)\.([0-9a-f]{64})$/.exec(authorization ?? "") ?? [];
  if (user === undefined) return undefined;
  return timingSafeEqual(Buffer.from(signature, "hex"), Buffer.from(sign(user), "hex")) ? user : undefined;
}
