package terraform

import (
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// A lookup says how a data source finds what Pulumi finds by the provider's
// ID: an argument, and the part of the ID that is its value.
type lookup struct {
	arg string
	// sep and last cut the ID: what is after the last sep, or (not last) before
	// the first. With no sep it is the whole ID.
	sep  string
	last bool
}

// lookups are the data sources that take a resource's ID in an argument other
// than its own name with "_id", which needs no row. That a data source has an
// argument "id" proves nothing: the provider's SDK adds one to nearly all.
var lookups = map[string]lookup{}

func init() {
	for _, row := range []struct {
		lookup
		types string
	}{
		{lookup{arg: "id"}, `aws_api_gateway_api_key aws_cloudfront_cache_policy aws_cloudfront_distribution
			aws_cloudfront_origin_access_control aws_cloudfront_origin_access_identity
			aws_cloudfront_origin_request_policy aws_cloudfront_response_headers_policy aws_customer_gateway
			aws_ec2_managed_prefix_list aws_ec2_transit_gateway aws_ec2_transit_gateway_route_table
			aws_ec2_transit_gateway_vpc_attachment aws_eip aws_glue_connection aws_guardduty_detector
			aws_kendra_index aws_launch_template aws_nat_gateway aws_network_interface aws_security_group
			aws_servicecatalog_portfolio aws_servicecatalog_product aws_subnet aws_transfer_connector
			aws_verifiedpermissions_policy_store aws_vpc aws_vpc_endpoint aws_vpc_peering_connection aws_vpn_gateway`},
		{lookup{arg: "name"}, `aws_autoscaling_group aws_backup_vault aws_batch_scheduling_policy aws_cloudwatch_event_bus
			aws_cloudwatch_event_connection aws_cloudwatch_log_group aws_db_parameter_group aws_db_proxy
			aws_db_subnet_group aws_dynamodb_table aws_ecr_repository aws_eks_cluster aws_elasticache_subnet_group
			aws_iam_instance_profile aws_iam_role aws_kms_alias aws_memorydb_cluster aws_rds_cluster_parameter_group
			aws_s3_access_point aws_ssm_document aws_ssm_parameter`},
		{lookup{arg: "arn"}, `aws_acmpca_certificate_authority aws_codestarconnections_connection
			aws_globalaccelerator_accelerator aws_iam_openid_connect_provider aws_iam_policy aws_iam_saml_provider
			aws_alb aws_alb_listener aws_alb_target_group aws_lb aws_lb_listener aws_lb_listener_rule aws_lb_target_group
			aws_secretsmanager_secret aws_ssmcontacts_contact`},
		{lookup{arg: "bucket"}, `aws_s3_bucket aws_s3_bucket_policy`},
		{lookup{arg: "domain"}, `aws_ses_domain_identity`},
		{lookup{arg: "email"}, `aws_ses_email_identity`},
		{lookup{arg: "email_identity"}, `aws_sesv2_email_identity`},
		{lookup{arg: "configuration_set_name"}, `aws_sesv2_configuration_set`},
		{lookup{arg: "function_name"}, `aws_lambda_function aws_lambda_function_url`},
		{lookup{arg: "layer_version_arn"}, `aws_lambda_layer_version`},
		{lookup{arg: "group_name"}, `aws_iam_group`},
		{lookup{arg: "user_name"}, `aws_iam_user`},
		{lookup{arg: "key_name"}, `aws_key_pair`},
		{lookup{arg: "db_instance_identifier"}, `aws_db_instance`},
		{lookup{arg: "cluster_identifier"}, `aws_rds_cluster aws_redshift_cluster`},
		{lookup{arg: "identifier"}, `aws_rds_global_cluster`},
		{lookup{arg: "zone_id"}, `aws_route53_zone`},
		{lookup{arg: "domain_name"}, `aws_api_gateway_domain_name`},
		{lookup{arg: "secret_id", sep: "|"}, `aws_secretsmanager_secret_version`},
		{lookup{arg: "client_id"}, `aws_cognito_user_pool_client`},
		// Types whose ID is an ARN or a URL, and whose data source wants a name.
		{lookup{arg: "cluster_name", sep: "/", last: true}, `aws_ecs_cluster`},
		{lookup{arg: "domain_name", sep: "/", last: true}, `aws_elasticsearch_domain aws_opensearch_domain`},
		{lookup{arg: "name", sep: ":", last: true}, `aws_sns_topic aws_sfn_state_machine`},
		{lookup{arg: "name", sep: "/", last: true}, `aws_kinesis_stream aws_sqs_queue`},
		{lookup{arg: "name", sep: "/", last: true}, `aws_batch_job_queue aws_batch_compute_environment`},
	} {
		for _, t := range strings.Fields(row.types) {
			lookups[t] = row.lookup
		}
	}
}

// resolveRead decides how a resource that exists is read: by the data source
// of its type if that can find it by its ID, else not at all.
func (e *emission) resolveRead(t *target) {
	t.kind = givenTarget
	data := schema.TerraformData(t.tfType)
	if data == nil {
		return
	}
	l, ok := lookups[t.tfType]
	if !ok {
		for _, p := range data.Properties {
			if noun, isID := strings.CutSuffix(p.Name, "_id"); isID && p.Input && strings.HasSuffix(t.tfType, "_"+noun) {
				l, ok = lookup{arg: p.Name}, true
				break
			}
		}
	}
	if !ok {
		return
	}
	// What else the data source needs has to be in the state that get() was given.
	for _, p := range data.Properties {
		if p.Required && p.Name != l.arg && t.stateOf(p.Name) == nil {
			return
		}
	}
	t.kind, t.tf, t.lookup = readTarget, data, &l
}

// stateOf returns what get() was told of an attribute by its Terraform name,
// or nil.
func (t *target) stateOf(tfName string) ir.Value {
	if t.res.Props == nil {
		return nil
	}
	for _, f := range t.res.Props.Fields {
		if t.pulumi != nil {
			if p := t.pulumi.Property(f.Key); p != nil && p.Terraform == tfName {
				return f.Value
			}
		}
	}
	return nil
}

// readBlock writes the data source for a resource that exists.
func (e *emission) readBlock(t *target) *block {
	b := &block{kind: "data", labels: []string{t.tfType, t.name}}
	e.providerArgument(b, t.res.Options.Provider)
	c := context{t: t}
	b.attr(t.lookup.arg, e.lookupValue(c, t))
	for _, p := range t.tf.Properties {
		if p.Required && p.Name != t.lookup.arg {
			b.attr(p.Name, e.value(c.in(p.Name), t.stateOf(p.Name), nil, p.Type))
		}
	}
	b.last = e.dependsOn(t, t.res.Options.DependsOn)
	return b
}

func (e *emission) lookupValue(c context, t *target) expr {
	l := t.lookup
	id := e.value(c, t.res.Read, nil, nil)
	if l.sep == "" {
		return id
	}
	if s, ok := t.res.Read.(ir.String); ok {
		parts := strings.Split(string(s), l.sep)
		if l.last {
			slices.Reverse(parts)
		}
		return text(parts[0])
	}
	switch {
	case !l.last:
		return raw(string(inline(call{"split", []expr{text(l.sep), id}})) + "[0]")
	case l.sep == "/":
		return call{"basename", []expr{id}}
	}
	return raw(string(inline(call{"reverse", []expr{call{"split", []expr{text(l.sep), id}}}})) + "[0]")
}
