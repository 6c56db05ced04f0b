/**
 * Throws at its import where the runtime is too old. For a module to import first whose other imports such a runtime cannot load.
 * @module @messaging-system/core/supported-runtime
 */
import { checkRuntime } from './check-runtime.ts';

checkRuntime();

export { checkRuntime };
