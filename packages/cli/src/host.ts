import type {
  MessageRepository,
  MessageRules,
  PreviewedMessage,
  RequestPreview,
  SentCache,
} from '@messaging-system/core/adapter';

/** The program that the command line belongs to, as the commands need it. */
export interface Host {
  /** Every setting with its default, as a Markdown table. */
  settingsTable(): string;
  /** Reads the files and the environment. Opens nothing. */
  configuration(): Configuration | InvalidConfiguration;
  /** The API key for a server elsewhere. Only the environment counts: a key in a file is for the server of that file. */
  keyForOthers(): ApiKey | InvalidConfiguration;
}

/** The configuration in force. */
export interface Configuration {
  readonly kind: 'loaded';
  /** Where it comes from. */
  readonly source: string;
  readonly warnings: readonly ConfigWarning[];
  /** Only doctor shows it. */
  readonly advice: readonly ConfigWarning[];
  /** The server that it describes. */
  readonly server: ApiKey & { readonly url: string };
  readonly maxBodyBytes: number;
  readonly rules: MessageRules;
  readonly leaseMs: number;
  readonly storage: Storage;
  readonly webhook: Webhook;
  /** Every setting with its value and where that came from, one a line. */
  effectiveSettings(): string;
  /** Problems that only the parts that use the settings can find. Loads the drivers, and opens nothing. */
  unusableOptions(): Promise<readonly ConfigProblem[]>;
  /** Runs the server until a signal ends it. Resolves with the exit code. */
  serve(endsWithParent: boolean): Promise<number>;
  /**
   * Opens the store as the server does, which makes indexes that are missing. Opened resources end with `lifetimes`.
   * @throws CommandError with the code `store_unavailable`, whose cause is what the store said
   */
  openStore(lifetimes: AsyncDisposableStack, log: 'warnings' | 'nothing'): Promise<OpenStore>;
  /**
   * Whether opening the SQLite file would bring it to the version of this release, after which an earlier release refuses it. Changes nothing.
   * @throws MessagingError for a file that opening would refuse
   */
  needsMigration(): Promise<boolean>;
  /** Copies the SQLite file to a new one. */
  backUp(file: string): Promise<void>;
  /** The description that a server with this configuration gives of itself. */
  describe(): Promise<ServerDescription>;
  /** The request that a message would make, without any secret. Nothing is opened or sent. */
  previewRequest(message: PreviewedMessage): Promise<RequestPreview>;
  /** The text without the secrets of the configuration. */
  redact(text: string): string;
}

export interface InvalidConfiguration {
  readonly kind: 'invalid';
  /** Every one that there is. */
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigWarning[];
}

/** Something that is wrong with a configuration. Its texts carry no secret. */
export interface ConfigProblem {
  /** The setting, or the name of what else is wrong. */
  readonly key: string;
  readonly origin: Origin | null;
  readonly problem: string;
  /** The allowed values. */
  readonly allowed: string | null;
}

/** Something odd in a configuration that is not a problem. Its texts carry no secret. */
export interface ConfigWarning {
  readonly text: string;
  /** The fix. */
  readonly advice: string;
}

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'default' };

export interface ApiKey {
  /** Null: there is none. */
  readonly apiKey: string | null;
  readonly keyOrigin: string | null;
}

export interface Storage {
  readonly messages: 'mongodb' | 'postgresql' | 'sqlite';
  readonly sentCache: 'postgresql' | 'redis' | 'sqlite';
  /** The file of what is in SQLite, or `:memory:`. */
  readonly sqlitePath: string;
}

export interface Webhook {
  readonly isSandbox: boolean;
  /** Its address without what could be secret. */
  readonly shown: string;
  readonly isThroughProxy: boolean;
  /** The target of connections: the proxy, else the webhook itself. */
  readonly connectsTo: URL;
  /** The settings that show it who we are, as a sentence names them. */
  readonly credentials: string;
  /** Whether others could read the key, token or password that is sent along. */
  readonly isKeyInTheClear: boolean;
  /** Opens a connection as deliveries do, and sends nothing. Rejects with the fault of the system or of TLS. */
  tryConnection(timeoutMs: number): Promise<{ readonly certificateProblem: string | null }>;
}

export interface OpenStore {
  /** Carries no secret. */
  readonly name: string;
  readonly repository: MessageRepository;
  /** Warnings that somebody should act on; the store works meanwhile. */
  readonly warnings: readonly string[];
  /** Null where this process hears of what others store, else what is wrong. Only where the store can notify. */
  notificationProblem?(): Promise<string | null>;
  /** Rejects when nothing can be written. */
  tryWrite(): Promise<void>;
  /** Resolves also when Redis does not answer. */
  openSentCache(): Promise<OpenSentCache>;
  /** Logs a fault. */
  warn(error: unknown, text: string): void;
}

export interface OpenSentCache {
  /** Carries no secret. */
  readonly name: string;
  readonly sentCache: SentCache;
  tryWrite(): Promise<void>;
}

/** A server's store and webhook. Carries no secret and no query of a URL. */
export interface ServerDescription {
  readonly target: string;
  readonly store: string;
}
