# A notebook: an API and a web page over a table, attachments in a bucket,
# exports through a queue, and reminders once an hour.
#
# This is the app of ../sst.config.ts and ../infra. To build it from this file,
# copy it there and say --config sst.config.hcl.

app {
  name    = "notes"
  home    = "aws"
  removal = app.stage == "production" ? "retain" : "remove"
  protect = app.stage == "production"
}

provider "aws" {
  region = "eu-central-1"
}

# Holds for every function.
transform "sst.aws.Function" {
  architecture = coalesce(prior.architecture, "arm64")
  memory       = coalesce(prior.memory, "256 MB")
  logging      = coalesce(prior.logging, { retention = app.stage == "production" ? "1 year" : "1 week" })
}

# Everything about a user is under one hash key, so that a page of notes is
# one query. "due" is set on notes that have a reminder, and nowhere else: the
# index holds those alone.
component "sst.aws.Dynamo" "Table" {
  fields = {
    user = "string"
    note = "string"
    due  = "string"
  }
  primaryIndex {
    hashKey  = "user"
    rangeKey = "note"
  }
  globalIndexes "Due" {
    hashKey  = "due"
    rangeKey = "note"
  }
  ttl                = "expires"
  deletionProtection = app.stage == "production"
}

component "sst.aws.Bucket" "Files" {
  versioning = true
  cors {
    allowMethods = ["PUT", "GET"]
    allowOrigins = ["*"]
    maxAge       = "1 day"
  }
  lifecycle {
    prefix    = "exports/"
    expiresIn = "7 days"
  }
  transform "bucket" {
    tags = merge(prior.tags, { contains = "what users upload" })
  }

  notify {
    notifications {
      name = "Uploaded"
      function {
        handler = "functions/uploaded.handler"
        link    = [component.Table, component.Files]
      }
      events       = ["s3:ObjectCreated:*"]
      filterPrefix = "attachments/"
    }
  }
}

component "sst.aws.Queue" "FailedExports" {}

component "sst.aws.Queue" "Exports" {
  visibilityTimeout = "6 minutes"
  dlq {
    queue = component.FailedExports.arn
    retry = 3
  }

  subscribe {
    subscriber {
      handler = "functions/export.handler"
      link    = [component.Table, component.Files]
      timeout = "1 minute"
    }
    batch {
      size             = 5
      partialResponses = true
    }
  }
}

# Signs the tokens by which the API knows its users. No build holds its value:
# it is asked for at deployment.
secret "TokenKey" {}

component "sst.aws.ApiGatewayV2" "Api" {
  cors {
    allowMethods = ["GET", "POST", "PUT", "DELETE"]
    allowHeaders = ["authorization", "content-type"]
  }
  accessLog {
    retention = "1 month"
  }

  dynamic "route" {
    for_each = [
      { route = "GET /notes", name = "list", link = [] },
      { route = "POST /notes", name = "create", link = [] },
      { route = "GET /notes/{id}", name = "read", link = [] },
      { route = "PUT /notes/{id}", name = "update", link = [] },
      { route = "DELETE /notes/{id}", name = "remove", link = [] },
      { route = "POST /notes/{id}/attachments", name = "attach", link = [component.Files] },
      { route = "POST /exports", name = "requestExport", link = [component.Exports] },
    ]
    labels = [route.value.route]
    content {
      handler {
        handler = "functions/notes.${route.value.name}"
        link    = concat([component.Table, secret.TokenKey], route.value.link)
      }
    }
  }
}

component "sst.aws.StaticSite" "Web" {
  path = "web"
  build {
    command = "node build.mjs"
    output  = "dist"
  }
  # Known only after deployment: the build sees a placeholder, and the
  # uploader replaces it.
  environment = { API_URL = component.Api.url }
  assets {
    fileOptions {
      files        = "assets/**"
      cacheControl = "max-age=31536000,public,immutable"
    }
    fileOptions {
      files        = "**/*.html"
      cacheControl = "max-age=0,no-cache,must-revalidate"
    }
  }
}

# A topic of the provider's own, made linkable.
linkable "aws_sns_topic" {
  properties = { arn = self.arn }
  include    = [sst::aws::permission({ actions = ["sns:Publish"], resources = [self.arn] })]
}

resource "aws_sns_topic" "Reminders" {
  display_name = "Notes"
}

component "sst.aws.Cron" "Remind" {
  schedule = "rate(1 hour)"
  function {
    handler = "functions/remind.handler"
    link    = [component.Table, resource.Reminders]
    timeout = "5 minutes"
  }
}

resource "aws_cloudwatch_metric_alarm" "ExportsFail" {
  alarm_description   = "Exports have failed three times; they wait in ${component.FailedExports.url}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = component.FailedExports.nodes.queue.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  period              = 300
  treat_missing_data  = "notBreaching"
  alarm_actions       = app.stage == "production" ? [resource.Reminders.arn] : []
}

output "api" {
  value = component.Api.url
}

output "site" {
  value = component.Web.url
}

output "reminders" {
  value = resource.Reminders.arn
}
