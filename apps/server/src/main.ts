#!/usr/bin/env node
import { ExitCode } from '@messaging-system/cli/exit-code';
import manifest from '../package.json' with { type: 'json' };
import { unsupportedNode } from './life-cycle/unsupported-node.ts';

const complaint = unsupportedNode(process.versions.node, manifest.engines.node);
if (complaint !== null) {
  console.error(complaint);
  process.exit(ExitCode.UNAVAILABLE);
}
// Imported here and not above: a Node that is too old could not even parse them.
const { runCommand } = await import('@messaging-system/cli');
const { commandLineHost } = await import('./command-line-host.ts');

// A handle that a library left open must not keep an ended server's process.
process.exit(await runCommand(process.argv.slice(2), commandLineHost));
