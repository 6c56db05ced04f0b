import type * as v from 'valibot';

/** The allowed form of a value, as YAML gives it or as the text of an environment variable. */
export interface Kind<Value> {
  readonly schema: v.GenericSchema<unknown, Value>;
  /** Completes "allowed is …". */
  readonly allowed: string;
  /** The exact problem of a refused value, where it can be named without quoting the value. */
  whyNot?(given: unknown): string | null;
  /** A value as it would be written; without it, as JSON. */
  show?(value: Value): string;
}

/** One key of the configuration. */
export interface Setting<Value> extends Kind<Value> {
  readonly about: string;
  /** As it would be written in a file. Undefined: the setting is off, or needed and missing. */
  readonly fallback: Written | undefined;
  /** The fallback when no APP_ENV is set, where that is another. */
  readonly embedded: Written | undefined;
  /** Its value is never shown, right or wrong. */
  readonly secret: boolean;
}

/** A value as it is written in a file. */
export type Written = string | number | boolean | readonly string[];

interface Description {
  readonly about: string;
  readonly fallback?: Written;
  readonly embedded?: Written;
  readonly secret?: boolean;
}

export function setting<Value>(
  kind: Kind<Value>,
  description: Description & { fallback: Written },
): Setting<Value>;
export function setting<Value>(kind: Kind<Value>, description: Description): Setting<Value | undefined>;
export function setting<Value>(kind: Kind<Value>, description: Description): Setting<Value | undefined> {
  return {
    ...kind,
    about: description.about,
    fallback: description.fallback,
    embedded: description.embedded,
    secret: description.secret ?? false,
  };
}
