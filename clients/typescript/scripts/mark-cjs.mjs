// The package is "type": "module"; Node needs to be told that this half of the build is not.
import { chmodSync, writeFileSync } from 'node:fs';

writeFileSync(new URL('../dist/cjs/package.json', import.meta.url), '{ "type": "commonjs" }\n');
chmodSync(new URL('../dist/esm/bin/test-client.js', import.meta.url), 0o755);
