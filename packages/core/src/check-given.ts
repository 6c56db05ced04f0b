import { checkRuntime } from './check-runtime.ts';
import { InvalidOptionsError } from './errors.ts';

/** The name of every option, so that no option can be left out of the check. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/**
 * Checks the runtime, and what JavaScript may give as options. The error repeats names and never a value, which may be a secret.
 * @param names an object with the name of every option
 * @throws UnsupportedRuntimeError; InvalidOptionsError for anything but an object, and for unknown options
 */
export function checkOptions(given: unknown, names: object): void {
  checkRuntime();
  const known = `known are ${Object.keys(names).join(', ')}`;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InvalidOptionsError([`options must be an object; ${known}`]);
  }
  const unknown = Object.entries(given).flatMap(([name, value]) =>
    value === undefined || Object.hasOwn(names, name) ? [] : [name],
  );
  if (unknown.length > 0) throw new InvalidOptionsError([`unknown options: ${unknown.join(', ')}; ${known}`]);
}

/**
 * Checks for the methods of something that a caller hands in.
 * @param problem what it must be, for the error
 * @throws InvalidOptionsError
 */
export function checkMethods(given: unknown, methods: readonly string[], problem: string): void {
  const found = methodsProblem(given, methods, problem);
  if (found !== null) throw new InvalidOptionsError([found]);
}

/**
 * Checks the runtime, and the methods of each port.
 * @throws UnsupportedRuntimeError, InvalidOptionsError naming every port that is wrong
 */
export function checkDependencies(given: object, ports: Readonly<Record<string, readonly string[]>>): void {
  checkRuntime();
  const problems = Object.entries(ports).flatMap(([name, methods]) => {
    const problem = `${name} must have ${methods.map((method) => `${method}()`).join(' and ')}`;
    return methodsProblem(Reflect.get(Object(given), name), methods, problem) ?? [];
  });
  if (problems.length > 0) throw new InvalidOptionsError(problems);
}

function methodsProblem(given: unknown, methods: readonly string[], problem: string): string | null {
  // Also of undefined and of texts, which have none of them.
  const isFunction = (name: string): boolean => typeof Reflect.get(Object(given), name) === 'function';
  if (methods.every(isFunction)) return null;
  return isFunction('then') ? `${problem}; did you forget await?` : problem;
}
