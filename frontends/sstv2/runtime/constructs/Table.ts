import { Construct } from "constructs";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import { appOf, constant, functionRef, isCDKConstruct, requiredConstant, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";

declare const require: (name: string) => any;

export class Table extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { table: dynamodb.ITable };
  private readonly props: any;
  private readonly group: FunctionGroup;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.group = new FunctionGroup(this, "consumer");
    this.checkFields(id);
    this.cdk = { table: this.createTable() };
    if (props.globalIndexes) this.addGlobalIndexes(props.globalIndexes);
    if (props.localIndexes) this.addLocalIndexes(props.localIndexes);
    this.addConsumers(this, props.consumers ?? {});
    if (props.kinesisStream) {
      (this.cdk.table.node.defaultChild as dynamodb.CfnTable).addPropertyOverride("KinesisStreamSpecification.StreamArn", props.kinesisStream.streamArn);
    }
  }

  get tableArn(): string { return this.cdk.table.tableArn; }
  get tableName(): string { return this.cdk.table.tableName; }

  addGlobalIndexes(indexes: Record<string, any>) {
    for (const [indexName, index] of this.checkedIndexes(indexes)) {
      (this.cdk.table as dynamodb.Table).addGlobalSecondaryIndex({
        indexName,
        partitionKey: this.attribute(index.partitionKey),
        sortKey: index.sortKey ? this.attribute(index.sortKey) : undefined,
        ...projection(index.projection),
        ...index.cdk?.index,
      });
    }
  }
  addLocalIndexes(indexes: Record<string, any>) {
    for (const [indexName, index] of this.checkedIndexes(indexes)) {
      (this.cdk.table as dynamodb.Table).addLocalSecondaryIndex({ indexName, sortKey: this.attribute(index.sortKey), ...projection(index.projection), ...index.cdk?.index });
    }
  }

  addConsumers(scope: Construct, consumers: Record<string, any>): void {
    for (const [name, consumer] of Object.entries(consumers)) this.addConsumer(scope, name, consumer);
  }
  bind(constructs: any[]) { this.group.bind(constructs); }
  bindToConsumer(name: string, constructs: any[]): void { this.group.one(name).bind(constructs); }
  attachPermissions(permissions: any) { this.group.attachPermissions(permissions); }
  attachPermissionsToConsumer(name: string, permissions: any): void { this.group.one(name).attachPermissions(permissions); }
  getFunction(name: string): Fn | undefined { return this.group.members[name]; }

  getConstructMetadata() {
    return {
      type: "Table",
      data: { tableName: this.tableName, consumers: Object.entries(this.group.members).map(([name, fn]) => ({ name, fn: functionRef(fn) })) },
    };
  }
  getBindings(): Bindings {
    return {
      clientPackage: "table",
      variables: { tableName: { type: "plain", value: this.tableName } },
      permissions: { "dynamodb:*": [this.tableArn, `${this.tableArn}/*`] },
    };
  }
  _permissions(): [string, string[]][] { return [["dynamodb:*", [this.tableArn, `${this.tableArn}/*`]]]; }

  private checkFields(id: string) {
    const { fields, primaryIndex } = this.props;
    if (fields && Object.keys(fields).length === 0) throw new Error(`No fields defined for the "${id}" Table`);
    if (primaryIndex && !primaryIndex.partitionKey) throw new Error(`Missing "partitionKey" in primary index for the "${id}" Table`);
    if (fields && !primaryIndex) throw new Error(`Missing "primaryIndex" in "${id}" Table`);
    if (!fields && primaryIndex) throw new Error(`Cannot configure "primaryIndex" without setting the "fields" in "${id}" Table`);
  }

  private createTable(): dynamodb.ITable {
    const { fields, primaryIndex, stream, timeToLiveAttribute, cdk } = this.props;
    const { id } = this.node;
    if (isCDKConstruct(cdk?.table)) {
      for (const name of ["fields", "stream"]) {
        if (this.props[name] !== undefined) throw new Error(`Cannot configure the "${name}" when "cdk.table" is a construct in the "${id}" Table`);
      }
      return cdk.table;
    }
    if (fields === undefined) throw new Error(`Missing "fields" in the "${id}" Table`);
    for (const name of ["partitionKey", "sortKey", "stream"]) {
      if (cdk?.table?.[name]) throw new Error(`Cannot configure the "cdk.table.${name}" in the "${id}" Table`);
    }
    return new dynamodb.Table(this, "Table", {
      tableName: appOf(this).logicalPrefixedName(id),
      pointInTimeRecovery: true,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: stream === true ? dynamodb.StreamViewType.NEW_AND_OLD_IMAGES : stream ? constant(dynamodb.StreamViewType, stream) : undefined,
      timeToLiveAttribute,
      ...cdk?.table,
      ...(primaryIndex && {
        partitionKey: this.attribute(primaryIndex.partitionKey),
        sortKey: primaryIndex.sortKey ? this.attribute(primaryIndex.sortKey) : undefined,
      }),
    });
  }

  private addConsumer(scope: Construct, name: string, consumer: any) {
    const { id } = this.node, { table } = this.cdk;
    if (!table.tableStreamArn) {
      throw new Error(`Please enable the "stream" option to add consumers to the "${id}" Table.`
        + (isCDKConstruct(this.props.cdk?.table) ? ' A table that exists has one if Table.fromTableAttributes() is given its "tableStreamArn".' : ""));
    }
    const given = consumer.function ? consumer : { function: consumer };
    const fn = Fn.fromDefinition(scope, `Consumer_${id}_${name}`, given.function, this.props.defaults?.function,
      'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
    const { DynamoEventSource } = require("aws-cdk-lib/aws-lambda-event-sources");
    fn.addEventSource(new DynamoEventSource(table, {
      startingPosition: "LATEST",
      filters: given.filters?.map((filter: any) => ({ pattern: JSON.stringify(filter) })),
      ...given.cdk?.eventSource,
    }));
    this.group.add(name, fn);
  }

  private checkedIndexes(indexes: Record<string, any>) {
    const { id } = this.node;
    if (!this.props.fields) throw new Error(`Cannot add secondary indexes to "${id}" Table without defining "fields"`);
    for (const [name, { cdk }] of Object.entries(indexes)) {
      for (const prop of ["indexName", "partitionKey", "sortKey"]) {
        if (cdk?.index?.[prop]) throw new Error(`Cannot configure the "cdk.index.${prop}" in the "${name}" index of the "${id}" Table`);
      }
    }
    return Object.entries(indexes);
  }

  private attribute(name: string): dynamodb.Attribute {
    const type = this.props.fields[name];
    if (!type) throw new Error(`Please define "${name}" in "fields" to create the index in the "${this.node.id}" Table.`);
    return { name, type: requiredConstant(dynamodb.AttributeType, type, `The type of the field "${name}" of the Table "${this.node.id}"`) };
  }
}

function projection(of: string | string[] | undefined) {
  if (!of) return undefined;
  if (Array.isArray(of)) return { projectionType: dynamodb.ProjectionType.INCLUDE, nonKeyAttributes: of };
  return { projectionType: constant(dynamodb.ProjectionType, of) };
}
