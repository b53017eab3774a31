import { PageServerLoad } from "@analogjs/router";

export const load = async ({ params }: PageServerLoad) => ({ id: params?.["id"] });
