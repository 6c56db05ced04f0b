import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.ts';
import { ERROR_DETAILS } from '../errors/error-details.ts';

/** A JSON object; what is in it is for its reader to know. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The schemas that the document names, and the conversion that refers to them. */
export class JsonSchemas {
  readonly #named: Record<string, v.GenericSchema>;

  constructor(named: Readonly<Record<string, v.GenericSchema>>) {
    this.#named = { ...named };
  }

  /** All named schemas, for `components.schemas`. */
  components(): Readonly<Record<string, JsonObject>> {
    const converted = Object.entries(toJsonSchemaDefs(this.#named, CONFIG));
    return Object.fromEntries(converted.map(([name, schema]) => [name, { ...schema }]));
  }

  /** A schema in place; named ones in it are referred to. */
  convert(schema: v.GenericSchema): JsonObject {
    const { $schema, $defs, ...converted } = toJsonSchema(schema, { ...CONFIG, definitions: this.#named });
    return converted;
  }
}

const CONFIG: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  // They check what JSON Schema has no words for; the schemas add what can be said as metadata.
  ignoreActions: ['check', 'raw_check'],
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
};

/** `store_unavailable` is `StoreUnavailableError` in the document. */
export function errorSchemaName(code: ErrorCode): string {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Error`;
}

/** The schema of each error's answer, by its name. */
export function errorSchemas(): Readonly<Record<string, v.GenericSchema>> {
  // The catalogue's keys are exactly the codes: `keys` alone cannot tell.
  const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
  return Object.fromEntries(codes.map((code) => [errorSchemaName(code), schemaOf(code)]));
}

function schemaOf(code: ErrorCode): v.GenericSchema {
  const common = {
    error: v.pipe(v.string(), v.examples([ERROR_CATALOGUE[code].text])),
    code: v.literal(code),
  };
  const details = ERROR_DETAILS[code];
  return details === undefined
    ? v.strictObject(common)
    : v.strictObject({ ...common, details: v.exactOptional(details) });
}
