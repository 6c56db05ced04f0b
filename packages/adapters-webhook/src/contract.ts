// The part for configurations: contracts without the HTTP clients.
export { authProblems, authSecrets, type RequestAuth } from './auth/request-auth.ts';
export { notAText, UNQUOTED_NUMBER } from './contract/compilation.ts';
export type { ContractProblem } from './contract/problems.ts';
export {
  type BodyTemplate,
  ENCODINGS,
  KEEP_RESPONSES,
  METHODS,
  type ProviderContract,
} from './contract/provider-contract.ts';
export { SecretMask } from './contract/secret-mask.ts';
export { contractProblems } from './contract-problems.ts';
export { type ContractWarning, contractWarnings } from './contract-warnings.ts';
export { type IdentifiedRequest, type Identifier, identifiersOf } from './identifiers.ts';
export type { Preset } from './presets/preset.ts';
export { PRESET_NAMES, PRESETS, type PresetName } from './presets/presets.ts';
export type { ContractChoice } from './presets/resolve-contract.ts';
