import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { JsonObject } from './json-object.ts';

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
