package preview

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sstc/sstc/assets"
)

// A table stands in for a DynamoDB table, in memory.
type table struct {
	p      *Preview
	served *assets.ServedTable
	name   string
	arn    string
	stream *stream // nil if it has none

	mu    sync.Mutex
	items map[string]item // by their key as text
}

func (c *cloud) makeTables() {
	for i := range c.p.manifest.Serving.Tables {
		served := &c.p.manifest.Serving.Tables[i]
		t := &table{p: c.p, served: served, name: c.attr(served.ID, "name"), arn: c.attr(served.ID, "arn"), items: map[string]item{}}
		if served.Stream != "" {
			t.stream = &stream{arn: c.attr(served.ID, "streamArn")}
			c.streams[t.stream.arn] = t.stream
		}
		c.tables[t.name] = t
	}
	for _, s := range c.p.manifest.Serving.Streams {
		arn := c.attr(s.ID, "arn")
		c.streams[arn] = &stream{arn: arn}
	}
}

func (t *table) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.items)
}

// keys are the names of the fields that are the key.
func (t *table) keys() []string {
	if t.served.Range == "" {
		return []string{t.served.Hash}
	}
	return []string{t.served.Hash, t.served.Range}
}

// keyText is an item's key as a text, by which it is found.
func (t *table) keyText(i item) (string, error) {
	var b strings.Builder
	for _, name := range t.keys() {
		a := asAttribute(i[name])
		want := ""
		for _, k := range t.served.Attributes {
			if k.Name == name {
				want = k.Type
			}
		}
		switch got := typeOf(a); {
		case a == nil:
			return "", invalid("One or more parameter values were invalid: Missing the key %s in the item", name)
		case got != want:
			return "", invalid("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", name, want, got)
		case want != "N" && toText(a[want]) == "":
			return "", invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
		}
		text := toText(a[want])
		if r, ok := numberOf(a); ok {
			text = r.RatString()
		}
		fmt.Fprintf(&b, "%d:%s", len(text), text)
	}
	return b.String(), nil
}

func (t *table) keyOf(i item) item {
	out := item{}
	for _, name := range t.keys() {
		out[name] = i[name]
	}
	return out
}

// A conditionError is a condition that does not hold.
type conditionError struct{ old item }

func (*conditionError) Error() string { return "The conditional request failed" }

// dynamoInput are the arguments of the operations on items.
type dynamoInput struct {
	TableName                           string
	Key, Item                           item
	ExpressionAttributeNames            map[string]string
	ExpressionAttributeValues           map[string]any
	ConditionExpression                 string
	UpdateExpression                    string
	FilterExpression                    string
	KeyConditionExpression              string
	ProjectionExpression                string
	IndexName                           string
	Select                              string
	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
	Limit                               *int
	ScanIndexForward                    *bool
	ExclusiveStartKey                   item
	TotalSegments, Segment              int

	AttributeUpdates, Expected, KeyConditions, ScanFilter, QueryFilter, AttributesToGet json.RawMessage
}

func (in *dynamoInput) check() error {
	for name, legacy := range map[string]json.RawMessage{"AttributeUpdates": in.AttributeUpdates, "Expected": in.Expected, "KeyConditions": in.KeyConditions, "ScanFilter": in.ScanFilter, "QueryFilter": in.QueryFilter, "AttributesToGet": in.AttributesToGet} {
		if legacy != nil {
			return invalid("sstc preview's stand-in for DynamoDB does not know the legacy parameter %s. Use expressions.", name)
		}
	}
	return nil
}

// dynamodb stands in for DynamoDB.
func (c *cloud) dynamodb(w http.ResponseWriter, call *awsCall) bool {
	call.json = true
	switch call.operation {
	case "BatchGetItem":
		c.batchGet(w, call)
		return true
	case "BatchWriteItem":
		c.batchWrite(w, call)
		return true
	case "TransactWriteItems":
		c.transactWrite(w, call)
		return true
	case "TransactGetItems":
		c.transactGet(w, call)
		return true
	case "ListTables":
		names := sortedKeys(c.tables)
		c.reply(w, map[string]any{"TableNames": names})
		return true
	case "GetItem", "PutItem", "DeleteItem", "UpdateItem", "Query", "Scan", "DescribeTable", "DescribeTimeToLive":
	default:
		return false
	}
	var in dynamoInput
	if !c.decode(w, call, &in) {
		return true
	}
	t, ok := c.table(w, call, in.TableName)
	if !ok {
		return true
	}
	if err := in.check(); err != nil {
		c.dynamoFail(w, call, err, &in)
		return true
	}
	var out any
	var err error
	switch call.operation {
	case "GetItem":
		out, err = t.get(&in)
	case "PutItem", "DeleteItem", "UpdateItem":
		t.mu.Lock()
		var old, now item
		var touched []docPath
		old, now, touched, err = t.write(call.operation, &in, false)
		t.mu.Unlock()
		if err == nil {
			out = returned(&in, old, now, touched)
		}
	case "Query", "Scan":
		out, err = t.query(&in, call.operation == "Query")
	case "DescribeTable":
		out = t.describe()
	case "DescribeTimeToLive":
		status := map[string]any{"TimeToLiveStatus": "DISABLED"}
		if t.served.TTL != "" {
			status = map[string]any{"TimeToLiveStatus": "ENABLED", "AttributeName": t.served.TTL}
		}
		out = map[string]any{"TimeToLiveDescription": status}
	}
	if err != nil {
		c.dynamoFail(w, call, err, &in)
		return true
	}
	c.reply(w, out)
	return true
}

func (c *cloud) table(w http.ResponseWriter, call *awsCall, name string) (*table, bool) {
	if strings.HasPrefix(name, "arn:") {
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	t := c.tables[name]
	if t == nil {
		message := fmt.Sprintf("Requested resource not found: Table: %s not found. sstc preview has only those of the app.", name)
		c.p.log.note(call.caller, "%s", message)
		c.fail(w, call, http.StatusBadRequest, "ResourceNotFoundException", message)
	}
	return t, t != nil
}

func (c *cloud) dynamoFail(w http.ResponseWriter, call *awsCall, err error, in *dynamoInput) {
	var ce *conditionError
	if errors.As(err, &ce) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		out := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": ce.Error(), "Message": ce.Error()}
		if in.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && ce.old != nil {
			out["Item"] = ce.old
		}
		b, _ := marshal(out)
		w.Write(b)
		return
	}
	c.fail(w, call, http.StatusBadRequest, "ValidationException", err.Error())
}

func (t *table) get(in *dynamoInput) (any, error) {
	key, err := t.keyText(in.Key)
	if err != nil {
		return nil, err
	}
	paths, err := parseProjection(in.ProjectionExpression, in.ExpressionAttributeNames)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	found := t.items[key]
	t.mu.Unlock()
	if found == nil {
		return map[string]any{}, nil
	}
	return map[string]any{"Item": project(found, paths)}, nil
}

// write puts, changes or deletes an item, if its condition holds, or only
// checks that it could. Items are never changed in place. The lock is held.
func (t *table) write(operation string, in *dynamoInput, check bool) (old, now item, touched []docPath, err error) {
	key := in.Key
	if operation == "PutItem" {
		key = in.Item
	}
	text, err := t.keyText(key)
	if err != nil {
		return nil, nil, nil, err
	}
	holds, err := parseCondition(in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, nil, nil, err
	}
	old = t.items[text]
	if !holds(old) {
		return nil, nil, nil, &conditionError{old}
	}
	switch operation {
	case "PutItem":
		now = in.Item
	case "UpdateItem":
		if now = clone(old); now == nil {
			now = clone(t.keyOf(in.Key))
		}
		if touched, err = applyUpdate(now, in.UpdateExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues); err != nil {
			return nil, nil, nil, err
		}
		if after, err := t.keyText(now); err != nil || after != text {
			return nil, nil, nil, invalid("One or more parameter values were invalid: Cannot update attribute that is part of the key")
		}
	case "ConditionCheck":
		return old, old, nil, nil
	}
	if check {
		return old, now, touched, nil
	}
	if now == nil {
		delete(t.items, text)
	} else {
		t.items[text] = now
	}
	t.tell(old, now)
	return old, now, touched, nil
}

// tell puts a change into the table's stream.
func (t *table) tell(old, now item) {
	if t.stream == nil || equal(attribute{"M": map[string]any(old)}, attribute{"M": map[string]any(now)}) && (old == nil) == (now == nil) {
		return
	}
	name, some := "MODIFY", now
	switch {
	case old == nil:
		name = "INSERT"
	case now == nil:
		name, some = "REMOVE", old
	}
	number := t.stream.next()
	change := map[string]any{"ApproximateCreationDateTime": time.Now().Unix(), "Keys": t.keyOf(some), "SequenceNumber": number, "SizeBytes": 0, "StreamViewType": t.served.Stream}
	if now != nil && strings.Contains(t.served.Stream, "NEW") {
		change["NewImage"] = now
	}
	if old != nil && strings.Contains(t.served.Stream, "OLD") {
		change["OldImage"] = old
	}
	t.stream.put(map[string]any{
		"eventID": newID(), "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": t.p.values.region,
		"dynamodb": change, "eventSourceARN": t.stream.arn,
	})
}

// returned is what an operation that writes says of the item.
func returned(in *dynamoInput, old, now item, touched []docPath) any {
	var of item
	switch in.ReturnValues {
	case "ALL_OLD":
		of = old
	case "ALL_NEW":
		of = now
	case "UPDATED_OLD":
		of = project(old, touched)
	case "UPDATED_NEW":
		of = project(now, touched)
	}
	if len(of) == 0 {
		return map[string]any{}
	}
	return map[string]any{"Attributes": of}
}

// query answers Query and Scan.
func (t *table) query(in *dynamoInput, isQuery bool) (any, error) {
	hash, sort := t.served.Hash, t.served.Range
	var index *assets.TableIndex
	if in.IndexName != "" {
		i := slices.IndexFunc(t.served.Indexes, func(x assets.TableIndex) bool { return x.Name == in.IndexName })
		if i < 0 {
			return nil, invalid("The table does not have the specified index: %s", in.IndexName)
		}
		index = &t.served.Indexes[i]
		hash, sort = index.Hash, index.Range
	}
	if isQuery && strings.TrimSpace(in.KeyConditionExpression) == "" {
		return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	fits, err := parseCondition(in.KeyConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	if isQuery && !strings.Contains(resolveNames(in.KeyConditionExpression, in.ExpressionAttributeNames), hash) {
		return nil, invalid("Query condition missed key schema element: %s", hash)
	}
	passes, err := parseCondition(in.FilterExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	paths, err := parseProjection(in.ProjectionExpression, in.ExpressionAttributeNames)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	var list []item
	for _, i := range t.items {
		// An index has only the items with its keys.
		if i[hash] == nil || sort != "" && i[sort] == nil || !fits(i) {
			continue
		}
		list = append(list, i)
	}
	t.mu.Unlock()
	backwards := isQuery && in.ScanIndexForward != nil && !*in.ScanIndexForward
	order := func(a, b item) int { return t.order(a, b, hash, sort, backwards) }
	slices.SortFunc(list, order)
	if in.TotalSegments > 1 && in.Segment > 0 {
		list = nil // all is in the first segment
	}
	found, scanned := []item{}, 0
	var last item
	for k, i := range list {
		if in.ExclusiveStartKey != nil && order(i, in.ExclusiveStartKey) <= 0 {
			continue
		}
		scanned++
		if passes(i) {
			found = append(found, project(t.projected(i, index), paths))
		}
		if in.Limit != nil && scanned == *in.Limit {
			if k < len(list)-1 || isQuery {
				last = t.keyOf(i)
				if index != nil {
					last[hash] = i[hash]
					if sort != "" {
						last[sort] = i[sort]
					}
				}
			}
			if k == len(list)-1 {
				last = nil
			}
			break
		}
	}
	out := map[string]any{"Count": len(found), "ScannedCount": scanned}
	if in.Select != "COUNT" {
		out["Items"] = found
	}
	if last != nil {
		out["LastEvaluatedKey"] = last
	}
	return out, nil
}

func resolveNames(text string, names map[string]string) string {
	for placeholder, name := range names {
		text = strings.ReplaceAll(text, placeholder, name)
	}
	return text
}

// order is the order of items in a table or an index: by hash key, by range
// key, and by the table's own key.
func (t *table) order(a, b item, hash, sort string, backwards bool) int {
	for _, name := range []string{hash, sort, t.served.Hash, t.served.Range} {
		if name == "" {
			continue
		}
		if n, ok := compare(asAttribute(a[name]), asAttribute(b[name])); ok && n != 0 {
			if backwards {
				return -n
			}
			return n
		}
	}
	return 0
}

// projected is what an index has of an item.
func (t *table) projected(i item, index *assets.TableIndex) item {
	if index == nil || index.Projection == "ALL" || index.Projection == "" {
		return i
	}
	out := t.keyOf(i)
	for _, name := range append([]string{index.Hash, index.Range}, index.Fields...) {
		if v := i[name]; v != nil {
			out[name] = v
		}
	}
	return out
}

func (t *table) describe() any {
	schema := func(hash, sort string) []any {
		list := []any{map[string]any{"AttributeName": hash, "KeyType": "HASH"}}
		if sort != "" {
			list = append(list, map[string]any{"AttributeName": sort, "KeyType": "RANGE"})
		}
		return list
	}
	attributes := []any{}
	for _, k := range t.served.Attributes {
		attributes = append(attributes, map[string]any{"AttributeName": k.Name, "AttributeType": k.Type})
	}
	indexes := []any{}
	for _, i := range t.served.Indexes {
		indexes = append(indexes, map[string]any{"IndexName": i.Name, "IndexStatus": "ACTIVE", "KeySchema": schema(i.Hash, i.Range), "Projection": map[string]any{"ProjectionType": i.Projection}})
	}
	return map[string]any{"Table": map[string]any{
		"TableName": t.name, "TableArn": t.arn, "TableStatus": "ACTIVE", "ItemCount": t.count(), "KeySchema": schema(t.served.Hash, t.served.Range),
		"AttributeDefinitions": attributes, "GlobalSecondaryIndexes": indexes, "BillingModeSummary": map[string]any{"BillingMode": "PAY_PER_REQUEST"},
	}}
}

func (c *cloud) batchGet(w http.ResponseWriter, call *awsCall) {
	var in struct {
		RequestItems map[string]struct {
			Keys                     []item
			ProjectionExpression     string
			ExpressionAttributeNames map[string]string
		}
	}
	if !c.decode(w, call, &in) {
		return
	}
	responses := map[string]any{}
	for name, request := range in.RequestItems {
		t, ok := c.table(w, call, name)
		if !ok {
			return
		}
		list := []any{}
		for _, key := range request.Keys {
			got, err := t.get(&dynamoInput{Key: key, ProjectionExpression: request.ProjectionExpression, ExpressionAttributeNames: request.ExpressionAttributeNames})
			if err != nil {
				c.dynamoFail(w, call, err, &dynamoInput{})
				return
			}
			if i, ok := got.(map[string]any)["Item"]; ok {
				list = append(list, i)
			}
		}
		responses[name] = list
	}
	c.reply(w, map[string]any{"Responses": responses, "UnprocessedKeys": map[string]any{}})
}

func (c *cloud) batchWrite(w http.ResponseWriter, call *awsCall) {
	var in struct {
		RequestItems map[string][]struct {
			PutRequest    *struct{ Item item }
			DeleteRequest *struct{ Key item }
		}
	}
	if !c.decode(w, call, &in) {
		return
	}
	for name, requests := range in.RequestItems {
		t, ok := c.table(w, call, name)
		if !ok {
			return
		}
		for _, r := range requests {
			operation, one := "DeleteItem", &dynamoInput{}
			switch {
			case r.PutRequest != nil:
				operation, one.Item = "PutItem", r.PutRequest.Item
			case r.DeleteRequest != nil:
				one.Key = r.DeleteRequest.Key
			}
			t.mu.Lock()
			_, _, _, err := t.write(operation, one, false)
			t.mu.Unlock()
			if err != nil {
				c.dynamoFail(w, call, err, one)
				return
			}
		}
	}
	c.reply(w, map[string]any{"UnprocessedItems": map[string]any{}})
}

func (c *cloud) transactGet(w http.ResponseWriter, call *awsCall) {
	var in struct {
		TransactItems []struct{ Get dynamoInput }
	}
	if !c.decode(w, call, &in) {
		return
	}
	responses := []any{}
	for _, one := range in.TransactItems {
		t, ok := c.table(w, call, one.Get.TableName)
		if !ok {
			return
		}
		got, err := t.get(&one.Get)
		if err != nil {
			c.dynamoFail(w, call, err, &one.Get)
			return
		}
		responses = append(responses, got)
	}
	c.reply(w, map[string]any{"Responses": responses})
}

func (c *cloud) transactWrite(w http.ResponseWriter, call *awsCall) {
	var in struct {
		TransactItems []map[string]*dynamoInput
	}
	if !c.decode(w, call, &in) {
		return
	}
	operations := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheck"}
	type step struct {
		t         *table
		operation string
		in        *dynamoInput
	}
	var steps []step
	locked := map[*table]bool{}
	for _, one := range in.TransactItems {
		for kind, args := range one {
			t, ok := c.table(w, call, args.TableName)
			if !ok {
				return
			}
			steps = append(steps, step{t, operations[kind], args})
			locked[t] = true
		}
	}
	// In one order, so that two transactions do not wait for each other.
	for _, name := range sortedKeys(c.tables) {
		if t := c.tables[name]; locked[t] {
			t.mu.Lock()
			defer t.mu.Unlock()
		}
	}
	reasons, failed := []any{}, false
	var codes []string
	for _, s := range steps {
		_, _, _, err := s.t.write(s.operation, s.in, true)
		var ce *conditionError
		switch {
		case errors.As(err, &ce):
			failed = true
			reason := map[string]any{"Code": "ConditionalCheckFailed", "Message": ce.Error()}
			if s.in.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && ce.old != nil {
				reason["Item"] = ce.old
			}
			reasons, codes = append(reasons, reason), append(codes, "ConditionalCheckFailed")
		case err != nil:
			c.dynamoFail(w, call, err, s.in)
			return
		default:
			reasons, codes = append(reasons, map[string]any{"Code": "None"}), append(codes, "None")
		}
	}
	if failed {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		message := "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]"
		b, _ := marshal(map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": message, "message": message, "CancellationReasons": reasons})
		w.Write(b)
		return
	}
	for _, s := range steps {
		if s.operation != "ConditionCheck" {
			s.t.write(s.operation, s.in, false)
		}
	}
	c.reply(w, map[string]any{})
}
