// Prints a token for a user: TOKEN_KEY=... node scripts/token.mjs alice
import { createHmac } from "node:crypto";

const [user] = process.argv.slice(2);
const key = process.env.TOKEN_KEY;
if (!user || !key) {
  console.error("usage: TOKEN_KEY=... node scripts/token.mjs USER");
  process.exit(1);
}
console.log(`${user}.${createHmac("sha256", key).update(user).digest("hex")}`);
