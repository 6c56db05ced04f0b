/** A JSON object; what is in it is for its reader to know. */
export type JsonObject = Readonly<Record<string, unknown>>;
