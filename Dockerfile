# syntax=docker/dockerfile:1
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund \
 && npx turbo run build --filter=@messaging-system/server \
 && npm prune --omit=dev --no-audit --no-fund

FROM node:26-bookworm-slim
# The code belongs to root: who gets into the process cannot change it. Only the folder of the data is the user's.
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
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
