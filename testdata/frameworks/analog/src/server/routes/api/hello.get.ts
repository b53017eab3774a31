import { defineEventHandler, getQuery, setCookie } from "h3";

export default defineEventHandler((event) => {
  setCookie(event, "a", "1");
  return { hello: "world", q: getQuery(event)["q"] };
});
