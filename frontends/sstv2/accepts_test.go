package sstv2

import "testing"

func TestAccepts(t *testing.T) {
	const two, three = `{"devDependencies": {"sst": "^2.40.6"}}`, `{"dependencies": {"sst": "3.1.0"}}`
	for _, c := range []struct {
		source, manifest string
		want             bool
	}{
		{`export default { config() { return {} }, stacks(app) {} } satisfies SSTConfig;`, "", true},
		{`export default { config: () => ({}), stacks };`, three, true},
		{`export default $config({ app: () => ({ name: "stacks", home: "aws" }), async run() { const config = 1, stacks = [config]; } });`, two, false},
		{`// stacks(app), config(input)` + "\nexport default $config({});", two, false},
		// Without config(), which is reported.
		{`import { Bucket } from "sst/constructs"; export default { stacks(app) { new Bucket(app, "B"); } };`, "", true},
		// Made elsewhere.
		{`import { SstConfig } from "./src/main"; export default SstConfig;`, two, true},
		{`import { SstConfig } from "./src/main"; export default SstConfig;`, `{"dependencies": {"sst": "2"}}`, true},
		{`import config from "./infra/config"; export default config;`, three, false},
		{`import config from "./infra/config"; export default config;`, "", false},
		{`export { config as default } from "./infra/config";`, two, true},
		{`export default make({});`, two, false},
		{`export const x = {`, two, false},
	} {
		if got := (Frontend{}).Accepts([]byte(c.source), []byte(c.manifest)); got != c.want {
			t.Errorf("%s with %s: %v", c.source, c.manifest, got)
		}
	}
}
