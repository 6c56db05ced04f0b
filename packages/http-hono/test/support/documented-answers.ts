import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as v from 'valibot';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

export interface OpenApiOperation {
  readonly parameters: readonly OpenApiParameter[];
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface OpenApiParameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
}

const documentSchema: v.GenericSchema<OpenApiDocument> = v.looseObject({
  openapi: v.literal('3.1.0'),
  paths: v.record(
    v.string(),
    v.record(
      v.string(),
      v.looseObject({
        parameters: v.array(v.looseObject({ in: v.picklist(['path', 'query', 'header']), name: v.string() })),
        responses: v.record(v.string(), v.unknown()),
      }),
    ),
  ),
});

/** Holds answers against the document that describes them. */
export class DocumentedAnswers {
  readonly document: OpenApiDocument;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: unknown) {
    this.document = v.parse(documentSchema, document);
    // The document as a whole is not a schema: its own words around the schemas are not ajv's to judge.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(this.document, 'api');
  }

  /** The problem of the answer; undefined when it is as documented. */
  problemOf(method: string, path: string, status: number, body: unknown): string | undefined {
    const pointer = this.#schemaPointer(method === 'HEAD' ? 'GET' : method, path, status);
    if (pointer === undefined) return `${method} ${path} has no documented ${status}`;
    const validate = this.#validator(pointer);
    return validate(body)
      ? undefined
      : `${method} ${path} ${status}: ${this.#ajv.errorsText(validate.errors)}`;
  }

  #schemaPointer(method: string, path: string, status: number): string | undefined {
    const template = this.#templateOf(path);
    if (template === undefined || status === 405) return GENERAL_ERRORS[status];
    const operation = this.document.paths[template]?.[method.toLowerCase()];
    if (operation?.responses[status] === undefined) return status === 401 ? GENERAL_ERRORS[401] : undefined;
    const place = ['paths', template, method.toLowerCase(), 'responses', String(status)];
    return `#/${[...place, 'content', 'application/json', 'schema'].map(escapePointer).join('/')}`;
  }

  // A concrete path wins over a templated one, as OpenAPI has it.
  #templateOf(path: string): string | undefined {
    const fitting = Object.keys(this.document.paths).filter((template) => fits(template, path));
    return fitting.sort((one, other) => one.split('{').length - other.split('{').length)[0];
  }

  #validator(pointer: string): ValidateFunction {
    const known = this.#validators.get(pointer);
    if (known !== undefined) return known;
    const validate = this.#ajv.compile({ $ref: `api${pointer}` });
    this.#validators.set(pointer, validate);
    return validate;
  }
}

const GENERAL_ERRORS: Readonly<Record<number, string>> = {
  401: '#/components/schemas/UnauthorizedError',
  404: '#/components/schemas/NotFoundError',
  405: '#/components/schemas/MethodNotAllowedError',
};

function fits(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
