export { CommandError } from './command-error.ts';
export type {
  ApiKey,
  ConfigProblem,
  Configuration,
  ConfigWarning,
  Host,
  InvalidConfiguration,
  OpenSentCache,
  OpenStore,
  Origin,
  ServerDescription,
  Storage,
  Webhook,
} from './host.ts';
export { runCommand } from './run-command.ts';
export { descriptionHeaders } from './server-description.ts';
