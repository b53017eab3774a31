import { json, PageServerAction } from "@analogjs/router/server/actions";
import { readFormData } from "h3";

export const action = async ({ event }: PageServerAction) => json(`SAVED ${(await readFormData(event)).get("x")}`);
