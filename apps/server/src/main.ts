#!/usr/bin/env node
import manifest from '../package.json' with { type: 'json' };
import { ExitCode } from './life-cycle/exit-code.ts';
import { unsupportedNode } from './life-cycle/unsupported-node.ts';

const complaint = unsupportedNode(process.versions.node, manifest.engines.node);
if (complaint !== null) {
  console.error(complaint);
  process.exit(ExitCode.UNAVAILABLE);
}
// Imported here and not above: a Node that is too old could not even parse it.
const { runCommand } = await import('./cli/run-command.ts');

// Whatever a library left open must not keep a process that has said good-bye.
process.exit(await runCommand(process.argv.slice(2)));
