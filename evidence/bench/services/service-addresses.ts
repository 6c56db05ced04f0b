/** Where the servers are: their variables, or this machine's usual ports. */
export function mongoUri(): string {
  return process.env.MONGODB_URI ?? 'mongodb://127.0.0.1:27017/?replicaSet=rs0';
}

export function redisUrl(): string {
  return process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
}

/** There is no usual one: the benchmark starts its own and says here where it is. */
export function postgresUrl(): string {
  const url = process.env.POSTGRES_URL;
  if (url === undefined) throw new Error('POSTGRES_URL is not set');
  return url;
}
