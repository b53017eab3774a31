import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { Resource } from "sst";
import * as store from "./lib/store";

const sns = new SNSClient({});

export async function handler(): Promise<void> {
  const hour = store.hourOf(new Date().toISOString());
  for (const note of await store.dueIn(hour)) {
    await sns.send(
      new PublishCommand({ TopicArn: Resource.Reminders.arn, Subject: note.title.slice(0, 100), Message: note.text || note.title }),
    );
  }
}
