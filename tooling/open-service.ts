import { mongoName, postgresName, redisName } from './server-names.ts';

export interface Stoppable {
  stop(): Promise<unknown>;
}

export interface Service {
  readonly name: string;
  readonly variable: 'MONGODB_URI' | 'REDIS_URL' | 'POSTGRES_URL';
  /** Resolves when a driver has spoken with the server at `uri`. */
  readonly probe: (uri: string) => Promise<unknown>;
  /** Starts a container and resolves with its URI. */
  readonly start: (started: Stoppable[]) => Promise<string>;
}

export interface Containers {
  /** Why no container can be started; null when one can. */
  readonly missing: () => Promise<string | null>;
  readonly started: Stoppable[];
}

export interface OpenedService {
  readonly uri: string | null;
  /** Why there is none; empty when there is one. */
  readonly why: string;
}

export const MONGO: Service = {
  name: 'MongoDB',
  variable: 'MONGODB_URI',
  probe: mongoName,
  start: async (started) => {
    const image = mongoImage(process.env);
    const { MongoDBContainer } = await import('@testcontainers/mongodb');
    const container = await new MongoDBContainer(image).start();
    started.push(container);
    return `${container.getConnectionString()}?directConnection=true`;
  },
};

export const REDIS: Service = {
  name: 'Redis',
  variable: 'REDIS_URL',
  probe: redisName,
  start: async (started) => {
    const { RedisContainer } = await import('@testcontainers/redis');
    const container = await new RedisContainer(process.env.REDIS_IMAGE || 'redis:8-alpine').start();
    started.push(container);
    return container.getConnectionUrl();
  },
};

export const POSTGRES: Service = {
  name: 'PostgreSQL',
  variable: 'POSTGRES_URL',
  probe: postgresName,
  start: async (started) => {
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer(process.env.POSTGRES_IMAGE || 'postgres:18-alpine')
      .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
      .withExposedPorts(5432)
      // The server of the initialization says so too, and then starts again.
      .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
      .start();
    started.push(container);
    return `postgres://postgres@${container.getHost()}:${container.getMappedPort(5432)}/postgres`;
  },
};

/** @throws Error for a tag that Testcontainers would start with the `mongo` shell, which newer images do not have: it waits two minutes in vain. */
export function mongoImage({ MONGO_IMAGE: image }: Readonly<Record<string, string | undefined>>): string {
  if (image === undefined || image === '') return 'mongo:8';
  if (/:\d+(\.\d+)*$/.test(image)) return image;
  throw new Error(
    `MONGO_IMAGE is ${image}, but its tag must be a bare version, such as mongo:7 or mongo:8.0`,
  );
}

/**
 * The server that the service's variable names, else a container. The drivers connect, so every URI that they accept is accepted here.
 * @throws Error when the variable names a server that does not answer: each suite would otherwise wait for it.
 */
export async function openService(service: Service, containers: Containers): Promise<OpenedService> {
  const given = process.env[service.variable];
  if (given !== undefined && given !== '') {
    await probe(service, given);
    return { uri: given, why: '' };
  }
  const missing = await containers.missing();
  if (missing !== null)
    return { uri: null, why: `no ${service.name}: ${service.variable} is not set, and ${missing}` };
  return { uri: await service.start(containers.started), why: '' };
}

async function probe({ name, variable, probe: ask }: Service, uri: string): Promise<void> {
  try {
    await ask(uri);
  } catch (error) {
    throw new Error(`${variable} is set, but ${name} cannot be used there: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The parser's quotation may be half of a password.
  return error.name === 'MongoParseError' ? 'the driver cannot read this URI' : error.message;
}
