package ir

// A Stack is a stack of CloudFormation, in a program of the cfn dialect that
// came divided into stacks: an app of the CDK. Its resources name it in
// [Resource.Stack], and have a LogicalID that is unique in it.
//
// Programs without stacks are divided by the emitters.
type Stack struct {
	// ID is unique in the program.
	ID string
	// Name is CloudFormation's. For a nested stack, whose name CloudFormation
	// makes up, it is that of the template.
	Name string
	// Region and Account say where the stack belongs; "" for wherever it is
	// deployed.
	Region, Account string
	// Nested is, for a nested stack, the ID of the resource that makes it:
	// AWS::CloudFormation::Stack, without a TemplateURL, which depends on where
	// the template is put.
	Nested string
	// DependsOn are the IDs of stacks that have to be deployed before.
	// Program.Stacks is in such an order.
	DependsOn []string

	TerminationProtection bool
	Tags                  []KV // of the stack itself, which CloudFormation gives to its resources

	Description string
	// Params are the parameters: their name, and what the template says of
	// them. A value refers to one by a [Param] with the name that
	// [Stack.ParamName] returns.
	Params []Field
	// Conditions are what FuncIf and the attribute Condition of resources name.
	Conditions []Field
	Outputs    []Field // an object with Value, and perhaps Export, Description and Condition
	// Sections are the template's other parts, such as Mappings, Rules and Transform.
	Sections []Field
}

// ParamName is how a [Param] names a parameter of the stack: logical IDs are
// unique in one stack only.
func (s *Stack) ParamName(logicalID string) string { return s.ID + "/" + logicalID }

// FindStack returns the stack with the given ID, or nil.
func (p *Program) FindStack(id string) *Stack {
	for _, s := range p.Stacks {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// values are what the parts of a stack hold.
func (s *Stack) values() []Value {
	var vs []Value
	for _, part := range [][]Field{s.Params, s.Conditions, s.Outputs, s.Sections} {
		for _, f := range part {
			vs = append(vs, f.Value)
		}
	}
	return vs
}
