// What functions find under Resource, by the names in infra/.
import "sst";

declare module "sst" {
  export interface Resource {
    Exports: { type: "sst.aws.Queue"; url: string };
    Files: { type: "sst.aws.Bucket"; name: string };
    Reminders: { type: "aws.sns/topic.Topic"; arn: string };
    Table: { type: "sst.aws.Dynamo"; name: string };
    TokenKey: { type: "sst.sst.Secret"; value: string };
  }
}
