# syntax=docker/dockerfile:1
# The manifests first: a change of sources alone installs nothing again. A test compares this list with the lock file.
FROM node:26-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json ./
COPY apps/server/package.json apps/server/
COPY evidence/package.json evidence/
COPY examples/cookbook/package.json examples/cookbook/
COPY examples/embed/package.json examples/embed/
COPY examples/own-adapter/package.json examples/own-adapter/
COPY packages/adapters-mongo/package.json packages/adapters-mongo/
COPY packages/adapters-opentelemetry/package.json packages/adapters-opentelemetry/
COPY packages/adapters-postgres/package.json packages/adapters-postgres/
COPY packages/adapters-redis/package.json packages/adapters-redis/
COPY packages/adapters-sqlite/package.json packages/adapters-sqlite/
COPY packages/adapters-webhook/package.json packages/adapters-webhook/
COPY packages/cli/package.json packages/cli/
COPY packages/contract-tests/package.json packages/contract-tests/
COPY packages/core/package.json packages/core/
COPY packages/http-hono/package.json packages/http-hono/
COPY packages/receiver/package.json packages/receiver/
COPY packages/simulator/package.json packages/simulator/

FROM manifests AS production
# Optional are the TypeScript compiler, which types of dependencies may want (24 MB), and pg's sockets of Cloudflare: nothing here runs them.
RUN npm ci --workspace apps/server --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM manifests AS build
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npx turbo run build --filter=@messaging-system/server \
 && rm -rf packages/*/node_modules apps/*/node_modules

FROM node:26-bookworm-slim
# The code belongs to root: who gets into the process cannot change it. Only the folder of the data is the user's.
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production /app ./
COPY --from=build /app/packages packages
COPY --from=build /app/apps apps
COPY --from=build /app/.config .config
RUN mkdir -m 0700 data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 3000
# Beyond loopback an API key is wanted: set SERVER_API_KEY, or SERVER_ALLOW_ANONYMOUS=true where something else guards the door.
ENV SERVER_HOST=0.0.0.0
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SERVER_PORT ?? 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The server is process 1 and takes SIGTERM itself; give it more than the drain deadline (20 s) to stop.
STOPSIGNAL SIGTERM
CMD ["node", "apps/server/dist/main.js"]
