export const uploads = new sst.aws.Bucket("Uploads");
export const outputs = { bucket: uploads.name };
