#!/usr/bin/env node
import { runCommand } from './cli/run-command.ts';

// Whatever a library left open must not keep a process that has said good-bye.
process.exit(await runCommand(process.argv.slice(2)));
