export const shared = (name: string) => ({ name, uploads: process.env.SST_RESOURCE_Uploads });
