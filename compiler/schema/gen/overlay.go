package main

// What the inputs have wrong, with the reason for each.

// awsTypes corrects the Terraform types of Pulumi tokens.
var awsTypes = map[string]string{}

// awsDataSources corrects the data sources that [matcher] finds.
var awsDataSources = map[string]string{}
