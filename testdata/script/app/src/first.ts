import { shared } from "./shared";

export const handler = async () => shared("first");
